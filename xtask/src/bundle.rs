//! The bundle: what the server serves to a tablet.
//!
//! In: a profile. Out: a folder of finished files. Compiles the app for the browser and hands the rest (bindings,
//! size, styles, names, compression, budget) to `doorstep-bundler`, a program of its own so that its libraries are
//! built only when something is bundled.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::Place;
use crate::problem::Problem;
use crate::setup::WasmToolchain;
use crate::{run, setup};

/// The target of everything that runs in the browser.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// How a bundle is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For the tests: quick to build, not small.
    Ci,
    /// For `cargo xtask dev`: as `Ci`, incremental, and the page reloads itself.
    Dev,
    /// For tablets: small, within the budget or the build fails.
    Release,
}

impl Profile {
    /// The name in folders and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ci => "ci",
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// Cargo's profile for the browser's half.
    pub(crate) fn cargo_profile(self) -> &'static str {
        match self {
            Self::Ci | Self::Dev => "ci",
            Self::Release => "wasm-release",
        }
    }
}

impl std::str::FromStr for Profile {
    type Err = Problem;

    fn from_str(name: &str) -> Result<Self, Problem> {
        match name {
            "ci" => Ok(Self::Ci),
            "dev" => Ok(Self::Dev),
            "release" => Ok(Self::Release),
            _ => Err(Problem::BadValue { argument: "--profile", expected: "one of ci, dev, release" }),
        }
    }
}

/// What a bundle's size is compared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Too large is a failure.
    Held,
    /// Too large is said, and the bundle may be looked at all the same.
    Said,
    /// As `Held`, and one line of JSON with the sizes ends the output.
    Measured,
}

/// Builds the bundle and gives its folder.
pub(crate) fn build(place: &Place, profile: Profile, budget: Budget) -> Result<PathBuf, Problem> {
    let out = place.bundle(profile.name());
    // What an earlier run left must not pass for what this one failed to build.
    run::remove_folder(&out)?;
    let modules = setup::node_modules(place)?;
    let toolchain = setup::wasm_toolchain(place)?;
    let wasm = compile(place, &toolchain, profile)?;
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(&place.repository)
        .args(["run", "--quiet", "--profile", "ci", "--package", "doorstep-bundler", "--"])
        .args(["--profile", profile.name()])
        .arg("--wasm")
        .arg(&wasm)
        .arg("--repository")
        .arg(&place.repository)
        .arg("--modules")
        .arg(&modules)
        .arg("--out")
        .arg(&out);
    command.args(["--budget", if budget == Budget::Said { "said" } else { "held" }]);
    if budget == Budget::Measured {
        command.arg("--figures").arg(toolchain.version().unwrap_or_default());
    }
    run::loudly(&mut command, "make the bundle")?;
    Ok(out)
}

/// Compiles the app for the browser and gives the module's path.
fn compile(place: &Place, toolchain: &WasmToolchain, profile: Profile) -> Result<PathBuf, Problem> {
    let mut command = toolchain.cargo();
    command.current_dir(&place.repository).args(["build", "--package", "doorstep-app", "--lib"]);
    configure(&mut command, place, profile);
    run::loudly(&mut command, "compile the app for the browser")?;
    Ok(place.wasm_target().join(TARGET).join(profile.cargo_profile()).join("doorstep_app.wasm"))
}

/// Adds to a cargo command what every build of the browser's half has in common.
pub(crate) fn configure(command: &mut Command, place: &Place, profile: Profile) {
    command
        .args(["--target", TARGET, "--profile", profile.cargo_profile()])
        .env("CARGO_TARGET_DIR", place.wasm_target())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(profile, &place.repository, &crates_folder()).join("\u{1f}"));
    if profile == Profile::Dev {
        command.env("CARGO_INCREMENTAL", "1");
    }
}

/// The compiler's flags. Paths of this machine are left out of a release, so that two clones give the same bytes.
///
/// View types are erased in every profile: without that a page of forms takes minutes to compile and is larger.
fn flags(profile: Profile, repository: &Path, crates: &Path) -> Vec<String> {
    let erased = "--cfg=erase_components".to_owned();
    match profile {
        Profile::Ci | Profile::Dev => vec![erased],
        Profile::Release => vec![
            erased,
            format!("--remap-path-prefix={}=/doorstep", repository.display()),
            format!("--remap-path-prefix={}=/crates", crates.display()),
        ],
    }
}

/// Where cargo unpacks the libraries.
fn crates_folder() -> PathBuf {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    home.unwrap_or_else(|| PathBuf::from(".cargo")).join("registry").join("src")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_names_no_folder_of_this_machine() {
        let flags = flags(Profile::Release, Path::new("/clone"), Path::new("/crates-here"));
        assert_eq!(
            flags,
            [
                "--cfg=erase_components",
                "--remap-path-prefix=/clone=/doorstep",
                "--remap-path-prefix=/crates-here=/crates"
            ]
        );
    }

    #[test]
    fn every_profile_is_read_by_its_own_name() {
        for profile in [Profile::Ci, Profile::Dev, Profile::Release] {
            assert_eq!(profile.name().parse::<Profile>().ok(), Some(profile));
        }
        assert!("fast".parse::<Profile>().is_err());
    }
}
