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
    /// The notes every document of this kind has, made in its first change.
    pub sections: &'static [&'static str],
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
    /// A new note in a list, under the key of the entry that bears it.
    NewNote {
        /// The document.
        doc: DocId,
        /// The entry's key.
        key: EntryKey,
        /// What was typed.
        text: String,
    },
    /// New text for a note, written as the difference from what its typist had read.
    Note {
        /// The document.
        doc: DocId,
        /// A section's name, or the key of a note in a list.
        name: String,
        /// The version that stood on the typist's screen.
        seen: Version,
        /// What the note says now on that screen.
        text: String,
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
