//! The bindings between the app's wasm and JavaScript, made by wasm-bindgen as a library.
//!
//! In: the compiler's wasm. Out: the wasm and the script that loads it. The library is pinned equal to the crate the
//! app is compiled with, so the two always speak the same version.

use std::path::Path;

use anyhow::{Context as _, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// What wasm-bindgen makes of the app.
pub(crate) struct Bindings {
    /// The module with its bindings in place.
    pub(crate) wasm: Vec<u8>,
    /// The script that loads it, a module with `init` as its default export.
    pub(crate) glue: String,
}

/// Makes the bindings for a module script.
pub(crate) fn generate(wasm: &Path) -> anyhow::Result<Bindings> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).web(true).context("choose the bindings' form")?;
    bindgen.typescript(false).remove_name_section(true).remove_producers_section(true);
    // The module is always handed over, compiled once by the page: the script must not know a path of its own.
    bindgen.omit_default_module_path(true);
    let mut output =
        bindgen.generate_output().with_context(|| format!("make bindings for {}", wasm.display()))?;
    let foreign: Vec<&String> = output
        .snippets()
        .iter()
        .filter(|(_, scripts)| !scripts.is_empty())
        .map(|(library, _)| library)
        .chain(output.local_modules().keys())
        .collect();
    ensure!(foreign.is_empty(), "{foreign:?} bring scripts of their own; every script of the bundle is ours");
    let glue = output.js().to_owned();
    for entry in ["start_page", "start_worker"] {
        ensure!(exports(&glue, entry), "the app exports no function `{entry}`");
    }
    Ok(Bindings { wasm: output.wasm_mut().emit_wasm(), glue })
}

/// True when the script exports a function of this name.
fn exports(glue: &str, name: &str) -> bool {
    glue.contains(&format!("export function {name}("))
        || glue.contains(&format!("export async function {name}("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_its_whole_name() {
        let glue = "export function start_page(module, worker_url) {}\nfunction start_worker() {}";
        assert!(exports(glue, "start_page"));
        assert!(!exports(glue, "start_worker"));
        assert!(!exports(glue, "start"));
    }
}
