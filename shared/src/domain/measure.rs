//! Readings: what was measured, where and when, over every visit.
//!
//! In: the standings of a record. Out: readings, and the latest of a field.
//! Never mixes places: a width of one door says nothing of another.
//! Source: clinical guide, section 3.3, "Readings with their own time or place".

use crate::domain::entry::{Recorded, Value};
use crate::domain::kind::DocKind;
use crate::domain::record::{Place, Record};
use crate::domain::standing::Standings;
use crate::ids::VisitId;

/// One reading that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<'r> {
    /// What was measured.
    pub field: &'r str,
    /// Where, as typed.
    pub place: &'r str,
    /// The reading.
    pub value: &'r Value,
    /// The entry, with who took it and when.
    pub recorded: &'r Recorded,
}

/// The readings of one visit, by path. Where two differ, the one that stands.
pub fn readings<'r>(standings: &Standings<'r>, visit: VisitId) -> Vec<Reading<'r>> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let read = |(about, recorded): (&'r str, &'r Recorded)| {
        let value = &recorded.entry.value;
        Some(Reading {
            field: about.split('/').nth(1)?,
            place: value.field("place").and_then(Value::as_text).unwrap_or_default(),
            value: value.field("reading")?,
            recorded,
        })
    };
    standings
        .under(place, "measure/")
        .filter_map(|(about, standing)| Some((about, standing.stands?)))
        .filter_map(read)
        .collect()
}

/// The reading of a field that was taken last, wherever it was taken.
pub fn latest<'r>(standings: &Standings<'r>, record: &Record, field: &str) -> Option<Reading<'r>> {
    let visits = record.visits().into_iter();
    visits
        .flat_map(|visit| readings(standings, visit))
        .filter(|reading| reading.field == field)
        .max_by_key(|reading| (reading.recorded.entry.observed_at, reading.recorded.at))
}
