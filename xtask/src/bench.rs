//! `cargo xtask bench NAME [--json]` and `cargo xtask sim`: figures, each from a program of the project.
//!
//! In: a name and arguments. Out: what that program prints; with `--json`, one object on the last line.
//! Measures nothing itself but the bundle, whose sizes its builder knows.

use std::env;
use std::process::Command;

use crate::bundle::{self, Budget, Profile};
use crate::place::Place;
use crate::problem::Problem;
use crate::run;

/// Runs one bench.
pub(crate) fn bench(place: &Place, rest: &[String]) -> Result<(), Problem> {
    let Some((name, arguments)) = rest.split_first() else {
        return Err(Problem::BadValue { argument: "bench", expected: "a name: bundle or sync" });
    };
    match name.as_str() {
        "bundle" => {
            let json = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                [] => false,
                ["--json"] => true,
                [other, ..] => {
                    return Err(Problem::UnknownArgument {
                        command: "bench bundle",
                        argument: (*other).to_owned(),
                    });
                }
            };
            let budget = if json { Budget::Measured } else { Budget::Held };
            bundle::build(place, Profile::Release, budget).map(drop)
        }
        "sync" => program(place, "bench_sync", arguments),
        _ => Err(Problem::BadValue { argument: "bench", expected: "a name: bundle or sync" }),
    }
}

/// Runs the simulator with the given arguments.
pub(crate) fn sim(place: &Place, rest: &[String]) -> Result<(), Problem> {
    program(place, "sim", rest)
}

/// Runs a program of the tests package, optimised.
fn program(place: &Place, name: &str, arguments: &[String]) -> Result<(), Problem> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(&place.repository)
        .args(["run", "--quiet", "--release", "--package", "doorstep-tests", "--bin", name, "--"])
        .args(arguments);
    run::loudly(&mut command, &format!("run {name}"))
}
