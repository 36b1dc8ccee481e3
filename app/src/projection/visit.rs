//! One visit: the task list and everything behind its lines.
//!
//! In: the visit's documents united, the person's record, content. Out: one value for every page of the visit.
//! A signed visit is drawn at the versions its signature names; what came later is listed apart.

use doorstep_shared::decide::NoteName;
use doorstep_shared::domain::entry::{EntryRef, Value};
use doorstep_shared::domain::review::CountersignOutcome;
use doorstep_shared::domain::visit::{Plan, VisitOutcome};
use doorstep_shared::ids::{DocId, Version, VisitId};
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, By, Mark};
use super::home::{Home, Offer};
use super::person::{Banner, Consent, OpenHazard, Reading};
use super::proposal::Proposal;
use super::today::VisitState;

/// One visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitPage {
    /// The visit.
    pub visit: VisitId,
    /// The document its entries are written to.
    pub doc: DocId,
    /// Who it is to.
    pub banner: Banner,
    /// Its plan; nothing when not planned or two plans stand.
    pub plan: Option<Plan>,
    /// Where it is in its life.
    pub state: VisitState,
    /// The earliest start.
    pub started_at: Option<Timestamp>,
    /// The planned end as the visitor moved it.
    pub planned_end: Answer,
    /// When it should end, as last said: what the lone-working clock counts to.
    pub ends_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Option<VisitOutcome>,
    /// The lead visitor.
    pub lead: Answer,
    /// Their name; both while two are named.
    pub lead_name: String,
    /// Who handed it to an unregistered lead.
    pub delegation: Answer,
    /// The worker signed in here may write to it.
    pub may_write: bool,
    /// The task list, in the order of a visit.
    pub tasks: Vec<Task>,
    /// Who is here.
    pub here: Here,
    /// Consents, by kind and recipient.
    pub consents: Vec<Consent>,
    /// The sections every visit has, then notes added.
    pub notes: Vec<Note>,
    /// Home safety.
    pub home: Home,
    /// Hazards of earlier visits nobody has closed.
    pub earlier_hazards: Vec<OpenHazard>,
    /// Readings taken or needed by the proposals.
    pub readings: Vec<Reading>,
    /// Fields a reading can be taken of, from the content.
    pub fields: Vec<ReadingField>,
    /// Equipment proposed.
    pub proposals: Vec<Proposal>,
    /// Every device this worker can bring up, from the catalogue.
    pub catalogue: Vec<Offer>,
    /// Actions and safety net.
    pub actions: Vec<Action>,
    /// What to watch, when, whom to call.
    pub safety_net: Answer,
    /// The next contact.
    pub next_contact: Answer,
    /// Check and sign.
    pub check: CheckAndSign,
    /// The least safe mark of the visit's changes made here.
    pub mark: Mark,
}

/// One line of the task list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Which line.
    pub id: TaskId,
    /// Its state.
    pub state: TaskState,
    /// Things done or present.
    pub done: u32,
    /// Things there are to do; 0 when they are not counted.
    pub of: u32,
    /// Clashes in it.
    pub clashes: u32,
}

/// The lines of a visit's task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TaskId {
    /// Who is here.
    Here,
    /// Consent.
    Consent,
    /// In the person's own words.
    OwnWords,
    /// Home safety.
    Home,
    /// Measurements.
    Readings,
    /// Equipment.
    Equipment,
    /// Actions and safety net.
    Actions,
    /// Next contact.
    NextContact,
    /// Check and sign.
    CheckAndSign,
}

/// How far a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TaskState {
    /// Nothing recorded.
    NotStarted,
    /// Something recorded.
    Started,
    /// Everything asked for is recorded.
    Completed,
    /// Cannot be done before another line; only Check and sign, while a same-day hazard has no action.
    Blocked,
}

/// Who is here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Here {
    /// Identifiers that can be checked, with what stands.
    pub identifiers: Vec<Answer>,
    /// Which of them were asked and fit.
    pub checked: Answer,
    /// The people present.
    pub present: Vec<Present>,
    /// Seen alone.
    pub seen_alone: Answer,
    /// Interpreter.
    pub interpreter: Answer,
}

/// Somebody present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Present {
    /// Its birth.
    pub at: EntryRef,
    /// Who: role or relationship, as chosen or typed.
    pub who: String,
    /// By phone, not in the room.
    pub by_phone: bool,
    /// Who recorded it.
    pub by: By,
}

/// One note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Its document.
    pub doc: DocId,
    /// Which note.
    pub name: NoteName,
    /// The item it belongs to; empty when none.
    pub item: String,
    /// The text.
    pub text: String,
    /// The version the text was read at: sent back with what is typed.
    pub version: Version,
    /// The least safe mark of its changes made here.
    pub mark: Mark,
}

/// A field a reading can be taken of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingField {
    /// Its id.
    pub id: String,
    /// How it is taken, from the content.
    pub how_to: String,
    /// What can be answered.
    pub kind: super::home::Kind,
    /// The proposals that need it, by their births.
    pub needed_by: Vec<EntryRef>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its birth.
    pub at: EntryRef,
    /// What is to be done.
    pub what: String,
    /// Who does it, as chosen or typed.
    pub owner: String,
    /// By when.
    pub due: Option<doorstep_shared::time::Date>,
    /// The item it answers; empty when none.
    pub item: String,
    /// What became of it.
    pub outcome: Answer,
    /// Who recorded it.
    pub by: By,
}

/// Check and sign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckAndSign {
    /// What stops signing. Empty: it can be signed.
    pub blocked_by: Vec<SignBlock>,
    /// What is left open, which stops nothing: items and sections by id.
    pub unanswered: Vec<String>,
    /// Part assessment: fewer than 80 per cent, or something that must be seen was not.
    pub part: bool,
    /// The names of the OTs or teams it goes to.
    pub goes_to: String,
    /// Every document a signature would cover, at the versions drawn here.
    pub covers: Vec<(DocId, Version)>,
    /// What is signed, in the order it is read.
    pub lines: Vec<SignedLine>,
    /// The wording of the forms that were read.
    pub form_version: u32,
    /// Every entry the page was drawn from: what signing names as seen.
    pub read: Vec<EntryRef>,
    /// Signatures, earliest first.
    pub signatures: Vec<Signature>,
    /// Addenda, earliest first.
    pub addenda: Vec<Addendum>,
    /// Entries that arrived after the version that was signed.
    pub after_signing: Vec<Answer>,
}

/// One line of what is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedLine {
    /// The path; `note/own_words` for a note.
    pub about: String,
    /// What the ids in the path stand for: a question, a device, a unit. Empty where the path says it by itself.
    pub of: String,
    /// What was recorded.
    pub said: Said,
}

/// What was recorded, with names for ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// A value.
    Value(Value),
    /// An instant.
    At(Timestamp),
    /// Parts decided in one act, by name.
    Form(Vec<(String, Said)>),
}

/// What stops signing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignBlock {
    /// A same-day hazard without a recorded action.
    SameDay {
        /// The item.
        item: String,
        /// What it means, from the content.
        means: String,
    },
    /// Nobody has started it.
    NotStarted,
    /// Another worker leads it.
    NotLead,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Where it is.
    pub at: EntryRef,
    /// The typed name; empty for a countersignature.
    pub name: String,
    /// Who signed.
    pub by: By,
    /// When.
    pub signed_at: Timestamp,
    /// For a countersignature: what it says, and what is added or to be corrected.
    pub countersign: Option<(CountersignOutcome, String)>,
    /// Where its change is.
    pub mark: Mark,
}

/// One addendum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Addendum {
    /// Where it is.
    pub at: EntryRef,
    /// The text.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Who wrote it.
    pub by: By,
    /// When.
    pub written_at: Timestamp,
}
