//! Rows of the sync: what waits, where each change stands, manifests, and what the machine remembers.

use doorstep_shared::docs::Scope;
use doorstep_shared::ids::{BatchId, ChangeHash, DocId, EntryKey, PersonId};
use doorstep_shared::sync::batch::{SIGNATURE_BYTES, SignedManifest};
use doorstep_shared::sync::state::ClientState;
use doorstep_shared::time::Timestamp;
use minicbor::bytes::{ByteArray, ByteVec};

use super::Stored;
use crate::store::contract::Table;

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
