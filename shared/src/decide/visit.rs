//! Commands about a visit as a whole: plan, start, end, who is here, actions, notes.
//!
//! In: a visit and what happened. Out: entries and note texts in its document.
//! Never stores a state: planned, under way and ended follow from these facts.
//! Source: product design, "A visit has no state field".

use crate::decide::desk::{Desk, Write};
use crate::decide::{Edit, NewAction, NoteName, Refusal};
use crate::domain::entry::{EntryRef, Value};
use crate::domain::kind::DocKind;
use crate::domain::note::NOTE_CHARS_MAX;
use crate::domain::record::Place;
use crate::domain::shape::Misfit;
use crate::domain::visit::{self, Delegation, Plan, VisitOutcome, VisitState};
use crate::ids::{DocId, Version, VisitId, WorkerId};
use crate::sorted;
use crate::time::{Date, Timestamp};

/// Fewest identifiers that are asked before a visit.
const IDENTIFIERS_MIN: usize = 2;

fn worker_value(worker: WorkerId) -> Value {
    Value::Bytes(worker.as_bytes().to_vec())
}

pub(super) fn plan(
    desk: &mut Desk<'_>,
    visit: VisitId,
    plan: &Plan,
    lead: WorkerId,
    delegation: Option<&Delegation>,
) -> Result<(), Refusal> {
    let place = place_of_new(desk, visit)?;
    if plan.ends_at < plan.starts_at {
        return Err(Refusal::Value { about: "visit/plan".to_owned(), misfit: Misfit::Choice });
    }
    desk.answer(Write::new(place, "visit/plan", plan.to_value()))?;
    desk.answer(Write::new(place, "visit/lead", worker_value(lead)))?;
    if let Some(delegation) = delegation {
        desk.answer(Write::new(place, "visit/delegation", delegation.to_value()))?;
    }
    Ok(())
}

/// The place of a visit that may not be held here yet, about a person who is.
fn place_of_new(desk: &Desk<'_>, visit: VisitId) -> Result<Place, Refusal> {
    let person = desk.command.person;
    if desk.record.document_at(Place::of_person(DocKind::Person)).is_none() {
        return Err(Refusal::PersonNotHere { person });
    }
    match visit::state(&desk.standings, visit) {
        VisitState::Signed { .. } => Err(Refusal::AlreadySigned { visit }),
        VisitState::Planned | VisitState::UnderWay { .. } | VisitState::Ended { .. } => {
            Ok(Place::of_visit(DocKind::Visit, visit))
        }
    }
}

pub(super) fn hand_over(desk: &mut Desk<'_>, visit: VisitId, lead: WorkerId) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    desk.answer(Write::new(place, "visit/lead", worker_value(lead)))
}

pub(super) fn start(desk: &mut Desk<'_>, visit: VisitId) -> Result<(), Refusal> {
    let place = place_of_new(desk, visit)?;
    // A second tap on a slow tablet is not an error.
    if desk.standings.value(place, "visit/started").is_some() {
        return Ok(());
    }
    let at = desk.now.at;
    desk.answer(Write::new(place, "visit/started", at.into()))?;
    if desk.standings.leads(visit).is_empty() {
        let me = worker_value(desk.worker.author.worker);
        desk.answer(Write::new(place, "visit/lead", me))?;
    }
    Ok(())
}

pub(super) fn expect_end(desk: &mut Desk<'_>, visit: VisitId, ends_at: Timestamp) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    desk.answer(Write::new(place, "visit/expected_end", ends_at.into()))
}

pub(super) fn end(desk: &mut Desk<'_>, visit: VisitId, outcome: VisitOutcome) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let took_place = match outcome {
        VisitOutcome::Attended | VisitOutcome::EndedEarly => true,
        VisitOutcome::DidNotAttend
        | VisitOutcome::NoAccess
        | VisitOutcome::WasNotBrought
        | VisitOutcome::CancelledByPerson
        | VisitOutcome::CancelledByService => false,
    };
    match visit::state(&desk.standings, visit) {
        VisitState::Planned if took_place => return Err(Refusal::NotStarted { visit }),
        VisitState::Planned | VisitState::UnderWay { .. } => {
            let at = desk.now.at;
            desk.answer(Write::new(place, "visit/ended", at.into()))?;
        }
        VisitState::Ended { .. } | VisitState::Signed { .. } => {}
    }
    desk.answer(Write::new(place, "visit/outcome", outcome.into()))
}

pub(super) fn present(desk: &mut Desk<'_>, visit: VisitId, who: &str, by_phone: bool) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let value = Value::map([("who", who.into()), ("by_phone", Value::Flag(by_phone))]);
    desk.add(Write::new(place, "present/+", value)).map(|_| ())
}

pub(super) fn identifiers(desk: &mut Desk<'_>, visit: VisitId, fields: &[String]) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let mut checked: Vec<&str> = fields.iter().map(String::as_str).collect();
    sorted::sort(&mut checked);
    checked.dedup();
    let known = ["address", "born", "name", "nhs_number", "phone"];
    if checked.iter().any(|field| !known.contains(field)) {
        let about = "identifiers/checked".to_owned();
        return Err(Refusal::Value { about, misfit: Misfit::Choice });
    }
    if checked.len() < IDENTIFIERS_MIN {
        return Err(Refusal::TooFewIdentifiers { least: IDENTIFIERS_MIN });
    }
    let value = Value::List(checked.into_iter().map(Value::from).collect());
    desk.answer(Write::new(place, "identifiers/checked", value))
}

pub(super) fn action(desk: &mut Desk<'_>, visit: VisitId, action: &NewAction) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let mut value = vec![("what", Value::text(&*action.what)), ("owner", Value::text(&*action.owner))];
    value.extend(action.due.map(|due| ("due", Value::Text(due.iso()))));
    value.extend(action.item.as_deref().map(|item| ("item", item.into())));
    let value = Value::Map(value.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    desk.add(Write::new(place, "action/+", value)).map(|_| ())
}

pub(super) fn action_outcome(
    desk: &mut Desk<'_>,
    visit: VisitId,
    action: EntryRef,
    became: &str,
) -> Result<(), Refusal> {
    // A coordinator holds the summary and not the visit, so the action itself may not be held here.
    let place = Place::of_visit(DocKind::Summary, visit);
    if desk.record.document_at(place).is_none() {
        return Err(Refusal::NotSigned { visit });
    }
    desk.answer(Write::new(place, &format!("became/{}", action.path()), became.into()))
}

pub(super) fn next_contact(
    desk: &mut Desk<'_>,
    visit: VisitId,
    on: Option<Date>,
    detail: &str,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let value = match on {
        Some(on) => Value::map([("on", Value::Text(on.iso())), ("detail", detail.into())]),
        None => Value::map([("detail", detail.into())]),
    };
    desk.answer(Write::new(place, "next_contact", value))
}

pub(super) fn safety_net(
    desk: &mut Desk<'_>,
    visit: VisitId,
    watch_for: &str,
    call: &str,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let value = Value::map([("watch_for", watch_for.into()), ("call", call.into())]);
    desk.answer(Write::new(place, "safety_net", value))
}

pub(super) fn note(
    desk: &mut Desk<'_>,
    visit: VisitId,
    item: Option<&str>,
    text: &str,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    check_note("note/+", text)?;
    let value = match item {
        Some(item) => Value::map([("item", item.into())]),
        None => Value::map([]),
    };
    let note = desk.add(Write::new(place, "note/+", value))?;
    desk.push(Edit::NewNote { doc: note.doc, key: note.key, text: text.to_owned() });
    Ok(())
}

pub(super) fn edit_note(
    desk: &mut Desk<'_>,
    doc: DocId,
    note: NoteName,
    seen: &Version,
    text: &str,
) -> Result<(), Refusal> {
    let part = desk.record.part(doc).ok_or(Refusal::DocumentNotHere { doc })?;
    let (DocKind::Visit, Some(visit)) = (part.kind, part.visit) else {
        return Err(Refusal::DocumentNotHere { doc });
    };
    desk.open_visit(visit)?;
    if !desk.role().is_clinical() {
        return Err(Refusal::RoleMayNotWrite { role: desk.role(), kind: part.kind });
    }
    let name = match note {
        NoteName::Section(section) => section.code().to_owned(),
        NoteName::Added(key) => key.to_string(),
    };
    let Some(now) = part.notes.get(&name) else {
        return Err(Refusal::UnknownField { about: format!("note/{name}") });
    };
    check_note("note", text)?;
    // Nothing was typed, or the first sending of this text arrived.
    if now != text {
        desk.push(Edit::Note { doc, name, seen: seen.clone(), text: text.to_owned() });
    }
    Ok(())
}

fn check_note(about: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() > NOTE_CHARS_MAX {
        let misfit = Misfit::TooLong { limit: NOTE_CHARS_MAX };
        return Err(Refusal::Value { about: about.to_owned(), misfit });
    }
    Ok(())
}
