//! The embedded store: one SQLite file, one writer, many readers.
//!
//! In: a folder. Out: a [`Store`] that is durable before it answers (WAL, `synchronous=FULL`), or one named fault.
//! Never opened by two servers: a lock file beside the database says whose it is.

mod append;
mod check;
mod facts;
mod feed;
mod migrate;
mod people;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use doorstep_shared::ids::Epoch;
use doorstep_shared::sync::sabotage::Soundness;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};

use crate::clock;
use crate::store::contract::{Answer, Store, StoreFault};
use crate::store::sqlite::writer::Writer;

/// The database's name in the data folder.
pub const FILE_NAME: &str = "doorstep.sqlite";

/// Connections that read.
const READERS: u32 = 4;

/// How long a statement waits for another process, as a backup tool, in milliseconds.
const BUSY_MS: u64 = 5_000;

/// How a store is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening {
    /// The label of a database made now, drawn by the caller.
    pub epoch: [u8; 16],
    /// How the writer is broken, in tests.
    pub soundness: Soundness,
    /// Most pages of the file, in tests of a full disk.
    #[cfg(feature = "testing")]
    pub pages_max: Option<u32>,
}

/// A store in one file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Writer,
    soundness: Soundness,
    readers: SqlitePool,
    // Held while the store is open; the system lets go of it however the process ends.
    _lock: File,
}

impl Sqlite {
    /// Opens the database in `folder`, which exists, and makes or migrates it.
    ///
    /// # Errors
    /// Each [`StoreFault`] but `Closed`; the file is then as it was.
    pub async fn open(folder: &Path, opening: Opening) -> Result<Self, StoreFault> {
        let lock = lock(&folder.join("doorstep.lock"))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE_NAME))
            .foreign_keys(true)
            .busy_timeout(Duration::from_millis(BUSY_MS))
            .disable_statement_logging();
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = writing.connect().await.map_err(fault)?;
        migrate::bring_forward(&mut connection).await?;
        let started_at = clock::now().ms();
        sqlx::query("INSERT INTO epoch (id, started_at) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM epoch)")
            .bind(opening.epoch.as_slice())
            .bind(started_at)
            .execute(&mut connection)
            .await
            .map_err(fault)?;
        #[cfg(feature = "testing")]
        if let Some(pages) = opening.pages_max {
            let pragma = format!("PRAGMA max_page_count = {pages}");
            sqlx::query(sqlx::AssertSqlSafe(pragma)).execute(&mut connection).await.map_err(fault)?;
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(fault)?;
        Ok(Self {
            writer: Writer::start(connection, opening.soundness),
            soundness: opening.soundness,
            readers,
            _lock: lock,
        })
    }
}

impl Store for Sqlite {
    fn check(&self) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            let mut connection = self.readers.acquire().await.map_err(fault)?;
            check::check(&mut connection).await
        })
    }

    fn ready(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            if self.writer.is_gone() {
                return Err(StoreFault::Closed);
            }
            sqlx::query("SELECT 1 FROM epoch").execute(&self.readers).await.map_err(fault)?;
            Ok(())
        })
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            self.writer.stop().await;
            Ok(())
        })
    }
}

/// Takes the folder for this process.
fn lock(path: &Path) -> Result<File, StoreFault> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|_| StoreFault::NotWritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreFault::Busy),
        Err(TryLockError::Error(_)) => Err(StoreFault::NotWritable),
    }
}

/// Names a fault of the driver. Its text may quote values, so it is not kept.
fn fault(error: sqlx::Error) -> StoreFault {
    if matches!(error, sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) {
        return StoreFault::Closed;
    }
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return StoreFault::Busy;
    }
    if matches!(error, sqlx::Error::Io(_)) {
        return StoreFault::Disk { code: 0 };
    }
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
    // The low byte of an extended code is its family.
    match code & 0xff {
        5 | 6 => StoreFault::Busy,
        8 | 14 | 23 => StoreFault::NotWritable,
        10 => StoreFault::Disk { code },
        11 => StoreFault::Corrupt,
        13 => StoreFault::DiskFull,
        26 => StoreFault::Foreign,
        _ => StoreFault::Rule { code },
    }
}

/// A column that should be an id, or the fault of a row that is not what was written.
fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<T, StoreFault> {
    T::try_from(bytes).map_err(|_| StoreFault::Rule { code: 0 })
}

/// The label of this life of the database.
async fn epoch(readers: &SqlitePool) -> Result<Epoch, StoreFault> {
    let bytes: Vec<u8> = sqlx::query_scalar("SELECT id FROM epoch ORDER BY started_at DESC LIMIT 1")
        .fetch_one(readers)
        .await
        .map_err(fault)?;
    id(&bytes)
}
