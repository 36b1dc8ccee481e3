use ed25519_dalek::SigningKey;

use super::*;
use crate::ids::{DocId, TeamId};
use crate::sync::batch::{Body, Manifest, body_from_tail};
use crate::sync::chain::{Chain, Digest, Position};
use crate::sync::message::{Ack, Diverged, Hello, Page, Rows};
use crate::sync::state::ScopeState;

const INSTALL: InstallId = InstallId::from_bytes([2; 16]);

fn now() -> Timestamp {
    Timestamp::from_ms(1_000_000)
}

fn scope() -> Scope {
    Scope::TeamCore(TeamId::from_bytes([4; 16]))
}

fn position(seq: u64, chain: u8) -> Position {
    Position { seq, chain: Chain::from_bytes([chain; 16]) }
}

fn client(state: ClientState) -> Client {
    let session = Session {
        organisation: OrgId::from_bytes([1; 16]),
        install: INSTALL,
        worker: WorkerId::from_bytes([3; 16]),
        app: "0".to_owned(),
    };
    Client::new(session, SigningKey::from_bytes(&[42; 32]), state, 9)
}

/// A client that stands at row 3 of its scope.
fn standing() -> Client {
    let mut state = ScopeState::new(scope());
    state.cursor = position(3, 3);
    state.seen = state.cursor;
    state.checkpoints.push(position(2, 2));
    state.checkpoints.push(state.cursor);
    client(ClientState { scopes: vec![state], ..ClientState::default() })
}

fn change(name: u8) -> (Outgoing, Vec<u8>) {
    let (hash, bytes) = body_from_tail(&[name]);
    let document = DocId::from_bytes([name; 16]);
    (Outgoing { document, hash, scope: scope(), bytes: bytes.len(), batch: None }, bytes)
}

fn queued(change: Outgoing) -> Input {
    Input::Queued { changes: vec![change], headers: Vec::new() }
}

fn keep_of(effects: &[Effect]) -> Keep {
    let kept =
        effects.iter().find_map(|effect| if let Effect::Keep(keep) = effect { Some(keep) } else { None });
    *kept.expect("a transaction").clone()
}

fn hello_of(effects: &[Effect]) -> Hello {
    let sent =
        effects.iter().find_map(|effect| if let Effect::Send(bytes) = effect { Some(bytes) } else { None });
    codec::unpack(sent.expect("a message"), codec::HELLO_BYTES_MAX).unwrap()
}

fn is_silent(effects: &[Effect]) -> bool {
    !effects.iter().any(|effect| matches!(effect, Effect::Send(_)))
}

/// Queues one change on an open link and goes on until its hello is sent.
fn sent(client: &mut Client, name: u8) -> (Hello, SignedManifest) {
    let (item, bytes) = change(name);
    client.step(now(), queued(item));
    let keep = keep_of(&client.step(now(), Input::Opened { live: true }));
    let signed = keep.formed[0].clone();
    let read = client.step(now(), Input::Kept { token: keep.token });
    let Some(Effect::Read { token, .. }) = read.first() else {
        unreachable!("changes are read before they go")
    };
    let batch = SignedBatch { signed: signed.clone(), bodies: vec![Body { place: 0, bytes }] };
    (hello_of(&client.step(now(), Input::Read { token: *token, batches: vec![batch] })), signed)
}

fn answered(client: &mut Client, answer: Answer) -> Vec<Effect> {
    client.step(now(), Input::Received(codec::pack(&answer)))
}

#[test]
fn a_manifest_is_kept_before_it_is_sent() {
    let mut client = standing();
    let (item, _) = change(7);
    client.step(now(), queued(item));
    let effects = client.step(now(), Input::Opened { live: true });
    assert!(is_silent(&effects));
    let keep = keep_of(&effects);
    assert_eq!(keep.formed[0].manifest().pairs[0].hash, item.hash);
    assert!(is_silent(&client.step(now(), Input::Tick)), "nothing is sent while it is not kept");
}

#[test]
fn a_change_leaves_only_when_its_ack_is_kept_and_the_ack_is_a_position() {
    let mut client = standing();
    let (hello, signed) = sent(&mut client, 7);
    let at = position(9, 9);
    let ack = Ack { batch: signed.id(), at: Some(at), refused: Vec::new(), need: Vec::new() };
    let effects = answered(&mut client, Answer { turn: hello.turn, acks: vec![ack], ..Answer::default() });
    let keep = keep_of(&effects);
    assert_eq!(keep.stored[0].hash, signed.manifest().pairs[0].hash);
    assert_eq!((keep.state.scopes[0].cursor.seq, keep.state.scopes[0].seen), (3, at));
    assert_eq!(client.waiting(), 1);
    client.step(now(), Input::Kept { token: keep.token });
    assert_eq!(client.waiting(), 0);
}

#[test]
fn an_ack_that_answers_another_message_changes_nothing() {
    let mut client = standing();
    let (hello, signed) = sent(&mut client, 7);
    let ack = Ack { batch: signed.id(), at: Some(position(9, 9)), refused: Vec::new(), need: Vec::new() };
    let effects =
        answered(&mut client, Answer { turn: hello.turn + 1, acks: vec![ack], ..Answer::default() });
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(client.waiting(), 1);
}

#[test]
fn what_could_not_be_kept_did_not_happen() {
    let mut client = standing();
    let (hello, signed) = sent(&mut client, 7);
    let ack = Ack { batch: signed.id(), at: Some(position(9, 9)), refused: Vec::new(), need: Vec::new() };
    let effects = answered(&mut client, Answer { turn: hello.turn, acks: vec![ack], ..Answer::default() });
    let effects = client.step(now(), Input::NotKept { token: keep_of(&effects).token });
    assert!(effects.contains(&Effect::HangUp));
    assert_eq!((client.waiting(), client.state().scopes[0].seen), (1, position(3, 3)));
}

#[test]
fn a_page_whose_chain_does_not_follow_is_not_taken_and_one_that_does_is() {
    let digest = Digest::from_bytes([5; 32]);
    let page = |chain| Page {
        scope: scope(),
        after: 3,
        rows: vec![Rows::Gone { digest }],
        chain,
        batches: Vec::new(),
        keys: Vec::new(),
    };
    let mut client = standing();
    let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
    let wrong = Answer { turn: hello.turn, pages: vec![page(Chain::START)], ..Answer::default() };
    let effects = answered(&mut client, wrong);
    assert!(effects.contains(&Effect::HangUp));
    let mut client = standing();
    let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
    let right = position(3, 3).after(&digest);
    let effects = answered(
        &mut client,
        Answer { turn: hello.turn, pages: vec![page(right.chain)], ..Answer::default() },
    );
    assert_eq!(keep_of(&effects).state.scopes[0].cursor, right);
}

#[test]
fn a_row_by_name_is_believed_only_of_a_change_that_is_held() {
    let (item, bytes) = change(7);
    let pair = Pair { document: item.document, hash: item.hash };
    let manifest = Manifest {
        organisation: OrgId::from_bytes([1; 16]),
        install: INSTALL,
        worker: WorkerId::from_bytes([3; 16]),
        scope: scope(),
        headers: Vec::new(),
        pairs: vec![pair],
    };
    let signed = SignedManifest::sign(manifest, &SigningKey::from_bytes(&[42; 32])).unwrap();
    let end = position(3, 3).after(&Digest::of_change(&pair.document, &pair.hash));
    let page = Page {
        scope: scope(),
        after: 3,
        rows: vec![Rows::Own { batch: signed.id(), first: 0, count: 1 }],
        chain: end.chain,
        batches: Vec::new(),
        keys: Vec::new(),
    };
    for (bodies, expected) in
        [(vec![Body { place: 0, bytes }], (end, false)), (Vec::new(), (position(3, 3), true))]
    {
        let mut client = standing();
        let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
        let mut effects = answered(
            &mut client,
            Answer { turn: hello.turn, pages: vec![page.clone()], ..Answer::default() },
        );
        // The manifest first, then the change it names.
        for _ in 0..2 {
            let Some(Effect::Read { token, wanted }) = effects.first() else { unreachable!("it asks first") };
            let bodies = if wanted[0].hashes.is_empty() { Vec::new() } else { bodies.clone() };
            let batch = SignedBatch { signed: signed.clone(), bodies };
            effects = client.step(now(), Input::Read { token: *token, batches: vec![batch] });
        }
        let state = keep_of(&effects).state;
        assert_eq!((state.scopes[0].cursor, state.whole), expected);
    }
}

#[test]
fn a_server_that_forgot_is_offered_older_positions_and_only_one_of_them_is_believed() {
    let diverged =
        |common| Answer { diverged: vec![Diverged { scope: scope(), common }], ..Answer::default() };
    let mut client = standing();
    let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
    assert!(hello.offers.is_empty());
    let hello = hello_of(&answered(&mut client, Answer { turn: hello.turn, ..diverged(None) }));
    let offered: Vec<Position> = hello.offers[0].positions.clone();
    assert_eq!(offered, vec![position(2, 2), position(3, 3)]);
    for (named, believed) in [
        (position(2, 2), position(2, 2)),
        (position(2, 99), Position::START),
        (position(1, 1), Position::START),
    ] {
        let mut client = standing();
        let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
        let effects = answered(&mut client, Answer { turn: hello.turn, ..diverged(Some(named)) });
        let keep = keep_of(&effects);
        assert_eq!(keep.forgotten[0].position, believed);
        assert_eq!((keep.state.scopes[0].cursor, keep.state.scopes[0].seen), (believed, believed));
    }
}

#[test]
fn noise_or_silence_ends_the_link_and_it_is_dialled_again_later() {
    let mut client = standing();
    client.step(now(), Input::Opened { live: true });
    let effects = client.step(now(), Input::Received(b"<html>Welcome to the hotel</html>".to_vec()));
    assert!(effects.contains(&Effect::HangUp));
    let effects = client.step(now(), Input::Closed);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::DialAt(at) if *at > now())));
    client.step(now(), Input::Opened { live: true });
    let late = now().plus_ms(ANSWER_MS_MAX + 1);
    assert!(client.step(late, Input::Tick).contains(&Effect::HangUp));
}

#[test]
fn an_idle_live_link_asks_by_itself() {
    let mut client = standing();
    let hello = hello_of(&client.step(now(), Input::Opened { live: true }));
    answered(&mut client, Answer { turn: hello.turn, ..Answer::default() });
    assert!(is_silent(&client.step(now().plus_ms(1), Input::Tick)));
    let late = now().plus_ms(i64::try_from(POLL_MS).unwrap());
    assert!(!is_silent(&client.step(late, Input::Tick)));
}

#[test]
fn the_state_reads_back_as_it_was_kept() {
    let state = standing().state().clone();
    assert_eq!(ClientState::from_bytes(&state.to_bytes()), Ok(state));
    assert!(ClientState::from_bytes(&[0xff]).is_err());
}
