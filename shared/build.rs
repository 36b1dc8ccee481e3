//! Turns `content/*.json` into one compact blob, and stops the build where content is wrong.
//!
//! In: the home safety items and the catalogue. Out: `content.postcard` in the build's output folder.
//! A tablet so carries neither a JSON reader nor the parser of rules. Never reads outside this package.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use crate::catalogue::Catalogue;
use crate::home_safety::HomeSafety;
use crate::source::Problem;

#[expect(unreachable_pub, reason = "public in the library, which shares this file")]
#[path = "src/content/catalogue.rs"]
mod catalogue;
#[path = "build/check.rs"]
mod check;
#[expect(unreachable_pub, reason = "public in the library, which shares this file")]
#[path = "src/content/expression.rs"]
mod expression;
#[expect(unreachable_pub, reason = "public in the library, which shares this file")]
#[path = "src/content/home_safety.rs"]
mod home_safety;
#[path = "build/expression.rs"]
mod parse;
#[path = "build/source.rs"]
mod source;

const HOME_SAFETY: &str = "content/home_safety.json";
const CATALOGUE: &str = "content/at_catalogue.json";

fn main() {
    for path in [HOME_SAFETY, CATALOGUE, "build.rs", "build", "src/content"] {
        say(&format!("rerun-if-changed={path}"));
    }
    if let Err((file, problems)) = build() {
        for Problem { at, reason } in problems {
            say(&format!("error=shared/{file}: {at}: {reason}"));
        }
        process::exit(1);
    }
}

type Refused = (&'static str, Vec<Problem>);

fn build() -> Result<(), Refused> {
    let catalogue: Catalogue = serde_json::from_str(read(CATALOGUE)?)
        .map_err(|error| (CATALOGUE, vec![Problem::new("JSON", error.to_string())]))?;
    none_or(CATALOGUE, check::check_catalogue(&catalogue))?;
    let items = source::read_home_safety(read(HOME_SAFETY)?).map_err(|problems| (HOME_SAFETY, problems))?;
    none_or(HOME_SAFETY, check::check_home_safety(&items, &catalogue))?;
    write(&(items.content, catalogue)).map_err(|reason| ("content", vec![Problem::new("blob", reason)]))
}

fn none_or(file: &'static str, problems: Vec<Problem>) -> Result<(), Refused> {
    if problems.is_empty() { Ok(()) } else { Err((file, problems)) }
}

/// The text of a content file; kept for the whole build, so that content can borrow from it.
fn read(file: &'static str) -> Result<&'static str, Refused> {
    match fs::read_to_string(Path::new(&variable("CARGO_MANIFEST_DIR")).join(file)) {
        Ok(text) => Ok(text.leak()),
        Err(error) => Err((file, vec![Problem::new("file", error.to_string())])),
    }
}

fn write(content: &(HomeSafety, Catalogue)) -> Result<(), String> {
    let blob: &'static [u8] = postcard::to_allocvec(content).map_err(|error| error.to_string())?.leak();
    let back: (HomeSafety, Catalogue) = postcard::from_bytes(blob).map_err(|error| error.to_string())?;
    if back != *content {
        return Err("it does not read back as written".to_owned());
    }
    let path = PathBuf::from(variable("OUT_DIR")).join("content.postcard");
    fs::write(path, blob).map_err(|error| error.to_string())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Cargo reads what a build script prints.
fn say(line: &str) {
    println!("cargo::{line}");
}
