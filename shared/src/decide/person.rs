//! Commands about a person, and the generic ones: answer a field, add to a list, take back.
//!
//! In: what was said. Out: entries the table of fields allows.
//! Never writes a field that has a command of its own with rules of its own.
//! Source: product design, "Documents"; clinical guide, section 4, row E.

use crate::decide::desk::{Desk, Write};
use crate::decide::{Answer, Holder, NewPerson, Refusal};
use crate::domain::entry::{EntryRef, How, Value};
use crate::domain::field::Nature;
use crate::domain::kind::DocKind;
use crate::domain::person::{ConsentKind, ConsentState};
use crate::domain::record::Place;
use crate::domain::shape::Misfit;
use crate::domain::slug::slug;
use crate::ids::VisitId;
use crate::nhs_number::NhsNumber;

/// Paths that have commands of their own, with rules the generic ones do not make.
const OWN_COMMAND: [&str; 18] = [
    "addendum/",
    "consent/",
    "countersign/",
    "decision/",
    "fixed/",
    "home/",
    "identifiers/",
    "instruction/",
    "note/",
    "proposal/",
    "same_day/",
    "signature/",
    "summary/",
    "supply/",
    "visit/ended",
    "visit/outcome",
    "visit/plan",
    "visit/started",
];

fn refuse_own_command(about: &str) -> Result<(), Refusal> {
    if OWN_COMMAND.iter().any(|own| about.starts_with(own)) {
        return Err(Refusal::UnknownField { about: about.to_owned() });
    }
    Ok(())
}

pub(super) fn register(desk: &mut Desk<'_>, new: &NewPerson) -> Result<(), Refusal> {
    let place = Place::of_person(DocKind::Person);
    let person = desk.command.person;
    if desk.record.document_at(place).is_some() {
        return Err(Refusal::AlreadyRegistered { person });
    }
    let mut put = |about: &str, value: Value| desk.answer(Write::new(place, about, value));
    put("identity/name", new.name.to_value())?;
    put("identity/born", Value::Text(new.born.iso()))?;
    match (&new.nhs_number, new.no_number) {
        (Some(number), _) => {
            let number: NhsNumber = number.parse().map_err(|_| Refusal::Value {
                about: "identity/nhs_number".to_owned(),
                misfit: Misfit::NhsNumber,
            })?;
            put("identity/nhs_number", Value::Text(number.digits()))?;
        }
        (None, Some(reason)) => put("identity/no_number", reason.into())?,
        (None, None) => {
            let about = "identity/nhs_number".to_owned();
            return Err(Refusal::Value { about, misfit: Misfit::Empty });
        }
    }
    put("contact/address", new.address.as_str().into())?;
    if !new.phone.trim().is_empty() {
        put("contact/phone", new.phone.as_str().into())?;
    }
    Ok(())
}

pub(super) fn answer(desk: &mut Desk<'_>, answer: &Answer) -> Result<(), Refusal> {
    refuse_own_command(&answer.about)?;
    let place = desk.place(answer.to)?;
    let write = Write {
        how: answer.how,
        observed_at: answer.observed_at,
        reason: answer.reason.clone(),
        ..Write::new(place, &answer.about, answer.value.clone())
    };
    if desk.check(&write)?.nature == Nature::List {
        return Err(Refusal::UnknownField { about: answer.about.clone() });
    }
    desk.answer(write)
}

pub(super) fn add(desk: &mut Desk<'_>, to: Holder, about: &str, value: &Value) -> Result<(), Refusal> {
    refuse_own_command(about)?;
    let place = desk.place(to)?;
    let write = Write::new(place, about, value.clone());
    if desk.check(&write)?.nature != Nature::List {
        return Err(Refusal::UnknownField { about: about.to_owned() });
    }
    desk.add(write).map(|_| ())
}

pub(super) fn withdraw(desk: &mut Desk<'_>, thing: EntryRef, reason: &str) -> Result<(), Refusal> {
    let part = desk.record.part(thing.doc).ok_or(Refusal::DocumentNotHere { doc: thing.doc })?;
    let recorded = desk.record.entry(thing).ok_or(Refusal::EntryNotHere { at: thing })?;
    let Some(stem) = recorded.entry.about.strip_suffix('+') else {
        return Err(Refusal::EntryNotHere { at: thing });
    };
    // What was signed or said under a signature is corrected by an addendum, never taken out.
    if ["signature/", "addendum/", "countersign/", "summary/"].contains(&stem) {
        return Err(Refusal::UnknownField { about: recorded.entry.about.clone() });
    }
    let place = part.place();
    if let (DocKind::Visit, Some(visit)) = (place.kind, place.visit) {
        desk.open_visit(visit)?;
    }
    let about = format!("{stem}{}/withdrawn", thing.key);
    if desk.standings.value(place, &about).is_some() {
        return Ok(());
    }
    desk.answer(Write::new(place, &about, reason.into()))
}

/// What a person said about one consent.
pub(super) struct Said<'c> {
    pub(super) recipient: Option<&'c str>,
    pub(super) state: ConsentState,
    pub(super) detail: &'c str,
    pub(super) how: Option<How>,
}

pub(super) fn consent(
    desk: &mut Desk<'_>,
    visit: VisitId,
    kind: ConsentKind,
    said: Said<'_>,
) -> Result<(), Refusal> {
    desk.open_visit(visit)?;
    let place = desk.place(Holder::Person)?;
    let mut value = vec![("state", Value::from(said.state)), ("detail", said.detail.into())];
    let about = match (kind, said.recipient) {
        // Consent to share is one for each recipient.
        (ConsentKind::Share, Some(recipient)) if !slug(recipient).is_empty() => {
            value.push(("recipient", recipient.into()));
            format!("consent/{visit}/share/{}", slug(recipient))
        }
        (ConsentKind::Share, _) => {
            let about = format!("consent/{visit}/share");
            return Err(Refusal::Value { about, misfit: Misfit::Empty });
        }
        (ConsentKind::Assess | ConsentKind::Treat | ConsentKind::Photos | ConsentKind::Contact, _) => {
            format!("consent/{visit}/{}", kind.code())
        }
    };
    let value = Value::Map(value.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    desk.answer(Write { how: said.how, ..Write::new(place, &about, value) })
}
