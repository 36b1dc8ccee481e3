//! No file that nothing uses: every piece of Rust belongs to a crate, every style to the sheet, every script to a run.
//!
//! In: the tree. Out: a complaint for each file that could be removed without anything noticing.

use std::collections::BTreeSet;

use crate::rust_text::code_only;
use crate::tree::{Complaint, TextFile, Tree, expect_none, expect_one};

/// Rust that no crate root leads to.
fn unreached_rust(tree: &Tree) -> Vec<Complaint> {
    let named: BTreeSet<String> = tree.files().flat_map(named_paths).collect();
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| file.path.ends_with(".rs")) {
        if !is_root(&file.path)
            && !is_test_program(tree, &file.path)
            && !named.contains(&file.path)
            && !is_declared(tree, file)
        {
            complaints.push(Complaint::about(&file.path, "is in no crate: no `mod` leads to it"));
        }
    }
    complaints
}

/// Files that cargo compiles because of where they lie.
fn is_root(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return path == "build.rs" };
    match name {
        "lib.rs" | "main.rs" => folder.ends_with("src") || folder.ends_with("/it"),
        "build.rs" => !folder.ends_with("src"),
        _ => ["src/bin", "examples", "benches"].iter().any(|place| folder.ends_with(place)),
    }
}

/// A file directly in the folder `tests` of a package.
fn is_test_program(tree: &Tree, path: &str) -> bool {
    let package = path.rsplit_once('/').and_then(|(folder, _)| folder.strip_suffix("/tests"));
    package.is_some_and(|package| tree.get(&format!("{package}/Cargo.toml")).is_some())
}

/// Paths that a manifest or an attribute names: `path = "…"`, relative to where it is written.
fn named_paths(file: &TextFile) -> Vec<String> {
    if !file.path.ends_with(".rs") && !file.path.ends_with("Cargo.toml") {
        return Vec::new();
    }
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let value = |line: &str| {
        let (_, after) = line.split_once("path = \"")?;
        let (value, _) = after.split_once('"')?;
        Some(normal(folder, value))
    };
    file.text.lines().filter_map(value).collect()
}

/// Joins and resolves `..`.
fn normal(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// True when a file that may own this module declares it.
fn is_declared(tree: &Tree, file: &TextFile) -> bool {
    let Some((folder, _)) = file.path.rsplit_once('/') else { return false };
    let declaration = format!("mod {};", file.stem());
    let declares = |owner: &TextFile| code_only(&owner.text).contains(&declaration);
    let beside = format!("{folder}.rs");
    let in_folder = |owner: &&TextFile| {
        owner.path.rsplit_once('/').is_some_and(|(its_folder, _)| its_folder == folder)
            && owner.path != file.path
    };
    let roots = tree.files().filter(|owner| owner.path.ends_with(".rs")).filter(in_folder);
    // A root in the same folder: main.rs, lib.rs, or one that a manifest names.
    let root_declares = roots.filter(|owner| is_root(&owner.path) || owner.stem() == "main").any(declares);
    root_declares || tree.get(&beside).is_some_and(declares)
}

/// Styles that the one sheet does not draw in.
fn unused_styles(tree: &Tree) -> Vec<Complaint> {
    let mut used = BTreeSet::new();
    for file in tree.below("style/", ".scss") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for line in file
            .text
            .lines()
            .filter(|line| line.trim_start().starts_with("@use \"") || line.starts_with("@forward \""))
        {
            let relative = line.split('"').nth(1).unwrap_or_default();
            used.insert(normal(folder, relative));
            used.insert(normal("style", relative));
        }
    }
    let is_used = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = name.trim_start_matches('_').trim_end_matches(".scss");
        used.contains(&format!("{folder}/{name}")) || (name == "index" && used.contains(folder))
    };
    let sheets =
        tree.below("style/", ".scss").filter(|file| file.path != "style/main.scss" && !is_used(&file.path));
    sheets.map(|file| Complaint::about(&file.path, "no sheet uses it")).collect()
}

/// Scripts of the tests that no script imports and no command runs.
fn unused_scripts(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.below("tests/", ".mjs").filter(|file| !file.path.ends_with("/run.mjs")) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let others = tree.files().filter(|other| other.path != file.path && !other.path.ends_with(".md"));
        if !others.into_iter().any(|other| other.text.contains(name)) {
            complaints.push(Complaint::about(&file.path, "no script imports it and no command runs it"));
        }
    }
    complaints
}

#[test]
fn every_piece_of_rust_belongs_to_a_crate() {
    expect_none(&unreached_rust(&Tree::real()));
}

#[test]
fn a_module_that_nobody_declares_is_found() {
    let planted = Tree::planted(&[
        ("app/src/lib.rs", "pub mod store;\n// mod forgotten;"),
        ("app/src/store.rs", "mod file;\n#[cfg(test)]\n#[path = \"store_tests.rs\"]\nmod tests;"),
        ("app/src/store/file.rs", ""),
        ("app/src/store_tests.rs", ""),
        ("app/src/forgotten.rs", ""),
        ("app/Cargo.toml", ""),
        ("app/tests/sizes.rs", ""),
        ("tests/Cargo.toml", "[[test]]\nname = \"tidy\"\npath = \"tidy/main.rs\""),
        ("tests/tidy/main.rs", "mod tree;"),
        ("tests/tidy/tree.rs", ""),
    ]);
    expect_one(&unreached_rust(&planted), "app/src/forgotten.rs");
}

#[test]
fn every_style_is_drawn_in() {
    expect_none(&unused_styles(&Tree::real()));
}

#[test]
fn a_style_that_is_not_drawn_in_is_found() {
    let planted = Tree::planted(&[
        ("style/main.scss", "@use \"components/bar\";\n// @use \"components/old\";"),
        ("style/components/_bar.scss", "@use \"../settings/colours\";"),
        ("style/components/_old.scss", ""),
        ("style/settings/_colours.scss", ""),
    ]);
    expect_one(&unused_styles(&planted), "style/components/_old.scss");
}

#[test]
fn every_script_of_the_tests_is_run() {
    expect_none(&unused_scripts(&Tree::real()));
}

#[test]
fn a_script_that_nothing_runs_is_found() {
    let planted = Tree::planted(&[
        ("tests/e2e/run.mjs", "import { day } from \"./day.mjs\";"),
        ("tests/e2e/day.mjs", ""),
        ("tests/e2e/left_over.mjs", ""),
    ]);
    expect_one(&unused_scripts(&planted), "tests/e2e/left_over.mjs");
}
