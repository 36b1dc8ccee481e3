//! The demonstration team: a made-up caseload, replayed through the real commands into real documents.
//!
//! In: a caseload file, a worker for each member of staff, a shift of dates, chance. Out: signed-off changes to store,
//! the names of what was made, and every step that was refused or is not built yet.
//! Never writes past `decide`, never reads a clock. Source: `content/demonstration_caseload.json`, wholly synthetic.

mod caseload;
mod documents;
mod equipment;
mod stage;
mod visits;

use std::collections::BTreeMap;

pub use caseload::{Case, Caseload, CaseloadError, Home, Supplied, Visit};
pub use documents::{Documents, KeepError, Written};
pub use stage::{Chance, Refused};
pub use visits::answers_of;

use crate::decide::Worker;
use crate::demonstration::stage::Stage;
use crate::domain::entry::EntryRef;
use crate::ids::{PersonId, VisitId};
use crate::time::{Date, Timestamp};

/// The caseload that comes with this build.
pub const CASELOAD: &str = include_str!("../content/demonstration_caseload.json");

/// Days between the caseload's last contact and the day it is shown.
const LAST_CONTACT_DAYS_AGO: i32 = 7;

/// A countersignature younger than this is left for whoever tries the review.
const LEFT_TO_COUNTERSIGN_DAYS: i32 = 40;

/// When the visits planned for today start, London time.
const TODAY_STARTS: [(u8, u8); 4] = [(9, 30), (11, 0), (13, 30), (15, 0)];

/// Which days the caseload is told on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Days every date of the caseload is moved by; dates of birth stay.
    pub shift_days: i32,
    /// The day visits are planned for and recent reviews are left open, for people to try.
    pub today: Option<Date>,
}

impl Telling {
    /// As the file says.
    pub const fn as_written() -> Self {
        Self { shift_days: 0, today: None }
    }

    /// With its last contact a week before `today`, and visits planned for today.
    pub fn shown_on(caseload: &Caseload, today: Date) -> Self {
        let last = caseload.last_visit().unwrap_or(today);
        let shift = today.plus_days(-LAST_CONTACT_DAYS_AGO).days() - last.days();
        Self { shift_days: i32::try_from(shift).unwrap_or_default(), today: Some(today) }
    }

    fn day(self, day: Date) -> Date {
        day.plus_days(self.shift_days)
    }

    /// Whether a countersignature of that (shifted) day is left for people to try.
    fn is_left_open(self, signed_on: Date) -> bool {
        self.today.is_some_and(|today| signed_on.plus_days(LEFT_TO_COUNTERSIGN_DAYS) > today)
    }
}

/// One case after its replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The case's id in the file.
    pub case: String,
    /// Whose record it became.
    pub person: PersonId,
    /// Its visits, in the file's order.
    pub visits: Vec<VisitId>,
    /// Its proposals, by their id in the file.
    pub proposals: BTreeMap<String, EntryRef>,
    /// Commands that were refused: none, where file and rules agree.
    pub refused: Vec<Refused>,
    /// What the file asks for that is not built yet.
    pub not_covered: Vec<String>,
}

/// Tells a caseload: every case, in the order of its days.
///
/// `staff` gives each member of staff of the file a worker, by the file's id.
///
/// # Errors
/// A [`KeepError`] when a document could not be written; a refused command is no error, it is listed.
pub fn tell(
    caseload: &Caseload,
    staff: &BTreeMap<String, Worker>,
    telling: Telling,
    chance: &mut Chance<'_>,
    documents: &mut Documents,
) -> Result<Vec<Told>, KeepError> {
    let mut all = Vec::new();
    for (place, case) in caseload.cases.iter().enumerate() {
        let mut stage = Stage::new(caseload, case, staff, telling, chance, documents);
        tell_case(&mut stage, case)?;
        if let Some((today, (hour, minute))) = telling.today.zip(TODAY_STARTS.get(place).copied()) {
            visits::plan_today(&mut stage, case, Timestamp::from_london(today, hour, minute))?;
        }
        all.push(stage.told());
    }
    Ok(all)
}

/// Something that happens on a day of a case.
#[derive(Clone, Copy)]
enum Event {
    Visit(usize),
    Move { item: usize, step: usize },
    Countersign(usize),
}

fn tell_case(stage: &mut Stage<'_, '_>, case: &Case) -> Result<(), KeepError> {
    visits::register(stage, case)?;
    let mut events: Vec<(Timestamp, Event)> = Vec::new();
    for (place, visit) in case.visits.iter().enumerate() {
        events.push((stage.starts_at(visit), Event::Visit(place)));
        if visit.needs_countersign && !stage.telling.is_left_open(stage.telling.day(visit.date)) {
            let next = stage.telling.day(visit.date).plus_days(1);
            events.push((Timestamp::from_london(next, 9, 0), Event::Countersign(place)));
        }
    }
    for (item, supplied) in case.at.iter().enumerate() {
        for (step, day) in supplied.dates.iter().enumerate() {
            // Decided and supplied in the afternoon, after the visits of the day, in the file's order.
            let four = Timestamp::from_london(stage.telling.day(*day), 16, 0);
            let after = i64::try_from(step).unwrap_or_default() * 600_000;
            events.push((four.plus_ms(after), Event::Move { item, step }));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    for (at, event) in events {
        stage.turn_to(at);
        match event {
            Event::Visit(place) => visits::visit(stage, case, place)?,
            Event::Move { item, step } => equipment::step(stage, case, item, step)?,
            Event::Countersign(place) => visits::countersign(stage, case, place)?,
        }
    }
    caseload::list_not_covered(case, &mut stage.not_covered);
    Ok(())
}
