//! Building proposals and equipment rows.
//!
//! In: what stands about one visit's proposals, decisions and supply. Out: the page's form of them, with every check.
//! A check that cannot be made is unknown, never passed. Source: clinical guide, section 3.2.

use doorstep_shared::content::{self, Actor, Device, State};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::equipment::{self, Capacity, Check, Consent, Moving, Other, Tenure};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::person::ConsentState;
use doorstep_shared::domain::proposal::{self, Decided, Proposal as Proposed, Status};
use doorstep_shared::domain::record::Place;
use doorstep_shared::domain::review::SupplyKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::{measure, measurement};
use doorstep_shared::ids::VisitId;
use doorstep_shared::sorted;

use crate::projection::answer::Mark;
use crate::projection::ground::Ground;
use crate::projection::home::{Choice, Kind};
use crate::projection::person::{EquipmentRow, Reading};
use crate::projection::proposal::{Decision, Proposal, SupplyState};
use crate::projection::today::device_name;

/// The proposals of a visit, oldest first.
pub(in crate::projection) fn proposals(ground: &Ground<'_>, visit: VisitId) -> Vec<Proposal> {
    proposal::proposals(ground.standings, visit).iter().map(|one| build(ground, visit, one)).collect()
}

fn build(ground: &Ground<'_>, visit: VisitId, found: &Proposed<'_>) -> Proposal {
    let place = Place::of_visit(DocKind::Visit, visit);
    let field = |name: &str| ground.answer(place, &format!("proposal/{}/{name}", found.at.key));
    let device = found.device.and_then(|id| content::catalogue().device(id));
    let status = proposal::status(ground.standings, ground.record, found.at);
    let replies = found.replies.iter().map(|reply| ground.around.thing(reply)).collect();
    let hazards = found.hazards.iter().map(|id| {
        let words = content::home_safety().item(id).map(|item| item.means.to_owned()).unwrap_or_default();
        ((*id).to_owned(), words)
    });
    Proposal {
        at: found.at,
        device: field("device"),
        device_name: found.device.map(device_name).unwrap_or_default(),
        ask_ot: found.ask,
        place: field("place"),
        need: field("why"),
        hazards: hazards.collect(),
        hazards_answer: field("hazards"),
        persons_view: field("persons_view"),
        carers_view: field("carers_view"),
        urgency: field("urgency"),
        safe_load_kg: field("swl_kg"),
        trial: field("trial"),
        size: field("size"),
        replies,
        safe_load_required: device.is_some_and(|device| device.swl_required),
        readings: device.map(|device| needed_readings(ground, visit, device)).unwrap_or_default(),
        by: ground.around.by(&found.by),
        proposed_at: found.proposed_at,
        withdrawn: found.withdrawn,
        state: state_of(&status, found.withdrawn),
        decision: decided(ground, visit, found, &status),
        checks: device.map(|device| checks(ground, found, device)).unwrap_or_default(),
        read: found.entries.clone(),
        mark: found.entries.iter().map(|at| ground.around.marks.entry(at)).min().unwrap_or(Mark::Stored),
    }
}

/// Which devices are proposed for which items.
pub(in crate::projection) fn devices_by_item(ground: &Ground<'_>, visit: VisitId) -> Vec<(String, String)> {
    proposal::proposals(ground.standings, visit)
        .iter()
        .filter(|one| !one.withdrawn)
        .flat_map(|one| {
            one.hazards.iter().map(|item| ((*item).to_owned(), one.device.unwrap_or_default().to_owned()))
        })
        .collect()
}

fn state_of(status: &Status, withdrawn: bool) -> SupplyState {
    match (withdrawn, status.clash, status.state) {
        (true, _, _) => SupplyState::Withdrawn,
        (false, true, _) => SupplyState::Clash,
        (false, false, None) => SupplyState::NotKnownHere,
        (false, false, Some(state)) => SupplyState::from(state),
    }
}

fn decided(ground: &Ground<'_>, visit: VisitId, found: &Proposed<'_>, status: &Status) -> Option<Decision> {
    let place = Place::of_visit(DocKind::Review, visit);
    let about = proposal::decision_about(found.at);
    let answer = ground.answer(place, &about);
    let decided: Option<Decided<'_>> = proposal::decided(ground.standings, visit, found.at);
    if answer.sides.is_empty() {
        return None;
    }
    let device = decided.as_ref().and_then(|one| one.device);
    Some(Decision {
        outcome: decided.as_ref().map(|one| one.outcome),
        reason: decided.as_ref().map(|one| one.reason.to_owned()).unwrap_or_default(),
        replacement: device
            .filter(|device| Some(*device) != found.device)
            .map(|device| (device.to_owned(), device_name(device))),
        asked: decided.as_ref().and_then(|one| one.whom).map(|whom| ground.around.directory.name(&whom)),
        decided_at: decided.as_ref().map(|one| one.recorded.written_at),
        by: decided.as_ref().map(|one| ground.around.by(&one.recorded.by)),
        on_an_earlier_version: status.earlier_version,
        answer,
    })
}

/// What has to be measured for a device, with the latest reading of each.
fn needed_readings(ground: &Ground<'_>, visit: VisitId, device: &Device) -> Vec<Reading> {
    let here = measure::readings(ground.standings, visit);
    device
        .measurements
        .iter()
        .flat_map(|field| {
            let mut found: Vec<Reading> = here
                .iter()
                .filter(|reading| reading.field == *field)
                .map(|reading| reading_of(ground, visit, reading))
                .collect();
            if found.is_empty() {
                found.push(empty_reading(field));
            }
            found
        })
        .collect()
}

fn empty_reading(field: &str) -> Reading {
    Reading {
        field: field.to_owned(),
        how_to: how_to(field),
        place: String::new(),
        unit: unit(field),
        answer: crate::projection::Answer { about: format!("measure/{field}/"), ..Default::default() },
    }
}

/// One reading in the page's form.
pub(in crate::projection) fn reading_of(
    ground: &Ground<'_>,
    visit: VisitId,
    reading: &measure::Reading<'_>,
) -> Reading {
    let place = Place::of_visit(DocKind::Visit, visit);
    Reading {
        field: reading.field.to_owned(),
        how_to: how_to(reading.field),
        place: reading.place.to_owned(),
        unit: unit(reading.field),
        answer: ground.answer(place, &reading.recorded.entry.about),
    }
}

fn how_to(field: &str) -> String {
    content::catalogue().measurement(field).map(|field| field.how.to_owned()).unwrap_or_default()
}

pub(super) fn unit(field: &str) -> String {
    match content::catalogue().measurement(field).map(|field| &field.kind) {
        Some(content::MeasurementKind::Number { unit, .. }) => (*unit).to_owned(),
        Some(content::MeasurementKind::Choice { .. } | content::MeasurementKind::Text) | None => {
            String::new()
        }
    }
}

/// Every check of a proposal, in the order an OT reads them.
fn checks(ground: &Ground<'_>, found: &Proposed<'_>, device: &'static Device) -> Vec<Check> {
    let fields = device.measurements.iter().filter_map(|field| {
        let reading = measure::latest(ground.standings, ground.record, field)?;
        let taken_on = reading.recorded.entry.observed_at.london_date();
        Some(((*field).to_owned(), measurement::Reading::new(reading.value.clone(), Some(taken_on))))
    });
    let asked = equipment::Proposal {
        device,
        place: found.place.to_owned(),
        need: found.why.to_owned(),
        hazards: found.hazards.iter().map(|id| (*id).to_owned()).collect(),
        readings: fields.collect(),
        size_mm: None,
        swl_kg: found.swl_kg,
    };
    equipment::checks(&asked, &recorded(ground, found), ground.around.now.today())
}

/// What is recorded about the person and the home that checks ask for.
fn recorded(ground: &Ground<'_>, found: &Proposed<'_>) -> equipment::Recorded {
    let person = Place::of_person(DocKind::Person);
    let tenure = match ground.standings.value(person, "social/tenure").and_then(Value::as_text) {
        Some("owner") => Some(Tenure::Owned),
        Some("council" | "housing_association" | "private_rented") => {
            Some(Tenure::Rented { landlord_consents: None })
        }
        Some(_) | None => None,
    };
    let others = ground
        .record
        .visits()
        .into_iter()
        .flat_map(|visit| proposal::proposals(ground.standings, visit))
        .filter(|other| other.at != found.at && !other.withdrawn)
        .map(|other| Other {
            device: other.device.unwrap_or_default().to_owned(),
            place: other.place.to_owned(),
        })
        .collect();
    equipment::Recorded {
        // A doubt about capacity is recorded at a visit; where none is, it is presumed.
        capacity: Some(if has_doubt(ground) { Capacity::InDoubt } else { Capacity::Presumed }),
        consent: consent_to_share(ground),
        tenure,
        others: Some(others),
        ..equipment::Recorded::default()
    }
}

fn has_doubt(ground: &Ground<'_>) -> bool {
    ground
        .record
        .visits()
        .into_iter()
        .any(|visit| !ground.standings.things(Place::of_visit(DocKind::Visit, visit), "doubt/+").is_empty())
}

/// Consent to share with whoever supplies: the least that was said to any of them.
fn consent_to_share(ground: &Ground<'_>) -> Option<Consent> {
    let place = Place::of_person(DocKind::Person);
    let states = ground
        .standings
        .under(place, "consent/")
        .filter(|(about, _)| about.contains("/share/"))
        .filter_map(|(_, standing)| ConsentState::from_value(standing.value()?.field("state")?));
    let worst = states.max()?;
    Some(match worst {
        ConsentState::Given | ConsentState::Partly => Consent::Given,
        ConsentState::NotAble => Consent::NotAble,
        ConsentState::Withdrawn | ConsentState::Refused => Consent::Refused,
    })
}

/// Everything proposed, ordered or in place, over all visits.
pub(in crate::projection) fn equipment(ground: &Ground<'_>) -> Vec<EquipmentRow> {
    let mut rows: Vec<EquipmentRow> = Vec::new();
    for visit in ground.record.visits() {
        for found in proposal::proposals(ground.standings, visit) {
            let status = proposal::status(ground.standings, ground.record, found.at);
            let instruction = proposal::instruction(ground.standings, found.at);
            let supply = proposal::supply_history(ground.standings, found.at);
            let device = instruction.as_ref().map(|one| one.device).or(found.device).unwrap_or_default();
            rows.push(EquipmentRow {
                proposal: Some(found.at),
                instruction: instruction.as_ref().map(|one| one.recorded.at),
                device: device.to_owned(),
                device_name: device_name(device),
                place: found.place.to_owned(),
                state: state_of(&status, found.withdrawn),
                since: supply
                    .last()
                    .map(|event| event.recorded.written_at)
                    .or_else(|| instruction.as_ref().map(|one| one.recorded.written_at))
                    .or(Some(found.proposed_at)),
                review_due: status.review_due,
                next: next_moves(ground, &found, status.state),
                read: supply.iter().map(|event| event.recorded.at).chain([found.at]).collect(),
            });
        }
    }
    sorted::sort_by_key(&mut rows, |row| std::cmp::Reverse(row.since));
    rows
}

/// Supply events this worker may record next.
fn next_moves(ground: &Ground<'_>, found: &Proposed<'_>, state: Option<State>) -> Vec<SupplyKind> {
    let device = found.device.and_then(|id| content::catalogue().device(id));
    let (Some(state), Some(device), Some(by)) = (state, device, Actor::of(ground.around.me.role)) else {
        return Vec::new();
    };
    let instruction = proposal::instruction(ground.standings, found.at);
    let moving = Moving {
        device,
        by,
        proposed_by_ot: found.by.role == Role::Ot,
        own_proposal: found.by.worker == ground.around.me.worker,
        answered: !found.replies.is_empty(),
        load_label_checked: true,
        review_date_passed: false,
        wall_type: instruction.as_ref().and_then(|one| one.wall_type),
    };
    let next = equipment::next_moves(state, &moving);
    SupplyKind::ALL.iter().copied().filter(|kind| next.contains(&State::from(*kind))).collect()
}

/// What can be answered to a reading, in the page's form.
pub(in crate::projection) fn kind_of(kind: &content::MeasurementKind) -> Kind {
    match kind {
        content::MeasurementKind::Number { unit, min, max, .. } => {
            Kind::Number { unit: (*unit).to_owned(), min: *min, max: *max, levels: Vec::new() }
        }
        content::MeasurementKind::Choice { options } => Kind::Choice {
            options: options.iter().map(|id| Choice { id: (*id).to_owned(), hazard: false }).collect(),
        },
        content::MeasurementKind::Text => Kind::Text,
    }
}
