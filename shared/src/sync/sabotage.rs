//! Sabotage points: one per law, so that the simulator can show it would notice each law broken.
//!
//! In: which law a test breaks. Out: a yes at exactly one place. Without feature `testing` every answer is no and
//! the machines are what they are. Never reachable from settings or the network.
//! Source: architecture, "Laws, each with a test that would fail without it".

/// Which law is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Law 1: an ack goes out before the changes are on disk.
    AckBeforeCommit,
    /// Law 2: an ack empties its scope's outbox, whatever it names.
    AckTakesAll,
    /// Law 3: a change stored before is stored again.
    SameHashOtherAnswer,
    /// Law 4: the cursor is kept before its changes are.
    CursorApart,
    /// Law 5: a live device waits to be told and never asks.
    HintsOnly,
    /// Law 6: a refused change is dropped.
    RefusedDropped,
    /// Law 9: loaded heads are not compared.
    HeadsUnchecked,
    /// Law 11: an ack is not taken as a position.
    AckNoPosition,
}

/// Whether, and where, a machine was broken by a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Soundness {
    #[cfg(feature = "testing")]
    broken: Option<Sabotage>,
}

impl Soundness {
    /// As it is meant to be.
    pub const SOUND: Self = Self {
        #[cfg(feature = "testing")]
        broken: None,
    };

    /// Broken at one point.
    #[cfg(feature = "testing")]
    pub const fn broken(at: Sabotage) -> Self {
        Self { broken: Some(at) }
    }

    /// Whether this point is broken.
    #[cfg(feature = "testing")]
    pub fn is_broken(self, point: Sabotage) -> bool {
        self.broken == Some(point)
    }

    /// Whether this point is broken: never, outside tests.
    #[cfg(not(feature = "testing"))]
    pub const fn is_broken(self, _: Sabotage) -> bool {
        false
    }
}
