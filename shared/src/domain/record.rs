//! The record of one person: every document about them that is held here, united.
//!
//! In: documents already opened. Out: their entries and notes in one place, for rules and views.
//! Never concludes from what is absent: a document not held here is not known here.
//! Source: product design, "Documents" and "Views unite documents".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::entry::Recorded;
use crate::domain::kind::DocKind;
use crate::ids::{DocId, PersonId, Version, VisitId};

/// One document as the rules see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The document.
    pub doc: DocId,
    /// What it holds.
    pub kind: DocKind,
    /// Whose record it belongs to, where it is about a person.
    pub person: Option<PersonId>,
    /// The visit it belongs to, where it belongs to one.
    pub visit: Option<VisitId>,
    /// Its state when it was read.
    pub version: Version,
    /// Its entries, oldest first, ties by key.
    pub entries: Vec<Recorded>,
    /// Its notes by name: a section of every visit, or the key of a note in a list.
    pub notes: BTreeMap<String, String>,
}

/// Every document about one person that is held here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The documents, by id.
    pub parts: Vec<Part>,
}
