//! The command line of a headless tablet.
//!
//! In: a server, a folder, an account, a script. Out: what the tablet holds as JSON on standard output.
//! Exit 0: every step was done. 1: one could not be. 2: not understood.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use doorstep_tests::script::{FORMAT, run};
use doorstep_tests::tablet::Tablet;

const HELP: &str = "\
tablet: the app's own engine without a screen

  tablet --server URL --store FOLDER --account NAME SCRIPT.json

The password is read from DOORSTEP_PASSWORD. The folder is made when it is not there, and opened again when it is.
Prints what the tablet holds as JSON.

";

struct Asked {
    server: String,
    store: PathBuf,
    account: String,
    script: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        return say(&format!("{HELP}{FORMAT}"));
    }
    let Some(asked) = understand(&arguments) else {
        let _closed = write!(std::io::stderr(), "{HELP}");
        return ExitCode::from(2);
    };
    match go(&asked) {
        Ok(held) => say(&held),
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "tablet: could not {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn understand(arguments: &[String]) -> Option<Asked> {
    let (mut server, mut store, mut account, mut script) = (None, None, None, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--server" => server = Some(arguments.next()?.clone()),
            "--store" => store = Some(PathBuf::from(arguments.next()?)),
            "--account" => account = Some(arguments.next()?.clone()),
            named if named.starts_with('-') || script.is_some() => return None,
            named => script = Some(PathBuf::from(named)),
        }
    }
    Some(Asked { server: server?, store: store?, account: account?, script: script? })
}

fn go(asked: &Asked) -> anyhow::Result<String> {
    let script =
        std::fs::read_to_string(&asked.script).with_context(|| format!("read {}", asked.script.display()))?;
    let password = std::env::var("DOORSTEP_PASSWORD").context("sign in: DOORSTEP_PASSWORD is not set")?;
    let mut tablet = Tablet::open(&asked.store, &asked.server)?;
    // Without a server a tablet that was enrolled before goes on recording.
    if let Err(refusal) = tablet.sign_in(&asked.account, &password)
        && !tablet.is_enrolled()
    {
        return Err(refusal);
    }
    let held = run(tablet, &script, &asked.server)?;
    serde_json::to_string_pretty(&held).context("write what it holds")
}

fn say(text: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
