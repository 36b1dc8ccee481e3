//! Running other programs: loudly, quietly into a log, for their answer, or for a limited time.
//!
//! In: a `Command`. Out: success, text, or a `Problem` that names the step.
//! Never decides what to do about a failure.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::Problem;
use crate::say;

/// Starts a command and turns "no such program" into a sentence.
fn could_not_start(command: &Command, source: std::io::Error) -> Problem {
    Problem::CouldNotStart { program: command.get_program().to_string_lossy().into_owned(), source }
}

/// Runs with the terminal's own input and output. `step` finishes the sentence "could not …".
pub(crate) fn loudly(command: &mut Command, step: &str) -> Result<(), Problem> {
    let status = command.status().map_err(|source| could_not_start(command, source))?;
    if status.success() { Ok(()) } else { Err(Problem::StepFailed { step: step.to_owned() }) }
}

/// Runs with all output in `log`, which is replaced. `step` finishes the sentence "could not …".
pub(crate) fn quietly(command: &mut Command, step: &str, log: &Path) -> Result<(), Problem> {
    let file = create(log)?;
    let second =
        file.try_clone().map_err(|source| Problem::File { doing: "write", path: log.to_owned(), source })?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(second)
        .status()
        .map_err(|source| could_not_start(command, source))?;
    if status.success() {
        Ok(())
    } else {
        Err(Problem::SetupFailed { step: step.to_owned(), log: log.to_owned() })
    }
}

/// Runs quietly and stops the command when `limit` is over. `None` when it was stopped.
pub(crate) fn for_at_most(
    limit: Duration,
    command: &mut Command,
    log: &Path,
) -> Result<Option<ExitStatus>, Problem> {
    let file = create(log)?;
    let second =
        file.try_clone().map_err(|source| Problem::File { doing: "write", path: log.to_owned(), source })?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(second)
        .spawn()
        .map_err(|source| could_not_start(command, source))?;
    let started = Instant::now();
    loop {
        let ended = child.try_wait().map_err(|source| could_not_start(command, source))?;
        if ended.is_some() {
            return Ok(ended);
        }
        if started.elapsed() >= limit {
            // It may have ended in this very moment: then there is nothing left to stop, and that is what was wanted.
            let _already_ended = child.kill();
            child.wait().map_err(|source| could_not_start(command, source))?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Runs silently and gives the standard output, trimmed; `None` when the program is missing or fails.
pub(crate) fn answer_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs, prints every line of standard output as it comes, and gives each to `seen`. True when it ended well.
pub(crate) fn watching(command: &mut Command, mut seen: impl FnMut(&str)) -> Result<bool, Problem> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|source| could_not_start(command, source))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let Ok(line) = line else { break };
            let line = String::from_utf8_lossy(&line);
            say::answer(&line);
            seen(&line);
        }
    }
    let status = child.wait().map_err(|source| could_not_start(command, source))?;
    Ok(status.success())
}

/// Makes the file and the folders above it.
fn create(path: &Path) -> Result<File, Problem> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    File::create(path).map_err(|source| Problem::File { doing: "write", path: path.to_owned(), source })
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), Problem> {
    fs::create_dir_all(path).map_err(|source| Problem::File {
        doing: "make the folder",
        path: path.to_owned(),
        source,
    })
}

/// Removes a folder with all it holds, if it is there.
pub(crate) fn remove_folder(path: &Path) -> Result<(), Problem> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(Problem::File { doing: "remove", path: path.to_owned(), source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a file and the folders above it.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Problem> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    fs::write(path, text).map_err(|source| Problem::File { doing: "write", path: path.to_owned(), source })
}

/// Reads a whole text file.
pub(crate) fn read_file(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|source| Problem::File { doing: "read", path: path.to_owned(), source })
}
