//! What one answer means: a hazard, safe, not applicable, or nothing yet.
//!
//! In: an item, its answer, the home profile and the flags. Out: its outcome.
//! Never turns "no answer" into a hazard or a safe answer. Source: the rules of `content/home_safety.json`.

use serde::{Deserialize, Serialize};

use crate::content::{AnswerKind, Item, Observed};
use crate::domain::assessment::{Answers, Setting};
use crate::domain::entry::{NonAnswer, Value};

/// Why an item does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Because {
    /// The home profile excludes it.
    Profile {
        /// The profile question.
        question: String,
        /// Its answer.
        option: String,
    },
    /// Another item is asked instead: the clutter pictures, or the room space levels.
    AskedOtherwise,
    /// A worker said so.
    Worker,
}

/// What an item's answer means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Not asked, taken back, an answer that counts as unanswered, or one this build does not know.
    Unanswered,
    /// Could not be looked at.
    NotSeen,
    /// The person did not want to say.
    Declined,
    /// Cannot apply here.
    NotApplicable {
        /// Why.
        because: Because,
        /// False while a worker has yet to confirm what the profile says, for an item that must be seen.
        confirmed: bool,
    },
    /// Looked at, and no hazard.
    Safe,
    /// A hazard.
    Hazard {
        /// 1 to 4.
        severity: u8,
        /// Whether somebody must be told today.
        same_day: bool,
    },
}

impl Outcome {
    /// Whether the item counts towards what had to be asked.
    pub fn is_applicable(&self) -> bool {
        !matches!(self, Self::NotApplicable { .. })
    }

    /// Whether the item counts as answered.
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::Safe | Self::Hazard { .. })
    }

    /// Whether it is a hazard.
    pub fn is_hazard(&self) -> bool {
        matches!(self, Self::Hazard { .. })
    }

    /// Whether an assessment waits for this item, if it is one that must be seen.
    pub fn leaves_unseen(&self) -> bool {
        match self {
            Self::Unanswered | Self::NotSeen | Self::NotApplicable { confirmed: false, .. } => true,
            Self::Declined
            | Self::NotApplicable { confirmed: true, .. }
            | Self::Safe
            | Self::Hazard { .. } => false,
        }
    }
}

/// The outcome of an item, whether it was answered or follows from the profile.
pub fn outcome(item: &Item, answers: &Answers) -> Outcome {
    let setting = &answers.setting;
    let value = answers.items.get(item.id).map(|answer| &answer.value);
    let given = value.map_or(Outcome::Unanswered, |value| outcome_of(item, value, setting));
    // Anything a worker recorded replaces what the profile fills in, "not seen" and "declined" included.
    if given != Outcome::Unanswered {
        return given;
    }
    excluded(item, setting).unwrap_or(given)
}

/// What one value means by itself, without what the profile would fill in.
pub fn outcome_of(item: &Item, value: &Value, setting: &Setting) -> Outcome {
    match value.as_non() {
        Some(NonAnswer::Unanswered) => return Outcome::Unanswered,
        Some(NonAnswer::NotSeen) => return Outcome::NotSeen,
        Some(NonAnswer::Declined) => return Outcome::Declined,
        Some(NonAnswer::NotApplicable) if !item.may_be_not_applicable => return Outcome::Unanswered,
        Some(NonAnswer::NotApplicable) => {
            return Outcome::NotApplicable { because: Because::Worker, confirmed: true };
        }
        None => {}
    }
    let Some(observed) = observed(item, value) else { return Outcome::Unanswered };
    let flag = |id: &str| setting.flag(id);
    if !item.hazard_when.matches(observed, &flag) {
        return Outcome::Safe;
    }
    let escalated = item.escalate.iter().find(|line| line.when.matches(observed, &flag));
    let (severity, same_day) =
        escalated.map_or((item.severity, item.same_day), |line| (line.severity, line.same_day));
    Outcome::Hazard { severity, same_day }
}

/// The observation in a value; nothing for what counts as unanswered or does not fit the item.
pub(super) fn observed<'a>(item: &Item, value: &'a Value) -> Option<Observed<'a>> {
    match &item.answer {
        AnswerKind::Choice { options, unanswered } => value
            .as_text()
            .filter(|choice| options.contains(choice) && !unanswered.contains(choice))
            .map(Observed::Choice),
        AnswerKind::Number { .. } => value.as_number().map(Observed::Number),
    }
}

/// Why an item that nobody answered does not apply, if it does not.
fn excluded(item: &Item, setting: &Setting) -> Option<Outcome> {
    // The rule that picks one of two questions needs no eye: it is about the pictures, not the home.
    let nothing = Observed::Choice("");
    if let Some(needs) = &item.needs
        && !needs.matches(nothing, &|id| setting.flag(id))
    {
        return Some(Outcome::NotApplicable { because: Because::AskedOtherwise, confirmed: true });
    }
    let because = item.not_applicable_when.iter().find_map(|when| {
        let option = setting.profile.get(when.question)?;
        when.options
            .contains(&option.as_str())
            .then(|| Because::Profile { question: when.question.to_owned(), option: option.clone() })
    })?;
    Some(Outcome::NotApplicable { because, confirmed: !item.must_be_seen })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::home_safety;
    use crate::domain::assessment::Answer;

    fn answers(items: &[(&str, Value)], profile: &[(&str, &str)], flags: &[(&str, bool)]) -> Answers {
        let setting = Setting {
            profile: profile.iter().map(|(id, option)| ((*id).to_owned(), (*option).to_owned())).collect(),
            flags: flags.iter().map(|(id, is)| ((*id).to_owned(), *is)).collect(),
        };
        let items =
            items.iter().map(|(id, value)| ((*id).to_owned(), Answer::new(value.clone(), None))).collect();
        Answers { setting, items }
    }

    #[track_caller]
    fn check(item: &str, answers: &Answers, expected: Outcome) {
        assert_eq!(outcome(home_safety().item(item).unwrap(), answers), expected, "{item}");
    }

    const fn hazard(severity: u8, same_day: bool) -> Outcome {
        Outcome::Hazard { severity, same_day }
    }

    #[test]
    fn an_item_excluded_by_the_profile_applies_again_once_something_was_seen() {
        let house = &[("steps", "none")];
        let fills = Because::Profile { question: "steps".to_owned(), option: "none".to_owned() };
        let filled = Outcome::NotApplicable { because: fills, confirmed: true };
        check("hs-st02", &answers(&[], house, &[]), filled.clone());
        check("hs-st02", &answers(&[("hs-st02", "no".into())], house, &[]), hazard(3, false));
        check(
            "hs-st02",
            &answers(&[("hs-st02", Value::Non(NonAnswer::NotSeen))], house, &[]),
            Outcome::NotSeen,
        );
        check("hs-st02", &answers(&[("hs-st02", Value::Non(NonAnswer::Unanswered))], house, &[]), filled);
    }

    #[test]
    fn what_must_be_seen_and_cannot_apply_waits_for_a_worker_to_confirm() {
        let house = &[("bed_extras", "none")];
        let because = Because::Profile { question: "bed_extras".to_owned(), option: "none".to_owned() };
        let waiting = Outcome::NotApplicable { because, confirmed: false };
        assert!(waiting.leaves_unseen());
        check("hs-be07", &answers(&[], house, &[]), waiting);
        let confirmed = answers(&[("hs-be07", Value::Non(NonAnswer::NotApplicable))], house, &[]);
        check("hs-be07", &confirmed, Outcome::NotApplicable { because: Because::Worker, confirmed: true });
    }

    #[test]
    fn not_applicable_written_by_an_older_build_where_it_is_refused_is_no_answer() {
        let refused = answers(&[("hs-fs01", Value::Non(NonAnswer::NotApplicable))], &[], &[]);
        check("hs-fs01", &refused, Outcome::Unanswered);
    }

    #[test]
    fn exactly_one_of_the_clutter_questions_applies() {
        let otherwise = Outcome::NotApplicable { because: Because::AskedOtherwise, confirmed: true };
        let pictures = &[("official_pictures_used", true)];
        check("hs-pe06", &answers(&[], &[], pictures), Outcome::Unanswered);
        check("hs-pe06b", &answers(&[], &[], pictures), otherwise.clone());
        check("hs-pe06", &answers(&[], &[], &[]), otherwise);
        check("hs-pe06b", &answers(&[], &[], &[]), Outcome::Unanswered);
    }

    #[test]
    fn a_flag_asked_with_a_found_hazard_holds_until_it_is_answered() {
        let empty = ("hs-ki07", Value::text("no"));
        let flag = "nothing_to_eat_or_drink_today";
        check("hs-ki07", &answers(std::slice::from_ref(&empty), &[], &[]), hazard(3, true));
        check("hs-ki07", &answers(std::slice::from_ref(&empty), &[], &[(flag, true)]), hazard(3, true));
        check("hs-ki07", &answers(&[empty], &[], &[(flag, false)]), hazard(3, false));
    }

    #[test]
    fn a_door_sill_matters_sooner_where_wheels_are_used() {
        let sill = |mm: i64| ("hs-en05", Value::Whole(mm));
        let wheels = &[("walking_aid", "wheeled")];
        check("hs-en05", &answers(&[sill(16)], &[], &[]), Outcome::Safe);
        check("hs-en05", &answers(&[sill(16)], wheels, &[]), hazard(2, false));
        check("hs-en05", &answers(&[sill(15)], wheels, &[]), Outcome::Safe);
        check("hs-en05", &answers(&[sill(51)], &[], &[]), hazard(2, false));
    }

    #[test]
    fn cold_is_urgent_below_sixteen_and_heat_only_in_an_alert() {
        let room = |degrees: f64| ("hs-wa01", Value::Number(degrees));
        let alert = &[("heat_alert", true)];
        check("hs-wa01", &answers(&[room(18.0)], &[], &[]), Outcome::Safe);
        check("hs-wa01", &answers(&[room(17.9)], &[], &[]), hazard(3, false));
        check("hs-wa01", &answers(&[room(15.9)], &[], &[]), hazard(3, true));
        check("hs-wa01", &answers(&[room(27.0)], &[], &[]), Outcome::Safe);
        check("hs-wa01", &answers(&[room(27.0)], &[], alert), hazard(3, true));
    }

    #[test]
    fn a_phone_line_nobody_knows_about_is_unanswered() {
        check("hs-fs08", &answers(&[("hs-fs08", "unknown".into())], &[], &[]), Outcome::Unanswered);
        check("hs-fs08", &answers(&[("hs-fs08", "analogue".into())], &[], &[]), hazard(2, false));
    }

    #[test]
    fn a_count_that_is_only_recorded_is_never_a_hazard() {
        check("hs-st01", &answers(&[("hs-st01", Value::Whole(60))], &[], &[]), Outcome::Safe);
    }
}
