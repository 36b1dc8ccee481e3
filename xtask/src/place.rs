//! Where things are: the repository, the build folders, the cache that outlives a clone.
//!
//! In: cargo's environment. Out: absolute paths. Nothing here creates or removes anything.
//! Build folders follow `CARGO_TARGET_DIR`; the cache follows `XDG_CACHE_HOME`, because a fresh clone is never warm
//! and a standard library or a browser's worth of node modules should be fetched once for a machine.

use std::env;
use std::path::{Path, PathBuf};

/// The folders a command works in. All paths are absolute.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The root of the clone.
    pub(crate) repository: PathBuf,
    /// Cargo's target folder for this machine's own programs.
    pub(crate) target: PathBuf,
    /// What is kept between clones: node modules, the browser's standard library, logs of set-up.
    pub(crate) cache: PathBuf,
}

impl Place {
    /// Reads the environment once.
    pub(crate) fn find() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        // The binary may have been built in another clone that shares this target folder: cargo says where it runs now.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| manifest.to_owned(), PathBuf::from);
        let repository = manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf);
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        let target = if target.is_absolute() { target } else { repository.join(target) };
        let home = || {
            env::var_os("HOME")
                .map_or_else(|| repository.join("target"), |home| PathBuf::from(home).join(".cache"))
        };
        let cache =
            env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()).map_or_else(home, PathBuf::from);
        Self { cache: cache.join("doorstep"), repository, target }
    }

    /// The target folder of everything built for the browser, apart so that two compilers never fight over one.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// Where a finished bundle is put.
    pub(crate) fn bundle(&self, profile: &str) -> PathBuf {
        self.target.join("bundle").join(profile)
    }

    /// Where the output of a set-up step is kept.
    pub(crate) fn log(&self, step: &str) -> PathBuf {
        self.cache.join("logs").join(format!("{step}.log"))
    }
}
