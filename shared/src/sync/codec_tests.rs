use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::docs::header::Scope;
use crate::ids::{DeviceKey, DocId, InstallId, OrgId, TeamId, WorkerId};
use crate::sync::batch::{Body, Manifest, ManifestError, Pair, SignedBatch, SignedManifest, body_hash};
use crate::sync::chain::{Chain, Position};
use crate::sync::code::RefusalCode;
use crate::sync::message::{Ack, Claim, Page, Refused, Rows};
use crate::sync::packed::PackedBatch;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

fn device_key() -> DeviceKey {
    DeviceKey::from_bytes(key().verifying_key().to_bytes())
}

/// A raw change in form only: what follows its magic and checksum is `tail`.
fn body(tail: &[u8]) -> Vec<u8> {
    crate::sync::batch::body_from_tail(tail).1
}

fn batch(tails: &[&[u8]]) -> SignedBatch {
    let bodies: Vec<Body> = (0..).zip(tails).map(|(place, tail)| Body { place, bytes: body(tail) }).collect();
    let pairs = bodies
        .iter()
        .map(|body| Pair {
            document: DocId::from_bytes([(body.place % 3) as u8; 16]),
            hash: body_hash(&body.bytes).unwrap(),
        })
        .collect();
    let manifest = Manifest {
        organisation: OrgId::from_bytes([1; 16]),
        install: InstallId::from_bytes([2; 16]),
        worker: WorkerId::from_bytes([3; 16]),
        scope: Scope::TeamClinical(TeamId::from_bytes([4; 16])),
        headers: Vec::new(),
        pairs,
    };
    SignedBatch { signed: SignedManifest::sign(manifest, &key()).unwrap(), bodies }
}

fn hello() -> Hello {
    Hello {
        protocol: 1,
        app: "0.1.0".to_owned(),
        install: Some(InstallId::from_bytes([2; 16])),
        claims: vec![Claim {
            scope: Scope::TeamClinical(TeamId::from_bytes([4; 16])),
            cursor: Position { seq: 7, chain: Chain::from_bytes([5; 16]) },
            seen: Some(Position { seq: 9, chain: Chain::from_bytes([6; 16]) }),
        }],
        batches: vec![PackedBatch::pack(&batch(&[b"one", b"two"]))],
        live: true,
        credit_bytes: 65_536,
        turn: 1,
        ..Hello::default()
    }
}

fn answer() -> Answer {
    let sent = batch(&[b"one", b"two", b"three"]);
    Answer {
        turn: 1,
        acks: vec![Ack {
            batch: sent.signed.id(),
            at: Some(Position { seq: 9, chain: Chain::from_bytes([6; 16]) }),
            refused: vec![Refused { hash: sent.signed.manifest().pairs[1].hash, code: RefusalCode::Fork }],
            need: vec![sent.signed.manifest().pairs[0]],
        }],
        pages: vec![Page {
            scope: sent.signed.manifest().scope,
            after: 9,
            rows: vec![Rows::Changes { batch: 0, first: 0, count: 3 }],
            chain: Chain::from_bytes([7; 16]),
            batches: vec![PackedBatch::pack(&sent)],
            keys: Vec::new(),
        }],
        more: true,
        ..Answer::default()
    }
}

#[test]
fn a_batch_unpacks_to_the_bytes_that_were_signed_whatever_part_of_it_travels() {
    let whole = batch(&[b"one", b"two", b"three", b"four"]);
    for kept in 0..16_u32 {
        let mut part = whole.clone();
        part.bodies.retain(|body| kept & (1 << body.place) != 0);
        let unpacked = PackedBatch::pack(&part).unpack().unwrap();
        assert_eq!(unpacked, part);
        assert_eq!(unpacked.signed.verify(&device_key()), Ok(()));
    }
}

#[test]
fn a_change_swapped_on_the_way_breaks_the_signature_of_its_batch() {
    let mut swapped = batch(&[b"one", b"two"]);
    swapped.bodies[1].bytes = body(b"TWO");
    let received = PackedBatch::pack(&swapped).unpack().unwrap();
    assert_eq!(received.signed.verify(&device_key()), Err(ManifestError::Signature));
}

#[test]
fn a_manifest_of_a_newer_build_travels_byte_for_byte() {
    let known = batch(&[b"one", b"two"]);
    // The same map with one more key: 6 entries become 7, the newest says 9: true.
    let mut bytes = known.signed.bytes().to_vec();
    bytes[0] += 1;
    bytes.extend_from_slice(&[0x09, 0xf5]);
    let newer = SignedBatch {
        signed: SignedManifest::read(bytes.clone(), *known.signed.signature()).unwrap(),
        bodies: known.bodies.clone(),
    };
    let unpacked = PackedBatch::pack(&newer).unpack().unwrap();
    assert_eq!(unpacked.signed.bytes(), bytes);
    assert_eq!(unpacked, newer);
}

#[test]
fn a_manifest_of_another_signer_or_with_another_worker_does_not_verify() {
    let genuine = batch(&[b"one"]);
    let other = DeviceKey::from_bytes(SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes());
    assert_eq!(genuine.signed.verify(&other), Err(ManifestError::Signature));
    let mut manifest = genuine.signed.manifest().clone();
    manifest.worker = WorkerId::from_bytes([9; 16]);
    let forged =
        SignedManifest::read(minicbor::to_vec(&manifest).unwrap(), *genuine.signed.signature()).unwrap();
    assert_eq!(forged.verify(&device_key()), Err(ManifestError::Signature));
}

#[test]
fn messages_read_back_as_they_were_written() {
    assert_eq!(unpack::<Hello>(&pack(&hello()), usize::MAX - 1), Ok(hello()));
    assert_eq!(unpack::<Answer>(&pack(&answer()), usize::MAX - 1), Ok(answer()));
}

#[test]
fn a_key_of_a_newer_build_is_skipped() {
    let mut bytes = minicbor::to_vec(Hello { protocol: 1, app: "9".to_owned(), ..Hello::default() }).unwrap();
    let read: Hello = minicbor::decode(&bytes).unwrap();
    bytes[0] += 1;
    bytes.extend_from_slice(&[0x18, 0xc8, 0x83, 0x01, 0x02, 0x03]);
    assert_eq!(minicbor::decode::<Hello>(&bytes).unwrap(), read);
}

#[test]
fn a_bomb_is_refused_at_the_limit_and_noise_after_a_message_is_named() {
    let bomb = deflate(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    assert_eq!(inflate(&bomb, 1_000_000), Err(CodecError::TooLarge { limit_bytes: 1_000_000 }));
    let mut noisy = pack(&hello());
    noisy.extend_from_slice(&[1, 2, 3]);
    assert_eq!(unpack::<Hello>(&noisy, HELLO_BYTES_MAX), Err(CodecError::Trailing { found_bytes: 3 }));
    let limit = minicbor::to_vec(hello()).unwrap().len();
    assert_eq!(unpack::<Hello>(&pack(&hello()), limit), Ok(hello()));
    assert_eq!(
        unpack::<Hello>(&pack(&hello()), limit - 1),
        Err(CodecError::TooLarge { limit_bytes: limit - 1 })
    );
}

#[test]
fn a_message_cut_anywhere_is_an_error() {
    let bytes = pack(&answer());
    for end in 0..bytes.len() {
        assert!(unpack::<Answer>(&bytes[..end], ANSWER_BYTES_MAX).is_err(), "cut at {end}");
    }
}

#[test]
fn a_bit_that_flipped_on_the_way_is_never_taken_for_a_message() {
    let bytes = pack(&answer());
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let read = unpack::<Answer>(&flipped, ANSWER_BYTES_MAX);
        assert!(read.is_err() || read == Ok(answer()), "bit {at}");
    }
}

proptest! {
    #[test]
    fn no_bytes_from_the_network_panic(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = unpack::<Hello>(&noise, HELLO_BYTES_MAX);
        let _ = unpack::<Answer>(&deflate(&noise), ANSWER_BYTES_MAX);
    }

    #[test]
    fn no_altered_message_panics(at in 0_usize..4_000, to in any::<u8>()) {
        let mut bytes = minicbor::to_vec(answer()).unwrap();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(read) = unpack::<Answer>(&deflate(&bytes), ANSWER_BYTES_MAX) {
            for page in read.pages {
                for batch in page.batches {
                    let _ = batch.unpack();
                }
            }
        }
    }

    #[test]
    fn what_is_deflated_inflates_to_itself(bytes in proptest::collection::vec(any::<u8>(), 0..20_000)) {
        prop_assert_eq!(inflate(&deflate(&bytes), bytes.len()), Ok(bytes));
    }
}
