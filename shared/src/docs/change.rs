//! A change: the unit that is stored, sent and acknowledged, named by the SHA-256 of its raw bytes.
//!
//! In: bytes from a document, a store or the network. Out: what can be known of them without the document.
//! Never inflates: a compressed chunk is refused before it is parsed, because the library inflates without a limit.
//! Never trusts: an entry may not have a predecessor, only text may be deleted. Source: sync design, "Hostile input".

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ObjType, ScalarValue};

use crate::docs::header::Header;
use crate::domain::entry::{Author, Entry};
use crate::ids::{ActorId, ChangeHash, EntryKey};
use crate::time::Timestamp;

/// Largest change, in bytes of its raw form.
pub const CHANGE_BYTES_MAX: usize = 192 * 1024;

/// Largest number of other changes one change may build on.
pub const CHANGE_DEPS_MAX: usize = 64;

/// The four bytes every stored chunk begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Where a chunk says what it is, after the magic and the checksum.
const CHUNK_TYPE_AT: usize = 8;
const CHUNK_TYPE_CHANGE: u8 = 1;
const CHUNK_TYPE_COMPRESSED: u8 = 2;

pub(super) const ROOT_HEADER: &str = "header";
pub(super) const ROOT_ENTRIES: &str = "entries";
pub(super) const ROOT_NOTES: &str = "notes";

/// Why bytes are not a change this system keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Over [`CHANGE_BYTES_MAX`].
    #[error("read a change: {found_bytes} bytes, limit {limit_bytes}")]
    TooLarge {
        /// Bytes found.
        found_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The chunk is compressed.
    #[error("read a change: compressed chunks are refused")]
    Compressed,
    /// Not a change, or its checksum does not hold.
    #[error("read a change: not a change")]
    Format,
    /// Its actor is not 16 bytes.
    #[error("read a change: actor of {found} bytes, expected 16")]
    Actor {
        /// Bytes of the actor found.
        found: usize,
    },
    /// The first change of its actor names no author, or a change names one not in our form.
    #[error("read a change: no author")]
    Author,
    /// It builds on more than [`CHANGE_DEPS_MAX`] changes.
    #[error("read a change: builds on {found} changes, limit {limit}")]
    TooManyDeps {
        /// Number found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The first change of a document does not lay it out as every document is.
    #[error("read a change: a first change that does not lay out a document")]
    Layout,
    /// An operation other than adding an entry, making a note, or typing in one.
    #[error("read a change: operation {at} is not one a record may hold")]
    Operation {
        /// Zero-based place of the operation.
        at: usize,
    },
}

/// One change and what it says without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// SHA-256 of the raw form.
    pub hash: ChangeHash,
    /// What it builds on. Empty for the first change of a document.
    pub deps: Vec<ChangeHash>,
    /// The writer of one opening of the document.
    pub actor: ActorId,
    /// This change's number among its actor's, from 1.
    pub seq: u64,
    /// When it was written, by the device's clock. Orders nothing.
    pub at: Timestamp,
    /// Who wrote it: named in the first change of each actor, for all of that actor's changes.
    /// Believed only together with a signed manifest that says the same.
    pub author: Option<Author>,
    /// The header, in the first change of a document.
    pub header: Option<Header>,
    /// The raw form.
    pub bytes: Vec<u8>,
}

impl Change {
    /// Reads a change and makes every check that needs no document.
    ///
    /// # Errors
    /// A [`ChangeError`] naming the first thing that is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, ChangeError> {
        let parsed = parse(bytes)?;
        Self::from_parsed(&parsed, bytes)
    }

    /// The entries it adds, for showing a change that is kept apart from its document. What cannot be read is left out.
    pub fn entries(&self) -> Vec<(EntryKey, Entry)> {
        let Ok(parsed) = parse(&self.bytes) else { return Vec::new() };
        let operations = parsed.decode().operations;
        let entry = |operation: &Op| match (&operation.obj, &operation.key, &operation.action) {
            (ObjectId::Id(_), Key::Map(key), OpType::Put(ScalarValue::Bytes(bytes))) => {
                Some((key.parse().ok()?, Entry::from_bytes(bytes).ok()?))
            }
            (_, _, _) => None,
        };
        operations.iter().filter_map(entry).collect()
    }

    /// The words it types into notes, one after the other.
    pub fn typed(&self) -> String {
        let Ok(parsed) = parse(&self.bytes) else { return String::new() };
        let operations = parsed.decode().operations;
        let letter = |operation: &Op| match (&operation.key, &operation.action) {
            (Key::Seq(_), OpType::Put(ScalarValue::Str(letter))) => Some(letter.to_string()),
            (_, _) => None,
        };
        operations.iter().filter_map(letter).collect()
    }

    pub(super) fn from_parsed(parsed: &automerge::Change, bytes: &[u8]) -> Result<Self, ChangeError> {
        let actor_bytes = parsed.actor_id().to_bytes();
        let actor =
            ActorId::try_from(actor_bytes).map_err(|_| ChangeError::Actor { found: actor_bytes.len() })?;
        let author = match parsed.author() {
            Some(author) => Some(read_author(&author).ok_or(ChangeError::Author)?),
            None if parsed.seq() == 1 => return Err(ChangeError::Author),
            None => None,
        };
        if parsed.deps().len() > CHANGE_DEPS_MAX {
            return Err(ChangeError::TooManyDeps { found: parsed.deps().len(), limit: CHANGE_DEPS_MAX });
        }
        let deps: Vec<ChangeHash> = parsed.deps().iter().map(|hash| ChangeHash::from_bytes(hash.0)).collect();
        let operations = parsed.decode().operations;
        let header = if deps.is_empty() { Some(check_first(&operations)?) } else { None };
        let laid_out = if deps.is_empty() { LAYOUT_OPERATIONS } else { 0 };
        for (at, operation) in operations.iter().enumerate().skip(laid_out) {
            if !is_allowed(operation) {
                return Err(ChangeError::Operation { at });
            }
        }
        Ok(Self {
            hash: ChangeHash::from_bytes(parsed.hash().0),
            deps,
            actor,
            seq: parsed.seq(),
            at: Timestamp::from_ms(parsed.timestamp()),
            author,
            header,
            bytes: bytes.to_vec(),
        })
    }
}

/// Header, entries map, notes map: the operations every document begins with.
const LAYOUT_OPERATIONS: usize = 3;

pub(super) fn parse(bytes: &[u8]) -> Result<automerge::Change, ChangeError> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err(ChangeError::TooLarge { found_bytes: bytes.len(), limit_bytes: CHANGE_BYTES_MAX });
    }
    if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
        return Err(ChangeError::Format);
    }
    match bytes.get(CHUNK_TYPE_AT) {
        Some(&CHUNK_TYPE_CHANGE) => {}
        Some(&CHUNK_TYPE_COMPRESSED) => return Err(ChangeError::Compressed),
        Some(_) | None => return Err(ChangeError::Format),
    }
    let parsed = automerge::Change::from_bytes(bytes.to_vec()).map_err(|_| ChangeError::Format)?;
    // Anything after the chunk would be stored under a hash that does not cover it.
    if parsed.raw_bytes() != bytes {
        return Err(ChangeError::Format);
    }
    Ok(parsed)
}

pub(super) fn write_author(author: &Author) -> automerge::Author<'static> {
    let mut bytes = Vec::with_capacity(33);
    bytes.extend_from_slice(author.worker.as_bytes());
    bytes.extend_from_slice(author.install.as_bytes());
    bytes.push(author.role.number());
    automerge::Author::from(bytes)
}

fn read_author(author: &automerge::Author<'_>) -> Option<Author> {
    let (worker, rest) = author.as_bytes().split_at_checked(16)?;
    let (install, role) = rest.split_at_checked(16)?;
    let &[role] = role else { return None };
    Some(Author {
        worker: worker.try_into().ok()?,
        install: install.try_into().ok()?,
        role: crate::domain::role::Role::from_number(role)?,
    })
}

/// The first three operations lay the document out; the header they carry is returned.
fn check_first(operations: &[Op]) -> Result<Header, ChangeError> {
    let [header, entries, notes, ..] = operations else { return Err(ChangeError::Layout) };
    let is_root = |operation: &Op, name: &str| {
        operation.obj == ObjectId::Root
            && operation.pred.is_empty()
            && matches!(&operation.key, Key::Map(key) if key == name)
    };
    let laid_out = is_root(header, ROOT_HEADER)
        && is_root(entries, ROOT_ENTRIES)
        && entries.action == OpType::Make(ObjType::Map)
        && is_root(notes, ROOT_NOTES)
        && notes.action == OpType::Make(ObjType::Map);
    match &header.action {
        OpType::Put(ScalarValue::Bytes(bytes)) if laid_out => {
            Header::from_bytes(bytes).ok_or(ChangeError::Layout)
        }
        OpType::Put(_)
        | OpType::Make(_)
        | OpType::Delete
        | OpType::Increment(_)
        | OpType::MarkBegin(_)
        | OpType::MarkEnd(_) => Err(ChangeError::Layout),
    }
}

/// Adds an entry, makes a note, or types in one.
fn is_allowed(operation: &Op) -> bool {
    if operation.obj == ObjectId::Root {
        return false;
    }
    match (&operation.key, &operation.action) {
        (Key::Map(key), OpType::Put(ScalarValue::Bytes(_))) => {
            operation.pred.is_empty() && !operation.insert && key.parse::<EntryKey>().is_ok()
        }
        (Key::Map(_), OpType::Make(ObjType::Text)) => operation.pred.is_empty() && !operation.insert,
        (Key::Seq(_), OpType::Put(ScalarValue::Str(_))) => operation.insert && operation.pred.is_empty(),
        (Key::Seq(_), OpType::Delete) => !operation.insert,
        (
            Key::Map(_) | Key::Seq(_),
            OpType::Put(_)
            | OpType::Make(_)
            | OpType::Delete
            | OpType::Increment(_)
            | OpType::MarkBegin(_)
            | OpType::MarkEnd(_),
        ) => false,
    }
}
