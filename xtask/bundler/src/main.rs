//! Turns the compiled app into the bundle the server serves: `doorstep-bundler`, started by `cargo xtask bundle`.
//!
//! In: the app's wasm, the static files of `app/public`, the service worker, the styles. Out: a folder of files with
//! content-hashed names, each compressed beside itself, and `bundle.json`, which tells the server what there is.
//! The same input gives the same bytes: sorted, no times, no paths of this machine.
//! Never fetches anything; the programs it starts (Sass, wasm-opt) come from the node modules it is given.

mod bindings;
mod budget;
mod manifest;
mod press;
mod request;
mod shell;
mod tools;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use manifest::Manifest;
use press::Quality;
use request::{Profile, Request};
use shell::Parts;

fn main() -> ExitCode {
    match Request::read(std::env::args().skip(1)).and_then(|request| make(&request)) {
        Ok(within_budget) if within_budget => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("bundle: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Makes the bundle. False when it is complete and larger than a budget that holds allows.
fn make(request: &Request) -> anyhow::Result<bool> {
    let mut bound = bindings::generate(&request.wasm)?;
    if request.profile == Profile::Release {
        bound.wasm = tools::shrink(request, &bound.wasm)?;
    }
    let parts = Parts {
        wasm: bound.wasm,
        glue: bound.glue,
        style: tools::styles(request)?,
        public: request.repository.join("app/public"),
        service_worker: request.repository.join("app/service_worker/sw.js"),
        reloads_itself: request.profile == Profile::Dev,
    };
    let shell = shell::assemble(&parts)?;
    let quality = if request.profile == Profile::Release { Quality::Best } else { Quality::Fast };
    let manifest = write(&request.out, &shell, quality)?;
    let figures = budget::Figures::of(&manifest);
    say(&figures.report(&manifest));
    if let Some(compiler) = &request.figures {
        answer(&figures.json(compiler)?);
    }
    let problems = if request.profile == Profile::Release { figures.problems() } else { Vec::new() };
    for problem in &problems {
        say(problem);
    }
    Ok(problems.is_empty() || !request.budget_holds)
}

/// Writes every file, its compressed forms and the manifest into a folder that is emptied first.
fn write(out: &Path, shell: &shell::Shell, quality: Quality) -> anyhow::Result<Manifest> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("empty {}", out.display()))?;
    }
    let mut manifest = Manifest { id: shell.id.clone(), files: Vec::new() };
    for file in &shell.files {
        let path = out.join(file.path.trim_start_matches('/'));
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        fs::write(&path, &file.bytes).with_context(|| format!("write {}", path.display()))?;
        let pressed = press::press(&file.bytes, quality)?;
        for (ending, bytes) in [("br", &pressed.brotli), ("gz", &pressed.gzip)] {
            let beside = path.with_file_name(format!(
                "{}.{ending}",
                path.file_name().unwrap_or_default().to_string_lossy()
            ));
            if let Some(bytes) = bytes {
                fs::write(&beside, bytes).with_context(|| format!("write {}", beside.display()))?;
            }
        }
        manifest.files.push(manifest::Entry::of(file, &pressed));
    }
    let path = out.join("bundle.json");
    fs::write(&path, manifest.to_json()?).with_context(|| format!("write {}", path.display()))?;
    Ok(manifest)
}

/// Progress and complaints, beside the answer.
#[expect(clippy::print_stderr, reason = "a command line tool speaks to the terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// The answer of the command, alone on standard output.
#[expect(clippy::print_stdout, reason = "a command line tool answers on standard output")]
fn answer(text: &str) {
    println!("{text}");
}
