//! Plays many schedules of the simulator and says which seed fails first.
//!
//! `sim --seeds N [--from SEED] [--json]`. Ends with 1 when any promise was broken.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use doorstep_tests::sim::{Breakage, Outcome, World};

struct Wanted {
    seeds: u64,
    from: u64,
    json: bool,
}

fn wanted() -> anyhow::Result<Wanted> {
    let mut wanted = Wanted { seeds: 2_000, from: 0, json: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seeds" => wanted.seeds = number(arguments.next(), "--seeds")?,
            "--from" => wanted.from = number(arguments.next(), "--from")?,
            "--json" => wanted.json = true,
            other => bail!("unknown argument {other}: expected --seeds N, --from SEED or --json"),
        }
    }
    Ok(wanted)
}

fn number(text: Option<String>, name: &str) -> anyhow::Result<u64> {
    let text = text.with_context(|| format!("{name} needs a number"))?;
    text.parse().with_context(|| format!("{name} {text}: not a number"))
}

#[derive(Default)]
struct Tally {
    sum: Outcome,
    failed: Vec<Breakage>,
}

fn main() -> anyhow::Result<ExitCode> {
    let wanted = wanted()?;
    let end = wanted.from.saturating_add(wanted.seeds);
    let next = AtomicU64::new(wanted.from);
    let tally = Mutex::new(Tally::default());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = World::play(seed);
                    let Ok(mut tally) = tally.lock() else { return };
                    match outcome {
                        Ok(outcome) => add(&mut tally.sum, outcome),
                        Err(breakage) => tally.failed.push(breakage),
                    }
                }
            });
        }
    });
    let Tally { sum, mut failed } = tally.into_inner().unwrap_or_default();
    failed.sort_by_key(|breakage| breakage.seed);
    let mut out = std::io::stdout().lock();
    for breakage in failed.iter().take(20) {
        writeln!(out, "{breakage}")?;
    }
    let first = failed.first().map(|breakage| breakage.seed);
    if wanted.json {
        let line = serde_json::json!({
            "name": "sim",
            "figures": {
                "schedules": wanted.seeds, "from": wanted.from,
                "failures": failed.len(), "first_failing_seed": first,
                "messages": sum.messages, "crashes": sum.crashes, "restores": sum.restores,
                "clones": sum.clones, "acknowledged": sum.acknowledged, "quarantined": sum.aside,
            },
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(
            out,
            "{} schedules, {} failed. {} messages, {} crashes, {} restores, {} clones, {} changes acknowledged, {} \
             in quarantine.",
            wanted.seeds,
            failed.len(),
            sum.messages,
            sum.crashes,
            sum.restores,
            sum.clones,
            sum.acknowledged,
            sum.aside
        )?;
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn add(sum: &mut Outcome, one: Outcome) {
    sum.messages += one.messages;
    sum.crashes += one.crashes;
    sum.restores += one.restores;
    sum.clones += one.clones;
    sum.acknowledged += one.acknowledged;
    sum.aside += one.aside;
}
