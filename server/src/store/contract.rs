//! What every store promises. A behaviour without a test in `tests/it/contract` is not a promise.
//!
//! In and out: plain rows. A call that returns has committed: what it wrote survives a power cut. Calls may come from
//! many tasks at once. Nothing here decides who may do what, and no fault names what a worker typed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use doorstep_shared::docs::header::Header;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{DeviceKey, Epoch, InstallId, OrgId, TeamId, WorkerId};
use doorstep_shared::sync::feed::FeedSlice;
use doorstep_shared::sync::judge::{Permit, Upload};
use doorstep_shared::sync::message::Ack;
use doorstep_shared::sync::server::{Query, ReadFeed};
use doorstep_shared::time::Timestamp;

/// A store's answer, on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'a>>;

/// Why the store could not do what it was asked. Nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The database is damaged.
    #[error("the database is damaged")]
    Corrupt,
    /// The file is a database, but not Doorstep's, or no database at all.
    #[error("the file is not a Doorstep database")]
    Foreign,
    /// A newer Doorstep wrote the database.
    #[error("the database has shape {found}, newer than {known} which this program knows")]
    Newer {
        /// Shape of the file.
        found: i64,
        /// Newest shape this program knows.
        known: i64,
    },
    /// The file or folder cannot be opened or written.
    #[error("the database cannot be opened or written")]
    NotWritable,
    /// Another process holds the database.
    #[error("another process holds the database")]
    Busy,
    /// The disk gave an error.
    #[error("the disk failed (code {code})")]
    Disk {
        /// SQLite's extended code, or 0.
        code: i32,
    },
    /// The server is stopping.
    #[error("the store is closed")]
    Closed,
    /// The database refused a statement, or a row is not what was written: a defect of this program.
    #[error("the store broke a rule of its own (code {code})")]
    Rule {
        /// SQLite's extended code, or 0.
        code: i32,
    },
}

impl StoreFault {
    /// Whether the whole transaction is lost, not only the statement.
    pub(crate) fn ends_transaction(&self) -> bool {
        !matches!(self, Self::Rule { .. })
    }
}

/// Which life of which database this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// A label for people. Decides nothing.
    pub epoch: Epoch,
    /// Whether it was seeded as a demonstration. Never changes.
    pub demonstration: bool,
}

/// An organisation and its one team, as seeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The organisation.
    pub organisation: OrgId,
    /// Its name.
    pub organisation_name: String,
    /// The team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
}

/// Someone who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The worker.
    pub worker: WorkerId,
    /// What they type to sign in, in lower case.
    pub sign_in: String,
    /// As others read it.
    pub name: String,
    /// Their role in their team.
    pub role: Role,
    /// Their team.
    pub team: TeamId,
    /// Their organisation.
    pub organisation: OrgId,
    /// When the account was closed, if it was.
    pub disabled_at: Option<Timestamp>,
}

/// An account with the hash of its password, in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Whose.
    pub account: Account,
    /// Argon2id, salted.
    pub password: String,
}

/// The SHA-256 of a session's token.
pub type TokenDigest = [u8; 32];

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub account: Account,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// One install of the app, and the key it signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The install.
    pub install: InstallId,
    /// Whose it is. Never another worker's.
    pub worker: WorkerId,
    /// Its public key. Never another one.
    pub key: DeviceKey,
    /// As the worker named it.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// What became of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolment {
    /// Enrolled now, or already with the same worker and key.
    Enrolled(Device),
    /// The install is another worker's, has another key, or was revoked.
    Taken,
}

/// People, sessions and devices.
pub trait People: Send + Sync {
    /// Which database this is.
    fn identity(&self) -> Answer<'_, Identity>;

    /// Fills an empty store with a team and its accounts in one transaction; `false` when it was not empty.
    fn seed(&self, team: Team, accounts: Vec<Credential>, demonstration: bool) -> Answer<'_, bool>;

    /// The team, once seeded.
    fn team(&self) -> Answer<'_, Option<Team>>;

    /// Every account, by what they type to sign in.
    fn accounts(&self) -> Answer<'_, Vec<Account>>;

    /// The account that signs in as `sign_in`, open or closed.
    fn credential(&self, sign_in: String) -> Answer<'_, Option<Credential>>;

    /// The account of a worker, open or closed.
    fn account(&self, worker: WorkerId) -> Answer<'_, Option<Account>>;

    /// Keeps a session and forgets those that ended before `now`.
    fn open_session(
        &self,
        token: TokenDigest,
        worker: WorkerId,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Answer<'_, ()>;

    /// The session of a token: open at `now`, of an account that is not closed.
    fn session(&self, token: TokenDigest, now: Timestamp) -> Answer<'_, Option<Session>>;

    /// Ends a session. One that is not there is not an error.
    fn close_session(&self, token: TokenDigest) -> Answer<'_, ()>;

    /// Enrols a device. The first worker and key of an install stay its worker and key.
    fn enrol(&self, device: Device) -> Answer<'_, Enrolment>;

    /// The device of an install.
    fn device(&self, install: InstallId) -> Answer<'_, Option<Device>>;
}

/// Policy's word on a manifest's writer and a document with that header.
pub type Permission = Arc<dyn Fn(&Header) -> Permit + Send + Sync>;

/// One uploaded batch, to be judged and stored.
#[derive(Clone)]
pub struct Submission {
    /// The batch, read.
    pub upload: Upload,
    /// The install that brought it.
    pub sender: InstallId,
    /// What its writer may write.
    pub permission: Permission,
    /// When it arrived.
    pub at: Timestamp,
}

/// What became of one batch, on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What the device is told.
    pub ack: Ack,
    /// Changes appended to the scope's feed now.
    pub appended: usize,
}

/// The records: opaque changes, in one gapless feed a scope.
pub trait Log: Send + Sync {
    /// Judges each batch on facts read in the transaction that stores it, and stores what is not refused: changes,
    /// feed rows, headers, actors and one audit row. Batches are judged in order, each seeing those before it. The same
    /// batch again stores nothing and gets the same answer.
    fn append(&self, batches: Vec<Submission>) -> Answer<'_, Vec<Stored>>;

    /// For each query, which of its positions are in the feed with that chain. Position 0 is, with the chain before
    /// the first row.
    fn known(&self, queries: Vec<Query>) -> Answer<'_, Vec<Vec<bool>>>;

    /// Rows after one row, in order and without gaps, up to a number of bytes; one row at least where there is one.
    /// Rows of `reader`'s own batches come without their bodies unless it asks for the whole.
    fn read(&self, read: ReadFeed, reader: InstallId) -> Answer<'_, FeedSlice>;
}

/// Everything the server needs of its database.
pub trait Store: People + Log + std::fmt::Debug {
    /// What a thorough look finds wrong: damaged pages, gaps, chains that do not hold. Empty is good.
    fn check(&self) -> Answer<'_, Vec<String>>;

    /// Whether the store can be read now.
    fn ready(&self) -> Answer<'_, ()>;

    /// Commits what waits and closes. Later calls fail with [`StoreFault::Closed`].
    fn close(&self) -> Answer<'_, ()>;
}
