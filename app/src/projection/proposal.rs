//! A piece of equipment proposed in a visit, from proposal to use.
//!
//! In: the proposal (visit), the decision (review), the instruction and supply (equipment). Out: fields, checks with
//! their working, and a state said only when its documents are held here.

use doorstep_shared::domain::entry::{EntryRef, Value};
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
    /// Fields this build does not place, by question.
    pub more: Vec<Answer>,
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
    /// What an OT decided, newest first.
    pub decisions: Vec<Decision>,
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
    /// To be seen in person first.
    SeeInPerson,
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

/// What an OT decided about a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Where it is recorded.
    pub at: EntryRef,
    /// What was decided; nothing when a newer build decided something this one does not know.
    pub outcome: Option<DecisionOutcome>,
    /// Why, or what is asked.
    pub reason: String,
    /// The replacement device and its name, where changed.
    pub replacement: Option<(String, String)>,
    /// Who decided.
    pub by: By,
    /// When.
    pub decided_at: Timestamp,
    /// Other entries stand now than the OT read: nothing is ordered until it is confirmed.
    pub on_an_earlier_version: bool,
    /// Other values in the entry, for what this build does not place.
    pub value: Value,
    /// Where its change is.
    pub mark: Mark,
}

/// One check of a proposal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which check, by id; worded at the page.
    pub id: String,
    /// What it came to.
    pub result: CheckResult,
    /// The numbers and content words it came from, by name, for its sentence.
    pub working: Vec<(String, Value)>,
    /// A sentence of the content that explains it; may be empty.
    pub text: String,
}

/// What a check came to. Unknown is never shown as passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CheckResult {
    /// Refused for everybody.
    Fails,
    /// To be thought about.
    Warns,
    /// Not known.
    Unknown,
    /// Passed.
    Passes,
}
