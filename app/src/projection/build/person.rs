//! Building a person's banner and page.
//!
//! In: everything held about one person. Out: the summary first, then visits, equipment, consents, facts.

use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::person::ConsentKind;
use doorstep_shared::domain::record::Place;
use doorstep_shared::domain::{home, measure};
use doorstep_shared::ids::VisitId;
use doorstep_shared::sorted;
use doorstep_shared::time::Date;

use crate::projection::answer::{Answer, Mark};
use crate::projection::digest::{Digest, VisitDigest};
use crate::projection::ground::{Ground, text_of};
use crate::projection::person::{Banner, Consent, OpenHazard, PersonPage, Reading, Referral, VisitRow};

use super::proposals::{equipment, reading_of};

/// Single facts on the `person` document, in the order they are shown.
const FACTS: [&str; 15] = [
    "identity/name",
    "identity/born",
    "identity/nhs_number",
    "identity/no_number",
    "identity/sex",
    "identity/deceased",
    "contact/address",
    "contact/phone",
    "contact/language",
    "contact/interpreter",
    "contact/practice",
    "social/lives",
    "social/group",
    "social/tenure",
    "alert/no_home_visits",
];

/// The banner on every page about a person.
pub fn banner(ground: &Ground<'_>, digest: &Digest) -> Banner {
    let mut alerts = digest.alerts.clone();
    alerts.iter_mut().for_each(|alert| ground.around.dress(&mut alert.answer));
    Banner {
        person: digest.person,
        name: digest.name.clone(),
        born: digest.born,
        age: digest.born.map(|born| born.age_on(ground.around.now.today())),
        nhs_number: digest.nhs_number.clone(),
        address: digest.address.clone(),
        alerts,
        identity_clash: digest.identity_clash,
    }
}

/// The person's page.
pub fn person(ground: &Ground<'_>, digest: &Digest) -> PersonPage {
    let place = Place::of_person(DocKind::Person);
    let mut visits: Vec<VisitRow> = digest.visits.iter().map(|visit| visit_row(ground, visit)).collect();
    sorted::sort_by_key(&mut visits, |row| (std::cmp::Reverse(row.at), row.visit));
    let marks = ground.record.parts.iter().map(|part| ground.around.marks.document(&part.doc));
    PersonPage {
        banner: banner(ground, digest),
        doc: ground.record.document_at(place),
        facts: FACTS.iter().map(|about| ground.answer(place, about)).collect(),
        referrals: referrals(ground),
        visits,
        equipment: equipment(ground),
        consents: consents(ground, None),
        hazards: open_hazards(ground, None),
        readings: readings(ground),
        actions: ground
            .record
            .visits()
            .into_iter()
            .flat_map(|visit| super::visit::actions(ground, visit))
            .filter(|action| action.outcome.sides.is_empty())
            .collect(),
        mark: marks.min().unwrap_or(Mark::Stored),
    }
}

fn visit_row(ground: &Ground<'_>, visit: &VisitDigest) -> VisitRow {
    VisitRow {
        visit: visit.visit,
        state: visit.state,
        kind: visit.plan.as_ref().map(|plan| plan.kind),
        at: visit.started_at.or(visit.plan.as_ref().map(|plan| plan.starts_at)),
        lead: visit.leads.first().map(|lead| ground.around.directory.name(lead)).unwrap_or_default(),
        hazards: visit.hazards,
        summary_not_received: visit.summary_not_received,
        signature_not_received: visit.signature_not_received,
    }
}

fn referrals(ground: &Ground<'_>) -> Vec<Referral> {
    let place = Place::of_person(DocKind::Person);
    let mut referrals: Vec<Referral> = ground
        .standings
        .things(place, "referral/+")
        .into_iter()
        .map(|thing| {
            let changed = ground.answer(place, &format!("referral/{}/priority", thing.at.key));
            // Until somebody changes it, the priority is the one the referral came with.
            let came_with = |mut answer: Answer| {
                if let Some(value) = thing.entry.value.field("priority") {
                    answer.stands = crate::projection::Stands::Agreed(value.clone());
                }
                answer
            };
            Referral {
                at: thing.at,
                received: Date::parse_iso(&text_of(&thing.entry.value, "received")),
                source: text_of(&thing.entry.value, "source"),
                reason: text_of(&thing.entry.value, "reason"),
                priority: if changed.sides.is_empty() { came_with(changed) } else { changed },
                by: ground.around.by(&thing.by),
            }
        })
        .collect();
    sorted::sort_by_key(&mut referrals, |referral| (std::cmp::Reverse(referral.received), referral.at));
    referrals
}

/// Consents, of one visit or of all: `consent/VISIT/KIND` and `consent/VISIT/share/RECIPIENT`.
pub(in crate::projection) fn consents(ground: &Ground<'_>, visit: Option<VisitId>) -> Vec<Consent> {
    let place = Place::of_person(DocKind::Person);
    let prefix = visit.map_or_else(|| "consent/".to_owned(), |visit| format!("consent/{visit}/"));
    let mut consents: Vec<Consent> = Vec::new();
    for (about, standing) in ground.standings.under(place, &prefix) {
        let mut parts = about.split('/').skip(2);
        let Some(kind) = parts.next().and_then(ConsentKind::from_code) else { continue };
        let recipient = standing.value().map(|value| text_of(value, "recipient"));
        consents.push(Consent {
            kind,
            recipient: recipient.filter(|typed| !typed.is_empty()),
            answer: ground.around.answer(about, Some(standing)),
        });
    }
    if let Some(visit) = visit {
        // Every kind has its line on the visit's page, answered or not.
        for kind in ConsentKind::ALL {
            if *kind != ConsentKind::Share && !consents.iter().any(|consent| consent.kind == *kind) {
                let about = format!("consent/{visit}/{}", kind.code());
                consents.push(Consent { kind: *kind, recipient: None, answer: ground.answer(place, &about) });
            }
        }
    }
    sorted::sort_by(&mut consents, |a, b| (a.kind, &a.recipient).cmp(&(b.kind, &b.recipient)));
    consents
}

/// Hazards nobody has closed, worst first; without those of one visit.
pub(in crate::projection) fn open_hazards(ground: &Ground<'_>, but: Option<VisitId>) -> Vec<OpenHazard> {
    let mut open: Vec<OpenHazard> = home::open_hazards(ground.standings, ground.record)
        .into_iter()
        .filter(|hazard| Some(hazard.visit) != but)
        .map(|hazard| OpenHazard {
            at: hazard.answer.at,
            visit: hazard.visit,
            item: hazard.item.id.to_owned(),
            area: hazard.item.room.to_owned(),
            means: hazard.item.means.to_owned(),
            action: hazard.item.action.to_owned(),
            severity: hazard.severity,
            same_day: hazard.same_day,
            found_at: hazard.answer.entry.observed_at,
            by: ground.around.by(&hazard.answer.by),
        })
        .collect();
    sorted::sort_by_key(&mut open, |hazard| {
        (std::cmp::Reverse((hazard.same_day, hazard.severity)), hazard.at)
    });
    open
}

fn readings(ground: &Ground<'_>) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for visit in ground.record.visits() {
        let found = measure::readings(ground.standings, visit);
        readings.extend(found.iter().map(|reading| reading_of(ground, visit, reading)));
    }
    let taken = |reading: &Reading| reading.answer.sides.iter().map(|side| side.observed_at).max();
    sorted::sort_by_key(&mut readings, |reading| std::cmp::Reverse(taken(reading)));
    readings
}

/// A day in a form.
pub(super) fn day_of(value: &Value, field: &str) -> Option<Date> {
    value.field(field).and_then(Value::as_text).and_then(Date::parse_iso)
}
