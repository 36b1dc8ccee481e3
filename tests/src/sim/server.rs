//! The server in memory: one database, the real judgement and the real exchange on every connection.
//!
//! In: uploads, queries, reads. Out: what the real store must also answer. A commit is there whole or not at all; an
//! older copy can be put back. Never decides what the shared code decides.
//! Source: sync design, "One exchange".

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::docs::header::{Header, Scope};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::ids::{ActorId, BatchId, ChangeHash, DocId, Epoch, InstallId};
use doorstep_shared::sync::batch::{SignedBatch, SignedManifest};
use doorstep_shared::sync::chain::{Digest, Position};
use doorstep_shared::sync::feed::{FeedRow, FeedSlice};
use doorstep_shared::sync::judge::{Device, Facts, Owner, Permit, Slot, StoredAt, Upload, judge};
use doorstep_shared::sync::message::{Ack, InstallKey};
use doorstep_shared::sync::sabotage::Soundness;
use doorstep_shared::sync::server::{Found, Query, ReadFeed};

/// One row of a feed.
#[derive(Clone, Debug)]
pub struct Row {
    /// The document.
    pub document: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// The batch it was stored with.
    pub batch: BatchId,
    /// Its place in the batch.
    pub place: u32,
    /// The position after it.
    pub position: Position,
}

/// Everything durable on the server.
#[derive(Clone, Debug, Default)]
pub struct Database {
    /// Rows of each scope.
    pub feed: BTreeMap<Scope, Vec<Row>>,
    /// Raw changes.
    pub bodies: BTreeMap<ChangeHash, Vec<u8>>,
    /// Headers.
    pub headers: BTreeMap<DocId, Header>,
    stored: BTreeMap<ChangeHash, StoredAt>,
    actors: BTreeMap<ActorId, Owner>,
    taken: BTreeMap<Slot, ChangeHash>,
    forked: BTreeSet<ChangeHash>,
    manifests: BTreeMap<BatchId, SignedManifest>,
}

/// Who may speak, and what they may read.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Enrolled devices.
    pub devices: BTreeMap<InstallId, Device>,
    /// Scopes of the one team.
    pub scopes: Vec<Scope>,
    /// This life of the database, for people.
    pub epoch: Epoch,
}

/// The policy of the simulated team: nobody here may write supervision records.
pub fn permit(header: &Header) -> Permit {
    if header.kind == DocKind::Supervision { Permit::Absent } else { Permit::Granted }
}

impl Database {
    /// Whether a change is stored.
    pub fn holds(&self, hash: &ChangeHash) -> bool {
        self.stored.contains_key(hash)
    }

    /// Judges and stores batches, and returns the acks.
    pub fn append(
        &mut self,
        batches: Vec<SignedBatch>,
        sender: InstallId,
        registry: &Registry,
        soundness: Soundness,
    ) -> Vec<Ack> {
        batches
            .into_iter()
            .map(|batch| {
                let upload = Upload::read(batch);
                let facts = self.facts(&upload, registry);
                let judgement = judge(&upload, &facts, sender, soundness, permit);
                let id = upload.signed.id();
                let mut last = None;
                for candidate in &upload.candidates {
                    if !judgement.append.contains(&candidate.place) {
                        continue;
                    }
                    let Ok(change) = &candidate.change else { continue };
                    let scope = upload.signed.manifest().scope;
                    let rows = self.feed.entry(scope).or_default();
                    let before = rows.last().map_or(Position::START, |row| row.position);
                    let document = candidate.pair.document;
                    let position = before.after(&Digest::of_change(&document, &change.hash));
                    rows.push(Row {
                        document,
                        hash: change.hash,
                        batch: id,
                        place: candidate.place,
                        position,
                    });
                    self.stored.insert(change.hash, StoredAt { document, scope, position });
                    self.bodies.insert(change.hash, change.bytes.clone());
                    let slot = Slot { document, actor: change.actor, seq: change.seq };
                    self.taken.insert(slot, change.hash);
                    last = Some(position);
                }
                self.headers.extend(judgement.headers.iter().map(|header| (header.id, header.clone())));
                self.actors.extend(judgement.actors.iter().copied());
                self.forked.extend(judgement.forked.iter().copied());
                self.manifests.insert(id, upload.signed);
                judgement.ack(id, last)
            })
            .collect()
    }

    fn facts(&self, upload: &Upload, registry: &Registry) -> Facts {
        let asked = upload.questions();
        fn pick<K: Ord + Copy, V: Clone>(of: &BTreeMap<K, V>, asked: &BTreeSet<K>) -> BTreeMap<K, V> {
            asked.iter().filter_map(|key| Some((*key, of.get(key)?.clone()))).collect()
        }
        Facts {
            device: registry.devices.get(&upload.signed.manifest().install).cloned(),
            headers: pick(&self.headers, &asked.documents),
            erased: BTreeMap::new(),
            stored: pick(&self.stored, &asked.hashes),
            actors: pick(&self.actors, &asked.actors),
            taken: pick(&self.taken, &asked.slots),
            forked: asked.hashes.intersection(&self.forked).copied().collect(),
        }
    }

    /// Answers a hello's queries.
    pub fn look_up(&self, queries: &[Query], registry: &Registry) -> Found {
        let is_known = |scope: &Scope, at: &Position| {
            let Some(before) = at.seq.checked_sub(1) else { return *at == Position::START };
            let row = usize::try_from(before).ok().and_then(|before| self.feed.get(scope)?.get(before));
            row.is_some_and(|row| row.position == *at)
        };
        Found {
            epoch: Some(registry.epoch),
            scopes: registry.scopes.clone(),
            known: queries
                .iter()
                .map(|query| query.positions.iter().map(|at| is_known(&query.scope, at)).collect())
                .collect(),
            backed_up: Vec::new(),
        }
    }

    /// Reads rows; never more than `page_bytes`, so that small worlds have many pages.
    pub fn read(
        &self,
        read: ReadFeed,
        reader: InstallId,
        page_bytes: usize,
        registry: &Registry,
    ) -> Option<FeedSlice> {
        if !registry.scopes.contains(&read.scope) {
            return None;
        }
        let rows: &[Row] = self.feed.get(&read.scope).map(Vec::as_slice).unwrap_or_default();
        let skip = usize::try_from(read.after).unwrap_or(usize::MAX);
        let limit = read.max_bytes.min(page_bytes);
        let mut out = Vec::new();
        let mut manifests: BTreeMap<BatchId, SignedManifest> = BTreeMap::new();
        let mut bytes = 0;
        let mut end =
            skip.checked_sub(1).and_then(|at| rows.get(at)).map_or(Position::START, |row| row.position);
        let mut more = false;
        for row in rows.iter().skip(skip) {
            let signed = self.manifests.get(&row.batch)?;
            let is_own = signed.manifest().install == reader && !read.whole;
            let body = self.bodies.get(&row.hash).filter(|_| !is_own).cloned();
            let size = body.as_ref().map_or(0, Vec::len);
            if bytes > 0 && bytes + size > limit {
                more = true;
                break;
            }
            bytes += size;
            if body.is_some() {
                manifests.insert(row.batch, signed.clone());
            }
            out.push(FeedRow::Change { batch: row.batch, place: row.place, body });
            end = row.position;
        }
        let installs: BTreeSet<InstallId> =
            manifests.values().map(|signed| signed.manifest().install).collect();
        let keys = installs.into_iter().filter_map(|install| {
            let device = registry.devices.get(&install)?;
            Some(InstallKey { install, key: device.key, certificate: None })
        });
        Some(FeedSlice {
            scope: read.scope,
            after: read.after,
            rows: out,
            manifests: manifests.into_values().collect(),
            keys: keys.collect(),
            end,
            more,
        })
    }
}
