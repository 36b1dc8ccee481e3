//! The home safety assessment: what the answers about a home mean.
//!
//! In: standing answers, the home profile and flags. Out: the outcome of every item, hazards, completeness, caution.
//! Never stores what can be computed, never concludes from a missing answer, never knows who answered.
//! Source: the rules of `content/home_safety.json`; clinical guide, section 3.1.

use serde::{Deserialize, Serialize};

use crate::content::{Flag, FlagFrom, UsualHow, home_safety};
use crate::domain::entry::{How, NonAnswer, Value};
use crate::sorted::Map;

pub use self::caution::{Rank, Stands, caution_rank, stands, tie};
pub use self::check::{AnswerProblem, check_answer};
pub use self::outcome::{Because, Outcome, outcome, outcome_of};
pub use self::summary::{
    Reassessment, RoomCount, Summary, blocks_signing, reassess, summarise, sweepable_now,
};

mod caution;
mod check;
mod outcome;
mod summary;

/// One standing answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// A choice, a number, or one of the four kinds of "no answer".
    pub value: Value,
    /// How it was obtained. Never changes what it means.
    pub how: Option<How>,
}

impl Answer {
    /// An answer obtained as the worker said.
    pub fn new(value: impl Into<Value>, how: Option<How>) -> Self {
        Self { value: value.into(), how }
    }
}

/// What is known around an answer: the home profile and the flags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The standing option of each profile question that has one.
    pub profile: Map<String, String>,
    /// The flags that were answered.
    pub flags: Map<String, bool>,
}

impl Setting {
    /// Whether a flag holds. One asked with a found hazard holds until it is answered.
    pub fn flag(&self, id: &str) -> bool {
        if let Some(answered) = self.flags.get(id) {
            return *answered;
        }
        home_safety().flag(id).is_some_and(|flag| self.unanswered_flag(flag))
    }

    fn unanswered_flag(&self, flag: &Flag) -> bool {
        match flag.from {
            FlagFrom::Profile { question, option } => {
                self.profile.get(question).is_some_and(|found| found == option)
            }
            FlagFrom::AskedWhen { .. } => true,
            FlagFrom::Team | FlagFrom::AskedWith { .. } | FlagFrom::DistressConversation => false,
        }
    }
}

/// Everything standing about one home at one visit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// The home profile and the flags.
    pub setting: Setting,
    /// Answers by item id.
    pub items: Map<String, Answer>,
}

impl From<UsualHow> for How {
    fn from(usual: UsualHow) -> Self {
        match usual {
            UsualHow::Seen => Self::Seen,
            UsualHow::Told => Self::Told,
            UsualHow::Measured => Self::Measured,
            UsualHow::Tested => Self::Tested,
        }
    }
}

/// Whether a value is an observation that competes with others.
pub fn is_observation(value: &Value) -> bool {
    !matches!(value, Value::Non(NonAnswer::Unanswered | NonAnswer::NotSeen | NonAnswer::Declined))
}
