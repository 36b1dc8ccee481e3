//! Rooms and doors: which part of the code may name which other part or library.
//!
//! In: the Rust of the product, without comments, texts and tests. Out: a complaint for each door that is not there.
//! A new door needs a decision record first.

use crate::rust_text::has_word;
use crate::tree::{Complaint, TextFile, Tree, expect_none, expect_one};

/// A word that may not be named in one place, or only in another.
struct Ban {
    /// A name, a path or a macro as it is written.
    word: &'static str,
    /// Folders or files it is banned from; a module `x` means `x.rs` and everything in `x/`.
    inside: &'static [&'static str],
    /// Exceptions to `inside`.
    except: &'static [&'static str],
    /// Completes "…, because".
    why: &'static str,
}

const SHARED: &[&str] = &["shared/src/"];
const APP: &[&str] = &["app/src/"];
const SERVER: &[&str] = &["server/src/"];
const PRODUCT: &[&str] = &["app/src/", "server/src/", "shared/src/"];
const NO_IO: &str = "shared has no IO, no clock, no chance, no threads and no printing";
const FEATURES: &str = "a feature reads projections and dispatches commands; the rest is behind the bridge";
const ENVIRONMENT: &str = "the environment is read once, by settings, from what main hands over";
const COMPONENTS: &str = "a component takes plain values and callbacks";

const fn ban(
    word: &'static str,
    inside: &'static [&'static str],
    except: &'static [&'static str],
    why: &'static str,
) -> Ban {
    Ban { word, inside, except, why }
}

const BANS: &[Ban] = &[
    ban("tokio", SHARED, &[], NO_IO),
    ban("web_sys", SHARED, &[], NO_IO),
    ban("js_sys", SHARED, &[], NO_IO),
    ban("sqlx", SHARED, &[], NO_IO),
    ban("axum", SHARED, &[], NO_IO),
    ban("leptos", SHARED, &[], NO_IO),
    ban("getrandom", SHARED, &[], NO_IO),
    ban("SystemTime", SHARED, &[], NO_IO),
    ban("Instant::now", SHARED, &[], NO_IO),
    ban("std::fs", SHARED, &[], NO_IO),
    ban("std::net", SHARED, &[], NO_IO),
    ban("std::env", SHARED, &[], NO_IO),
    ban("std::thread", SHARED, &[], NO_IO),
    ban(
        "println!",
        PRODUCT,
        &["server/src/main", "server/src/config"],
        "only a command line answers by printing",
    ),
    ban("automerge", PRODUCT, &["shared/src/docs"], "only docs names the CRDT library"),
    ban("web_sys", APP, &["app/src/platform"], "only platform names the browser"),
    ban("crate::engine", &["app/src/features/"], &[], FEATURES),
    ban("crate::store", &["app/src/features/"], &[], FEATURES),
    ban("crate::sync", &["app/src/features/"], &[], FEATURES),
    ban("crate::platform", &["app/src/features/"], &[], FEATURES),
    ban("crate::engine", &["app/src/ui"], &[], COMPONENTS),
    ban("crate::features", &["app/src/ui"], &[], COMPONENTS),
    ban("crate::projection", &["app/src/ui"], &[], COMPONENTS),
    ban("crate::store", &["app/src/ui"], &[], COMPONENTS),
    ban("crate::sync", &["app/src/ui"], &[], COMPONENTS),
    ban("doorstep_shared", &["app/src/ui"], &[], COMPONENTS),
    ban("inner_html", APP, &[], "the content policy forbids it, and it would run what someone typed"),
    ban("sqlx", SERVER, &["server/src/store"], "only store names the database"),
    ban(
        "StatusCode",
        SERVER,
        &["server/src/routes", "server/src/error"],
        "only error and routes name status codes",
    ),
    ban("env::var", SERVER, &["server/src/settings", "server/src/main"], ENVIRONMENT),
    ban("env::vars", SERVER, &["server/src/settings", "server/src/main"], ENVIRONMENT),
    ban("env::var_os", SERVER, &["server/src/settings", "server/src/main"], ENVIRONMENT),
    ban("anyhow", PRODUCT, &["server/src/main", "server/src/jobs"], "a library names its errors"),
];

/// True for the file of a module, or for one below it.
fn is_in(path: &str, place: &str) -> bool {
    if place.ends_with('/') {
        return path.starts_with(place);
    }
    path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn forbidden_doors(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files().filter(|file| file.path.ends_with(".rs")) {
        let here = |places: &[&str]| places.iter().any(|place| is_in(&file.path, place));
        let bans: Vec<&Ban> = BANS.iter().filter(|ban| here(ban.inside) && !here(ban.except)).collect();
        if bans.is_empty() {
            continue;
        }
        for (number, line) in (1..).zip(file.code().lines()) {
            for ban in bans.iter().filter(|ban| has_word(line, ban.word)) {
                complaints.push(Complaint::at(file, number, format!("names {}, but {}", ban.word, ban.why)));
            }
        }
    }
    complaints
}

/// The modules of shared and what each may name. Everything may name the first group.
const GROUND: &[&str] = &["ids", "time", "nhs_number", "sensitive", "sorted"];
const ORDER: &[(&str, &[&str])] = &[
    ("content", &[]),
    ("domain", &["content"]),
    ("decide", &["content", "domain"]),
    ("docs", &["content", "domain", "decide"]),
    ("sync", &["docs"]),
];

fn shared_modules_out_of_order(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.below("shared/src/", ".rs") {
        let Some(module) = module_of(file) else { continue };
        let may = ORDER.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, may)| may);
        for (number, line) in (1..).zip(file.code().lines()) {
            for path in crate_paths(line) {
                let named = path.split("::").next().unwrap_or_default();
                let known = ORDER.iter().any(|(name, _)| *name == named);
                if known && named != module && !may.contains(&named) {
                    complaints.push(Complaint::at(file, number, format!("{module} may not look at {named}")));
                }
                let of_docs = ["docs::Change", "docs::change::", "docs::header::"];
                if module == "sync" && named == "docs" && !of_docs.iter().any(|start| path.starts_with(start))
                {
                    complaints.push(Complaint::at(
                        file,
                        number,
                        "sync may know a change and a header, nothing else of docs",
                    ));
                }
            }
        }
    }
    complaints
}

/// What follows each `crate::` on a line, groups taken apart.
fn crate_paths(line: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    for (_, after) in line
        .match_indices("crate::")
        .filter_map(|(at, found)| Some((at, line.get(at.checked_add(found.len())?..)?)))
    {
        match after.strip_prefix('{') {
            Some(group) => paths.extend(group.split([',', '{', '}']).map(str::trim)),
            None => paths.push(after),
        }
    }
    paths
}

/// The module of shared a file belongs to; `None` for what stands above the order: the crate's root, and builders for tests.
fn module_of(file: &TextFile) -> Option<&str> {
    let inside = file.path.strip_prefix("shared/src/")?;
    let module = inside.split(['/', '.']).next()?;
    let ordered = GROUND.contains(&module) || ORDER.iter().any(|(name, _)| *name == module);
    ordered.then_some(module)
}

/// `sync` never says "visit"; `domain` never says what a change is made of.
fn words_of_another_room(tree: &Tree) -> Vec<Complaint> {
    let rules: [(&str, &[&str]); 2] = [
        ("shared/src/sync", &["visit", "Visit", "person", "Person"]),
        ("shared/src/domain", &["ChangeHash", "change_hash", "change_hashes", "docs", "outbox", "cursor"]),
    ];
    let mut complaints = Vec::new();
    for (place, words) in rules {
        for file in tree.below("shared/src/", ".rs").filter(|file| is_in(&file.path, place)) {
            for (number, line) in (1..).zip(file.code().lines()) {
                for word in words.iter().filter(|word| has_word(line, word)) {
                    complaints.push(Complaint::at(file, number, format!("{place} never says {word}")));
                }
            }
        }
    }
    complaints
}

#[test]
fn every_room_names_only_what_it_may() {
    expect_none(&forbidden_doors(&Tree::real()));
}

#[test]
fn a_feature_that_opens_the_store_is_found() {
    let planted = Tree::planted(&[
        ("app/src/features/visit.rs", "use crate::store::Store;"),
        ("app/src/engine.rs", "use crate::store::Store; // not a feature"),
    ]);
    expect_one(&forbidden_doors(&planted), "app/src/features/visit.rs");
}

#[test]
fn a_clock_in_shared_is_found_and_one_in_its_tests_or_comments_is_not() {
    let clock = "fn now() { std::time::SystemTime::now() }";
    let tested = "// SystemTime\nfn a() {}\n#[cfg(test)]\nmod tests { use std::time::SystemTime; }";
    let planted = Tree::planted(&[("shared/src/time.rs", clock), ("shared/src/ids.rs", tested)]);
    expect_one(&forbidden_doors(&planted), "shared/src/time.rs");
}

#[test]
fn the_database_outside_the_store_is_found_and_inside_it_is_not() {
    let planted = Tree::planted(&[
        ("server/src/routes/health.rs", "use sqlx::Row;"),
        ("server/src/store.rs", "use sqlx::Row;"),
        ("server/src/store/sqlite.rs", "use sqlx::Row;"),
    ]);
    expect_one(&forbidden_doors(&planted), "server/src/routes/health.rs");
}

#[test]
fn the_modules_of_shared_look_one_way_only() {
    expect_none(&shared_modules_out_of_order(&Tree::real()));
}

#[test]
fn a_look_to_the_right_is_found() {
    let planted = Tree::planted(&[
        ("shared/src/domain/visit.rs", "use crate::decide::visit;"),
        ("shared/src/decide.rs", "use crate::{ids::DocId}; use crate::domain::visit::Visit;"),
    ]);
    expect_one(&shared_modules_out_of_order(&planted), "shared/src/domain/visit.rs");
}

#[test]
fn sync_that_knows_more_of_docs_than_a_change_is_found() {
    let planted = Tree::planted(&[
        ("shared/src/sync.rs", "use crate::docs::Change;"),
        ("shared/src/sync/client.rs", "use crate::docs::views::View;"),
    ]);
    expect_one(&shared_modules_out_of_order(&planted), "shared/src/sync/client.rs");
}

#[test]
fn a_look_to_the_right_inside_a_group_is_found() {
    let planted =
        Tree::planted(&[("shared/src/decide.rs", "use crate::{docs::header::Header, ids::DocId};")]);
    expect_one(&shared_modules_out_of_order(&planted), "shared/src/decide.rs");
}

#[test]
fn sync_never_says_visit_and_domain_never_says_change() {
    expect_none(&words_of_another_room(&Tree::real()));
}

#[test]
fn a_visit_in_sync_is_found() {
    let planted = Tree::planted(&[("shared/src/sync/batch.rs", "struct Batch { visit: u8 }")]);
    expect_one(&words_of_another_room(&planted), "shared/src/sync/batch.rs");
}
