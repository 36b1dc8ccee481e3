//! What the build refuses to carry: broken rules and content that points nowhere.
//!
//! In: the build's own modules and the real content with one thing broken. Out: the item and the reason.
//! Never repeats a check: it names the message an author of content reads.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its case has failed")]

use doorstep_shared::content::{Expression, Observed};

use crate::catalogue::Catalogue;
use crate::check::{check_catalogue, check_home_safety};
use crate::parse::{Names, parse};
use crate::source::{Problem, read_home_safety};

mod catalogue {
    pub(crate) use doorstep_shared::content::*;
}
mod expression {
    pub(crate) use doorstep_shared::content::{Expression, Observed};
}
mod home_safety {
    pub(crate) use doorstep_shared::content::*;
}
#[path = "../build/check.rs"]
mod check;
#[path = "../build/expression.rs"]
mod parse;
#[path = "../build/source.rs"]
mod source;

const ITEMS: &str = include_str!("../content/home_safety.json");
const CATALOGUE: &str = include_str!("../content/at_catalogue.json");

fn rule(text: &str, options: &[&str]) -> Result<Expression, String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    parse(text, &Names { options: &owned(options), flags: &owned(&["wheels_used", "heat_alert"]) })
}

/// The problems of the real content after one replacement.
#[track_caller]
fn broken(from: &str, to: &str) -> Vec<Problem> {
    let items = ITEMS.replacen(from, to, 1);
    let catalogue = CATALOGUE.replacen(from, to, 1);
    assert!(items != ITEMS || catalogue != CATALOGUE, "{from} is not in the content");
    let catalogue: Catalogue = serde_json::from_str(catalogue.leak()).unwrap();
    let mut problems = check_catalogue(&catalogue);
    match read_home_safety(items.leak()) {
        Ok(read) => problems.extend(check_home_safety(&read, &catalogue)),
        Err(found) => problems.extend(found),
    }
    problems
}

#[track_caller]
fn check(from: &str, to: &str, at: &str, reason: &str) {
    let problems = broken(from, to);
    let found = problems.iter().any(|problem| problem.at == at && problem.reason.contains(reason));
    assert!(found, "{problems:?}");
}

#[test]
fn the_content_as_it_is_has_no_problem() {
    assert_eq!(broken("\"version\": 1", "\"version\": 2"), []);
}

#[test]
fn and_binds_before_or_and_brackets_before_both() {
    let found = rule("<18 or (>26 and heat_alert)", &[]).unwrap();
    let (cold, hot) = (Observed::Number(17.0), Observed::Number(27.0));
    assert!(found.matches(cold, &|_| false));
    assert!(!found.matches(hot, &|_| false));
    assert!(found.matches(hot, &|flag| flag == "heat_alert"));
    assert_eq!(rule("<18 or >26 and heat_alert", &[]), rule("<18 or (>26 and heat_alert)", &[]));
    assert_ne!(rule("(<18 or >26) and heat_alert", &[]), rule("<18 or (>26 and heat_alert)", &[]));
}

#[test]
fn a_rule_that_does_not_parse_says_why() {
    for (text, options, reason) in [
        ("maybe", &["yes", "no"][..], "neither an answer of the item nor a flag"),
        ("no and", &["yes", "no"], "ends too early"),
        ("(no", &["yes", "no"], "not closed"),
        ("\"not on", &["not on register"], "quote is not closed"),
        (">4", &["yes", "no"], "the answer is a choice"),
        (">four", &[], "is not a number"),
        ("not >4", &[], "may stand before an answer or a flag"),
        ("no yes", &["yes", "no"], "nothing may follow"),
    ] {
        let found = rule(text, options).unwrap_err();
        assert!(found.contains(reason), "{text}: {found}");
    }
}

#[test]
fn broken_content_is_named_with_its_item_and_the_reason() {
    check("\"hazard_when\": \"no\"", "\"hazard_when\": \"nope\"", "hs-en01", "neither an answer");
    check("\"safe_example\": \"yes\"", "\"safe_example\": \"no\"", "hs-en01", "safe_example is a hazard");
    check("\"id\": \"hs-en02\"", "\"id\": \"hs-en01\"", "hs-en01", "used twice");
    check("\"at-half-step\", ", "\"at-half-stepp\", ", "hs-en02", "not in the catalogue");
    check("[\"none\", \"indoors only\"]", "[\"none\", \"outdoors\"]", "hs-en02", "no answer `outdoors`");
    check("\"room\": \"hall\"", "\"room\": \"hal\"", "hs-ha01", "does not exist");
    check(
        "\"severity\": 4, \"same_day\": true",
        "\"severity\": 4, \"same_day\": false",
        "hs-pe06",
        "always same day",
    );
    check("[\"wall_type\", ", "[\"wall_kind\", ", "at-grab-rail", "measurement `wall_kind` does not exist");
    check("\"hollow-wall\", \"effect\"", "\"hollow\", \"effect\"", "at-grab-rail", "condition `hollow`");
}

#[test]
fn a_field_nobody_knows_is_refused() {
    let text = ITEMS.replacen("\"core\"", "\"cores\"", 1);
    assert!(read_home_safety(text.leak()).is_err());
}
