//! The record of one person: every document about them that is held here, united.
//!
//! In: documents already opened. Out: their entries and notes in one place, for rules and views.
//! Never concludes from what is absent: a document not held here is not known here.
//! Source: product design, "Documents" and "Views unite documents".

use serde::{Deserialize, Serialize};

use crate::domain::entry::{EntryRef, Recorded, Value};
use crate::domain::kind::DocKind;
use crate::ids::{DocId, PersonId, Version, VisitId};
use crate::sorted::{self, Map};

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
    pub notes: Map<String, String>,
}

impl Part {
    /// Where its entries belong.
    pub fn place(&self) -> Place {
        Place { kind: self.kind, visit: self.visit }
    }
}

/// Every document about one person that is held here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The documents, by id.
    pub parts: Vec<Part>,
}

/// Documents of one kind and one visit are one place: made twice offline, they are read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// What they hold.
    pub kind: DocKind,
    /// The visit they belong to, where they belong to one.
    pub visit: Option<VisitId>,
}

impl Place {
    /// The documents of one kind about the person.
    pub const fn of_person(kind: DocKind) -> Self {
        Self { kind, visit: None }
    }

    /// The documents of one kind about one visit.
    pub const fn of_visit(kind: DocKind, visit: VisitId) -> Self {
        Self { kind, visit: Some(visit) }
    }
}

impl Record {
    /// The documents of one place, by id.
    pub fn parts_at(&self, place: Place) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.place() == place)
    }

    /// The document new entries of a place go to: the first by id, so that every device picks the same.
    pub fn document_at(&self, place: Place) -> Option<DocId> {
        self.parts_at(place).map(|part| part.doc).min()
    }

    /// One document.
    pub fn part(&self, doc: DocId) -> Option<&Part> {
        self.parts.iter().find(|part| part.doc == doc)
    }

    /// One entry. Of several that share a key, the first.
    pub fn entry(&self, at: EntryRef) -> Option<&Recorded> {
        self.part(at.doc)?.entries.iter().find(|recorded| recorded.at.key == at.key)
    }

    /// Every visit held here, by id.
    pub fn visits(&self) -> Vec<VisitId> {
        let mut visits: Vec<VisitId> = self
            .parts
            .iter()
            .filter(|part| part.kind == DocKind::Visit)
            .filter_map(|part| part.visit)
            .collect();
        sorted::sort(&mut visits);
        visits.dedup();
        visits
    }
}

impl EntryRef {
    /// The stored form inside another entry's value: document and key.
    pub fn to_value(self) -> Value {
        Value::List(vec![Value::Bytes(self.doc.as_bytes().to_vec()), Value::text(self.key.as_str())])
    }

    /// Reads the stored form.
    pub fn from_value(value: &Value) -> Option<Self> {
        let [doc, key] = value.as_list()? else { return None };
        Some(Self { doc: DocId::try_from(doc.as_bytes()?).ok()?, key: key.as_text()?.parse().ok()? })
    }

    /// Reads a stored list of entries; what is not one is left out.
    pub fn list_from_value(value: &Value) -> Vec<Self> {
        value.as_list().unwrap_or_default().iter().filter_map(Self::from_value).collect()
    }

    /// The path of this entry inside an `about` of another document: `DOC/KEY`.
    pub fn path(self) -> String {
        format!("{}/{}", self.doc, self.key)
    }
}
