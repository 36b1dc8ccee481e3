//! What is recorded about a visit as a whole: its plan, its times, its outcome.
//!
//! In: standing entries of `visit` documents. Out: typed plans and choices.
//! A visit has no state field: planned, under way, ended and signed follow from facts.
//! Source: product design, "The record is made of entries"; clinical guide, section 4, row B.

use serde::{Deserialize, Serialize};

use crate::domain::coded::coded;
use crate::domain::entry::Value;
use crate::ids::WorkerId;
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
