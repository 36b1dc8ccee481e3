//! Rows of the record: changes, documents, drafts, cards, and what is kept apart.

use doorstep_shared::docs::{Change, Header};
use doorstep_shared::ids::{ChangeHash, DocId, PersonId, Version};
use doorstep_shared::time::Timestamp;
use minicbor::bytes::ByteVec;

use super::Stored;
use crate::store::contract::Table;

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
