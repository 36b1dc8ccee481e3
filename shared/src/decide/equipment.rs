//! Commands about equipment that a visitor gives: measurements, proposals, replies, and supply events.
//!
//! In: what was measured, proposed, delivered. Out: entries in the visit and the equipment register.
//! Never lets a device only an OT may recommend be proposed by somebody else.
//! Source: clinical guide, section 3.2, "Who may do what" and "Allowed moves".

use crate::content::{self, Actor, MeasurementKind, MinRole, MoveCondition, State, SupplyRoute, Transition};
use crate::decide::desk::{Desk, Write};
use crate::decide::{Measured, NewProposal, Refusal};
use crate::domain::entry::{EntryRef, Value};
use crate::domain::kind::DocKind;
use crate::domain::proposal::{self, Instruction, Proposal};
use crate::domain::record::Place;
use crate::domain::review::SupplyKind;
use crate::domain::role::Role;
use crate::domain::shape::Misfit;
use crate::domain::slug::slug;
use crate::ids::VisitId;
use crate::time::Date;

pub(super) fn measure(desk: &mut Desk<'_>, visit: VisitId, measured: &Measured) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let about = format!("measure/{}/{}", measured.field, slug(&measured.place));
    let field = content::catalogue()
        .measurement(&measured.field)
        .ok_or_else(|| Refusal::UnknownField { about: about.clone() })?;
    if field.restricted {
        return Err(Refusal::RecordedElsewhere { item: measured.field.clone() });
    }
    if slug(&measured.place).is_empty() {
        return Err(Refusal::Value { about, misfit: Misfit::Empty });
    }
    let mut value = vec![("reading", measured.value.clone()), ("place", measured.place.as_str().into())];
    if let MeasurementKind::Number { unit, .. } = &field.kind {
        value.push(("unit", (*unit).into()));
    }
    let value = Value::Map(value.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    desk.answer(Write {
        how: measured.how,
        observed_at: measured.observed_at,
        form_version: Some(content::catalogue().version),
        ..Write::new(place, &about, value)
    })
}

pub(super) fn propose(
    desk: &mut Desk<'_>,
    visit: VisitId,
    new: &NewProposal,
    ask: bool,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    check_device(desk, &new.device, ask)?;
    let birth = Value::text(if ask { "ask" } else { "proposed" });
    let born = desk.add(Write::new(place, "proposal/+", birth))?;
    let texts = |list: &[String]| Value::List(list.iter().map(|text| text.as_str().into()).collect());
    let mut fields = vec![("device", new.device.as_str().into())];
    let typed = [
        ("place", &new.place),
        ("why", &new.why),
        ("persons_view", &new.persons_view),
        ("carers_view", &new.carers_view),
    ];
    let typed = typed.into_iter().filter(|(_, text)| !text.trim().is_empty());
    fields.extend(typed.map(|(name, text)| (name, text.as_str().into())));
    let lists = [("hazards", &new.hazards), ("measurements", &new.measurements)];
    fields.extend(
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, texts(list))),
    );
    fields.extend(new.swl_kg.map(|swl_kg| ("swl_kg", Value::Number(swl_kg))));
    fields.extend(new.urgency.map(|urgency| ("urgency", urgency.into())));
    for (name, value) in fields {
        desk.answer(Write::new(place, &format!("proposal/{}/{name}", born.key), value))?;
    }
    Ok(())
}

/// Whether this role may propose the device, or ask for it.
fn check_device(desk: &Desk<'_>, id: &str, ask: bool) -> Result<(), Refusal> {
    let named = || id.to_owned();
    let device = content::catalogue().device(id).ok_or_else(|| Refusal::UnknownDevice { device: named() })?;
    match (device.min_role, desk.role(), ask) {
        (MinRole::RegisteredNurse | MinRole::Pharmacist, _, _) => Err(Refusal::ReferOn { device: named() }),
        (MinRole::OutreachWorker | MinRole::Ot, Role::Ot, _) | (_, _, true) => Ok(()),
        (MinRole::Ot, _, false) => Err(Refusal::AskOtToAssess { device: named() }),
        // What was declined before goes to the OT, whoever asks again.
        (MinRole::OutreachWorker, _, false) if was_declined(desk, id) => {
            Err(Refusal::AskOtToAssess { device: named() })
        }
        (MinRole::OutreachWorker, _, false) => Ok(()),
    }
}

fn was_declined(desk: &Desk<'_>, device: &str) -> bool {
    let visits = desk.record.visits();
    let mut earlier = visits.into_iter().flat_map(|visit| proposal::proposals(&desk.standings, visit));
    earlier.any(|one| {
        one.device == Some(device)
            && proposal::status(&desk.standings, desk.record, one.at).state == Some(State::Declined)
    })
}

pub(super) fn set_field(
    desk: &mut Desk<'_>,
    at: EntryRef,
    field: &str,
    value: &Value,
) -> Result<(), Refusal> {
    let found = proposal_of(desk, at)?;
    let place = desk.open_visit(found.visit)?;
    if let ("device", Some(device)) = (field, value.as_text()) {
        check_device(desk, device, found.ask)?;
    }
    desk.answer(Write::new(place, &format!("proposal/{}/{field}", at.key), value.clone()))
}

pub(super) fn answer_ot(desk: &mut Desk<'_>, at: EntryRef, text: &str) -> Result<(), Refusal> {
    let found = proposal_of(desk, at)?;
    // The OT asks after signing, so the reply may come after it too.
    let place = desk.visit(found.visit)?;
    desk.add(Write::new(place, &format!("proposal/{}/reply/+", at.key), text.into())).map(|_| ())
}

/// A proposal that is held here and was not taken back.
pub(super) fn proposal_of<'d>(desk: &Desk<'d>, at: EntryRef) -> Result<Proposal<'d>, Refusal> {
    let found = proposal::proposal(&desk.standings, desk.record, at).ok_or(Refusal::EntryNotHere { at })?;
    if found.withdrawn { Err(Refusal::Withdrawn { at }) } else { Ok(found) }
}

pub(super) fn supply(
    desk: &mut Desk<'_>,
    at: EntryRef,
    event: SupplyKind,
    on: Date,
    detail: &str,
) -> Result<(), Refusal> {
    let about = proposal::supply_about(at);
    let place = Place::of_person(DocKind::Equipment);
    let value = |instruction: &Instruction<'_>| {
        Value::map([
            ("event", event.into()),
            ("on", Value::Text(on.iso())),
            ("detail", detail.into()),
            ("instruction", instruction.recorded.at.to_value()),
        ])
    };
    let status = proposal::status(&desk.standings, desk.record, at);
    if status.clash && !clashes_only_in_supply(desk, &about, at) {
        return Err(Refusal::ProposalClashes { about: proposal::instruction_about(at) });
    }
    let instruction = proposal::instruction(&desk.standings, at).ok_or(Refusal::NothingDecided)?;
    let orders = matches!(event, SupplyKind::Ordered | SupplyKind::SelfSupplied);
    if orders && status.earlier_version {
        return Err(Refusal::DecidedOnEarlierVersion);
    }
    let from = status.state.ok_or(Refusal::NothingDecided)?;
    let to = proposal::state_of_supply(event);
    let due = status.review_due.is_some_and(|due| due <= desk.now.today());
    let from_any = [from, if due { State::ReviewDue } else { from }];
    let device = instruction.device;
    let value = value(&instruction);
    let again = from == to && desk.standings.value(place, &about).is_some_and(|last| *last == value);
    let allowed = |transition: &Transition| {
        from_any.contains(&transition.from)
            && transition.to == to
            && may_move(transition, desk.role(), device)
    };
    if !again && !content::catalogue().transitions.iter().any(allowed) {
        return Err(Refusal::SupplyMove { from, to });
    }
    desk.answer(Write::new(place, &about, value))
}

/// Two moves clash and the decision does not: another move, made by somebody who saw both, resolves them.
fn clashes_only_in_supply(desk: &Desk<'_>, about: &str, at: EntryRef) -> bool {
    let place = Place::of_person(DocKind::Equipment);
    let clashes = |about: &str| desk.standings.get(place, about).is_some_and(|standing| standing.is_clash());
    clashes(about) && !clashes(&proposal::instruction_about(at))
}

fn may_move(transition: &Transition, role: Role, device: &str) -> bool {
    let device = content::catalogue().device(device);
    let is_own = |device: &content::Device| device.min_role == MinRole::OutreachWorker;
    let holds = match transition.condition {
        None | Some(MoveCondition::LoadLabelChecked) => true,
        Some(MoveCondition::RouteSelf) => {
            device.is_some_and(|device| device.supply_route == SupplyRoute::SelfSupply)
        }
        Some(MoveCondition::OwnList) => role == Role::Ot || device.is_some_and(is_own),
        Some(
            MoveCondition::ProposerIsNotOt
            | MoveCondition::OwnProposal
            | MoveCondition::OtsOwnProposal
            | MoveCondition::AnswerGiven
            | MoveCondition::ReviewDatePassed,
        ) => false,
    };
    let by = |actor: &Actor| match actor {
        // A worker writes down what the person or the supplier said.
        Actor::Person | Actor::Supplier => true,
        Actor::System => false,
        Actor::OutreachWorker => role == Role::OutreachWorker,
        Actor::Ot => role == Role::Ot,
        Actor::SpecialistNurse => role == Role::SpecialistNurse,
        Actor::RecoveryPractitioner => role == Role::RecoveryPractitioner,
        Actor::CareCoordinator => role == Role::CareCoordinator,
    };
    holds && transition.by.iter().any(by)
}
