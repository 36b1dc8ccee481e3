//! What the checks of a proposal are asked with, gathered from the record.
//!
//! In: the standings of a record and one proposal. Out: its readings, and what is known of the person and the home.
//! Never guesses: what nobody recorded stays unknown, and what clashes counts as the more cautious answer or unknown.
//! Source: product design, journey 4, "checks that pass, fail or are unknown".

use crate::content::{Device, State, SupplyRoute};
use crate::domain::entry::{Recorded as Entry, Value};
use crate::domain::equipment::{self, Capacity, Consent, Known, Other, Recorded, Tenure};
use crate::domain::kind::DocKind;
use crate::domain::measure;
use crate::domain::measurement;
use crate::domain::person::ConsentState;
use crate::domain::proposal::{self, Proposal};
use crate::domain::record::{Place, Record};
use crate::domain::standing::Standings;
use crate::sorted::Map;

/// The body weight: of the person, so the latest of any visit counts.
const BODY_WEIGHT: &str = "body_weight_kg";

/// A proposal as the checks read it, for `device`: the one proposed, or another the OT chooses instead.
pub fn gathered(
    standings: &Standings<'_>,
    record: &Record,
    found: &Proposal<'_>,
    device: &'static Device,
) -> equipment::Proposal {
    let place = Place::of_visit(DocKind::Visit, found.visit);
    let mut readings = Map::new();
    for about in &found.measurements {
        let stands = standings.get(place, about).filter(|standing| !standing.is_clash());
        let (Some(field), Some(entry)) = (about.split('/').nth(1), stands.and_then(|one| one.stands)) else {
            continue;
        };
        readings.extend(reading(entry).map(|reading| (field.to_owned(), reading)));
    }
    let weight = measure::latest(standings, record, BODY_WEIGHT).and_then(|found| reading(found.recorded));
    readings.extend(weight.map(|weight| (BODY_WEIGHT.to_owned(), weight)));
    equipment::Proposal {
        device,
        place: found.place.to_owned(),
        need: found.why.to_owned(),
        hazards: found.hazards.iter().map(|item| (*item).to_owned()).collect(),
        readings,
        size_mm: found.size.and_then(|size| size.parse().ok()),
        swl_kg: found.swl_kg,
    }
}

fn reading(entry: &Entry) -> Option<measurement::Reading> {
    let value = entry.entry.value.field("reading")?.clone();
    let unit = entry.entry.value.field("unit").and_then(Value::as_text).map(str::to_owned);
    let taken_on = Some(entry.entry.observed_at.london_date());
    Some(measurement::Reading { value, unit, taken_on })
}

/// What is recorded about the person and the home around a proposal.
pub fn recorded(
    standings: &Standings<'_>,
    record: &Record,
    found: &Proposal<'_>,
    device: &Device,
) -> Recorded {
    let place = Place::of_visit(DocKind::Visit, found.visit);
    let conditions = standings.under(place, "condition/").filter_map(|(about, standing)| {
        Some((about.strip_prefix("condition/")?.to_owned(), standing.value()?.as_flag()?))
    });
    Recorded {
        conditions: conditions.collect(),
        further_load_kg: 0.0,
        capacity: Some(capacity(standings, place)),
        consent: consent(standings, found, device),
        tenure: tenure(standings),
        others: Some(others(standings, record, found)),
    }
}

/// Capacity is presumed until somebody records a doubt; then it is what an assessment said.
fn capacity(standings: &Standings<'_>, place: Place) -> Capacity {
    let doubts = standings.things(place, "doubt/+");
    let outcomes: Vec<Option<&str>> = doubts
        .iter()
        .map(|doubt| standings.value(place, &format!("doubt/{}/outcome", doubt.at.key))?.as_text())
        .collect();
    match outcomes.as_slice() {
        [] => Capacity::Presumed,
        all if all.contains(&Some("lacks_capacity")) => Capacity::Lacks,
        all if all.iter().all(|outcome| *outcome == Some("has_capacity")) => Capacity::Has,
        _ => Capacity::InDoubt,
    }
}

/// Consent to share with whoever supplies the device, given at the visit of the proposal.
fn consent(standings: &Standings<'_>, found: &Proposal<'_>, device: &Device) -> Option<Consent> {
    let place = Place::of_person(DocKind::Person);
    let about = format!("consent/{}/share/{}", found.visit, supplier(device.supply_route));
    let value = standings.value(place, &about)?;
    let has_words =
        value.field("detail").and_then(Value::as_text).is_some_and(|text| !text.trim().is_empty());
    Some(match ConsentState::from_value(value.field("state")?)? {
        ConsentState::Given | ConsentState::Partly => Consent::Given,
        ConsentState::Refused | ConsentState::Withdrawn => Consent::Refused,
        // A best-interests decision is named in the words beside it.
        ConsentState::NotAble if has_words => Consent::BestInterests,
        ConsentState::NotAble => Consent::NotAble,
    })
}

/// The recipient of a consent to share, as one segment of its path.
fn supplier(route: SupplyRoute) -> &'static str {
    match route {
        SupplyRoute::EquipmentStore => "equipment-store",
        SupplyRoute::SelfSupply => "family",
        SupplyRoute::Handyperson => "handyperson",
        SupplyRoute::TelecareProvider => "telecare-provider",
        SupplyRoute::Council => "council",
        SupplyRoute::SensoryTeam => "sensory-team",
        SupplyRoute::FireService => "fire-service",
        SupplyRoute::WheelchairService => "wheelchair-service",
        SupplyRoute::Employer => "employer",
        SupplyRoute::Landlord => "landlord",
    }
}

fn tenure(standings: &Standings<'_>) -> Option<Tenure> {
    let tenure = standings.value(Place::of_person(DocKind::Person), "social/tenure")?;
    match tenure.as_text()? {
        "owner" => Some(Tenure::Owned),
        "council" | "housing_association" | "private_rented" => {
            Some(Tenure::Rented { landlord_consents: None })
        }
        _ => None,
    }
}

/// Every other item that is in place or under way.
fn others(standings: &Standings<'_>, record: &Record, found: &Proposal<'_>) -> Vec<Other> {
    let all = record.visits().into_iter().flat_map(|visit| proposal::proposals(standings, visit));
    let under_way = |one: &Proposal<'_>| match proposal::status(standings, record, one.at).supply.known {
        Known::Is(state) | Known::DecidedOnEarlierVersion(state) => {
            !state.stops_supply() && state != State::NotUsed
        }
        Known::DecisionsDiffer => true,
        Known::TakenBack | Known::NotKnownHere => false,
    };
    all.filter(|one| one.at != found.at && under_way(one))
        .filter_map(|one| Some(Other { device: one.device?.to_owned(), place: one.place.to_owned() }))
        .collect()
}
