//! Telling the equipment of a case: measured and proposed at a visit, then decided and supplied day by day.
//!
//! In: one item and one step of its way. Out: the command that makes the step.
//! Never makes a state that is computed: waiting for review and review due follow from the others.

use crate::content;
use crate::content::MinRole;
use crate::decide::{Act, Decision, Edit, Holder, NewProposal};
use crate::demonstration::KeepError;
use crate::demonstration::caseload::{Case, Supplied};
use crate::demonstration::stage::Stage;
use crate::demonstration::visits::{answer_in, measured};
use crate::domain::entry::{EntryRef, Value};
use crate::domain::equipment::{Offer, offer};
use crate::domain::proposal;
use crate::domain::review::{DeclinedBy, SupplyKind};
use crate::domain::role::Role;
use crate::domain::slug::slug;
use crate::domain::standing::Standings;
use crate::ids::VisitId;

/// Records the readings and makes the proposals of the day of a visit.
pub(super) fn measure_and_propose(
    stage: &mut Stage<'_, '_>,
    case: &Case,
    place: usize,
) -> Result<(), KeepError> {
    let (Some(told), Some(visit)) = (case.visits.get(place), stage.visits.get(place).copied()) else {
        return Ok(());
    };
    for reading in case.measurements.iter().filter(|reading| reading.date == told.date) {
        match measured(reading) {
            Some(measured) => {
                stage.act(&told.staff, Act::Measure { visit, measured })?;
            }
            None => {
                let case = &case.id;
                stage.not_covered.push(format!("{case}: {}: written to the access notes", reading.field));
            }
        }
    }
    for item in case.at.iter().filter(|item| item.dates.first() == Some(&told.date)) {
        propose(stage, case, item, visit)?;
    }
    Ok(())
}

fn propose(stage: &mut Stage<'_, '_>, case: &Case, item: &Supplied, visit: VisitId) -> Result<(), KeepError> {
    let staff = item.proposed_by.as_str();
    for condition in &item.contraindications_met {
        let about = format!("condition/{condition}");
        stage.act(staff, answer_in(Holder::Visit(visit), &about, Value::Flag(true)))?;
    }
    let about = |id: &String| {
        let reading = case.measurements.iter().find(|reading| reading.id == *id)?;
        let measured = measured(reading)?;
        Some(format!("measure/{}/{}", measured.field, slug(&measured.place)))
    };
    let means = |id: &String| content::home_safety().item(id).map(|item| item.means);
    let new = NewProposal {
        device: item.device.clone(),
        place: item.place.clone(),
        why: item.hazards.iter().filter_map(means).collect::<Vec<_>>().join("; "),
        hazards: item.hazards.clone(),
        measurements: item.measurements.iter().filter_map(about).collect(),
        swl_kg: item.swl_kg,
        persons_view: item.note.clone().unwrap_or_default(),
        ..NewProposal::default()
    };
    let device = content::catalogue().device(&item.device);
    let offered = device.zip(stage.role(staff)).map(|(device, role)| offer(device, role));
    let act = if offered == Some(Offer::AskOtToAssess) {
        Act::AskToAssess { visit, proposal: new }
    } else {
        Act::Propose { visit, proposal: new }
    };
    let edits = stage.act(staff, act)?;
    let born = edits.iter().find_map(|edit| match edit {
        Edit::Entry { doc, key, entry } if entry.about == "proposal/+" => {
            Some(EntryRef { doc: *doc, key: *key })
        }
        Edit::Entry { .. } | Edit::Create(_) | Edit::NewNote { .. } | Edit::Note { .. } => None,
    });
    if let Some(born) = born {
        stage.proposals.insert(item.id.clone(), born);
    }
    Ok(())
}

/// Makes one step of an item's way.
pub(super) fn step(
    stage: &mut Stage<'_, '_>,
    case: &Case,
    item: usize,
    step: usize,
) -> Result<(), KeepError> {
    let Some(told) = case.at.get(item) else { return Ok(()) };
    let Some(state) = told.path.get(step).map(String::as_str) else { return Ok(()) };
    let before = step.checked_sub(1).and_then(|before| told.path.get(before)).map(String::as_str);
    if matches!(state, "proposed" | "review_due") || (state == "ot_review" && before != Some("asked")) {
        return Ok(());
    }
    let Some(at) = stage.proposals.get(&told.id).copied() else {
        stage.refuse(format!("{}: {} is {state}: never proposed", case.id, told.id), None);
        return Ok(());
    };
    let Some(ot) = decider(stage, case, told) else {
        stage.refuse(format!("{}: {} is {state}: no OT", case.id, told.id), None);
        return Ok(());
    };
    let reason = told.reason.clone().unwrap_or_else(|| "Checks read; fits the need.".to_owned());
    let decide = |decision| Act::Decide { proposal: at, decision, reason };
    let (staff, act) = match state {
        // The change and its approval are one act.
        "approved" if before == Some("changed") => return Ok(()),
        "approved" => (ot, decide(Decision::Approve)),
        "changed" => {
            let device = told.changed_to.clone().unwrap_or_else(|| told.device.clone());
            (ot, decide(Decision::Change { device, swl_kg: told.swl_kg }))
        }
        "declined" if is_supplied(stage, at) => {
            return supply(stage, case, told, at, SupplyKind::RefusedLater);
        }
        "declined" => {
            let by = told.declined_by.as_deref();
            let by = if by == Some("person") { DeclinedBy::Person } else { DeclinedBy::Ot };
            (ot, decide(Decision::Decline { by }))
        }
        "withdrawn" => (ot, decide(Decision::Withdraw)),
        "asked" => match stage.worker(&told.proposed_by) {
            Some(proposer) => (ot, decide(Decision::Ask { whom: proposer.author.worker })),
            None => return Ok(()),
        },
        "ot_review" => {
            let text = "Answered.".to_owned();
            (told.proposed_by.as_str(), Act::AnswerOt { proposal: at, text })
        }
        other => {
            return match SupplyKind::from_code(other) {
                Some(event) => supply(stage, case, told, at, event),
                None => {
                    stage.refuse(format!("{}: {} is {other}: no such state", case.id, told.id), None);
                    Ok(())
                }
            };
        }
    };
    stage.act(staff, act)?;
    Ok(())
}

fn is_supplied(stage: &Stage<'_, '_>, at: EntryRef) -> bool {
    let record = stage.record();
    !proposal::supply_history(&Standings::of(&record), at).is_empty()
}

/// The OT who decides: the proposer, whoever delegated the visit, or the first OT.
fn decider<'s>(stage: &Stage<'s, '_>, case: &'s Case, told: &'s Supplied) -> Option<&'s str> {
    if stage.role(&told.proposed_by) == Some(Role::Ot) {
        return Some(&told.proposed_by);
    }
    let visit = case.visits.iter().find(|visit| told.dates.first() == Some(&visit.date));
    let delegated = visit.and_then(|visit| visit.delegation.as_ref());
    delegated.map(|delegated| delegated.delegated_by.as_str()).or_else(|| stage.first(Role::Ot))
}

fn supply(
    stage: &mut Stage<'_, '_>,
    case: &Case,
    told: &Supplied,
    at: EntryRef,
    event: SupplyKind,
) -> Result<(), KeepError> {
    let device = told.changed_to.as_deref().unwrap_or(&told.device);
    let own_list =
        content::catalogue().device(device).is_some_and(|device| device.min_role == MinRole::OutreachWorker);
    let (visitor, coordinator) = match (decider(stage, case, told), stage.first(Role::CareCoordinator)) {
        (Some(ot), coordinator) => {
            let visitor = if own_list { told.proposed_by.as_str() } else { ot };
            (visitor, coordinator.unwrap_or(ot))
        }
        (None, _) => return Ok(()),
    };
    let (staff, detail) = match event {
        SupplyKind::Ordered => (coordinator, "Ordered from the supplier."),
        SupplyKind::SelfSupplied => (coordinator, "The person gets it themselves."),
        SupplyKind::Delivered => (coordinator, "Delivered, in good condition."),
        SupplyKind::FittedAndShown => (visitor, "Fitted as measured, shown, and shown back."),
        SupplyKind::InUse => (visitor, "In use; load label, size and use checked."),
        SupplyKind::NotUsed => (visitor, "Not used."),
        SupplyKind::RepairOrRecall => (coordinator, "Taken out of use."),
        SupplyKind::Returned => (coordinator, "Collected."),
        SupplyKind::RefusedLater => (coordinator, "No longer wanted."),
    };
    let (staff, on) = (staff.to_owned(), stage.today());
    let act = Act::RecordSupply { proposal: at, event, on, detail: detail.to_owned() };
    stage.act(&staff, act)?;
    Ok(())
}
