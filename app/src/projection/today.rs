//! Today: the visits of the day, what is on the tablet for them, what is to finish.
//!
//! In: cards and visit documents. Out: one line a visit, with what the worker must know at the door.

use doorstep_shared::content;
use doorstep_shared::domain::visit::{VisitKind, VisitMode};
use doorstep_shared::ids::{PersonId, VisitId, WorkerId};
use doorstep_shared::sorted;
use doorstep_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::answer::Mark;
use super::digest::{Digest, VisitDigest};
use super::ground::Around;
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

/// Today's list, from everybody's digest.
pub fn today<'a>(digests: impl Iterator<Item = &'a Digest>, around: &Around<'_>, lists: Lists) -> Today {
    let date = around.now.today();
    let mut today = Today {
        date,
        visits: Vec::new(),
        overdue: Vec::new(),
        to_finish: Vec::new(),
        later: Vec::new(),
        needs_you: lists.needs_you,
        complete: lists.complete,
    };
    for digest in digests {
        for visit in &digest.visits {
            let me = around.me.worker;
            let mine = visit.leads.contains(&me) || visit.seconds.contains(&me);
            if !mine {
                continue;
            }
            let line = line(digest, visit, around, lists.complete);
            let day = visit.plan.as_ref().map(|plan| plan.starts_at.london_date());
            match (visit.state, day) {
                (VisitState::UnderWay | VisitState::Ended, _) => today.to_finish.push(line),
                (VisitState::Planned, Some(day)) if day < date => today.overdue.push(line),
                (VisitState::Planned, Some(day)) if day > date => today.later.push(line),
                (VisitState::Planned, _) => today.visits.push(line),
                // A signed visit of today stays in the day's list: the day is seen whole.
                (VisitState::Signed | VisitState::Countersigned, Some(day)) if day == date => {
                    today.visits.push(line);
                }
                (VisitState::Signed | VisitState::Countersigned, _) => {}
            }
        }
    }
    for list in [&mut today.visits, &mut today.overdue, &mut today.to_finish, &mut today.later] {
        sorted::sort_by(list, |a, b| (a.planned_at, &a.name, a.visit).cmp(&(b.planned_at, &b.name, b.visit)));
    }
    today
}

/// What lists say of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists {
    /// Clashes and refused changes that wait for this worker.
    pub needs_you: u32,
    /// The first download is complete.
    pub complete: bool,
}

fn line(digest: &Digest, visit: &VisitDigest, around: &Around<'_>, complete: bool) -> VisitLine {
    let plan = visit.plan.as_ref();
    let others = |workers: &[WorkerId]| -> Vec<String> {
        workers
            .iter()
            .filter(|worker| **worker != around.me.worker)
            .map(|worker| around.directory.name(worker))
            .collect()
    };
    let starts_at = plan.map(|plan| plan.starts_at);
    let before = digest
        .visits
        .iter()
        .filter(|other| other.visit != visit.visit)
        .filter_map(|other| other.started_at)
        .filter(|at| starts_at.is_none_or(|starts| *at < starts))
        .max();
    let mut missing = Vec::new();
    if !digest.held {
        missing.push(Missing::PersonRecord);
    }
    if !complete {
        missing.push(Missing::Download);
    }
    if visit.doc.is_some_and(|doc| around.marks.document(&doc) != Mark::Stored) {
        missing.push(Missing::PlanNotStored);
    }
    let mut alerts = digest.alerts.clone();
    alerts.iter_mut().for_each(|alert| around.dress(&mut alert.answer));
    VisitLine {
        visit: visit.visit,
        person: digest.person,
        name: digest.name.clone(),
        address: digest.address.clone(),
        telephone: digest.telephone.clone(),
        planned_at: starts_at,
        kind: plan.map(|plan| plan.kind),
        mode: plan.map(|plan| plan.mode),
        purpose: plan.map(|plan| plan.purpose.clone()).unwrap_or_default(),
        state: visit.state,
        alerts,
        lead: visit.leads.first().map(|lead| around.directory.name(lead)).unwrap_or_default(),
        with: others(&visit.leads).into_iter().chain(others(&visit.seconds)).collect(),
        to_fit: digest
            .visits
            .iter()
            .flat_map(|visit| &visit.to_fit)
            .map(|device| device_name(device))
            .collect(),
        last_seen: before.map(Timestamp::london_date),
        not_yet_seen_by_registered: visit.not_yet_seen_by_registered,
        missing,
    }
}

/// A device's name in the catalogue; its id for one this build does not know.
pub(super) fn device_name(id: &str) -> String {
    content::catalogue().device(id).map_or(id, |device| device.name).to_owned()
}
