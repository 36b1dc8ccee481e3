//! `cargo xtask serve`: from a clone to a running demonstration.
//!
//! In: a port and a folder. Out: the server, which takes this process's place, so that Ctrl-C and signals reach it
//! and nothing else. The server itself prints its accounts and its address.

use std::env;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle::{self, Budget, Profile};
use crate::place::Place;
use crate::problem::Problem;
use crate::{run, say};

/// What a person chose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Where to listen, on this machine only.
    pub(crate) port: u16,
    /// Where the records are kept.
    pub(crate) data: PathBuf,
}

impl Choice {
    /// Reads `--port N` and `--data FOLDER`.
    pub(crate) fn read(rest: &[String]) -> Result<Self, Problem> {
        let mut choice = Self { port: 8080, data: PathBuf::from("data") };
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => {
                    let port = words.next().and_then(|value| value.parse().ok()).filter(|port| *port > 0);
                    choice.port = port.ok_or(Problem::BadValue {
                        argument: "--port",
                        expected: "a number from 1 to 65535",
                    })?;
                }
                "--data" => {
                    let folder =
                        words.next().ok_or(Problem::BadValue { argument: "--data", expected: "a folder" })?;
                    choice.data = PathBuf::from(folder);
                }
                other => {
                    return Err(Problem::UnknownArgument { command: "serve", argument: other.to_owned() });
                }
            }
        }
        Ok(choice)
    }
}

/// Builds everything and becomes the server. Returns only with a problem.
pub(crate) fn serve(place: &Place, rest: &[String]) -> Result<(), Problem> {
    let choice = Choice::read(rest)?;
    // Looked at first: a build of minutes that ends in "port in use" would be a poor joke.
    require_free(choice.port)?;
    let bundle = bundle::build(place, Profile::Release, Budget::Said)?;
    let server = build_server(place, "release")?;
    require_free(choice.port)?;
    say::progress(&format!("starting the server; its records are kept in {}", choice.data.display()));
    let source = command(&server, &bundle, &choice).exec();
    Err(Problem::CouldNotStart { program: server.display().to_string(), source })
}

/// The server with its settings, for a demonstration.
pub(crate) fn command(server: &Path, bundle: &Path, choice: &Choice) -> Command {
    let mut command = Command::new(server);
    command
        .args(["serve", "--demonstration"])
        .env("DOORSTEP_BUNDLE", bundle)
        .env("DOORSTEP_DATA", &choice.data)
        .env("DOORSTEP_LISTEN", format!("127.0.0.1:{}", choice.port));
    command
}

/// Builds the server as it is delivered, without what only the tests switch on, and gives the program's path.
pub(crate) fn build_server(place: &Place, profile: &str) -> Result<PathBuf, Problem> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(&place.repository)
        .args(["build", "--package", "doorstep-server", "--bin", "doorstep", "--profile", profile])
        .env("CARGO_TARGET_DIR", &place.target);
    run::loudly(&mut command, "build the server")?;
    Ok(place.target.join(profile).join("doorstep"))
}

/// A busy port is found out by taking it for a moment.
pub(crate) fn require_free(port: u16) -> Result<(), Problem> {
    TcpListener::bind(("127.0.0.1", port)).map(drop).map_err(|_| Problem::PortBusy { port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Choice, Problem> {
        Choice::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn without_arguments_it_is_port_8080_and_the_folder_data() {
        assert_eq!(read(&[]).unwrap(), Choice { port: 8080, data: "data".into() });
        let chosen = read(&["--data", "elsewhere", "--port", "9000"]).unwrap();
        assert_eq!(chosen, Choice { port: 9000, data: "elsewhere".into() });
    }

    #[test]
    fn a_port_that_is_none_and_an_unknown_word_are_refused() {
        assert!(matches!(read(&["--port", "0"]), Err(Problem::BadValue { argument: "--port", .. })));
        assert!(matches!(read(&["--port"]), Err(Problem::BadValue { .. })));
        assert!(matches!(read(&["--host"]), Err(Problem::UnknownArgument { .. })));
    }

    #[test]
    fn a_port_in_use_is_found_out() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(matches!(require_free(port), Err(Problem::PortBusy { .. })));
        drop(taken);
        assert!(require_free(port).is_ok());
    }
}
