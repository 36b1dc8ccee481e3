//! The OT's queue and one visit under review.
//!
//! In: visits with proposals or signatures, reviews. Out: worst first, each proposal with its checks, and the exact
//! version that is read.

use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::ids::{DocId, PersonId, Version, VisitId};
use doorstep_shared::sorted;
use doorstep_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Mark};
use super::digest::{Digest, VisitDigest};
use super::ground::Around;
use super::home::Outcome;
use super::person::Banner;
use super::proposal::Proposal;
use super::today::VisitState;
use super::visit::{Note, Signature};

/// Visits that wait for an OT: same day first, then severity, then waiting time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewQueue {
    /// The visits.
    pub rows: Vec<ReviewRow>,
    /// Whether the first download is complete.
    pub complete: bool,
}

/// One visit in the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// The visit.
    pub visit: VisitId,
    /// Whose it is.
    pub person: PersonId,
    /// `HOLLOWAY, Edna`.
    pub name: String,
    /// The lead visitor's name.
    pub lead: String,
    /// Where it is in its life.
    pub state: VisitState,
    /// Hazards found.
    pub hazards: u32,
    /// Hazards to be acted on today.
    pub same_day: u32,
    /// Severities added up.
    pub severity_sum: u32,
    /// Proposals, and how many of them are decided.
    pub proposals: (u32, u32),
    /// Since when it waits.
    pub since: Timestamp,
    /// The day it is due.
    pub due: Date,
    /// Returned to this worker's queue because something arrived after countersigning.
    pub reopened: bool,
}

/// One visit under review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// The visit.
    pub visit: VisitId,
    /// The visit's document.
    pub visit_doc: DocId,
    /// This worker's review of it; nothing before the first decision.
    pub review_doc: Option<DocId>,
    /// Who it is about.
    pub banner: Banner,
    /// The lead visitor's name.
    pub lead: String,
    /// Where the visit is in its life.
    pub state: VisitState,
    /// When the version that is read was last written.
    pub written_at: Timestamp,
    /// The worker signed in here may decide.
    pub may_decide: bool,
    /// Every proposal.
    pub proposals: Vec<Proposal>,
    /// The answers, hazards first.
    pub answers: Vec<AnswerRow>,
    /// The notes.
    pub notes: Vec<Note>,
    /// Signatures and countersignatures, earliest first.
    pub signatures: Vec<Signature>,
    /// What a countersignature would cover.
    pub countersign: Countersign,
}

/// One answer as the OT reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// The item.
    pub item: String,
    /// Its room.
    pub area: String,
    /// Its words.
    pub question: String,
    /// What stands.
    pub answer: Answer,
    /// What it comes to.
    pub outcome: Outcome,
    /// Comments, earliest first.
    pub comments: Vec<Answer>,
}

/// What a countersignature would cover.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Countersign {
    /// Proposals without a decision of this OT on what stands now.
    pub undecided: u32,
    /// The documents and versions drawn here.
    pub covers: Vec<(DocId, Version)>,
    /// The signature it would answer: the newest by a lead; nothing before there is one.
    pub signature: Option<EntryRef>,
    /// Every entry the page was drawn from: what countersigning names as seen.
    pub read: Vec<EntryRef>,
    /// The version drawn here is countersigned already.
    pub done: bool,
    /// Addenda to the visit.
    pub addenda: u32,
    /// Where the newest countersignature's change is.
    pub mark: Option<Mark>,
}

/// Working days a visit without a same-day hazard may wait for its review.
const REVIEW_WORKING_DAYS: u32 = 5;

/// Visits that wait for an OT, worst first.
pub fn queue<'a>(
    digests: impl Iterator<Item = &'a Digest>,
    around: &Around<'_>,
    complete: bool,
) -> ReviewQueue {
    let mut rows: Vec<ReviewRow> = digests
        .flat_map(|digest| digest.visits.iter().filter_map(move |visit| row(digest, visit, around)))
        .collect();
    sorted::sort_by_key(&mut rows, |row| {
        (std::cmp::Reverse(row.same_day > 0), std::cmp::Reverse(row.severity_sum), row.since, row.visit)
    });
    ReviewQueue { rows, complete }
}

/// A visit's row, where an OT has something to do about it.
fn row(digest: &Digest, visit: &VisitDigest, around: &Around<'_>) -> Option<ReviewRow> {
    let undecided = visit.proposals > visit.decided;
    let same_day = visit.same_day > 0 && visit.state < VisitState::Countersigned;
    if !(visit.awaits_countersign || visit.reopened || undecided || same_day) {
        return None;
    }
    let since = visit.waits_since.or(visit.started_at)?;
    let due = if visit.same_day > 0 { since.london_date() } else { working_days_after(since.london_date()) };
    Some(ReviewRow {
        visit: visit.visit,
        person: digest.person,
        name: digest.name.clone(),
        lead: visit.leads.first().map(|lead| around.directory.name(lead)).unwrap_or_default(),
        state: visit.state,
        hazards: visit.hazards,
        same_day: visit.same_day,
        severity_sum: visit.severity_sum,
        proposals: (visit.proposals, visit.decided),
        since,
        due,
        reopened: visit.reopened,
    })
}

fn working_days_after(day: Date) -> Date {
    let mut left = REVIEW_WORKING_DAYS;
    let mut due = day;
    while left > 0 {
        due = due.plus_days(1);
        if !matches!(due.weekday(), "Saturday" | "Sunday") {
            left -= 1;
        }
    }
    due
}
