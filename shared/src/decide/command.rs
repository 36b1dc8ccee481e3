//! Commands: what a worker asks of one person's record.
//!
//! In: built by the page, or read from a script. Out: handed to `decide` with the record.
//! The page draws the keys and says what stood on its screen; a command sent twice counts once.
//! External enums only, so that postcard and JSON both carry a command.

use serde::{Deserialize, Serialize};

use crate::decide::request::{
    Answer, Change, Decision, Holder, Measured, NewAction, NewPerson, NewProposal, NoteName, Resolution,
    SameDayAction,
};
use crate::domain::entry::{About, EntryRef, How, Value};
use crate::domain::person::{ConsentKind, ConsentState};
use crate::domain::review::{Closed, CountersignOutcome, SupplyKind};
use crate::domain::visit::{Delegation, Plan, VisitOutcome};
use crate::ids::{DocId, EntryKey, PersonId, Version, VisitId, WorkerId};
use crate::time::{Date, Timestamp};

/// Document ids a page draws with every command: no act creates more documents.
pub const DOCS_PER_COMMAND: usize = 3;

/// One thing a worker asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Whose record.
    pub person: PersonId,
    /// Random keys for the entries it may write, [`Act::keys_wanted`] of them. The first names the command.
    pub keys: Vec<EntryKey>,
    /// Random ids for the documents it may create, [`DOCS_PER_COMMAND`] of them.
    pub docs: Vec<DocId>,
    /// The entries that stood on the worker's screen.
    pub seen: Vec<EntryRef>,
    /// Keys of this page's earlier commands that its screen does not show yet.
    pub sent: Vec<EntryKey>,
    /// What is asked.
    pub act: Act,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Opens a record for a person.
    RegisterPerson(NewPerson),
    /// Answers one single field.
    Answer(Answer),
    /// Adds a thing to a list; `about` ends in `/+`.
    Add {
        /// Where it belongs.
        to: Holder,
        /// The list.
        about: About,
        /// The thing.
        value: Value,
    },
    /// Takes a thing out of its list; it stays in the history.
    Withdraw {
        /// The thing.
        thing: EntryRef,
        /// Why.
        reason: String,
    },
    /// Plans a visit. The page draws `visit`.
    PlanVisit {
        /// The visit.
        visit: VisitId,
        /// Its plan.
        plan: Plan,
        /// Who leads it.
        lead: WorkerId,
        /// Who handed it to an unregistered lead.
        delegation: Option<Delegation>,
    },
    /// Gives the visit to another lead visitor.
    HandOver {
        /// The visit.
        visit: VisitId,
        /// The new lead.
        lead: WorkerId,
    },
    /// Starts a visit, planned or not; the worker becomes its lead when it has none.
    StartVisit {
        /// The visit.
        visit: VisitId,
    },
    /// Moves the planned end: *running late*.
    ExpectEnd {
        /// The visit.
        visit: VisitId,
        /// The new planned end.
        ends_at: Timestamp,
    },
    /// Ends a visit: *I'm safe, leaving*.
    EndVisit {
        /// The visit.
        visit: VisitId,
        /// What came of it.
        outcome: VisitOutcome,
    },
    /// Says who is here.
    AddPresent {
        /// The visit.
        visit: VisitId,
        /// Who, in words.
        who: String,
        /// By phone, not in the room.
        by_phone: bool,
    },
    /// Records that two identifiers were asked and fit.
    CheckIdentifiers {
        /// The visit.
        visit: VisitId,
        /// The identity fields that were checked: `name`, `born`, `nhs_number`, `address`.
        fields: Vec<String>,
    },
    /// Records one consent, for one visit.
    RecordConsent {
        /// The visit it was given at.
        visit: VisitId,
        /// Which.
        kind: ConsentKind,
        /// With whom, for [`ConsentKind::Share`].
        recipient: Option<String>,
        /// What the person said.
        state: ConsentState,
        /// The rooms, the purpose, the best-interests decision.
        detail: String,
        /// How it was obtained.
        how: Option<How>,
    },
    /// Answers one of the eight questions about the home.
    AnswerProfile {
        /// The visit.
        visit: VisitId,
        /// The question.
        question: String,
        /// One of its options.
        option: String,
    },
    /// Answers a home safety item.
    AnswerItem {
        /// The visit.
        visit: VisitId,
        /// The item.
        item: String,
        /// A choice, a number or a non-answer.
        value: Value,
        /// How it was obtained; when absent, the item's own default.
        how: Option<How>,
        /// What it means when it changes a hazard's answer.
        change: Option<Change>,
        /// When it was observed; when absent, now.
        observed_at: Option<Timestamp>,
    },
    /// Answers a question that sharpens an item.
    SetFlag {
        /// The visit.
        visit: VisitId,
        /// The flag.
        flag: String,
        /// Its answer.
        is: bool,
    },
    /// *Rest of this room: seen, no hazard.*
    SweepRoom {
        /// The visit.
        visit: VisitId,
        /// The unanswered items the screen showed; others are never swept.
        items: Vec<String>,
    },
    /// Closes a hazard found at this or an earlier visit.
    CloseHazard {
        /// The visit that saw it closed.
        visit: VisitId,
        /// The answer that found it.
        hazard: EntryRef,
        /// How it was closed.
        closed: Closed,
        /// What was done.
        detail: String,
    },
    /// Records what was done about a same-day item.
    RecordSameDayAction {
        /// The visit.
        visit: VisitId,
        /// The item.
        item: String,
        /// What was done.
        action: SameDayAction,
    },
    /// Records a measurement.
    Measure {
        /// The visit.
        visit: VisitId,
        /// The measurement.
        measured: Measured,
    },
    /// Proposes a device.
    Propose {
        /// The visit.
        visit: VisitId,
        /// The proposal.
        proposal: NewProposal,
    },
    /// Asks the OT to assess for a device only an OT may recommend.
    AskToAssess {
        /// The visit.
        visit: VisitId,
        /// The proposal.
        proposal: NewProposal,
    },
    /// Fills in or changes one field of a proposal.
    SetProposalField {
        /// The proposal.
        proposal: EntryRef,
        /// `device`, `place`, `why`, `hazards`, `measurements`, `swl_kg`, `trial`, `urgency`, `persons_view`, `carers_view`.
        field: String,
        /// Its value.
        value: Value,
    },
    /// Answers what the OT asked about a proposal.
    AnswerOt {
        /// The proposal.
        proposal: EntryRef,
        /// The answer.
        text: String,
    },
    /// Adds an action.
    AddAction {
        /// The visit.
        visit: VisitId,
        /// The action.
        action: NewAction,
    },
    /// Says what became of an action, in the visit's summary.
    SetActionOutcome {
        /// The visit.
        visit: VisitId,
        /// The action.
        action: EntryRef,
        /// What became of it.
        became: String,
    },
    /// Says when the person is contacted next.
    SetNextContact {
        /// The visit.
        visit: VisitId,
        /// The day; absent when there is no next contact.
        on: Option<Date>,
        /// What for, or why not.
        detail: String,
    },
    /// Says what to watch for and whom to call.
    SetSafetyNet {
        /// The visit.
        visit: VisitId,
        /// What to watch for and when.
        watch_for: String,
        /// Whom to call, also out of hours.
        call: String,
    },
    /// Adds a note with its own text.
    AddNote {
        /// The visit.
        visit: VisitId,
        /// The item it belongs to.
        item: Option<String>,
        /// Its text.
        text: String,
    },
    /// Types in a note. One at a time for each note: the next waits for the version this one makes.
    EditNote {
        /// The visit's document the note is in.
        doc: DocId,
        /// Which note.
        note: NoteName,
        /// The document's version on the typist's screen.
        seen: Version,
        /// What the note says now on that screen.
        text: String,
    },
    /// Signs a visit and writes its summary.
    Sign {
        /// The visit.
        visit: VisitId,
        /// The documents read and their versions on screen: every document of the visit at least.
        covers: Vec<(DocId, Version)>,
        /// SHA-256 of the text that was read.
        text_sha256: [u8; 32],
        /// The name as typed.
        typed_name: String,
        /// The version of the forms.
        form_version: u32,
        /// The version of the app.
        app_version: String,
    },
    /// Adds something to a signed visit.
    Addendum {
        /// The visit.
        visit: VisitId,
        /// What is added.
        text: String,
        /// Why.
        reason: String,
    },
    /// Decides about a proposal.
    Decide {
        /// The proposal.
        proposal: EntryRef,
        /// What is decided.
        decision: Decision,
        /// Why, or what is asked.
        reason: String,
    },
    /// Confirms a decision made on an earlier version of its proposal.
    ConfirmDecision {
        /// The proposal.
        proposal: EntryRef,
        /// Why it still holds.
        reason: String,
    },
    /// Comments on an entry of a visit, in the review.
    Comment {
        /// The visit.
        visit: VisitId,
        /// The entry.
        on: EntryRef,
        /// The comment.
        text: String,
    },
    /// Countersigns a visit.
    Countersign {
        /// The visit.
        visit: VisitId,
        /// The signature it answers.
        signature: EntryRef,
        /// The documents read and their versions on screen.
        covers: Vec<(DocId, Version)>,
        /// What it says.
        outcome: CountersignOutcome,
        /// What is added or to be corrected.
        detail: String,
    },
    /// Records what happened to an instructed device.
    RecordSupply {
        /// The proposal.
        proposal: EntryRef,
        /// What happened.
        event: SupplyKind,
        /// On which day.
        on: Date,
        /// Supplier and reference, serial number, who was shown, why not used.
        detail: String,
    },
    /// Ends a clash.
    ResolveClash {
        /// Where it stands.
        to: Holder,
        /// The field.
        about: About,
        /// Which answer it is.
        resolution: Resolution,
        /// Why.
        reason: String,
    },
}

impl Act {
    /// How many keys the page draws for this act.
    pub fn keys_wanted(&self) -> usize {
        match self {
            Self::RegisterPerson(_) => 6,
            Self::Propose { .. } | Self::AskToAssess { .. } => 11,
            Self::PlanVisit { .. } => 4,
            Self::SweepRoom { items, .. } => items.len().max(1),
            Self::StartVisit { .. }
            | Self::EndVisit { .. }
            | Self::AnswerItem { .. }
            | Self::Sign { .. }
            | Self::Decide { .. }
            | Self::ConfirmDecision { .. }
            | Self::ResolveClash { .. } => 2,
            Self::Answer(_)
            | Self::Add { .. }
            | Self::Withdraw { .. }
            | Self::HandOver { .. }
            | Self::ExpectEnd { .. }
            | Self::AddPresent { .. }
            | Self::CheckIdentifiers { .. }
            | Self::RecordConsent { .. }
            | Self::AnswerProfile { .. }
            | Self::SetFlag { .. }
            | Self::CloseHazard { .. }
            | Self::RecordSameDayAction { .. }
            | Self::Measure { .. }
            | Self::SetProposalField { .. }
            | Self::AnswerOt { .. }
            | Self::AddAction { .. }
            | Self::SetActionOutcome { .. }
            | Self::SetNextContact { .. }
            | Self::SetSafetyNet { .. }
            | Self::AddNote { .. }
            | Self::EditNote { .. }
            | Self::Addendum { .. }
            | Self::Comment { .. }
            | Self::Countersign { .. }
            | Self::RecordSupply { .. } => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_travels_by_postcard_to_the_worker_and_by_json_in_scripts() {
        let command = Command {
            person: PersonId::from_bytes([1; 16]),
            keys: vec![EntryKey::from_random([2; 6])],
            docs: vec![DocId::from_bytes([3; 16])],
            seen: Vec::new(),
            sent: vec![EntryKey::from_random([4; 6])],
            act: Act::AnswerItem {
                visit: VisitId::from_bytes([5; 16]),
                item: "hs-ba02".to_owned(),
                value: Value::text("no"),
                how: Some(How::Seen),
                change: Some(Change::Fixed(Closed::Reduced)),
                observed_at: None,
            },
        };
        let bytes = postcard::to_allocvec(&command).unwrap();
        assert_eq!(postcard::from_bytes::<Command>(&bytes).unwrap(), command);
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command);
        assert!(json.contains(r#""change":{"fixed":"reduced"}"#), "{json}");
    }
}
