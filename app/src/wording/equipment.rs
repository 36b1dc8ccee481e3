//! Equipment and its checks.

use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::review::DecisionOutcome;
use doorstep_shared::time::Date;

use crate::projection::proposal::{Check, Decision};

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const NONE: &str =
        "Nothing is proposed in this visit yet. Search the catalogue below, or propose from a hazard.";
    pub const SEARCH_TITLE: &str = "The catalogue";
    pub const SEARCH: &str = "Search equipment by word";
    pub const SEARCH_HINT: &str = "For example: rail, toilet, alarm";
    pub const ANSWERS: &str = "It answers these hazards:";
    pub const NO_DEVICE: &str = "No device chosen";
    pub const PLACE: &str = "Where it will be";
    pub const NEED: &str = "What it is for";
    pub const PERSONS_VIEW: &str = "What the person says";
    pub const CARERS_VIEW: &str = "What the carer says";
    pub const URGENCY: &str = "How soon";
    pub const SAFE_LOAD: &str = "Safe working load in kg";
    pub const SAFE_LOAD_HINT: &str = "Read it from the label or the catalogue";
    pub const ENTER_LOAD: &str = "Enter a number of kilograms above 0";
    pub const MEASUREMENTS: &str = "What has to be measured";
    pub const MEASURE: &str = "Measure";
    pub const CHECKS: &str = "Checks";
    pub const FAILS: &str = "Stops it";
    pub const WARNS: &str = "Think about it";
    pub const UNKNOWN: &str = "Not known";
    pub const PASSES: &str = "Passed";
    pub const TAKE_BACK: &str = "Take the proposal back";
    pub const EARLIER_VERSION: &str =
        "Decided on an earlier version. Nothing is ordered until the OT confirms.";
    pub const ANSWER_OT: &str = "Your answer to the OT";
    pub const SEND_ANSWER: &str = "Answer";
}

pub use text::*;

/// How many were found.
pub fn found(number: usize) -> String {
    if number == 0 {
        "No equipment has these words. Try a shorter word.".to_owned()
    } else {
        super::count(number, "device found", "devices found")
    }
}

/// What an OT decided.
pub const fn outcome(outcome: DecisionOutcome) -> &'static str {
    match outcome {
        DecisionOutcome::Approved => "Approved",
        DecisionOutcome::Changed => "Changed",
        DecisionOutcome::Declined => "Declined",
        DecisionOutcome::Asked => "Asked",
        DecisionOutcome::SeeInPerson => "To be seen in person",
        DecisionOutcome::Withdrawn => "Approval taken back",
    }
}

/// A decision in a sentence.
pub fn decision(decision: &Decision, today: Date) -> String {
    let word = decision.outcome.map_or("Decided by another version of the app", self::outcome);
    let mut line = word.to_owned();
    if let Some((_, name)) = &decision.replacement {
        line.push_str(&format!(" to {name}"));
    }
    line.push_str(&format!(
        " by {}, {}",
        if decision.by.name.is_empty() { super::facts::SOMEBODY } else { &decision.by.name },
        super::frame::when(decision.decided_at, today)
    ));
    if !decision.reason.is_empty() {
        line.push_str(&format!(": {}", decision.reason));
    }
    line
}

/// A check with its working.
pub fn check(check: &Check) -> String {
    let of = |name: &str| {
        check.working.iter().find(|(found, _)| found == name).map(|(_, value)| super::codes::value(value))
    };
    let working = match check.id.as_str() {
        "weight" | "load" | "safe_load" => match (of("weight_kg"), of("swl_kg")) {
            (Some(weight), Some(load)) => format!("weight {weight} kg, safe load {load} kg"),
            (None, Some(load)) => format!("weight not known, safe load {load} kg"),
            (Some(weight), None) => format!("weight {weight} kg, safe load not known"),
            (None, None) => "weight and safe load not known".to_owned(),
        },
        other => {
            let words = super::codes::option(other);
            let parts: Vec<String> = check.working.iter().map(|(name, value)| part(name, value)).collect();
            if parts.is_empty() { words } else { format!("{words}: {}", parts.join(", ")) }
        }
    };
    if check.text.is_empty() { working } else { format!("{working}. {}", check.text) }
}

fn part(name: &str, value: &Value) -> String {
    let unit = if name.ends_with("_mm") {
        " mm"
    } else if name.ends_with("_kg") {
        " kg"
    } else {
        ""
    };
    format!("{} {}{unit}", super::visit::reading(name, "").to_lowercase(), super::codes::value(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::proposal::CheckResult;

    #[test]
    fn a_weight_that_is_not_known_is_said_to_be_so() {
        let check = Check {
            id: "safe_load".to_owned(),
            result: CheckResult::Unknown,
            working: vec![("swl_kg".to_owned(), Value::Number(190.0))],
            text: String::new(),
        };
        assert_eq!(super::check(&check), "weight not known, safe load 190 kg");
    }
}
