//! Node modules: exactly those of `package-lock.json`, kept in the cache and linked into the clone.
//!
//! In: a `Place`. Out: the folder of modules. The lock file names versions and digests and no registry, so the
//! registry is the one this machine is configured for. Scripts of packages are never run.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;

use super::announce;
use crate::place::Place;
use crate::problem::Problem;
use crate::run;

/// The oldest Node that is tried.
const OLDEST: u32 = 20;

const REMEDY: &str = "Install Node 20 or newer with npm (on Debian 13: `apt-get install nodejs npm`).";

/// What is copied beside the modules, because `npm ci` reads it.
const MANIFESTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// Makes sure that Node and npm are there and new enough.
pub(super) fn check_version() -> Result<(), Problem> {
    let why = "the styles are compiled and the bundle is made smaller by programs from npm";
    let found = run::answer_of(Command::new("node").arg("--version"));
    let found = found.ok_or(Problem::ProgramMissing { program: "node", why, remedy: REMEDY })?;
    if !is_new_enough(&found) {
        return Err(Problem::NodeOld { found });
    }
    let npm = run::answer_of(Command::new("npm").arg("--version"));
    npm.map(|_| ()).ok_or(Problem::ProgramMissing { program: "npm", why, remedy: REMEDY })
}

fn is_new_enough(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    major.is_some_and(|major: u32| major >= OLDEST)
}

/// Installs the modules where they are missing or the lock file changed, and links them into the clone.
pub(super) fn ready(place: &Place) -> Result<PathBuf, Problem> {
    let lock = run::read_file(&place.repository.join("package-lock.json"))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let folder = place.cache.join("node").join(format!("{:016x}", hasher.finish()));
    let modules = folder.join("node_modules");
    let complete = folder.join("complete");
    if !complete.exists() {
        announce(
            "fetching node modules with npm: sass for the styles, binaryen for size, playwright and axe for tests",
        );
        for name in MANIFESTS {
            run::write_file(&folder.join(name), &run::read_file(&place.repository.join(name))?)?;
        }
        let mut command = Command::new("npm");
        command.current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--omit=optional",
            "--no-audit",
            "--no-fund",
        ]);
        run::quietly(&mut command, "fetch the node modules", &place.log("npm"))?;
        run::write_file(&complete, "")?;
    }
    link(place, &modules)?;
    Ok(modules)
}

/// Points `node_modules` of the clone at the cache; a real folder that a person made there is left alone.
fn link(place: &Place, modules: &PathBuf) -> Result<(), Problem> {
    let link = place.repository.join("node_modules");
    let failed = |source| Problem::File { doing: "link", path: link.clone(), source };
    match fs::read_link(&link) {
        Ok(target) if &target == modules => return Ok(()),
        Ok(_) => fs::remove_file(&link).map_err(failed)?,
        Err(_) if link.exists() => return Ok(()),
        Err(_) => {}
    }
    std::os::unix::fs::symlink(modules, &link).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_20_is_new_enough_and_18_is_not() {
        assert!(is_new_enough("v20.20.2"));
        assert!(is_new_enough("v24.0.0"));
        assert!(!is_new_enough("v18.19.0"));
        assert!(!is_new_enough("unknown"));
    }
}
