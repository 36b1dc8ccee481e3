//! The demonstration: a team to try Doorstep with, the same at every start.

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::document::Document;
use doorstep_shared::domain::kind::DocKind;

use crate::harness::{Running, doorstep};
use crate::tablet::Tablet;

/// Every document of one kind a tablet receives in a scope.
fn documents(tablet: &Tablet, scope: doorstep_shared::docs::header::Scope, kind: DocKind) -> Vec<Document> {
    let pages = tablet.pull(scope);
    let batches = pages.into_iter().flat_map(|page| page.batches);
    let changes: Vec<Change> = batches
        .flat_map(|batch| batch.unpack().unwrap().bodies)
        .map(|body| Change::read(&body.bytes).unwrap())
        .collect();
    let headers =
        changes.iter().filter_map(|change| change.header.clone()).filter(|header| header.kind == kind);
    headers.map(|header| Document::open(header, changes.clone()).unwrap().0).collect()
}

#[test]
fn the_directory_names_everyone_of_the_team_with_their_role() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let hana = Tablet::enrol(&server, "hana.pike");
    let directories = documents(&hana, hana.writer.core(), DocKind::Team);
    assert_eq!(directories.len(), 1);
    let entries = directories[0].part().entries;
    let member = format!("member/{}", hana.writer.author.worker);
    let found = entries.iter().find(|recorded| recorded.entry.about == member).unwrap();
    assert_eq!(found.entry.value.field("name").unwrap().as_text(), Some("Hana Pike"));
    assert_eq!(found.entry.value.field("role").unwrap().as_text(), Some("care_coordinator"));
    assert_eq!(entries.iter().filter(|recorded| recorded.entry.about.starts_with("member/")).count(), 14);
}

#[test]
fn a_second_start_finds_the_same_team_and_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    let scopes = [asha.writer.core(), asha.writer.clinical()];
    let before = scopes.map(|scope| asha.hashes(scope));
    server.kill();
    let server = Running::start(folder.path());
    assert_eq!(scopes.map(|scope| asha.at(&server).hashes(scope)), before);
}

#[test]
fn a_fill_that_was_cut_short_is_taken_up_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    let scopes = [asha.writer.core(), asha.writer.clinical()];
    let before = scopes.map(|scope| asha.hashes(scope));
    server.kill();
    let kept = folder.path().join("demonstration.json");
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, text.replace("\"filled\":true", "\"filled\":false")).unwrap();
    let server = Running::start(folder.path());
    assert_eq!(scopes.map(|scope| asha.at(&server).hashes(scope)), before);
}

#[test]
fn another_password_than_the_first_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    Running::start(folder.path()).kill();
    let mut command = doorstep(folder.path());
    command.env("DOORSTEP_DEMONSTRATION_PASSWORD", "another one").args(["serve", "--demonstration"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("use another demonstration password"));
}

#[test]
fn the_servers_own_account_signs_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let mut client = crate::harness::Client::new(&server);
    for password in ["", crate::harness::PASSWORD] {
        assert_eq!(client.sign_in("doorstep", password).code(), "sign_in_refused");
    }
}

#[test]
fn the_made_up_people_and_their_visits_are_there_and_every_change_stands_on_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    let people = documents(&asha, asha.writer.core(), DocKind::Person);
    assert_eq!(people.len(), 8);
    let visits = documents(&asha, asha.writer.clinical(), DocKind::Visit);
    assert!(visits.len() > 8, "visits of the past, and some planned for today");
    for document in people.iter().chain(&visits) {
        assert!(document.missing().is_empty() && document.unreadable() == 0);
        assert!(!document.part().entries.is_empty());
    }
    assert!(!server.log().contains("refused"));
}
