//! What is recorded about a visit as a whole: its plan, its times, its outcome.
//!
//! In: standing entries of `visit` documents. Out: typed plans and choices.
//! A visit has no state field: planned, under way, ended and signed follow from facts.
//! Source: product design, "The record is made of entries"; clinical guide, section 4, row B.

use serde::{Deserialize, Serialize};

use crate::domain::coded::coded;
use crate::domain::entry::Value;
use crate::domain::kind::DocKind;
use crate::domain::record::Place;
use crate::domain::standing::Standings;
use crate::ids::{VisitId, WorkerId};
use crate::time::Timestamp;

coded! {
    /// What a visit is for.
    VisitKind {
        /// An occupational therapy consultation.
        OtConsultation => "ot_consultation",
        /// A visit by an outreach worker.
        Outreach => "outreach",
        /// A rapid response.
        RapidResponse => "rapid_response",
        /// A follow-up.
        FollowUp => "follow_up",
        /// A recovery session.
        Recovery => "recovery",
        /// A group.
        Group => "group",
        /// A visit at work.
        Workplace => "workplace",
        /// A contact with a carer.
        Carer => "carer",
    }
}

coded! {
    /// Where and how a visit takes place.
    VisitMode {
        /// At home.
        Home => "home",
        /// In a clinic.
        Clinic => "clinic",
        /// In a care home.
        CareHome => "care_home",
        /// Elsewhere in the community.
        Community => "community",
        /// At work.
        Workplace => "workplace",
        /// By telephone.
        Telephone => "telephone",
        /// By video.
        Video => "video",
    }
}

coded! {
    /// What came of a planned visit.
    VisitOutcome {
        /// It took place.
        Attended => "attended",
        /// It took place and was cut short.
        EndedEarly => "ended_early",
        /// The person did not come.
        DidNotAttend => "did_not_attend",
        /// No answer at the door.
        NoAccess => "no_access",
        /// Somebody the person depends on did not bring them.
        WasNotBrought => "was_not_brought",
        /// Cancelled by the person.
        CancelledByPerson => "cancelled_by_person",
        /// Cancelled by the service.
        CancelledByService => "cancelled_by_service",
    }
}

/// A visit's plan: what one person decided in one act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// When it should start.
    pub starts_at: Timestamp,
    /// When it should end: the lone-working clock counts to it.
    pub ends_at: Timestamp,
    /// What it is for.
    pub kind: VisitKind,
    /// Where and how.
    pub mode: VisitMode,
    /// Why, in a line.
    pub purpose: String,
}

impl Plan {
    /// The stored value.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("starts_at", self.starts_at.into()),
            ("ends_at", self.ends_at.into()),
            ("kind", self.kind.into()),
            ("mode", self.mode.into()),
            ("purpose", Value::text(&*self.purpose)),
        ])
    }

    /// Reads the stored value; nothing when a part is missing or of a newer build.
    pub fn from_value(value: &Value) -> Option<Self> {
        Some(Self {
            starts_at: value.field("starts_at")?.as_time()?,
            ends_at: value.field("ends_at")?.as_time()?,
            kind: VisitKind::from_value(value.field("kind")?)?,
            mode: VisitMode::from_value(value.field("mode")?)?,
            purpose: value.field("purpose")?.as_text()?.to_owned(),
        })
    }
}

/// Who handed a visit to an unregistered worker, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The registered clinician who stays answerable.
    pub by: WorkerId,
    /// The task.
    pub task: String,
    /// When a registered clinician saw the person, where one has.
    pub seen_by_registered: Option<Timestamp>,
}

impl Delegation {
    /// The stored value.
    pub fn to_value(&self) -> Value {
        let seen = self.seen_by_registered.map_or(Value::text("not_yet"), Value::from);
        Value::map([
            ("by", Value::Bytes(self.by.as_bytes().to_vec())),
            ("task", Value::text(&*self.task)),
            ("seen_by_registered", seen),
        ])
    }

    /// Reads the stored value.
    pub fn from_value(value: &Value) -> Option<Self> {
        Some(Self {
            by: WorkerId::try_from(value.field("by")?.as_bytes()?).ok()?,
            task: value.field("task")?.as_text()?.to_owned(),
            seen_by_registered: value.field("seen_by_registered").and_then(Value::as_time),
        })
    }
}

/// How far a visit has come, from facts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Not started.
    Planned,
    /// Started and not ended.
    UnderWay {
        /// The earliest start.
        since: Timestamp,
    },
    /// Ended, or recorded as not having taken place.
    Ended {
        /// The latest end.
        at: Timestamp,
    },
    /// Signed by at least one lead.
    Signed {
        /// The first signature, by its writer's clock.
        at: Timestamp,
    },
}

/// How far a visit has come.
pub fn state(standings: &Standings<'_>, visit: VisitId) -> VisitState {
    let place = Place::of_visit(DocKind::Visit, visit);
    let time = |about| standings.value(place, about).and_then(Value::as_time);
    let signed = standings.get(place, "signature/+").and_then(|list| list.entries().next());
    if let Some(signature) = signed {
        return VisitState::Signed { at: signature.written_at };
    }
    match (time("visit/started"), time("visit/ended")) {
        (_, Some(at)) => VisitState::Ended { at },
        (Some(since), None) => VisitState::UnderWay { since },
        (None, None) => VisitState::Planned,
    }
}

/// What is known of a visit as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitFacts {
    /// The visit.
    pub visit: VisitId,
    /// How far it has come.
    pub state: VisitState,
    /// Its plan; the earlier one while two differ.
    pub plan: Option<Plan>,
    /// When it should end, as last said.
    pub expected_end: Option<Timestamp>,
    /// Who leads it: one worker, nobody, or everybody named in a clash.
    pub leads: Vec<WorkerId>,
    /// The named seconds.
    pub seconds: Vec<WorkerId>,
    /// Who handed it over.
    pub delegation: Option<Delegation>,
    /// The earliest start.
    pub started_at: Option<Timestamp>,
    /// The latest end.
    pub ended_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Option<VisitOutcome>,
    /// The identifiers that were asked and fit.
    pub identifiers: Vec<String>,
    /// Who else was there, in words.
    pub present: Vec<String>,
    /// Whether the person was seen alone.
    pub seen_alone: Option<bool>,
}

/// Reads a visit as a whole; nothing when it is not held here.
pub fn facts(standings: &Standings<'_>, visit: VisitId) -> Option<VisitFacts> {
    let place = Place::of_visit(DocKind::Visit, visit);
    standings.at(place).next()?;
    let value = |about| standings.value(place, about);
    let plan = value("visit/plan").and_then(Plan::from_value);
    let texts = |list| -> Vec<String> {
        let things = standings.things(place, list);
        things
            .iter()
            .filter_map(|thing| Some(thing.entry.value.field("who")?.as_text()?.to_owned()))
            .collect()
    };
    let seconds = standings.things(place, "visit/second/+");
    let identifiers = value("identifiers/checked").and_then(Value::as_list).unwrap_or_default();
    Some(VisitFacts {
        visit,
        state: state(standings, visit),
        expected_end: value("visit/expected_end")
            .and_then(Value::as_time)
            .or_else(|| plan.as_ref().map(|plan| plan.ends_at)),
        plan,
        leads: standings.leads(visit),
        seconds: seconds
            .iter()
            .filter_map(|second| WorkerId::try_from(second.entry.value.as_bytes()?).ok())
            .collect(),
        delegation: value("visit/delegation").and_then(Delegation::from_value),
        started_at: value("visit/started").and_then(Value::as_time),
        ended_at: value("visit/ended").and_then(Value::as_time),
        outcome: value("visit/outcome").and_then(VisitOutcome::from_value),
        identifiers: identifiers.iter().filter_map(|one| one.as_text().map(str::to_owned)).collect(),
        present: texts("present/+"),
        seen_alone: value("seen_alone").and_then(Value::as_flag),
    })
}
