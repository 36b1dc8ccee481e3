//! Messages: what a device and the server say to each other, over one request or over a socket.
//!
//! In and out: plain data. CBOR maps with integer keys; a key a build does not know is skipped, an absent one is its
//! default. Keys are never reused: the table of all of them is in `sync`.
//! Never decides anything. Source: sync design, "One exchange".

use minicbor::bytes::{ByteArray, ByteVec};

use crate::docs::header::Scope;
use crate::ids::{BatchId, ChangeHash, DeviceKey, DocId, Epoch, InstallId};
use crate::sync::batch::{Pair, SIGNATURE_BYTES};
use crate::sync::chain::{Chain, Digest, Position};
use crate::sync::code::{MessageCode, RefusalCode};
use crate::sync::packed::PackedBatch;

/// The protocol this build speaks.
pub const PROTOCOL: u16 = 1;

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What a device holds of one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Claim {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// Everything up to here is held.
    #[n(1)]
    pub cursor: Position,
    /// The highest position the device was told of, when it is not the cursor.
    #[n(2)]
    pub seen: Option<Position>,
}

/// Older positions of one scope, offered after the server did not recognise a newer one.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Offer {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// At most 32, oldest first.
    #[n(1)]
    pub positions: Vec<Position>,
}

/// Count and sum of the live hashes held at the cursor. A place kept: not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SelfCheck {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// Hashes held.
    #[n(1)]
    pub count: u64,
    /// Their sum modulo 2²⁵⁶, most significant byte first.
    #[n(2)]
    pub sum: ByteArray<32>,
}

/// Foreign changes this device keeps out of a document, so that the server can tell an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct KeptOut {
    /// The change.
    #[n(0)]
    pub pair: Pair,
    /// Why, in the words of the server's own refusals.
    #[n(1)]
    pub code: RefusalCode,
}

/// What a device says: the first message carries everything, later ones only what is new.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Hello {
    /// [`PROTOCOL`].
    #[n(0)]
    pub protocol: u16,
    /// The app's version, for the server's log.
    #[n(1)]
    pub app: String,
    /// The install that speaks.
    #[n(2)]
    pub install: Option<InstallId>,
    /// The epoch the device last heard, for people.
    #[n(3)]
    pub epoch: Option<Epoch>,
    /// What it holds, one claim a scope.
    #[n(4)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Self-checks. A place kept.
    #[n(5)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub self_checks: Vec<SelfCheck>,
    /// Changes to store.
    #[n(6)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub batches: Vec<PackedBatch>,
    /// Whether pages may be pushed after the answer.
    #[n(7)]
    #[cbor(default, skip_if = "is_false")]
    pub live: bool,
    /// Most bytes of changes the device takes in one answer.
    #[n(8)]
    #[cbor(default)]
    pub credit_bytes: u32,
    /// Numbers the device's messages on one connection from 1; the answer repeats it.
    #[n(9)]
    #[cbor(default)]
    pub turn: u32,
    /// Older positions of scopes the server did not recognise.
    #[n(10)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// Whether rows of this install's own batches should come with their changes: it no longer holds them.
    #[n(11)]
    #[cbor(default, skip_if = "is_false")]
    pub whole: bool,
    /// Foreign changes kept out since the last answer.
    #[n(12)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub kept_out: Vec<KeptOut>,
    /// Presence, at most 1 KiB, never stored. A place kept.
    #[n(13)]
    pub presence: Option<ByteVec>,
    /// A step of set reconciliation. A place kept.
    #[n(14)]
    pub reconcile: Option<ByteVec>,
    /// Where a new device's snapshots were broken off. A place kept.
    #[n(15)]
    pub resume: Option<ByteVec>,
}

/// Why one change was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Refused {
    /// The change.
    #[n(0)]
    pub hash: ChangeHash,
    /// Why.
    #[n(1)]
    pub code: RefusalCode,
}

/// What became of the changes of one batch that travelled. Sent after they are on disk.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Ack {
    /// The batch.
    #[n(0)]
    pub batch: BatchId,
    /// The position of the newest of its stored changes; nothing when none is stored.
    #[n(1)]
    pub at: Option<Position>,
    /// Changes not stored.
    #[n(2)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// Changes that stored ones build on and the server lacks.
    #[n(3)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub need: Vec<Pair>,
}

/// A device's key, as the server certifies it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct InstallKey {
    /// The install.
    #[n(0)]
    pub install: InstallId,
    /// Its Ed25519 key. Never another one for the same install.
    #[n(1)]
    pub key: DeviceKey,
    /// A certificate that does not rest on the server's word. A place kept.
    #[n(2)]
    pub certificate: Option<ByteVec>,
}

/// Consecutive rows of a feed, in their shortest form.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Rows {
    /// Changes of one batch of the page, consecutive among its pairs.
    #[n(0)]
    Changes {
        /// Place of the batch in the page.
        #[n(0)]
        batch: u32,
        /// Place of the first pair.
        #[n(1)]
        first: u32,
        /// How many.
        #[n(2)]
        count: u32,
    },
    /// Changes of a batch the device itself uploaded and still holds.
    #[n(1)]
    Own {
        /// The batch.
        #[n(0)]
        batch: BatchId,
        /// Place of the first pair.
        #[n(1)]
        first: u32,
        /// How many.
        #[n(2)]
        count: u32,
    },
    /// A row whose content was erased.
    #[n(2)]
    Gone {
        /// What it left behind.
        #[n(0)]
        digest: Digest,
    },
    /// A control row: an order or a grant, signed where it destroys anything.
    #[n(3)]
    Control {
        /// A [`crate::sync::chain::RowKind`].
        #[n(0)]
        kind: u8,
        /// The document it is about, where it is about one.
        #[n(1)]
        document: Option<DocId>,
        /// Its content.
        #[n(2)]
        control: ByteVec,
    },
}

/// Rows of one scope after one position, and the chain that proves they are all of them.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Page {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// The row before the first of this page.
    #[n(1)]
    #[cbor(default)]
    pub after: u64,
    /// The rows, in order.
    #[n(2)]
    pub rows: Vec<Rows>,
    /// The chain after the last of them.
    #[n(3)]
    pub chain: Chain,
    /// The batches the rows are of.
    #[n(4)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub batches: Vec<PackedBatch>,
    /// The keys that signed them, each install once.
    #[n(5)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub keys: Vec<InstallKey>,
}

/// The server does not know a position the device named: it has forgotten, or is another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Diverged {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// The latest position both know; nothing asks the device to offer its checkpoints.
    #[n(1)]
    pub common: Option<Position>,
}

/// A position of one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct ScopePosition {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// The position.
    #[n(1)]
    pub position: Position,
}

/// An order that destroys something: names the device, signed by the server key pinned at enrolment. A place kept.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Order {
    /// The order.
    #[n(0)]
    pub order: ByteVec,
    /// The server's signature.
    #[n(1)]
    pub signature: ByteArray<SIGNATURE_BYTES>,
}

/// What the server says: the answer to one [`Hello`], or rows pushed to a live device.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Answer {
    /// The turn of the hello this answers; 0 when pushed.
    #[n(0)]
    #[cbor(default)]
    pub turn: u32,
    /// The database's life, for people.
    #[n(1)]
    pub epoch: Option<Epoch>,
    /// What became of the batches that travelled.
    #[n(2)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub acks: Vec<Ack>,
    /// Rows of feeds.
    #[n(3)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub pages: Vec<Page>,
    /// The scopes this worker holds, when they are not exactly those claimed.
    #[n(4)]
    pub scopes: Option<Vec<Scope>>,
    /// The newest positions in a verified backup. A place kept.
    #[n(5)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub backed_up: Vec<ScopePosition>,
    /// Milliseconds to wait before the next message.
    #[n(6)]
    pub retry_ms: Option<u32>,
    /// Whether more rows follow what the credit allowed, or were dropped for a slow reader: the device asks again.
    #[n(7)]
    #[cbor(default, skip_if = "is_false")]
    pub more: bool,
    /// Scopes in which the server does not know what the device was told.
    #[n(8)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub diverged: Vec<Diverged>,
    /// Why nothing of the message was taken.
    #[n(9)]
    pub code: Option<MessageCode>,
    /// Signed orders to this device. A place kept.
    #[n(10)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// The oldest build that may edit. A place kept.
    #[n(11)]
    pub minimum_version: Option<String>,
    /// Others' presence, never stored. A place kept.
    #[n(12)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub presence: Vec<ByteVec>,
    /// A step of set reconciliation. A place kept.
    #[n(13)]
    pub reconcile: Option<ByteVec>,
    /// Snapshots for a new device and the position they stand at. A place kept.
    #[n(14)]
    pub snapshots: Option<ByteVec>,
}
