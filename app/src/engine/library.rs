//! The library: which documents this tablet holds, and the few of them that are open.
//!
//! In: rows of the store. Out: open documents whose version is the one last recorded of them (law 9), records of a person.
//! A document that is not as recorded stays closed for writing and is said to be so; nothing of it is dropped.
//! Never writes to the store. Each opening of a document that writes draws an actor of its own.

use doorstep_shared::docs::{Change, Document, RejectReason};
use doorstep_shared::domain::record::{Part, Record};
use doorstep_shared::ids::{ActorId, ChangeHash, DocId, PersonId, Version, VisitId};
use doorstep_shared::sorted::{Map, Set};
use doorstep_shared::sync::sabotage::{Sabotage, Soundness};

use crate::store::schema::{ChangeRow, CrashNote, DocumentRow, from_bytes};
use crate::store::{Disk, DiskFault, Table};

use super::EngineFault;

/// Documents kept open at most: a day's visits with what belongs to them.
const OPEN_MAX: usize = 96;

/// One open document.
pub(super) struct Open {
    pub(super) document: Document,
    /// What the rules see of it; read again after every write.
    pub(super) part: Part,
    /// This opening's writer, drawn at its first write.
    pub(super) actor: Option<ActorId>,
    /// Its version was the one last recorded of it. When not, nothing is written to it.
    pub(super) is_as_recorded: bool,
    used: u64,
}

/// Which documents are held, and the open ones.
#[derive(Default)]
pub(super) struct Library {
    rows: Map<DocId, DocumentRow>,
    by_person: Map<PersonId, Set<DocId>>,
    open: Map<DocId, Open>,
    /// Changes that a crash note names: left out until they are applied under it.
    noted: Map<DocId, CrashNote>,
    uses: u64,
    soundness: Soundness,
}

impl Library {
    /// Remembers what a document's row says.
    pub(super) fn record(&mut self, row: DocumentRow) {
        if let Some(person) = row.header.person {
            self.by_person.entry(person).or_default().insert(row.header.id);
        }
        self.rows.insert(row.header.id, row);
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &DocumentRow> {
        self.rows.values()
    }

    pub(super) fn row(&self, doc: &DocId) -> Option<&DocumentRow> {
        self.rows.get(doc)
    }

    pub(super) fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.by_person.keys().copied()
    }

    pub(super) fn documents_of(&self, person: &PersonId) -> Vec<DocId> {
        self.by_person.get(person).map(|docs| docs.iter().copied().collect()).unwrap_or_default()
    }

    /// A person's documents at their recorded versions, by id.
    pub(super) fn versions_of(&self, person: &PersonId) -> Vec<(DocId, Version)> {
        let rows = self.documents_of(person).into_iter().filter_map(|doc| self.rows.get(&doc));
        rows.map(|row| (row.header.id, row.version.clone())).collect()
    }

    pub(super) fn person_of_visit(&self, visit: VisitId) -> Option<PersonId> {
        self.rows.values().find(|row| row.header.visit == Some(visit)).and_then(|row| row.header.person)
    }

    pub(super) fn note(&mut self, note: CrashNote) {
        self.noted.insert(note.doc, note);
    }

    pub(super) fn note_of(&self, doc: &DocId) -> Option<&CrashNote> {
        self.noted.get(doc)
    }

    pub(super) fn noted(&self) -> Vec<DocId> {
        self.noted.keys().copied().collect()
    }

    pub(super) fn unnote(&mut self, doc: &DocId) {
        self.noted.remove(doc);
    }

    /// Forgets that a document is open, so that the next reading is from the store.
    pub(super) fn close(&mut self, doc: &DocId) {
        self.open.remove(doc);
    }

    /// Forgets a document that was made in memory and never kept.
    pub(super) fn forget(&mut self, doc: &DocId) {
        self.open.remove(doc);
        if let Some(row) = self.rows.remove(doc)
            && let Some(person) = row.header.person
            && let Some(docs) = self.by_person.get_mut(&person)
        {
            docs.remove(doc);
            if docs.is_empty() {
                self.by_person.remove(&person);
            }
        }
    }

    /// Takes in a document that was just made or brought up to what is recorded.
    pub(super) fn keep_open(&mut self, document: Document, actor: Option<ActorId>) {
        self.shelve_in(document, actor, true);
    }

    fn shelve_in(&mut self, document: Document, actor: Option<ActorId>, is_as_recorded: bool) {
        self.uses += 1;
        let part = document.part();
        let doc = document.header().id;
        self.open.insert(doc, Open { document, part, actor, is_as_recorded, used: self.uses });
        self.shelve();
    }

    /// The open document, opened from the store when it is not. Changes a crash note names are left out.
    pub(super) async fn open<D: Disk>(
        &mut self,
        disk: &mut D,
        doc: DocId,
    ) -> Result<Option<&mut Open>, EngineFault> {
        if !self.rows.contains_key(&doc) {
            return Ok(None);
        }
        self.uses += 1;
        if !self.open.contains_key(&doc) {
            let (document, _) = match self.read(disk, doc).await? {
                Some(read) => read,
                None => return Err(EngineFault::Disk(DiskFault::Corrupt)),
            };
            let is_as_recorded = self.soundness.is_broken(Sabotage::HeadsUnchecked)
                || self.rows.get(&doc).map(|row| &row.version) == Some(&document.version());
            self.shelve_in(document, None, is_as_recorded);
        }
        let uses = self.uses;
        let mut open = self.open.get_mut(&doc);
        if let Some(open) = &mut open {
            open.used = uses;
        }
        Ok(open)
    }

    /// Opens a document from every change of it in the store that no crash note names.
    /// Nothing when its first change is not there.
    pub(super) async fn read<D: Disk>(
        &mut self,
        disk: &mut D,
        doc: DocId,
    ) -> Result<Option<(Document, Vec<(ChangeHash, RejectReason)>)>, EngineFault> {
        let noted: Set<ChangeHash> =
            self.noted.get(&doc).map(|note| note.hashes.iter().copied().collect()).unwrap_or_default();
        let mut changes = changes_of(disk, doc).await?;
        changes.retain(|change| !noted.contains(&change.hash));
        let header = match self.rows.get(&doc) {
            Some(row) => Some(row.header.clone()),
            None => first_header(doc, &changes),
        };
        let Some(header) = header else { return Ok(None) };
        match Document::open(header, changes) {
            Ok((document, received)) => Ok(Some((document, received.rejected))),
            Err(_) => Ok(None),
        }
    }

    /// Everything held about a person.
    pub(super) async fn record_of<D: Disk>(
        &mut self,
        disk: &mut D,
        person: PersonId,
    ) -> Result<Record, EngineFault> {
        let mut parts = Vec::new();
        for doc in self.documents_of(&person) {
            if let Some(open) = self.open(disk, doc).await? {
                parts.push(open.part.clone());
            }
        }
        Ok(Record { parts })
    }

    /// Breaks it at one point, for a test that must notice.
    #[cfg(feature = "testing")]
    pub(super) fn set_soundness(&mut self, soundness: Soundness) {
        self.soundness = soundness;
    }

    /// How many documents are open.
    #[cfg(test)]
    pub(super) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// Puts away the documents that were not used for longest.
    fn shelve(&mut self) {
        while self.open.len() > OPEN_MAX {
            let oldest = self.open.iter().min_by_key(|(_, open)| open.used).map(|(doc, _)| *doc);
            let Some(oldest) = oldest else { return };
            self.open.remove(&oldest);
        }
    }
}

/// The header in a document's first change.
pub(super) fn first_header(doc: DocId, changes: &[Change]) -> Option<doorstep_shared::docs::Header> {
    changes.iter().filter_map(|change| change.header.as_ref()).find(|header| header.id == doc).cloned()
}

/// Every change of a document in the store.
pub(super) async fn changes_of<D: Disk>(disk: &mut D, doc: DocId) -> Result<Vec<Change>, EngineFault> {
    let rows = disk.load(Table::Change, doc.as_bytes()).await?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let row: ChangeRow = from_bytes(&row.value)?;
        let change = Change::read(&row.bytes).map_err(|_| DiskFault::Corrupt)?;
        if change.hash != row.hash {
            return Err(DiskFault::Corrupt.into());
        }
        changes.push(change);
    }
    Ok(changes)
}
