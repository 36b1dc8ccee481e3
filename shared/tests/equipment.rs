//! The demonstration caseload's equipment against the catalogue's rules.
//!
//! In: `content/demonstration_caseload.json` and the library. Out: every path allowed, every expected figure found again.
//! Never repeats a rule: what is expected is read from the caseload.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its case has failed")]
#![expect(clippy::wildcard_enum_match_arm, reason = "the caseload uses some of the states")]

use std::collections::BTreeSet;

use doorstep_shared::content::{Actor, Device, State, catalogue};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::equipment::{
    CheckKind, Fact, Facts, Happened, Known, Moving, Proposal, ProposedBy, Recorded, Verdict, approval,
    checks, may_follow, missing, state_of,
};
use doorstep_shared::domain::measurement::{Reading, check_measurement};
use doorstep_shared::domain::review::{DecisionOutcome, SupplyKind};
use doorstep_shared::nhs_number::NhsNumber;
use doorstep_shared::sorted::Map;
use doorstep_shared::time::{Date, Timestamp};
use serde_json::Value as Json;

fn caseload() -> Json {
    serde_json::from_str(include_str!("../content/demonstration_caseload.json")).unwrap()
}

fn list<'j>(json: &'j Json, name: &str) -> &'j [Json] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap()
}

fn day(json: &Json) -> Date {
    Date::parse_iso(text(json)).unwrap()
}

fn device(json: &Json) -> &'static Device {
    catalogue().device(text(json)).unwrap()
}

/// Every item of equipment with its case.
fn equipment(caseload: &Json) -> Vec<(&Json, &Json)> {
    let items = |case| list(case, "at").iter().map(move |item| (case, item));
    list(caseload, "cases").iter().flat_map(items).collect()
}

fn proposed_by_ot(caseload: &Json, item: &Json) -> bool {
    let worker = list(caseload, "staff").iter().find(|worker| worker["id"] == item["proposed_by"]).unwrap();
    text(&worker["role"]) == "OT"
}

/// The path with its days.
fn path(item: &Json) -> Vec<(State, Date)> {
    let states = list(item, "path").iter().map(|state| serde_json::from_value(state.clone()).unwrap());
    states.zip(list(item, "dates").iter().map(day)).collect()
}

/// The device as decided.
fn decided_device(item: &Json) -> &'static Device {
    device(if item["changed_to"].is_string() { &item["changed_to"] } else { &item["device"] })
}

fn readings(case: &Json, item: &Json) -> Map<String, Reading> {
    let named: BTreeSet<&str> = list(item, "measurements").iter().map(text).collect();
    list(case, "measurements")
        .iter()
        .filter(|measured| named.contains(text(&measured["id"])))
        .map(|measured| {
            let value = measured["value"]
                .as_f64()
                .map_or_else(|| Value::text(text(&measured["value"])), Value::Number);
            (text(&measured["field"]).to_owned(), Reading::new(value, Some(day(&measured["date"]))))
        })
        .collect()
}

fn proposal(case: &Json, item: &Json) -> Proposal {
    Proposal {
        device: device(&item["device"]),
        place: text(&item["place"]).to_owned(),
        need: String::new(),
        hazards: list(item, "hazards").iter().map(|hazard| text(hazard).to_owned()).collect(),
        readings: readings(case, item),
        size_mm: None,
        swl_kg: item["swl_kg"].as_f64(),
    }
}

/// The facts that put an item on its path.
fn facts(caseload: &Json, item: &Json) -> Facts {
    let fact = |(place, (state, on)): (usize, (State, Date))| {
        let decided = |outcome| Some(Happened::Decided { outcome, current: true });
        let happened = match state {
            State::Changed => decided(DecisionOutcome::Changed),
            State::Approved if item["changed_to"].is_string() => Some(Happened::Instructed),
            State::Approved => decided(DecisionOutcome::Approved),
            State::Declined => decided(DecisionOutcome::Declined),
            State::Ordered => Some(Happened::Supplied(SupplyKind::Ordered)),
            State::Delivered => Some(Happened::Supplied(SupplyKind::Delivered)),
            State::FittedDemonstrated => Some(Happened::Supplied(SupplyKind::FittedAndShown)),
            State::InUse => Some(Happened::Supplied(SupplyKind::InUse)),
            State::Returned => Some(Happened::Supplied(SupplyKind::Returned)),
            State::Proposed | State::OtReview => None,
            other => panic!("{other:?} is not in the caseload"),
        };
        let at = Timestamp::from_london(on, 9, u8::try_from(place).unwrap());
        happened.map(|happened| Fact { happened, on, at })
    };
    Facts {
        device: decided_device(item),
        proposal: Some(ProposedBy {
            ot: proposed_by_ot(caseload, item),
            on: list(item, "dates").first().map(day).unwrap(),
        }),
        taken_back: false,
        reviews_held: true,
        happened: path(item).into_iter().enumerate().filter_map(fact).collect(),
    }
}

#[test]
fn every_path_of_the_caseload_is_allowed_to_the_roles_in_it() {
    let caseload = caseload();
    for (case, item) in equipment(&caseload) {
        let by_ot = proposed_by_ot(&caseload, item);
        let readings = readings(case, item);
        for pair in path(item).windows(2) {
            let (from, to) = (pair[0].0, pair[1].0);
            let moving = |by| Moving {
                device: decided_device(item),
                by,
                proposed_by_ot: by_ot,
                own_proposal: by_ot,
                answered: false,
                load_label_checked: false,
                review_date_passed: false,
                wall_type: readings.get("wall_type").and_then(|reading| reading.value.as_text()),
            };
            let actors: &[Actor] = match to {
                State::OtReview => &[Actor::System],
                State::Declined if item["declined_by"] == "person" => &[Actor::Person],
                State::Ordered | State::Delivered | State::Returned => {
                    &[Actor::Ot, Actor::CareCoordinator, Actor::OutreachWorker]
                }
                State::FittedDemonstrated if !by_ot => &[Actor::OutreachWorker, Actor::Ot],
                State::InUse => &[Actor::OutreachWorker, Actor::Ot],
                _ => &[Actor::Ot],
            };
            for by in actors {
                assert_eq!(
                    may_follow(from, to, &moving(*by)),
                    Ok(()),
                    "{} {from:?} {to:?} {by:?}",
                    item["id"]
                );
            }
        }
    }
}

#[test]
fn every_item_arrives_where_its_path_ends_and_in_the_expected_days() {
    let caseload = caseload();
    for (_, item) in equipment(&caseload) {
        let expected = path(item);
        let (last, on) = *expected.last().unwrap();
        let supply = state_of(&facts(&caseload, item), on);
        assert_eq!(supply.known, Known::Is(last), "{}", item["id"]);
        assert_eq!(supply.path, expected, "{}", item["id"]);
        assert_eq!(supply.days_to_fitted, item["expect_days_to_fitted"].as_i64(), "{}", item["id"]);
    }
}

#[test]
fn the_counts_of_each_case_and_of_the_whole_caseload_come_out() {
    let caseload = caseload();
    let (mut all, mut days) = ([0; 3], Vec::new());
    for case in list(&caseload, "cases") {
        let supplies: Vec<_> = list(case, "at")
            .iter()
            .map(|item| state_of(&facts(&caseload, item), path(item).last().unwrap().1))
            .collect();
        let count = |wanted: fn(State) -> bool| {
            supplies.iter().filter(|supply| matches!(supply.known, Known::Is(state) if wanted(state))).count()
        };
        let found = [supplies.len(), count(State::is_in_place), count(|state| state == State::Declined)];
        let expect = &case["expect_at"];
        assert_eq!(serde_json::json!(found[0]), expect["proposed"], "{}", case["id"]);
        assert_eq!(serde_json::json!(found[1]), expect["in_place"], "{}", case["id"]);
        assert_eq!(serde_json::json!(found[2]), expect["declined"], "{}", case["id"]);
        (0..3).for_each(|place| all[place] += found[place]);
        days.extend(supplies.iter().filter_map(|supply| supply.days_to_fitted));
    }
    let totals = &caseload["expected_totals"];
    assert_eq!(
        serde_json::json!(all),
        serde_json::json!([totals["at_proposed"], totals["at_in_place"], totals["at_declined"]])
    );
    days.sort_unstable();
    assert_eq!(totals["at_days_to_fitted_median"].as_f64(), Some(days[days.len() / 2] as f64));
}

#[test]
fn every_measurement_of_the_caseload_is_accepted() {
    for case in list(&caseload(), "cases") {
        for measured in list(case, "measurements") {
            let field = catalogue().measurement(text(&measured["field"])).unwrap();
            let value = measured["value"]
                .as_f64()
                .map_or_else(|| Value::text(text(&measured["value"])), Value::Number);
            let on = day(&measured["date"]);
            assert_eq!(
                check_measurement(field, &Reading::new(value, Some(on)), on),
                Ok(vec![]),
                "{measured}"
            );
        }
    }
}

#[test]
fn every_proposal_of_the_caseload_is_whole_and_what_it_met_stops_its_approval() {
    for (case, item) in equipment(&caseload()) {
        let proposal = proposal(case, item);
        assert_eq!(missing(&proposal), [], "{}", item["id"]);
        let met: Vec<String> =
            list(item, "contraindications_met").iter().map(|id| text(id).to_owned()).collect();
        let recorded =
            Recorded { conditions: met.iter().map(|id| (id.clone(), true)).collect(), ..Recorded::default() };
        let found = checks(&proposal, &recorded, path(item)[0].1);
        assert_eq!(approval(&found).is_err(), !met.is_empty(), "{} {found:?}", item["id"]);
        let load = found.iter().find(|check| check.kind == CheckKind::Load);
        assert!(load.is_none_or(|check| check.verdict == Verdict::Pass), "{}", item["id"]);
    }
}

#[test]
fn every_nhs_number_of_the_caseload_is_a_test_number_and_prints_as_shown() {
    for case in list(&caseload(), "cases") {
        let number: NhsNumber = text(&case["nhs_number"]).parse().unwrap();
        assert!(number.is_test());
        assert_eq!(number.to_string(), text(&case["nhs_number_display"]));
    }
}
