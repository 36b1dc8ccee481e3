//! Measurements: what may be a reading of a field, and what to ask about again.
//!
//! In: a field of the catalogue, a reading, today. Out: nothing to say, warnings, or why it is refused.
//! Never turns one unit into another, never holds what was typed.
//! Source: `measurements` of `content/at_catalogue.json`; clinical guide, section 3.2.

use crate::content::{MeasurementField, MeasurementKind};
use crate::domain::entry::Value;
use crate::time::Date;

/// Longest text of a text field, in Unicode scalar values.
pub const TEXT_CHARS_MAX: usize = 300;

/// One reading of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// A number in the field's unit, one of its choices, or text.
    pub value: Value,
    /// The unit it was written down in; when absent, the field's own.
    pub unit: Option<String>,
    /// The day it was taken.
    pub taken_on: Option<Date>,
}

impl Reading {
    /// A reading in the field's own unit.
    pub fn new(value: impl Into<Value>, taken_on: Option<Date>) -> Self {
        Self { value: value.into(), unit: None, taken_on }
    }
}

/// Why a reading is refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum MeasurementProblem {
    /// Not a number.
    #[error("measure {field}: a number of {unit} is asked")]
    NotANumber {
        /// The field.
        field: &'static str,
        /// Its unit.
        unit: &'static str,
    },
    /// Written down in another unit.
    #[error("measure {field}: the unit is {unit}")]
    OtherUnit {
        /// The field.
        field: &'static str,
        /// Its unit.
        unit: &'static str,
    },
    /// A part of a count.
    #[error("measure {field}: a whole number is asked")]
    NotWhole {
        /// The field.
        field: &'static str,
    },
    /// Outside the accepted range.
    #[error("measure {field}: outside {min} to {max} {unit}")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// Smallest accepted.
        min: f64,
        /// Largest accepted.
        max: f64,
        /// Its unit.
        unit: &'static str,
    },
    /// None of its choices.
    #[error("measure {field}: none of its choices")]
    NotAChoice {
        /// The field.
        field: &'static str,
    },
    /// Not text, empty, or too long.
    #[error("measure {field}: text of 1 to {chars_max} characters is asked")]
    NotText {
        /// The field.
        field: &'static str,
        /// The limit.
        chars_max: usize,
    },
    /// The day it was taken is missing.
    #[error("measure {field}: the day it was taken is missing")]
    Undated {
        /// The field.
        field: &'static str,
    },
    /// Taken on a day to come.
    #[error("measure {field}: taken on a day to come")]
    InFuture {
        /// The field.
        field: &'static str,
    },
}

/// What to ask about again. The reading is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasurementWarning {
    /// Unusually large: check the figure.
    CheckTheFigure {
        /// Readings above this are checked, in the field's unit.
        above: f64,
    },
    /// Older than it should be.
    Old {
        /// Its age in days.
        age_days: i64,
        /// The oldest without a warning.
        limit_days: u16,
    },
}

/// Whether a reading may be kept, and what to ask about again.
///
/// # Errors
/// [`MeasurementProblem`], with what a message needs.
pub fn check_measurement(
    field: &'static MeasurementField,
    reading: &Reading,
    today: Date,
) -> Result<Vec<MeasurementWarning>, MeasurementProblem> {
    check_value(field, reading)?;
    match reading.taken_on {
        None if field.needs_date => return Err(MeasurementProblem::Undated { field: field.id }),
        Some(taken_on) if taken_on > today => return Err(MeasurementProblem::InFuture { field: field.id }),
        Some(_) | None => {}
    }
    let number = reading.value.as_number();
    let large = field.warn_above.filter(|above| number.is_some_and(|found| found > *above));
    let warnings = large.map(|above| MeasurementWarning::CheckTheFigure { above });
    Ok(warnings.into_iter().chain(too_old(field, reading.taken_on, today)).collect())
}

/// Whether a reading is older than it should be.
pub fn too_old(field: &MeasurementField, taken_on: Option<Date>, today: Date) -> Option<MeasurementWarning> {
    let limit_days = field.warn_older_than_days?;
    let age_days = today.days() - taken_on?.days();
    (age_days > i64::from(limit_days)).then_some(MeasurementWarning::Old { age_days, limit_days })
}

fn check_value(field: &'static MeasurementField, reading: &Reading) -> Result<(), MeasurementProblem> {
    let id = field.id;
    match &field.kind {
        MeasurementKind::Number { unit, min, max, .. } => {
            if reading.unit.as_deref().is_some_and(|written| written != *unit) {
                return Err(MeasurementProblem::OtherUnit { field: id, unit });
            }
            let Some(number) = reading.value.as_number() else {
                return Err(MeasurementProblem::NotANumber { field: id, unit });
            };
            if !(*min..=*max).contains(&number) {
                return Err(MeasurementProblem::OutOfRange { field: id, min: *min, max: *max, unit });
            }
            if *unit == "count" && number.fract() != 0.0 {
                return Err(MeasurementProblem::NotWhole { field: id });
            }
            Ok(())
        }
        MeasurementKind::Choice { options } => match reading.value.as_text() {
            Some(choice) if options.contains(&choice) => Ok(()),
            Some(_) | None => Err(MeasurementProblem::NotAChoice { field: id }),
        },
        MeasurementKind::Text => match reading.value.as_text().map(|text| text.trim().chars().count()) {
            Some(1..=TEXT_CHARS_MAX) => Ok(()),
            Some(_) | None => Err(MeasurementProblem::NotText { field: id, chars_max: TEXT_CHARS_MAX }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::catalogue;

    fn today() -> Date {
        Date::new(2025, 12, 31).unwrap()
    }

    #[track_caller]
    fn check(
        field: &str,
        value: impl Into<Value>,
        taken_on: &str,
    ) -> Result<Vec<MeasurementWarning>, MeasurementProblem> {
        let reading = Reading::new(value, Date::parse_iso(taken_on));
        check_measurement(catalogue().measurement(field).unwrap(), &reading, today())
    }

    #[test]
    fn a_weight_needs_its_day_and_warns_when_it_is_old_or_unusual() {
        let field = "body_weight_kg";
        assert_eq!(check(field, Value::Number(58.0), ""), Err(MeasurementProblem::Undated { field }));
        assert_eq!(
            check(field, Value::Number(58.0), "2026-01-01"),
            Err(MeasurementProblem::InFuture { field })
        );
        assert_eq!(check(field, Value::Number(320.0), "2025-10-02"), Ok(vec![]));
        let old = MeasurementWarning::Old { age_days: 91, limit_days: 90 };
        assert_eq!(check(field, Value::Number(58.0), "2025-10-01"), Ok(vec![old]));
        let large = MeasurementWarning::CheckTheFigure { above: 320.0 };
        assert_eq!(check(field, Value::Number(320.5), "2025-12-31"), Ok(vec![large]));
        let problem = MeasurementProblem::OutOfRange { field, min: 25.0, max: 500.0, unit: "kg" };
        assert_eq!(check(field, Value::Number(501.0), "2025-12-31"), Err(problem));
    }

    #[test]
    fn a_height_in_centimetres_is_refused_and_not_converted() {
        let field = catalogue().measurement("pan_height_mm").unwrap();
        let reading = Reading { unit: Some("cm".to_owned()), ..Reading::new(Value::Whole(400), None) };
        let problem = MeasurementProblem::OtherUnit { field: "pan_height_mm", unit: "mm" };
        assert_eq!(check_measurement(field, &reading, today()), Err(problem));
    }

    #[test]
    fn every_field_takes_an_example_of_its_own_and_refuses_bytes() {
        for field in &catalogue().measurements {
            let example = match &field.kind {
                MeasurementKind::Number { min, .. } => Value::Number(*min),
                MeasurementKind::Choice { options } => Value::text(options[0]),
                MeasurementKind::Text => Value::text("front wall"),
            };
            assert_eq!(check(field.id, example, "2025-12-31"), Ok(vec![]), "{}", field.id);
            assert!(check(field.id, Value::Bytes(vec![1]), "2025-12-31").is_err(), "{}", field.id);
        }
    }
}
