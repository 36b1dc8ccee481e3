//! `cargo xtask dev`: build, serve, and again whenever a file changes.
//!
//! In: a port, a folder, and the times of the source files. Out: a running server on the newest build that compiles.
//! A build that fails leaves the last good one running. The page reloads itself (app/public/dev.js).

use std::env;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::bundle::{self, Budget, Profile};
use crate::place::Place;
use crate::problem::Problem;
use crate::say;
use crate::serve::{self, Choice};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(300);

/// What is watched.
const FOLDERS: [&str; 4] = ["shared", "app", "server", "style"];

/// Runs until it is stopped.
pub(crate) fn dev(place: &Place, rest: &[String]) -> Result<(), Problem> {
    let choice = Choice::read(rest)?;
    serve::require_free(choice.port)?;
    let mut server: Option<Child> = None;
    loop {
        let seen = newest(place);
        match rebuild(place, &choice, &mut server) {
            Ok(()) => say::progress(&format!("http://localhost:{} is up to date; watching", choice.port)),
            Err(problem @ Problem::StepFailed { .. }) => say::progress(&format!("{problem} Watching.")),
            Err(problem) => return Err(problem),
        }
        while newest(place) == seen {
            thread::sleep(LOOK);
        }
    }
}

/// Builds both halves and puts the new server in the old one's place.
fn rebuild(place: &Place, choice: &Choice, server: &mut Option<Child>) -> Result<(), Problem> {
    let bundle = bundle::build(place, Profile::Dev, Budget::Said)?;
    let program = serve::build_server(place, "ci")?;
    if let Some(mut old) = server.take() {
        // It may have ended by itself; then there is nothing to stop.
        let _already_ended = old.kill();
        let _already_waited = old.wait();
    }
    let mut command = serve::command(&program, &bundle, choice);
    if env::var_os("DOORSTEP_LOG").is_none() {
        // The page asks twice a second whether there is a newer bundle; each request would be a line.
        command.env("DOORSTEP_LOG", "warn");
    }
    let started = command.spawn();
    let source = |source| Problem::CouldNotStart { program: program.display().to_string(), source };
    *server = Some(started.map_err(source)?);
    Ok(())
}

/// The time of the newest source file.
fn newest(place: &Place) -> Option<SystemTime> {
    FOLDERS.iter().filter_map(|folder| newest_below(&place.repository.join(folder))).max()
}

fn newest_below(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let time = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    entries
        .filter_map(
            |entry| if entry.path().is_dir() { newest_below(&entry.path()) } else { time(&entry.path()) },
        )
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_written_anywhere_below_is_the_newest() {
        let folder = std::env::temp_dir().join(format!("doorstep-dev-{}", std::process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("old"), "").unwrap();
        let before = newest_below(&folder).unwrap();
        let later = before + Duration::from_secs(5);
        let file = fs::File::create(folder.join("deep/new")).unwrap();
        file.set_modified(later).unwrap();
        assert_eq!(newest_below(&folder), Some(later));
        fs::remove_dir_all(&folder).unwrap();
    }
}
