//! The bridge: every message between the page and its worker.
//!
//! In and out: typed values in postcard, one a message. The page asks and draws; the worker owns the record, the store,
//! the keys and the sync. Nothing here carries words for people except content and what people typed.
//! The page sends [`ToWorker::Open`] first. Every [`ToWorker::Command`] is answered by exactly one of
//! [`FromWorker::Saved`], [`FromWorker::Refused`] or [`FromWorker::NotSaved`] with its ticket.

use doorstep_shared::decide::{Command, Refusal};
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{InstallId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::projection::{Projection, SyncStatus, View};

/// Names one command between the page and its worker. Counted by the page; means nothing after a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u32);

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Opens the store and says who is signed in.
    Open,
    /// Takes the record over from the window that has it.
    TakeOver,
    /// Signs in at the server and, the first time, enrols this installation.
    SignIn {
        /// The account.
        account: String,
        /// The password. Kept nowhere.
        password: String,
    },
    /// Carries out a command.
    Command {
        /// Returned with the answer.
        ticket: Ticket,
        /// The command.
        command: Box<Command>,
        /// The draft it makes an end of, in the same commit.
        draft: Option<String>,
    },
    /// Replaces the draft of one field. Sent every half second of typing.
    Draft {
        /// The page's own stable name of the field.
        field: String,
        /// The text as typed.
        text: String,
        /// What leaving the field now would ask.
        command: Box<Command>,
    },
    /// Wants a view, now and whenever it differs.
    Watch(View),
    /// No longer wants it.
    Unwatch(View),
    /// Tries the server at once.
    TryNow,
    /// The page was hidden: what is pending is sent, and time limits begin.
    Hidden,
    /// The page is shown again.
    Shown,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// Who is signed in. The answer to `Open`, `TakeOver` and a `SignIn` that worked, and sent when it differs.
    Session(Session),
    /// A `SignIn` that did not work.
    SignInRefused(SignInRefusal),
    /// What a watched view shows now.
    Show {
        /// The view as it was asked.
        view: View,
        /// What it shows.
        projection: Box<Projection>,
    },
    /// The command is on disk. Views that differ because of it have been shown before this.
    Saved {
        /// The command.
        ticket: Ticket,
    },
    /// The command was not carried out; nothing was written.
    Refused {
        /// The command.
        ticket: Ticket,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The command was not carried out because of a fault; nothing was written.
    NotSaved {
        /// The command.
        ticket: Ticket,
        /// Why.
        fault: Fault,
    },
    /// The state of sync: after `Open`, and whenever it differs.
    Sync(SyncStatus),
    /// Text that was being typed when the app stopped, to be put back in its fields. After `Session`.
    Drafts(Vec<Restored>),
    /// The record is open in another window.
    OpenElsewhere,
    /// Something outside the record failed.
    Fault(Fault),
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Session {
    /// Nobody: sign in at the server.
    SignedOut,
    /// A worker.
    SignedIn(SignedIn),
}

/// A worker on this installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The worker.
    pub worker: WorkerId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// This installation.
    pub install: InstallId,
    /// The organisation's name.
    pub organisation: String,
    /// The team's name.
    pub team: String,
    /// Made-up people: shows the permanent banner.
    pub demonstration: bool,
}

/// Why signing in did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInRefusal {
    /// Account and password do not go together.
    Wrong,
    /// Too many tries.
    Wait {
        /// Until then, in seconds.
        seconds: u32,
    },
    /// The server did not answer.
    Offline,
    /// The account may not use a tablet, or this installation may not be enrolled.
    NotAllowed,
    /// Another worker's records are on this installation.
    OtherWorker,
    /// The server answered something this build does not understand.
    NotUnderstood,
}

/// Text that was being typed when the app stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// The page's own stable name of the field.
    pub field: String,
    /// The text as typed.
    pub text: String,
}

/// Something that failed outside the record. Each has its screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// No room on the device. Everything said to be saved is saved.
    Full,
    /// The store went away and did not come back.
    Lost,
    /// The store holds something it should not.
    Corrupt,
    /// The store was written by a newer app; it can still be sent.
    NewerStore {
        /// Its format.
        format: u8,
    },
    /// Somebody else has the store open.
    Busy,
    /// A document in the store is not what was last recorded of it. It is not written to.
    NotAsRecorded,
    /// The document is full, or the command writes more than one change may hold.
    TooLarge,
    /// The command came before anybody signed in.
    SignedOut,
    /// The device's clock or chance could not be read.
    Device,
    /// A message between page and worker was not understood.
    Bridge,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::{Answer, Projection, Side, Stands, Team, answer};
    use doorstep_shared::domain::entry::{EntryRef, How, Value};
    use doorstep_shared::ids::{DocId, EntryKey, VisitId};
    use doorstep_shared::time::Timestamp;

    fn carried<T: Serialize + for<'a> Deserialize<'a>>(message: &T) -> T {
        postcard::from_bytes(&postcard::to_allocvec(message).unwrap()).unwrap()
    }

    #[test]
    fn messages_travel_both_ways_unchanged() {
        let watch = ToWorker::Watch(View::Visit(VisitId::from_bytes([1; 16])));
        assert_eq!(carried(&watch), watch);
        let show = FromWorker::Show {
            view: View::Team,
            projection: Box::new(Projection::Team(Team {
                name: "<b>\u{202e}".to_owned(),
                ..Team::default()
            })),
        };
        assert_eq!(carried(&show), show);
    }

    #[test]
    fn an_answer_travels_with_both_its_sides() {
        let side = |key: u8, value: &str| Side {
            at: EntryRef { doc: DocId::from_bytes([1; 16]), key: EntryKey::from_random([key; 6]) },
            value: Value::text(value),
            how: Some(How::Seen),
            by: answer::By {
                worker: WorkerId::from_bytes([2; 16]),
                name: String::new(),
                role: Role::Ot,
                install: InstallId::from_bytes([3; 16]),
                device: String::new(),
                this_device: false,
                mine: false,
            },
            observed_at: Timestamp::from_ms(1),
            reason: None,
            mark: answer::Mark::Saved,
        };
        let clash = Answer {
            about: "home/hs-ba02".to_owned(),
            sides: vec![side(1, "yes"), side(2, "no")],
            stands: Stands::Clash { cautious: Some(Value::text("no")) },
        };
        assert_eq!(carried(&clash), clash);
        assert_eq!((clash.is_clash(), clash.value()), (true, Some(&Value::text("no"))));
    }
}
