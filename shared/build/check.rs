//! What content must hold before a build may carry it.
//!
//! In: the compiled home safety items and catalogue. Out: every problem, with the thing it is in and the reason.
//! Runs at build time only. Never changes content.

use std::collections::BTreeSet;

use crate::catalogue::{Catalogue, Device, MeasurementKind, State};
use crate::expression::{Expression, Observed};
use crate::home_safety::{AnswerKind, FlagFrom, HomeSafety, Item};
use crate::source::{Problem, Read, SafeExample};

/// Checks the items, and what they name in the catalogue.
pub(crate) fn check_home_safety(read: &Read, catalogue: &Catalogue) -> Vec<Problem> {
    let content = &read.content;
    let mut problems = repeated(content.items.iter().map(|item| item.id));
    problems.extend(repeated(content.rooms.iter().map(|room| room.id)));
    problems.extend(repeated(content.profile.iter().map(|question| question.id)));
    problems.extend(repeated(content.flags.iter().map(|flag| flag.id)));
    if content.severities.len() != 4 {
        problems.push(Problem::new("severities", "four are needed"));
    }
    for flag in &content.flags {
        let fits = match flag.from {
            FlagFrom::Profile { question, option } => has_option(content, question, option),
            FlagFrom::AskedWith { item } => item_of(content, item).is_some(),
            FlagFrom::AskedWhen { item, answer } => {
                item_of(content, item).is_some_and(|item| is_hazard(item, Observed::Choice(answer)))
            }
            FlagFrom::Team | FlagFrom::DistressConversation => true,
        };
        if !fits {
            problems
                .push(Problem::new(flag.id, "it comes from something that does not exist or is no hazard"));
        }
    }
    for (item, safe) in content.items.iter().zip(&read.safe_examples) {
        check_item(item, *safe, content, catalogue, &mut problems);
    }
    problems
}

fn check_item(
    item: &Item,
    safe: SafeExample,
    content: &HomeSafety,
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) {
    let mut problem = |reason: String| problems.push(Problem::new(item.id, reason));
    if !content.rooms.iter().any(|room| room.id == item.room) {
        problem(format!("room `{}` does not exist", item.room));
    }
    for device in &item.devices {
        if !catalogue.devices.iter().any(|known| known.id == *device) {
            problem(format!("device `{device}` is not in the catalogue"));
        }
    }
    for when in &item.not_applicable_when {
        for option in &when.options {
            if !has_option(content, when.question, option) {
                problem(format!("profile `{}` has no answer `{option}`", when.question));
            }
        }
    }
    let safe = match safe {
        SafeExample::Choice(text) => Observed::Choice(text),
        SafeExample::Number(number) => Observed::Number(number),
    };
    if !fits(&item.answer, safe) {
        problem("safe_example is not an answer of the item".to_owned());
    }
    if item.hazard_when.matches(safe, &|_| true) || item.hazard_when.matches(safe, &|_| false) {
        problem("safe_example is a hazard".to_owned());
    }
    if item.hazard_when != Expression::Never
        && !examples(&item.answer).iter().any(|value| is_hazard(item, *value))
    {
        problem("no answer is a hazard".to_owned());
    }
    let severities = item.escalate.iter().map(|line| (line.severity, line.same_day));
    for (severity, same_day) in severities.chain([(item.severity, item.same_day)]) {
        if !(1..=4).contains(&severity) {
            problem(format!("severity {severity} is outside 1 to 4"));
        }
        if severity == 4 && !same_day {
            problem("severity 4 is always same day".to_owned());
        }
    }
    if item.core != (item.severity >= 3) {
        problem("core marks severity 3 and 4".to_owned());
    }
    if item.sweepable && (item.core || item.must_be_seen) {
        problem("nothing severe may be swept".to_owned());
    }
}

/// Checks the devices, measurements, states and moves.
pub(crate) fn check_catalogue(catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = repeated(catalogue.devices.iter().map(|device| device.id));
    problems.extend(repeated(catalogue.measurements.iter().map(|field| field.id)));
    problems.extend(repeated(catalogue.conditions.iter().map(|condition| condition.id)));
    for field in &catalogue.measurements {
        if let MeasurementKind::Number { min, max, .. } = field.kind
            && min >= max
        {
            problems.push(Problem::new(field.id, "min is not below max"));
        }
    }
    for device in &catalogue.devices {
        check_device(device, catalogue, &mut problems);
    }
    let known: BTreeSet<State> = catalogue.states.iter().map(|state| state.id).collect();
    for transition in &catalogue.transitions {
        for state in [transition.from, transition.to] {
            if !known.contains(&state) {
                problems.push(Problem::new("transitions", format!("state {state:?} is not described")));
            }
        }
    }
    problems
}

fn check_device(device: &Device, catalogue: &Catalogue, problems: &mut Vec<Problem>) {
    let mut problem = |reason: String| problems.push(Problem::new(device.id, reason));
    for field in &device.measurements {
        if !catalogue.measurements.iter().any(|known| known.id == *field) {
            problem(format!("measurement `{field}` does not exist"));
        }
    }
    for contraindication in &device.contraindications {
        if !catalogue.conditions.iter().any(|known| known.id == contraindication.id) {
            problem(format!("condition `{}` does not exist", contraindication.id));
        }
    }
    if let Some(variant_of) = device.variant_of
        && !catalogue.devices.iter().any(|known| known.id == variant_of)
    {
        problem(format!("variant of `{variant_of}`, which does not exist"));
    }
    if device.swl_required && !device.measurements.contains(&"body_weight_kg") {
        problem("a safe working load needs body_weight_kg".to_owned());
    }
}

fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(*id)).map(|id| Problem::new(id, "the id is used twice")).collect()
}

fn item_of<'a>(content: &'a HomeSafety, id: &str) -> Option<&'a Item> {
    content.items.iter().find(|item| item.id == id)
}

fn has_option(content: &HomeSafety, question: &str, option: &str) -> bool {
    content.profile.iter().any(|known| known.id == question && known.options.contains(&option))
}

fn is_hazard(item: &Item, value: Observed<'_>) -> bool {
    item.hazard_when.matches(value, &|_| true)
}

fn fits(answer: &AnswerKind, value: Observed<'_>) -> bool {
    match (answer, value) {
        (AnswerKind::Choice { options, .. }, Observed::Choice(found)) => options.contains(&found),
        (AnswerKind::Number { min, max, .. }, Observed::Number(found)) => (*min..=*max).contains(&found),
        (AnswerKind::Choice { .. }, Observed::Number(_))
        | (AnswerKind::Number { .. }, Observed::Choice(_)) => false,
    }
}

/// Every choice, or both ends of the range.
fn examples(answer: &AnswerKind) -> Vec<Observed<'static>> {
    match answer {
        AnswerKind::Choice { options, .. } => options.iter().map(|option| Observed::Choice(option)).collect(),
        AnswerKind::Number { min, max, .. } => vec![Observed::Number(*min), Observed::Number(*max)],
    }
}
