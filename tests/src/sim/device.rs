//! One device: the real client machine, real open documents, a disk that a crash cuts between transactions.
//!
//! In: what the world lets happen. Out: what the device does to the world. It is the engine in small: write, keep,
//! apply, replay after a fork, compare heads after loading.
//! Never decides anything about sync. Source: architecture, "The journey of one answer".

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::document::Document;
use doorstep_shared::docs::edit::Edit;
use doorstep_shared::docs::header::Header;
use doorstep_shared::domain::entry::{Author, Entry, Value};
use doorstep_shared::ids::{ActorId, ChangeHash, DocId, EntryKey, InstallId};
use doorstep_shared::sync::client::{Client, Effect, Input, Session, Status};
use doorstep_shared::sync::sabotage::{Sabotage, Soundness};
use doorstep_shared::sync::state::{ClientState, Keep};
use doorstep_shared::time::Timestamp;
use ed25519_dalek::SigningKey;

use crate::sim::chance::Chance;
use crate::sim::disk::Disk;

/// What a device does to the world.
#[derive(Debug)]
pub enum Act {
    /// Dials at a time.
    DialAt(Timestamp),
    /// Sends over its connection.
    Send(Vec<u8>),
    /// Ends its connection.
    HangUp,
    /// Began a transaction that becomes durable later.
    Committing,
}

/// A transaction under way.
#[derive(Clone, Debug)]
enum Transaction {
    Keep(Box<Keep>),
    Write(Box<Written>),
}

/// A command's change on its way to the disk.
#[derive(Clone, Debug)]
struct Written {
    change: Change,
    header: Header,
    actor: ActorId,
    keys: Vec<EntryKey>,
    /// Whether it writes again what a fork held: those rows of the quarantine are then settled.
    settles: bool,
}

/// Who a device is, whatever happens to it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The session.
    pub session: Session,
    /// The worker, install and role behind every change.
    pub author: Author,
    /// The device key.
    pub key: SigningKey,
}

/// One device.
pub struct Device {
    /// Who it is.
    pub identity: Identity,
    /// What is durable.
    pub disk: Disk,
    /// Entries a person was told are saved here, by document and key.
    pub saved: BTreeSet<(DocId, EntryKey)>,
    /// What the machine last told of itself.
    pub status: Status,
    client: Client,
    documents: BTreeMap<DocId, Document>,
    actors: BTreeMap<DocId, ActorId>,
    pending: VecDeque<Transaction>,
    soundness: Soundness,
    chance: Chance,
}

impl Device {
    /// A new device that holds nothing.
    pub fn new(identity: Identity, soundness: Soundness, mut chance: Chance) -> Self {
        let client = Client::new(
            identity.session.clone(),
            identity.key.clone(),
            ClientState::default(),
            chance.draw(),
        )
        .with_soundness(soundness);
        Self {
            identity,
            disk: Disk::default(),
            saved: BTreeSet::new(),
            status: Status::default(),
            client,
            documents: BTreeMap::new(),
            actors: BTreeMap::new(),
            pending: VecDeque::new(),
            soundness,
            chance,
        }
    }

    /// Its install.
    pub fn install(&self) -> InstallId {
        self.identity.session.install
    }

    /// What the machine remembers.
    pub fn state(&self) -> &ClientState {
        self.client.state()
    }

    /// Whether a transaction is under way.
    pub fn is_committing(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Changes the server does not hold, as the machine and the disk both say.
    pub fn waiting(&self) -> usize {
        self.client.waiting().max(self.disk.outbox.len())
    }

    /// Open documents.
    pub fn documents(&self) -> &BTreeMap<DocId, Document> {
        &self.documents
    }

    /// Something happened to the machine.
    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.client.step(now, input) {
                match effect {
                    Effect::Keep(keep) => {
                        self.pending.push_back(Transaction::Keep(keep));
                        acts.push(Act::Committing);
                    }
                    Effect::Read { token, wanted } => {
                        inputs.push_back(Input::Read { token, batches: self.disk.read(&wanted) });
                    }
                    Effect::Send(bytes) => acts.push(Act::Send(bytes)),
                    Effect::HangUp => acts.push(Act::HangUp),
                    Effect::DialAt(at) => acts.push(Act::DialAt(at)),
                    Effect::Status(status) => self.status = status,
                }
            }
        }
        acts
    }

    /// The oldest transaction under way becomes durable.
    pub fn commit(&mut self, now: Timestamp) -> Vec<Act> {
        match self.pending.pop_front() {
            Some(Transaction::Write(written)) => {
                let document = written.header.id;
                self.disk_write(&written);
                self.note_heads(document);
                self.saved.extend(written.keys.iter().map(|key| (document, *key)));
                let (changes, headers) = self.disk.outgoing(&[written.change.hash]);
                let mut acts = self.step(now, Input::Queued { changes, headers });
                acts.extend(self.replay(now));
                acts
            }
            Some(Transaction::Keep(keep)) => {
                let back = self.disk.keep(&keep, self.install());
                self.apply(&keep);
                let mut acts = self.step(now, Input::Kept { token: keep.token });
                let (changes, headers) = self.disk.outgoing(&back);
                acts.extend(self.step(now, Input::Queued { changes, headers }));
                acts.extend(self.replay(now));
                acts
            }
            None => Vec::new(),
        }
    }

    fn disk_write(&mut self, written: &Written) {
        self.disk.write(&written.change, &written.header, written.actor);
        if written.settles {
            self.disk.settle_replay(written.header.id);
        }
    }

    /// Received changes reach open documents only after they are durable.
    fn apply(&mut self, keep: &Keep) {
        let mut touched: BTreeSet<DocId> = BTreeSet::new();
        for received in &keep.received {
            touched.insert(received.document);
            if let Some(document) = self.documents.get_mut(&received.document) {
                document.receive(vec![received.change.clone()]);
            }
        }
        for mark in &keep.stored {
            let Some(held) = self.disk.held.get(&mark.hash) else { continue };
            let document = held.document;
            if self.documents.get(&document).is_some_and(|open| !open.holds(&mark.hash)) {
                self.open(document, None);
                self.note_heads(document);
            }
        }
        for document in touched {
            if !self.documents.contains_key(&document) {
                self.open(document, None);
            }
            self.note_heads(document);
        }
    }

    fn note_heads(&mut self, document: DocId) {
        if let Some(open) = self.documents.get(&document) {
            self.disk.heads.insert(document, open.version());
        }
    }

    fn open(&mut self, document: DocId, unreadable: Option<ChangeHash>) {
        let Some((header, _)) = self.disk.headers.get(&document) else { return };
        let changes = self.disk.changes_of(document, unreadable);
        match Document::open(header.clone(), changes) {
            Ok((open, _)) => {
                self.documents.insert(document, open);
            }
            // Its first change has not come yet.
            Err(_) => {
                self.documents.remove(&document);
            }
        }
    }

    /// After a fork: the document without the refused changes, then under a new actor every entry of this device's
    /// that went with them, whether in a refused change or in a stored one that builds on it.
    fn replay(&mut self, now: Timestamp) -> Vec<Act> {
        let of_fork = self.disk.aside.values().filter(|aside| aside.replay);
        let waiting: BTreeSet<DocId> = of_fork.map(|aside| aside.document).collect();
        let mut acts = Vec::new();
        for document in waiting {
            // What is being written may build on what was refused: after it, not before.
            if self.pending.iter().any(|under_way| matches!(under_way, Transaction::Write(_))) {
                return acts;
            }
            let lost = self.own_entries_aside(document);
            self.open(document, None);
            let standing: BTreeSet<EntryKey> = match self.documents.get(&document) {
                Some(open) => open.part().entries.iter().map(|recorded| recorded.at.key).collect(),
                None => continue,
            };
            let edits: Vec<Edit> = lost
                .into_iter()
                .filter(|(key, _)| !standing.contains(key))
                .map(|(key, entry)| Edit::Entry { key, entry })
                .collect();
            if edits.is_empty() {
                self.disk.settle_replay(document);
                self.note_heads(document);
                continue;
            }
            self.actors.insert(document, ActorId::from_bytes(self.chance.bytes()));
            acts.extend(self.write_for(now, document, edits, true));
        }
        acts
    }

    /// This device's entries of the document as it stood with the refused changes.
    fn own_entries_aside(&self, document: DocId) -> Vec<(EntryKey, Entry)> {
        let Some((header, _)) = self.disk.headers.get(&document) else { return Vec::new() };
        let aside: Vec<Change> = self
            .disk
            .aside
            .values()
            .filter(|aside| aside.document == document)
            .filter_map(|aside| Change::read(&aside.bytes).ok())
            .collect();
        let is_rival =
            |held: &Change| aside.iter().any(|forked| forked.actor == held.actor && forked.seq == held.seq);
        let mut changes = self.disk.changes_of(document, None);
        changes.retain(|held| !is_rival(held));
        changes.extend(aside.iter().cloned());
        let Ok((open, _)) = Document::open(header.clone(), changes) else { return Vec::new() };
        let entries = open.part().entries.into_iter();
        let own = entries.filter(|recorded| recorded.by.install == self.install());
        own.map(|recorded| (recorded.at.key, recorded.entry)).collect()
    }

    /// A person answers: one entry in a document, new or known.
    pub fn answer(&mut self, now: Timestamp, document: DocId, text: String) -> Vec<Act> {
        let key = EntryKey::from_random(self.chance.bytes());
        let edit = Edit::Entry { key, entry: entry(now, text) };
        self.write(now, document, vec![edit])
    }

    fn write(&mut self, now: Timestamp, document: DocId, edits: Vec<Edit>) -> Vec<Act> {
        self.write_for(now, document, edits, false)
    }

    fn write_for(&mut self, now: Timestamp, document: DocId, edits: Vec<Edit>, settles: bool) -> Vec<Act> {
        let fresh = ActorId::from_bytes(self.chance.bytes());
        let drawn = ActorId::from_bytes(self.chance.bytes());
        let actor = *self.actors.entry(document).or_insert(drawn);
        let author = self.identity.author;
        let Some(open) = self.documents.get_mut(&document) else { return Vec::new() };
        let Ok(Some(change)) = open.write(&author, actor, fresh, now, &edits) else { return Vec::new() };
        let header = open.header().clone();
        let written = Written { change, header, actor, keys: keys_of(&edits), settles };
        self.pending.push_back(Transaction::Write(Box::new(written)));
        vec![Act::Committing]
    }

    /// A person starts a document.
    pub fn create(&mut self, now: Timestamp, header: Header, text: String) -> Vec<Act> {
        let document = header.id;
        let actor = ActorId::from_bytes(self.chance.bytes());
        let key = EntryKey::from_random(self.chance.bytes());
        let edits = [Edit::Entry { key, entry: entry(now, text) }];
        let author = self.identity.author;
        let Ok((open, change)) = Document::create(header.clone(), &["story"], &author, actor, now, &edits)
        else {
            return Vec::new();
        };
        self.actors.insert(document, actor);
        self.documents.insert(document, open);
        let written = Written { change, header, actor, keys: keys_of(&edits), settles: false };
        self.pending.push_back(Transaction::Write(Box::new(written)));
        vec![Act::Committing]
    }

    /// The process dies and starts again. Some of what was under way had become durable.
    pub fn crash(&mut self, now: Timestamp) -> Vec<Act> {
        let survived = self.chance.below(self.pending.len() as u64 + 1);
        for _ in 0..survived {
            match self.pending.pop_front() {
                // Durable, though nobody was told.
                Some(Transaction::Write(written)) => self.disk_write(&written),
                Some(Transaction::Keep(keep)) => {
                    self.disk.keep(&keep, self.install());
                }
                None => {}
            }
        }
        self.pending.clear();
        self.actors.clear();
        self.start(now)
    }

    /// The device comes back as it was when `image` was taken, writers of its open documents included.
    pub fn become_image(&mut self, now: Timestamp, image: Disk) -> Vec<Act> {
        self.pending.clear();
        self.actors = image.actors.clone();
        self.disk = image;
        self.start(now)
    }

    fn start(&mut self, now: Timestamp) -> Vec<Act> {
        let state = ClientState::from_bytes(&self.disk.state).unwrap_or_default();
        self.client =
            Client::new(self.identity.session.clone(), self.identity.key.clone(), state, self.chance.draw())
                .with_soundness(self.soundness);
        self.status = Status::default();
        self.load();
        let (changes, headers) = self.disk.outgoing(&self.disk.outbox.clone());
        let mut acts = self.step(now, Input::Queued { changes, headers });
        acts.extend(self.step(now, Input::Woken));
        acts.extend(self.replay(now));
        acts
    }

    /// Opens every document. A read error may hide one change from one attempt: the heads then do not match, and
    /// nothing is compacted; the document is read again.
    fn load(&mut self) {
        self.documents.clear();
        for document in self.disk.documents() {
            let hashes: Vec<ChangeHash> = self
                .disk
                .held
                .iter()
                .filter(|(_, held)| held.document == document && held.row.is_some())
                .map(|(hash, _)| *hash)
                .collect();
            let Some(recorded) = self.disk.heads.get(&document).cloned() else {
                self.open(document, None);
                self.note_heads(document);
                continue;
            };
            let unreadable =
                if self.chance.percent(10) { self.chance.one_of(&hashes).copied() } else { None };
            self.open(document, unreadable);
            let reaches = self.documents.get(&document).is_some_and(|open| open.reaches(&recorded));
            if reaches || self.soundness.is_broken(Sabotage::HeadsUnchecked) {
                self.compact(document);
            } else {
                self.open(document, None);
            }
            self.note_heads(document);
        }
    }

    /// Writes the log again from the open document. Only a log that is wholly in the document may be: what was not
    /// read, waits or was kept out would be gone.
    fn compact(&mut self, document: DocId) {
        let Some(open) = self.documents.get(&document) else { return };
        let written: BTreeSet<ChangeHash> = open.changes().iter().map(|change| change.hash).collect();
        let mut held = self.disk.held.iter().filter(|(_, held)| held.document == document);
        let is_whole = held.all(|(hash, _)| written.contains(hash));
        if is_whole || self.soundness.is_broken(Sabotage::HeadsUnchecked) {
            self.disk.held.retain(|hash, held| held.document != document || written.contains(hash));
        }
    }

    /// A person writes several things at once.
    pub fn edit(&mut self, now: Timestamp, document: DocId, edits: Vec<Edit>) -> Vec<Act> {
        self.write(now, document, edits)
    }
}

fn keys_of(edits: &[Edit]) -> Vec<EntryKey> {
    edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Entry { key, .. } => Some(*key),
            Edit::NewNote { .. } | Edit::Note { .. } => None,
        })
        .collect()
}

fn entry(now: Timestamp, text: String) -> Entry {
    Entry {
        about: "home/hs-ba02".to_owned(),
        value: Value::Text(text),
        how: None,
        observed_at: now,
        form_version: None,
        replaces: Vec::new(),
        replaces_elsewhere: Vec::new(),
        reason: None,
    }
}
