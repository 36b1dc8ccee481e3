//! The shape of files: how long, how they begin, what the styles and tests may contain.
//!
//! In: the tree. Out: complaints. A longer file needs a reason below, and loses its place here when it gets shorter.

use crate::tree::{Complaint, Tree, expect_none, expect_one};

const LINES_MAX: usize = 500;
const HEADER_LINES_MAX: usize = 12;

/// Files that may be longer, each with the reason why cutting it would make it worse.
const LONGER: &[(&str, &str)] = &[];

/// Headers that may be longer.
const LONGER_HEADERS: &[(&str, &str)] = &[
    ("server/src/routes.rs", "the HTTP contract is written once, and there"),
    ("shared/src/sync.rs", "the protocol is specified once, and there"),
];

const MEASURED: [&str; 5] = [".rs", ".scss", ".js", ".mjs", ".sh"];

fn too_long(tree: &Tree, longer: &[(&str, &str)]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| MEASURED.iter().any(|ending| file.path.ends_with(ending))) {
        let lines = file.text.lines().count();
        let reason = longer.iter().find(|(path, _)| *path == file.path).map(|(_, reason)| reason);
        match reason {
            None if lines > LINES_MAX => {
                complaints.push(Complaint::about(
                    &file.path,
                    format!("{lines} lines; {LINES_MAX} without a reason"),
                ));
            }
            Some(_) if lines <= LINES_MAX => {
                complaints
                    .push(Complaint::about(&file.path, "has become short enough: take its reason away"));
            }
            Some(&"") => complaints.push(Complaint::about(&file.path, "gives no reason")),
            None | Some(_) => {}
        }
    }
    for (path, _) in longer.iter().filter(|(path, _)| tree.get(path).is_none()) {
        complaints.push(Complaint::about(path, "is not there any more: take its reason away"));
    }
    complaints
}

fn bad_beginnings(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| file.path.ends_with(".rs")) {
        let header = file.text.lines().take_while(|line| line.starts_with("//!")).count();
        // A file of tests belongs to the file it tests, which says it.
        if header == 0 && !file.is_tests() {
            complaints.push(Complaint::at(file, 1, "does not begin by saying what it owns"));
        }
        let is_longer_for_a_reason = LONGER_HEADERS.iter().any(|(path, _)| *path == file.path);
        if header > HEADER_LINES_MAX && !is_longer_for_a_reason {
            complaints.push(Complaint::at(
                file,
                1,
                format!("{header} lines of header; {HEADER_LINES_MAX} at most"),
            ));
        }
        if file.path.ends_with("/mod.rs") {
            complaints.push(Complaint::about(&file.path, "is a mod.rs; the house has `x.rs` beside `x/`"));
        }
    }
    complaints
}

/// What the house never writes, by the ending of the file: pattern and reason.
const NEVER: &[(&str, &str, &str)] = &[
    (".rs", "#[ignore", "a test that does not run is no test"),
    (".rs", "#[should_panic", "a panic is no answer to test for"),
    (".rs", "Other(String)", "an error has fields, not a text"),
    (".rs", "#[allow(", "a lint is suppressed by `expect`, with a reason"),
    (".scss", "@import", "`@use` says where a name comes from"),
    (".scss", "!important", "it ends every later argument"),
    (".scss", "&__", "a name that cannot be searched for"),
];

fn never_written(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files() {
        let bans: Vec<_> = NEVER.iter().filter(|(ending, ..)| file.path.ends_with(ending)).collect();
        let code = if file.path.ends_with(".rs") { file.code() } else { without_slash_comments(&file.text) };
        for (number, line) in (1..).zip(code.lines()) {
            for (_, pattern, why) in bans.iter().filter(|(_, pattern, _)| line.contains(pattern)) {
                complaints.push(Complaint::at(file, number, format!("`{pattern}`: {why}")));
            }
        }
    }
    complaints
}

/// Colours are chosen once, in the settings of the styles.
fn colours_outside_settings(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.below("style/", ".scss").filter(|file| !file.path.starts_with("style/settings/")) {
        for (number, line) in (1..).zip(without_slash_comments(&file.text).lines()) {
            let hex = line.match_indices('#').any(|(at, _)| {
                let digits = line.get(at.saturating_add(1)..).unwrap_or_default();
                digits.chars().take_while(char::is_ascii_hexdigit).count() >= 3
            });
            if hex || line.contains("rgb(") || line.contains("rgba(") || line.contains("hsl(") {
                complaints.push(Complaint::at(
                    file,
                    number,
                    "names a colour; colours live in style/settings",
                ));
            }
        }
    }
    complaints
}

/// A style attribute in a view: the content policy would drop it silently.
fn style_attributes(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.below("app/src/", ".rs") {
        for (number, line) in (1..).zip(file.code().lines()) {
            if line.contains(" style=") {
                complaints.push(Complaint::at(
                    file,
                    number,
                    "a style attribute; use a class or `style:property`",
                ));
            }
        }
    }
    complaints
}

/// Styles and scripts without their comments; line numbers stay.
fn without_slash_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_file_is_longer_than_500_lines_without_a_reason() {
    expect_none(&too_long(&Tree::real(), LONGER));
}

#[test]
fn a_long_file_and_a_stale_reason_are_found() {
    let long = "line\n".repeat(501);
    let planted = Tree::planted(&[("app/src/long.rs", &long), ("app/src/short.rs", "line\n")]);
    expect_one(&too_long(&planted, &[]), "app/src/long.rs");
    expect_none(&too_long(&planted, &[("app/src/long.rs", "a table that is read as one")]));
    let stale = [("app/src/long.rs", "a table that is read as one"), ("app/src/short.rs", "it was longer")];
    expect_one(&too_long(&planted, &stale), "app/src/short.rs");
}

#[test]
fn every_file_of_rust_begins_by_saying_what_it_owns() {
    expect_none(&bad_beginnings(&Tree::real()));
}

#[test]
fn a_file_without_a_header_or_with_a_long_one_is_found() {
    expect_one(&bad_beginnings(&Tree::planted(&[("app/src/a.rs", "fn a() {}")])), "app/src/a.rs");
    let long = "//! More.\n".repeat(13);
    expect_one(&bad_beginnings(&Tree::planted(&[("app/src/b.rs", &long)])), "app/src/b.rs");
}

#[test]
fn what_the_house_never_writes_is_not_written() {
    expect_none(&never_written(&Tree::real()));
}

#[test]
fn a_test_that_is_switched_off_is_found() {
    let planted = Tree::planted(&[("server/tests/it/a.rs", "#[test]\n#[ignore]\nfn a() {}")]);
    expect_one(&never_written(&planted), "server/tests/it/a.rs");
}

#[test]
fn colours_live_in_the_settings() {
    expect_none(&colours_outside_settings(&Tree::real()));
}

#[test]
fn a_colour_in_a_component_is_found_and_one_in_the_settings_is_not() {
    let planted = Tree::planted(&[
        ("style/components/_bar.scss", ".app-bar { color: #005eb8; }"),
        ("style/settings/_colours.scss", "$blue: #005eb8;"),
    ]);
    expect_one(&colours_outside_settings(&planted), "style/components/_bar.scss");
}

#[test]
fn no_view_has_a_style_attribute() {
    expect_none(&style_attributes(&Tree::real()));
}

#[test]
fn a_style_attribute_is_found_and_a_style_property_is_not() {
    let planted = Tree::planted(&[
        ("app/src/ui/a.rs", "view! { <p style=\"color: red\"></p> }"),
        ("app/src/ui/b.rs", "view! { <p style:width=move || width.get()></p> }"),
    ]);
    expect_one(&style_attributes(&planted), "app/src/ui/a.rs");
}
