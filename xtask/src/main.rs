//! Everything a person types: `cargo xtask NAME`.
//!
//! In: a command and its arguments. Out: work done, or one clear sentence and exit code 2.
//! Depends on nothing but the standard library, so that `cargo xtask help` answers within seconds on a cold machine;
//! what needs libraries is a program of its own, started from here.

mod bench;
mod bundle;
mod dev;
mod place;
mod problem;
mod run;
mod say;
mod serve;
mod setup;
mod test;

use std::env;
use std::process::ExitCode;

use bundle::{Budget, Profile};
use place::Place;
use problem::Problem;

const HELP: &str = "\
cargo xtask NAME

  serve [--port 8080] [--data data]
                       build everything and serve a demonstration on this machine
  test [--full]        every test; --full adds the release bundle, all sizes and a bare machine
  dev [--port 8080] [--data data]
                       serve, and build again whenever a file changes
  bundle [--profile release|ci|dev]
                       build what the server serves to a tablet, and print its folder
  bench NAME [--json]  measure: bundle, sync
  sim [--seeds N] [--from SEED] [--json]
                       run the simulator
  help                 this page

What a machine lacks is installed, with a sentence that says what and why.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // The count is the last line of a test run, whatever it says.
            if !matches!(problem, Problem::TestsFailed) {
                say::progress(&problem.to_string());
            }
            problem.exit_code()
        }
    }
}

/// Runs the command named by the first word.
fn start(arguments: &[String]) -> Result<(), Problem> {
    let place = Place::find();
    let (name, rest) =
        arguments.split_first().map_or(("help", arguments), |(name, rest)| (name.as_str(), rest));
    match name {
        "bench" => bench::bench(&place, rest),
        "bundle" => {
            let profile = profile_of(rest)?;
            let out = bundle::build(&place, profile, Budget::Held)?;
            say::answer(&out.display().to_string());
            Ok(())
        }
        "dev" => dev::dev(&place, rest),
        "help" | "--help" | "-h" => {
            say::answer(HELP);
            Ok(())
        }
        "serve" => serve::serve(&place, rest),
        "sim" => bench::sim(&place, rest),
        "test" => test::test(&place, rest),
        other => Err(Problem::UnknownCommand { name: other.to_owned() }),
    }
}

/// Reads `--profile NAME`; a release when nothing is said.
fn profile_of(rest: &[String]) -> Result<Profile, Problem> {
    match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(Profile::Release),
        ["--profile", name] => name.parse(),
        ["--profile"] => {
            Err(Problem::BadValue { argument: "--profile", expected: "one of ci, dev, release" })
        }
        [other, ..] => Err(Problem::UnknownArgument { command: "bundle", argument: (*other).to_owned() }),
    }
}
