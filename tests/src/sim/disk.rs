//! A device's store in memory: what survives a crash, one transaction at a time.
//!
//! In: transactions of the engine's kind. Out: outbox rows to queue, bodies to send, changes to open documents with.
//! A transaction is there whole or not at all. Never decides anything about sync.
//! Source: sync state, "One transaction"; architecture, laws 2 and 4.

use std::collections::BTreeMap;

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::header::{Header, Scope};
use doorstep_shared::ids::{ActorId, BatchId, ChangeHash, DocId, InstallId, Version};
use doorstep_shared::sync::batch::{Body, SignedBatch, SignedManifest};
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::outbox::{KnownHeader, Outgoing, Wanted};
use doorstep_shared::sync::state::{Keep, RefusedChange};

/// A change in the log.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its document.
    pub document: DocId,
    /// Its scope.
    pub scope: Scope,
    /// Its raw form.
    pub bytes: Vec<u8>,
    /// The manifest that names it.
    pub batch: Option<BatchId>,
    /// Its row on the server, as far as known.
    pub row: Option<u64>,
}

/// A change kept aside, where a person sees it.
#[derive(Clone, Debug)]
pub struct Aside {
    /// Why.
    pub code: RefusalCode,
    /// Its raw form.
    pub bytes: Vec<u8>,
    /// Its document.
    pub document: DocId,
    /// The manifest that names it.
    pub batch: BatchId,
    /// Whether the document still has to be read again without it, and what went with it written again.
    pub replay: bool,
}

/// Everything durable on one device.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The change log.
    pub held: BTreeMap<ChangeHash, Held>,
    /// Changes the server does not hold, oldest first.
    pub outbox: Vec<ChangeHash>,
    /// Manifests, own and others'.
    pub manifests: BTreeMap<BatchId, SignedManifest>,
    /// Headers, and whether the server has each.
    pub headers: BTreeMap<DocId, (Header, bool)>,
    /// Versions last seen of each document.
    pub heads: BTreeMap<DocId, Version>,
    /// The machine's state.
    pub state: Vec<u8>,
    /// The quarantine.
    pub aside: BTreeMap<ChangeHash, Aside>,
    /// Others' changes that this device brought back and the server did not want.
    pub unwanted: BTreeMap<ChangeHash, RefusalCode>,
    /// Foreign changes that did not hold.
    pub kept_out: Vec<ChangeHash>,
    /// Writers of the open documents: part of a cloned image, never used after an honest restart.
    pub actors: BTreeMap<DocId, ActorId>,
}

impl Disk {
    /// Writes a command's change: log, outbox row, header and version, all at once.
    pub fn write(&mut self, change: &Change, header: &Header, actor: ActorId) {
        self.headers.entry(header.id).or_insert_with(|| (header.clone(), false));
        self.held.insert(
            change.hash,
            Held {
                document: header.id,
                scope: header.scope,
                bytes: change.bytes.clone(),
                batch: None,
                row: None,
            },
        );
        self.outbox.push(change.hash);
        self.heads.remove(&header.id);
        self.actors.insert(header.id, actor);
    }

    /// Writes what the machine asks, all at once. Returns changes that went back into the outbox.
    pub fn keep(&mut self, keep: &Keep, install: InstallId) -> Vec<ChangeHash> {
        self.state = keep.state.to_bytes();
        for signed in keep.formed.iter().chain(&keep.manifests) {
            self.manifests.insert(signed.id(), signed.clone());
        }
        for signed in &keep.formed {
            for pair in &signed.manifest().pairs {
                if let Some(held) = self.held.get_mut(&pair.hash) {
                    held.batch = Some(signed.id());
                }
            }
        }
        for received in &keep.received {
            if let Some(header) = &received.change.header {
                self.headers.insert(received.document, (header.clone(), true));
            }
            let held = self.held.entry(received.change.hash).or_insert_with(|| Held {
                document: received.document,
                scope: received.scope,
                bytes: received.change.bytes.clone(),
                batch: Some(received.batch),
                row: None,
            });
            held.row = Some(received.seq);
            self.aside.remove(&received.change.hash);
            // Noted again when the change is applied; unknown until then.
            self.heads.remove(&received.document);
        }
        for mark in &keep.stored {
            self.outbox.retain(|hash| *hash != mark.hash);
            self.take_back(mark.hash, mark.scope);
            if let Some(held) = self.held.get_mut(&mark.hash) {
                held.row = Some(mark.seq);
            }
        }
        self.kept_out.extend(keep.kept_out.iter().map(|kept| kept.pair.hash));
        for document in &keep.headers_stored {
            self.header_stored(*document, true);
        }
        for pair in &keep.unsigned {
            self.header_stored(pair.document, false);
            if let Some(held) = self.held.get_mut(&pair.hash) {
                held.batch = None;
            }
        }
        for refused in &keep.refused {
            self.refuse(refused, install);
        }
        let mut back: Vec<(u64, ChangeHash)> = Vec::new();
        for pair in &keep.needed {
            if !self.outbox.contains(&pair.hash)
                && let Some(held) = self.held.get_mut(&pair.hash)
            {
                back.push((held.row.take().unwrap_or(0), pair.hash));
            }
        }
        for forgotten in &keep.forgotten {
            for (hash, held) in &mut self.held {
                if held.scope == forgotten.scope
                    && let Some(row) = held.row.filter(|row| *row > forgotten.position.seq)
                {
                    held.row = None;
                    back.push((row, *hash));
                }
            }
            for (header, stored) in self.headers.values_mut() {
                *stored &= header.scope != forgotten.scope;
            }
        }
        back.sort_unstable();
        let back: Vec<ChangeHash> = back.into_iter().map(|(_, hash)| hash).collect();
        self.outbox.extend(back.iter().copied());
        back
    }

    /// A change the server holds after all, because an older copy of it was put back, is part of the record again.
    fn take_back(&mut self, hash: ChangeHash, scope: Scope) {
        if let Some(aside) = self.aside.remove(&hash) {
            self.heads.remove(&aside.document);
            let batch = Some(aside.batch);
            let held = Held { document: aside.document, scope, bytes: aside.bytes, batch, row: None };
            self.held.entry(hash).or_insert(held);
        }
    }

    fn header_stored(&mut self, document: DocId, is_stored: bool) {
        if let Some((_, stored)) = self.headers.get_mut(&document) {
            *stored = is_stored;
        }
    }

    fn refuse(&mut self, refused: &RefusedChange, install: InstallId) {
        self.outbox.retain(|hash| *hash != refused.pair.hash);
        let signed = self.manifests.get(&refused.batch);
        let is_own = signed.is_some_and(|signed| signed.manifest().install == install);
        let is_fork = matches!(refused.code, RefusalCode::Fork | RefusalCode::ForkChild);
        // Another's change that the server does not want stays in the log, unless the feed holds its rival: then it
        // can be part of no document, and waits for a person.
        if !is_own && !is_fork {
            self.unwanted.insert(refused.pair.hash, refused.code);
            return;
        }
        let Some(held) = self.held.remove(&refused.pair.hash) else { return };
        let document = refused.pair.document;
        self.aside.insert(
            refused.pair.hash,
            Aside { code: refused.code, bytes: held.bytes, document, batch: refused.batch, replay: is_fork },
        );
    }

    /// What went with a document's refused changes is written again, or nothing went.
    pub fn settle_replay(&mut self, document: DocId) {
        self.aside
            .values_mut()
            .filter(|aside| aside.document == document)
            .for_each(|aside| aside.replay = false);
    }

    /// Outbox rows as the machine wants them.
    pub fn outgoing(&self, hashes: &[ChangeHash]) -> (Vec<Outgoing>, Vec<KnownHeader>) {
        let mut changes = Vec::new();
        let mut headers: BTreeMap<DocId, KnownHeader> = BTreeMap::new();
        for hash in hashes {
            let Some(held) = self.held.get(hash) else { continue };
            changes.push(Outgoing {
                document: held.document,
                hash: *hash,
                scope: held.scope,
                bytes: held.bytes.len(),
                batch: held.batch,
            });
            if let Some((header, stored)) = self.headers.get(&held.document) {
                headers.insert(header.id, KnownHeader { header: header.clone(), stored: *stored });
            }
        }
        (changes, headers.into_values().collect())
    }

    /// Manifests and changes to send.
    pub fn read(&self, wanted: &[Wanted]) -> Vec<SignedBatch> {
        let found = wanted.iter().filter_map(|part| {
            let signed = self.manifests.get(&part.batch)?.clone();
            let mut bodies: Vec<Body> = part
                .hashes
                .iter()
                .filter_map(|hash| {
                    let place = signed.place_of(hash)?;
                    Some(Body { place, bytes: self.held.get(hash)?.bytes.clone() })
                })
                .collect();
            bodies.sort_by_key(|body| body.place);
            Some(SignedBatch { signed, bodies })
        });
        found.collect()
    }

    /// The log of one document. Whatever `unreadable` names is left out, as by a read error.
    pub fn changes_of(&self, document: DocId, unreadable: Option<ChangeHash>) -> Vec<Change> {
        let of_document =
            self.held.iter().filter(|(hash, held)| held.document == document && Some(**hash) != unreadable);
        of_document.filter_map(|(_, held)| Change::read(&held.bytes).ok()).collect()
    }

    /// Documents of which anything is held.
    pub fn documents(&self) -> Vec<DocId> {
        let mut documents: Vec<DocId> = self.held.values().map(|held| held.document).collect();
        documents.sort_unstable();
        documents.dedup();
        documents
    }
}
