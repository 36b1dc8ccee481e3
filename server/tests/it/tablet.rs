//! A tablet as small as the tests need: it writes real documents, signs real batches and speaks the real messages.

use std::sync::atomic::{AtomicU64, Ordering};

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::document::Document;
use doorstep_shared::docs::edit::Edit;
use doorstep_shared::docs::header::{Header, RetentionClass, Scope};
use doorstep_shared::domain::entry::{Author, Entry, Value};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{ActorId, DocId, EntryKey, InstallId, OrgId, TeamId, WorkerId};
use doorstep_shared::sync::batch::{Body, Manifest, Pair, SignedBatch, SignedManifest};
use doorstep_shared::sync::chain::Position;
use doorstep_shared::sync::codec::{ANSWER_BYTES_MAX, pack, unpack};
use doorstep_shared::sync::message::{Answer, Claim, Hello, PROTOCOL, Page};
use doorstep_shared::sync::packed::PackedBatch;
use doorstep_shared::time::Timestamp;
use ed25519_dalek::SigningKey;
use serde_json::{Value as Json, json};

use crate::harness::{Client, Reply, Running};

/// What was typed into every test document, so that a log can be searched for it.
pub(crate) const TYPED: &str = "the third stair is loose";

/// Ids that no other call of this test run gives.
pub(crate) fn unique() -> [u8; 16] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0x5a; 16];
    bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes[8..12].copy_from_slice(&std::process::id().to_be_bytes());
    bytes
}

/// A worker with an enrolled install.
pub(crate) struct Tablet {
    pub(crate) client: Client,
    pub(crate) writer: Writer,
}

/// Whoever writes and signs.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) key: SigningKey,
    pub(crate) author: Author,
    pub(crate) organisation: OrgId,
    pub(crate) team: TeamId,
}

fn read<T: serde::de::DeserializeOwned>(json: &Json) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

fn signing_key(install: InstallId) -> SigningKey {
    let mut seed = [0x11; 32];
    seed[..16].copy_from_slice(install.as_bytes());
    SigningKey::from_bytes(&seed)
}

impl Tablet {
    /// Signs in and enrols an install of its own.
    pub(crate) fn enrol(server: &Running, account: &str) -> Self {
        let client = Client::signed_in(server, account);
        let me = client.get("/auth/me", &[]).json();
        let install = InstallId::from_bytes(unique());
        let key = signing_key(install);
        let public: String =
            key.verifying_key().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let reply =
            client.post_json("/auth/enrol", &json!({ "install": install, "key": public, "name": "Test" }));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let author =
            Author { worker: read::<WorkerId>(&me["worker"]), install, role: read::<Role>(&me["role"]) };
        let writer = Writer { key, author, organisation: read(&me["organisation"]), team: read(&me["team"]) };
        Self { client, writer }
    }

    /// The same tablet at a server that was started again.
    pub(crate) fn at(&self, server: &Running) -> Self {
        let mut client = Client::new(server);
        client.cookie.clone_from(&self.client.cookie);
        Self { client, writer: self.writer.clone() }
    }

    pub(crate) fn hello(&self, batches: &[SignedBatch], claims: Vec<Claim>) -> Hello {
        Hello {
            protocol: PROTOCOL,
            app: "test".to_owned(),
            install: Some(self.writer.author.install),
            claims,
            batches: batches.iter().map(PackedBatch::pack).collect(),
            credit_bytes: 1024 * 1024,
            turn: 1,
            ..Hello::default()
        }
    }

    pub(crate) fn post(&self, hello: &Hello) -> Reply {
        self.client.post("/sync", &pack(hello))
    }

    pub(crate) fn sync(&self, hello: &Hello) -> Answer {
        let reply = self.post(hello);
        assert_eq!(reply.status, 200, "{}", reply.text());
        unpack(&reply.body, ANSWER_BYTES_MAX).unwrap()
    }

    /// Uploads batches and says nothing of what it holds: the answer carries acks and the feed from the start.
    pub(crate) fn upload(&self, batches: &[SignedBatch]) -> Answer {
        self.sync(&self.hello(batches, Vec::new()))
    }

    /// Everything of one scope from the start, page by page.
    pub(crate) fn pull(&self, scope: Scope) -> Vec<Page> {
        let mut pages: Vec<Page> = Vec::new();
        let mut cursor = Position::START;
        loop {
            let claim = Claim { scope, cursor, seen: None };
            let answer = self.sync(&Hello { whole: true, ..self.hello(&[], vec![claim]) });
            assert!(answer.diverged.is_empty(), "{:?}", answer.diverged);
            let Some(page) = answer.pages.into_iter().find(|page| page.scope == scope) else { return pages };
            cursor = Position { seq: page.after + rows_of(&page), chain: page.chain };
            pages.push(page);
        }
    }

    /// The hashes of one scope's changes, in the order of its feed.
    pub(crate) fn hashes(&self, scope: Scope) -> Vec<doorstep_shared::ids::ChangeHash> {
        self.pull(scope).iter().flat_map(hashes_of).collect()
    }
}

/// Rows of a page.
pub(crate) fn rows_of(page: &Page) -> u64 {
    use doorstep_shared::sync::message::Rows;
    page.rows
        .iter()
        .map(|rows| match rows {
            Rows::Changes { count, .. } | Rows::Own { count, .. } => u64::from(*count),
            Rows::Gone { .. } | Rows::Control { .. } => 1,
        })
        .sum()
}

/// The hashes of a page's changes in the order of its rows, from batches whose signatures hold.
pub(crate) fn hashes_of(page: &Page) -> Vec<doorstep_shared::ids::ChangeHash> {
    use doorstep_shared::sync::message::Rows;
    let batches: Vec<SignedBatch> =
        page.batches.iter().map(|batch| batch.clone().unpack().unwrap()).collect();
    for batch in &batches {
        let install = batch.signed.manifest().install;
        let key = page.keys.iter().find(|key| key.install == install).unwrap().key;
        batch.signed.verify(&key).unwrap();
    }
    let mut hashes = Vec::new();
    for rows in &page.rows {
        if let Rows::Changes { batch, first, count } = rows {
            let signed = &batches[*batch as usize].signed;
            hashes.extend((*first..first + count).map(|place| signed.pair(place).unwrap().hash));
        }
    }
    hashes
}

impl Writer {
    /// A writer for a store without a server.
    pub(crate) fn made_up(account: &doorstep_server::store::contract::Account) -> Self {
        let install = InstallId::from_bytes(unique());
        let author = Author { worker: account.worker, install, role: account.role };
        Self { key: signing_key(install), author, organisation: account.organisation, team: account.team }
    }

    pub(crate) fn clinical(&self) -> Scope {
        Scope::TeamClinical(self.team)
    }

    pub(crate) fn core(&self) -> Scope {
        Scope::TeamCore(self.team)
    }

    pub(crate) fn header(&self, kind: DocKind, scope: Scope) -> Header {
        Header {
            id: DocId::from_bytes(unique()),
            kind,
            scope,
            organisation: self.organisation,
            person: None,
            visit: None,
            retention: RetentionClass::AdultRecord,
        }
    }

    /// A new visit of `count` changes, each an answer.
    pub(crate) fn visit(&self, count: usize) -> (Header, Vec<Change>) {
        let header = self.header(DocKind::Visit, self.clinical());
        let changes = self.document(&header, ActorId::from_bytes(unique()), count);
        (header, changes)
    }

    /// The changes of a new document under one actor.
    pub(crate) fn document(&self, header: &Header, actor: ActorId, count: usize) -> Vec<Change> {
        let at = Timestamp::from_ms(1_780_000_000_000);
        let (mut document, first) =
            Document::create(header.clone(), &["general"], &self.author, actor, at, &[]).unwrap();
        let mut changes = vec![first];
        for number in 1..count {
            let key = EntryKey::from_random([0, 0, 0, 0, (number >> 8) as u8, number as u8]);
            let entry = Entry {
                about: "home/hs-st01".to_owned(),
                value: Value::text(TYPED),
                how: None,
                observed_at: at,
                form_version: None,
                replaces: Vec::new(),
                replaces_elsewhere: Vec::new(),
                reason: None,
            };
            let fresh = ActorId::from_bytes(unique());
            let edits = [Edit::Entry { key, entry }];
            changes.push(document.write(&self.author, actor, fresh, at, &edits).unwrap().unwrap());
        }
        changes
    }

    pub(crate) fn manifest(&self, headers: Vec<Header>, document: DocId, changes: &[Change]) -> Manifest {
        let scope = headers.first().map_or(self.clinical(), |header| header.scope);
        let pairs = changes.iter().map(|change| Pair { document, hash: change.hash }).collect();
        Manifest {
            organisation: self.organisation,
            install: self.author.install,
            worker: self.author.worker,
            scope,
            headers,
            pairs,
        }
    }

    pub(crate) fn sign(&self, manifest: Manifest, changes: &[Change]) -> SignedBatch {
        let bodies = (0..).zip(changes).map(|(place, change)| Body { place, bytes: change.bytes.clone() });
        SignedBatch { signed: SignedManifest::sign(manifest, &self.key).unwrap(), bodies: bodies.collect() }
    }

    /// One batch of one document, with its header.
    pub(crate) fn batch(&self, header: &Header, changes: &[Change]) -> SignedBatch {
        self.sign(self.manifest(vec![header.clone()], header.id, changes), changes)
    }
}
