//! Whether a value may be an answer of an item at all.
//!
//! In: the item and the value. Out: nothing, or what does not fit, with the limits for a clear sentence.
//! Never holds what was typed. Source: `answer` and `may_be_not_applicable` of the items.

use crate::content::{AnswerKind, Item};
use crate::domain::entry::{NonAnswer, Value};

/// Why a value is not an answer of an item.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum AnswerProblem {
    /// "Does not apply" is refused for this item: it always applies.
    #[error("answer {item}: it always applies")]
    AlwaysApplies {
        /// The item.
        item: &'static str,
    },
    /// None of its choices.
    #[error("answer {item}: none of its choices")]
    NotAChoice {
        /// The item.
        item: &'static str,
    },
    /// Not a number.
    #[error("answer {item}: a number of {unit} is asked")]
    NotANumber {
        /// The item.
        item: &'static str,
        /// The unit.
        unit: &'static str,
    },
    /// A part of a count, rating or level.
    #[error("answer {item}: a whole {unit} is asked")]
    NotWhole {
        /// The item.
        item: &'static str,
        /// The unit.
        unit: &'static str,
    },
    /// Outside the accepted range.
    #[error("answer {item}: outside {min} to {max} {unit}")]
    OutOfRange {
        /// The item.
        item: &'static str,
        /// Smallest accepted.
        min: f64,
        /// Largest accepted.
        max: f64,
        /// The unit.
        unit: &'static str,
    },
}

/// Whether `value` may be an answer of `item`.
///
/// # Errors
/// [`AnswerProblem`], with what a message needs.
pub fn check_answer(item: &'static Item, value: &Value) -> Result<(), AnswerProblem> {
    let id = item.id;
    if let Some(non) = value.as_non() {
        return match non {
            NonAnswer::NotApplicable if !item.may_be_not_applicable => {
                Err(AnswerProblem::AlwaysApplies { item: id })
            }
            NonAnswer::NotApplicable | NonAnswer::Unanswered | NonAnswer::NotSeen | NonAnswer::Declined => {
                Ok(())
            }
        };
    }
    match &item.answer {
        AnswerKind::Choice { options, .. } => match value.as_text() {
            Some(choice) if options.contains(&choice) => Ok(()),
            Some(_) | None => Err(AnswerProblem::NotAChoice { item: id }),
        },
        AnswerKind::Number { unit, min, max, .. } => {
            let Some(number) = value.as_number() else {
                return Err(AnswerProblem::NotANumber { item: id, unit });
            };
            if !(*min..=*max).contains(&number) {
                return Err(AnswerProblem::OutOfRange { item: id, min: *min, max: *max, unit });
            }
            if counts(unit) && number.fract() != 0.0 {
                return Err(AnswerProblem::NotWhole { item: id, unit });
            }
            Ok(())
        }
    }
}

/// Whether a unit is counted rather than measured.
fn counts(unit: &str) -> bool {
    matches!(unit, "count" | "rating" | "level")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::home_safety;

    #[track_caller]
    fn check(item: &str, value: impl Into<Value>) -> Result<(), AnswerProblem> {
        check_answer(home_safety().item(item).unwrap(), &value.into())
    }

    #[test]
    fn a_smoke_alarm_always_applies() {
        let not_applicable = Value::Non(NonAnswer::NotApplicable);
        assert_eq!(
            check("hs-fs01", not_applicable.clone()),
            Err(AnswerProblem::AlwaysApplies { item: "hs-fs01" })
        );
        assert_eq!(check("hs-fs02", not_applicable), Ok(()));
        assert_eq!(check("hs-fs01", Value::Non(NonAnswer::NotSeen)), Ok(()));
    }

    #[test]
    fn a_number_outside_its_range_says_the_range_and_the_unit() {
        let problem = AnswerProblem::OutOfRange { item: "hs-wa01", min: -5.0, max: 45.0, unit: "C" };
        assert_eq!(check("hs-wa01", Value::Number(45.1)), Err(problem));
        assert_eq!(check("hs-wa01", Value::Number(45.0)), Ok(()));
        assert_eq!(check("hs-wa01", Value::Whole(-5)), Ok(()));
        assert_eq!(check("hs-wa01", "warm"), Err(AnswerProblem::NotANumber { item: "hs-wa01", unit: "C" }));
    }

    #[test]
    fn nobody_gets_up_two_and_a_half_times_a_night() {
        let problem = AnswerProblem::NotWhole { item: "hs-ba08", unit: "count" };
        assert_eq!(check("hs-ba08", Value::Number(2.5)), Err(problem));
    }

    #[test]
    fn a_choice_must_be_one_of_the_items_own() {
        assert_eq!(check("hs-fs08", "analogue"), Ok(()));
        assert_eq!(check("hs-fs08", "yes"), Err(AnswerProblem::NotAChoice { item: "hs-fs08" }));
        assert_eq!(check("hs-fs08", Value::Flag(true)), Err(AnswerProblem::NotAChoice { item: "hs-fs08" }));
    }
}
