//! Hostile input, one kind at a time: refused with a stable code, logged without content, nothing changed, others
//! served meanwhile.

use doorstep_shared::docs::change::Change;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::ids::{ActorId, ChangeHash};
use doorstep_shared::sync::batch::{SIGNATURE_BYTES, SignedBatch, SignedManifest};
use doorstep_shared::sync::chain::{Chain, Position};
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::codec::{deflate, pack};
use doorstep_shared::sync::message::Claim;
use sha2::{Digest as _, Sha256};

use crate::harness::Running;
use crate::tablet::{TYPED, Tablet, unique};

/// A server, someone who attacks it and someone who works meanwhile.
struct Stage {
    folder: tempfile::TempDir,
    server: Running,
    marcus: Tablet,
    asha: Tablet,
    before: Vec<ChangeHash>,
}

impl Stage {
    fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Running::start(folder.path());
        let marcus = Tablet::enrol(&server, "marcus.dell");
        let asha = Tablet::enrol(&server, "asha.venn");
        let before = asha.hashes(asha.writer.clinical());
        Self { folder, server, marcus, asha, before }
    }

    /// The one code every change of the batch was refused with.
    fn refusal(&self, batch: SignedBatch) -> RefusalCode {
        let travelled = batch.bodies.len();
        let answer = self.marcus.upload(&[batch]);
        assert_eq!(answer.acks[0].at, None);
        let codes: Vec<_> = answer.acks[0].refused.iter().map(|refused| refused.code).collect();
        assert_eq!(codes.len(), travelled);
        assert!(codes.iter().all(|code| *code == codes[0]), "{codes:?}");
        codes[0]
    }

    /// Nothing changed, others are served, and the log holds nothing that was typed.
    fn expect_unharmed(self) {
        let scope = self.asha.writer.clinical();
        assert_eq!(self.asha.hashes(scope), self.before);
        let (header, changes) = self.asha.writer.visit(2);
        let ack = self.asha.upload(&[self.asha.writer.batch(&header, &changes)]).acks[0].clone();
        assert!(ack.at.is_some() && ack.refused.is_empty());
        let log = self.server.log();
        for content in [TYPED, "marcus", "Marcus", "stair"] {
            assert!(!log.contains(content), "the log holds {content:?}");
        }
        assert_eq!(self.server.stop(), Some(0));
        drop(self.folder);
    }
}

#[test]
fn a_cursor_from_another_server_is_answered_as_divergence() {
    let stage = Stage::set();
    let scope = stage.marcus.writer.clinical();
    let cursor = Position { seq: 3_000_000, chain: Chain::from_bytes([9; 16]) };
    let answer = stage.marcus.sync(&stage.marcus.hello(&[], vec![Claim { scope, cursor, seen: None }]));
    assert_eq!(answer.diverged[0].scope, scope);
    assert!(!answer.pages.iter().any(|page| page.scope == scope));
    stage.expect_unharmed();
}

#[test]
fn a_truncated_body_is_malformed() {
    let stage = Stage::set();
    let (header, changes) = stage.marcus.writer.visit(20);
    let body = pack(&stage.marcus.hello(&[stage.marcus.writer.batch(&header, &changes)], Vec::new()));
    for length in [0, 1, body.len() / 2, body.len() - 1] {
        let reply = stage.marcus.client.post("/sync", &body[..length]);
        assert_eq!((reply.status, reply.code()), (400, "malformed".to_owned()));
        assert_eq!(reply.json()["request_id"].as_str().unwrap().len(), 16);
    }
    stage.expect_unharmed();
}

#[test]
fn a_deflate_bomb_is_too_large_and_never_held() {
    let stage = Stage::set();
    let bomb = deflate(&vec![0; 256 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024, "it passes the limit of what travels");
    let before = resident_kib(stage.server.pid());
    for _ in 0..4 {
        let reply = stage.marcus.client.post("/sync", &bomb);
        assert_eq!((reply.status, reply.code()), (413, "too_large".to_owned()));
    }
    assert!(resident_kib(stage.server.pid()) < before + 64 * 1024);
    stage.expect_unharmed();
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn ten_megabytes_of_noise_are_refused_and_everyone_else_is_served_meanwhile() {
    let stage = Stage::set();
    let mut noise = vec![0_u8; 10 * 1024 * 1024];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for byte in &mut noise {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *byte = (state >> 56) as u8;
    }
    let attacker = stage.marcus.at(&stage.server);
    let small = noise[..1024 * 1024].to_vec();
    let attack = std::thread::spawn(move || {
        for _ in 0..3 {
            // The server answers without reading it all, so the connection may end before the answer is heard.
            if let Ok(reply) = attacker.client.post_with("/sync", &noise, &[("x-doorstep", "1")]) {
                assert_eq!((reply.status, reply.code()), (413, "too_large".to_owned()));
            }
        }
    });
    for _ in 0..5 {
        assert_eq!(stage.asha.hashes(stage.asha.writer.clinical()), stage.before);
    }
    attack.join().unwrap();
    let reply = stage.marcus.client.post("/sync", &small);
    assert_eq!((reply.status, reply.code()), (400, "malformed".to_owned()));
    stage.expect_unharmed();
}

#[test]
fn a_compressed_change_is_refused_unread() {
    let stage = Stage::set();
    let (header, mut changes) = stage.marcus.writer.visit(1);
    // The chunk's own form: type 2, a length, a deflate stream that would inflate to a gigabyte in a real attack.
    let inner = deflate(&vec![0; 10_000]);
    let mut tail = vec![2, u8::try_from(inner.len()).unwrap()];
    tail.extend(inner);
    let hash: [u8; 32] = Sha256::digest(&tail).into();
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83];
    bytes.extend(&hash[..4]);
    bytes.extend(tail);
    changes[0] = Change { hash: ChangeHash::from_bytes(hash), bytes, ..changes[0].clone() };
    assert_eq!(stage.refusal(stage.marcus.writer.batch(&header, &changes)), RefusalCode::Compressed);
    stage.expect_unharmed();
}

#[test]
fn a_document_one_may_not_write_is_absent_whether_it_exists_or_not() {
    let stage = Stage::set();
    let marcus = &stage.marcus.writer;
    let review = marcus.header(DocKind::Review, marcus.clinical());
    let changes = marcus.document(&review, ActorId::from_bytes(unique()), 2);
    assert_eq!(stage.refusal(marcus.batch(&review, &changes)), RefusalCode::Absent);
    for scope in [marcus.core(), doorstep_shared::docs::header::Scope::Concern(review.id)] {
        let header = marcus.header(DocKind::Visit, scope);
        let changes = marcus.document(&header, ActorId::from_bytes(unique()), 1);
        assert_eq!(stage.refusal(marcus.batch(&header, &changes)), RefusalCode::Absent);
    }
    stage.expect_unharmed();
}

#[test]
fn a_coordinator_neither_reads_nor_writes_what_is_clinical() {
    let stage = Stage::set();
    let hana = Tablet::enrol(&stage.server, "hana.pike");
    let scope = hana.writer.clinical();
    let claim = Claim { scope, cursor: Position::START, seen: None };
    let answer = hana.sync(&hana.hello(&[], vec![claim]));
    assert!(!answer.pages.iter().any(|page| page.scope == scope));
    assert_eq!(answer.scopes, Some(vec![hana.writer.core()]));
    let (header, changes) = hana.writer.visit(1);
    let ack = hana.upload(&[hana.writer.batch(&header, &changes)]).acks[0].clone();
    assert_eq!(ack.refused[0].code, RefusalCode::Absent);
    // Nor may she carry there what a colleague may write.
    let (header, changes) = stage.marcus.writer.visit(1);
    let ack = hana.upload(&[stage.marcus.writer.batch(&header, &changes)]).acks[0].clone();
    assert_eq!(ack.refused[0].code, RefusalCode::Absent);
    stage.expect_unharmed();
}

#[test]
fn a_batch_that_names_another_install_or_worker_is_refused() {
    let stage = Stage::set();
    let marcus = &stage.marcus.writer;
    let (header, changes) = marcus.visit(2);
    let mut manifest = marcus.manifest(vec![header.clone()], header.id, &changes);
    manifest.install = stage.asha.writer.author.install;
    assert_eq!(stage.refusal(marcus.sign(manifest, &changes)), RefusalCode::OtherInstall);
    let mut manifest = marcus.manifest(vec![header.clone()], header.id, &changes);
    manifest.install = doorstep_shared::ids::InstallId::from_bytes(unique());
    assert_eq!(stage.refusal(marcus.sign(manifest, &changes)), RefusalCode::OtherInstall);
    let mut manifest = marcus.manifest(vec![header.clone()], header.id, &changes);
    manifest.worker = stage.asha.writer.author.worker;
    assert_eq!(stage.refusal(marcus.sign(manifest, &changes)), RefusalCode::OtherWorker);
    stage.expect_unharmed();
}

#[test]
fn a_forged_manifest_is_refused() {
    let stage = Stage::set();
    let marcus = &stage.marcus.writer;
    let (header, changes) = marcus.visit(2);
    let mut batch = marcus.batch(&header, &changes);
    let mut signature: [u8; SIGNATURE_BYTES] = *batch.signed.signature();
    signature[0] ^= 1;
    batch.signed = SignedManifest::read(batch.signed.bytes().to_vec(), signature).unwrap();
    assert_eq!(stage.refusal(batch), RefusalCode::BadSignature);
    // A manifest signed for other changes does not carry these.
    let (_, others) = marcus.visit(2);
    let mut batch = marcus.batch(&header, &changes);
    let forged = marcus.manifest(vec![header.clone()], header.id, &others);
    let signed = *batch.signed.signature();
    let forged = SignedManifest::sign(forged, &marcus.key).unwrap();
    batch.signed = SignedManifest::read(forged.bytes().to_vec(), signed).unwrap();
    batch.bodies.iter_mut().zip(&others).for_each(|(body, other)| body.bytes.clone_from(&other.bytes));
    assert_eq!(stage.refusal(batch), RefusalCode::BadSignature);
    stage.expect_unharmed();
}

#[test]
fn a_change_written_under_another_name_is_refused_and_the_rest_of_its_batch_is_stored() {
    let stage = Stage::set();
    let marcus = &stage.marcus.writer;
    let mut as_asha = marcus.clone();
    as_asha.author = stage.asha.writer.author;
    let header = marcus.header(DocKind::Visit, marcus.clinical());
    let forged = as_asha.document(&header, ActorId::from_bytes(unique()), 1);
    assert_eq!(stage.refusal(marcus.batch(&header, &forged)), RefusalCode::WrongAuthor);

    let (good_header, good) = marcus.visit(2);
    let mut manifest = marcus.manifest(vec![header.clone(), good_header.clone()], header.id, &forged);
    manifest.pairs.extend(marcus.manifest(Vec::new(), good_header.id, &good).pairs);
    let changes: Vec<Change> = forged.into_iter().chain(good).collect();
    let answer = stage.marcus.upload(&[marcus.sign(manifest, &changes)]);
    assert_eq!(answer.acks[0].refused.len(), 1);
    assert_eq!(answer.acks[0].at.unwrap().seq, stage.before.len() as u64 + 2);
}

#[test]
fn a_cloned_tablets_second_truth_is_a_fork_and_what_builds_on_it_too() {
    let stage = Stage::set();
    let marcus = &stage.marcus.writer;
    let header = marcus.header(DocKind::Visit, marcus.clinical());
    let actor = ActorId::from_bytes(unique());
    let one = marcus.document(&header, actor, 1);
    let mut late = header.clone();
    late.person = None;
    let ack = stage.marcus.upload(&[marcus.batch(&header, &one)]).acks[0].clone();
    assert!(ack.refused.is_empty());
    // The same actor begins the same document again, with another first answer.
    let mut clone = marcus.clone();
    clone.author.role = doorstep_shared::domain::role::Role::Ot;
    let other = clone.document(&late, actor, 2);
    let answer = stage.marcus.upload(&[marcus.batch(&header, &other)]);
    let codes: Vec<_> = answer.acks[0].refused.iter().map(|refused| refused.code).collect();
    assert_eq!(codes, [RefusalCode::Fork, RefusalCode::ForkChild]);
    let again = stage.marcus.upload(&[marcus.batch(&header, &other[1..])]);
    assert_eq!(again.acks[0].refused[0].code, RefusalCode::ForkChild);
}
