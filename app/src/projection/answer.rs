//! One question or fact as it stands on the screen.
//!
//! In: the standing entries of one `about`. Out: every side with who, when and how, and what counts meanwhile.
//! Never picks a winner: two different values are a clash, shown as one.

use doorstep_shared::domain::entry::{About, EntryRef, How, Value};
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{InstallId, WorkerId};
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One question or fact, with everything that stands for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub about: About,
    /// Every standing entry, earliest first. A command about this question names them all as seen.
    pub sides: Vec<Side>,
    /// What counts now.
    pub stands: Stands,
}

impl Answer {
    /// Keys for the `seen` of a command about this question.
    pub fn seen(&self) -> impl Iterator<Item = EntryRef> + '_ {
        self.sides.iter().map(|side| side.at)
    }

    /// The value everything that reads this question goes by now.
    pub fn value(&self) -> Option<&Value> {
        match &self.stands {
            Stands::Open => None,
            Stands::Agreed(value) => Some(value),
            Stands::SideBySide { stands } => stands.as_ref(),
            Stands::Clash { cautious } => cautious.as_ref(),
        }
    }

    /// Whether two different answers stand.
    pub fn is_clash(&self) -> bool {
        matches!(self.stands, Stands::Clash { .. })
    }

    /// The least safe mark among the sides written on this device.
    pub fn mark(&self) -> Option<Mark> {
        self.sides.iter().map(|side| side.mark).min()
    }
}

/// What counts for a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Stands {
    /// Nobody answered.
    #[default]
    Open,
    /// One answer, or several equal ones.
    Agreed(Value),
    /// Different answers of equal outcome: shown side by side, and nobody is asked.
    SideBySide {
        /// The one that counts; nothing where both do.
        stands: Option<Value>,
    },
    /// Different answers.
    Clash {
        /// The more cautious of them, which counts until a person decides; nothing where what depends has to wait.
        cautious: Option<Value>,
    },
}

/// One standing entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Where it is.
    pub at: EntryRef,
    /// What it says.
    pub value: Value,
    /// How it was obtained, where that is asked.
    pub how: Option<How>,
    /// Who wrote it.
    pub by: By,
    /// When it was observed, by the device's clock.
    pub observed_at: Timestamp,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// Where its change is.
    pub mark: Mark,
}

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct By {
    /// The worker.
    pub worker: WorkerId,
    /// The name in the directory; empty when the directory does not hold them.
    pub name: String,
    /// Their role when they wrote it.
    pub role: Role,
    /// The installation they used.
    pub install: InstallId,
    /// A short name of the device, the same on every screen.
    pub device: String,
    /// It is this device.
    pub this_device: bool,
    /// Written by the worker who is signed in here.
    pub mine: bool,
}

/// Where one change is. Ordered from the least safe; *Writing* is the page's own, before any of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// Refused by the server: it is in quarantine.
    NeedsYou,
    /// In this device's store.
    Saved,
    /// In the store, and on its way over a live link.
    Sending,
    /// In the server's store.
    Stored,
}
