//! The contract of a disk: a handful of tables, read at will, written in whole transactions.
//!
//! In: keys and bytes. Out: bytes, or one of a few named faults.
//! A commit is all there or not there at all, and survives the loss of power once it has returned.
//! The suite at the end is the contract: every disk passes it, in tests and on a page in the browser.
//! Source: architecture design, laws 1, 2, 4, 10.

use std::future::Future;

/// Where a row is kept. The numbers are stored: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Single facts: cursors, checkpoints, notes before foreign changes.
    Meta,
    /// Changes as they travel, by document and hash.
    Change,
    /// Headers, recorded versions and marks, by document.
    Document,
    /// Changes the server has not said it holds, by hash.
    Outbox,
    /// Signed manifests, by batch.
    Manifest,
    /// What is being typed, by field.
    Draft,
    /// Projections with the marks they were built at.
    Projection,
    /// Changes kept apart: refused, forked, or dangerous to apply, by hash.
    Quarantine,
    /// Who is signed in, and the device's key.
    Session,
    /// Where each change stands with the server: its manifest and its row in the feed, by hash.
    Trail,
}

impl Table {
    /// Every table, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Meta,
        Self::Change,
        Self::Document,
        Self::Outbox,
        Self::Manifest,
        Self::Draft,
        Self::Projection,
        Self::Quarantine,
        Self::Session,
        Self::Trail,
    ];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The table of a stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The name of the table, in the browser's store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Change => "change",
            Self::Document => "document",
            Self::Outbox => "outbox",
            Self::Manifest => "manifest",
            Self::Draft => "draft",
            Self::Projection => "projection",
            Self::Quarantine => "quarantine",
            Self::Session => "session",
            Self::Trail => "trail",
        }
    }
}

/// One row as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its key in its table.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// One step of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Writes a row, over the one that is there.
    Put {
        /// Where.
        table: Table,
        /// Its key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// Takes a row away; not there is not an error.
    Delete {
        /// Where.
        table: Table,
        /// Its key.
        key: Vec<u8>,
    },
}

/// Why a disk did not do what it was asked. Nothing of a commit that fails is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskFault {
    /// There is no room.
    #[error("write to the store: no room")]
    Full,
    /// The connection was lost, and opening it again did not help.
    #[error("reach the store: the connection was lost")]
    Lost,
    /// Something is there that was not written so.
    #[error("read the store: damaged")]
    Corrupt,
    /// Written by a newer build.
    #[error("read the store: format {format} is newer than this build")]
    Newer {
        /// The format found.
        format: u8,
    },
    /// Another writer has it open.
    #[error("open the store: open elsewhere")]
    Busy,
}

/// A disk: tables of rows, in the order of their keys.
///
/// Natively every future is ready at once; in the browser it waits for IndexedDB.
pub trait Disk {
    /// Every row of a table whose key begins with `prefix`, in the order of keys.
    ///
    /// # Errors
    /// A [`DiskFault`]; never half the rows.
    fn load(&mut self, table: Table, prefix: &[u8]) -> impl Future<Output = Result<Vec<Row>, DiskFault>>;

    /// One value.
    ///
    /// # Errors
    /// A [`DiskFault`]. Not there is `None`, not an error.
    fn get(&mut self, table: Table, key: &[u8]) -> impl Future<Output = Result<Option<Vec<u8>>, DiskFault>>;

    /// Writes everything or nothing, in order. When it returns, a loss of power loses none of it.
    ///
    /// # Errors
    /// A [`DiskFault`]: then nothing was written, except after [`DiskFault::Lost`], when that is not known.
    fn commit(&mut self, writes: Vec<Write>) -> impl Future<Output = Result<(), DiskFault>>;
}

/// A disk lent out: whoever lent it has it back when the engine is gone.
impl<D: Disk> Disk for &mut D {
    fn load(&mut self, table: Table, prefix: &[u8]) -> impl Future<Output = Result<Vec<Row>, DiskFault>> {
        (**self).load(table, prefix)
    }

    fn get(&mut self, table: Table, key: &[u8]) -> impl Future<Output = Result<Option<Vec<u8>>, DiskFault>> {
        (**self).get(table, key)
    }

    fn commit(&mut self, writes: Vec<Write>) -> impl Future<Output = Result<(), DiskFault>> {
        (**self).commit(writes)
    }
}

/// The output of a future that does not wait, as every native disk's does not.
///
/// # Panics
/// When it waits after all: a disk that does belongs in the browser.
#[cfg(not(target_arch = "wasm32"))]
pub fn at_once<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("a native disk answers at once"),
    }
}

pub mod suite {
    //! What every disk does. Each case takes a disk that holds nothing and says what was wrong.

    use super::{Disk, DiskFault, Row, Table, Write};

    /// Why a disk is not one.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    pub enum Broken {
        /// It failed where it should not.
        #[error("a disk: {0}")]
        Fault(#[from] DiskFault),
        /// It answered something else than was written.
        #[error("a disk: {promise}")]
        Promise {
            /// What it should have done.
            promise: &'static str,
        },
    }

    fn promise(kept: bool, promise: &'static str) -> Result<(), Broken> {
        if kept { Ok(()) } else { Err(Broken::Promise { promise }) }
    }

    fn put(table: Table, key: &[u8], value: &[u8]) -> Write {
        Write::Put { table, key: key.to_vec(), value: value.to_vec() }
    }

    fn row(key: &[u8], value: &[u8]) -> Row {
        Row { key: key.to_vec(), value: value.to_vec() }
    }

    /// Runs every case that needs no second opening.
    ///
    /// # Errors
    /// The first [`Broken`] promise.
    pub async fn run<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        what_is_committed_is_read(disk).await?;
        tables_are_apart(disk).await?;
        rows_come_in_the_order_of_their_keys(disk).await?;
        the_last_write_of_a_commit_counts(disk).await?;
        a_large_value_comes_back_whole(disk).await
    }

    async fn what_is_committed_is_read<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        disk.commit(vec![put(Table::Meta, b"a", &[0, 255]), put(Table::Meta, b"empty", &[])]).await?;
        promise(disk.get(Table::Meta, b"a").await? == Some(vec![0, 255]), "a value reads back")?;
        promise(disk.get(Table::Meta, b"empty").await? == Some(Vec::new()), "an empty value is a value")?;
        promise(disk.get(Table::Meta, b"b").await?.is_none(), "what was not written is not there")?;
        disk.commit(vec![
            Write::Delete { table: Table::Meta, key: b"a".to_vec() },
            Write::Delete { table: Table::Meta, key: b"never".to_vec() },
        ])
        .await?;
        promise(disk.get(Table::Meta, b"a").await?.is_none(), "what was deleted is gone")?;
        disk.commit(Vec::new()).await?;
        Ok(())
    }

    async fn tables_are_apart<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        disk.commit(vec![put(Table::Outbox, b"k", b"outbox"), put(Table::Change, b"k", b"change")]).await?;
        let outbox = disk.get(Table::Outbox, b"k").await?;
        promise(outbox.as_deref() == Some(b"outbox"), "one key in two tables is two rows")?;
        promise(disk.load(Table::Change, b"").await? == [row(b"k", b"change")], "a table has only its rows")
    }

    async fn rows_come_in_the_order_of_their_keys<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        let keys: [&[u8]; 6] = [b"d\xff\xff", b"d\x00", b"d", b"c\xff", b"e", b"d\xff"];
        disk.commit(keys.iter().map(|key| put(Table::Document, key, key)).collect()).await?;
        let found: Vec<Vec<u8>> =
            disk.load(Table::Document, b"d").await?.into_iter().map(|row| row.key).collect();
        promise(
            found == [&b"d"[..], b"d\x00", b"d\xff", b"d\xff\xff"],
            "a prefix finds its rows, in order, and no others",
        )?;
        let last: Vec<Vec<u8>> =
            disk.load(Table::Document, b"d\xff").await?.into_iter().map(|row| row.key).collect();
        promise(last == [&b"d\xff"[..], b"d\xff\xff"], "a prefix of the highest byte finds its rows")?;
        promise(disk.load(Table::Document, b"").await?.len() == 6, "no prefix finds every row")
    }

    async fn the_last_write_of_a_commit_counts<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        let delete = Write::Delete { table: Table::Draft, key: b"k".to_vec() };
        disk.commit(vec![put(Table::Draft, b"k", b"1"), put(Table::Draft, b"k", b"2")]).await?;
        promise(disk.get(Table::Draft, b"k").await?.as_deref() == Some(b"2"), "writes go in order")?;
        disk.commit(vec![put(Table::Draft, b"k", b"3"), delete]).await?;
        promise(disk.get(Table::Draft, b"k").await?.is_none(), "a delete after a put takes it away")
    }

    async fn a_large_value_comes_back_whole<D: Disk>(disk: &mut D) -> Result<(), Broken> {
        let large: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
        disk.commit(vec![put(Table::Change, b"large", &large)]).await?;
        promise(disk.get(Table::Change, b"large").await? == Some(large), "200,000 bytes come back whole")
    }
}
