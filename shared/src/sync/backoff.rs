//! Back-off: how long a device waits before it tries again.
//!
//! In: failures and successes, a seed. Out: milliseconds, doubled at each failure, spread so that a thousand devices
//! that lost one server do not return in one second. Never reads a clock.
//! Source: sync design, "clients back off with jitter".

/// Longest wait, in milliseconds: a worker who comes back into signal should not have to wait or to press a button.
pub const RETRY_MS_MAX: u64 = 16_000;

const RETRY_MS_MIN: u64 = 1_000;

/// Waits between tries.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    chance: u64,
}

impl Backoff {
    /// Starts without a failure. `seed` must differ between devices.
    pub const fn new(seed: u64) -> Self {
        Self { failures: 0, chance: seed }
    }

    /// Milliseconds to wait after one more failure: between half of and the whole of the doubled time.
    pub fn failed(&mut self) -> u64 {
        let whole = RETRY_MS_MIN.saturating_mul(1 << self.failures.min(6)).min(RETRY_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        self.spread(whole)
    }

    /// The next failure is the first again.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// A wait somewhere in the upper half of `whole_ms`.
    pub fn spread(&mut self, whole_ms: u64) -> u64 {
        whole_ms - self.draw() % (whole_ms / 2).max(1)
    }

    /// SplitMix64: small, and good enough to spread waits.
    fn draw(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_stay_below_the_longest_and_begin_again_after_success() {
        let mut backoff = Backoff::new(1);
        let waits: Vec<u64> = (0..12).map(|_| backoff.failed()).collect();
        for (failures, wait) in waits.iter().enumerate() {
            let whole = (RETRY_MS_MIN << failures.min(6)).min(RETRY_MS_MAX);
            assert!((whole / 2..=whole).contains(wait), "failure {failures} waits {wait}");
        }
        backoff.succeeded();
        assert!(backoff.failed() <= RETRY_MS_MIN);
    }

    #[test]
    fn devices_with_different_seeds_do_not_wait_alike() {
        let waits: std::collections::BTreeSet<u64> =
            (0..100).map(|seed| Backoff::new(seed).spread(RETRY_MS_MAX)).collect();
        assert!(waits.len() > 95);
    }
}
