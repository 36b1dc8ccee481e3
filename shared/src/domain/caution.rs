//! Caution: which of several different answers stands until a person resolves them.
//!
//! In: standing entries that differ, and the row that rules their question. Out: the one that stands, and who is asked.
//! Never lets how an answer was obtained outrank another, never picks by who or when where outcomes differ.
//! Source: clinical guide, section 3.3.

use crate::content::{self, Item};
use crate::domain::assessment::{self, Stands};
use crate::domain::entry::{Recorded, Value};
use crate::domain::field::{Caution, Field};
use crate::domain::home;
use crate::domain::record::Place;
use crate::domain::standing::{Standings, Verdict};
use crate::sorted::Set;

/// What else is known where a question is asked.
#[derive(Debug)]
pub struct Surroundings<'s, 'r> {
    /// Everything read so far: flags before items.
    pub standings: &'s Standings<'r>,
    /// Where the question is asked.
    pub place: Place,
}

type Chosen<'r> = (Verdict, Option<&'r Recorded>);

/// Whether an item can ever be a same-day hazard: then only an OT resolves its clash.
pub fn can_be_same_day(item: &str) -> bool {
    content::home_safety()
        .item(item)
        .is_some_and(|item| item.same_day || item.escalate.iter().any(|rule| rule.same_day))
}

/// Whether two values say the same. How, when and by whom does not separate answers.
pub fn agree(field: Option<&'static Field>, a: &Value, b: &Value) -> bool {
    let part = |value: &'_ Value| match field.map(|field| field.caution) {
        Some(Caution::Measure) => value.field("reading").cloned(),
        Some(_) | None => None,
    };
    match (part(a), part(b)) {
        (Some(a), Some(b)) => same(&a, &b),
        _ => same(a, b),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_number(), b.as_number()) {
        // 17 and 17.0 are one answer.
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => a == b,
    }
}

/// What stands between answers that differ, given in one order on every device.
pub fn between<'r>(
    about: &str,
    field: Option<&'static Field>,
    several: &[&'r Recorded],
    around: &Surroundings<'_, 'r>,
) -> Chosen<'r> {
    match field.map_or(Caution::Nothing, |field| field.caution) {
        Caution::Nothing => (Verdict::Clash, None),
        Caution::True => {
            (Verdict::Clash, several.iter().copied().find(|one| one.entry.value.as_flag() == Some(true)))
        }
        Caution::Least(part) => (Verdict::Clash, extreme(several, part, Extreme::Least)),
        Caution::Most(part) => (Verdict::Clash, extreme(several, part, Extreme::Most)),
        Caution::Order(part, codes) => in_order(several, part, codes),
        Caution::Item => {
            let id = about.strip_prefix("home/").unwrap_or(about);
            match content::home_safety().item(id) {
                Some(item) => item_between(item, several, around),
                None => (Verdict::Clash, None),
            }
        }
        Caution::Measure => {
            // Heavier stands, since it decides what may carry the person. Other readings: measure again.
            let heavier = about.starts_with("measure/body_weight_kg/");
            (Verdict::Clash, if heavier { extreme(several, Some("reading"), Extreme::Most) } else { None })
        }
    }
}

#[derive(Clone, Copy)]
enum Extreme {
    Least,
    Most,
}

/// The answer with the least or most number, day or instant; the first of equals.
fn extreme<'r>(several: &[&'r Recorded], part: Option<&str>, which: Extreme) -> Option<&'r Recorded> {
    let key = |recorded: &Recorded| magnitude(value_part(&recorded.entry.value, part)?);
    let mut best: Option<(f64, &'r Recorded)> = None;
    for recorded in several.iter().copied() {
        let Some(number) = key(recorded) else { continue };
        let better = best.is_none_or(|(found, _)| match which {
            Extreme::Least => number < found,
            Extreme::Most => number > found,
        });
        if better {
            best = Some((number, recorded));
        }
    }
    best.map(|(_, recorded)| recorded)
}

fn value_part<'v>(value: &'v Value, part: Option<&str>) -> Option<&'v Value> {
    match part {
        Some(name) => value.field(name),
        None => Some(value),
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of a calendar are far below 2^53")]
fn magnitude(value: &Value) -> Option<f64> {
    value.as_number().or_else(|| {
        let day = value.as_text().and_then(crate::time::Date::parse_iso)?;
        Some(day.days() as f64)
    })
}

/// The answer whose code comes first. Equal listed codes are one outcome; codes outside the list have no order.
fn in_order<'r>(several: &[&'r Recorded], part: Option<&str>, codes: &[&str]) -> Chosen<'r> {
    let rank = |recorded: &Recorded| {
        let code = match value_part(&recorded.entry.value, part)? {
            Value::Text(code) => code.as_str(),
            Value::Flag(true) => "true",
            Value::Flag(false) => "false",
            Value::Non(_)
            | Value::Whole(_)
            | Value::Number(_)
            | Value::Bytes(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_) => return None,
        };
        codes.iter().position(|listed| *listed == code)
    };
    let ranks: Vec<Option<usize>> = several.iter().copied().map(rank).collect();
    let Some(first) = ranks.iter().flatten().min().copied() else { return (Verdict::Clash, None) };
    let stands = several.iter().copied().rfind(|recorded| rank(recorded) == Some(first));
    let all_equal = ranks.iter().all(|rank| *rank == Some(first));
    (if all_equal { Verdict::SideBySide } else { Verdict::Clash }, stands)
}

fn item_between<'r>(
    item: &'static Item,
    several: &[&'r Recorded],
    around: &Surroundings<'_, 'r>,
) -> Chosen<'r> {
    let setting = home::setting(around.standings, around.place);
    let ranks: Set<_> = several
        .iter()
        .filter_map(|recorded| assessment::caution_rank(item, &recorded.entry.value, &setting))
        .collect();
    let observed =
        |recorded: &&&Recorded| assessment::caution_rank(item, &recorded.entry.value, &setting).is_some();
    let values: Vec<&Value> = several.iter().map(|recorded| &recorded.entry.value).collect();
    // Answers that count as none compete with nothing, and equal outcomes ask nobody.
    let verdict = match several.iter().filter(observed).count() {
        0 | 1 => Verdict::One,
        _ if ranks.len() == 1 => Verdict::SideBySide,
        _ => Verdict::Clash,
    };
    match assessment::stands(item, &values, &setting) {
        Stands::At(place) => (verdict, several.get(place).copied()),
        // The hazard is sure, what it is in detail is not: any of them says so.
        Stands::DetailsDiffer(rank) => {
            let of_rank = |recorded: &&Recorded| {
                assessment::caution_rank(item, &recorded.entry.value, &setting) == Some(rank)
            };
            (verdict, several.iter().copied().find(of_rank))
        }
        Stands::Both => (verdict, None),
        Stands::CountAgain => (Verdict::Clash, None),
        Stands::Nothing => (verdict, several.last().copied()),
    }
}
