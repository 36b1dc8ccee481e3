//! The outbox as the engine looks at it: every change the server has not said it holds, mirrored from its table.
//!
//! In: rows at start and after commits. Out: where each entry's change is, what waits by person.
//! A row leaves by its own hash, never by state or age (law 2). Never writes to the store itself.

use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::ids::{ChangeHash, DocId, PersonId};
use doorstep_shared::sorted::{self, Map};
use doorstep_shared::time::Timestamp;

use crate::projection::Mark;
use crate::store::schema::{OutboxRow, QuarantineRow};

/// The mirror of the outbox and of this installation's own quarantined changes.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    rows: Map<ChangeHash, OutboxRow>,
    next_order: u64,
}

impl Outbox {
    pub(super) fn insert(&mut self, row: OutboxRow) {
        self.reserve(row.order);
        self.rows.insert(row.hash, row);
    }

    pub(super) fn remove(&mut self, hash: &ChangeHash) -> Option<OutboxRow> {
        self.rows.remove(hash)
    }

    pub(super) fn get(&self, hash: &ChangeHash) -> Option<&OutboxRow> {
        self.rows.get(hash)
    }

    pub(super) fn next_order(&self) -> u64 {
        self.next_order
    }

    /// Takes a number, so that the next change gets another.
    pub(super) fn reserve(&mut self, order: u64) {
        self.next_order = self.next_order.max(order.saturating_add(1));
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Every row, in the order the changes were written.
    pub(super) fn in_order(&self) -> Vec<&OutboxRow> {
        let mut rows: Vec<&OutboxRow> = self.rows.values().collect();
        sorted::sort_by_key(&mut rows, |row| row.order);
        rows
    }

    /// What waits by person: number of changes, the oldest, and whether a same-day hazard is among them.
    pub(super) fn by_person(&self) -> Map<Option<PersonId>, (u32, Timestamp, bool)> {
        let mut waiting: Map<Option<PersonId>, (u32, Timestamp, bool)> = Map::new();
        for row in self.rows.values() {
            let (changes, since, same_day) = waiting.entry(row.person).or_insert((0, row.written_at, false));
            *changes += 1;
            *since = (*since).min(row.written_at);
            *same_day |= row.same_day;
        }
        waiting
    }

    /// Where the change of everything written here is.
    pub(super) fn marks<'a>(
        &self,
        apart: impl Iterator<Item = (&'a QuarantineRow, &'a [EntryRef])>,
        sending: bool,
    ) -> Marks {
        let waiting = if sending { Mark::Sending } else { Mark::Saved };
        let mut marks = Marks::default();
        for row in self.rows.values() {
            marks.documents.insert(row.doc, waiting);
            marks.entries.extend(row.keys.iter().map(|key| (EntryRef { doc: row.doc, key: *key }, waiting)));
            marks.notes.extend(row.notes.iter().map(|note| ((row.doc, note.clone()), waiting)));
        }
        for (row, entries) in apart.filter(|(row, _)| row.mine) {
            marks.documents.insert(row.doc, Mark::NeedsYou);
            marks.entries.extend(entries.iter().map(|at| (*at, Mark::NeedsYou)));
        }
        marks
    }
}

/// Where the changes of entries, notes and documents are. What is not named is stored.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Marks {
    entries: Map<EntryRef, Mark>,
    notes: Map<(DocId, String), Mark>,
    documents: Map<DocId, Mark>,
}

impl Marks {
    /// The mark of one entry.
    pub fn entry(&self, at: &EntryRef) -> Mark {
        self.entries.get(at).copied().unwrap_or(Mark::Stored)
    }

    /// The mark of one note.
    pub fn note(&self, doc: DocId, name: &str) -> Mark {
        self.notes.get(&(doc, name.to_owned())).copied().unwrap_or(Mark::Stored)
    }

    /// The least safe mark of a document.
    pub fn document(&self, doc: &DocId) -> Mark {
        self.documents.get(doc).copied().unwrap_or(Mark::Stored)
    }
}
