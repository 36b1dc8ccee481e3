//! The tree as a list of texts, real or planted.
//!
//! In: git's list of files, those not yet added included. Out: paths with their text, sorted. Pictures and other bytes
//! are left out. Nothing here judges.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rust_text;

/// A file with text in it.
pub(crate) struct TextFile {
    /// From the root of the clone, with `/`.
    pub(crate) path: String,
    /// The whole content.
    pub(crate) text: String,
}

impl TextFile {
    /// The last part of the path, without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    /// True for the tests of another file, moved out of it.
    pub(crate) fn is_tests(&self) -> bool {
        let in_folder = self.path.split_once("/src/").is_some_and(|(_, inside)| inside.contains("/tests/"));
        in_folder || self.path.ends_with("_tests.rs") || self.path.ends_with("/tests.rs")
    }

    /// Lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The Rust of the product: without comments, texts and tests; line numbers stay. A file of tests has none.
    pub(crate) fn code(&self) -> String {
        if self.is_tests() {
            return String::new();
        }
        rust_text::without_tests(&rust_text::code_only(&self.text)).to_owned()
    }
}

/// All files.
pub(crate) struct Tree {
    files: Vec<TextFile>,
}

impl Tree {
    /// The clone these tests were built from.
    pub(crate) fn real() -> Self {
        let root = root();
        let output = Command::new("git")
            .args(["-c", "safe.directory=*", "-C"])
            .arg(&root)
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .output()
            .expect("git lists the files of the clone");
        assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
        let list = String::from_utf8(output.stdout).expect("paths of the tree are UTF-8");
        let mut paths: Vec<&str> = list.split('\0').filter(|path| !path.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        // A file that was removed and not yet committed is listed and not there; bytes that are no text are no business here.
        let read = |path: &str| {
            let text = fs::read_to_string(root.join(path)).ok()?;
            Some(TextFile { path: path.to_owned(), text })
        };
        let files: Vec<TextFile> = paths.into_iter().filter_map(read).collect();
        assert!(files.len() > 10, "the tree has more than {} files", files.len());
        Self { files }
    }

    /// A made-up tree.
    pub(crate) fn planted(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| TextFile { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter()
    }

    /// Files below a folder with one ending.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = &'a TextFile> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }

    /// One file.
    pub(crate) fn get(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the tests lie in the clone").to_owned()
}

/// What breaks a rule, and where.
pub(crate) struct Complaint {
    path: String,
    line: usize,
    what: String,
}

impl Complaint {
    /// About a line.
    pub(crate) fn at(file: &TextFile, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }

    /// About a file, or one that is missing.
    pub(crate) fn about(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: 0, what: what.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Fails with every complaint, one a line.
pub(crate) fn expect_none(complaints: &[Complaint]) {
    let all: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "\n{}", all.join("\n"));
}

/// Fails unless exactly one complaint is about this file.
pub(crate) fn expect_one(complaints: &[Complaint], path: &str) {
    let all: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(
        complaints.len() == 1 && complaints.iter().all(|one| one.path == path),
        "wanted one about {path}: {all:?}"
    );
}
