//! Whether a value fits the catalogue its path points into.
//!
//! In: a row of the table, the ids of a path, a value. Out: whether the content knows them.
//! Never changes a value. Source: `content/`.

use crate::content::{self, MeasurementKind};
use crate::domain::assessment::{AnswerProblem, check_answer};
use crate::domain::entry::Value;
use crate::domain::field::Found;
use crate::domain::person::ConsentKind;
use crate::domain::shape::{Misfit, Shape};

/// Longest typed reading or place, in Unicode scalar values.
const READING_CHARS_MAX: usize = 300;

/// Whether the catalogues know the path and take the value.
pub(super) fn check(found: &Found<'_>, value: &Value) -> Result<(), Misfit> {
    let id = || found.ids.first().copied().unwrap_or_default();
    match found.field.shape {
        Shape::Item => check_item(id(), value),
        Shape::Profile => {
            let question = content::home_safety().profile_question(id()).ok_or(Misfit::Choice)?;
            match value.as_text() {
                Some(option) if !question.options.contains(&option) => Err(Misfit::Choice),
                Some(_) | None => Ok(()),
            }
        }
        Shape::HomeFlag => content::home_safety().flag(id()).map(|_| ()).ok_or(Misfit::Choice),
        Shape::Condition => content::catalogue().condition(id()).map(|_| ()).ok_or(Misfit::Choice),
        Shape::FlagNamed(codes) if !codes.contains(&id()) => Err(Misfit::Choice),
        Shape::Consent(_) => {
            let kind = found.ids.get(1).and_then(|code| ConsentKind::from_code(code));
            kind.map(|_| ()).ok_or(Misfit::Choice)
        }
        Shape::Measure => check_reading(id(), value),
        Shape::Device => match value.as_text() {
            Some(device) => content::catalogue().device(device).map(|_| ()).ok_or(Misfit::Choice),
            None => Ok(()),
        },
        Shape::FlagNamed(_)
        | Shape::Flag
        | Shape::Text { .. }
        | Shape::Choice(_)
        | Shape::Whole { .. }
        | Shape::Number { .. }
        | Shape::Time
        | Shape::TimeOrNotYet
        | Shape::Day
        | Shape::Worker
        | Shape::NhsNumber
        | Shape::Bytes { .. }
        | Shape::Texts
        | Shape::Ref
        | Shape::Refs
        | Shape::Covers
        | Shape::Form(_)
        | Shape::Any => Ok(()),
    }
}

fn check_item(id: &str, value: &Value) -> Result<(), Misfit> {
    let item = content::home_safety().item(id).ok_or(Misfit::Choice)?;
    check_answer(item, value).map_err(|problem| match problem {
        AnswerProblem::AlwaysApplies { .. } => Misfit::AlwaysApplies,
        AnswerProblem::NotAChoice { .. } if value.as_text().is_some() => Misfit::Choice,
        AnswerProblem::NotAChoice { .. } | AnswerProblem::NotANumber { .. } => Misfit::Kind,
        AnswerProblem::NotWhole { .. } => Misfit::NotWhole,
        AnswerProblem::OutOfRange { min, max, .. } => Misfit::Range { least: min, most: max },
    })
}

fn check_reading(id: &str, value: &Value) -> Result<(), Misfit> {
    let field = content::catalogue().measurement(id).ok_or(Misfit::Choice)?;
    let Some(reading) = value.field("reading") else {
        return if value.as_non().is_some() { Ok(()) } else { Err(Misfit::Kind) };
    };
    match &field.kind {
        MeasurementKind::Number { min, max, .. } => within(reading, *min, *max),
        MeasurementKind::Choice { options } => {
            let choice = reading.as_text().ok_or(Misfit::Kind)?;
            if options.contains(&choice) { Ok(()) } else { Err(Misfit::Choice) }
        }
        MeasurementKind::Text => Shape::Text { chars_max: READING_CHARS_MAX }.check(reading),
    }
}

fn within(value: &Value, least: f64, most: f64) -> Result<(), Misfit> {
    let number = value.as_number().ok_or(Misfit::Kind)?;
    if (least..=most).contains(&number) { Ok(()) } else { Err(Misfit::Range { least, most }) }
}
