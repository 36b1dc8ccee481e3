//! Rows: what every value in the store means, and its first byte.
//!
//! In: typed rows from the engine, bytes from the disk. Out: the other.
//! Every value is one format byte and the CBOR of its row, integer keys, additive: a key this build does not know is
//! skipped, so an older build reads what a newer one wrote while the format byte is one it knows.
//! A newer format byte is [`DiskFault::Newer`], never guessed. Rows are written new in the newest format, never migrated.

use doorstep_shared::docs::{Change, Header, Scope};
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{
    BatchId, ChangeHash, DocId, EntryKey, InstallId, OrgId, PersonId, TeamId, Version, WorkerId,
};
use doorstep_shared::sync::batch::{SIGNATURE_BYTES, SignedManifest};
use doorstep_shared::sync::state::ClientState;
use doorstep_shared::time::Timestamp;
use minicbor::bytes::{ByteArray, ByteVec};

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

/// One change as it travels.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ChangeRow {
    /// Its document.
    #[n(0)]
    pub doc: DocId,
    /// Its hash.
    #[n(1)]
    pub hash: ChangeHash,
    /// Its raw form.
    #[n(2)]
    pub bytes: ByteVec,
}

impl ChangeRow {
    /// The row of a change of `doc`.
    pub fn of(doc: DocId, change: &Change) -> Self {
        Self { doc, hash: change.hash, bytes: change.bytes.clone().into() }
    }

    /// The key of one change.
    pub fn key_of(doc: &DocId, hash: &ChangeHash) -> Vec<u8> {
        [&doc.as_bytes()[..], &hash.as_bytes()[..]].concat()
    }
}

impl Stored for ChangeRow {
    const TABLE: Table = Table::Change;

    fn key(&self) -> Vec<u8> {
        Self::key_of(&self.doc, &self.hash)
    }
}

/// One document and the version everything applied to it added up to.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct DocumentRow {
    /// Its header.
    #[n(0)]
    pub header: Header,
    /// The version recorded in the commit that last touched it.
    #[n(1)]
    pub version: Version,
    /// The server acknowledged a batch with its header.
    #[n(2)]
    #[cbor(default)]
    pub header_stored: bool,
}

impl Stored for DocumentRow {
    const TABLE: Table = Table::Document;

    fn key(&self) -> Vec<u8> {
        self.header.id.as_bytes().to_vec()
    }
}

/// One change the server has not said it holds.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OutboxRow {
    /// The change. The row leaves by this alone.
    #[n(0)]
    pub hash: ChangeHash,
    /// Its document.
    #[n(1)]
    pub doc: DocId,
    /// Its scope.
    #[n(2)]
    pub scope: Scope,
    /// Whose record it is in.
    #[n(3)]
    pub person: Option<PersonId>,
    /// Counts the changes written on this installation, so that they are sent in order.
    #[n(4)]
    pub order: u64,
    /// When it was written.
    #[n(5)]
    pub written_at: Timestamp,
    /// The entries it adds.
    #[n(6)]
    #[cbor(default)]
    pub keys: Vec<EntryKey>,
    /// The notes it types in.
    #[n(7)]
    #[cbor(default)]
    pub notes: Vec<String>,
    /// It records a hazard to be acted on today.
    #[n(8)]
    #[cbor(default)]
    pub same_day: bool,
    /// Bytes of its raw form.
    #[n(9)]
    pub length: u64,
    /// The manifest that names it, this installation's or another's; nothing while unsigned.
    #[n(10)]
    pub batch: Option<BatchId>,
}

impl OutboxRow {
    /// The key of one row.
    pub fn key_of(hash: &ChangeHash) -> Vec<u8> {
        hash.as_bytes().to_vec()
    }
}

impl Stored for OutboxRow {
    const TABLE: Table = Table::Outbox;

    fn key(&self) -> Vec<u8> {
        Self::key_of(&self.hash)
    }
}

/// Where one change stands with the server.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct TrailRow {
    /// The change.
    #[n(0)]
    pub hash: ChangeHash,
    /// Its document.
    #[n(1)]
    pub doc: DocId,
    /// Its scope.
    #[n(2)]
    pub scope: Scope,
    /// The manifest that names it.
    #[n(3)]
    pub batch: Option<BatchId>,
    /// Its row in the scope's feed, or the position of the acknowledgement until the row itself is read.
    #[n(4)]
    pub seq: u64,
    /// Bytes of its raw form.
    #[n(5)]
    pub length: u64,
}

impl TrailRow {
    /// The key of one row.
    pub fn key_of(hash: &ChangeHash) -> Vec<u8> {
        hash.as_bytes().to_vec()
    }
}

impl Stored for TrailRow {
    const TABLE: Table = Table::Trail;

    fn key(&self) -> Vec<u8> {
        Self::key_of(&self.hash)
    }
}

/// A signed manifest, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ManifestRow {
    /// Its id.
    #[n(0)]
    pub batch: BatchId,
    /// The bytes that were signed.
    #[n(1)]
    pub bytes: ByteVec,
    /// The signature.
    #[n(2)]
    pub signature: ByteArray<SIGNATURE_BYTES>,
}

impl ManifestRow {
    /// The row of a signed manifest.
    pub fn of(signed: &SignedManifest) -> Self {
        Self {
            batch: signed.id(),
            bytes: signed.bytes().to_vec().into(),
            signature: (*signed.signature()).into(),
        }
    }

    /// The key of one row.
    pub fn key_of(batch: &BatchId) -> Vec<u8> {
        batch.as_bytes().to_vec()
    }
}

impl Stored for ManifestRow {
    const TABLE: Table = Table::Manifest;

    fn key(&self) -> Vec<u8> {
        Self::key_of(&self.batch)
    }
}

/// Everything the sync machine remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SyncRow {
    /// The machine's state.
    #[n(0)]
    pub state: ClientState,
    /// When the server last answered.
    #[n(1)]
    pub confirmed_at: Option<Timestamp>,
    /// The first download from every scope was complete.
    #[n(2)]
    #[cbor(default)]
    pub complete: bool,
}

impl SyncRow {
    /// The key of the only row.
    pub const KEY: &'static [u8] = b"sync";
}

impl Stored for SyncRow {
    const TABLE: Table = Table::Meta;

    fn key(&self) -> Vec<u8> {
        Self::KEY.to_vec()
    }
}

/// An order of the server to this device, kept until a build acts on it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OrderRow {
    /// The scope it came in.
    #[n(0)]
    pub scope: Scope,
    /// Its row there.
    #[n(1)]
    pub seq: u64,
    /// What it orders.
    #[n(2)]
    pub kind: u8,
    /// The document it is about.
    #[n(3)]
    pub doc: Option<DocId>,
    /// Its content.
    #[n(4)]
    pub content: ByteVec,
}

impl Stored for OrderRow {
    const TABLE: Table = Table::Meta;

    fn key(&self) -> Vec<u8> {
        [&b"order/"[..], &self.scope.to_bytes(), &self.seq.to_be_bytes()].concat()
    }
}

/// What is being typed in one field.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct DraftRow {
    /// The page's own stable name of the field.
    #[n(0)]
    pub field: String,
    /// The text as typed.
    #[n(1)]
    pub text: String,
    /// The command that leaving the field would ask, in the bridge's form.
    #[n(2)]
    pub command: ByteVec,
    /// When it was typed.
    #[n(3)]
    pub typed_at: Timestamp,
}

impl DraftRow {
    /// The key of one field's draft.
    pub fn key_of(field: &str) -> Vec<u8> {
        field.as_bytes().to_vec()
    }
}

impl Stored for DraftRow {
    const TABLE: Table = Table::Draft;

    fn key(&self) -> Vec<u8> {
        Self::key_of(&self.field)
    }
}

/// Why a change is kept apart. The numbers are stored: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Apart {
    /// The server refused it, with the protocol's code.
    #[n(0)]
    Refused {
        /// The code's number.
        #[n(0)]
        code: u16,
    },
    /// Another device wrote under the same writer; what it said was written again under a new one.
    #[n(1)]
    Forked,
    /// Applying it stopped the app twice.
    #[n(2)]
    Crashed,
    /// It does not belong in its document, or could not be read.
    #[n(3)]
    Unreadable,
    /// It came from the server and does not hold, with the protocol's code.
    #[n(4)]
    KeptOut {
        /// The code's number.
        #[n(0)]
        code: u16,
    },
}

/// One change kept apart. Its bytes are never dropped.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct QuarantineRow {
    /// The change.
    #[n(0)]
    pub hash: ChangeHash,
    /// Its document.
    #[n(1)]
    pub doc: DocId,
    /// Its raw form.
    #[n(2)]
    pub bytes: ByteVec,
    /// Why.
    #[n(3)]
    pub why: Apart,
    /// Since when.
    #[n(4)]
    pub at: Timestamp,
    /// It was written on this installation.
    #[n(5)]
    #[cbor(default)]
    pub mine: bool,
}

impl Stored for QuarantineRow {
    const TABLE: Table = Table::Quarantine;

    fn key(&self) -> Vec<u8> {
        self.hash.as_bytes().to_vec()
    }
}

/// The note written before foreign changes are applied to a document, and taken away after.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct CrashNote {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// The changes about to be applied.
    #[n(1)]
    pub hashes: Vec<ChangeHash>,
    /// Times applying them was begun.
    #[n(2)]
    pub tries: u8,
}

impl CrashNote {
    /// What the keys of all notes begin with.
    pub const PREFIX: &'static [u8] = b"crash/";
}

impl Stored for CrashNote {
    const TABLE: Table = Table::Meta;

    fn key(&self) -> Vec<u8> {
        [Self::PREFIX, &self.doc.as_bytes()[..]].concat()
    }
}

/// Who is signed in, and with what key this installation signs.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SessionRow {
    /// The account, to sign in again.
    #[n(0)]
    pub account: String,
    /// The worker.
    #[n(1)]
    pub worker: WorkerId,
    /// Their name.
    #[n(2)]
    pub name: String,
    /// Their role.
    #[n(3)]
    pub role: Role,
    /// Their team.
    #[n(4)]
    pub team: TeamId,
    /// The team's name.
    #[n(5)]
    pub team_name: String,
    /// Their organisation.
    #[n(6)]
    pub organisation: OrgId,
    /// The organisation's name.
    #[n(7)]
    pub organisation_name: String,
    /// This installation.
    #[n(8)]
    pub install: InstallId,
    /// The seed of its Ed25519 key.
    #[n(9)]
    pub device_seed: ByteArray<32>,
    /// The device's name.
    #[n(10)]
    pub device_name: String,
    /// When it was enrolled.
    #[n(11)]
    pub enrolled_at: Timestamp,
    /// Made-up people.
    #[n(12)]
    #[cbor(default)]
    pub demonstration: bool,
}

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow").field("worker", &self.worker).field("install", &self.install).finish()
    }
}

impl SessionRow {
    /// The key of the only session.
    pub const KEY: &'static [u8] = b"current";
}

impl Stored for SessionRow {
    const TABLE: Table = Table::Session;

    fn key(&self) -> Vec<u8> {
        Self::KEY.to_vec()
    }
}

/// A projection kept from one start to the next, with the versions it was built at. Built again when they differ or
/// when another build left it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct CardRow {
    /// Whose card.
    #[n(0)]
    pub person: PersonId,
    /// The documents it was read from, at their versions.
    #[n(1)]
    pub marks: Vec<(DocId, Version)>,
    /// The form of `card`: a build reads only its own.
    #[n(2)]
    pub form: u32,
    /// The card, in the bridge's form.
    #[n(3)]
    pub card: ByteVec,
}

impl Stored for CardRow {
    const TABLE: Table = Table::Projection;

    fn key(&self) -> Vec<u8> {
        self.person.as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
