//! What was acknowledged is there, once, whatever happens to the process or to the file.

use std::path::Path;

use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::chain::Position;
use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::message::{Claim, Hello, Offer, Rows};

use crate::harness::Running;
use crate::tablet::{Tablet, rows_of};

#[test]
fn what_one_tablet_stored_another_of_the_team_receives_and_the_writer_gets_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let asha = Tablet::enrol(&server, "asha.venn");
    let scope = marcus.writer.clinical();
    let before = asha.hashes(scope).len();
    let (header, changes) = marcus.writer.visit(5);
    let answer = marcus.upload(&[marcus.writer.batch(&header, &changes)]);
    let ack = &answer.acks[0];
    assert!(ack.refused.is_empty() && ack.need.is_empty());
    assert_eq!(ack.at.unwrap().seq, before as u64 + 5);

    let hashes: Vec<_> = changes.iter().map(|change| change.hash).collect();
    assert_eq!(asha.hashes(scope)[before..], hashes);
    let own = marcus.sync(&marcus.hello(&[], Vec::new()));
    let page = own.pages.iter().find(|page| page.scope == scope).unwrap();
    assert!(matches!(page.rows.last(), Some(Rows::Own { count: 5, .. })));
    assert!(own.scopes.is_some(), "scopes are named to a tablet that claims none");
}

#[test]
fn the_same_upload_again_stores_nothing_and_gets_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let (header, changes) = marcus.writer.visit(4);
    let batch = marcus.writer.batch(&header, &changes);
    let first = marcus.upload(std::slice::from_ref(&batch));
    let rows = marcus.hashes(marcus.writer.clinical());
    for _ in 0..3 {
        assert_eq!(marcus.upload(std::slice::from_ref(&batch)).acks, first.acks);
    }
    assert_eq!(marcus.hashes(marcus.writer.clinical()), rows);
}

#[test]
fn an_unchanged_tablet_costs_one_small_answer() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let claims = [marcus.writer.core(), marcus.writer.clinical()].map(|scope| {
        let pages = marcus.pull(scope);
        let cursor = pages.last().map(|page| Position { seq: page.after + rows_of(page), chain: page.chain });
        Claim { scope, cursor: cursor.unwrap_or(Position::START), seen: None }
    });
    let reply = marcus.post(&marcus.hello(&[], claims.to_vec()));
    assert!(reply.body.len() < 100, "{} bytes", reply.body.len());
    let names: Vec<&str> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
    for name in names {
        let expected = ["cache-control", "x-content-type-options", "content-length", "date"];
        assert!(expected.contains(&name), "/sync carries {name}");
    }
}

/// Ten batches of a hundred changes, each building on the one before.
fn thousand(tablet: &Tablet) -> Vec<SignedBatch> {
    let (header, changes) = tablet.writer.visit(1_000);
    changes.chunks(100).map(|some| tablet.writer.batch(&header, some)).collect()
}

#[test]
fn killed_in_the_middle_of_a_thousand_changes_the_server_holds_each_once_afterwards() {
    for acks_before in [1, 4, 8] {
        let folder = tempfile::tempdir().unwrap();
        let server = Running::start(folder.path());
        let marcus = Tablet::enrol(&server, "marcus.dell");
        let scope = marcus.writer.clinical();
        let before = marcus.hashes(scope).len();
        let batches = thousand(&marcus);

        // The uploads go on in another thread; the server dies while one is on its way.
        let (acked, heard) = std::sync::mpsc::channel();
        let uploader = marcus.at(&server);
        let sending = batches.clone();
        let upload = std::thread::spawn(move || {
            for batch in &sending {
                let hello = uploader.hello(std::slice::from_ref(batch), Vec::new());
                let body = doorstep_shared::sync::codec::pack(&hello);
                match uploader.client.post_with("/sync", &body, &[("x-doorstep", "1")]) {
                    Ok(reply) if reply.status == 200 => acked.send(batch.signed.id()).unwrap(),
                    _ => return,
                }
            }
        });
        for _ in 0..acks_before {
            heard.recv().unwrap();
        }
        server.kill();
        upload.join().unwrap();
        let acked = acks_before + heard.try_iter().count();
        assert!(acked < batches.len(), "it was killed in the middle");

        let server = Running::start(folder.path());
        let marcus = marcus.at(&server);
        let held = marcus.hashes(scope)[before..].to_vec();
        let sent: Vec<_> =
            batches.iter().flat_map(|b| b.signed.manifest().pairs.iter().map(|pair| pair.hash)).collect();
        assert!(held.len() >= acked * 100, "{} held, {acked} batches acknowledged", held.len());
        assert_eq!(held[..], sent[..held.len()]);

        let again = marcus.upload(&batches);
        assert!(again.acks.iter().all(|ack| ack.refused.is_empty() && ack.need.is_empty()));
        assert_eq!(marcus.hashes(scope)[before..], sent);
        assert_eq!(server.stop(), Some(0));
        assert!(crate::harness::doorstep(folder.path()).arg("check").output().unwrap().status.success());
    }
}

#[test]
fn a_stop_in_the_middle_of_uploads_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let batches = thousand(&marcus);
    let (acked, heard) = std::sync::mpsc::channel();
    let uploader = marcus.at(&server);
    let upload = std::thread::spawn(move || {
        for batch in &batches {
            let body =
                doorstep_shared::sync::codec::pack(&uploader.hello(std::slice::from_ref(batch), Vec::new()));
            match uploader.client.post_with("/sync", &body, &[("x-doorstep", "1")]) {
                Ok(reply) if reply.status == 200 => acked.send(()).unwrap(),
                _ => return,
            }
        }
    });
    heard.recv().unwrap();
    let before_stop = std::time::Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(before_stop.elapsed().as_secs() < 10);
    upload.join().unwrap();
    let acked = 1 + heard.try_iter().count();
    let server = Running::start(folder.path());
    let held = marcus.at(&server).hashes(marcus.writer.clinical()).len();
    assert!(held >= acked * 100);
}

fn copy(from: &Path, to: &Path) {
    for name in ["doorstep.sqlite", "doorstep.sqlite-wal"] {
        let _missing = std::fs::remove_file(to.join(name));
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

#[test]
fn an_older_database_put_back_is_noticed_and_healed_even_by_another_workers_tablet() {
    let folder = tempfile::tempdir().unwrap();
    let older = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let asha = Tablet::enrol(&server, "asha.venn");
    let scope = marcus.writer.clinical();
    let (header, changes) = marcus.writer.visit(6);
    let first = marcus.upload(&[marcus.writer.batch(&header, &changes[..2])]).acks[0].at.unwrap();
    assert_eq!(server.stop(), Some(0));
    copy(folder.path(), older.path());

    let server = Running::start(folder.path());
    let marcus = marcus.at(&server);
    let lost = marcus.writer.batch(&header, &changes[2..]);
    let seen = marcus.upload(std::slice::from_ref(&lost)).acks[0].at.unwrap();
    let whole = marcus.hashes(scope);
    assert_eq!(server.stop(), Some(0));
    copy(older.path(), folder.path());

    // The ack moved what the tablet has seen, so even an unmoved cursor finds the loss.
    let server = Running::start(folder.path());
    let marcus = marcus.at(&server);
    let claim = Claim { scope, cursor: first, seen: Some(seen) };
    let answer = marcus.sync(&marcus.hello(&[], vec![claim]));
    assert_eq!(answer.diverged[0].common, Some(first));
    // A tablet whose cursor was lost too offers what it remembers.
    let asha = asha.at(&server);
    let claim = Claim { scope, cursor: seen, seen: None };
    let offer = Offer { scope, positions: vec![first, seen] };
    let answer = asha.sync(&Hello { offers: vec![offer], ..asha.hello(&[], vec![claim]) });
    assert_eq!(answer.diverged[0].common, Some(first));

    // Asha's tablet brings back what Marcus wrote, with the manifest as he signed it.
    let ack = asha.upload(std::slice::from_ref(&lost)).acks[0].clone();
    assert!(ack.refused.is_empty());
    assert_eq!(ack.at, Some(seen), "the same changes in the same order make the same chain");
    assert_eq!(marcus.hashes(scope), whole);
}

#[test]
fn an_install_of_another_worker_may_not_speak_for_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let asha = Tablet::enrol(&server, "asha.venn");
    let hello = Hello { install: Some(asha.writer.author.install), ..marcus.hello(&[], Vec::new()) };
    let answer = marcus.sync(&hello);
    assert_eq!(answer.code, Some(MessageCode::OtherInstall));
    assert!(answer.pages.is_empty() && answer.scopes.is_none());
}
