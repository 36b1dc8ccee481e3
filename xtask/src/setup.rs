//! Set-up: what a machine lacks is named, explained and installed, once.
//!
//! In: a `Place`. Out: a toolchain, a folder of node modules, a browser.
//! Every step looks first and is quick when there is nothing to do; each installs only with a sentence that says what
//! and why, and stops with a sentence where it may not. One set-up runs at a time on a machine: a lock in the cache.

mod apt;
mod node;
mod wasm;

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::Place;
use crate::problem::Problem;
use crate::{run, say};

pub(crate) use wasm::WasmToolchain;

/// Held while a step looks and installs, so that two commands started together do not install twice.
struct Turn {
    _file: File,
}

impl Turn {
    /// Waits for its turn.
    fn take(place: &Place) -> Result<Self, Problem> {
        run::make_folder(&place.cache)?;
        let path = place.cache.join("setup.lock");
        let failed = |source| Problem::File { doing: "lock", path: path.clone(), source };
        let file = File::create(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// A compiler for the browser.
pub(crate) fn wasm_toolchain(place: &Place) -> Result<WasmToolchain, Problem> {
    let _turn = Turn::take(place)?;
    wasm::ready(place)
}

/// The node modules of `package-lock.json`, linked as `node_modules` at the root.
pub(crate) fn node_modules(place: &Place) -> Result<PathBuf, Problem> {
    node::check_version()?;
    let _turn = Turn::take(place)?;
    node::ready(place)
}

/// The linter for the browser's half, beside the compiler that builds it.
pub(crate) fn wasm_clippy(place: &Place, toolchain: &WasmToolchain) -> Result<(), Problem> {
    let _turn = Turn::take(place)?;
    wasm::clippy_ready(place, toolchain)
}

/// The browser that the tests drive: the one named by `CHROMIUM`, one on the PATH, or Debian's.
pub(crate) fn chromium(place: &Place) -> Result<PathBuf, Problem> {
    let _turn = Turn::take(place)?;
    if let Some(named) = env::var_os("CHROMIUM") {
        return Ok(PathBuf::from(named));
    }
    let found = || CHROMIUM_NAMES.into_iter().filter_map(on_the_path).find(|path| answers(path));
    if found().is_none() {
        apt::install(
            place,
            &["chromium", "fonts-liberation"],
            "the tests drive a real browser and compare real text",
        )?;
    }
    found().ok_or(Problem::ProgramMissing {
        program: "chromium",
        why: "the tests drive it",
        remedy: "Install Chromium or Chrome, or name it in the variable CHROMIUM.",
    })
}

/// What Chromium is called, by distribution.
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The whole path of a program.
fn on_the_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// True for a browser; a wrapper that only says how to install one has the same name, and fails.
fn answers(browser: &Path) -> bool {
    run::answer_of(Command::new(browser).arg("--version")).is_some()
}

/// What set-up is about to do, and why it may take a while.
fn announce(sentence: &str) {
    say::progress(&format!("set-up: {sentence}"));
}
