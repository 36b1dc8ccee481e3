//! The digest of one person: everything lists show of them, without opening a document again.
//!
//! In: the record. Out: one value that is stored with the versions it was read at.
//! Holds no names of workers, no marks and no ages: those differ while the record does not, and are put on when shown.

use doorstep_shared::content;
use doorstep_shared::domain::entry::{Author, Value};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::person::{Alert as AlertCode, PersonName};
use doorstep_shared::domain::record::{Place, Record};
use doorstep_shared::domain::review::DecisionOutcome;
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::standing::Standings;
use doorstep_shared::domain::visit::{self, Delegation, Plan, VisitState as Facts};
use doorstep_shared::domain::{home, proposal, signature};
use doorstep_shared::ids::{DocId, InstallId, PersonId, VisitId, WorkerId};
use doorstep_shared::nhs_number::NhsNumber;
use doorstep_shared::time::{Date, Now, Timestamp};
use serde::{Deserialize, Serialize};

use crate::engine::Marks;

use super::answer::Answer;
use super::ground::{Around, Directory, Ground};
use super::person::Alert;
use super::today::VisitState;

/// The form of a stored digest. A build reads only its own; another is built again from the record.
pub const FORM: u32 = 1;

/// One person in lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// The person.
    pub person: PersonId,
    /// `HOLLOWAY, Edna (Mrs)`; empty when no `person` document is held here.
    pub name: String,
    /// Date of birth.
    pub born: Option<Date>,
    /// `999 201 0312`.
    pub nhs_number: Option<String>,
    /// One line.
    pub address: String,
    /// Telephone.
    pub telephone: String,
    /// Two names, dates, numbers or addresses stand.
    pub identity_clash: bool,
    /// To know before the door opens.
    pub alerts: Vec<Alert>,
    /// Visits, by id.
    pub visits: Vec<VisitDigest>,
    /// Open hazards over all visits.
    pub open_hazards: u32,
    /// Questions with two different answers.
    pub clashes: Vec<ClashDigest>,
    /// A `person` document is held here.
    pub held: bool,
}

/// One visit in lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitDigest {
    /// The visit.
    pub visit: VisitId,
    /// Its document.
    pub doc: Option<DocId>,
    /// Its plan.
    pub plan: Option<Plan>,
    /// Where it is in its life.
    pub state: VisitState,
    /// The earliest start.
    pub started_at: Option<Timestamp>,
    /// Who leads it: nobody, one, or everybody named in a clash.
    pub leads: Vec<WorkerId>,
    /// The named seconds.
    pub seconds: Vec<WorkerId>,
    /// Delegated, and no registered clinician has seen the person.
    pub not_yet_seen_by_registered: bool,
    /// Hazards found in it.
    pub hazards: u32,
    /// Of those, to be acted on today.
    pub same_day: u32,
    /// Their severities added up.
    pub severity_sum: u32,
    /// Proposals.
    pub proposals: u32,
    /// Of those, decided on what stands now.
    pub decided: u32,
    /// Approved equipment not yet fitted, by device id.
    pub to_fit: Vec<String>,
    /// A signature of an unregistered worker waits for a countersignature.
    pub awaits_countersign: bool,
    /// It was countersigned, and something came after.
    pub reopened: bool,
    /// When it was signed, or else its first proposal or same-day hazard was written.
    pub waits_since: Option<Timestamp>,
    /// Signed, and its summary is not held here.
    pub summary_not_received: bool,
    /// Its summary is held here, and no signature is.
    pub signature_not_received: bool,
}

/// One clash in lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClashDigest {
    /// The documents it is asked in.
    pub place: Place,
    /// The document a resolving entry goes to.
    pub doc: DocId,
    /// Its words from the content; empty where the page words it.
    pub question: String,
    /// Both sides.
    pub answer: Answer,
    /// Workers who led the visit and so may resolve what an OT need not.
    pub led_by: Vec<WorkerId>,
    /// Only an OT may resolve it.
    pub ot_only: bool,
}

/// Reads a person's digest.
pub fn digest(person: PersonId, record: &Record, now: Now) -> Digest {
    let standings = Standings::of(record);
    let (directory, marks) = (Directory::default(), Marks::default());
    // Names and marks are put on when shown; nobody in particular looks here.
    let me = Author {
        worker: WorkerId::from_bytes([0; 16]),
        install: InstallId::from_bytes([0; 16]),
        role: Role::Administrator,
    };
    let around = Around { directory: &directory, marks: &marks, me, now };
    let ground = Ground { record, standings: &standings, around };
    let place = Place::of_person(DocKind::Person);
    let identity = ["identity/name", "identity/born", "identity/nhs_number", "contact/address"];
    Digest {
        person,
        name: name(&ground),
        born: standings.value(place, "identity/born").and_then(Value::as_text).and_then(Date::parse_iso),
        nhs_number: standings
            .value(place, "identity/nhs_number")
            .and_then(Value::as_text)
            .and_then(|digits| digits.parse::<NhsNumber>().ok())
            .map(|number| number.to_string()),
        address: ground.text(place, "contact/address"),
        telephone: ground.text(place, "contact/phone"),
        identity_clash: identity
            .iter()
            .any(|about| standings.get(place, about).is_some_and(|standing| standing.is_clash())),
        alerts: alerts(&ground),
        visits: record.visits().into_iter().filter_map(|visit| visit_digest(&ground, visit)).collect(),
        open_hazards: count(home::open_hazards(&standings, record).len()),
        clashes: clashes(&ground),
        held: record.document_at(place).is_some(),
    }
}

/// `HOLLOWAY, Edna (Mrs)`: of two different names both, so that neither is taken for the other.
fn name(ground: &Ground<'_>) -> String {
    let standing = ground.standings.get(Place::of_person(DocKind::Person), "identity/name");
    let Some(standing) = standing else { return String::new() };
    let names = standing.answers.iter().filter_map(|group| group.last());
    let names = names.filter_map(|recorded| PersonName::from_value(&recorded.entry.value));
    let names: Vec<String> = names.map(|name| name_text(&name)).collect();
    names.join(" / ")
}

/// `HOLLOWAY, Edna (Mrs)`.
pub fn name_text(name: &PersonName) -> String {
    let mut text = name.family.to_uppercase();
    if !name.given.is_empty() {
        text.push_str(", ");
        text.push_str(&name.given);
    }
    if !name.title.is_empty() {
        text.push_str(" (");
        text.push_str(&name.title);
        text.push(')');
    }
    text
}

/// Alerts that stand as true, then communication needs and typed warnings.
pub(super) fn alerts(ground: &Ground<'_>) -> Vec<Alert> {
    let place = Place::of_person(DocKind::Person);
    let coded = AlertCode::CODES.iter().filter_map(|code| {
        let answer = ground.answer(place, &format!("alert/{code}"));
        (answer.value().and_then(Value::as_flag) == Some(true)).then(|| Alert {
            id: (*code).to_owned(),
            text: String::new(),
            answer,
        })
    });
    let mut alerts: Vec<Alert> = coded.collect();
    for (list, id) in [("alert/+", "other"), ("need/+", "need"), ("allergy/+", "allergy")] {
        for thing in ground.standings.things(place, list) {
            alerts.push(Alert {
                id: id.to_owned(),
                text: thing.entry.value.as_text().unwrap_or_default().to_owned(),
                answer: ground.around.thing(thing),
            });
        }
    }
    alerts
}

fn visit_digest(ground: &Ground<'_>, visit: VisitId) -> Option<VisitDigest> {
    let (standings, record) = (ground.standings, ground.record);
    let facts = visit::facts(standings, visit)?;
    let hazards = home::hazards(standings, record, visit);
    let proposals: Vec<_> =
        proposal::proposals(standings, visit).into_iter().filter(|one| !one.withdrawn).collect();
    let statuses: Vec<_> =
        proposals.iter().map(|one| (one, proposal::status(standings, record, one.at))).collect();
    let decided = statuses.iter().filter(|(one, status)| {
        !status.clash
            && !status.earlier_version
            && proposal::decided(standings, visit, one.at).is_some_and(|found| settles(found.outcome))
    });
    let signatures = signature::signatures(standings, visit);
    let countersigned = signature::countersignatures(standings, visit);
    let awaits_countersign = !signature::awaiting_countersign(standings, visit).is_empty();
    let delegation = standings
        .value(Place::of_visit(DocKind::Visit, visit), "visit/delegation")
        .and_then(Delegation::from_value);
    let place = Place::of_visit(DocKind::Visit, visit);
    let since_signed = signatures.iter().map(|one| one.recorded.written_at).min();
    let since_found = proposals
        .iter()
        .map(|one| one.proposed_at)
        .chain(hazards.iter().filter(|hazard| hazard.same_day).map(|hazard| hazard.answer.written_at))
        .min();
    let reopened = countersigned.iter().any(|one| {
        one.covers.iter().any(|(doc, version)| {
            record.part(*doc).is_some_and(|part| {
                part.kind == DocKind::Visit
                    && part.version != *version
                    && part.entries.iter().any(|entry| entry.written_at > one.recorded.written_at)
            })
        })
    });
    let received = signature::received(record, standings, visit);
    let to_fit = statuses
        .iter()
        .filter(|(_, status)| {
            matches!(
                status.state,
                Some(content::State::Ordered | content::State::Delivered | content::State::SelfSupplied)
            )
        })
        .filter_map(|(one, _)| one.device.map(str::to_owned))
        .collect();
    Some(VisitDigest {
        visit,
        doc: record.document_at(place),
        plan: facts.plan,
        state: match (facts.state, countersigned.is_empty() || awaits_countersign) {
            (Facts::Planned, _) => VisitState::Planned,
            (Facts::UnderWay { .. }, _) => VisitState::UnderWay,
            (Facts::Ended { .. }, _) => VisitState::Ended,
            (Facts::Signed { .. }, true) => VisitState::Signed,
            (Facts::Signed { .. }, false) => VisitState::Countersigned,
        },
        started_at: facts.started_at,
        leads: facts.leads,
        seconds: facts.seconds,
        not_yet_seen_by_registered: delegation.is_some_and(|one| one.seen_by_registered.is_none()),
        hazards: count(hazards.len()),
        same_day: count(hazards.iter().filter(|hazard| hazard.same_day).count()),
        severity_sum: hazards.iter().map(|hazard| u32::from(hazard.severity)).sum(),
        proposals: count(proposals.len()),
        decided: count(decided.count()),
        to_fit,
        awaits_countersign,
        reopened,
        waits_since: since_signed.or(since_found),
        summary_not_received: received == signature::Received::SummaryMissing,
        signature_not_received: received == signature::Received::SignatureMissing,
    })
}

/// Whether an OT is done with a proposal after this decision.
fn settles(outcome: DecisionOutcome) -> bool {
    match outcome {
        DecisionOutcome::Approved
        | DecisionOutcome::Changed
        | DecisionOutcome::Declined
        | DecisionOutcome::Withdrawn => true,
        DecisionOutcome::Asked | DecisionOutcome::SeeInPerson => false,
    }
}

fn clashes(ground: &Ground<'_>) -> Vec<ClashDigest> {
    let everybody = |visit: Option<VisitId>| -> Vec<WorkerId> {
        let place = visit.map(|visit| Place::of_visit(DocKind::Visit, visit));
        let history = place.and_then(|place| ground.standings.get(place, "visit/lead"));
        history
            .into_iter()
            .flat_map(|standing| standing.history.iter())
            .filter_map(|recorded| WorkerId::try_from(recorded.entry.value.as_bytes()?).ok())
            .collect()
    };
    ground
        .standings
        .clashes()
        .filter_map(|(question, standing)| {
            let led_by = everybody(question.place.visit);
            // Whoever never led is asked about: if even a lead may not, only an OT may.
            let ot_only = led_by.first().map_or(question.place.kind != DocKind::Person, |lead| {
                !ground.standings.may_resolve(question, *lead, Role::OutreachWorker)
            });
            let item = question.about.strip_prefix("home/").and_then(|id| content::home_safety().item(id));
            Some(ClashDigest {
                place: question.place,
                doc: ground.record.document_at(question.place)?,
                question: item.map(|item| item.question.to_owned()).unwrap_or_default(),
                answer: ground.around.answer(question.about, Some(standing)),
                led_by,
                ot_only,
            })
        })
        .collect()
}

/// A count for the page.
pub(super) fn count(found: usize) -> u32 {
    u32::try_from(found).unwrap_or(u32::MAX)
}
