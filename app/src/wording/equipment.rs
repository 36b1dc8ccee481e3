//! Equipment and its checks.

use doorstep_shared::domain::equipment::{Capacity, Check, CheckKind, Consent, Load, Tenure, Working};
use doorstep_shared::domain::review::DecisionOutcome;
use doorstep_shared::time::Date;

use crate::projection::proposal::Decision;

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
    let mut line = match decision.outcome {
        Some(outcome) => self::outcome(outcome).to_owned(),
        None if decision.answer.is_clash() => {
            "Two different decisions: none counts until one is kept".to_owned()
        }
        None => "Decided by another version of the app".to_owned(),
    };
    if let Some((_, name)) = &decision.replacement {
        line.push_str(&format!(" to {name}"));
    }
    if let Some(by) = &decision.by {
        let name = if by.name.is_empty() { super::facts::SOMEBODY } else { &by.name };
        line.push_str(&format!(" by {name}"));
    }
    if let Some(at) = decision.decided_at {
        line.push_str(&format!(", {}", super::frame::when(at, today)));
    }
    if let Some(asked) = decision.asked.as_ref().filter(|asked| !asked.is_empty()) {
        line.push_str(&format!(", to {asked}"));
    }
    if !decision.reason.is_empty() {
        line.push_str(&format!(": {}", decision.reason));
    }
    line
}

const fn kind(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Load => "Weight and safe load",
        CheckKind::Size => "Size",
        CheckKind::Wall => "Wall",
        CheckKind::Measurements => "Measurements",
        CheckKind::Contraindication => "Reason against it",
        CheckKind::Capacity => "Capacity",
        CheckKind::Consent => "Consent to share with the supplier",
        CheckKind::Tenure => "Whose building it is",
        CheckKind::Duplicate => "Already there",
    }
}

/// A check with its working.
pub fn check(check: &Check) -> String {
    format!("{}: {}", kind(check.kind), working(&check.working))
}

fn length(value: Option<f64>) -> String {
    value.map_or_else(|| "not measured".to_owned(), |value| format!("{} mm", super::number(value)))
}

fn working(working: &Working) -> String {
    match working {
        Working::Load(load) => self::load(load),
        Working::SeatRaise { popliteal_mm, pan_mm, least_mm, most_mm, chosen_mm, seat_mm } => {
            let mut line = format!("knee crease {}, pan {}", length(*popliteal_mm), length(*pan_mm));
            if let (Some(least), Some(most)) = (least_mm, most_mm) {
                line.push_str(&format!(
                    ", raise from {} to {} mm",
                    super::number(*least),
                    super::number(*most)
                ));
            }
            if let (Some(chosen), Some(seat)) = (chosen_mm, seat_mm) {
                line.push_str(&format!("; {} mm gives {} mm", super::number(*chosen), super::number(*seat)));
            }
            line
        }
        Working::Stool { worktop_mm, popliteal_mm, stool_mm, chosen_mm } => format!(
            "worktop {}, knee crease {}, highest stool {}, chosen {}",
            length(*worktop_mm),
            length(*popliteal_mm),
            length(*stool_mm),
            length(*chosen_mm)
        ),
        Working::Ramp { rise_mm, one_in, length_mm, space_mm } => {
            let gradient = one_in.map(|one_in| format!(" at 1 in {one_in}")).unwrap_or_default();
            format!(
                "rise {}{gradient} needs {}, there is {}",
                length(*rise_mm),
                length(*length_mm),
                length(*space_mm)
            )
        }
        Working::Handle { wrist_mm, chosen_mm } => {
            format!("wrist crease {}, chosen {}", length(*wrist_mm), length(*chosen_mm))
        }
        Working::Wall { wall_type } => wall_type.clone().unwrap_or_else(|| "nobody has looked".to_owned()),
        Working::NotMeasured { fields } if fields.is_empty() => "all taken".to_owned(),
        Working::NotMeasured { fields } => {
            let fields: Vec<String> =
                fields.iter().map(|field| super::visit::reading(field, "").to_lowercase()).collect();
            format!("missing {}", fields.join(", "))
        }
        Working::Condition { id, met, .. } => {
            let condition = id.replace('-', " ");
            match met {
                Some(true) => format!("{condition}: yes"),
                Some(false) => format!("{condition}: no"),
                None => format!("{condition}: not recorded"),
            }
        }
        Working::Capacity(capacity) => self::capacity(*capacity).to_owned(),
        Working::Consent(consent) => self::consent(*consent).to_owned(),
        Working::Tenure(tenure) => self::tenure(*tenure).to_owned(),
        Working::Duplicate { same_place: None } => "the register is not held here".to_owned(),
        Working::Duplicate { same_place: Some(others) } if others.is_empty() => "none".to_owned(),
        Working::Duplicate { same_place: Some(others) } => {
            let places: Vec<&str> = others.iter().map(|other| other.place.as_str()).collect();
            format!("the same device: {}", places.join(", "))
        }
    }
}

fn load(load: &Load) -> String {
    let kg = |value: Option<f64>| {
        value.map_or_else(|| "not known".to_owned(), |kg| format!("{} kg", super::number(kg)))
    };
    let mut line = format!("weight {}", kg(load.weight_kg));
    if let Some(taken_on) = load.taken_on {
        line.push_str(&format!(" of {}", taken_on.short()));
    }
    if load.further_kg > 0.0 {
        line.push_str(&format!(" and {} kg more", super::number(load.further_kg)));
    }
    line.push_str(&format!(", safe load {}", kg(load.swl_kg)));
    if let Some(days) = load.old_days {
        line.push_str(&format!("; the weight is {days} days old"));
    }
    if load.unusual {
        line.push_str("; check the figure");
    }
    line
}

const fn capacity(capacity: Option<Capacity>) -> &'static str {
    match capacity {
        Some(Capacity::Presumed) => "presumed, no doubt recorded",
        Some(Capacity::Has) => "assessed: has capacity",
        Some(Capacity::LacksWithBestInterests) => "lacks capacity, best interests recorded",
        Some(Capacity::Lacks) => "lacks capacity, best interests not recorded",
        Some(Capacity::InDoubt) => "in doubt, not yet assessed",
        None => "not known here",
    }
}

const fn consent(consent: Option<Consent>) -> &'static str {
    match consent {
        Some(Consent::Given) => "given",
        Some(Consent::Refused) => "refused or withdrawn",
        Some(Consent::BestInterests) => "not able to say, best interests recorded",
        Some(Consent::NotAble) => "not able to say, best interests not recorded",
        None => "not recorded",
    }
}

const fn tenure(tenure: Option<Tenure>) -> &'static str {
    match tenure {
        Some(Tenure::Owned) => "the person's own, or the family's",
        Some(Tenure::Rented { landlord_consents: Some(true) }) => "rented, the landlord consents",
        Some(Tenure::Rented { landlord_consents: Some(false) }) => "rented, the landlord does not consent",
        Some(Tenure::Rented { landlord_consents: None }) => "rented, the landlord has not answered",
        None => "not recorded",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_shared::domain::equipment::Verdict;

    #[test]
    fn a_weight_that_is_not_known_is_said_to_be_so() {
        let load = Load {
            swl_kg: Some(190.0),
            weight_kg: None,
            further_kg: 0.0,
            taken_on: None,
            old_days: None,
            unusual: false,
        };
        let check = Check { kind: CheckKind::Load, verdict: Verdict::Unknown, working: Working::Load(load) };
        assert_eq!(super::check(&check), "Weight and safe load: weight not known, safe load 190 kg");
    }

    #[test]
    fn a_seat_shows_the_sum_it_rests_on() {
        let working = Working::SeatRaise {
            popliteal_mm: Some(410.0),
            pan_mm: Some(400.0),
            least_mm: Some(10.0),
            most_mm: Some(60.0),
            chosen_mm: Some(50.0),
            seat_mm: Some(450.0),
        };
        assert_eq!(
            super::working(&working),
            "knee crease 410 mm, pan 400 mm, raise from 10 to 60 mm; 50 mm gives 450 mm"
        );
    }
}
