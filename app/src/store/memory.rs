//! A disk in memory, with the troubles of a real one, for the simulator and for tests.
//!
//! In: the same writes as any disk, and a plan of troubles. Out: the same promises: all of a commit or none of it.
//! A crash leaves what was committed; [`MemoryDisk::restarted`] is the same disk after it.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::contract::{Disk, DiskFault, Row, Table, Write};

/// What goes wrong at one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The power goes before anything is written.
    CrashBefore,
    /// The power goes after everything is written, before anybody is told.
    CrashAfter,
    /// There is no room, this once.
    Full,
}

/// Tables in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    tables: BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>,
    commits: u64,
    troubles: BTreeMap<u64, Trouble>,
    crashed: bool,
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Commits tried so far.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// Plans a trouble for a commit, counted from 0.
    pub fn plan(&mut self, commit: u64, trouble: Trouble) {
        self.troubles.insert(commit, trouble);
    }

    /// Whether the power went: everything fails until the disk is restarted.
    pub fn has_crashed(&self) -> bool {
        self.crashed
    }

    /// The disk after the power came back: what was committed is there.
    #[must_use]
    pub fn restarted(mut self) -> Self {
        self.crashed = false;
        self
    }

    fn apply(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Put { table, key, value } => {
                    self.tables.entry(table).or_default().insert(key, value);
                }
                Write::Delete { table, key } => {
                    self.tables.entry(table).or_default().remove(&key);
                }
            }
        }
    }

    fn powered(&self) -> Result<(), DiskFault> {
        if self.crashed { Err(DiskFault::Lost) } else { Ok(()) }
    }
}

impl Disk for MemoryDisk {
    async fn load(&mut self, table: Table, prefix: &[u8]) -> Result<Vec<Row>, DiskFault> {
        self.powered()?;
        Ok(self.tables.get(&table).map(|rows| with_prefix(rows, prefix)).unwrap_or_default())
    }

    async fn get(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, DiskFault> {
        self.powered()?;
        Ok(self.tables.get(&table).and_then(|rows| rows.get(key)).cloned())
    }

    async fn commit(&mut self, writes: Vec<Write>) -> Result<(), DiskFault> {
        self.powered()?;
        let trouble = self.troubles.remove(&self.commits);
        self.commits += 1;
        match trouble {
            None => {
                self.apply(writes);
                Ok(())
            }
            Some(Trouble::Full) => Err(DiskFault::Full),
            Some(Trouble::CrashBefore) => {
                self.crashed = true;
                Err(DiskFault::Lost)
            }
            Some(Trouble::CrashAfter) => {
                self.apply(writes);
                self.crashed = true;
                Err(DiskFault::Lost)
            }
        }
    }
}

/// The rows whose key begins with `prefix`, in order.
pub(super) fn with_prefix(rows: &BTreeMap<Vec<u8>, Vec<u8>>, prefix: &[u8]) -> Vec<Row> {
    rows.range::<[u8], _>((Bound::Included(prefix), Bound::Unbounded))
        .take_while(|(key, _)| key.starts_with(prefix))
        .map(|(key, value)| Row { key: key.clone(), value: value.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::contract::{at_once, suite};
    use super::*;

    fn put(value: u8) -> Vec<Write> {
        vec![Write::Put { table: Table::Meta, key: vec![1], value: vec![value] }]
    }

    #[test]
    fn the_memory_disk_keeps_the_contract() {
        at_once(suite::run(&mut MemoryDisk::new())).unwrap();
    }

    #[test]
    fn a_crash_leaves_all_of_a_commit_or_none_of_it() {
        for (trouble, left) in [(Trouble::CrashBefore, Some(vec![1])), (Trouble::CrashAfter, Some(vec![2]))] {
            let mut disk = MemoryDisk::new();
            disk.plan(1, trouble);
            at_once(disk.commit(put(1))).unwrap();
            assert_eq!(at_once(disk.commit(put(2))), Err(DiskFault::Lost));
            assert_eq!(at_once(disk.get(Table::Meta, &[1])), Err(DiskFault::Lost));
            assert_eq!(at_once(disk.restarted().get(Table::Meta, &[1])), Ok(left));
        }
    }

    #[test]
    fn a_full_disk_writes_nothing_and_works_again_when_there_is_room() {
        let mut disk = MemoryDisk::new();
        disk.plan(0, Trouble::Full);
        assert_eq!(at_once(disk.commit(put(1))), Err(DiskFault::Full));
        assert_eq!(at_once(disk.get(Table::Meta, &[1])), Ok(None));
        at_once(disk.commit(put(2))).unwrap();
        assert_eq!(at_once(disk.get(Table::Meta, &[1])), Ok(Some(vec![2])));
    }
}
