//! Commands about equipment that a visitor gives: measurements, proposals, replies, and supply events.
//!
//! In: what was measured, proposed, delivered. Out: entries in the visit and the equipment register.
//! Never lets a device only an OT may recommend be proposed by somebody else.
//! Source: clinical guide, section 3.2, "Who may do what" and "Allowed moves".

use crate::content::{self, Actor, MeasurementKind, State};
use crate::decide::desk::{Desk, Write};
use crate::decide::{Measured, NewProposal, Refusal};
use crate::domain::entry::{EntryRef, Value};
use crate::domain::equipment::{self, Moving, Offer};
use crate::domain::kind::DocKind;
use crate::domain::proposal::{self, Proposal};
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
    match equipment::offer(device, desk.role()) {
        Offer::Refer { .. } => Err(Refusal::ReferOn { device: named() }),
        Offer::Nothing => {
            let about = "proposal/+".to_owned();
            Err(Refusal::RoleMayNotAnswer { role: desk.role(), about })
        }
        Offer::AskOtToAssess | Offer::Propose if ask => Ok(()),
        Offer::AskOtToAssess => Err(Refusal::AskOtToAssess { device: named() }),
        // What was declined before goes to the OT, whoever asks again.
        Offer::Propose if desk.role() != Role::Ot && was_declined(desk, id) => {
            Err(Refusal::AskOtToAssess { device: named() })
        }
        Offer::Propose => Ok(()),
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
    let clashes = |about: &str| desk.standings.get(place, about).is_some_and(|standing| standing.is_clash());
    if clashes(&proposal::instruction_about(at)) {
        return Err(Refusal::ProposalClashes { about: proposal::instruction_about(at) });
    }
    let instruction = proposal::instruction(&desk.standings, at).ok_or(Refusal::NothingDecided)?;
    let status = proposal::status(&desk.standings, desk.record, at);
    let orders = matches!(event, SupplyKind::Ordered | SupplyKind::SelfSupplied);
    if orders && status.earlier_version {
        return Err(Refusal::DecidedOnEarlierVersion);
    }
    let due = status.review_due.is_some_and(|due| due <= desk.now.today());
    let state = if due { Some(State::ReviewDue) } else { status.state };
    let from = state.filter(|_| instruction.active || !orders).ok_or(Refusal::NothingDecided)?;
    let value = Value::map([
        ("event", event.into()),
        ("on", Value::Text(on.iso())),
        ("detail", detail.into()),
        ("instruction", instruction.recorded.at.to_value()),
    ]);
    // The same event again is a second tap, or a clash of two that agree.
    if from != State::from(event) || !clashes(&about) {
        may_move(desk, at, event, detail, from)?;
    }
    desk.answer(Write::new(place, &about, value))
}

fn may_move(
    desk: &Desk<'_>,
    at: EntryRef,
    event: SupplyKind,
    detail: &str,
    from: State,
) -> Result<(), Refusal> {
    let role = desk.role();
    let refused = Refusal::RoleMayNotAnswer { role, about: proposal::supply_about(at) };
    let Some(instruction) = proposal::instruction(&desk.standings, at) else {
        return Err(Refusal::NothingDecided);
    };
    let device = content::catalogue()
        .device(instruction.device)
        .ok_or_else(|| Refusal::UnknownDevice { device: instruction.device.to_owned() })?;
    let by = match event {
        // A worker writes down what the person said.
        SupplyKind::RefusedLater => Actor::Person,
        SupplyKind::Ordered
        | SupplyKind::SelfSupplied
        | SupplyKind::Delivered
        | SupplyKind::FittedAndShown
        | SupplyKind::InUse
        | SupplyKind::NotUsed
        | SupplyKind::RepairOrRecall
        | SupplyKind::Returned => Actor::of(role).ok_or(refused)?,
    };
    let proposed = proposal::proposal(&desk.standings, desk.record, at);
    let moving = Moving {
        device,
        by,
        proposed_by_ot: proposed.as_ref().is_some_and(|one| one.by.role == Role::Ot),
        own_proposal: proposed.as_ref().is_some_and(|one| one.by.worker == desk.worker.author.worker),
        answered: proposed.as_ref().is_some_and(|one| !one.replies.is_empty()),
        load_label_checked: !detail.trim().is_empty(),
        review_date_passed: true,
        wall_type: instruction.wall_type,
    };
    equipment::may_follow(from, event.into(), &moving).map_err(Refusal::Move)
}
