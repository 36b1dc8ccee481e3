//! Today: the visits of the day, what is on the tablet for them, what is to finish.
//!
//! In: cards and visit documents. Out: one line a visit, with what the worker must know at the door.

use doorstep_shared::domain::visit::{VisitKind, VisitMode};
use doorstep_shared::ids::{PersonId, VisitId};
use doorstep_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::person::Alert;

/// The first screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Today {
    /// Today in London.
    pub date: Date,
    /// Planned for today and mine, by time.
    pub visits: Vec<VisitLine>,
    /// Planned for earlier days, not started.
    pub overdue: Vec<VisitLine>,
    /// Started and not signed, mine or handed to me.
    pub to_finish: Vec<VisitLine>,
    /// Planned for later days, by time.
    pub later: Vec<VisitLine>,
    /// Clashes and refused changes that wait for this worker.
    pub needs_you: u32,
    /// Whether the first download from the server is complete: until then lists may be short, and say so.
    pub complete: bool,
}

impl Today {
    /// How many of today's visits are wholly on this tablet, and of how many.
    pub fn ready(&self) -> (usize, usize) {
        (self.visits.iter().filter(|visit| visit.missing.is_empty()).count(), self.visits.len())
    }
}

/// One visit in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitLine {
    /// The visit.
    pub visit: VisitId,
    /// Whose it is.
    pub person: PersonId,
    /// `HOLLOWAY, Edna`.
    pub name: String,
    /// One line; empty when not known here.
    pub address: String,
    /// Telephone; empty when not known here.
    pub telephone: String,
    /// The planned start.
    pub planned_at: Option<Timestamp>,
    /// What it is for; nothing when not planned or two plans stand.
    pub kind: Option<VisitKind>,
    /// Where and how.
    pub mode: Option<VisitMode>,
    /// Why, in a line.
    pub purpose: String,
    /// Where it is in its life.
    pub state: VisitState,
    /// Everything to know before the door opens: two staff, dog, ring first.
    pub alerts: Vec<Alert>,
    /// The lead visitor's name; empty when not known here.
    pub lead: String,
    /// The other visitors' names.
    pub with: Vec<String>,
    /// Equipment that may be fitted today, by device name.
    pub to_fit: Vec<String>,
    /// The last visit before this one.
    pub last_seen: Option<Date>,
    /// A registered clinician has not seen this person yet.
    pub not_yet_seen_by_registered: bool,
    /// What this tablet lacks for the visit. Empty: ready.
    pub missing: Vec<Missing>,
}

/// What a tablet may lack for a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missing {
    /// No `person` document is held here.
    PersonRecord,
    /// The first download is not complete.
    Download,
    /// The plan is not stored on the server yet.
    PlanNotStored,
}

/// Where a visit is in its life; computed from facts, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VisitState {
    /// Nobody has started it.
    Planned,
    /// Started.
    UnderWay,
    /// Ended, not signed.
    Ended,
    /// Signed by a lead.
    Signed,
    /// Signed and countersigned.
    Countersigned,
}
