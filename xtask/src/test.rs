//! `cargo xtask test`: everything that must hold before a change may land, in numbered steps.
//!
//! In: a clone. Out: each step with its time and count, and a last line `N passed, N failed`. A step that fails does
//! not stop the others, so that one run shows all there is to put right. Tests count one each; a step that is not made
//! of tests counts as one. Exit code 0 only when nothing failed.

mod tally;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::bundle::{self, Budget, Profile};
use crate::place::Place;
use crate::problem::Problem;
use crate::setup::{self, WasmToolchain};
use crate::{run, say, serve};

use tally::Tally;

/// The sizes a screen is looked at, in CSS pixels: a tablet upright and across, and an OT's desk.
const SIZES: [&str; 3] = ["820x1180", "1180x820", "1366x768"];

/// What the steps share.
struct Ground {
    place: Place,
    toolchain: WasmToolchain,
    chromium: PathBuf,
}

/// One numbered step.
struct Step {
    name: &'static str,
    work: fn(&Ground) -> Result<Tally, Problem>,
}

const STEPS: [Step; 9] = [
    Step { name: "formats", work: formats },
    Step { name: "lints of this machine's half", work: host_lints },
    Step { name: "lints of the browser's half", work: wasm_lints },
    Step { name: "documentation", work: documentation },
    Step { name: "the server as delivered", work: server },
    Step { name: "the bundle", work: ci_bundle },
    Step { name: "tests in Rust", work: rust_tests },
    Step { name: "the shell in Chromium", work: shell },
    Step { name: "a day in Chromium", work: chromium_day },
];

const FULL_STEPS: [Step; 3] = [
    Step { name: "the release bundle and its budget", work: release_bundle },
    Step { name: "the day on the release bundle at all sizes", work: full_day },
    Step { name: "both commands on a bare machine", work: bare_machine },
];

/// Runs the steps.
pub(crate) fn test(place: &Place, rest: &[String]) -> Result<(), Problem> {
    let full = match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--full"] => true,
        [other, ..] => {
            return Err(Problem::UnknownArgument { command: "test", argument: (*other).to_owned() });
        }
    };
    let ground = ready(place)?;
    let steps: Vec<&Step> =
        if full { STEPS.iter().chain(&FULL_STEPS).collect() } else { STEPS.iter().collect() };
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let number = index.saturating_add(1);
        say::progress(&format!("\nstep {number} of {}: {}", steps.len(), step.name));
        let started = Instant::now();
        let tally = (step.work)(&ground).unwrap_or_else(|problem| {
            say::progress(&problem.to_string());
            Tally::one(false)
        });
        let line = format!("{number:>2}  {:>4} s  {tally}  {}", started.elapsed().as_secs(), step.name);
        say::progress(&line);
        summary.push(line);
        total.add(tally);
    }
    say::answer("");
    summary.iter().for_each(|line| say::answer(line));
    say::answer(&total.to_string());
    if total.failed == 0 { Ok(()) } else { Err(Problem::TestsFailed) }
}

/// Installs what is missing, before any step, so that a machine that lacks something says so at once.
fn ready(place: &Place) -> Result<Ground, Problem> {
    setup::node_modules(place)?;
    let toolchain = setup::wasm_toolchain(place)?;
    setup::wasm_clippy(place, &toolchain)?;
    let chromium = setup::chromium(place)?;
    Ok(Ground { place: place.clone(), toolchain, chromium })
}

fn cargo(ground: &Ground) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&ground.place.repository).env("CARGO_TARGET_DIR", &ground.place.target);
    command
}

/// A step that either succeeds or does not.
fn one(command: &mut Command) -> Result<Tally, Problem> {
    run::watching(command, |_| {}).map(Tally::one)
}

fn formats(ground: &Ground) -> Result<Tally, Problem> {
    one(cargo(ground).args(["fmt", "--all", "--check"]))
}

fn host_lints(ground: &Ground) -> Result<Tally, Problem> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--profile", "ci", "--", "--deny", "warnings"];
    one(cargo(ground).args(arguments))
}

fn wasm_lints(ground: &Ground) -> Result<Tally, Problem> {
    let mut command = ground.toolchain.clippy();
    command.current_dir(&ground.place.repository).args(["--package", "doorstep-app", "--lib"]);
    bundle::configure(&mut command, &ground.place, Profile::Ci);
    one(command.args(["--", "--deny", "warnings"]))
}

fn documentation(ground: &Ground) -> Result<Tally, Problem> {
    let mut command = cargo(ground);
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--profile", "ci"]);
    one(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn server(ground: &Ground) -> Result<Tally, Problem> {
    let kept = delivered_server(ground);
    let folder = kept.parent().unwrap_or(&ground.place.target);
    // What an earlier run left must not pass for what this one failed to build.
    run::remove_folder(folder)?;
    let built = serve::build_server(&ground.place, "ci")?;
    run::make_folder(folder)?;
    fs::copy(&built, &kept).map_err(|source| Problem::File { doing: "copy", path: built, source })?;
    Ok(Tally::one(true))
}

/// A copy apart: building the tests puts a server with sabotage points where cargo had put this one.
fn delivered_server(ground: &Ground) -> PathBuf {
    ground.place.target.join("delivered").join("doorstep")
}

fn ci_bundle(ground: &Ground) -> Result<Tally, Problem> {
    bundle::build(&ground.place, Profile::Ci, Budget::Said).map(|_| Tally::one(true))
}

fn rust_tests(ground: &Ground) -> Result<Tally, Problem> {
    let mut command = cargo(ground);
    command
        .args(["test", "--workspace", "--profile", "ci", "--no-fail-fast"])
        .env("DOORSTEP_BIN", delivered_server(ground))
        .env("DOORSTEP_BUNDLE", ground.place.bundle("ci"))
        .env("CHROMIUM", &ground.chromium);
    let mut tally = Tally::default();
    let ended_well = run::watching(&mut command, |line| tally.read_libtest(line))?;
    Ok(tally.or_failed(ended_well))
}

fn chromium_day(ground: &Ground) -> Result<Tally, Problem> {
    day(ground, Profile::Ci, &SIZES[..1])
}

fn release_bundle(ground: &Ground) -> Result<Tally, Problem> {
    bundle::build(&ground.place, Profile::Release, Budget::Held).map(|_| Tally::one(true))
}

fn full_day(ground: &Ground) -> Result<Tally, Problem> {
    day(ground, Profile::Release, &SIZES)
}

/// What the static files and the service worker promise, whatever the app does.
fn shell(ground: &Ground) -> Result<Tally, Problem> {
    browser_tests(ground, "tests/shell/run.mjs", Profile::Ci, &SIZES[..1])
}

/// A whole day of a worker and an OT.
fn day(ground: &Ground, profile: Profile, sizes: &[&str]) -> Result<Tally, Problem> {
    browser_tests(ground, "tests/e2e/run.mjs", profile, sizes)
}

/// Tests that drive a browser: a program for Node that prints `N passed, N failed` last.
fn browser_tests(ground: &Ground, script: &str, profile: Profile, sizes: &[&str]) -> Result<Tally, Problem> {
    let mut command = Command::new("node");
    command
        .arg(script)
        .env("DOORSTEP_BIN", delivered_server(ground))
        .env("DOORSTEP_BUNDLE", ground.place.bundle(profile.name()))
        .env("DOORSTEP_SIZES", sizes.join(","))
        .env("DOORSTEP_PICTURES", ground.place.target.join("pictures"))
        .env("CHROMIUM", &ground.chromium);
    summarised(ground, &mut command, script)
}

/// The whole way from a clone to both commands, where nothing is installed.
fn bare_machine(ground: &Ground) -> Result<Tally, Problem> {
    let script = "tests/bare/run.sh";
    summarised(ground, Command::new("bash").arg(script), script)
}

/// Runs a test program of the tree and reads its last `N passed, N failed`.
fn summarised(ground: &Ground, command: &mut Command, script: &str) -> Result<Tally, Problem> {
    let path = ground.place.repository.join(script);
    if !path.exists() {
        return Err(Problem::NotThere { what: "test program", path });
    }
    let mut said = None;
    let ended_well = run::watching(command.current_dir(&ground.place.repository), |line| {
        said = Tally::read_summary(line).or(said);
    })?;
    Ok(said.unwrap_or_default().or_failed(ended_well))
}
