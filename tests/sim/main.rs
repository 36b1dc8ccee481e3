//! The simulator's schedules: 2,000 worlds that must hold, and one broken machine for each law that must be caught.
//!
//! `SIM_SEED=N` plays one schedule; `SIM_FROM=N` begins elsewhere; `SIM_SCHEDULES=N` plays more or fewer.

use std::sync::atomic::{AtomicU64, Ordering};

use doorstep_shared::sync::sabotage::Sabotage;
use doorstep_tests::sim::{Broken, World};

const SCHEDULES: u64 = 2_000;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse().unwrap_or_else(|_| panic!("{name}={text}: not a number"));
    Some(number)
}

#[test]
fn no_schedule_loses_what_was_acknowledged_and_all_converge() {
    if let Some(seed) = setting("SIM_SEED") {
        println!("{:?}", World::play(seed));
        World::play(seed).unwrap();
        return;
    }
    let from = setting("SIM_FROM").unwrap_or(0);
    let end = from + setting("SIM_SCHEDULES").unwrap_or(SCHEDULES);
    let next = AtomicU64::new(from);
    let (restores, clones, aside) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    match World::play(seed) {
                        Ok(outcome) => {
                            restores.fetch_add(outcome.restores, Ordering::Relaxed);
                            clones.fetch_add(outcome.clones, Ordering::Relaxed);
                            aside.fetch_add(outcome.aside, Ordering::Relaxed);
                        }
                        Err(breakage) => panic!("{breakage} (again with SIM_SEED={seed})"),
                    }
                }
            });
        }
    });
    // A world in which nothing goes wrong would prove nothing.
    assert!(restores.into_inner() > (end - from) / 20);
    assert!(clones.into_inner() > (end - from) / 20);
    assert!(aside.into_inner() > (end - from) / 20);
}

/// Whether a machine broken at one point breaks the promise it should, within the first schedules.
fn is_caught(at: Sabotage, is_expected: impl Fn(&Broken) -> bool) -> bool {
    (0..300).any(|seed| World::play_broken(seed, at).is_err_and(|breakage| is_expected(&breakage.broken)))
}

#[test]
fn law_1_an_ack_before_the_commit_is_caught() {
    assert!(is_caught(Sabotage::AckBeforeCommit, |broken| matches!(broken, Broken::SaidNotStored(_))));
}

#[test]
fn law_2_an_outbox_emptied_by_anothers_ack_is_caught() {
    assert!(is_caught(Sabotage::AckTakesAll, |broken| matches!(
        broken,
        Broken::SavedLost { .. } | Broken::Diverged { .. }
    )));
}

#[test]
fn law_3_a_change_stored_twice_is_caught() {
    assert!(is_caught(Sabotage::SameHashOtherAnswer, |broken| matches!(broken, Broken::Feed(_))));
}

#[test]
fn law_4_a_cursor_kept_apart_from_its_changes_is_caught() {
    assert!(is_caught(Sabotage::CursorApart, |broken| matches!(broken, Broken::Diverged { .. })));
}

#[test]
fn law_5_a_device_that_relies_on_hints_is_caught() {
    assert!(is_caught(Sabotage::HintsOnly, |broken| matches!(broken, Broken::NeverSettled { .. })));
}

#[test]
fn law_6_a_refused_change_that_is_dropped_is_caught() {
    assert!(is_caught(Sabotage::RefusedDropped, |broken| matches!(broken, Broken::SavedLost { .. })));
}

#[test]
fn law_9_heads_that_are_not_compared_are_caught() {
    assert!(is_caught(Sabotage::HeadsUnchecked, |broken| matches!(broken, Broken::Diverged { .. })));
}

#[test]
fn law_11_an_ack_that_is_no_position_is_caught() {
    assert!(is_caught(Sabotage::AckNoPosition, |broken| {
        matches!(broken, Broken::AcknowledgedLost(_) | Broken::Diverged { .. })
    }));
}
