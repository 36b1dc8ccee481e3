//! The home safety items as a tablet holds them: what is asked, and what each answer means.
//!
//! In: the blob the build wrote. Out: items, rooms, profile questions and flags, in the order they are asked.
//! Never holds an answer. Read by the build script too, so it names nothing outside this folder.
//! Source: `content/home_safety.json`; not reviewed by a clinician.

use serde::{Deserialize, Serialize};

use super::expression::Expression;

/// Everything asked about a home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct HomeSafety {
    /// The wording's version: goes into `form_version` of every answer.
    pub version: u32,
    /// Share of applicable items that must be answered for a whole assessment, in percent.
    pub complete_pct: u8,
    /// What severities 1 to 4 mean, in that order.
    pub severities: Vec<Words>,
    /// Rooms in the order they are walked.
    pub rooms: Vec<Room>,
    /// The questions about the home that decide what cannot apply.
    pub profile: Vec<ProfileQuestion>,
    /// Circumstances that rules ask about.
    pub flags: Vec<Flag>,
    /// Every item, in content order.
    pub items: Vec<Item>,
}

/// Words of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words(#[serde(borrow)] pub &'static str);

/// A room or theme that is walked as one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Stable id.
    pub id: &'static str,
    /// What a worker reads.
    pub name: &'static str,
}

/// One of the eight questions before the rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileQuestion {
    /// Stable id.
    pub id: &'static str,
    /// What a worker reads.
    pub question: &'static str,
    /// Choices; each is its own id.
    #[serde(borrow)]
    pub options: Vec<&'static str>,
}

/// A circumstance a rule asks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Stable id.
    pub id: &'static str,
    /// What a worker reads where it is asked.
    pub question: &'static str,
    /// Where its answer comes from, and so what holds while it is not answered.
    pub from: FlagFrom,
}

/// Where a flag's answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagFrom {
    /// True when the profile question has this answer.
    Profile {
        /// The profile question.
        question: &'static str,
        /// The answer that makes it true.
        option: &'static str,
    },
    /// A setting of the team for the day. False until set.
    Team,
    /// Asked together with an item. False until answered.
    AskedWith {
        /// The item.
        item: &'static str,
    },
    /// Asked when an item has this hazardous answer. True until answered.
    AskedWhen {
        /// The item.
        item: &'static str,
        /// Its answer.
        answer: &'static str,
    },
    /// Recorded by the distress conversation. False until recorded.
    DistressConversation,
}

/// How an answer is usually obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsualHow {
    /// Seen by the worker.
    Seen,
    /// Told to the worker.
    Told,
    /// Measured with a tool.
    Measured,
    /// Tried out.
    Tested,
}

/// Which document an item's answer is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemDocument {
    /// The visit: shown in the house.
    Visit,
    /// A concern: asked only when the person is seen alone, never shown in the house, never interrupts.
    Concern,
    /// The access notes: never shown in the house, never interrupts.
    Access,
}

/// What an item's answer may be, besides the four kinds of "no answer".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerKind {
    /// One of these, each its own id.
    Choice {
        /// Choices in the order they are offered.
        #[serde(borrow)]
        options: Vec<&'static str>,
        /// Choices that count as unanswered.
        #[serde(borrow, default)]
        unanswered: Vec<&'static str>,
    },
    /// A number.
    Number {
        /// `mm`, `C`, `count`, `rating` or `level`.
        unit: &'static str,
        /// Smallest accepted.
        min: f64,
        /// Largest accepted.
        max: f64,
        /// What each whole number from `min` on means, where numbers are levels.
        #[serde(borrow, default)]
        levels: Vec<&'static str>,
    },
}

/// Which of two different observations of equal outcome stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// Equal outcomes are equal answers.
    SameAnswer,
    /// The highest number.
    Highest,
    /// The lowest number.
    Lowest,
    /// The lowest if any is below, else the highest if any is above, else both are shown.
    OutsideBand {
        /// Lower edge, in the item's unit.
        below: f64,
        /// Upper edge, in the item's unit.
        above: f64,
    },
    /// The hazard stands; its details differ.
    DetailsDiffer,
    /// Neither stands: count again.
    CountAgain,
}

/// A rule that replaces severity and urgency when it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Escalation {
    /// When.
    pub when: Expression,
    /// 1 to 4.
    pub severity: u8,
    /// Whether somebody must be told today.
    pub same_day: bool,
}

/// Profile answers that make an item not applicable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotApplicableWhen {
    /// The profile question.
    pub question: &'static str,
    /// Its answers that exclude the item.
    #[serde(borrow)]
    pub options: Vec<&'static str>,
}

/// One question about a home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Stable id: `hs-ba02`.
    pub id: &'static str,
    /// The room's id.
    pub room: &'static str,
    /// The kind of hazard, in a word or two: `falls`.
    pub topic: &'static str,
    /// What a worker reads.
    pub question: &'static str,
    /// What the answer may be.
    pub answer: AnswerKind,
    /// When an answer is a hazard.
    pub hazard_when: Expression,
    /// Rules that replace severity and urgency; the first that matches counts.
    pub escalate: Vec<Escalation>,
    /// How the answer is usually obtained.
    pub how: UsualHow,
    /// What the hazard may do.
    pub means: &'static str,
    /// 1 to 4.
    pub severity: u8,
    /// Whether somebody must be told today.
    pub same_day: bool,
    /// Severity 3 or 4: shown first in its room.
    pub core: bool,
    /// May be answered by "rest of this room: seen, no hazard".
    pub sweepable: bool,
    /// The assessment is not whole while this is unanswered or not seen.
    pub must_be_seen: bool,
    /// Whether "does not apply" is accepted.
    pub may_be_not_applicable: bool,
    /// Profile answers that make it not applicable.
    pub not_applicable_when: Vec<NotApplicableWhen>,
    /// Asked only when this holds.
    pub needs: Option<Expression>,
    /// What to do about the hazard.
    pub action: &'static str,
    /// Devices that can help, by id.
    #[serde(borrow)]
    pub devices: Vec<&'static str>,
    /// Who can be asked for help.
    #[serde(borrow)]
    pub refer: Vec<&'static str>,
    /// Where the answer is written.
    pub document: ItemDocument,
    /// Opens its steps at once, full screen, and is asked first at the door.
    pub emergency: bool,
    /// The choice that puts it on the person's banner.
    pub banner_when: Option<&'static str>,
    /// Which of two observations of equal outcome stands.
    pub tie: TieRule,
    /// Readings with their own time or place are separate measurements, not clashes.
    pub readings_apart: bool,
    /// Number of the nearest of the 29 hazards of the Housing Health and Safety Rating System (known, no source).
    pub hhsrs_hazard: Option<u8>,
}
