//! Home safety: the profile, the rooms and their items.
//!
//! In: answers and the rules' outcomes. Out: what each room's page draws, severe items first.
//! Which answer is the hazard is on the button; what does not apply says why.

use doorstep_shared::domain::entry::{EntryRef, How};
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, By};

/// The home safety assessment of one visit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// The questions asked before the rooms.
    pub profile: Vec<Profile>,
    /// The rooms, in the order they are walked.
    pub rooms: Vec<Room>,
    /// Over all rooms.
    pub totals: Totals,
    /// The wording that is asked.
    pub form_version: u32,
}

/// One question of the home profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// Its words, from the content.
    pub question: String,
    /// Option ids, which are also their words.
    pub options: Vec<String>,
    /// What stands.
    pub answer: Answer,
}

/// One room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Its stable id, for addresses.
    pub id: String,
    /// Its name, from the content.
    pub name: String,
    /// Its items, severe first.
    pub items: Vec<Item>,
    /// Items answered.
    pub answered: u32,
    /// Items that apply.
    pub applicable: u32,
    /// Hazards found.
    pub hazards: u32,
    /// Hazards to be acted on today.
    pub same_day: u32,
    /// Items that "rest of this room: seen, no hazard" would answer.
    pub sweepable: Vec<String>,
}

/// One item of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its stable id.
    pub id: String,
    /// Its words, from the content.
    pub question: String,
    /// What can be answered.
    pub kind: Kind,
    /// How it is usually obtained.
    pub how_default: How,
    /// "Does not apply" is not offered.
    pub always_applies: bool,
    /// The assessment is not whole while it is unanswered or not seen.
    pub must_be_seen: bool,
    /// Severity 3 or 4: shown first.
    pub core: bool,
    /// What stands.
    pub answer: Answer,
    /// What it comes to.
    pub outcome: Outcome,
    /// Why an answer is a hazard, from the content.
    pub means: String,
    /// What to do about the hazard, from the content.
    pub action: String,
    /// Equipment that can help.
    pub devices: Vec<Offer>,
    /// Questions asked because of the answer.
    pub flags: Vec<Flag>,
    /// Who was told about a same-day hazard.
    pub told: Option<Told>,
    /// The hazard was fixed in this visit.
    pub fixed: Option<By>,
    /// Opens its steps at once.
    pub emergency: bool,
}

/// What can be answered to an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// One of some options.
    Choice {
        /// The options.
        options: Vec<Choice>,
    },
    /// A number.
    Number {
        /// `mm`, `C`, `count`, `level`.
        unit: String,
        /// The least that is accepted.
        min: f64,
        /// The most that is accepted.
        max: f64,
        /// The words of whole numbers from `min` upward, where they have words.
        levels: Vec<String>,
    },
    /// Typed text.
    Text,
}

/// One option of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its id, which is also its words unless the page has better ones.
    pub id: String,
    /// Choosing it finds a hazard.
    pub hazard: bool,
}

/// What an item comes to under the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing stands.
    Unanswered,
    /// Could not be looked at.
    NotSeen,
    /// Not said.
    Declined,
    /// Does not apply, by its own answer.
    NotApplicable,
    /// Does not apply, from the home profile or because another item is asked instead; an answer overrides it.
    NotApplicableByProfile {
        /// False for an item that must be seen, until a worker confirms that it does not apply.
        confirmed: bool,
    },
    /// No hazard.
    NoHazard,
    /// A hazard.
    Hazard {
        /// 1 to 4.
        severity: u8,
        /// To be acted on today.
        same_day: bool,
    },
}

/// A device that can help with a hazard, as this worker may bring it up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Its id in the catalogue.
    pub device: String,
    /// Its name in the catalogue.
    pub name: String,
    /// What this worker may do.
    pub may: MayOffer,
    /// Proposed for this item already.
    pub proposed: bool,
}

/// What a worker may do with a device of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MayOffer {
    /// Propose it.
    Propose,
    /// Ask an OT to assess for it.
    AskOt,
    /// Refer to who supplies it.
    Refer,
}

/// A question asked because of an answer. Counts as true until it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// Its id.
    pub id: String,
    /// Its words, from the content.
    pub question: String,
    /// What stands.
    pub answer: Answer,
}

/// Who was told about a same-day hazard, or why nobody needed to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Where it is recorded.
    pub at: EntryRef,
    /// Who was told; empty when none was needed.
    pub who: String,
    /// How, by id.
    pub how: String,
    /// When.
    pub when: Timestamp,
    /// Why none was needed; empty when somebody was told.
    pub reason: String,
}

/// Counts over a home safety assessment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Items answered.
    pub answered: u32,
    /// Items that apply.
    pub applicable: u32,
    /// Hazards found.
    pub hazards: u32,
    /// Their severities added up.
    pub severity_sum: u32,
    /// Hazards to be acted on today.
    pub same_day: u32,
    /// Same-day hazards without a recorded action: these alone stop signing.
    pub same_day_open: u32,
    /// Per cent of applicable items answered, one decimal.
    pub complete_pct: f64,
    /// At least 80 per cent, and everything that must be seen was.
    pub complete: bool,
    /// Questions with two different answers.
    pub clashes: u32,
}
