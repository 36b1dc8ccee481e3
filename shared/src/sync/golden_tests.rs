//! Golden bytes of protocol 1. They were written by another CBOR, BLAKE3 and Ed25519 (Python) from the key tables in
//! `sync`, and are only ever added to.

use ed25519_dalek::SigningKey;
use minicbor::bytes::ByteVec;

use crate::docs::header::Scope;
use crate::ids::{BatchId, ChangeHash, DeviceKey, DocId, Epoch, InstallId, OrgId, TeamId, WorkerId};
use crate::sync::batch::{Manifest, Pair, SignedManifest, body_from_tail};
use crate::sync::chain::{Chain, Digest, Position};
use crate::sync::code::{MessageCode, RefusalCode};
use crate::sync::message::{Ack, Answer, Claim, Diverged, Hello, InstallKey, Offer, Page, Refused, Rows};

const HELLO: &str = "\
    a900010165302e312e300250020202020202020202020202020202020481a30051010404040404040404040404040404\
    04040182075005050505050505050505050505050505028209500606060606060606060606060606060607f5081a0001\
    000009010a81a2005101040404040404040404040404040404040181820450080808080808080808080808080808080b\
    f5";
const ANSWER: &str = "\
    a9000101500a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0281a40058200b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b\
    0b0b0b0b0b0b0b0b0b0b0b01820950060606060606060606060606060606060281825820090909090909090909090909\
    090909090909090909090909090909090909090903038182500707070707070707070707070707070758200909090909\
    0909090909090909090909090909090909090909090909090909090381a5005101040404040404040404040404040404\
    040109028382018358200b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b000282028158\
    200c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c820383025007070707070707070707\
    07070707070742010203500d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0581a2005002020202020202020202020202020202\
    0158200e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e04815101040404040404040404\
    04040404040404061901f407f50881a20051010404040404040404040404040404040401820450080808080808080808\
    080808080808080904";
const MANIFEST: &str = "\
    a50050010101010101010101010101010101010150020202020202020202020202020202020250030303030303030303\
    030303030303030351010404040404040404040404040404040405828250000000000000000000000000000000005820\
    7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed82500101010101010101010101010101\
    010158203fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";
const BATCH: &str = "d6179d7ae1a01c3047ce34cdf5d79a48ab8959c1bd3ec119d81ce0d0f9b9017c";
const SIGNATURE: &str = "\
    de4e2c0296c8b1896b6c94b5c287469e89a624276314b983c1f23ca7aeb38489cf1ee7579cfee6e97d15d24f89376b7b\
    f3d135bfad10c49b5df222daf35d3107";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn scope() -> Scope {
    Scope::TeamClinical(TeamId::from_bytes([4; 16]))
}

fn position(seq: u64, chain: u8) -> Position {
    Position { seq, chain: Chain::from_bytes([chain; 16]) }
}

fn bytes_of(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hello() -> Hello {
    Hello {
        protocol: 1,
        app: "0.1.0".to_owned(),
        install: Some(InstallId::from_bytes([2; 16])),
        claims: vec![Claim { scope: scope(), cursor: position(7, 5), seen: Some(position(9, 6)) }],
        live: true,
        credit_bytes: 65_536,
        turn: 1,
        offers: vec![Offer { scope: scope(), positions: vec![position(4, 8)] }],
        whole: true,
        ..Hello::default()
    }
}

fn answer() -> Answer {
    let pair = Pair { document: DocId::from_bytes([7; 16]), hash: ChangeHash::from_bytes([9; 32]) };
    let batch = BatchId::from_bytes([11; 32]);
    Answer {
        turn: 1,
        epoch: Some(Epoch::from_bytes([10; 16])),
        acks: vec![Ack {
            batch,
            at: Some(position(9, 6)),
            refused: vec![Refused { hash: pair.hash, code: RefusalCode::Fork }],
            need: vec![pair],
        }],
        pages: vec![Page {
            scope: scope(),
            after: 9,
            rows: vec![
                Rows::Own { batch, first: 0, count: 2 },
                Rows::Gone { digest: Digest::from_bytes([12; 32]) },
                Rows::Control { kind: 2, document: Some(pair.document), control: ByteVec::from(vec![1, 2]) },
            ],
            chain: Chain::from_bytes([13; 16]),
            batches: Vec::new(),
            keys: vec![InstallKey {
                install: InstallId::from_bytes([2; 16]),
                key: DeviceKey::from_bytes([14; 32]),
                certificate: None,
            }],
        }],
        scopes: Some(vec![scope()]),
        retry_ms: Some(500),
        more: true,
        diverged: vec![Diverged { scope: scope(), common: Some(position(4, 8)) }],
        code: Some(MessageCode::Busy),
        ..Answer::default()
    }
}

#[test]
fn messages_are_the_bytes_of_protocol_1() {
    assert_eq!(hex(&minicbor::to_vec(hello()).unwrap()), HELLO);
    assert_eq!(minicbor::decode::<Hello>(&bytes_of(HELLO)).unwrap(), hello());
    assert_eq!(hex(&minicbor::to_vec(answer()).unwrap()), ANSWER);
    assert_eq!(minicbor::decode::<Answer>(&bytes_of(ANSWER)).unwrap(), answer());
}

#[test]
fn a_manifest_its_id_and_its_signature_are_those_of_another_implementation() {
    let pair = |document: u8, tail: &[u8]| Pair {
        document: DocId::from_bytes([document; 16]),
        hash: body_from_tail(tail).0,
    };
    let manifest = Manifest {
        organisation: OrgId::from_bytes([1; 16]),
        install: InstallId::from_bytes([2; 16]),
        worker: WorkerId::from_bytes([3; 16]),
        scope: scope(),
        headers: Vec::new(),
        pairs: vec![pair(0, b"one"), pair(1, b"two")],
    };
    let signed = SignedManifest::sign(manifest, &SigningKey::from_bytes(&[42; 32])).unwrap();
    assert_eq!(hex(signed.bytes()), MANIFEST);
    assert_eq!(signed.id().to_string(), BATCH);
    assert_eq!(hex(signed.signature()), SIGNATURE);
}
