//! A disk in a folder: an append-only journal of commits, read whole when it is opened.
//!
//! In: commits. Out: one frame each: length, checksum, the writes. A commit returns after the file is on the disk.
//! A frame the loss of power cut short is taken off when the journal is opened; damage before the last frame is
//! [`DiskFault::Corrupt`], never skipped. One writer: a lock on the folder, released by the system when it ends.
//! For headless tablets: the journal keeps what was overwritten, so it only grows.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::path::Path;

use super::contract::{Disk, DiskFault, Row, Table, Write};
use super::memory::with_prefix;

const JOURNAL: &str = "journal";
const LOCK: &str = "lock";
const FRAME_HEAD_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 8;

/// Tables in a journal file.
#[derive(Debug)]
pub struct FileDisk {
    tables: BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>,
    journal: File,
    length: u64,
    /// Held for its lock.
    lock: File,
}

impl FileDisk {
    /// Opens the journal in `folder`, made when it is not there.
    ///
    /// # Errors
    /// [`DiskFault::Busy`] when another process has it open, [`DiskFault::Corrupt`] when it is damaged,
    /// [`DiskFault::Full`] or [`DiskFault::Lost`] when the folder cannot be written or read.
    pub fn open(folder: &Path) -> Result<Self, DiskFault> {
        std::fs::create_dir_all(folder).map_err(fault)?;
        let writable = || OpenOptions::new().create(true).truncate(false).read(true).write(true).clone();
        let lock = writable().open(folder.join(LOCK)).map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DiskFault::Busy),
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
        let mut journal = writable().open(folder.join(JOURNAL)).map_err(fault)?;
        // The journal's name has to be as safe as what will be written in it.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
        let mut bytes = Vec::new();
        journal.read_to_end(&mut bytes).map_err(fault)?;
        let mut tables = BTreeMap::new();
        let whole = replay(&bytes, &mut tables)?;
        if whole < bytes.len() {
            journal.set_len(whole as u64).map_err(fault)?;
            journal.sync_all().map_err(fault)?;
        }
        Ok(Self { tables, journal, length: whole as u64, lock })
    }

    fn append(&mut self, frame: &[u8]) -> std::io::Result<()> {
        self.journal.seek(SeekFrom::Start(self.length))?;
        self.journal.write_all(frame)?;
        self.journal.sync_data()
    }
}

impl Drop for FileDisk {
    fn drop(&mut self) {
        // Closing is not enough: a program that is being started just now holds a copy of every open file for a moment.
        // A lock that cannot be given back goes with this process.
        let _ = self.lock.unlock();
    }
}

impl Disk for FileDisk {
    async fn load(&mut self, table: Table, prefix: &[u8]) -> Result<Vec<Row>, DiskFault> {
        Ok(self.tables.get(&table).map(|rows| with_prefix(rows, prefix)).unwrap_or_default())
    }

    async fn get(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, DiskFault> {
        Ok(self.tables.get(&table).and_then(|rows| rows.get(key)).cloned())
    }

    async fn commit(&mut self, writes: Vec<Write>) -> Result<(), DiskFault> {
        if writes.is_empty() {
            return Ok(());
        }
        let frame = to_frame(&writes)?;
        if let Err(error) = self.append(&frame) {
            // What was half written goes again; should that fail too, opening the journal cuts it off.
            let _ = self.journal.set_len(self.length);
            return Err(fault(error));
        }
        self.length += frame.len() as u64;
        apply(writes, &mut self.tables);
        Ok(())
    }
}

type Tables = BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>;

fn apply(writes: Vec<Write>, tables: &mut Tables) {
    for write in writes {
        match write {
            Write::Put { table, key, value } => {
                tables.entry(table).or_default().insert(key, value);
            }
            Write::Delete { table, key } => {
                tables.entry(table).or_default().remove(&key);
            }
        }
    }
}

/// One step as it is written: table, key, value or nothing for a delete.
type Step = (u8, Vec<u8>, Option<Vec<u8>>);

fn to_frame(writes: &[Write]) -> Result<Vec<u8>, DiskFault> {
    let steps: Vec<Step> = writes
        .iter()
        .map(|write| match write {
            Write::Put { table, key, value } => (table.number(), key.clone(), Some(value.clone())),
            Write::Delete { table, key } => (table.number(), key.clone(), None),
        })
        .collect();
    let body = postcard::to_allocvec(&steps).map_err(|_| DiskFault::Full)?;
    let length = u32::try_from(body.len()).map_err(|_| DiskFault::Full)?;
    let mut frame = Vec::with_capacity(FRAME_HEAD_BYTES + body.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&checksum(&body));
    frame.extend_from_slice(&body);
    Ok(frame)
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut short = [0; CHECKSUM_BYTES];
    for (to, from) in short.iter_mut().zip(blake3::hash(body).as_bytes()) {
        *to = *from;
    }
    short
}

/// Applies every whole frame and says how many bytes they are.
fn replay(bytes: &[u8], tables: &mut Tables) -> Result<usize, DiskFault> {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((head, after)) = rest.split_at_checked(FRAME_HEAD_BYTES) else { return Ok(at) };
        let Some((length, sum)) = head.split_first_chunk::<4>() else { return Ok(at) };
        let length = u32::from_le_bytes(*length) as usize;
        let Some(body) = after.get(..length) else { return Ok(at) };
        if checksum(body) != *sum {
            // A cut frame is the last one, or space the file system gave and never filled. Anything else after a
            // damaged frame was said to be saved.
            let cut = after.len() == length || rest.iter().all(|byte| *byte == 0);
            return if cut { Ok(at) } else { Err(DiskFault::Corrupt) };
        }
        let steps: Vec<Step> = postcard::from_bytes(body).map_err(|_| DiskFault::Corrupt)?;
        for (number, key, value) in steps {
            let table = Table::from_number(number).ok_or(DiskFault::Newer { format: number })?;
            let write = match value {
                Some(value) => Write::Put { table, key, value },
                None => Write::Delete { table, key },
            };
            apply(vec![write], tables);
        }
        at += FRAME_HEAD_BYTES + length;
    }
    Ok(at)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn fault(error: std::io::Error) -> DiskFault {
    use std::io::ErrorKind as Kind;
    if matches!(error.kind(), Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge) {
        DiskFault::Full
    } else {
        DiskFault::Lost
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{at_once, suite};
    use super::*;

    fn put(value: u8) -> Vec<Write> {
        vec![Write::Put { table: Table::Meta, key: vec![value], value: vec![value; 100] }]
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn the_file_disk_keeps_the_contract() {
        let folder = folder();
        at_once(suite::run(&mut FileDisk::open(folder.path()).unwrap())).unwrap();
    }

    #[test]
    fn what_was_committed_is_there_when_it_is_opened_again() {
        let folder = folder();
        let mut disk = FileDisk::open(folder.path()).unwrap();
        at_once(disk.commit(put(1))).unwrap();
        at_once(disk.commit(put(2))).unwrap();
        drop(disk);
        let mut disk = FileDisk::open(folder.path()).unwrap();
        assert_eq!(at_once(disk.load(Table::Meta, &[])).unwrap().len(), 2);
    }

    #[test]
    fn wherever_the_last_commit_is_cut_the_ones_before_it_are_whole() {
        let folder = folder();
        let mut disk = FileDisk::open(folder.path()).unwrap();
        at_once(disk.commit(put(1))).unwrap();
        let first = disk.length;
        at_once(disk.commit(put(2))).unwrap();
        drop(disk);
        let path = folder.path().join(JOURNAL);
        let bytes = std::fs::read(&path).unwrap();
        for cut in first as usize..bytes.len() {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let mut disk = FileDisk::open(folder.path()).unwrap();
            assert_eq!(at_once(disk.load(Table::Meta, &[])).unwrap().len(), 1, "cut at {cut}");
            at_once(disk.commit(put(3))).unwrap();
            drop(disk);
            let mut disk = FileDisk::open(folder.path()).unwrap();
            assert_eq!(at_once(disk.load(Table::Meta, &[])).unwrap().len(), 2, "cut at {cut}");
        }
    }

    #[test]
    fn damage_before_the_last_commit_is_said_and_not_skipped() {
        let folder = folder();
        let mut disk = FileDisk::open(folder.path()).unwrap();
        at_once(disk.commit(put(1))).unwrap();
        at_once(disk.commit(put(2))).unwrap();
        drop(disk);
        let path = folder.path().join(JOURNAL);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[FRAME_HEAD_BYTES + 5] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(FileDisk::open(folder.path()).unwrap_err(), DiskFault::Corrupt);
    }

    #[test]
    fn a_second_writer_is_kept_out_until_the_first_has_ended() {
        let folder = folder();
        let first = FileDisk::open(folder.path()).unwrap();
        assert_eq!(FileDisk::open(folder.path()).unwrap_err(), DiskFault::Busy);
        drop(first);
        FileDisk::open(folder.path()).unwrap();
    }
}
