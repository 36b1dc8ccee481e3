//! What an act carries: answers, proposals, decisions, as the page fills them in.
//!
//! In: built by the page, or read from a script. Out: the parts of an [`Act`](crate::decide::Act).
//! Never checked here: that is for the table of fields and for `decide`.

use serde::{Deserialize, Serialize};

use crate::domain::entry::{About, EntryRef, How, Value};
use crate::domain::note::Section;
use crate::domain::person::{NoNumber, PersonName};
use crate::domain::review::{Closed, DeclinedBy, Urgency};
use crate::ids::{EntryKey, VisitId, WorkerId};
use crate::time::{Date, Timestamp};

/// The document a generic answer or list thing belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The person.
    Person,
    /// The person's equipment register.
    Equipment,
    /// A visit.
    Visit(VisitId),
    /// A visit's summary.
    Summary(VisitId),
    /// The reviewer's review of a visit.
    Review(VisitId),
}

/// What changing a hazard's answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The earlier answer was a mistake.
    Wrong,
    /// It was true then; now it is closed.
    Fixed(Closed),
}

/// A person to be registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewPerson {
    /// The name.
    pub name: PersonName,
    /// The date of birth.
    pub born: Date,
    /// The NHS number, with or without spaces.
    pub nhs_number: Option<String>,
    /// Why there is none.
    pub no_number: Option<NoNumber>,
    /// The address in one line.
    pub address: String,
    /// The telephone number; empty when unknown.
    pub phone: String,
}

/// One single answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Where it belongs.
    pub to: Holder,
    /// The field, as a path of stable ids.
    pub about: About,
    /// The answer.
    pub value: Value,
    /// How it was obtained.
    pub how: Option<How>,
    /// When it was observed; when absent, now.
    pub observed_at: Option<Timestamp>,
    /// Why it is corrected, where that is said.
    pub reason: Option<String>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What was measured: `pan_height_mm`.
    pub field: String,
    /// Where, as typed: `bathroom`.
    pub place: String,
    /// A number in the field's unit, or one of its choices.
    pub value: Value,
    /// How it was obtained.
    pub how: Option<How>,
    /// When it was taken; when absent, now.
    pub observed_at: Option<Timestamp>,
}

/// Who was told of a same-day hazard, or why nobody had to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameDayAction {
    /// Somebody was told.
    Told {
        /// Who.
        who: String,
        /// How: by phone, in person.
        how: String,
        /// When.
        at: Timestamp,
    },
    /// No action was needed.
    NotNeeded {
        /// Why.
        reason: String,
    },
}

/// Something that will be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewAction {
    /// What.
    pub what: String,
    /// By whom, in words: a worker, a service, the person.
    pub owner: String,
    /// By when.
    pub due: Option<Date>,
    /// The hazard item it answers.
    pub item: Option<String>,
}

/// A proposed device. What is left out is filled in later by [`crate::decide::Act::SetProposalField`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewProposal {
    /// The catalogue's id.
    pub device: String,
    /// Where it will be.
    pub place: String,
    /// The need, in words.
    pub why: String,
    /// The hazard items it answers.
    pub hazards: Vec<String>,
    /// The measurements it rests on: their `about` in this visit.
    pub measurements: Vec<About>,
    /// The device's safe working load in kilograms.
    pub swl_kg: Option<f64>,
    /// How soon.
    pub urgency: Option<Urgency>,
    /// What the person thinks.
    pub persons_view: String,
    /// What the carer thinks.
    pub carers_view: String,
}

/// What an OT decides about a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// As proposed.
    Approve,
    /// Approved for another device.
    Change {
        /// The replacement's catalogue id.
        device: String,
        /// The replacement's safe working load in kilograms.
        swl_kg: Option<f64>,
    },
    /// Not this.
    Decline {
        /// Who did not want it.
        by: DeclinedBy,
    },
    /// The proposer is asked first. The reason holds the question.
    Ask {
        /// Who should answer.
        whom: WorkerId,
    },
    /// The OT goes and sees.
    SeeInPerson,
    /// An approval is taken back; supply stops.
    Withdraw,
}

/// What ends a clash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// One of the answers, as it was.
    Keep(EntryRef),
    /// Another answer.
    Again {
        /// The answer.
        value: Value,
        /// How it was obtained.
        how: Option<How>,
    },
}

/// Which note is typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteName {
    /// A section every visit has.
    Section(Section),
    /// A note that was added, by its key.
    Added(EntryKey),
}
