use ed25519_dalek::SigningKey;

use super::*;
use crate::docs::document::Document;
use crate::docs::edit::Edit;
use crate::domain::entry::{Author, Entry, Value};
use crate::domain::role::Role;
use crate::ids::{EntryKey, TeamId};
use crate::sync::batch::{Body, Manifest};
use crate::sync::chain::Chain;
use crate::time::Timestamp;

const TEAM: TeamId = TeamId::from_bytes([4; 16]);
const ORGANISATION: OrgId = OrgId::from_bytes([1; 16]);
const INSTALL: InstallId = InstallId::from_bytes([2; 16]);
const WORKER: WorkerId = WorkerId::from_bytes([3; 16]);
const ACTOR: ActorId = ActorId::from_bytes([5; 16]);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

fn author() -> Author {
    Author { worker: WORKER, install: INSTALL, role: Role::Ot }
}

/// A header as its CBOR is specified: id, kind, scope, organisation, retention.
fn header(document: u8) -> Header {
    header_in(document, Scope::TeamClinical(TEAM))
}

fn header_in(document: u8, scope: Scope) -> Header {
    let mut bytes = vec![0xa5, 0x00, 0x50];
    bytes.extend_from_slice(&[document; 16]);
    bytes.extend_from_slice(&[0x01, 0x06, 0x02, 0x51]);
    bytes.extend_from_slice(&scope.to_bytes());
    bytes.extend_from_slice(&[0x03, 0x50]);
    bytes.extend_from_slice(ORGANISATION.as_bytes());
    bytes.extend_from_slice(&[0x06, 0x00]);
    Header::from_bytes(&bytes).unwrap()
}

fn edit(name: u8) -> Edit {
    let entry = Entry {
        about: "home/hs-ba02".to_owned(),
        value: Value::Whole(i64::from(name)),
        how: None,
        observed_at: Timestamp::from_ms(0),
        form_version: None,
        replaces: Vec::new(),
        replaces_elsewhere: Vec::new(),
        reason: None,
    };
    Edit::Entry { key: EntryKey::from_random([name; 6]), entry }
}

/// A document of three changes by one actor.
fn written(header: &Header, actor: ActorId) -> Vec<Change> {
    let now = Timestamp::from_ms(1_000);
    let (mut open, first) = Document::create(header.clone(), &[], &author(), actor, now, &[edit(0)]).unwrap();
    let mut changes = vec![first];
    for name in 1..3 {
        changes
            .extend(open.write(&author(), actor, ActorId::from_bytes([9; 16]), now, &[edit(name)]).unwrap());
    }
    changes
}

/// Another second and third change after the same first: what a cloned device writes.
fn cloned(header: &Header, changes: &[Change]) -> Vec<Change> {
    let now = Timestamp::from_ms(2_000);
    let (mut open, _) = Document::open(header.clone(), changes[..1].to_vec()).unwrap();
    (7..9)
        .flat_map(|name| {
            open.write(&author(), ACTOR, ActorId::from_bytes([9; 16]), now, &[edit(name)]).unwrap()
        })
        .collect()
}

fn upload(headers: Vec<Header>, document: DocId, changes: &[Change]) -> Upload {
    let manifest = Manifest {
        organisation: ORGANISATION,
        install: INSTALL,
        worker: WORKER,
        scope: Scope::TeamClinical(TEAM),
        headers,
        pairs: changes.iter().map(|change| Pair { document, hash: change.hash }).collect(),
    };
    let bodies =
        (0..).zip(changes).map(|(place, change)| Body { place, bytes: change.bytes.clone() }).collect();
    Upload::read(SignedBatch { signed: SignedManifest::sign(manifest, &key()).unwrap(), bodies })
}

fn facts() -> Facts {
    Facts {
        device: Some(Device {
            key: DeviceKey::from_bytes(key().verifying_key().to_bytes()),
            organisation: ORGANISATION,
            workers: vec![WORKER],
        }),
        ..Facts::default()
    }
}

/// What a store that holds these changes of one document would answer.
fn holding(header: &Header, changes: &[Change]) -> Facts {
    let mut facts = facts();
    facts.headers.insert(header.id, header.clone());
    for (seq, change) in (1..).zip(changes) {
        let position = Position { seq, chain: Chain::START };
        facts.stored.insert(change.hash, StoredAt { document: header.id, scope: header.scope, position });
        facts.taken.insert(Slot { document: header.id, actor: change.actor, seq: change.seq }, change.hash);
        facts.actors.insert(change.actor, Owner { install: INSTALL, worker: WORKER });
    }
    facts
}

fn judged(upload: &Upload, facts: &Facts) -> Judgement {
    judge(upload, facts, INSTALL, Soundness::SOUND, |_| Permit::Granted)
}

fn codes(judgement: &Judgement) -> Vec<RefusalCode> {
    judgement.refused.iter().map(|refused| refused.code).collect()
}

#[test]
fn a_new_document_is_stored_with_its_header_and_its_actor() {
    let header = header(6);
    let judgement = judged(&upload(vec![header.clone()], header.id, &written(&header, ACTOR)), &facts());
    assert_eq!(judgement.append, vec![0, 1, 2]);
    assert_eq!(judgement.headers, vec![header]);
    assert_eq!(judgement.actors, vec![(ACTOR, Owner { install: INSTALL, worker: WORKER })]);
    assert!(judgement.refused.is_empty() && judgement.need.is_empty());
}

#[test]
fn a_change_stored_before_gets_the_position_it_has_and_no_second_row() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let judgement = judged(&upload(vec![], header.id, &changes), &holding(&header, &changes));
    assert!(judgement.append.is_empty());
    assert_eq!(judgement.ack(BatchId::from_bytes([0; 32]), None).at.map(|at| at.seq), Some(3));
}

#[test]
fn an_unknown_document_without_any_header_is_asked_for_it_alone() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let judgement = judged(&upload(vec![], header.id, &changes[1..]), &facts());
    assert_eq!(codes(&judgement), vec![RefusalCode::HeaderMissing; 2]);
    // The first change brings the header itself.
    assert_eq!(judged(&upload(vec![], header.id, &changes), &facts()).append, vec![0, 1, 2]);
}

#[test]
fn a_cloned_device_is_told_fork_and_what_builds_on_it_fork_child_and_the_rest_is_stored() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let mut sent = cloned(&header, &changes);
    let elsewhere = ActorId::from_bytes([8; 16]);
    let (mut open, _) = Document::open(header.clone(), changes.clone()).unwrap();
    sent.extend(open.write(&author(), elsewhere, elsewhere, Timestamp::from_ms(3), &[edit(20)]).unwrap());
    let sent = upload(vec![], header.id, &sent);
    let judgement = judged(&sent, &holding(&header, &changes));
    // Its second change takes the slot of the stored second; its third that of the stored third.
    assert_eq!(codes(&judgement), vec![RefusalCode::Fork, RefusalCode::Fork]);
    assert_eq!(judgement.append, vec![2]);
    let mut two = holding(&header, &changes[..2]);
    let judgement = judged(&sent, &two);
    assert_eq!(codes(&judgement), vec![RefusalCode::Fork, RefusalCode::ForkChild]);
    // The child alone, later, is still known for what it is.
    two.forked.extend(judgement.forked.iter().copied());
    let child = cloned(&header, &changes).split_off(1);
    assert_eq!(codes(&judged(&upload(vec![], header.id, &child), &two)), vec![RefusalCode::ForkChild]);
}

#[test]
fn a_missing_dependency_is_stored_and_asked_for() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let judgement = judged(&upload(vec![], header.id, &changes[2..]), &holding(&header, &changes[..1]));
    assert_eq!(judgement.append, vec![0]);
    assert_eq!(judgement.need, vec![Pair { document: header.id, hash: changes[1].hash }]);
}

#[test]
fn one_poisoned_change_does_not_block_its_batch() {
    let header = header(6);
    let mut sent = upload(vec![header.clone()], header.id, &written(&header, ACTOR));
    sent.candidates[1].change = Err(RefusalCode::Malformed);
    let judgement = judged(&sent, &facts());
    assert_eq!(judgement.append, vec![0, 2]);
    assert_eq!(codes(&judgement), vec![RefusalCode::Malformed]);
    assert!(judgement.need.is_empty(), "what was just refused is not asked for");
}

#[test]
fn a_manifest_that_does_not_verify_stores_nothing() {
    let header = header(6);
    let sent = upload(vec![header.clone()], header.id, &written(&header, ACTOR));
    let refused = |facts: &Facts, sender| {
        let judgement = judge(&sent, facts, sender, Soundness::SOUND, |_| Permit::Granted);
        assert!(judgement.append.is_empty() && judgement.headers.is_empty() && judgement.actors.is_empty());
        codes(&judgement)[0]
    };
    let mut forged = facts();
    forged.device.as_mut().unwrap().key =
        DeviceKey::from_bytes(SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes());
    assert_eq!(refused(&forged, INSTALL), RefusalCode::BadSignature);
    assert_eq!(refused(&forged, InstallId::from_bytes([77; 16])), RefusalCode::OtherInstall);
    assert_eq!(refused(&Facts::default(), INSTALL), RefusalCode::OtherInstall);
    let mut stranger = facts();
    stranger.device.as_mut().unwrap().workers.clear();
    assert_eq!(refused(&stranger, INSTALL), RefusalCode::OtherWorker);
    let mut elsewhere = facts();
    elsewhere.device.as_mut().unwrap().organisation = OrgId::from_bytes([99; 16]);
    assert_eq!(refused(&elsewhere, INSTALL), RefusalCode::OtherOrganisation);
}

#[test]
fn another_writers_actor_document_scope_or_header_is_refused() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let sent = upload(vec![header.clone()], header.id, &changes);
    let only = |facts: &Facts, sent: &Upload| {
        let mut codes = codes(&judged(sent, facts));
        codes.dedup();
        codes
    };
    let mut used = facts();
    let other = Owner { install: InstallId::from_bytes([8; 16]), worker: WORKER };
    used.actors.insert(ACTOR, other);
    assert_eq!(only(&used, &sent), vec![RefusalCode::SomeoneElsesActor]);

    let mut scoped = facts();
    scoped.headers.insert(header.id, header_in(6, Scope::TeamCore(TEAM)));
    assert_eq!(only(&scoped, &sent), vec![RefusalCode::OtherHeader]);
    let core = header_in(6, Scope::TeamCore(TEAM));
    let in_core = upload(vec![core.clone()], core.id, &written(&core, ACTOR));
    assert_eq!(only(&facts(), &in_core), vec![RefusalCode::OtherScope]);

    let elsewhere = self::header(7);
    let misplaced = upload(vec![elsewhere.clone()], elsewhere.id, &changes);
    assert_eq!(codes(&judged(&misplaced, &facts()))[0], RefusalCode::WrongDocument);
}

#[test]
fn what_may_not_be_written_looks_like_what_does_not_exist() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let denied = |facts: &Facts, headers: Vec<Header>, changes: &[Change]| {
        let sent = upload(headers, header.id, changes);
        codes(&judge(&sent, facts, INSTALL, Soundness::SOUND, |_| Permit::Absent))
    };
    let stored = holding(&header, &changes[..1]);
    assert_eq!(denied(&stored, vec![], &changes[1..]), denied(&facts(), vec![], &changes[1..]));
    assert_eq!(denied(&stored, vec![header.clone()], &changes), vec![RefusalCode::Absent; 3]);
    assert_eq!(denied(&facts(), vec![header.clone()], &changes), vec![RefusalCode::Absent; 3]);
}

#[test]
fn permission_lost_keeps_the_changes_aside() {
    let header = header(6);
    let changes = written(&header, ACTOR);
    let sent = upload(vec![], header.id, &changes[1..]);
    let judgement =
        judge(&sent, &holding(&header, &changes[..1]), INSTALL, Soundness::SOUND, |_| Permit::Lost);
    assert_eq!(judgement.aside, vec![0, 1]);
    assert_eq!(codes(&judgement), vec![RefusalCode::Quarantined; 2]);
}

#[test]
fn an_erased_document_is_told_only_to_installs_that_held_it() {
    let header = header(6);
    let sent = upload(vec![header.clone()], header.id, &written(&header, ACTOR));
    let mut facts = facts();
    facts.erased.insert(header.id, true);
    assert_eq!(codes(&judged(&sent, &facts))[0], RefusalCode::Erased);
    facts.erased.insert(header.id, false);
    assert_eq!(codes(&judged(&sent, &facts))[0], RefusalCode::Absent);
}
