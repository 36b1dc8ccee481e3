//! What a device remembers of sync, and what it writes down: the machine's side of the store.
//!
//! In and out: plain data. The state is small and kept whole; everything else is rows the store keeps in the same
//! transaction. Its codec is ours: integer keys, unknown ones skipped.
//! Never holds a change's bytes longer than one transaction. Source: architecture, laws 2, 4 and 6.

use crate::docs::change::Change;
use crate::docs::header::Scope;
use crate::ids::{BatchId, ChangeHash, DeviceKey, DocId, Epoch, InstallId};
use crate::sync::batch::{Pair, SignedManifest};
use crate::sync::chain::{Checkpoints, Position, RowKind};
use crate::sync::code::RefusalCode;
use crate::sync::message::ScopePosition;

/// Where a device stands in one scope.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ScopeState {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// Everything up to here is held.
    #[n(1)]
    pub cursor: Position,
    /// The highest position the server told of, by page or ack.
    #[n(2)]
    pub seen: Position,
    /// Older cursors.
    #[n(3)]
    #[cbor(default)]
    pub checkpoints: Checkpoints,
}

impl ScopeState {
    /// Nothing held yet.
    pub fn new(scope: Scope) -> Self {
        Self { scope, cursor: Position::START, seen: Position::START, checkpoints: Checkpoints::default() }
    }
}

/// An install's key, believed since it was first heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct PinnedKey {
    /// The install.
    #[n(0)]
    pub install: InstallId,
    /// Its key.
    #[n(1)]
    pub key: DeviceKey,
}

/// What a device remembers of sync beside its changes, manifests and outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ClientState {
    /// The server's epoch as last heard, for people.
    #[n(0)]
    pub epoch: Option<Epoch>,
    /// One for each scope held.
    #[n(1)]
    #[cbor(default)]
    pub scopes: Vec<ScopeState>,
    /// Keys of other installs.
    #[n(2)]
    #[cbor(default)]
    pub keys: Vec<PinnedKey>,
    /// Rows of this install's own are asked for with their changes: some are no longer held here. Kept, because a
    /// restart half-way would otherwise take the rest for held.
    #[n(3)]
    #[cbor(default)]
    pub whole: bool,
}

/// Why kept bytes are not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read the sync state: not its format at byte {at}")]
pub struct StateError {
    /// Where reading stopped.
    pub at: usize,
}

impl ClientState {
    /// The bytes to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing to a Vec cannot fail.
        minicbor::to_vec(self).unwrap_or_default()
    }

    /// Reads kept bytes.
    ///
    /// # Errors
    /// [`StateError`] when they are not a state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        minicbor::decode(bytes).map_err(|error| StateError { at: error.position().unwrap_or(0) })
    }

    pub(super) fn scope(&self, scope: Scope) -> Option<&ScopeState> {
        self.scopes.iter().find(|state| state.scope == scope)
    }

    pub(super) fn scope_mut(&mut self, scope: Scope) -> Option<&mut ScopeState> {
        self.scopes.iter_mut().find(|state| state.scope == scope)
    }
}

/// A change that came from the server and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedChange {
    /// Its document, as its manifest says.
    pub document: DocId,
    /// The change.
    pub change: Change,
    /// The manifest that names it.
    pub batch: BatchId,
    /// Its scope.
    pub scope: Scope,
    /// Its row.
    pub seq: u64,
}

/// A change that came from the server and does not hold: kept, shown to nobody as part of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOutChange {
    /// Its document and hash, as its manifest says.
    pub pair: Pair,
    /// Its bytes as received.
    pub bytes: Vec<u8>,
    /// The manifest that names it.
    pub batch: BatchId,
    /// Its scope.
    pub scope: Scope,
    /// Its row.
    pub seq: u64,
    /// Why.
    pub code: RefusalCode,
}

/// The server holds a change, at this row or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredMark {
    /// The change.
    pub hash: ChangeHash,
    /// Its scope.
    pub scope: Scope,
    /// Its row; the ack's position until the row itself is read.
    pub seq: u64,
}

/// A change the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedChange {
    /// Its document and hash.
    pub pair: Pair,
    /// The manifest that names it: this install's, or one it brought for another.
    pub batch: BatchId,
    /// Why. For `fork` and `fork_child` the shell writes the same edits again under a new actor.
    pub code: RefusalCode,
}

/// A control row, for the engine to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlRow {
    /// Its scope.
    pub scope: Scope,
    /// Its row.
    pub seq: u64,
    /// What it orders.
    pub kind: RowKind,
    /// The document it is about.
    pub document: Option<DocId>,
    /// Its content.
    pub control: Vec<u8>,
}

/// One transaction: all of it, durable, or none of it. The machine goes on only after `Kept`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Names it in the answer.
    pub token: u64,
    /// The whole state, replacing the last one.
    pub state: ClientState,
    /// Manifests signed here: outbox rows of the changes they name now point to them.
    pub formed: Vec<SignedManifest>,
    /// Manifests of what was received.
    pub manifests: Vec<SignedManifest>,
    /// Changes for the log, in feed order. One already held gets its row noted.
    pub received: Vec<ReceivedChange>,
    /// Changes for the foreign quarantine.
    pub kept_out: Vec<KeptOutChange>,
    /// Changes the server holds: their outbox rows go, the row is noted. One in the quarantine comes back to the log.
    pub stored: Vec<StoredMark>,
    /// Documents whose header the server holds.
    pub headers_stored: Vec<DocId>,
    /// Changes to sign again, with their document's header: outbox rows lose their manifest.
    pub unsigned: Vec<Pair>,
    /// Changes that leave the outbox for the quarantine a person can see.
    pub refused: Vec<RefusedChange>,
    /// Changes the server lacks after all: held ones go back into the outbox, and are then queued.
    pub needed: Vec<Pair>,
    /// Scopes in which the server forgot everything after a position: every change held with a later row, own or not,
    /// goes back into the outbox with its manifest, headers count as not stored, and all are then queued.
    pub forgotten: Vec<ScopePosition>,
    /// Control rows.
    pub controls: Vec<ControlRow>,
}

impl Keep {
    /// Whether it writes anything but the state.
    pub(super) fn is_state_only(&self) -> bool {
        self.formed.is_empty()
            && self.manifests.is_empty()
            && self.received.is_empty()
            && self.kept_out.is_empty()
            && self.stored.is_empty()
            && self.headers_stored.is_empty()
            && self.unsigned.is_empty()
            && self.refused.is_empty()
            && self.needed.is_empty()
            && self.forgotten.is_empty()
            && self.controls.is_empty()
    }
}
