//! Sending: changes become signed batches, batches become hellos.
//!
//! In: the outbox, batches read from the store. Out: manifests to keep, one hello at a time.
//! A manifest is kept before it is sent, so that a crash between the two sends the same batch again.
//! Never sends while an answer is awaited. Source: sync design, "batch" and "One exchange".

use crate::ids::ChangeHash;
use crate::sync::batch::{Pair, SignedBatch, SignedManifest};
use crate::sync::client::{CREDIT_BYTES, Client, Effect, Flight, Link, Session};
use crate::sync::codec;
use crate::sync::message::{Claim, Hello, Offer, PROTOCOL};
use crate::sync::outbox::Wanted;
use crate::sync::packed::PackedBatch;
use crate::sync::state::Keep;
use crate::time::Timestamp;

impl Client {
    /// Signs what is unsigned; the manifest is kept before it is sent.
    pub(super) fn form(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Session { organisation, install, worker, .. } = self.session;
        let manifests = self.outbox.unsigned(organisation, install, worker);
        // A manifest of ours names between one change and the most a batch may hold.
        let formed: Vec<SignedManifest> = manifests
            .into_iter()
            .filter_map(|manifest| SignedManifest::sign(manifest, &self.key).ok())
            .collect();
        if formed.is_empty() {
            return false;
        }
        self.keep(Keep { state: self.state.clone(), formed, ..Keep::default() }, effects);
        true
    }

    pub(super) fn send_read(
        &mut self,
        now: Timestamp,
        wanted: Vec<Wanted>,
        batches: Vec<SignedBatch>,
        effects: &mut Vec<Effect>,
    ) {
        let is_found = |part: &Wanted| batches.iter().any(|batch| batch.signed.id() == part.batch);
        let lost: Vec<ChangeHash> = wanted
            .iter()
            .filter(|part| !is_found(part))
            .flat_map(|part| part.hashes.iter().copied())
            .collect();
        if !lost.is_empty() {
            // Without its manifest a change of ours is signed again; another's cannot be.
            let unsigned = lost
                .iter()
                .filter_map(|hash| self.outbox.get(hash))
                .map(|item| Pair { document: item.document, hash: item.hash })
                .collect();
            self.keep(Keep { state: self.state.clone(), unsigned, ..Keep::default() }, effects);
            return;
        }
        if self.flight.is_some() || !matches!(self.link, Link::Open { .. }) {
            return;
        }
        self.remember(&batches);
        self.send(now, wanted, batches, effects);
    }

    pub(super) fn send(
        &mut self,
        now: Timestamp,
        sent: Vec<Wanted>,
        batches: Vec<SignedBatch>,
        effects: &mut Vec<Effect>,
    ) {
        let live = matches!(self.link, Link::Open { live: true });
        self.turn = self.turn.wrapping_add(1).max(1);
        let claims = self.state.scopes.iter().map(|state| Claim {
            scope: state.scope,
            cursor: state.cursor,
            seen: (state.seen != state.cursor).then_some(state.seen),
        });
        let offers = self.state.scopes.iter().filter(|state| self.offering.contains(&state.scope));
        let hello = Hello {
            protocol: PROTOCOL,
            app: self.session.app.clone(),
            install: Some(self.session.install),
            epoch: self.state.epoch,
            claims: claims.collect(),
            batches: batches.iter().map(PackedBatch::pack).collect(),
            live,
            credit_bytes: CREDIT_BYTES,
            turn: self.turn,
            offers: offers
                .map(|state| Offer { scope: state.scope, positions: state.checkpoints.positions().to_vec() })
                .collect(),
            whole: self.state.whole,
            kept_out: std::mem::take(&mut self.kept_out),
            ..Hello::default()
        };
        self.wants_hello = false;
        self.flight = Some(Flight { turn: self.turn, sent, since: now });
        effects.push(Effect::Send(codec::pack(&hello)));
    }
}
