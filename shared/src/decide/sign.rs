//! Signing a visit, and what may follow it.
//!
//! In: the versions and entries that were read, the name as typed. Out: the signature and the summary, in one act.
//! Never signs what was not read. Only a same-day item without an action stops it; a part assessment may be signed.
//! Source: product design, "A signature is a list entry"; clinical guide, section 4, "Life cycle".

use crate::decide::desk::{Desk, Write};
use crate::decide::{Act, Refusal};
use crate::domain::entry::Value;
use crate::domain::home;
use crate::domain::kind::DocKind;
use crate::domain::proposal;
use crate::domain::record::Place;
use crate::domain::shape::Misfit;
use crate::domain::signature;
use crate::domain::visit::{self, VisitState};
use crate::ids::{DocId, Version, VisitId, WorkerId};

pub(super) fn sign(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let Act::Sign { visit, covers, text_sha256, typed_name, form_version, app_version } = &desk.command.act
    else {
        return Ok(());
    };
    let visit = *visit;
    let place = desk.visit(visit)?;
    let me = desk.worker.author.worker;
    if visit::state(&desk.standings, visit) == VisitState::Planned {
        return Err(Refusal::NotStarted { visit });
    }
    if signature::signatures(&desk.standings, visit).iter().any(|one| one.recorded.by.worker == me) {
        return Err(Refusal::AlreadySigned { visit });
    }
    let leads = desk.standings.leads(visit);
    if !may_sign(desk, visit, &leads) {
        return Err(Refusal::NotYourVisit { visit, leads });
    }
    let items = home::same_day_without_action(&desk.standings, visit);
    if !items.is_empty() {
        return Err(Refusal::SameDayWithoutAction { items });
    }
    refuse_other_versions(desk, visit, covers)?;
    let standing = desk.standings.at(place).flat_map(|(_, standing)| standing.entries());
    desk.refuse_unseen(standing.map(|recorded| recorded.at))?;
    if typed_name.trim().is_empty() {
        return Err(Refusal::Value { about: "signature/+".to_owned(), misfit: Misfit::Empty });
    }
    let value = Value::map([
        ("covers", signature::covers_to_value(covers)),
        ("text_sha256", Value::Bytes(text_sha256.to_vec())),
        ("typed_name", typed_name.as_str().into()),
        ("form_version", Value::Whole(i64::from(*form_version))),
        ("app_version", app_version.as_str().into()),
    ]);
    let summary = summary(desk, visit);
    desk.add(Write::new(place, "signature/+", value))?;
    desk.add(Write::new(Place::of_visit(DocKind::Summary, visit), "summary/+", summary)).map(|_| ())
}

/// The lead visitor, either of two in a clash, a named second for themselves, or anybody where nobody leads.
fn may_sign(desk: &Desk<'_>, visit: VisitId, leads: &[WorkerId]) -> bool {
    let me = desk.worker.author.worker;
    let place = Place::of_visit(DocKind::Visit, visit);
    let seconds = desk.standings.things(place, "visit/second/+");
    let is_second =
        seconds.iter().any(|second| second.entry.value.as_bytes() == Some(me.as_bytes().as_slice()));
    desk.role().is_clinical() && (leads.is_empty() || leads.contains(&me) || is_second)
}

/// Refuses when a document of the visit was not read, or has another version than the one that was.
pub(super) fn refuse_other_versions(
    desk: &Desk<'_>,
    visit: VisitId,
    covers: &[(DocId, Version)],
) -> Result<(), Refusal> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let read = |doc: DocId| covers.iter().find(|(covered, _)| *covered == doc).map(|(_, version)| version);
    let mut docs: Vec<DocId> = desk
        .record
        .parts_at(place)
        .filter(|part| read(part.doc) != Some(&part.version))
        .map(|part| part.doc)
        .collect();
    // Whatever else it says it covers must be held here, as it was read.
    let others = covers.iter().filter(|(doc, version)| {
        desk.record.part(*doc).is_none_or(|part| part.place() != place && part.version != *version)
    });
    docs.extend(others.map(|(doc, _)| *doc));
    if docs.is_empty() { Ok(()) } else { Err(Refusal::ChangedWhileReading { entries: Vec::new(), docs }) }
}

/// What those who read summaries and not visits are told.
fn summary(desk: &Desk<'_>, visit: VisitId) -> Value {
    let place = Place::of_visit(DocKind::Visit, visit);
    let hazards = home::hazards(&desk.standings, desk.record, visit);
    let count = |number: usize| Value::Whole(i64::try_from(number).unwrap_or(i64::MAX));
    let severity_sum: i64 = hazards.iter().map(|hazard| i64::from(hazard.severity)).sum();
    let same_day =
        hazards.iter().filter(|hazard| hazard.same_day).map(|hazard| Value::text(hazard.item.id)).collect();
    let proposals = proposal::proposals(&desk.standings, visit)
        .iter()
        .filter(|one| !one.withdrawn)
        .map(|one| {
            let device = one.device.unwrap_or_default();
            Value::map([("proposal", one.at.to_value()), ("device", device.into())])
        })
        .collect();
    let actions = desk
        .standings
        .things(place, "action/+")
        .iter()
        .map(|thing| Value::map([("action", thing.at.to_value()), ("is", thing.entry.value.clone())]))
        .collect();
    let mut parts = vec![
        ("hazards".to_owned(), count(hazards.len())),
        ("severity_sum".to_owned(), Value::Whole(severity_sum)),
        ("same_day".to_owned(), Value::List(same_day)),
        ("proposals".to_owned(), Value::List(proposals)),
        ("actions".to_owned(), Value::List(actions)),
    ];
    for about in ["visit/plan", "visit/outcome", "visit/started", "visit/ended", "next_contact", "safety_net"]
    {
        if let Some(value) = desk.standings.value(place, about) {
            parts.push((about.replace('/', "_"), value.clone()));
        }
    }
    Value::Map(parts.into_iter().collect())
}

pub(super) fn addendum(desk: &mut Desk<'_>, visit: VisitId, text: &str, reason: &str) -> Result<(), Refusal> {
    let place = desk.visit(visit)?;
    if !matches!(visit::state(&desk.standings, visit), VisitState::Signed { .. }) {
        return Err(Refusal::NotSigned { visit });
    }
    let value = Value::map([("text", text.into()), ("reason", reason.into())]);
    desk.add(Write::new(place, "addendum/+", value)).map(|_| ())
}
