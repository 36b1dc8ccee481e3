//! The engine: the tablet's record, store and sync behind one door.
//!
//! In: commands, answers of the server, the present, chance. Out: projections, bytes to send, faults by name.
//! The same code runs in the browser's worker, in headless tablets and in the simulator; only the disk and whatever
//! carries bytes differ. Everything said to be saved has been committed, and nothing is said after a fault.
//! Never reads a clock, never names the browser. Source: architecture design, "The journey of one answer" and its laws.

mod cards;
pub mod desk;
mod drafts;
mod keep;
mod leave;
mod library;
mod local;
mod outbox;
mod remote;
mod replay;
mod show;
mod start;
mod wire;

use doorstep_shared::decide::{Refusal, Worker};
use doorstep_shared::docs::WriteError;
use doorstep_shared::domain::entry::Author;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::ids::{ChangeHash, DocId};
use doorstep_shared::sorted::Map;
use doorstep_shared::time::Now;

#[cfg(feature = "testing")]
use doorstep_shared::sync::sabotage::{Sabotage, Soundness};

use crate::store::schema::{QuarantineRow, SessionRow, Stored};
use crate::store::{Disk, DiskFault, Sealed, Write};

pub use outbox::Marks;
pub use remote::Rejected;
pub use wire::Carry;

/// The app's version, as signatures and the server's log name it.
pub const APP_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where random bytes come from.
pub trait Chance {
    /// Fills `into` with random bytes.
    ///
    /// # Errors
    /// [`NoChance`] when the device gives none.
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoChance>;
}

/// The device gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("draw random bytes: the device gave none")]
pub struct NoChance;

/// Why the engine could not do what it was asked, through no fault of who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineFault {
    /// The disk failed.
    #[error("keep the record")]
    Disk(#[from] DiskFault),
    /// A document in the store is not what was last recorded of it.
    #[error("write to document {doc}: it is not as recorded")]
    NotAsRecorded {
        /// The document.
        doc: DocId,
    },
    /// The document is not held here.
    #[error("write to document {doc}: not held here")]
    NotHeld {
        /// The document.
        doc: DocId,
    },
    /// No scope is known for a new document of this kind.
    #[error("make a {kind:?} document: it has no scope")]
    NoScope {
        /// What it would hold.
        kind: DocKind,
    },
    /// The edits do not fit.
    #[error("write to a document")]
    Write(#[from] WriteError),
    /// No random bytes.
    #[error("write to a document")]
    Chance(#[from] NoChance),
    /// Nobody is signed in.
    #[error("carry out a command: nobody is signed in")]
    SignedOut,
}

/// Why a command was not carried out. Nothing of it was written.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// The rules say no.
    #[error("carry out a command")]
    Refused(#[from] Refusal),
    /// Something failed.
    #[error("carry out a command")]
    Fault(#[from] EngineFault),
}

/// The tablet's record, store and sync.
pub struct Engine<D> {
    disk: Sealed<D>,
    chance: Box<dyn Chance>,
    session: Option<SessionRow>,
    library: library::Library,
    outbox: outbox::Outbox,
    apart: Map<ChangeHash, QuarantineRow>,
    cards: cards::Cards,
    wire: wire::Wire,
    known: show::Known,
    #[cfg(feature = "testing")]
    soundness: Soundness,
    /// What is in memory may differ from what is on disk: everything is read again before the next step.
    is_stale: bool,
}

impl<D: Disk> Engine<D> {
    /// The disk, when the engine is put away.
    pub fn into_disk(self) -> D {
        self.disk.into_disk()
    }

    /// The disk, to plan troubles for it.
    pub fn disk_mut(&mut self) -> &mut D {
        self.disk.disk_mut()
    }

    /// Who is signed in.
    pub fn session(&self) -> Option<&SessionRow> {
        self.session.as_ref()
    }

    /// Keeps who is signed in, and starts to sync as them.
    async fn keep_session(&mut self, session: SessionRow, now: Now) -> Result<(), EngineFault> {
        self.refresh(now).await?;
        self.commit(vec![session.put()]).await?;
        self.session = Some(session);
        self.load_wire().await
    }

    /// The server asks who this is: recording goes on, sending waits for a sign-in.
    fn session_ended(&mut self) {
        self.wire.session_ended = true;
    }

    /// The fault met since it was last asked for, while keeping what sync wanted kept.
    fn take_wire_fault(&mut self) -> Option<EngineFault> {
        self.wire.fault.take()
    }

    /// Breaks the engine at one point, for a test that must notice.
    ///
    /// # Errors
    /// An [`EngineFault`] of starting the sync machine again.
    #[cfg(feature = "testing")]
    pub async fn break_at(&mut self, point: Sabotage) -> Result<(), EngineFault> {
        self.soundness = Soundness::broken(point);
        self.library.set_soundness(self.soundness);
        self.load_wire().await
    }

    /// The stamp put on commands.
    fn worker(&self) -> Result<Worker, EngineFault> {
        let session = self.session.as_ref().ok_or(EngineFault::SignedOut)?;
        Ok(Worker {
            author: Author { worker: session.worker, install: session.install, role: session.role },
            organisation: session.organisation,
            team: session.team,
        })
    }

    fn draw<const N: usize>(&mut self) -> Result<[u8; N], EngineFault> {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// One transaction. After a lost connection it is not known whether it was kept, so everything is read again.
    async fn commit(&mut self, writes: Vec<Write>) -> Result<(), EngineFault> {
        if writes.is_empty() {
            return Ok(());
        }
        let kept = self.disk.commit(writes).await;
        if kept == Err(DiskFault::Lost) {
            self.is_stale = true;
        }
        kept.map_err(EngineFault::Disk)
    }
}

#[cfg(test)]
mod tests;
