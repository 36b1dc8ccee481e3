//! Debian packages: which are missing, and installing them where that is allowed.
//!
//! In: package names and the reason. Out: nothing, or the exact command a person with the right can type.
//! Never removes a package to make room for another: `apt-get` is told to refuse instead.

use std::path::Path;
use std::process::Command;

use super::announce;
use crate::place::Place;
use crate::problem::Problem;
use crate::run;

/// Installs those of `packages` that are missing. `why` is read aloud before anything happens.
pub(super) fn install(place: &Place, packages: &[&str], why: &str) -> Result<(), Problem> {
    let missing: Vec<String> = packages
        .iter()
        .filter(|package| !is_installed(package))
        .map(|package| (*package).to_owned())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_available() {
        return Err(Problem::NoInstaller { packages: missing, why: why.to_owned() });
    }
    let Some(prefix) = permission() else {
        return Err(Problem::NotPermitted { packages: missing, why: why.to_owned() });
    };
    announce(&format!("installing {} with apt-get, because {why}", missing.join(", ")));
    let step = format!("install {}", missing.join(", "));
    let log = place.log("apt-get");
    // A source that cannot be reached is no reason to stop: the packages may come from another, or be known already.
    let _known_or_not = run::quietly(apt_get(prefix).arg("update"), &step, &place.log("apt-get-update"));
    let mut command = apt_get(prefix);
    command.args(["install", "--yes", "--no-install-recommends", "--no-remove"]).args(&missing);
    run::quietly(&mut command, &step, &log)
}

/// True where `apt-get` exists.
pub(super) fn is_available() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

/// True when `apt-get` knows a package of this name that could be installed.
pub(super) fn offers(place: &Place, package: &str) -> bool {
    let knows = || {
        run::answer_of(Command::new("apt-cache").args(["policy", package])).is_some_and(|policy| {
            policy.lines().any(|line| line.contains("Candidate:") && !line.contains("(none)"))
        })
    };
    if knows() {
        return true;
    }
    // A machine just made may have no package lists yet.
    let fetched = permission().is_some_and(|prefix| {
        run::quietly(apt_get(prefix).arg("update"), "read the package lists", &place.log("apt-get-update"))
            .is_ok()
    });
    fetched && knows()
}

/// A command that changes files of the system, with the right to do so; `None` where this user has none.
pub(super) fn as_administrator(program: &str) -> Option<Command> {
    permission().map(|prefix| with_prefix(prefix, program))
}

/// How this user may act as administrator: directly, or through `sudo` without a password.
#[derive(Clone, Copy)]
enum Permission {
    Direct,
    Sudo,
}

fn permission() -> Option<Permission> {
    if run::answer_of(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(Permission::Direct);
    }
    run::answer_of(Command::new("sudo").args(["--non-interactive", "true"])).map(|_| Permission::Sudo)
}

fn with_prefix(permission: Permission, program: &str) -> Command {
    match permission {
        Permission::Direct => Command::new(program),
        Permission::Sudo => {
            let mut command = Command::new("sudo");
            command.args(["--non-interactive", program]);
            command
        }
    }
}

fn apt_get(permission: Permission) -> Command {
    let mut command = with_prefix(permission, "/usr/bin/env");
    // Another installation may be under way on a machine that was just started: wait for it.
    command.args([
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--option",
        "DPkg::Lock::Timeout=300",
        "--quiet",
    ]);
    command
}

fn is_installed(package: &str) -> bool {
    run::answer_of(Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]))
        .is_some_and(|status| status == "install ok installed")
}
