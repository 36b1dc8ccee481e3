//! Commands of the OT's review: decide, confirm, comment, countersign.
//!
//! In: what the OT decided, and the entries that were read. Out: entries in the review and the equipment register.
//! Never approves what was not read, what clashes, or what cannot carry the person's weight.
//! Source: product design, "A decision … names the proposal entries it read"; clinical guide, section 3.2.

use crate::content::{self, State};
use crate::decide::desk::{Desk, Write};
use crate::decide::equipment::proposal_of;
use crate::decide::sign::refuse_other_versions;
use crate::decide::{Act, Decision, Refusal};
use crate::domain::checks;
use crate::domain::entry::{EntryRef, Value};
use crate::domain::equipment::{self, MoveRefusal};
use crate::domain::kind::DocKind;
use crate::domain::proposal::{self, Proposal};
use crate::domain::record::Place;
use crate::domain::review::{DecisionOutcome, DeclinedBy};
use crate::domain::role::Role;
use crate::domain::shape::Misfit;
use crate::domain::signature;
use crate::ids::VisitId;

pub(super) fn decide(
    desk: &mut Desk<'_>,
    at: EntryRef,
    decision: &Decision,
    reason: &str,
) -> Result<(), Refusal> {
    let found = proposal_of(desk, at)?;
    let review = Place::of_visit(DocKind::Review, found.visit);
    let about = proposal::decision_about(at);
    if desk.role() != Role::Ot {
        return Err(Refusal::RoleMayNotAnswer { role: desk.role(), about });
    }
    if found.by.worker == desk.worker.author.worker && found.by.role != Role::Ot {
        return Err(Refusal::OwnProposal);
    }
    let earlier: Vec<EntryRef> = desk
        .standings
        .get(review, &about)
        .into_iter()
        .flat_map(|standing| standing.entries().map(|recorded| recorded.at))
        .collect();
    desk.refuse_unseen(found.entries.iter().chain(&earlier).copied())?;
    check_supplied(desk, at, decision)?;
    let device = match decision {
        Decision::Approve => Some(approvable(desk, &found, None)?),
        Decision::Change { device, swl_kg } => Some(approvable(desk, &found, Some((device, *swl_kg)))?),
        Decision::Decline { .. } | Decision::Ask { .. } | Decision::SeeInPerson | Decision::Withdraw => None,
    };
    let read = Value::List(found.entries.iter().map(|at| at.to_value()).collect());
    let value = decision_value(decision, device.as_ref(), reason, read.clone());
    let write = Write::new(review, &about, value);
    desk.check(&write)?;
    let decided = desk.put(write, &earlier)?;
    instruct(desk, &found, decided, device, read)
}

/// A device with its safe working load.
struct Approved {
    device: String,
    swl_kg: Option<f64>,
    wall_type: Option<String>,
}

/// Refuses a decision that what was supplied already does not leave open.
fn check_supplied(desk: &Desk<'_>, at: EntryRef, decision: &Decision) -> Result<(), Refusal> {
    if proposal::supply_history(&desk.standings, at).is_empty() {
        return Ok(());
    }
    let status = proposal::status(&desk.standings, desk.record, at);
    let to = match decision {
        Decision::Approve => State::Approved,
        Decision::Change { .. } => State::Changed,
        Decision::Decline { .. } => State::Declined,
        Decision::Ask { .. } => State::Asked,
        Decision::SeeInPerson => State::OtReview,
        Decision::Withdraw => State::Withdrawn,
    };
    match (status.state, to, decision) {
        (Some(State::Ordered), State::Withdrawn, _)
        | (Some(State::Ordered), _, Decision::Decline { by: DeclinedBy::Person })
        | (Some(State::Declined | State::Withdrawn | State::Approved) | None, _, _) => Ok(()),
        (Some(from), _, _) => Err(Refusal::Move(MoveRefusal::NoSuchMove { from, to })),
    }
}

/// The device that may be approved: the one proposed, or `instead`.
fn approvable(
    desk: &Desk<'_>,
    found: &Proposal<'_>,
    instead: Option<(&String, Option<f64>)>,
) -> Result<Approved, Refusal> {
    let matters = |about: &&str| {
        let field = about.rsplit('/').next().unwrap_or_default();
        let own = matches!(field, "device" | "size" | "place" | "swl_kg");
        let replaced = instead.is_some() && matches!(field, "device" | "swl_kg");
        about.starts_with("measure/") || (own && !replaced)
    };
    if let Some(about) = found.clashes.iter().copied().find(matters) {
        return Err(Refusal::ProposalClashes { about: about.to_owned() });
    }
    let (id, swl_kg) = match instead {
        Some((device, swl_kg)) => (device.as_str(), swl_kg.or(found.swl_kg)),
        None => (found.device.unwrap_or_default(), found.swl_kg),
    };
    let device =
        content::catalogue().device(id).ok_or_else(|| Refusal::UnknownDevice { device: id.to_owned() })?;
    let proposed = equipment::Proposal {
        device,
        swl_kg,
        ..checks::gathered(&desk.standings, desk.record, found, device)
    };
    let recorded = checks::recorded(&desk.standings, desk.record, found, device);
    let found_by = equipment::checks(&proposed, &recorded, desk.now.today());
    if let Err(stops) = equipment::approval(&found_by) {
        return Err(Refusal::NotApprovable { checks: stops.into_iter().cloned().collect() });
    }
    let wall_type = proposed.readings.get("wall_type").and_then(|reading| reading.value.as_text());
    Ok(Approved { device: id.to_owned(), swl_kg, wall_type: wall_type.map(str::to_owned) })
}

fn decision_value(decision: &Decision, device: Option<&Approved>, reason: &str, read: Value) -> Value {
    let outcome = match decision {
        Decision::Approve => DecisionOutcome::Approved,
        Decision::Change { .. } => DecisionOutcome::Changed,
        Decision::Decline { .. } => DecisionOutcome::Declined,
        Decision::Ask { .. } => DecisionOutcome::Asked,
        Decision::SeeInPerson => DecisionOutcome::SeeInPerson,
        Decision::Withdraw => DecisionOutcome::Withdrawn,
    };
    let mut value = vec![("outcome", outcome.into()), ("reason", reason.into()), ("read", read)];
    if let Some(approved) = device {
        value.push(("device", approved.device.as_str().into()));
        value.extend(approved.swl_kg.map(|swl_kg| ("swl_kg", Value::Number(swl_kg))));
    }
    if let Decision::Decline { by } = decision {
        value.push(("by", (*by).into()));
    }
    if let Decision::Ask { whom } = decision {
        value.push(("whom", Value::Bytes(whom.as_bytes().to_vec())));
    }
    Value::Map(value.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Writes or stops the instruction to supply, in the same act as its decision.
fn instruct(
    desk: &mut Desk<'_>,
    found: &Proposal<'_>,
    decided: EntryRef,
    device: Option<Approved>,
    read: Value,
) -> Result<(), Refusal> {
    let place = Place::of_person(DocKind::Equipment);
    let about = proposal::instruction_about(found.at);
    let standing = desk.standings.get(place, &about);
    let mut value = match (device, standing.and_then(|standing| standing.value())) {
        (Some(approved), _) => {
            let mut value = vec![("active", Value::Flag(true)), ("device", approved.device.as_str().into())];
            value.extend(approved.swl_kg.map(|swl_kg| ("swl_kg", Value::Number(swl_kg))));
            value.extend(approved.wall_type.map(|wall_type| ("wall_type", Value::Text(wall_type))));
            value.push(("place", found.place.into()));
            value
        }
        (None, Some(before)) => {
            let device = before.field("device").cloned().unwrap_or_else(|| "".into());
            vec![("active", Value::Flag(false)), ("device", device)]
        }
        // Nothing was instructed, so there is nothing to stop.
        (None, None) => return Ok(()),
    };
    value.push(("decision", decided.to_value()));
    value.push(("read", read));
    let value = Value::Map(value.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    // An instruction follows its decision: it was seen when its decision was.
    let replaced: Vec<EntryRef> = standing
        .into_iter()
        .flat_map(|standing| standing.entries())
        .filter(|recorded| {
            let decision = recorded.entry.value.field("decision").and_then(EntryRef::from_value);
            desk.was_seen(recorded.at) || decision.is_some_and(|decision| desk.was_seen(decision))
        })
        .map(|recorded| recorded.at)
        .collect();
    let write = Write::new(place, &about, value);
    desk.check(&write)?;
    desk.put(write, &replaced).map(|_| ())
}

pub(super) fn confirm(desk: &mut Desk<'_>, at: EntryRef, reason: &str) -> Result<(), Refusal> {
    let found = proposal_of(desk, at)?;
    let decided = proposal::decided(&desk.standings, found.visit, at).ok_or(Refusal::NothingDecided)?;
    let decision = match decided.outcome {
        DecisionOutcome::Approved => Decision::Approve,
        DecisionOutcome::Changed => {
            Decision::Change { device: decided.device.unwrap_or_default().to_owned(), swl_kg: decided.swl_kg }
        }
        DecisionOutcome::Declined => {
            let by = decided.by.and_then(DeclinedBy::from_code).unwrap_or(DeclinedBy::Ot);
            Decision::Decline { by }
        }
        DecisionOutcome::Asked => Decision::Ask { whom: decided.whom.unwrap_or(found.by.worker) },
        DecisionOutcome::SeeInPerson => Decision::SeeInPerson,
        DecisionOutcome::Withdrawn => Decision::Withdraw,
    };
    decide(desk, at, &decision, reason)
}

pub(super) fn comment(desk: &mut Desk<'_>, visit: VisitId, on: EntryRef, text: &str) -> Result<(), Refusal> {
    desk.visit(visit)?;
    desk.record.entry(on).ok_or(Refusal::EntryNotHere { at: on })?;
    let place = Place::of_visit(DocKind::Review, visit);
    desk.add(Write::new(place, &format!("comment/{}/+", on.path()), text.into())).map(|_| ())
}

pub(super) fn countersign(desk: &mut Desk<'_>) -> Result<(), Refusal> {
    let Act::Countersign { visit, signature, covers, outcome, detail } = &desk.command.act else {
        return Ok(());
    };
    let visit = *visit;
    let own = desk.visit(visit)?;
    let signatures = signature::signatures(&desk.standings, visit);
    let signed = signatures
        .iter()
        .find(|one| one.recorded.at == *signature)
        .ok_or(Refusal::EntryNotHere { at: *signature })?;
    if signed.recorded.by.worker == desk.worker.author.worker {
        return Err(Refusal::OwnSignature);
    }
    refuse_other_versions(desk, visit, covers)?;
    let standing = desk.standings.at(own).flat_map(|(_, standing)| standing.entries());
    desk.refuse_unseen(standing.map(|recorded| recorded.at))?;
    let needs_words = *outcome != crate::domain::review::CountersignOutcome::Agree;
    if needs_words && detail.trim().is_empty() {
        return Err(Refusal::Value { about: "countersign/+".to_owned(), misfit: Misfit::Empty });
    }
    let value = Value::map([
        ("signature", signature.to_value()),
        ("covers", signature::covers_to_value(covers)),
        ("outcome", (*outcome).into()),
        ("detail", detail.as_str().into()),
    ]);
    let place = Place::of_visit(DocKind::Review, visit);
    desk.add(Write::new(place, "countersign/+", value)).map(|_| ())
}
