//! Rows: what every value in the store means, and its first byte.
//!
//! In: typed rows from the engine, bytes from the disk. Out: the other.
//! Every value is one format byte and the CBOR of its row, integer keys, additive: a key this build does not know is
//! skipped, so an older build reads what a newer one wrote while the format byte is one it knows.
//! A newer format byte is [`DiskFault::Newer`], never guessed. Rows are written new in the newest format, never migrated.

mod record;
mod session;
mod sync;

pub use record::{Apart, CardRow, ChangeRow, CrashNote, DocumentRow, DraftRow, QuarantineRow};
pub use session::SessionRow;
pub use sync::{ManifestRow, OrderRow, OutboxRow, SyncRow, TrailRow};

use super::contract::{DiskFault, Table, Write};

/// The format this build writes.
pub const FORMAT: u8 = 1;

/// A typed row of one table.
pub trait Stored: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> {
    /// Where it is kept.
    const TABLE: Table;

    /// Its key there.
    fn key(&self) -> Vec<u8>;

    /// The write that keeps it.
    fn put(&self) -> Write {
        Write::Put { table: Self::TABLE, key: self.key(), value: to_bytes(self) }
    }

    /// The write that takes it away.
    fn delete(&self) -> Write {
        Write::Delete { table: Self::TABLE, key: self.key() }
    }
}

/// The stored form of a row.
pub fn to_bytes<T: minicbor::Encode<()> + ?Sized>(row: &T) -> Vec<u8> {
    let mut bytes = vec![FORMAT];
    // Writing to a Vec cannot fail, and no row has parts that refuse to be written.
    bytes.extend(minicbor::to_vec(row).unwrap_or_default());
    bytes
}

/// Reads the stored form.
///
/// # Errors
/// [`DiskFault::Newer`] for a format this build does not know, [`DiskFault::Corrupt`] for bytes that are no row.
pub fn from_bytes<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Result<T, DiskFault> {
    let (format, row) = bytes.split_first().ok_or(DiskFault::Corrupt)?;
    match *format {
        FORMAT => minicbor::decode(row).map_err(|_| DiskFault::Corrupt),
        0 => Err(DiskFault::Corrupt),
        format => Err(DiskFault::Newer { format }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_shared::ids::{ChangeHash, DocId};

    fn note() -> CrashNote {
        CrashNote { doc: DocId::from_bytes([1; 16]), hashes: vec![ChangeHash::from_bytes([2; 32])], tries: 1 }
    }

    #[test]
    fn a_row_reads_back_as_written() {
        assert_eq!(from_bytes::<CrashNote>(&to_bytes(&note())), Ok(note()));
    }

    #[test]
    fn a_newer_format_is_said_and_not_guessed() {
        let mut bytes = to_bytes(&note());
        bytes[0] = FORMAT + 1;
        assert_eq!(from_bytes::<CrashNote>(&bytes), Err(DiskFault::Newer { format: FORMAT + 1 }));
        assert_eq!(from_bytes::<CrashNote>(&[]), Err(DiskFault::Corrupt));
        assert_eq!(from_bytes::<CrashNote>(&[FORMAT, 0xff]), Err(DiskFault::Corrupt));
    }

    #[test]
    fn a_row_a_newer_build_added_a_field_to_is_still_read() {
        // {0: doc, 1: [], 2: 1, 9: "added"}
        let mut bytes = vec![FORMAT, 0xa4, 0x00, 0x50];
        bytes.extend([1; 16]);
        bytes.extend([0x01, 0x80, 0x02, 0x01, 0x09, 0x65]);
        bytes.extend(b"added");
        let read: CrashNote = from_bytes(&bytes).unwrap();
        assert_eq!(read, CrashNote { hashes: Vec::new(), ..note() });
    }
}
