//! One answer, turned into one transaction.
//!
//! In: an answer, what was sent in the hello it answers. Out: what the store keeps, all at once: pages with their
//! cursor, acks as hashes and as positions, refusals into quarantine, forgotten positions.
//! Never believes an ack for a message that was not the last one sent. Source: architecture, laws 2, 4, 6 and 11.

use crate::docs::header::Scope;
use crate::ids::{BatchId, ChangeHash, DocId};
use crate::sync::batch::{Pair, SignedManifest};
use crate::sync::chain::Position;
use crate::sync::client::page::{OwnRun, PageFault, own_runs, take};
use crate::sync::client::{Arrived, Client, Effect, Job};
use crate::sync::code::{MessageCode, RefusalCode};
use crate::sync::message::{Ack, Answer, Diverged, ScopePosition};
use crate::sync::outbox::Wanted;
use crate::sync::sabotage::Sabotage;
use crate::sync::state::{Keep, RefusedChange, ScopeState, StoredMark};
use crate::time::Timestamp;

/// Wait after the server took nothing, in milliseconds, before jitter, unless it says otherwise.
const BUSY_MS: u64 = 4_000;

/// Reads before a message is taken: manifests, then changes.
const ASKS_MAX: u8 = 2;

impl Client {
    /// The server took nothing of the last message.
    pub(super) fn refused_whole(&mut self, now: Timestamp, code: MessageCode, effects: &mut Vec<Effect>) {
        self.wants_hello = true;
        match code {
            MessageCode::SignedOut => self.status.signed_out = true,
            MessageCode::Protocol => self.status.outdated = true,
            MessageCode::Busy => {
                let wait = i64::try_from(self.backoff.spread(BUSY_MS)).unwrap_or(i64::MAX);
                self.paused_until = self.paused_until.max(now.plus_ms(wait));
                return;
            }
            MessageCode::Malformed
            | MessageCode::TooLarge
            | MessageCode::OtherInstall
            | MessageCode::Unknown(_) => {}
        }
        self.hang_up(effects);
    }

    /// Takes a message, or first asks for the manifests its own rows name, then for the changes: a row by name is
    /// believed only of a change that is held here.
    pub(super) fn arrived(&mut self, now: Timestamp, mut arrived: Arrived, effects: &mut Vec<Effect>) {
        let mut wanted: Vec<Wanted> = Vec::new();
        for page in &arrived.answer.pages {
            for run in own_runs(page) {
                let Some(hashes) = self.unsure(run) else {
                    want(&mut wanted, run.batch, page.scope, Vec::new());
                    continue;
                };
                if !hashes.is_empty() {
                    want(&mut wanted, run.batch, page.scope, hashes);
                }
            }
        }
        if wanted.is_empty() || arrived.asked == ASKS_MAX {
            self.take(now, arrived, effects);
            return;
        }
        arrived.asked += 1;
        self.token += 1;
        effects.push(Effect::Read { token: self.token, wanted });
        self.job = Job::Manifests { token: self.token, arrived: Box::new(arrived) };
    }

    /// Changes of a run not known to be held; nothing when not even their manifest is.
    fn unsure(&self, run: OwnRun) -> Option<Vec<ChangeHash>> {
        let signed = self.manifests.get(&run.batch)?;
        let hashes = run.pairs(signed).map(|pair| pair.hash);
        Some(hashes.filter(|hash| !self.held.contains(hash)).collect())
    }

    /// Turns a message into one transaction.
    pub(super) fn take(&mut self, now: Timestamp, arrived: Arrived, effects: &mut Vec<Effect>) {
        let Arrived { answer, sent, .. } = arrived;
        let answered = sent.is_some();
        let mut keep = Keep { state: self.state.clone(), ..Keep::default() };
        if answer.epoch.is_some() {
            keep.state.epoch = answer.epoch;
        }
        if let Some(scopes) = &answer.scopes {
            keep.state.scopes.retain(|state| scopes.contains(&state.scope));
            for scope in scopes {
                if keep.state.scope(*scope).is_none() {
                    keep.state.scopes.push(ScopeState::new(*scope));
                }
            }
        }
        if let Some(sent) = sent {
            self.take_acks(now, &answer, &sent, &mut keep);
        }
        for diverged in &answer.diverged {
            self.take_divergence(*diverged, &mut keep);
        }
        self.wants_hello |= answer.more;
        let mut is_broken = false;
        for page in answer.pages {
            let is_unsure = |run| self.unsure(run).is_none_or(|hashes| !hashes.is_empty());
            if own_runs(&page).any(is_unsure) {
                // Rows of ours that this device no longer holds: they come again with their changes.
                keep.state.whole = true;
                self.wants_hello = true;
                continue;
            }
            match take(page, &self.manifests, self.own_key(), &mut keep) {
                Ok(()) => {}
                // A page asked for may reach past what made it stale.
                Err(PageFault::Stale) => self.wants_hello |= answered,
                Err(PageFault::Gap) => self.wants_hello = true,
                Err(PageFault::Broken) => is_broken = true,
            }
        }
        // A row of the feed is the server's word too: what came back need not be sent.
        let came_back =
            keep.received.iter().filter(|received| self.outbox.get(&received.change.hash).is_some());
        let marks: Vec<StoredMark> = came_back
            .map(|received| StoredMark {
                hash: received.change.hash,
                scope: received.scope,
                seq: received.seq,
            })
            .collect();
        keep.stored.extend(marks);
        if answered && !is_broken && !self.wants_hello {
            keep.state.whole = false;
        }
        if is_broken {
            self.hang_up(effects);
        }
        if keep.is_state_only() && keep.state == self.state {
            return;
        }
        self.keep(keep, effects);
    }

    fn take_acks(&mut self, now: Timestamp, answer: &Answer, sent: &[Wanted], keep: &mut Keep) {
        let mut is_progress = sent.is_empty();
        for part in sent {
            let Some(ack) = answer.acks.iter().find(|ack| ack.batch == part.batch) else { continue };
            // A server that forgot acknowledges positions of another history: these changes are told of again.
            if answer.diverged.iter().any(|diverged| diverged.scope == part.scope) {
                is_progress = true;
                continue;
            }
            is_progress |= self.take_ack(ack, part, keep);
        }
        if !is_progress {
            // The same message would get the same answer at once.
            let wait = i64::try_from(self.backoff.failed()).unwrap_or(i64::MAX);
            self.paused_until = self.paused_until.max(now.plus_ms(wait));
        }
    }

    /// Turns an ack into the hashes it stands for, less what was refused and what is needed.
    fn take_ack(&self, ack: &Ack, part: &Wanted, keep: &mut Keep) -> bool {
        let mut is_progress = false;
        let drops = self.soundness.is_broken(Sabotage::RefusedDropped);
        let seq = ack.at.map_or(0, |at| at.seq);
        let mut stored_documents: Vec<DocId> = Vec::new();
        for hash in &part.hashes {
            let Some(item) = self.outbox.get(hash) else { continue };
            let pair = Pair { document: item.document, hash: *hash };
            let mark = StoredMark { hash: *hash, scope: part.scope, seq };
            let refused = ack.refused.iter().find(|refused| refused.hash == *hash);
            match refused.map(|refused| refused.code) {
                Some(RefusalCode::HeaderMissing) => {
                    // Another install's manifest cannot be signed again; its header comes with its first change.
                    let manifest = self.manifests.get(&part.batch).map(SignedManifest::manifest);
                    let is_own = manifest.is_some_and(|manifest| manifest.install == self.session.install);
                    let has_header = manifest.is_some_and(|manifest| {
                        manifest.headers.iter().any(|header| header.id == item.document)
                    });
                    if is_own {
                        is_progress |= !has_header;
                        keep.unsigned.push(pair);
                    }
                }
                Some(_) if drops => keep.stored.push(mark),
                Some(code) => {
                    is_progress = true;
                    keep.refused.push(RefusedChange { pair, batch: part.batch, code });
                }
                None if ack.at.is_none() => {}
                None if ack.need.contains(&pair) => {}
                None => {
                    is_progress = true;
                    keep.stored.push(mark);
                    stored_documents.push(item.document);
                }
            }
        }
        if let Some(signed) = self.manifests.get(&part.batch) {
            let headers = signed.manifest().headers.iter().map(|header| header.id);
            keep.headers_stored.extend(headers.filter(|document| stored_documents.contains(document)));
        }
        keep.needed.extend(ack.need.iter().copied());
        if self.soundness.is_broken(Sabotage::AckTakesAll) {
            let waiting = self.outbox.of_scope(part.scope);
            keep.stored.extend(waiting.map(|hash| StoredMark { hash, scope: part.scope, seq }));
        }
        if let Some(at) = ack.at
            && !self.soundness.is_broken(Sabotage::AckNoPosition)
        {
            see(keep, part.scope, at);
        }
        is_progress
    }

    fn take_divergence(&mut self, diverged: Diverged, keep: &mut Keep) {
        let Diverged { scope, common } = diverged;
        let Some(state) = keep.state.scope_mut(scope) else { return };
        self.wants_hello = true;
        let Some(common) = common else {
            self.offering.insert(scope);
            return;
        };
        self.offering.remove(&scope);
        // Only a position this device was at counts; any other answer means nothing is common.
        let is_known = common == state.cursor || state.checkpoints.positions().contains(&common);
        let common = if is_known { common } else { Position::START };
        state.cursor = common;
        state.seen = common;
        state.checkpoints.cut(common.seq);
        keep.forgotten.push(ScopePosition { scope, position: common });
    }
}

/// An ack is a position too: a server that does not know it later has forgotten.
fn see(keep: &mut Keep, scope: Scope, at: Position) {
    if let Some(state) = keep.state.scope_mut(scope)
        && state.seen.seq < at.seq
    {
        state.seen = at;
    }
}

fn want(wanted: &mut Vec<Wanted>, batch: BatchId, scope: Scope, hashes: Vec<ChangeHash>) {
    match wanted.iter_mut().find(|part| part.batch == batch) {
        Some(part) => part.hashes.extend(hashes),
        None => wanted.push(Wanted { batch, scope, hashes }),
    }
}
