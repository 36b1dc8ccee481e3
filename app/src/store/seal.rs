//! Sealing: the one place every value passes on its way to the disk and back.
//!
//! In: plain values from the engine, sealed ones from the disk. Out: the other.
//! A commit is sealed whole before the disk is asked, because waiting for the browser's cryptography inside one of its
//! transactions would end it. Until unlocking gives the worker a key, a seal is the value itself.
//! Source: device design, "Keys".

use super::contract::{Disk, DiskFault, Row, Table, Write};

/// A disk whose values are sealed.
#[derive(Clone, Debug)]
pub struct Sealed<D> {
    disk: D,
}

impl<D: Disk> Sealed<D> {
    /// Seals everything that goes to `disk`.
    pub fn new(disk: D) -> Self {
        Self { disk }
    }

    /// The disk under the seal.
    pub fn into_disk(self) -> D {
        self.disk
    }

    /// The disk under the seal, to plan troubles for it.
    pub fn disk_mut(&mut self) -> &mut D {
        &mut self.disk
    }
}

/// Seals one value. The table and the key go into what the seal vouches for, so that rows cannot be swapped.
async fn seal(_table: Table, _key: &[u8], value: Vec<u8>) -> Vec<u8> {
    value
}

/// Opens one sealed value.
async fn unseal(_table: Table, _key: &[u8], value: Vec<u8>) -> Result<Vec<u8>, DiskFault> {
    Ok(value)
}

impl<D: Disk> Disk for Sealed<D> {
    async fn load(&mut self, table: Table, prefix: &[u8]) -> Result<Vec<Row>, DiskFault> {
        let mut rows = self.disk.load(table, prefix).await?;
        for row in &mut rows {
            row.value = unseal(table, &row.key, std::mem::take(&mut row.value)).await?;
        }
        Ok(rows)
    }

    async fn get(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, DiskFault> {
        match self.disk.get(table, key).await? {
            Some(value) => unseal(table, key, value).await.map(Some),
            None => Ok(None),
        }
    }

    async fn commit(&mut self, writes: Vec<Write>) -> Result<(), DiskFault> {
        let mut sealed = Vec::with_capacity(writes.len());
        for write in writes {
            sealed.push(match write {
                Write::Put { table, key, value } => {
                    let value = seal(table, &key, value).await;
                    Write::Put { table, key, value }
                }
                Write::Delete { table, key } => Write::Delete { table, key },
            });
        }
        self.disk.commit(sealed).await
    }
}
