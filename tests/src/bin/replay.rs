//! `replay CASELOAD.json`: replays a caseload file through the real commands and compares what it expects.
//!
//! Prints each mismatch and what is not covered. Exits 0 when nothing mismatches, 1 when something does,
//! 2 when the file cannot be replayed at all.

use std::process::ExitCode;

use doorstep_tests::replay::replay;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this program's output is what it prints")]
fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("Usage: replay CASELOAD.json");
        return ExitCode::from(2);
    };
    let replayed = match std::fs::read_to_string(&path)
        .map_err(anyhow::Error::from)
        .and_then(|text| replay(&text).map_err(anyhow::Error::from))
    {
        Ok(replayed) => replayed,
        Err(error) => {
            eprintln!("{path}: {error:#}");
            return ExitCode::from(2);
        }
    };
    for line in &replayed.not_covered {
        println!("not covered: {line}");
    }
    for line in &replayed.mismatches {
        println!("mismatch: {line}");
    }
    let (held, wrong, open) = (replayed.held, replayed.mismatches.len(), replayed.not_covered.len());
    println!("{held} expectations hold, {wrong} do not, {open} are not covered.");
    if replayed.mismatches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
