//! Why a command stopped, in one sentence, and what the reader can do about it.
//!
//! In: the facts of the failure, as fields. Out: two sentences for a person and an exit code for a script.
//! Every sentence `cargo xtask` says when it gives up is written here and nowhere else.
//! Exit code 2 means "not started, put this right first"; 1 means "ran, and something failed".

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

/// Why a command of `cargo xtask` stopped.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The first word is no command.
    UnknownCommand { name: String },
    /// A word after the command is not understood.
    UnknownArgument { command: &'static str, argument: String },
    /// An argument needs a value and has none, or one of the wrong form.
    BadValue { argument: &'static str, expected: &'static str },
    /// Another program listens on the port.
    PortBusy { port: u16 },
    /// A program of the machine is missing.
    ProgramMissing { program: &'static str, why: &'static str, remedy: &'static str },
    /// Node is there, and too old.
    NodeOld { found: String },
    /// Packages are missing and this user may not install them.
    NotPermitted { packages: Vec<String>, why: String },
    /// Packages are missing and this machine has no `apt-get`.
    NoInstaller { packages: Vec<String>, why: String },
    /// `apt-get` has no compiler that can build for the browser, and rustup could not fetch one.
    NoWasmCompiler,
    /// A program that set-up needs ended with a failure.
    SetupFailed { step: String, log: PathBuf },
    /// A part of the tree that a step needs is not there.
    NotThere { what: &'static str, path: PathBuf },
    /// A program could not be started at all.
    CouldNotStart { program: String, source: std::io::Error },
    /// A file could not be read or written.
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    /// A build or a tool ended with a failure; its own output says why.
    StepFailed { step: String },
    /// The test run ended, with failures; they are already printed.
    TestsFailed,
}

impl Problem {
    /// The exit code for scripts: 1 when work ran and failed, 2 when it could not be started.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::StepFailed { .. } | Self::TestsFailed => ExitCode::from(1),
            Self::UnknownCommand { .. }
            | Self::UnknownArgument { .. }
            | Self::BadValue { .. }
            | Self::PortBusy { .. }
            | Self::ProgramMissing { .. }
            | Self::NodeOld { .. }
            | Self::NotPermitted { .. }
            | Self::NoInstaller { .. }
            | Self::NoWasmCompiler
            | Self::SetupFailed { .. }
            | Self::NotThere { .. }
            | Self::CouldNotStart { .. }
            | Self::File { .. } => ExitCode::from(2),
        }
    }

    /// What the reader can do, as one sentence; empty where the output above already says it.
    fn remedy(&self) -> String {
        match self {
            Self::UnknownCommand { .. } | Self::UnknownArgument { .. } | Self::BadValue { .. } => {
                "Run `cargo xtask help` for the commands and their arguments.".to_owned()
            }
            Self::PortBusy { port } => format!(
                "Stop the program that uses it, or choose another: `cargo xtask serve --port {}`.",
                port.checked_add(1).unwrap_or(8080)
            ),
            Self::ProgramMissing { remedy, .. } => (*remedy).to_owned(),
            Self::NodeOld { .. } => "Install Node 20 or newer and run the command again.".to_owned(),
            Self::NotPermitted { packages, .. } => format!(
                "Run `sudo apt-get update && sudo apt-get install --no-install-recommends {}`, then this command again.",
                packages.join(" ")
            ),
            Self::NoInstaller { packages, .. } => {
                format!("Install what these Debian packages hold, then run this command again: {}.", packages.join(", "))
            }
            Self::NoWasmCompiler => {
                "Run `rustup target add wasm32-unknown-unknown` where rustup's servers can be reached, or use Debian \
                 12 or newer with its security suite (package rustc-web)."
                    .to_owned()
            }
            Self::SetupFailed { log, .. } => format!("Its output is in {}.", log.display()),
            Self::NotThere { .. } => "Check that the clone is complete: `git status` should be clean.".to_owned(),
            Self::CouldNotStart { .. } => "Check that it is installed and on the PATH.".to_owned(),
            Self::File { .. } => "Check the folder's owner, its permissions and the free space.".to_owned(),
            Self::StepFailed { .. } | Self::TestsFailed => String::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand { name } => write!(f, "There is no command `{name}`.")?,
            Self::UnknownArgument { command, argument } => {
                write!(f, "`cargo xtask {command}` does not know `{argument}`.")?;
            }
            Self::BadValue { argument, expected } => write!(f, "`{argument}` needs {expected}.")?,
            Self::PortBusy { port } => write!(f, "Port {port} is in use by another program.")?,
            Self::ProgramMissing { program, why, .. } => write!(f, "`{program}` is not installed; {why}.")?,
            Self::NodeOld { found } => write!(f, "Node {found} is too old.")?,
            Self::NotPermitted { packages, why } => {
                write!(
                    f,
                    "Missing {} ({why}), and this user may not install packages.",
                    packages.join(", ")
                )?;
            }
            Self::NoInstaller { packages, why } => {
                write!(
                    f,
                    "Missing {} ({why}), and there is no apt-get here to install it.",
                    packages.join(", ")
                )?;
            }
            Self::NoWasmCompiler => write!(f, "No Rust compiler here can build for the browser.")?,
            Self::SetupFailed { step, .. } => write!(f, "Set-up stopped: could not {step}.")?,
            Self::NotThere { what, path } => write!(f, "The tree holds no {what} at {}.", path.display())?,
            Self::CouldNotStart { program, source } => {
                write!(f, "`{program}` could not be started: {source}.")?
            }
            Self::File { doing, path, source } => {
                write!(f, "Could not {doing} {}: {source}.", path.display())?
            }
            Self::StepFailed { step } => write!(f, "Could not {step}; the reason is above.")?,
            Self::TestsFailed => write!(f, "Some tests failed.")?,
        }
        let remedy = self.remedy();
        if remedy.is_empty() { Ok(()) } else { write!(f, " {remedy}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_names_the_port_and_the_way_out_in_one_line() {
        let said = Problem::PortBusy { port: 8080 }.to_string();
        assert_eq!(
            said,
            "Port 8080 is in use by another program. Stop the program that uses it, or choose another: \
             `cargo xtask serve --port 8081`."
        );
    }

    #[test]
    fn without_permission_the_exact_command_is_given() {
        let problem = Problem::NotPermitted {
            packages: vec!["chromium".to_owned(), "fonts-liberation".to_owned()],
            why: "the tests drive a browser".to_owned(),
        };
        let said = problem.to_string();
        assert!(
            said.contains("sudo apt-get install --no-install-recommends chromium fonts-liberation"),
            "{said}"
        );
    }
}
