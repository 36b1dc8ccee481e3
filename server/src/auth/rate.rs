//! How often a password may be tried.
//!
//! In: an account and an address. Out: go on, or how long to wait. Counted for the pair, so nobody can lock an account
//! from elsewhere, and a ward behind one address is not held up by one colleague's typing. Success clears the count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use doorstep_shared::time::Timestamp;

/// Wrong passwords in a row before there is a wait.
const TRIES_FREE: u32 = 5;

/// The wait after one more, in milliseconds; it doubles with each until [`WAIT_MS_MAX`].
const WAIT_MS: i64 = 1_000;

/// The longest wait, in milliseconds: a forgotten password must not cost a visit.
const WAIT_MS_MAX: i64 = 30_000;

/// Pairs remembered; past it the oldest are forgotten, so that noise cannot fill the memory.
const PAIRS_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Tries {
    wrong: u32,
    last: Timestamp,
}

impl Tries {
    fn open_at(self) -> Timestamp {
        match self.wrong.checked_sub(TRIES_FREE) {
            None => self.last,
            Some(over) => self.last.plus_ms((WAIT_MS << over.min(10)).min(WAIT_MS_MAX)),
        }
    }
}

/// The wrong tries of each account from each address.
#[derive(Default)]
pub(crate) struct Rate {
    tries: Mutex<HashMap<(String, IpAddr), Tries>>,
}

impl Rate {
    /// Milliseconds to wait before this pair may try again; nothing when it may now.
    pub(crate) fn wait_ms(&self, sign_in: &str, from: IpAddr, now: Timestamp) -> Option<i64> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let open_at = tries.get(&(sign_in.to_owned(), from))?.open_at();
        Some(open_at.since_ms(now)).filter(|wait| *wait > 0)
    }

    /// Counts a wrong password.
    pub(crate) fn wrong(&self, sign_in: &str, from: IpAddr, now: Timestamp) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= PAIRS_MAX {
            let oldest = tries.values().map(|tries| tries.last).min().unwrap_or(now);
            let cut = oldest.plus_ms(now.since_ms(oldest) / 2);
            tries.retain(|_, tries| tries.last > cut);
        }
        let entry = tries.entry((sign_in.to_owned(), from)).or_insert(Tries { wrong: 0, last: now });
        entry.wrong = entry.wrong.saturating_add(1);
        entry.last = now;
    }

    /// Forgets a pair after the right password.
    pub(crate) fn right(&self, sign_in: &str, from: IpAddr) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&(sign_in.to_owned(), from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn guessing_waits_longer_and_longer_but_never_more_than_half_a_minute() {
        let rate = Rate::default();
        let now = Timestamp::from_ms(1_000_000);
        let mut waits = Vec::new();
        for _ in 0..14 {
            rate.wrong("asha.venn", HERE, now);
            waits.push(rate.wait_ms("asha.venn", HERE, now).unwrap_or(0));
        }
        assert_eq!(waits[..6], [0, 0, 0, 0, 1_000, 2_000]);
        assert_eq!(waits[13], WAIT_MS_MAX);
        assert_eq!(rate.wait_ms("asha.venn", HERE, now.plus_ms(WAIT_MS_MAX)), None);
    }

    #[test]
    fn an_attacker_elsewhere_holds_up_nobody_and_a_colleague_here_holds_up_only_themselves() {
        let rate = Rate::default();
        let now = Timestamp::from_ms(0);
        for _ in 0..50 {
            rate.wrong("asha.venn", THERE, now);
            rate.wrong("piers.lowther", HERE, now);
        }
        assert_eq!(rate.wait_ms("asha.venn", HERE, now), None);
    }

    #[test]
    fn the_right_password_clears_the_count() {
        let rate = Rate::default();
        let now = Timestamp::from_ms(0);
        for _ in 0..9 {
            rate.wrong("asha.venn", HERE, now);
        }
        rate.right("asha.venn", HERE);
        assert_eq!(rate.wait_ms("asha.venn", HERE, now), None);
    }

    #[test]
    fn noise_cannot_fill_the_memory() {
        let rate = Rate::default();
        for number in 0..(PAIRS_MAX as i64 + 50) {
            rate.wrong(&number.to_string(), HERE, Timestamp::from_ms(number));
        }
        assert!(rate.tries.lock().unwrap().len() <= PAIRS_MAX);
    }
}
