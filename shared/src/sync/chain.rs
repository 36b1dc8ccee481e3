//! The chain: what makes two copies of a feed comparable by sixteen bytes.
//!
//! In: the rows of a scope in order. Out: their digests, the chain after each, the checkpoints worth remembering.
//! Never holds a row's content: digest and chain stay when a body is erased.
//! Source: sync design, "digest", "chain", "position", and "When the server has forgotten".

use std::fmt;

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};

use crate::ids::{ChangeHash, DocId};

/// Bytes of a chain.
pub const CHAIN_BYTES: usize = 16;

/// Most checkpoints a device keeps and offers for one scope.
pub const CHECKPOINTS_MAX: usize = 32;

/// Steps between the levels of checkpoints, as a power of two: 1, 4, 16, 64 … rows.
const LEVEL_BITS: u32 = 2;
const LEVELS: u32 = 16;

/// The first 16 bytes of a BLAKE3 over everything up to one row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Chain([u8; CHAIN_BYTES]);

impl Chain {
    /// The chain before the first row.
    pub const START: Self = Self([0; CHAIN_BYTES]);

    /// A chain read from a record.
    pub const fn from_bytes(bytes: [u8; CHAIN_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, as stored and sent.
    pub const fn as_bytes(&self) -> &[u8; CHAIN_BYTES] {
        &self.0
    }

    /// The chain after row `seq`, whose digest is `digest`: `BLAKE3(previous ‖ seq ‖ digest)`, `seq` as eight
    /// bytes, most significant first.
    #[must_use]
    pub fn after(self, seq: u64, digest: &Digest) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(&seq.to_be_bytes());
        hasher.update(&digest.0);
        let mut out = [0; CHAIN_BYTES];
        hasher.finalize_xof().fill(&mut out);
        Self(out)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chain(")?;
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

impl<C> Encode<C> for Chain {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Chain {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        d.bytes()?.try_into().map(Self).map_err(|_| DecodeError::message("a chain of another length").at(at))
    }
}

/// What a feed row is about. The numbers are stored, sent and hashed: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKind(pub u8);

impl RowKind {
    /// A change of a document.
    pub const CHANGE: Self = Self(0);
    /// A document is gone for good: an upload for it is refused.
    pub const TOMBSTONE: Self = Self(1);
    /// A document was erased on a person's or court's order.
    pub const ERASE: Self = Self(2);
    /// A document rests: devices drop its bodies.
    pub const REST: Self = Self(3);
    /// A resting document is live again.
    pub const WAKE: Self = Self(4);
    /// A document is kept longer, or held.
    pub const RETAIN: Self = Self(5);
    /// A scope was granted to this device's worker.
    pub const GRANT: Self = Self(6);
    /// A scope was left.
    pub const LEAVE: Self = Self(7);
    /// The device or worker was revoked.
    pub const REVOKE: Self = Self(8);
    /// The oldest build that may edit.
    pub const MINIMUM_VERSION: Self = Self(9);
}

/// The 32 bytes a row leaves behind for ever: `BLAKE3(kind ‖ document ‖ hash or control)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest read from a record.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, as stored and sent.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest of a change's row.
    pub fn of_change(document: &DocId, hash: &ChangeHash) -> Self {
        Self::of(RowKind::CHANGE, Some(document), hash.as_bytes())
    }

    /// The digest of a control row; a control about no document is hashed with sixteen zero bytes in its place.
    pub fn of_control(kind: RowKind, document: Option<&DocId>, control: &[u8]) -> Self {
        Self::of(kind, document, control)
    }

    fn of(kind: RowKind, document: Option<&DocId>, content: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind.0]);
        hasher.update(document.map_or(&[0; 16], |document| document.as_bytes()));
        hasher.update(content);
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", ChangeHash::from_bytes(self.0))
    }
}

impl<C> Encode<C> for Digest {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Digest {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        d.bytes()?.try_into().map(Self).map_err(|_| DecodeError::message("a digest of another length").at(at))
    }
}

/// A place in one scope's feed: the number of its last row, and the chain there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, minicbor::Encode, minicbor::Decode)]
pub struct Position {
    /// Rows up to here. 0 is before the first.
    #[n(0)]
    pub seq: u64,
    /// The chain there.
    #[n(1)]
    pub chain: Chain,
}

impl Position {
    /// Before the first row.
    pub const START: Self = Self { seq: 0, chain: Chain::START };

    /// The position after one more row.
    #[must_use]
    pub fn after(self, digest: &Digest) -> Self {
        let seq = self.seq.saturating_add(1);
        Self { seq, chain: self.chain.after(seq, digest) }
    }
}

/// Older positions of one scope, so that a server that forgot can name the latest one both know.
///
/// For each level (every row, every 4th, 16th, 64th …) the two newest rows the level divides are kept: however many
/// rows are lost, a kept position lies before them and at most eight times as far back.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Checkpoints(#[n(0)] Vec<Position>);

impl Checkpoints {
    /// Remembers a position newer than every other.
    pub fn push(&mut self, position: Position) {
        if position.seq == 0 || self.0.last().is_some_and(|newest| newest.seq >= position.seq) {
            return;
        }
        self.0.push(position);
        let newest = position.seq;
        self.0.retain(|kept| (0..LEVELS).any(|level| is_kept(kept.seq, newest, level)));
    }

    /// Forgets everything after `common`.
    pub fn cut(&mut self, common: u64) {
        self.0.retain(|kept| kept.seq <= common);
    }

    /// Oldest first.
    pub fn positions(&self) -> &[Position] {
        &self.0
    }
}

/// Whether `seq` is one of the two newest multiples of the level's step up to `newest`.
fn is_kept(seq: u64, newest: u64, level: u32) -> bool {
    let bits = level * LEVEL_BITS;
    let step = 1_u64 << bits;
    seq.is_multiple_of(step) && (newest >> bits) - (seq >> bits) < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    // Expected values come from Python's blake3 over the bytes spelled out in the comments.
    #[test]
    fn digest_and_chain_equal_an_independent_blake3() {
        let digest = Digest::of_change(&DocId::from_bytes([1; 16]), &ChangeHash::from_bytes([2; 32]));
        // 00 · 01×16 · 02×32
        assert_eq!(hex(digest.as_bytes()), DIGEST_VECTOR);
        // 00×16 · 0000000000000001 · digest, first 16 bytes
        assert_eq!(hex(Chain::START.after(1, &digest).as_bytes()), CHAIN_VECTOR);
    }

    const DIGEST_VECTOR: &str = "9914da3cb78d9a7152a7c92c57d2e286e8965490d62e484bb7df66b758b5e82a";
    const CHAIN_VECTOR: &str = "6ab5fd2adfe3a7e9dba5a4e9b3a27849";

    #[test]
    fn however_much_is_lost_a_checkpoint_lies_before_it_and_not_far() {
        let mut kept = Checkpoints::default();
        for seq in 1..=70_000_u64 {
            kept.push(Position { seq, chain: Chain::START });
            assert!(kept.positions().len() <= CHECKPOINTS_MAX);
            if seq % 977 != 0 {
                continue;
            }
            for lost in [1, 2, 5, 50, 500, 5_000, 50_000] {
                let Some(left) = seq.checked_sub(lost) else { continue };
                let common =
                    kept.positions().iter().rev().map(|at| at.seq).find(|at| *at <= left).unwrap_or(0);
                assert!(seq - common <= 8 * lost, "at {seq}, lost {lost}, common {common}");
            }
        }
    }

    #[test]
    fn cutting_forgets_only_what_came_after() {
        let mut kept = Checkpoints::default();
        for seq in 1..=100 {
            kept.push(Position { seq, chain: Chain::START });
        }
        kept.cut(70);
        assert!(kept.positions().iter().all(|at| at.seq <= 70));
        assert_eq!(kept.positions().last().map(|at| at.seq), Some(64));
    }
}
