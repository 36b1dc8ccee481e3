//! The command line: `doorstep serve`, `doorstep config`, `doorstep check`.
//!
//! In: arguments, the environment, signals. Out: an exit code: 0 done, 1 could not, 2 not understood.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use doorstep_server::settings::{EXAMPLE, Settings};
use doorstep_server::store::sqlite::{Opening, Sqlite};
use doorstep_server::store::{Store as _, sqlite};
use doorstep_server::telemetry;
use doorstep_server::{Demonstration, Start};

const HELP: &str = "\
doorstep: the team's server

  doorstep serve [--demonstration]   run the server until it is stopped
  doorstep config [--example]        print the settings in force, or the commented example
  doorstep check                     look through the whole database and say what is wrong
  doorstep --help                    this

  --config FILE    the settings file (or DOORSTEP_CONFIG); DOORSTEP_LISTEN, DOORSTEP_DATA … stand over it
  --demonstration  fill an empty database with a made-up team, its accounts and its records
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Serve { demonstration: bool },
    Config { example: bool },
    Check,
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (asked, file) = match understand(std::env::args().skip(1)) {
        Ok(understood) => understood,
        Err(problem) => {
            say_error(&format!("doorstep: {problem}. `doorstep --help` lists what it can do."));
            return ExitCode::from(2);
        }
    };
    match run(asked, file).await {
        Ok(code) => code,
        Err(error) => {
            say_error(&format!("doorstep: could not {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn understand(arguments: impl Iterator<Item = String>) -> Result<(Asked, Option<PathBuf>), String> {
    let mut asked = None;
    let mut file = None;
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        asked = Some(match (argument.as_str(), asked) {
            ("--help" | "-h" | "help", _) => return Ok((Asked::Help, None)),
            ("serve", None) => Asked::Serve { demonstration: false },
            ("config", None) => Asked::Config { example: false },
            ("check", None) => Asked::Check,
            ("--demonstration", Some(Asked::Serve { .. })) => Asked::Serve { demonstration: true },
            ("--example", Some(Asked::Config { .. })) => Asked::Config { example: true },
            ("--config", Some(asked)) => {
                file = Some(arguments.next().ok_or("--config wants the name of a file")?.into());
                asked
            }
            _ => return Err(format!("{argument:?} is not understood here")),
        });
    }
    Ok((asked.unwrap_or(Asked::Help), file))
}

async fn run(asked: Asked, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let file = file.or_else(|| std::env::var_os("DOORSTEP_CONFIG").map(PathBuf::from));
    let settings = || Settings::read(file.as_deref(), |name| std::env::var(name).ok());
    match asked {
        Asked::Help => say(HELP)?,
        Asked::Config { example: true } => say(EXAMPLE)?,
        Asked::Config { example: false } => say(&settings()?.effective())?,
        Asked::Check => return check(&settings()?).await,
        Asked::Serve { demonstration } => serve(settings()?, demonstration).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: Settings, demonstration: bool) -> anyhow::Result<()> {
    telemetry::install(&settings.log);
    let signal = stop_signal()?;
    let server = doorstep_server::serve(settings, Start { demonstration, ..Start::default() }).await?;
    if let Some(demonstration) = server.demonstration() {
        say(&accounts_text(demonstration))?;
    }
    say(&format!("Doorstep listens on http://{}\n", server.address()))?;
    signal.await;
    tracing::info!("stopping");
    server.stop().await?;
    Ok(())
}

/// The accounts to try, as printed.
fn accounts_text(demonstration: &Demonstration) -> String {
    let mut text = String::from("Demonstration: every person and every record is made up.\n");
    for (sign_in, name, role) in &demonstration.accounts {
        text += &format!("  {sign_in:<16} {name} ({role:?})\n");
    }
    text + &format!("  password of all of them: {}\n", demonstration.password)
}

/// Ends at the first SIGTERM or SIGINT. The handlers are in place before this returns.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn check(settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = settings.data.join(sqlite::FILE_NAME);
    anyhow::ensure!(path.exists(), "check {}: there is no database", path.display());
    let in_check = || format!("check {}", path.display());
    let store = Sqlite::open(&settings.data, Opening::default()).await.with_context(in_check)?;
    let findings = store.check().await.with_context(in_check)?;
    store.close().await.with_context(in_check)?;
    if findings.is_empty() {
        say(&format!("{}: nothing wrong found\n", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &findings {
        say(&format!("{finding}\n"))?;
    }
    Ok(ExitCode::FAILURE)
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("write to standard output")
}

fn say_error(text: &str) {
    // Nothing is left to tell it to when standard error is closed.
    let _closed = writeln!(std::io::stderr(), "{text}");
}
