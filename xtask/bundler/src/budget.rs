//! What a tablet downloads, and the most it may be.
//!
//! In: the manifest. Out: figures, a report, and a complaint for each limit that is passed. KB = 1,024 bytes.
//! The limits are those of `docs/measures.md`; raising one is a decision, not a repair.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::Context as _;
use serde_json::json;

use crate::manifest::Manifest;

const KB: u64 = 1024;

/// The wasm we aim for, compressed.
const WASM_BYTES_AIM: u64 = 500 * KB;

/// The wasm at which the build fails, compressed.
const WASM_BYTES_MAX: u64 = 600 * KB;

/// Everything a new tablet fetches, compressed.
const FIRST_INSTALL_BYTES_MAX: u64 = 900 * KB;

/// The sizes that have a limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    wasm_brotli_bytes: u64,
    first_install_bytes: u64,
}

impl Figures {
    /// Adds up a manifest.
    pub(crate) fn of(manifest: &Manifest) -> Self {
        let sum = |wanted: fn(&str) -> bool| {
            manifest.files.iter().filter(|file| wanted(&file.path)).map(|file| file.brotli_bytes).sum()
        };
        Self { wasm_brotli_bytes: sum(|path| path.ends_with(".wasm")), first_install_bytes: sum(|_| true) }
    }

    /// A table for people.
    pub(crate) fn report(&self, manifest: &Manifest) -> String {
        let mut text = format!("bundle {}\n", manifest.id);
        for file in &manifest.files {
            let _infallible = writeln!(text, "{:>10} {:>10}  {}", file.bytes, file.brotli_bytes, file.path);
        }
        let _infallible = write!(
            text,
            "wasm {} KB compressed (aim {}, limit {}), first install {} KB (limit {})",
            self.wasm_brotli_bytes / KB,
            WASM_BYTES_AIM / KB,
            WASM_BYTES_MAX / KB,
            self.first_install_bytes / KB,
            FIRST_INSTALL_BYTES_MAX / KB,
        );
        text
    }

    /// One sentence for each limit that is passed.
    pub(crate) fn problems(&self) -> Vec<String> {
        [
            ("The wasm is", self.wasm_brotli_bytes, WASM_BYTES_MAX),
            ("The first install is", self.first_install_bytes, FIRST_INSTALL_BYTES_MAX),
        ]
        .into_iter()
        .filter(|(_, found, max)| found > max)
        .map(|(what, found, max)| format!("{what} {found} bytes compressed; the limit is {max}."))
        .collect()
    }

    /// One line for `--json`.
    pub(crate) fn json(&self, compiler: &str) -> anyhow::Result<String> {
        let line = json!({
            "name": "bundle",
            "date": said_by("date", &["-u", "+%Y-%m-%d"]),
            "machine": said_by("uname", &["-srm"]),
            "versions": { "rustc": compiler, "node": said_by("node", &["--version"]) },
            "figures": {
                "wasm_brotli_bytes": self.wasm_brotli_bytes,
                "first_install_bytes": self.first_install_bytes,
            },
        });
        serde_json::to_string(&line).context("write the figures")
    }
}

/// What a small program prints, for the context of a measurement; empty when it is not there.
fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_over_the_limit_fails_the_build_and_one_at_the_limit_does_not() {
        let at = Figures { wasm_brotli_bytes: WASM_BYTES_MAX, first_install_bytes: 0 };
        assert!(at.problems().is_empty());
        let over = Figures {
            wasm_brotli_bytes: WASM_BYTES_MAX + 1,
            first_install_bytes: FIRST_INSTALL_BYTES_MAX + 1,
        };
        assert_eq!(over.problems().len(), 2);
        assert_eq!(
            over.problems().first().map(String::as_str),
            Some("The wasm is 614401 bytes compressed; the limit is 614400.")
        );
    }
}
