//! The outbox: changes held here that the server has not yet said it holds, by name and size only.
//!
//! In: changes written here, or held and forgotten by the server. Out: what to sign next, what to send next.
//! A change leaves by its own hash, on the server's word or into quarantine, never by age or state.
//! Never holds a change's bytes: they stay in the store until they are sent. Source: architecture, law 2.

use crate::docs::header::{Header, Scope};
use crate::ids::{BatchId, ChangeHash, DocId, InstallId, OrgId, WorkerId};
use crate::sorted::{Map, Set};
use crate::sync::batch::{BATCH_BYTES_MAX, BATCH_CHANGES_MAX, Manifest, Pair};

/// Most bytes of changes in one message, unless it is one change.
pub const UPLOAD_BYTES_MAX: usize = 1024 * 1024;

/// Most batches in one message.
const UPLOAD_BATCHES_MAX: usize = 32;

/// One change waiting for the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its document.
    pub document: DocId,
    /// Its hash.
    pub hash: ChangeHash,
    /// Its document's scope.
    pub scope: Scope,
    /// Bytes of its raw form.
    pub bytes: usize,
    /// The manifest that names it, own or another install's; nothing while unsigned.
    pub batch: Option<BatchId>,
}

/// A header, and whether the server acknowledged a batch with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHeader {
    /// The header.
    pub header: Header,
    /// Whether the server has it.
    pub stored: bool,
}

/// Part of a batch to read from the store and send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The batch.
    pub batch: BatchId,
    /// Its scope.
    pub scope: Scope,
    /// The changes to send with it; none when only the manifest is wanted.
    pub hashes: Vec<ChangeHash>,
}

/// Everything waiting, in the order it was written.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    items: Map<u64, Outgoing>,
    places: Map<ChangeHash, u64>,
    headers: Map<DocId, Header>,
    announced: Set<DocId>,
    next: u64,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn queue(&mut self, item: Outgoing) {
        if self.places.contains_key(&item.hash) {
            return;
        }
        self.places.insert(item.hash, self.next);
        self.items.insert(self.next, item);
        self.next += 1;
    }

    pub(super) fn know(&mut self, known: KnownHeader) {
        self.announce(known.header.id, known.stored);
        self.headers.insert(known.header.id, known.header);
    }

    pub(super) fn announce(&mut self, document: DocId, stored: bool) {
        if stored {
            self.announced.insert(document);
        } else {
            self.announced.remove(&document);
        }
    }

    pub(super) fn get(&self, hash: &ChangeHash) -> Option<&Outgoing> {
        self.items.get(self.places.get(hash)?)
    }

    pub(super) fn remove(&mut self, hash: &ChangeHash) {
        if let Some(place) = self.places.remove(hash) {
            self.items.remove(&place);
        }
    }

    pub(super) fn set_batch(&mut self, hash: &ChangeHash, batch: Option<BatchId>) {
        if let Some(item) = self.places.get(hash).and_then(|place| self.items.get_mut(place)) {
            item.batch = batch;
        }
    }

    pub(super) fn of_scope(&self, scope: Scope) -> impl Iterator<Item = ChangeHash> + '_ {
        self.items.values().filter(move |item| item.scope == scope).map(|item| item.hash)
    }

    /// Manifests for changes that none names yet, as much as one message carries.
    pub(super) fn unsigned(
        &self,
        organisation: OrgId,
        install: InstallId,
        worker: WorkerId,
    ) -> Vec<Manifest> {
        let mut open: Map<Scope, (usize, Manifest)> = Map::new();
        let mut full = Vec::new();
        let mut total = 0;
        for item in self.items.values().filter(|item| item.batch.is_none()) {
            if total > 0 && total + item.bytes > UPLOAD_BYTES_MAX {
                break;
            }
            total += item.bytes;
            let empty = || Manifest {
                organisation,
                install,
                worker,
                scope: item.scope,
                headers: Vec::new(),
                pairs: Vec::new(),
            };
            let (bytes, manifest) = open.entry(item.scope).or_insert_with(|| (0, empty()));
            let is_full = *bytes + item.bytes > BATCH_BYTES_MAX || manifest.pairs.len() >= BATCH_CHANGES_MAX;
            if is_full && !manifest.pairs.is_empty() {
                full.push(std::mem::replace(manifest, empty()));
                *bytes = 0;
            }
            *bytes += item.bytes;
            manifest.pairs.push(Pair { document: item.document, hash: item.hash });
            let is_announced = self.announced.contains(&item.document)
                || manifest.headers.iter().any(|header| header.id == item.document);
            if !is_announced && let Some(header) = self.headers.get(&item.document) {
                manifest.headers.push(header.clone());
            }
        }
        full.extend(open.into_values().map(|(_, manifest)| manifest));
        full
    }

    /// Signed changes to send, oldest first, as much as one message carries.
    pub(super) fn sendable(&self) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut total = 0;
        for item in self.items.values() {
            let Some(batch) = item.batch else { continue };
            if total > 0 && total + item.bytes > UPLOAD_BYTES_MAX {
                break;
            }
            let is_full = wanted.len() == UPLOAD_BATCHES_MAX;
            match wanted.iter_mut().find(|part| part.batch == batch) {
                Some(part) => part.hashes.push(item.hash),
                None if is_full => continue,
                None => wanted.push(Wanted { batch, scope: item.scope, hashes: vec![item.hash] }),
            }
            total += item.bytes;
        }
        wanted
    }
}
