//! What can be written to a document, and the limits of one write.
//!
//! In: entries and texts a command decided on. Out: operations in one open transaction, or why none were made.
//! Never overwrites: an entry gets a key of its own, a text is spliced. Source: product design, "Limits".

use automerge::transaction::Transactable;
use automerge::{ObjType, ReadDoc, ScalarValue};

use crate::docs::change::CHANGE_BYTES_MAX;
use crate::domain::entry::Entry;
use crate::ids::{EntryKey, Version};

/// Most entries one document holds.
pub const DOCUMENT_ENTRIES_MAX: usize = 10_000;

/// Room kept free in a change for what is not entries or text.
const CHANGE_OVERHEAD_BYTES: usize = 16 * 1024;

/// Something to write. One command's edits of one document become one change.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new entry.
    Entry {
        /// The key its writer drew.
        key: EntryKey,
        /// The entry.
        entry: Entry,
    },
    /// A new note in a list, under the key of the entry that bears it.
    NewNote {
        /// The entry's key.
        key: EntryKey,
        /// What was typed.
        text: String,
    },
    /// New text for a note, written as the difference from what its typist had read.
    Note {
        /// A section's name, or the key of a note in a list.
        name: String,
        /// The version that stood on the typist's screen.
        seen: Version,
        /// What the note says now on that screen.
        text: String,
    },
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// One command writes more than one change may hold.
    #[error("write to a document: {found_bytes} bytes at once, limit {limit_bytes}")]
    TooLarge {
        /// Bytes of all edits.
        found_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The document is full.
    #[error("write to a document: {found} entries, limit {limit}")]
    Full {
        /// Entries it would hold.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// There is no note of that name, or not in that version.
    #[error("write to a document: no such note")]
    NoSuchNote,
    /// The version the typist saw is not held here.
    #[error("write to a document: the version that was read is not held")]
    UnknownVersion,
    /// The CRDT library refused.
    #[error("write to a document: the library refused")]
    Library,
}

pub(super) fn library(_: automerge::AutomergeError) -> WriteError {
    WriteError::Library
}

pub(super) fn check_size(edits: &[Edit], held: usize) -> Result<(), WriteError> {
    let mut found_bytes = 0;
    let mut entries = held;
    for edit in edits {
        found_bytes += match edit {
            Edit::Entry { entry, .. } => {
                entries += 1;
                entry
                    .to_bytes()
                    .map_err(|_| WriteError::TooLarge {
                        found_bytes: usize::MAX,
                        limit_bytes: crate::domain::entry::ENTRY_BYTES_MAX,
                    })?
                    .len()
            }
            Edit::NewNote { text, .. } | Edit::Note { text, .. } => text.len(),
        };
    }
    let limit_bytes = CHANGE_BYTES_MAX - CHANGE_OVERHEAD_BYTES;
    if found_bytes > limit_bytes {
        return Err(WriteError::TooLarge { found_bytes, limit_bytes });
    }
    if entries > DOCUMENT_ENTRIES_MAX {
        return Err(WriteError::Full { found: entries, limit: DOCUMENT_ENTRIES_MAX });
    }
    Ok(())
}

pub(super) fn write_edits(
    transaction: &mut automerge::transaction::Transaction<'_>,
    entries: &automerge::ObjId,
    notes: &automerge::ObjId,
    edits: &[Edit],
) -> Result<(), WriteError> {
    for edit in edits {
        match edit {
            Edit::Entry { key, entry } => {
                let bytes = entry.to_bytes().map_err(|_| WriteError::Library)?;
                transaction.put(entries, key.as_str(), ScalarValue::Bytes(bytes)).map_err(library)?;
            }
            Edit::NewNote { key, text } => {
                let note = transaction.put_object(notes, key.as_str(), ObjType::Text).map_err(library)?;
                transaction.update_text(&note, text).map_err(library)?;
            }
            Edit::Note { name, text, .. } => {
                let found = transaction.get(notes, name.as_str()).map_err(library)?;
                let (_, note) = found.ok_or(WriteError::NoSuchNote)?;
                transaction.update_text(&note, text).map_err(library)?;
            }
        }
    }
    Ok(())
}
