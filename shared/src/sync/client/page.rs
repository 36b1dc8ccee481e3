//! One page, checked and sorted: what of it holds, what is kept out, and where the device then stands.
//!
//! In: a page, the state, the manifests of own batches. Out: rows of one transaction.
//! The chain must prove that the rows are all of them, in order; a change must be named by a manifest that verifies.
//! Never lets one bad change stop the feed. Source: sync design, "Others' changes are accepted only …".

use crate::docs::change::Change;
use crate::docs::header::Scope;
use crate::ids::{BatchId, DeviceKey, InstallId};
use crate::sorted::Map;
use crate::sync::batch::{Body, Pair, SignedBatch, SignedManifest};
use crate::sync::chain::{Digest, RowKind};
use crate::sync::code::RefusalCode;
use crate::sync::judge::read_change;
use crate::sync::message::{InstallKey, Page, Rows};
use crate::sync::state::{
    ClientState, ControlRow, Keep, KeptOutChange, PinnedKey, ReceivedChange, ScopeState, StoredMark,
};

/// Why a page was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageFault {
    /// It begins before the cursor: it was taken already.
    Stale,
    /// It begins after the cursor: something between is missing.
    Gap,
    /// Its parts do not fit together, or its chain does not follow from its rows.
    Broken,
}

/// Consecutive rows of one own batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnRun {
    pub(super) batch: BatchId,
    first: u32,
    count: u32,
}

impl OwnRun {
    /// The pairs the rows name, as far as the manifest has them.
    pub(super) fn pairs(self, signed: &SignedManifest) -> impl Iterator<Item = &Pair> {
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        (self.first..).take(count).map_while(|place| signed.pair(place))
    }
}

/// The rows of a page that name this install's own changes.
pub(super) fn own_runs(page: &Page) -> impl Iterator<Item = OwnRun> + '_ {
    page.rows.iter().filter_map(|rows| match rows {
        Rows::Own { batch, first, count } => Some(OwnRun { batch: *batch, first: *first, count: *count }),
        Rows::Changes { .. } | Rows::Gone { .. } | Rows::Control { .. } => None,
    })
}

/// Takes a page into `keep`, or leaves `keep` as it was.
pub(super) fn take(
    page: Page,
    own: &Map<BatchId, SignedManifest>,
    own_key: (InstallId, DeviceKey),
    keep: &mut Keep,
) -> Result<(), PageFault> {
    let mut state = match keep.state.scope(page.scope) {
        Some(state) => state.clone(),
        None => ScopeState::new(page.scope),
    };
    match page.after.cmp(&state.cursor.seq) {
        std::cmp::Ordering::Less => return Err(PageFault::Stale),
        std::cmp::Ordering::Greater => return Err(PageFault::Gap),
        std::cmp::Ordering::Equal => {}
    }
    let mut sorted = Keep { state: keep.state.clone(), ..Keep::default() };
    pin(&mut sorted.state, &page.keys);
    let batches = page
        .batches
        .into_iter()
        .map(|packed| packed.unpack().map(Incoming::new).map_err(|_| PageFault::Broken))
        .collect::<Result<Vec<_>, _>>()?;
    let mut verified: Vec<Incoming> = batches;
    for incoming in &mut verified {
        incoming.verify(page.scope, &sorted.state, own_key);
    }
    for rows in page.rows {
        match rows {
            Rows::Changes { batch, first, count } => {
                let at = usize::try_from(batch).map_err(|_| PageFault::Broken)?;
                let incoming = verified.get_mut(at).ok_or(PageFault::Broken)?;
                for place in (first..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
                    incoming.sort(place, page.scope, &mut state, &mut sorted)?;
                }
            }
            Rows::Own { batch, first, count } => {
                let manifest = own.get(&batch).ok_or(PageFault::Broken)?;
                for place in (first..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
                    let pair = manifest.pair(place).ok_or(PageFault::Broken)?;
                    advance(&mut state, &Digest::of_change(&pair.document, &pair.hash));
                    let mark = StoredMark { hash: pair.hash, scope: page.scope, seq: state.cursor.seq };
                    sorted.stored.push(mark);
                }
            }
            Rows::Gone { digest } => advance(&mut state, &digest),
            Rows::Control { kind, document, control } => {
                let kind = RowKind(kind);
                advance(&mut state, &Digest::of_control(kind, document.as_ref(), &control));
                let control = Vec::from(control);
                let seq = state.cursor.seq;
                sorted.controls.push(ControlRow { scope: page.scope, seq, kind, document, control });
            }
        }
    }
    if state.cursor.chain != page.chain {
        return Err(PageFault::Broken);
    }
    if state.seen.seq < state.cursor.seq {
        state.seen = state.cursor;
    }
    match sorted.state.scope_mut(page.scope) {
        Some(kept) => *kept = state,
        None => sorted.state.scopes.push(state),
    }
    keep.state = sorted.state;
    keep.received.append(&mut sorted.received);
    keep.kept_out.append(&mut sorted.kept_out);
    keep.stored.append(&mut sorted.stored);
    keep.controls.append(&mut sorted.controls);
    keep.manifests.extend(verified.into_iter().map(|incoming| incoming.batch.signed));
    Ok(())
}

fn advance(state: &mut ScopeState, digest: &Digest) {
    state.cursor = state.cursor.after(digest);
    state.checkpoints.push(state.cursor);
}

/// Believes the first key heard of an install, and no other after it.
fn pin(state: &mut ClientState, keys: &[InstallKey]) {
    for InstallKey { install, key, .. } in keys {
        if !state.keys.iter().any(|pinned| pinned.install == *install) {
            state.keys.push(PinnedKey { install: *install, key: *key });
        }
    }
}

/// A batch of a page.
struct Incoming {
    batch: SignedBatch,
    /// Why nothing in it is believed.
    fault: Option<RefusalCode>,
}

impl Incoming {
    fn new(batch: SignedBatch) -> Self {
        Self { batch, fault: None }
    }

    fn verify(&mut self, scope: Scope, state: &ClientState, own_key: (InstallId, DeviceKey)) {
        let manifest = self.batch.signed.manifest();
        let pinned = state.keys.iter().find(|pinned| pinned.install == manifest.install);
        let key =
            if manifest.install == own_key.0 { Some(own_key.1) } else { pinned.map(|pinned| pinned.key) };
        self.fault = match key {
            None => Some(RefusalCode::OtherInstall),
            Some(key) if self.batch.signed.verify(&key).is_err() => Some(RefusalCode::BadSignature),
            Some(_) if manifest.scope != scope => Some(RefusalCode::OtherScope),
            Some(_) => None,
        };
    }

    /// Takes the change at `place` as the feed's next row.
    fn sort(
        &mut self,
        place: u32,
        scope: Scope,
        state: &mut ScopeState,
        sorted: &mut Keep,
    ) -> Result<(), PageFault> {
        let pair = *self.batch.signed.pair(place).ok_or(PageFault::Broken)?;
        let at = self
            .batch
            .bodies
            .binary_search_by_key(&place, |body| body.place)
            .map_err(|_| PageFault::Broken)?;
        let body = self.batch.bodies.get_mut(at).ok_or(PageFault::Broken)?;
        let Body { bytes, .. } = std::mem::replace(body, Body { place, bytes: Vec::new() });
        advance(state, &Digest::of_change(&pair.document, &pair.hash));
        let seq = state.cursor.seq;
        let batch = self.batch.signed.id();
        match self.check(&pair, &bytes) {
            Ok(change) => {
                sorted.received.push(ReceivedChange { document: pair.document, change, batch, scope, seq });
            }
            Err(code) => sorted.kept_out.push(KeptOutChange { pair, bytes, batch, scope, seq, code }),
        }
        Ok(())
    }

    fn check(&self, pair: &Pair, bytes: &[u8]) -> Result<Change, RefusalCode> {
        if let Some(code) = self.fault {
            return Err(code);
        }
        let change = read_change(bytes, &pair.hash)?;
        let manifest = self.batch.signed.manifest();
        if let Some(author) = &change.author
            && (author.install != manifest.install || author.worker != manifest.worker)
        {
            return Err(RefusalCode::WrongAuthor);
        }
        match &change.header {
            Some(header) if header.id != pair.document => Err(RefusalCode::WrongDocument),
            Some(header) if header.scope != manifest.scope => Err(RefusalCode::OtherScope),
            Some(_) | None => Ok(change),
        }
    }
}
