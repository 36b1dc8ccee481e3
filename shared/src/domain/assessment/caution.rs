//! Which of several different answers to one item stands until a person resolves them.
//!
//! In: the item, the values, the flags. Out: how cautious each is, and which stands.
//! Caution follows from the hazard rule, never from the word or from how it was obtained. Orders and refers nothing.
//! Source: clinical guide, section 3.3.

use crate::content::{Item, TieRule};
use crate::domain::assessment::outcome::outcome_of;
use crate::domain::assessment::{Outcome, Setting};
use crate::domain::entry::Value;

/// How cautious an observation is: the greater stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Cannot apply.
    NotApplicable,
    /// Looked at, and no hazard.
    NoHazard,
    /// A hazard of this severity, 1 to 4.
    Hazard(u8),
    /// A hazard of this severity about which somebody must be told today.
    SameDay(u8),
}

/// How cautious a value is; nothing for what never competes with an observation.
pub fn caution_rank(item: &Item, value: &Value, setting: &Setting) -> Option<Rank> {
    match outcome_of(item, value, setting) {
        Outcome::Unanswered | Outcome::NotSeen | Outcome::Declined => None,
        Outcome::NotApplicable { .. } => Some(Rank::NotApplicable),
        Outcome::Safe => Some(Rank::NoHazard),
        Outcome::Hazard { severity, same_day: false } => Some(Rank::Hazard(severity)),
        Outcome::Hazard { severity, same_day: true } => Some(Rank::SameDay(severity)),
    }
}

/// Which of several values stands. Places are those in the list that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// None of them is an observation.
    Nothing,
    /// This one stands.
    At(usize),
    /// The hazard stands, of this rank; what it is in detail differs.
    DetailsDiffer(Rank),
    /// None stands: both are shown, and neither is the more cautious.
    Both,
    /// None stands until it is counted again.
    CountAgain,
}

/// Which of two different observations of equal rank stands.
pub fn tie(item: &Item, a: &Value, b: &Value, setting: &Setting) -> Stands {
    stands(item, &[a, b], setting)
}

/// Which of several values stands: the most cautious outcome, then the item's own rule. The first of equal ones.
pub fn stands(item: &Item, values: &[&Value], setting: &Setting) -> Stands {
    let ranked = || {
        values
            .iter()
            .enumerate()
            .filter_map(|(place, value)| Some((place, caution_rank(item, value, setting)?)))
    };
    let Some(top) = ranked().map(|(_, rank)| rank).max() else { return Stands::Nothing };
    let most: Vec<(usize, &Value)> = ranked()
        .filter(|(_, rank)| *rank == top)
        .filter_map(|(place, _)| Some((place, *values.get(place)?)))
        .collect();
    let Some((first, leading)) = most.first().copied() else { return Stands::Nothing };
    if most.iter().all(|(_, value)| same(value, leading)) {
        return Stands::At(first);
    }
    match item.tie {
        TieRule::SameAnswer => Stands::At(first),
        TieRule::Highest => extreme(&most, f64::gt),
        TieRule::Lowest => extreme(&most, f64::lt),
        TieRule::OutsideBand { below, above } => {
            let any =
                |test: &dyn Fn(f64) -> bool| most.iter().filter_map(|(_, value)| value.as_number()).any(test);
            if any(&|number| number < below) {
                extreme(&most, f64::lt)
            } else if any(&|number| number > above) {
                extreme(&most, f64::gt)
            } else {
                Stands::Both
            }
        }
        TieRule::DetailsDiffer if top >= Rank::Hazard(1) => Stands::DetailsDiffer(top),
        TieRule::DetailsDiffer => Stands::At(first),
        TieRule::CountAgain => Stands::CountAgain,
    }
}

/// 17 and 17.0 are one answer.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_number(), b.as_number()) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        (Some(_), None) | (None, Some(_) | None) => a == b,
    }
}

fn extreme(values: &[(usize, &Value)], better: fn(&f64, &f64) -> bool) -> Stands {
    let mut best: Option<(usize, f64)> = None;
    for (place, value) in values {
        let Some(number) = value.as_number() else { continue };
        if best.is_none_or(|(_, found)| better(&number, &found)) {
            best = Some((*place, number));
        }
    }
    best.map_or(Stands::Nothing, |(place, _)| Stands::At(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::home_safety;
    use crate::domain::entry::NonAnswer;

    #[track_caller]
    fn check(item: &str, values: &[Value], expected: Stands) {
        let item = home_safety().item(item).unwrap();
        let setting = Setting::default();
        let borrowed: Vec<&Value> = values.iter().collect();
        assert_eq!(stands(item, &borrowed, &setting), expected);
        // Order must not matter, except for where a value is.
        let turned: Vec<&Value> = values.iter().rev().collect();
        let turned = match stands(item, &turned, &setting) {
            Stands::At(place) => Stands::At(values.len() - 1 - place),
            other @ (Stands::Nothing | Stands::DetailsDiffer(_) | Stands::Both | Stands::CountAgain) => other,
        };
        let equal =
            matches!((expected, turned), (Stands::At(a), Stands::At(b)) if same(&values[a], &values[b]));
        assert!(turned == expected || equal, "{turned:?}");
    }

    fn number(number: f64) -> Value {
        Value::Number(number)
    }

    #[test]
    fn the_hazard_stands_whichever_word_it_is() {
        check("hs-fs01", &["yes".into(), "no".into()], Stands::At(1));
        check("hs-pe01", &["yes".into(), "no".into()], Stands::At(0));
    }

    #[test]
    fn an_observation_of_no_hazard_outranks_not_applicable() {
        check("hs-st02", &[Value::Non(NonAnswer::NotApplicable), "yes".into()], Stands::At(1));
    }

    #[test]
    fn what_was_not_seen_never_competes() {
        check("hs-st02", &[Value::Non(NonAnswer::NotSeen), "yes".into()], Stands::At(1));
        check("hs-st02", &[Value::Non(NonAnswer::Declined), "no".into()], Stands::At(1));
        check("hs-st02", &[Value::Non(NonAnswer::NotSeen), Value::Non(NonAnswer::Declined)], Stands::Nothing);
        check("hs-fs08", &["unknown".into(), "digital with backup".into()], Stands::At(1));
    }

    #[test]
    fn same_day_outranks_severity() {
        assert!(Rank::SameDay(3) > Rank::Hazard(4));
        check("hs-pe06b", &[number(2.0), number(3.0)], Stands::At(1));
        check("hs-wa01", &[number(15.0), number(17.0)], Stands::At(0));
    }

    #[test]
    fn numbers_of_equal_outcome_break_to_the_unsafe_side() {
        check("hs-en05", &[number(60.0), number(80.0)], Stands::At(1));
        check("hs-en06", &[number(700.0), number(720.0)], Stands::At(0));
        check("hs-ba07", &[number(40.0), number(43.0)], Stands::At(1));
    }

    #[test]
    fn a_room_between_cold_and_hot_shows_both() {
        check("hs-wa01", &[number(17.0), number(17.5)], Stands::At(0));
        check("hs-wa01", &[number(20.0), number(27.0)], Stands::At(1));
        check("hs-wa01", &[number(20.0), number(22.0)], Stands::Both);
    }

    #[test]
    fn two_different_weak_phone_lines_are_one_hazard() {
        check("hs-fs08", &["analogue".into(), "none".into()], Stands::DetailsDiffer(Rank::Hazard(2)));
    }

    #[test]
    fn two_counts_of_the_stairs_stand_for_nothing() {
        check("hs-st01", &[number(12.0), number(13.0)], Stands::CountAgain);
        check("hs-st01", &[number(13.0), Value::Whole(13)], Stands::At(0));
    }
}
