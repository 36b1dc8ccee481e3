//! The content against the rules, and the demonstration caseload against both.
//!
//! In: `content/*.json` and the library. Out: every value the caseload expects of a home, found again by the real code.
//! Never repeats a rule: what is expected is read from the caseload.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its case has failed")]

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::content::{AnswerKind, Expression, FlagFrom, Item, catalogue, home_safety};
use doorstep_shared::domain::assessment::{
    Answer, Answers, Outcome, Summary, blocks_signing, check_answer, outcome, reassess, summarise,
};
use doorstep_shared::domain::entry::{NonAnswer, Value};
use doorstep_shared::sorted::Set;
use serde_json::Value as Json;

fn file(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn items_as_written() -> Json {
    file(include_str!("../content/home_safety.json"))
}

fn caseload() -> Json {
    file(include_str!("../content/demonstration_caseload.json"))
}

fn list<'j>(json: &'j Json, name: &str) -> &'j [Json] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

fn texts(json: &Json, name: &str) -> Vec<String> {
    list(json, name).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap()
}

fn value(json: &Json) -> Value {
    let whole = json.as_i64().map(Value::Whole);
    whole.or_else(|| json.as_f64().map(Value::Number)).unwrap_or_else(|| Value::text(text(json)))
}

fn safe_examples() -> BTreeMap<String, Value> {
    let items = items_as_written();
    list(&items, "items")
        .iter()
        .map(|item| (text(&item["id"]).to_owned(), value(&item["safe_example"])))
        .collect()
}

/// The answers of one `home` of the caseload: every item not listed has its safe example.
fn answers_of(home: &Json) -> Answers {
    let mut answers = Answers::default();
    for (question, option) in home["profile"].as_object().unwrap() {
        answers.setting.profile.insert(question.clone(), text(option).to_owned());
    }
    for (flag, is) in home["flags"].as_object().unwrap() {
        answers.setting.flags.insert(flag.clone(), is.as_bool().unwrap());
    }
    let not_applicable: BTreeSet<String> = texts(home, "not_applicable").into_iter().collect();
    for (id, safe) in safe_examples() {
        let item = home_safety().item(&id).unwrap();
        let filled_in = !outcome(item, &answers).is_applicable();
        if !filled_in && !not_applicable.contains(&id) {
            answers.items.insert(id, Answer::new(safe, None));
        } else if item.must_be_seen || !filled_in {
            // What must be seen is confirmed; what the profile does not fill in was answered.
            answers.items.insert(id, Answer::new(Value::Non(NonAnswer::NotApplicable), None));
        }
    }
    let listed = [
        ("not_seen", NonAnswer::NotSeen),
        ("not_asked", NonAnswer::Unanswered),
        ("declined", NonAnswer::Declined),
    ];
    for (name, non) in listed {
        for id in texts(home, name) {
            answers.items.insert(id, Answer::new(Value::Non(non), None));
        }
    }
    for (id, given) in home["answers_that_differ_from_safe"].as_object().unwrap() {
        answers.items.insert(id.clone(), Answer::new(value(given), None));
    }
    answers
}

/// Every assessed home of the caseload: the case, the visit and the answers.
fn homes(caseload: &Json) -> Vec<(&Json, &Json, Answers)> {
    let visits = |case| list(case, "visits").iter().map(move |visit| (case, visit));
    list(caseload, "cases")
        .iter()
        .flat_map(visits)
        .filter(|(_, visit)| visit["home"].is_object())
        .map(|(case, visit)| (case, visit, answers_of(&visit["home"])))
        .collect()
}

#[test]
fn every_home_of_the_caseload_comes_to_what_it_expects() {
    let caseload = caseload();
    let homes = homes(&caseload);
    assert_eq!(homes.len(), 5);
    for (case, visit, answers) in homes {
        let Summary {
            items,
            applicable,
            answered,
            complete_pct,
            hazards,
            hazard_count,
            severity_sum,
            same_day,
            critical,
            must_be_seen_missing,
            complete,
            concern,
            access,
            rooms: _,
        } = summarise(&answers);
        let found = serde_json::json!({
            "items": items, "applicable": applicable, "answered": answered, "complete_pct": complete_pct,
            "hazards": hazards, "hazard_count": hazard_count, "severity_sum": severity_sum, "same_day": same_day,
            "critical": critical, "must_be_seen_missing": must_be_seen_missing, "complete": complete,
            "concern": concern, "access": access,
        });
        assert_eq!(found, visit["home"]["expect"], "{} visit {}", case["id"], visit["n"]);
    }
}

#[test]
fn the_profile_and_the_listed_answers_leave_out_just_what_the_caseload_says() {
    for (case, visit, answers) in homes(&caseload()) {
        let out: BTreeSet<String> = home_safety()
            .items
            .iter()
            .filter(|item| !outcome(item, &answers).is_applicable())
            .map(|item| item.id.to_owned())
            .collect();
        let expected: BTreeSet<String> = texts(&visit["home"], "not_applicable").into_iter().collect();
        assert_eq!(out, expected, "{} visit {}", case["id"], visit["n"]);
    }
}

#[test]
fn every_answer_of_the_caseload_is_accepted() {
    for (case, _, answers) in homes(&caseload()) {
        for (id, answer) in &answers.items {
            let item = home_safety().item(id).unwrap();
            assert_eq!(check_answer(item, &answer.value), Ok(()), "{} {id}", case["id"]);
        }
    }
}

#[test]
fn every_same_day_hazard_of_the_caseload_has_its_action_and_so_may_be_signed() {
    for (case, visit, answers) in homes(&caseload()) {
        let acted_on: Set<String> =
            list(visit, "same_day_actions").iter().map(|action| text(&action["item"]).to_owned()).collect();
        let summary = summarise(&answers);
        assert!(blocks_signing(&summary, &acted_on).is_empty(), "{}", case["id"]);
        assert_eq!(blocks_signing(&summary, &Set::new()).len(), summary.same_day.len());
    }
}

#[test]
fn hazards_found_and_removed_come_to_what_each_case_and_the_whole_caseload_expect() {
    let caseload = caseload();
    let (mut all_found, mut all_removed) = (0, 0);
    for case in list(&caseload, "cases").iter().filter(|case| case["expect_hazards"].is_object()) {
        let seen: Vec<Answers> = homes(&caseload)
            .into_iter()
            .filter(|(of, _, _)| of["id"] == case["id"])
            .map(|(_, _, a)| a)
            .collect();
        let first = summarise(&seen[0]);
        let removed = reassess(&seen[0], &seen[seen.len() - 1]).gone.len();
        let found = serde_json::json!({
            "found": first.hazard_count, "severity_sum": first.severity_sum, "same_day": first.same_day,
            "removed": if seen.len() > 1 { removed } else { 0 },
        });
        assert_eq!(found, case["expect_hazards"], "{}", case["id"]);
        all_found += u64::from(first.hazard_count);
        all_removed += removed as u64;
    }
    assert_eq!(caseload["expected_totals"]["hazards_found"], all_found);
    assert_eq!(caseload["expected_totals"]["hazards_removed"], all_removed);
}

#[test]
fn every_safe_example_is_safe_whatever_the_flags_say() {
    for (id, safe) in safe_examples() {
        let item = home_safety().item(&id).unwrap();
        assert_eq!(check_answer(item, &safe), Ok(()), "{id}");
        for is in [true, false] {
            assert_eq!(outcome_with(item, safe.clone(), is), Outcome::Safe, "{id}");
        }
    }
}

/// The outcome of one answer where every flag has one value.
fn outcome_with(item: &Item, value: Value, flags: bool) -> Outcome {
    let mut answers = Answers::default();
    for flag in &home_safety().flags {
        answers.setting.flags.insert(flag.id.to_owned(), flags);
    }
    answers.items.insert(item.id.to_owned(), Answer::new(value, None));
    outcome(item, &answers)
}

#[test]
fn every_item_but_the_recorded_ones_has_an_answer_that_is_a_hazard() {
    for item in &home_safety().items {
        let values: Vec<Value> = match &item.answer {
            AnswerKind::Choice { options, .. } => options.iter().map(|option| Value::text(*option)).collect(),
            AnswerKind::Number { min, max, .. } => vec![Value::Number(*min), Value::Number(*max)],
        };
        let found = values.into_iter().any(|value| outcome_with(item, value, true).is_hazard());
        assert_eq!(found, item.hazard_when != Expression::Never, "{}", item.id);
    }
}

#[test]
fn ids_are_unique_and_every_reference_is_to_something() {
    let content = home_safety();
    let ids: BTreeSet<&str> = content.items.iter().map(|item| item.id).collect();
    assert_eq!((content.items.len(), ids.len()), (109, 109));
    let devices: BTreeSet<&str> = catalogue().devices.iter().map(|device| device.id).collect();
    assert_eq!((catalogue().devices.len(), devices.len()), (108, 108));
    assert_eq!((catalogue().measurements.len(), catalogue().conditions.len()), (59, 32));
    assert_eq!((catalogue().states.len(), catalogue().transitions.len()), (16, 38));
    for item in &content.items {
        assert!(content.room(item.room).is_some(), "{}", item.id);
        assert!(item.devices.iter().all(|device| devices.contains(device)), "{}", item.id);
    }
    for device in &catalogue().devices {
        assert!(
            device.measurements.iter().all(|field| catalogue().measurement(field).is_some()),
            "{}",
            device.id
        );
        assert!(
            device.contraindications.iter().all(|c| catalogue().condition(c.id).is_some()),
            "{}",
            device.id
        );
    }
    for flag in &content.flags {
        if let FlagFrom::AskedWhen { item, .. } | FlagFrom::AskedWith { item } = flag.from {
            assert!(ids.contains(item), "{}", flag.id);
        }
    }
}

#[test]
fn every_name_in_the_caseload_is_known() {
    let caseload = caseload();
    for case in list(&caseload, "cases") {
        for measured in list(case, "measurements") {
            assert!(catalogue().measurement(text(&measured["field"])).is_some(), "{measured}");
        }
        for equipment in list(case, "at") {
            assert!(catalogue().device(text(&equipment["device"])).is_some(), "{equipment}");
            for hazard in texts(equipment, "hazards") {
                assert!(home_safety().item(&hazard).is_some(), "{hazard}");
            }
            for condition in texts(equipment, "contraindications_met") {
                assert!(catalogue().condition(&condition).is_some(), "{condition}");
            }
        }
    }
    for (_, visit, answers) in homes(&caseload) {
        for (question, option) in &answers.setting.profile {
            let known = home_safety().profile_question(question).unwrap();
            assert!(known.options.contains(&option.as_str()), "{visit}");
        }
        assert!(answers.setting.flags.keys().all(|flag| home_safety().flag(flag).is_some()));
    }
}
