//! The near half of the journey: a command of the worker who is signed in, from asking to saved.
//!
//! In: a command, the present. Out: edits on disk, or a refusal, or a fault; after either of those nothing is written.
//! One commit holds the changes of every document the command touches, their outbox rows, the documents' versions, the
//! person's card and the end of the draft (laws 1 and 2). Only then is anything said to be saved.
//! Source: architecture design, rooms B to F.

use doorstep_shared::content;
use doorstep_shared::decide::{self, Command, Worker};
use doorstep_shared::docs::{Change, Document, Edit, Writing, header_of, writings};
use doorstep_shared::domain::assessment::{self, Outcome, Setting};
use doorstep_shared::ids::{ActorId, DocId, EntryKey, PersonId};
use doorstep_shared::time::Now;

use crate::store::schema::{ChangeRow, DocumentRow, DraftRow, OutboxRow, Stored};
use crate::store::{Disk, Table, Write};

use super::{CommandError, Engine, EngineFault};

/// What one document was made to write, before it is on disk.
struct Written {
    change: Change,
    row: OutboxRow,
    document: DocumentRow,
    /// What was recorded of the document before; nothing when it is new.
    before: Option<DocumentRow>,
}

impl<D: Disk> Engine<D> {
    /// Carries out a command. When this returns, everything it wrote survives the loss of power.
    ///
    /// `draft` names the draft row the command makes an end of.
    ///
    /// # Errors
    /// [`CommandError`]; nothing was written.
    pub async fn command(
        &mut self,
        command: &Command,
        draft: Option<&str>,
        now: Now,
    ) -> Result<(), CommandError> {
        self.refresh(now).await?;
        let worker = self.worker()?;
        let record = self.library.record_of(&mut self.disk, command.person).await?;
        let edits = decide::decide(command, &record, &worker, now)?;
        self.write(&worker, command.person, edits, draft, now).await?;
        Ok(())
    }

    /// Writes decided edits: one change a document, one commit for all of them.
    pub(super) async fn write(
        &mut self,
        worker: &Worker,
        person: PersonId,
        edits: Vec<decide::Edit>,
        draft: Option<&str>,
        now: Now,
    ) -> Result<(), EngineFault> {
        let mut written = Vec::new();
        let asked = writings(edits);
        let touched: Vec<DocId> = asked.iter().map(|writing| writing.doc).collect();
        for writing in asked {
            match self.write_one(worker, writing, now).await {
                Ok(Some(one)) => written.push(one),
                Ok(None) => {}
                Err(fault) => {
                    self.unwrite(&touched);
                    return Err(fault);
                }
            }
        }
        let mut writes: Vec<Write> = Vec::new();
        if let Some(field) = draft {
            writes.push(Write::Delete { table: Table::Draft, key: DraftRow::key_of(field) });
        }
        for one in &written {
            writes.push(ChangeRow::of(one.document.header.id, &one.change).put());
            writes.push(one.row.put());
            writes.push(one.document.put());
            self.library.record(one.document.clone());
        }
        if !written.is_empty() {
            match self.card_writes(person, now).await {
                Ok(card) => writes.extend(card),
                Err(fault) => {
                    self.unwrite_all(&written, person, now).await;
                    return Err(fault);
                }
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        if let Err(fault) = self.commit(writes).await {
            self.unwrite_all(&written, person, now).await;
            return Err(fault);
        }
        for one in written {
            self.wire.queue(&one.row, one.document.header, one.document.header_stored);
            self.outbox.insert(one.row);
        }
        Ok(())
    }

    async fn write_one(
        &mut self,
        worker: &Worker,
        writing: Writing,
        now: Now,
    ) -> Result<Option<Written>, EngineFault> {
        let (keys, notes) = named_in(&writing.edits);
        let same_day = self.records_same_day(&writing.edits);
        let actor = ActorId::from_bytes(self.draw()?);
        let (header, version, change) = match &writing.new {
            Some(new) => {
                let header = header_of(new, worker.organisation, worker.team)
                    .ok_or(EngineFault::NoScope { kind: new.kind })?;
                let (document, change) = Document::create(
                    header.clone(),
                    new.sections,
                    &worker.author,
                    actor,
                    now.at,
                    &writing.edits,
                )?;
                let version = document.version();
                self.library.keep_open(document, Some(actor));
                (header, version, change)
            }
            None => {
                let fresh = ActorId::from_bytes(self.draw()?);
                let open = self.library.open(&mut self.disk, writing.doc).await?;
                let open = open.ok_or(EngineFault::NotHeld { doc: writing.doc })?;
                if !open.is_as_recorded {
                    return Err(EngineFault::NotAsRecorded { doc: writing.doc });
                }
                let actor = *open.actor.get_or_insert(actor);
                let written = open.document.write(&worker.author, actor, fresh, now.at, &writing.edits)?;
                let Some(change) = written else { return Ok(None) };
                open.part = open.document.part();
                (open.document.header().clone(), open.document.version(), change)
            }
        };
        let row = OutboxRow {
            hash: change.hash,
            doc: header.id,
            scope: header.scope,
            person: header.person,
            order: self.outbox.next_order(),
            written_at: now.at,
            keys,
            notes,
            same_day,
            length: change.bytes.len() as u64,
            batch: None,
        };
        // The order of one command's documents is kept too.
        self.outbox.reserve(row.order);
        let before = self.library.row(&header.id).cloned();
        let header_stored = before.as_ref().is_some_and(|row| row.header_stored);
        let document = DocumentRow { header, version, header_stored };
        Ok(Some(Written { change, row, document, before }))
    }

    /// Forgets what was written in memory and is not on disk: the next reading is from the store.
    fn unwrite(&mut self, touched: &[DocId]) {
        for doc in touched {
            self.library.close(doc);
        }
    }

    async fn unwrite_all(&mut self, written: &[Written], person: PersonId, now: Now) {
        for one in written {
            let doc = one.document.header.id;
            self.library.close(&doc);
            match &one.before {
                Some(row) => self.library.record(row.clone()),
                None => self.library.forget(&doc),
            }
        }
        // The card was read from what was not kept. Where it cannot be read again now, everything is read at the next
        // step, and the fault is met there.
        self.cards.forget(&person);
        if !self.library.documents_of(&person).is_empty() && self.card_writes(person, now).await.is_err() {
            self.is_stale = true;
        }
    }

    /// Whether edits record a hazard somebody must be told about today, by the answer's own words alone.
    fn records_same_day(&self, edits: &[Edit]) -> bool {
        edits.iter().any(|edit| {
            let Edit::Entry { entry, .. } = edit else { return false };
            let item = entry.about.strip_prefix("home/").and_then(|id| content::home_safety().item(id));
            item.is_some_and(|item| {
                let found = assessment::outcome_of(item, &entry.value, &Setting::default());
                matches!(found, Outcome::Hazard { same_day: true, .. })
            })
        })
    }
}

/// The entries edits add, and the notes they type in.
pub(super) fn named_in(edits: &[Edit]) -> (Vec<EntryKey>, Vec<String>) {
    let (mut keys, mut notes) = (Vec::new(), Vec::new());
    for edit in edits {
        match edit {
            Edit::Entry { key, .. } => keys.push(*key),
            Edit::NewNote { key, .. } => notes.push(key.as_str().to_owned()),
            Edit::Note { name, .. } => notes.push(name.clone()),
        }
    }
    (keys, notes)
}
