//! The two programs from npm: Sass for the styles, wasm-opt for size.
//!
//! In: files. Out: bytes. Both run on this machine's Node; neither reads outside the clone and its node modules.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::request::Request;

/// What every browser of the floor understands. Never `--all-features`: it writes an import kind Chromium refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Compiles `style/main.scss` to one compressed style sheet.
pub(crate) fn styles(request: &Request) -> anyhow::Result<Vec<u8>> {
    let output = Command::new("node")
        .current_dir(&request.repository)
        .arg(request.modules.join("sass/sass.js"))
        .arg(format!("--load-path={}", request.modules.display()))
        .args(["--style=compressed", "--no-source-map", "--quiet-deps", "--no-charset", "style/main.scss"])
        .stderr(Stdio::inherit())
        .output()
        .context("start Sass")?;
    ensure!(output.status.success(), "Sass could not compile style/main.scss");
    Ok(output.stdout)
}

/// Makes the module smaller and faster. Levels are equal after brotli, so the one for speed is used.
pub(crate) fn shrink(request: &Request, wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let folder = request.out.with_extension("wasm-opt");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let (before, after) = (folder.join("before.wasm"), folder.join("after.wasm"));
    fs::write(&before, wasm).with_context(|| format!("write {}", before.display()))?;
    let status = Command::new("node")
        .arg(request.modules.join("binaryen/bin/wasm-opt"))
        .args(["-O2", "--strip-debug", "--strip-producers"])
        .args(WASM_FEATURES)
        .arg(&before)
        .arg("--output")
        .arg(&after)
        .status()
        .context("start wasm-opt")?;
    ensure!(status.success(), "wasm-opt could not shrink the module");
    let smaller = fs::read(&after).with_context(|| format!("read {}", after.display()))?;
    fs::remove_dir_all(&folder).with_context(|| format!("remove {}", folder.display()))?;
    Ok(smaller)
}
