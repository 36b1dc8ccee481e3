//! A piece of equipment proposed in a visit, from proposal to use.
//!
//! In: the proposal (visit), the decision (review), the instruction and supply (equipment). Out: fields, checks with
//! their working, and a state said only when its documents are held here.

use doorstep_shared::content::State;
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::domain::equipment::Check;
use doorstep_shared::domain::review::DecisionOutcome;
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, By, Mark};
use super::person::Reading;

/// One proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its birth. The key is the proposal's id; the document is the visit's.
    pub at: EntryRef,
    /// The device, by its id in the catalogue.
    pub device: Answer,
    /// The name of the device that stands; empty while it clashes or none is chosen.
    pub device_name: String,
    /// Only an OT may decide this device: the worker asks for an assessment.
    pub ask_ot: bool,
    /// Where it goes.
    pub place: Answer,
    /// What it is for.
    pub need: Answer,
    /// The hazards it answers, as item ids with their words.
    pub hazards: Vec<(String, String)>,
    /// The entry that names the hazards.
    pub hazards_answer: Answer,
    /// What the person says.
    pub persons_view: Answer,
    /// What the carer says.
    pub carers_view: Answer,
    /// How soon, by id.
    pub urgency: Answer,
    /// Safe working load, in kg.
    pub safe_load_kg: Answer,
    /// What a trial showed, by id.
    pub trial: Answer,
    /// The size, where one is chosen.
    pub size: Answer,
    /// What the proposer answered to the OT's questions, oldest first.
    pub replies: Vec<Answer>,
    /// The device bears weight: a safe load and a dated weight are needed.
    pub safe_load_required: bool,
    /// What has to be measured for it.
    pub readings: Vec<Reading>,
    /// Who proposed it.
    pub by: By,
    /// When.
    pub proposed_at: Timestamp,
    /// Taken back.
    pub withdrawn: bool,
    /// Where it is on its way.
    pub state: SupplyState,
    /// What an OT decided; nothing when nobody has.
    pub decision: Option<Decision>,
    /// Every check, with its working.
    pub checks: Vec<Check>,
    /// Every entry this proposal was drawn from: what a decision names as read.
    pub read: Vec<EntryRef>,
    /// The least safe mark of its entries made here.
    pub mark: Mark,
}

/// Where a piece of equipment is on its way. Computed, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SupplyState {
    /// Proposed by an OT, not decided.
    Proposed,
    /// Waits for an OT.
    Review,
    /// The OT asked the proposer something.
    Asked,
    /// Approved.
    Approved,
    /// Another device or size instead.
    Changed,
    /// Not to be supplied.
    Declined,
    /// Taken back.
    Withdrawn,
    /// Ordered.
    Ordered,
    /// The person gets it themselves.
    SelfSupplied,
    /// Delivered.
    Delivered,
    /// Fitted and shown.
    Fitted,
    /// In use.
    InUse,
    /// A review of its use is due.
    ReviewDue,
    /// In place, not used.
    NotUsed,
    /// Being repaired or recalled.
    RepairOrRecall,
    /// Returned.
    Returned,
    /// Two different moves stand: nothing is ordered until one is kept.
    Clash,
    /// The documents that would say so are not held here.
    NotKnownHere,
}

impl From<State> for SupplyState {
    fn from(state: State) -> Self {
        match state {
            State::Proposed => Self::Proposed,
            State::OtReview => Self::Review,
            State::Asked => Self::Asked,
            State::Approved => Self::Approved,
            State::Changed => Self::Changed,
            State::Declined => Self::Declined,
            State::Withdrawn => Self::Withdrawn,
            State::Ordered => Self::Ordered,
            State::SelfSupplied => Self::SelfSupplied,
            State::Delivered => Self::Delivered,
            State::FittedDemonstrated => Self::Fitted,
            State::InUse => Self::InUse,
            State::ReviewDue => Self::ReviewDue,
            State::NotUsed => Self::NotUsed,
            State::RepairOrRecall => Self::RepairOrRecall,
            State::Returned => Self::Returned,
        }
    }
}

/// What an OT decided about a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided; nothing while two decisions differ and neither stands, or for one of a newer build.
    pub outcome: Option<DecisionOutcome>,
    /// Why, or what is asked.
    pub reason: String,
    /// The device and its name, where another was chosen than proposed.
    pub replacement: Option<(String, String)>,
    /// Who should answer, where something is asked.
    pub asked: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Who.
    pub by: Option<By>,
    /// Other entries stand now than the OT read: nothing is ordered until it is confirmed.
    pub on_an_earlier_version: bool,
    /// Every decision that stands, as written.
    pub answer: Answer,
}
