//! The five true states, derived from the outbox and the link.
//!
//! In: outbox rows, the link, the quarantine. Out: the worst state, what waits by person, when the server last confirmed.
//! Nothing sets a state by hand. *Writing* is known only to the page and is put in front of these there.

use doorstep_shared::ids::PersonId;
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the bar and the sync page show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// The worst of the states.
    pub state: SyncState,
    /// Changes not yet stored on the server.
    pub unsent: u32,
    /// What waits to be sent, by person, oldest first.
    pub waiting: Vec<Waiting>,
    /// Clashes and refused changes for this worker.
    pub needs_you: u32,
    /// When the server last answered.
    pub confirmed_at: Option<Timestamp>,
    /// Whether the server answers now.
    pub link: Link,
    /// When the next try is due, while the server does not answer.
    pub next_try_at: Option<Timestamp>,
    /// The first download is complete.
    pub complete: bool,
    /// The server had forgotten something since this device last met it, and is being given it again.
    pub server_forgot: bool,
}

/// A true state, ordered from the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SyncState {
    /// A clash or a refused change waits for a person.
    NeedsYou,
    /// In this device's store, not on its way.
    Saved,
    /// On its way.
    Sending,
    /// The server has everything.
    Stored,
}

/// Whether the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// Not since it was last tried. A normal state.
    Offline,
    /// Being tried.
    Trying,
    /// It answered.
    Live,
    /// It asks who is there: sign in again to send. Recording goes on.
    SignInNeeded,
    /// It will not take this device any more.
    Refused,
    /// It speaks a newer protocol: nothing is lost, the app has to be renewed to send.
    TooOld,
}

/// What waits to be sent about one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The person; nothing for the team's own documents.
    pub person: Option<PersonId>,
    /// `HOLLOWAY, Edna`; empty when not known here.
    pub name: String,
    /// Changes.
    pub changes: u32,
    /// The oldest of them.
    pub since: Timestamp,
    /// A same-day hazard is among them, so the office cannot see it.
    pub same_day: bool,
}
