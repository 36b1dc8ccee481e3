//! Edits: what a decided command does, before any document is touched.
//!
//! In: decisions. Out: documents to create, entries to add, text to splice, in order.
//! Never rewrites or removes an entry; never knows how a document is stored.

use crate::domain::entry::Entry;
use crate::domain::kind::DocKind;
use crate::ids::{DocId, EntryKey, PersonId, Version, VisitId};

/// A document to create. Scope and retention follow from its kind; organisation and team from the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id, drawn by the page.
    pub doc: DocId,
    /// What it holds.
    pub kind: DocKind,
    /// The person it is about.
    pub person: PersonId,
    /// The visit it belongs to, where it belongs to one.
    pub visit: Option<VisitId>,
    /// The notes that must exist from its first change.
    pub notes: Vec<String>,
}

/// One step of what a command does. The steps of a command are written in one transaction, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Creates a document; later steps may write into it.
    Create(NewDocument),
    /// Adds an entry.
    Entry {
        /// The document.
        doc: DocId,
        /// The entry's key.
        key: EntryKey,
        /// The entry.
        entry: Entry,
    },
    /// Creates the text of a note that was just added as a list thing.
    NewNote {
        /// The document.
        doc: DocId,
        /// The note: the key of its birth entry.
        note: EntryKey,
        /// Its first text.
        text: String,
    },
    /// Types in a note: the difference from `before` to `after`, written at version `at`, so that words that
    /// arrived meanwhile stay.
    Note {
        /// The document.
        doc: DocId,
        /// The note's name.
        note: String,
        /// The version that was on the typist's screen.
        at: Version,
        /// The text before typing.
        before: String,
        /// And after.
        after: String,
    },
}

impl Edit {
    /// The document it touches.
    pub fn doc(&self) -> DocId {
        match self {
            Self::Create(new) => new.doc,
            Self::Entry { doc, .. } | Self::NewNote { doc, .. } | Self::Note { doc, .. } => *doc,
        }
    }
}
