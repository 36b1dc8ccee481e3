//! What comes in pairs or in order: a component and its style, migrations, decision records.
//!
//! In: the tree. Out: a complaint for each half without its other, and each gap in a count.

use std::collections::BTreeSet;

use crate::tree::{Complaint, Tree, expect_none, expect_one};

/// Each `app/src/ui/x.rs` has `style/components/_x.scss`, and the other way round.
fn unpaired_components(tree: &Tree) -> Vec<Complaint> {
    let names = |folder: &'static str, ending: &'static str| -> BTreeSet<String> {
        let direct =
            tree.below(folder, ending).filter(|file| !file.path.trim_start_matches(folder).contains('/'));
        direct
            .map(|file| file.stem().trim_start_matches('_').to_owned())
            .filter(|name| name != "index")
            .collect()
    };
    let (components, styles) = (names("app/src/ui/", ".rs"), names("style/components/", ".scss"));
    let without_style = components.difference(&styles).map(|name| {
        Complaint::about(&format!("app/src/ui/{name}.rs"), format!("has no style/components/_{name}.scss"))
    });
    let without_component = styles.difference(&components).map(|name| {
        Complaint::about(&format!("style/components/_{name}.scss"), format!("has no app/src/ui/{name}.rs"))
    });
    without_style.chain(without_component).collect()
}

/// Files of a folder are named `NNNN` and more, from `0001`, without a gap and without a double.
fn badly_counted(tree: &Tree, folder: &str, ending: &str, separator: char) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut paths: Vec<&str> = tree.below(folder, ending).map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    for (wanted, path) in (1_u32..).zip(paths) {
        let name = path.strip_prefix(folder).unwrap_or(path);
        let number = name
            .split_once(separator)
            .filter(|(number, rest)| number.len() == 4 && rest.len() > ending.len());
        if number.and_then(|(number, _)| number.parse().ok()) != Some(wanted) {
            complaints.push(Complaint::about(
                path,
                format!("should be number {wanted:04}, then `{separator}` and a name"),
            ));
        }
    }
    complaints
}

fn badly_counted_migrations(tree: &Tree) -> Vec<Complaint> {
    badly_counted(tree, "server/migrations/sqlite/", ".sql", '_')
}

fn badly_counted_decisions(tree: &Tree) -> Vec<Complaint> {
    badly_counted(tree, "docs/decisions/", ".md", '-')
}

#[test]
fn every_component_has_its_style_and_every_style_its_component() {
    expect_none(&unpaired_components(&Tree::real()));
}

#[test]
fn a_component_without_a_style_is_found() {
    let planted = Tree::planted(&[
        ("app/src/ui/bar.rs", ""),
        ("style/components/_bar.scss", ""),
        ("app/src/ui/card.rs", ""),
    ]);
    expect_one(&unpaired_components(&planted), "app/src/ui/card.rs");
}

#[test]
fn migrations_are_counted_without_a_gap() {
    expect_none(&badly_counted_migrations(&Tree::real()));
}

#[test]
fn a_gap_between_migrations_is_found() {
    let planted = Tree::planted(&[
        ("server/migrations/sqlite/0001_change_log.sql", ""),
        ("server/migrations/sqlite/0003_sessions.sql", ""),
    ]);
    expect_one(&badly_counted_migrations(&planted), "server/migrations/sqlite/0003_sessions.sql");
}

#[test]
fn decision_records_are_counted_without_a_gap() {
    expect_none(&badly_counted_decisions(&Tree::real()));
}

#[test]
fn two_decisions_with_one_number_are_found() {
    let planted = Tree::planted(&[("docs/decisions/0001-a.md", ""), ("docs/decisions/0001-b.md", "")]);
    expect_one(&badly_counted_decisions(&planted), "docs/decisions/0001-b.md");
}
