//! One transaction of the sync machine, on this store.
//!
//! In: what the machine wants kept. Out: rows in one commit, then what the machine has to hear.
//! Changes, cursor and the note of what is about to be applied are one commit (laws 4 and 12). An outbox row leaves by
//! its own hash alone (law 2). What does not hold goes to the quarantine (law 6); what leaves a document: `leave`.
//! Source: `shared::sync::state::Keep`.

use doorstep_shared::ids::{ChangeHash, DocId};
use doorstep_shared::sorted::{self, Map};
use doorstep_shared::sync::client::Input;
use doorstep_shared::sync::outbox::KnownHeader;
use doorstep_shared::sync::state::Keep;
use doorstep_shared::time::Now;

use crate::store::schema::{
    Apart, ChangeRow, CrashNote, DocumentRow, ManifestRow, OrderRow, OutboxRow, QuarantineRow, Stored,
    SyncRow, TrailRow, from_bytes,
};
use crate::store::{Disk, Table, Write};

use super::wire::outgoing;
use super::{Engine, EngineFault};

/// What a commit will have changed in memory.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) writes: Vec<Write>,
    pub(super) documents: Map<DocId, DocumentRow>,
    pub(super) outbox: Map<ChangeHash, Option<OutboxRow>>,
    pub(super) apart: Vec<QuarantineRow>,
    pub(super) fresh: Map<DocId, Vec<ChangeHash>>,
    /// Rows the machine has to hear of: put back, or written again.
    pub(super) back: Vec<OutboxRow>,
    /// Quarantined changes that are in their document after all.
    pub(super) unapart: Vec<ChangeHash>,
    /// Documents that changes left: to be opened anew.
    pub(super) closed: Vec<DocId>,
    /// Documents whose first change left.
    pub(super) gone: Vec<DocId>,
}

impl<D: Disk> Engine<D> {
    /// Keeps everything the machine wants kept, then applies what arrived.
    pub(super) async fn keep(&mut self, keep: &Keep, now: Now) -> Result<Vec<Input>, EngineFault> {
        let mut plan = Plan::default();
        let complete =
            self.wire.row.complete || keep.state.scopes.iter().all(|scope| scope.seen == scope.cursor);
        let row = SyncRow {
            state: keep.state.clone(),
            confirmed_at: Some(now.at),
            complete: complete && !keep.state.scopes.is_empty(),
        };
        plan.writes.push(row.put());
        self.plan_signed(keep, &mut plan);
        self.plan_received(keep, now, &mut plan).await?;
        self.plan_stored(keep, &mut plan).await?;
        self.plan_back(keep, &mut plan).await?;
        self.plan_refused(keep, now, &mut plan).await?;
        for (doc, hashes) in &plan.fresh {
            let earlier = self.library.note_of(doc).map(|note| note.hashes.clone()).unwrap_or_default();
            let hashes = hashes.iter().copied().chain(earlier).collect();
            plan.writes.push(CrashNote { doc: *doc, hashes, tries: 1 }.put());
        }
        plan.writes.extend(plan.documents.values().map(Stored::put));
        for (hash, row) in &plan.outbox {
            plan.writes.push(match row {
                Some(row) => row.put(),
                None => Write::Delete { table: Table::Outbox, key: OutboxRow::key_of(hash) },
            });
        }
        plan.writes.extend(plan.apart.iter().map(Stored::put));
        self.commit(std::mem::take(&mut plan.writes)).await?;
        self.wire.row = row;
        self.wire.server_forgot |= !keep.forgotten.is_empty();
        let mut then = vec![Input::Kept { token: keep.token }];
        then.extend(self.kept(plan, now).await?);
        Ok(then)
    }

    /// Brings memory up to what is now on disk, and documents up to what arrived.
    async fn kept(&mut self, plan: Plan, now: Now) -> Result<Vec<Input>, EngineFault> {
        for row in plan.documents.into_values() {
            self.library.record(row);
        }
        for (hash, row) in plan.outbox {
            match row {
                Some(row) => self.outbox.insert(row),
                None => {
                    self.outbox.remove(&hash);
                }
            }
        }
        for hash in &plan.unapart {
            self.apart.remove(hash);
        }
        self.apart.extend(plan.apart.into_iter().map(|row| (row.hash, row)));
        let docs: Vec<DocId> = plan.fresh.keys().copied().collect();
        for (doc, hashes) in plan.fresh {
            let earlier = self.library.note_of(&doc).map(|note| note.hashes.clone()).unwrap_or_default();
            let hashes = hashes.into_iter().chain(earlier).collect();
            self.library.note(CrashNote { doc, hashes, tries: 1 });
        }
        self.apply(docs, now).await?;
        for doc in &plan.closed {
            self.library.close(doc);
        }
        for doc in &plan.gone {
            self.library.forget(doc);
        }
        let mut touched = Vec::new();
        for doc in &plan.closed {
            if let Some(person) = self.library.row(doc).and_then(|row| row.header.person) {
                touched.extend(self.card_writes(person, now).await?);
            }
        }
        self.commit(touched).await?;
        let back = plan.back;
        if back.is_empty() {
            return Ok(Vec::new());
        }
        let headers = back
            .iter()
            .filter_map(|row| self.library.row(&row.doc))
            .map(|row| KnownHeader { header: row.header.clone(), stored: row.header_stored })
            .collect();
        Ok(vec![Input::Queued { changes: back.iter().map(outgoing).collect(), headers }])
    }

    fn plan_signed(&self, keep: &Keep, plan: &mut Plan) {
        for signed in keep.formed.iter().chain(&keep.manifests) {
            plan.writes.push(ManifestRow::of(signed).put());
        }
        for signed in &keep.formed {
            for pair in &signed.manifest().pairs {
                self.change_outbox(plan, &pair.hash, |row| row.batch = Some(signed.id()));
            }
        }
        for pair in &keep.unsigned {
            self.change_outbox(plan, &pair.hash, |row| row.batch = None);
            self.change_document(plan, &pair.document, |row| row.header_stored = false);
        }
        for doc in &keep.headers_stored {
            self.change_document(plan, doc, |row| row.header_stored = true);
        }
        for order in &keep.controls {
            let row = OrderRow {
                scope: order.scope,
                seq: order.seq,
                kind: order.kind.0,
                doc: order.document,
                content: order.control.clone().into(),
            };
            plan.writes.push(row.put());
        }
    }

    async fn plan_received(&mut self, keep: &Keep, now: Now, plan: &mut Plan) -> Result<(), EngineFault> {
        for received in &keep.received {
            let hash = received.change.hash;
            let row = TrailRow {
                hash,
                doc: received.document,
                scope: received.scope,
                batch: Some(received.batch),
                seq: received.seq,
                length: received.change.bytes.len() as u64,
            };
            plan.writes.push(row.put());
            if self.apart.contains_key(&hash) {
                self.plan_return(&hash, plan);
                continue;
            }
            if self.holds(&received.document, &hash).await? {
                continue;
            }
            plan.writes.push(ChangeRow::of(received.document, &received.change).put());
            plan.fresh.entry(received.document).or_default().push(hash);
            // A document the server sends is one whose header it has.
            self.change_document(plan, &received.document, |row| row.header_stored = true);
        }
        for kept_out in &keep.kept_out {
            let pair = kept_out.pair;
            if self.apart.contains_key(&pair.hash) {
                continue;
            }
            plan.apart.push(QuarantineRow {
                hash: pair.hash,
                doc: pair.document,
                bytes: kept_out.bytes.clone().into(),
                why: Apart::KeptOut { code: kept_out.code.number() },
                at: now.at,
                mine: false,
            });
        }
        Ok(())
    }

    async fn plan_stored(&mut self, keep: &Keep, plan: &mut Plan) -> Result<(), EngineFault> {
        for mark in &keep.stored {
            let waiting = match plan.outbox.get(&mark.hash) {
                Some(row) => row.clone(),
                None => self.outbox.get(&mark.hash).cloned(),
            };
            let row = match waiting {
                Some(row) => Some(TrailRow {
                    hash: mark.hash,
                    doc: row.doc,
                    scope: mark.scope,
                    batch: row.batch,
                    seq: mark.seq,
                    length: row.length,
                }),
                None => match self.apart.get(&mark.hash).map(|row| row.bytes.len() as u64) {
                    Some(length) => self.plan_return(&mark.hash, plan).map(|doc| TrailRow {
                        hash: mark.hash,
                        doc,
                        scope: mark.scope,
                        batch: None,
                        seq: mark.seq,
                        length,
                    }),
                    None => self.trail(&mark.hash).await?.map(|row| TrailRow { seq: mark.seq, ..row }),
                },
            };
            plan.writes.extend(row.map(|row| row.put()));
            if self.outbox.get(&mark.hash).is_some() {
                plan.outbox.insert(mark.hash, None);
            }
        }
        Ok(())
    }

    /// Puts back into the outbox what the server lacks or has forgotten, own changes and other people's.
    async fn plan_back(&mut self, keep: &Keep, plan: &mut Plan) -> Result<(), EngineFault> {
        let mut back: Map<ChangeHash, TrailRow> = Map::new();
        for pair in &keep.needed {
            if let Some(row) = self.trail(&pair.hash).await? {
                back.insert(row.hash, row);
            }
        }
        if !keep.forgotten.is_empty() {
            for row in self.rows::<TrailRow>(b"").await? {
                let is_forgotten = keep
                    .forgotten
                    .iter()
                    .any(|forgotten| forgotten.scope == row.scope && row.seq > forgotten.position.seq);
                if is_forgotten {
                    back.insert(row.hash, row);
                }
            }
            let scopes: Vec<_> = keep.forgotten.iter().map(|forgotten| forgotten.scope).collect();
            let docs: Vec<DocId> = self
                .library
                .rows()
                .filter(|row| scopes.contains(&row.header.scope))
                .map(|row| row.header.id)
                .collect();
            for doc in docs {
                self.change_document(plan, &doc, |row| row.header_stored = false);
            }
        }
        let mut trail: Vec<TrailRow> = back.into_values().collect();
        sorted::sort_by_key(&mut trail, |row| (row.scope, row.seq));
        for row in trail {
            if self.outbox.get(&row.hash).is_some() || !self.holds(&row.doc, &row.hash).await? {
                continue;
            }
            plan.writes.push(Write::Delete { table: Table::Trail, key: TrailRow::key_of(&row.hash) });
            let order = self.outbox.next_order();
            self.outbox.reserve(order);
            let waiting = OutboxRow {
                hash: row.hash,
                doc: row.doc,
                scope: row.scope,
                person: self.library.row(&row.doc).and_then(|row| row.header.person),
                order,
                written_at: self.wire.row.confirmed_at.unwrap_or_default(),
                keys: Vec::new(),
                notes: Vec::new(),
                same_day: false,
                length: row.length,
                batch: row.batch,
            };
            plan.outbox.insert(row.hash, Some(waiting.clone()));
            plan.back.push(waiting);
        }
        Ok(())
    }

    async fn trail(&mut self, hash: &ChangeHash) -> Result<Option<TrailRow>, EngineFault> {
        match self.disk.get(Table::Trail, &TrailRow::key_of(hash)).await? {
            Some(bytes) => Ok(Some(from_bytes(&bytes)?)),
            None => Ok(None),
        }
    }

    fn change_outbox(&self, plan: &mut Plan, hash: &ChangeHash, change: impl FnOnce(&mut OutboxRow)) {
        let planned = plan.outbox.get(hash).cloned();
        // What is planned to leave, or is not in the outbox, has nothing to be changed.
        let Some(mut row) = planned.unwrap_or_else(|| self.outbox.get(hash).cloned()) else { return };
        change(&mut row);
        plan.outbox.insert(*hash, Some(row));
    }

    fn change_document(&self, plan: &mut Plan, doc: &DocId, change: impl FnOnce(&mut DocumentRow)) {
        let Some(row) = plan.documents.get(doc).or_else(|| self.library.row(doc)) else { return };
        let mut changed = row.clone();
        change(&mut changed);
        if self.library.row(doc) == Some(&changed) && !plan.documents.contains_key(doc) {
            return;
        }
        plan.documents.insert(*doc, changed);
    }
}
