//! A Rust compiler that can build for the browser.
//!
//! Usually rustup's, with one more target. Where rustup's servers are out of reach (hospital networks), Debian's
//! `rustc-web` with a standard library built from Debian's own source and put beside that compiler.
//! In: a `Place`. Out: a `WasmToolchain`. Never sets a default toolchain, never changes rustup's settings.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{announce, apt};
use crate::place::Place;
use crate::problem::Problem;
use crate::run;

const TARGET: &str = "wasm32-unknown-unknown";

/// Longest wait for rustup's servers. A network that swallows packets must not stop the set-up for good.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// Where Debian puts its compiler.
const DEBIAN_BIN: &str = "/usr/bin";

/// Beside the installed standard library: which compiler it was built by.
const STAMP: &str = "doorstep-built-by.txt";

/// Why the Debian packages are wanted, for the person who watches.
const WHY_DEBIAN: &str =
    "the tablet's half needs a Rust compiler for the browser and rustup's servers gave none";

/// The programs that build the tablet's half. All four belong together: mixing versions fails late and obscurely.
#[derive(Debug, Clone)]
pub(crate) struct WasmToolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    rustdoc: PathBuf,
    clippy: PathBuf,
    /// True for a compiler that is not rustup's: rustup's variables must not reach it.
    apart: bool,
}

impl WasmToolchain {
    fn rustup() -> Self {
        let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let beside = |name: &str| {
            cargo
                .parent()
                .map(|folder| folder.join(name))
                .filter(|path| path.exists())
                .unwrap_or_else(|| name.into())
        };
        Self {
            rustc: beside("rustc"),
            rustdoc: beside("rustdoc"),
            clippy: beside("cargo-clippy"),
            cargo,
            apart: false,
        }
    }

    fn debian() -> Self {
        let at = |name: &str| Path::new(DEBIAN_BIN).join(name);
        Self {
            cargo: at("cargo"),
            rustc: at("rustc"),
            rustdoc: at("rustdoc"),
            clippy: at("cargo-clippy"),
            apart: true,
        }
    }

    /// Cargo for the browser's half, without the target argument.
    pub(crate) fn cargo(&self) -> Command {
        self.command(&self.cargo)
    }

    /// `cargo clippy` of the same version, up to and with the word `clippy`.
    pub(crate) fn clippy(&self) -> Command {
        let mut command = self.command(&self.clippy);
        command.arg("clippy");
        command
    }

    /// The compiler's version in one line.
    pub(crate) fn version(&self) -> Option<String> {
        run::answer_of(self.command(&self.rustc).arg("--version"))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.apart {
            // Called from inside rustup's cargo: whatever names rustup's compiler or its libraries has to go.
            for (name, _) in env::vars_os() {
                if belongs_to_outer_cargo(&name) {
                    command.env_remove(name);
                }
            }
            command.env("CARGO", &self.cargo).env("RUSTC", &self.rustc).env("RUSTDOC", &self.rustdoc);
        }
        command
    }

    /// The folder that holds, or would hold, the browser's standard library.
    fn library(&self) -> Option<PathBuf> {
        run::answer_of(self.command(&self.rustc).args(["--print", "target-libdir", "--target", TARGET]))
            .map(PathBuf::from)
    }

    fn has_library(&self) -> bool {
        let Some(folder) = self.library() else { return false };
        let Ok(files) = fs::read_dir(&folder) else { return false };
        let has_core = files.flatten().any(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        });
        // After a security update the compiler is newer than the library beside it.
        has_core && (!self.apart || fs::read_to_string(folder.join(STAMP)).ok() == self.identity())
    }

    fn identity(&self) -> Option<String> {
        run::answer_of(self.command(&self.rustc).arg("--version").arg("--verbose"))
    }
}

/// Finds or makes a toolchain.
pub(super) fn ready(place: &Place) -> Result<WasmToolchain, Problem> {
    let rustup = WasmToolchain::rustup();
    if rustup.has_library() {
        return Ok(rustup);
    }
    let debian = WasmToolchain::debian();
    if debian.rustc.exists() && debian.has_library() {
        return Ok(debian);
    }
    if rustup_brings_the_target(place)? && rustup.has_library() {
        return Ok(rustup);
    }
    debian_compiler(place)?;
    debian_library(place, &debian)?;
    if debian.has_library() { Ok(debian) } else { Err(Problem::NoWasmCompiler) }
}

/// Makes sure that `clippy` of the same version is there.
pub(super) fn clippy_ready(place: &Place, toolchain: &WasmToolchain) -> Result<(), Problem> {
    if toolchain.clippy.exists() || run::answer_of(toolchain.clippy().arg("--version")).is_some() {
        return Ok(());
    }
    if toolchain.apart {
        return apt::install(
            place,
            &["rust-web-clippy"],
            "the tablet's half is checked by its own compiler's linter",
        );
    }
    Err(Problem::ProgramMissing {
        program: "cargo-clippy",
        why: "the tests check every line with it",
        remedy: "Run `rustup component add clippy`.",
    })
}

/// Asks rustup for the target, once, for a limited time. False when there is no rustup or it could not.
fn rustup_brings_the_target(place: &Place) -> Result<bool, Problem> {
    if run::answer_of(Command::new("rustup").arg("--version")).is_none() {
        return Ok(false);
    }
    announce(&format!(
        "asking rustup for the target {TARGET}, because the tablet's half runs in the browser"
    ));
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]);
    let ended = run::for_at_most(RUSTUP_LIMIT, &mut command, &place.log("rustup"))?;
    Ok(ended.is_some_and(|status| status.success()))
}

/// Installs Debian's newest compiler, its source and the linker of the same LLVM.
fn debian_compiler(place: &Place) -> Result<(), Problem> {
    if !apt::is_available() || !apt::offers(place, "rustc-web") {
        return Err(Problem::NoWasmCompiler);
    }
    apt::install(place, &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"], WHY_DEBIAN)?;
    let identity = WasmToolchain::debian().identity().ok_or(Problem::NoWasmCompiler)?;
    let linker = linker_package(&identity).ok_or(Problem::NoWasmCompiler)?;
    apt::install(place, &[&linker], "the linker must be of the compiler's own LLVM")
}

/// The package of the linker that matches a compiler, from what `rustc --version --verbose` says.
fn linker_package(identity: &str) -> Option<String> {
    let version = identity.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    let major = version.split('.').next()?;
    Some(format!("lld-{major}"))
}

/// Builds the standard library for the browser once and puts it beside Debian's compiler.
fn debian_library(place: &Place, debian: &WasmToolchain) -> Result<(), Problem> {
    let identity = debian.identity().ok_or(Problem::NoWasmCompiler)?;
    let release = identity.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("unknown");
    let folder = place.cache.join("wasm-std").join(release);
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).ok().as_deref() != Some(identity.as_str()) {
        announce(
            "building Rust's standard library for the browser from Debian's source, once (about two minutes)",
        );
        build_library(place, debian, &folder)?;
        run::write_file(&stamp, &identity)?;
    }
    let built = folder.join("target").join(TARGET).join("release").join("deps");
    let installed = debian.library().ok_or(Problem::NoWasmCompiler)?;
    copy_library(place, &built, &stamp, &installed)
}

fn build_library(place: &Place, debian: &WasmToolchain, folder: &Path) -> Result<(), Problem> {
    run::write_file(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    run::write_file(&folder.join("src/lib.rs"), "#![no_std]\n")?;
    let mut command = debian.cargo();
    command
        .current_dir(folder)
        .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TARGET])
        // The compiler's own source is built with the compiler's own unstable features; nothing else is.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode in the library, whole-program optimisation of the app fails to link.
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", folder.join("target"));
    run::quietly(&mut command, "build the standard library for the browser", &place.log("wasm-std"))
}

/// Copies the libraries, not the empty crate, and last the stamp that says they are complete.
fn copy_library(place: &Place, built: &Path, stamp: &Path, installed: &Path) -> Result<(), Problem> {
    let reading = |source| Problem::File { doing: "read", path: built.to_owned(), source };
    let mut files = Vec::new();
    for file in fs::read_dir(built).map_err(reading)? {
        let path = file.map_err(reading)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libempty-") {
            files.push(path);
        }
    }
    let step = "put the standard library for the browser beside Debian's compiler";
    let log = place.log("wasm-std-copy");
    let administrator = |program: &str| {
        apt::as_administrator(program).ok_or_else(|| Problem::NotPermitted {
            packages: vec!["libstd-rust-web-dev".to_owned()],
            why: format!("the browser's standard library belongs in {}", installed.display()),
        })
    };
    run::quietly(administrator("rm")?.args(["-rf", "--"]).arg(installed), step, &log)?;
    run::quietly(administrator("mkdir")?.args(["-p", "--"]).arg(installed), step, &log)?;
    run::quietly(administrator("cp")?.arg("--").args(&files).arg(installed), step, &log)?;
    run::quietly(administrator("cp")?.arg("--").arg(stamp).arg(installed), step, &log)
}

/// Variables that the outer cargo or rustup set for their own compiler, or for the program they started.
fn belongs_to_outer_cargo(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    matches!(
        name.as_ref(),
        "CARGO"
            | "CARGO_BIN_NAME"
            | "CARGO_CRATE_NAME"
            | "CARGO_MANIFEST_DIR"
            | "CARGO_MANIFEST_PATH"
            | "CARGO_PRIMARY_PACKAGE"
            | "LD_LIBRARY_PATH"
            | "RUSTC"
            | "RUSTDOC"
            | "RUSTC_WRAPPER"
            | "RUSTC_WORKSPACE_WRAPPER"
            | "RUSTFLAGS"
            | "CARGO_ENCODED_RUSTFLAGS"
            | "RUST_RECURSION_COUNT"
            | "RUSTUP_TOOLCHAIN"
            | "RUSTUP_TOOLCHAIN_SOURCE"
    ) || name.starts_with("CARGO_PKG_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_follows_the_compilers_llvm() {
        let identity = "rustc 1.97.0\nrelease: 1.97.0\nLLVM version: 23.1.0";
        assert_eq!(linker_package(identity).as_deref(), Some("lld-23"));
        assert_eq!(linker_package("rustc 1.97.0"), None);
    }

    #[test]
    fn the_place_of_crates_and_of_targets_is_kept_and_the_outer_compiler_is_not() {
        for kept in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_HTTP_CAINFO", "CARGO_BUILD_JOBS", "PATH"] {
            assert!(!belongs_to_outer_cargo(OsStr::new(kept)), "{kept}");
        }
        for removed in ["RUSTUP_TOOLCHAIN", "RUSTC", "LD_LIBRARY_PATH", "CARGO_PKG_NAME"] {
            assert!(belongs_to_outer_cargo(OsStr::new(removed)), "{removed}");
        }
    }
}
