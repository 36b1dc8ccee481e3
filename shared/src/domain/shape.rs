//! Shapes: what a field's value looks like, and its limits.
//!
//! In: a shape and a value from a command. Out: whether it fits, or the one reason why not.
//! Never looks at content: items, measurements and devices are checked where the catalogues are.
//! A form's unknown parts are refused when written here and kept when they come from a newer build.

use serde::{Deserialize, Serialize};

use crate::domain::entry::{EntryRef, NonAnswer, Value};
use crate::ids::WorkerId;
use crate::nhs_number::NhsNumber;
use crate::time::Date;

/// Why a value does not fit its field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Misfit {
    /// Another kind of value is asked for.
    #[error("another kind of value")]
    Kind,
    /// None of the field's choices.
    #[error("none of the choices")]
    Choice,
    /// Outside the range.
    #[error("outside {least} to {most}")]
    Range {
        /// The least that is accepted, in the field's unit.
        least: f64,
        /// The most.
        most: f64,
    },
    /// A part of something that is counted.
    #[error("not a whole number")]
    NotWhole,
    /// Too many characters.
    #[error("over {limit} characters")]
    TooLong {
        /// The limit, in Unicode scalar values.
        limit: usize,
    },
    /// Empty, where something is needed.
    #[error("empty")]
    Empty,
    /// *Does not apply* is never true of this item.
    #[error("does not apply is refused")]
    AlwaysApplies,
    /// An NHS number whose check digit, length or range is wrong.
    #[error("not an NHS number")]
    NhsNumber,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// True or false.
    Flag,
    /// True or false, where the path's last id is one of these.
    FlagNamed(&'static [&'static str]),
    /// Text.
    Text {
        /// Most Unicode scalar values.
        chars_max: usize,
    },
    /// One of these codes.
    Choice(&'static [&'static str]),
    /// A whole number.
    Whole {
        /// The least that is accepted.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A number.
    Number {
        /// The least that is accepted.
        least: f64,
        /// The most.
        most: f64,
    },
    /// An instant.
    Time,
    /// An instant, or `not_yet`.
    TimeOrNotYet,
    /// A day, `2025-09-15`.
    Day,
    /// A worker's id.
    Worker,
    /// A valid NHS number, digits only.
    NhsNumber,
    /// Bytes of one length.
    Bytes {
        /// The length.
        len: usize,
    },
    /// A list of short texts.
    Texts,
    /// One entry.
    Ref,
    /// A list of entries.
    Refs,
    /// A list of documents with their versions.
    Covers,
    /// Several parts decided in one act.
    Form(&'static [Part]),
    /// A form whose path names a consent.
    Consent(&'static [Part]),
    /// One of the options of the profile question the path names.
    Profile,
    /// True or false, where the path names a flag of the home safety items.
    HomeFlag,
    /// True or false, where the path names a condition that counts against devices.
    Condition,
    /// An answer to the home safety item the path names.
    Item,
    /// A reading of the measurement the path names.
    Measure,
    /// A device of the catalogue.
    Device,
    /// Any value within the size of an entry.
    Any,
}

/// One part of a form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it looks like.
    pub shape: Shape,
    /// Whether it must be there.
    pub needed: bool,
}

/// Most texts or entries in one list.
pub const LIST_LEN_MAX: usize = 200;

/// Longest text in a list, in Unicode scalar values.
const LISTED_CHARS_MAX: usize = 300;

impl Shape {
    /// Whether a value fits. The shapes that need content fit any value of the right kind here.
    ///
    /// # Errors
    /// The one [`Misfit`] found first.
    pub fn check(self, value: &Value) -> Result<(), Misfit> {
        match self {
            Self::Flag | Self::FlagNamed(_) | Self::HomeFlag | Self::Condition => {
                fits(value.as_flag().is_some())
            }
            Self::Text { chars_max } => check_text(value, chars_max),
            Self::Choice(codes) => match value.as_text() {
                Some(code) if codes.contains(&code) => Ok(()),
                Some(_) => Err(Misfit::Choice),
                None => Err(Misfit::Kind),
            },
            #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
            Self::Whole { least, most } => {
                let whole = value.as_whole().ok_or(Misfit::Kind)?;
                if (least..=most).contains(&whole) {
                    Ok(())
                } else {
                    Err(Misfit::Range { least: least as f64, most: most as f64 })
                }
            }
            Self::Number { least, most } => {
                let number = value.as_number().ok_or(Misfit::Kind)?;
                if (least..=most).contains(&number) { Ok(()) } else { Err(Misfit::Range { least, most }) }
            }
            Self::Time => fits(value.as_time().is_some()),
            Self::TimeOrNotYet => fits(value.as_time().is_some() || value.as_text() == Some("not_yet")),
            Self::Day => {
                let text = value.as_text().ok_or(Misfit::Kind)?;
                fits(Date::parse_iso(text).is_some())
            }
            Self::Worker => {
                let bytes = value.as_bytes().ok_or(Misfit::Kind)?;
                fits(WorkerId::try_from(bytes).is_ok())
            }
            Self::NhsNumber => {
                let text = value.as_text().ok_or(Misfit::Kind)?;
                text.parse::<NhsNumber>().map(|_| ()).map_err(|_| Misfit::NhsNumber)
            }
            Self::Bytes { len } => fits(value.as_bytes().is_some_and(|bytes| bytes.len() == len)),
            Self::Texts => {
                let texts = check_list(value)?;
                texts.iter().try_for_each(|text| check_text(text, LISTED_CHARS_MAX))
            }
            Self::Ref => fits(EntryRef::from_value(value).is_some()),
            Self::Refs => {
                let refs = check_list(value)?;
                fits(refs.iter().all(|at| EntryRef::from_value(at).is_some()))
            }
            Self::Covers => check_list(value).map(|_| ()),
            Self::Form(parts) | Self::Consent(parts) => check_form(parts, value),
            Self::Profile | Self::Device => fits(value.as_text().is_some()),
            Self::Item => {
                fits(value.as_text().is_some() || value.as_number().is_some() || value.as_non().is_some())
            }
            Self::Measure => fits(value.field("reading").is_some()),
            Self::Any => Ok(()),
        }
    }

    /// Whether a worker may record that there is no answer, and which.
    pub fn takes(self, non: NonAnswer) -> bool {
        match non {
            NonAnswer::Unanswered => true,
            NonAnswer::NotSeen | NonAnswer::NotApplicable | NonAnswer::Declined => matches!(self, Self::Item),
        }
    }
}

fn fits(does: bool) -> Result<(), Misfit> {
    if does { Ok(()) } else { Err(Misfit::Kind) }
}

fn check_text(value: &Value, chars_max: usize) -> Result<(), Misfit> {
    let text = value.as_text().ok_or(Misfit::Kind)?;
    if text.trim().is_empty() {
        return Err(Misfit::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(Misfit::TooLong { limit: chars_max });
    }
    Ok(())
}

fn check_list(value: &Value) -> Result<&[Value], Misfit> {
    let list = value.as_list().ok_or(Misfit::Kind)?;
    if list.len() > LIST_LEN_MAX { Err(Misfit::TooLong { limit: LIST_LEN_MAX }) } else { Ok(list) }
}

fn check_form(parts: &[Part], value: &Value) -> Result<(), Misfit> {
    let Value::Map(fields) = value else { return Err(Misfit::Kind) };
    if fields.keys().any(|name| !parts.iter().any(|part| part.name == name)) {
        return Err(Misfit::Kind);
    }
    for part in parts {
        match fields.get(part.name) {
            // What may be left out may also be left empty.
            Some(value) if !part.needed && value.as_text() == Some("") => {}
            Some(value) => part.shape.check(value)?,
            None if part.needed => return Err(Misfit::Empty),
            None => {}
        }
    }
    Ok(())
}
