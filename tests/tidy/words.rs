//! What may not be written down anywhere: folders of one machine, hosts of registries, promises to finish later.
//!
//! In: every text of the tree. Out: file and line. The patterns are put together here so that this file holds none.

use crate::rust_text::has_word;
use crate::tree::{Complaint, Tree, expect_none, expect_one};

/// Folders that exist on one machine or for one user.
const MACHINE: [[&str; 2]; 5] =
    [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["/tmp/tar", "get"], ["/Us", "ers/"]];

/// Hosts that packages come from. Which one is used is a setting of the machine.
const REGISTRIES: [[&str; 2]; 7] = [
    ["registry.npm", "js.org"],
    ["registry.yarn", "pkg.com"],
    ["static.crat", "es.io"],
    ["index.crat", "es.io"],
    ["static.rust-", "lang.org"],
    ["deb.deb", "ian.org"],
    ["security.deb", "ian.org"],
];

const UNFINISHED: [[&str; 2]; 4] = [["TO", "DO"], ["FIX", "ME"], ["XX", "XX"], ["HA", "CK"]];

fn lines_with(tree: &Tree, patterns: &[[&str; 2]], whole_word: bool, what: &str) -> Vec<Complaint> {
    let patterns: Vec<String> = patterns.iter().map(|halves| halves.concat()).collect();
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| !file.path.starts_with("LICENSE")) {
        for (number, line) in file.lines() {
            let found = patterns.iter().find(|pattern| {
                if whole_word { has_word(line, pattern) } else { starts_a_path(line, pattern) }
            });
            if let Some(pattern) = found {
                complaints.push(Complaint::at(file, number, format!("{what}: {pattern}")));
            }
        }
    }
    complaints
}

/// True where the pattern is not the middle of a longer path or host: `a/ho…` is an id, not a folder of a machine.
fn starts_a_path(line: &str, pattern: &str) -> bool {
    line.match_indices(pattern).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '}' | '.'))
    })
}

fn machine_paths(tree: &Tree) -> Vec<Complaint> {
    lines_with(tree, &MACHINE, false, "a folder of one machine")
}

fn registry_hosts(tree: &Tree) -> Vec<Complaint> {
    lines_with(tree, &REGISTRIES, false, "the host of a registry")
}

fn unfinished(tree: &Tree) -> Vec<Complaint> {
    lines_with(tree, &UNFINISHED, true, "a promise to finish later")
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    expect_none(&machine_paths(&Tree::real()));
}

#[test]
fn a_folder_of_one_machine_is_found_and_a_path_of_ids_is_not() {
    let bad = ["see /ho", "me/someone/doorstep"].concat();
    let planted =
        Tree::planted(&[("README.md", &bad), ("shared/src/domain.rs", "//! about: note/home/hs-ba02")]);
    expect_one(&machine_paths(&planted), "README.md");
}

#[test]
fn no_file_names_the_host_of_a_registry() {
    expect_none(&registry_hosts(&Tree::real()));
}

#[test]
fn a_lock_file_that_names_its_registry_is_found() {
    let bad = ["\"resolved\": \"https://registry.npm", "js.org/sass\""].concat();
    expect_one(&registry_hosts(&Tree::planted(&[("package-lock.json", &bad)])), "package-lock.json");
}

#[test]
fn nothing_is_left_for_later() {
    expect_none(&unfinished(&Tree::real()));
}

#[test]
fn a_promise_to_finish_later_is_found() {
    let bad = ["// TO", "DO: the rest"].concat();
    expect_one(&unfinished(&Tree::planted(&[("app/src/a.rs", &bad)])), "app/src/a.rs");
}
