//! The far half of the journey: changes that were written elsewhere, from received to shown.
//!
//! In: changes that are on disk with a note of what is about to be applied. Out: documents brought up to date, changes
//! that do not belong kept apart, the same projections as after a command.
//! One commit records the new versions and takes the notes away. A note found twice at start sends its changes to the
//! quarantine, and the document opens without them (law 12).
//! Source: sync design, "Hostile input"; architecture design, law 7.

use doorstep_shared::docs::{Change, Document, RejectReason};
use doorstep_shared::ids::{ChangeHash, DocId, PersonId};
use doorstep_shared::sorted::Set;
use doorstep_shared::time::Now;

use crate::store::schema::{Apart, ChangeRow, CrashNote, DocumentRow, QuarantineRow, Stored};
use crate::store::{Disk, Table, Write};

use super::library::{changes_of, first_header};
use super::{Engine, EngineFault};

/// Times applying changes may have been begun and not finished before they are kept apart.
const TRIES_MAX: u8 = 2;

/// A change that was kept out of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its document.
    pub doc: DocId,
    /// Its hash.
    pub hash: ChangeHash,
    /// Why.
    pub why: Apart,
}

impl<D: Disk> Engine<D> {
    /// Applies what was noted at an earlier start and never finished, one document at a time, so that a second death
    /// names the one that caused it.
    pub(super) async fn finish_noted(&mut self, now: Now) -> Result<(), EngineFault> {
        for doc in self.library.noted() {
            let Some(note) = self.library.note_of(&doc).cloned() else { continue };
            if note.tries >= TRIES_MAX {
                self.keep_apart_noted(&note, now).await?;
                continue;
            }
            let again = CrashNote { tries: note.tries.saturating_add(1), ..note };
            self.commit(vec![again.put()]).await?;
            self.library.note(again);
            self.apply(vec![doc], now).await?;
        }
        Ok(())
    }

    /// Moves the changes of a note to the quarantine: the document opens without them.
    async fn keep_apart_noted(&mut self, note: &CrashNote, now: Now) -> Result<(), EngineFault> {
        let mut writes = vec![note.delete()];
        let mut rows = Vec::new();
        for change in changes_of(&mut self.disk, note.doc).await? {
            if note.hashes.contains(&change.hash) {
                rows.push(self.apart_row(note.doc, &change, Apart::Crashed, now));
            }
        }
        for row in &rows {
            writes.push(row.put());
            writes.push(Write::Delete { table: Table::Change, key: ChangeRow::key_of(&row.doc, &row.hash) });
        }
        self.commit(writes).await?;
        self.library.unnote(&note.doc);
        self.apart.extend(rows.into_iter().map(|row| (row.hash, row)));
        Ok(())
    }

    /// Applies the noted changes of some documents and records their new versions in one commit.
    pub(super) async fn apply(&mut self, docs: Vec<DocId>, now: Now) -> Result<Vec<Rejected>, EngineFault> {
        let mut writes = Vec::new();
        let mut rejected = Vec::new();
        let mut people: Set<PersonId> = Set::new();
        for doc in &docs {
            let (row, kept_out) = self.apply_one(*doc).await?;
            for (change, why) in kept_out {
                let row = self.apart_row(*doc, &change, why, now);
                writes.push(row.put());
                writes
                    .push(Write::Delete { table: Table::Change, key: ChangeRow::key_of(doc, &change.hash) });
                rejected.push(Rejected { doc: *doc, hash: change.hash, why });
                self.apart.insert(row.hash, row);
            }
            if let Some(row) = row {
                people.extend(row.header.person);
                writes.push(row.put());
                self.library.record(row);
            }
            if let Some(note) = self.library.note_of(doc) {
                writes.push(note.delete());
            }
            self.library.unnote(doc);
        }
        for person in people {
            writes.extend(self.card_writes(person, now).await?);
        }
        self.commit(writes).await?;
        Ok(rejected)
    }

    /// Brings one document up to date with its noted changes. Its row is nothing while its first change has not
    /// arrived, or while the document is not as recorded.
    async fn apply_one(
        &mut self,
        doc: DocId,
    ) -> Result<(Option<DocumentRow>, Vec<(Change, Apart)>), EngineFault> {
        let noted: Vec<ChangeHash> =
            self.library.note_of(&doc).map(|note| note.hashes.clone()).unwrap_or_default();
        let changes = changes_of(&mut self.disk, doc).await?;
        let reasons: Vec<(ChangeHash, RejectReason)>;
        let row;
        let recorded = self.library.row(&doc).cloned();
        if recorded.is_some() {
            let new: Vec<Change> =
                changes.iter().filter(|change| noted.contains(&change.hash)).cloned().collect();
            let open = self.library.open(&mut self.disk, doc).await?.ok_or(EngineFault::NotHeld { doc })?;
            reasons = open.document.receive(new).rejected;
            open.part = open.document.part();
            let version = open.document.version();
            // What is not as recorded stays so, and is said again at the next opening.
            let is_as_recorded = open.is_as_recorded;
            row = recorded.filter(|_| is_as_recorded).map(|row| DocumentRow { version, ..row });
        } else if let Some(header) = first_header(doc, &changes) {
            match Document::open(header.clone(), changes.clone()) {
                Ok((document, received)) => {
                    reasons = received.rejected;
                    // The server sent it, so the server has its header.
                    row = Some(DocumentRow { header, version: document.version(), header_stored: true });
                    self.library.keep_open(document, None);
                }
                Err(_) => return Ok((None, Vec::new())),
            }
        } else {
            return Ok((None, Vec::new()));
        }
        let kept_out = reasons
            .into_iter()
            .filter_map(|(hash, reason)| {
                let change = changes.iter().find(|change| change.hash == hash)?;
                Some((change.clone(), apart_of(reason)))
            })
            .collect();
        Ok((row, kept_out))
    }

    /// Whether a change is in the store.
    pub(super) async fn holds(&mut self, doc: &DocId, hash: &ChangeHash) -> Result<bool, EngineFault> {
        Ok(self.disk.get(Table::Change, &ChangeRow::key_of(doc, hash)).await?.is_some())
    }

    fn apart_row(&self, doc: DocId, change: &Change, why: Apart, now: Now) -> QuarantineRow {
        let mine = self.outbox.get(&change.hash).is_some();
        QuarantineRow { hash: change.hash, doc, bytes: change.bytes.clone().into(), why, at: now.at, mine }
    }
}

fn apart_of(reason: RejectReason) -> Apart {
    match reason {
        RejectReason::Fork | RejectReason::ForkChild => Apart::Forked,
        RejectReason::Unsound(_) | RejectReason::OtherDocument | RejectReason::Library => Apart::Unreadable,
    }
}
