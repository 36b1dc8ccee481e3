//! One document, open: changes go in from anywhere, come out when something is written here.
//!
//! In: changes that passed [`Change::read`], edits, a fresh actor for this opening. Out: entries with their authors,
//! notes, the version, and the one change a write makes. Changes whose dependencies are missing wait inside.
//! Never panics on what it is given and never lets one bad change block the others. Source: sync design.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjType, PatchLog, ReadDoc, ScalarValue, TextEncoding};

use crate::docs::change::{Change, ChangeError, ROOT_ENTRIES, ROOT_HEADER, ROOT_NOTES, parse, write_author};
use crate::docs::edit::{Edit, WriteError, check_size, library, write_edits};
use crate::docs::header::Header;
use crate::domain::entry::{Author, Entry, EntryRef, Recorded};
use crate::domain::record::Part;
use crate::ids::{ActorId, ChangeHash, EntryKey, Version};
use crate::sorted::{self, Map};
use crate::time::Timestamp;

/// Why changes do not open as a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// None of them is a first change with this header.
    #[error("open a document: its first change is not among {changes} changes")]
    NoFirstChange {
        /// How many were given.
        changes: usize,
    },
}

/// Why a change is kept out of the document. Its bytes stay with the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// It does not pass the checks that need no document.
    Unsound(ChangeError),
    /// It is another document's first change.
    OtherDocument,
    /// Its actor already has another change of the same number: a cloned device.
    Fork,
    /// It builds on a change that was kept out.
    ForkChild,
    /// The CRDT library refused it.
    Library,
}

/// What became of changes that were received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// Now part of the document, in the order they were applied.
    pub applied: Vec<ChangeHash>,
    /// Kept out, with the reason.
    pub rejected: Vec<(ChangeHash, RejectReason)>,
}

/// What the document knows of one change.
struct Known {
    deps: Vec<ChangeHash>,
    actor: ActorId,
    seq: u64,
    author: Author,
    at: Timestamp,
    entries: Vec<(EntryKey, Entry)>,
    unreadable: usize,
}

/// One open document.
pub struct Document {
    header: Header,
    first: ChangeHash,
    am: Automerge,
    known: BTreeMap<ChangeHash, Known>,
    taken: BTreeMap<(ActorId, u64), ChangeHash>,
    waiting: BTreeMap<ChangeHash, Change>,
    rejected: BTreeSet<ChangeHash>,
}

impl Document {
    /// Makes a document with its first change, which also holds `edits`.
    ///
    /// `sections` are the notes every document of this kind has; they exist from the first change so that two
    /// people can type in one.
    ///
    /// # Errors
    /// A [`WriteError`] when `edits` are too large.
    pub fn create(
        header: Header,
        sections: &[&str],
        author: &Author,
        actor: ActorId,
        at: Timestamp,
        edits: &[Edit],
    ) -> Result<(Self, Change), WriteError> {
        check_size(edits, 0)?;
        let mut am = new_library_document();
        become_writer(&mut am, author, actor);
        let header_bytes = header.to_bytes();
        let mut transaction = am.transaction();
        transaction.put(automerge::ROOT, ROOT_HEADER, ScalarValue::Bytes(header_bytes)).map_err(library)?;
        let entries = transaction.put_object(automerge::ROOT, ROOT_ENTRIES, ObjType::Map).map_err(library)?;
        let notes = transaction.put_object(automerge::ROOT, ROOT_NOTES, ObjType::Map).map_err(library)?;
        for section in sections {
            transaction.put_object(&notes, *section, ObjType::Text).map_err(library)?;
        }
        write_edits(&mut transaction, &entries, &notes, edits)?;
        let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(at.ms()));
        let change = written(&am, hash)?;
        let mut document = Self {
            header,
            first: change.hash,
            am,
            known: BTreeMap::new(),
            taken: BTreeMap::new(),
            waiting: BTreeMap::new(),
            rejected: BTreeSet::new(),
        };
        document.remember(&change)?;
        Ok((document, change))
    }

    /// Opens a document from its changes, in any order. What cannot be applied is reported, never dropped silently.
    ///
    /// # Errors
    /// [`OpenError::NoFirstChange`] when the first change with this header is not among them.
    pub fn open(header: Header, changes: Vec<Change>) -> Result<(Self, Received), OpenError> {
        let count = changes.len();
        let first = changes
            .iter()
            .find(|change| change.header.as_ref() == Some(&header))
            .map(|change| change.hash)
            .ok_or(OpenError::NoFirstChange { changes: count })?;
        let mut document = Self {
            header,
            first,
            am: new_library_document(),
            known: BTreeMap::new(),
            taken: BTreeMap::new(),
            waiting: BTreeMap::new(),
            rejected: BTreeSet::new(),
        };
        let received = document.receive(changes);
        if document.known.contains_key(&first) {
            Ok((document, received))
        } else {
            Err(OpenError::NoFirstChange { changes: count })
        }
    }

    /// Takes in changes from anywhere, in any order, any number of times.
    pub fn receive(&mut self, changes: Vec<Change>) -> Received {
        let mut received = Received::default();
        for change in changes {
            if self.known.contains_key(&change.hash) || self.waiting.contains_key(&change.hash) {
                continue;
            }
            if change.deps.is_empty() && change.hash != self.first {
                self.reject(change.hash, RejectReason::OtherDocument, &mut received);
                continue;
            }
            self.waiting.insert(change.hash, change);
        }
        while let Some(hash) = self.next_ready() {
            let Some(change) = self.waiting.remove(&hash) else { break };
            if change.deps.iter().any(|dep| self.rejected.contains(dep)) {
                self.reject(hash, RejectReason::ForkChild, &mut received);
                continue;
            }
            if self.taken.get(&(change.actor, change.seq)).is_some_and(|other| *other != hash) {
                self.reject(hash, RejectReason::Fork, &mut received);
                continue;
            }
            match self.apply(&change) {
                Ok(()) => received.applied.push(hash),
                Err(reason) => self.reject(hash, reason, &mut received),
            }
        }
        received
    }

    /// Writes edits as one change; nothing when there are none.
    ///
    /// `actor` is this opening's writer; `fresh` is drawn new for every call and is used only where the text that
    /// was read is older than what this opening has written since.
    ///
    /// # Errors
    /// A [`WriteError`]; the document is then as it was.
    pub fn write(
        &mut self,
        author: &Author,
        actor: ActorId,
        fresh: ActorId,
        at: Timestamp,
        edits: &[Edit],
    ) -> Result<Option<Change>, WriteError> {
        if edits.is_empty() {
            return Ok(None);
        }
        check_size(edits, self.entry_count())?;
        let entries = self.container(ROOT_ENTRIES)?;
        let notes = self.container(ROOT_NOTES)?;
        let heads = self.reading_point(edits)?;
        let isolated = heads.as_ref().is_some_and(|heads| *heads != self.am.get_heads());
        become_writer(&mut self.am, author, if isolated { fresh } else { actor });
        let mut transaction = match heads.filter(|_| isolated) {
            Some(heads) => {
                self.am.transaction_at(PatchLog::inactive(), &heads).map_err(|_| WriteError::Library)?
            }
            None => self.am.transaction(),
        };
        // An early return drops the transaction, which rolls it back.
        write_edits(&mut transaction, &entries, &notes, edits)?;
        let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(at.ms()));
        if hash.is_none() {
            return Ok(None);
        }
        let change = written(&self.am, hash)?;
        self.remember(&change)?;
        Ok(Some(change))
    }

    /// The document's header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The state everything applied adds up to.
    pub fn version(&self) -> Version {
        Version::new(self.am.get_heads().iter().map(|hash| ChangeHash::from_bytes(hash.0)).collect())
    }

    /// Whether a change is part of the document.
    pub fn holds(&self, hash: &ChangeHash) -> bool {
        self.known.contains_key(hash)
    }

    /// Every change that is part of the document, by hash.
    pub fn hashes(&self) -> impl Iterator<Item = &ChangeHash> {
        self.known.keys()
    }

    /// Changes that are named as dependencies and not held, by hash.
    pub fn missing(&self) -> BTreeSet<ChangeHash> {
        self.waiting
            .values()
            .flat_map(|change| change.deps.iter())
            .filter(|dep| !self.known.contains_key(*dep) && !self.waiting.contains_key(*dep))
            .copied()
            .collect()
    }

    /// Entries this build could not read: kept and relayed, not shown.
    pub fn unreadable(&self) -> usize {
        self.known.values().map(|known| known.unreadable).sum()
    }

    /// The document as the rules see it now.
    pub fn part(&self) -> Part {
        self.part_of(&self.version(), |_| true, None)
    }

    /// The document as it was at `version`; nothing when that version is not held here.
    pub fn part_at(&self, version: &Version) -> Option<Part> {
        let within = self.ancestors(version)?;
        let heads = library_heads(version);
        Some(self.part_of(version, |hash| within.contains(hash), Some(&heads)))
    }

    /// Whether everything in `version` is held here.
    pub fn reaches(&self, version: &Version) -> bool {
        version.heads().iter().all(|hash| self.known.contains_key(hash))
    }

    /// The text of a note at a version; nothing when either is not held.
    pub fn note_at(&self, name: &str, version: &Version) -> Option<String> {
        if !self.reaches(version) {
            return None;
        }
        let notes = self.container(ROOT_NOTES).ok()?;
        let (_, note) = self.am.get_at(&notes, name, &library_heads(version)).ok().flatten()?;
        self.am.text_at(&note, &library_heads(version)).ok()
    }

    fn part_of(
        &self,
        version: &Version,
        within: impl Fn(&ChangeHash) -> bool,
        heads: Option<&[automerge::ChangeHash]>,
    ) -> Part {
        let mut entries: Vec<Recorded> = self
            .known
            .iter()
            .filter(|(hash, _)| within(hash))
            .flat_map(|(_, known)| {
                known.entries.iter().map(|(key, entry)| Recorded {
                    at: EntryRef { doc: self.header.id, key: *key },
                    entry: entry.clone(),
                    by: known.author,
                    written_at: known.at,
                })
            })
            .collect();
        sorted::sort_by_key(&mut entries, |recorded| (recorded.written_at, recorded.at.key));
        Part {
            doc: self.header.id,
            kind: self.header.kind,
            person: self.header.person,
            visit: self.header.visit,
            version: version.clone(),
            entries,
            notes: self.notes(heads),
        }
    }

    fn notes(&self, heads: Option<&[automerge::ChangeHash]>) -> Map<String, String> {
        let Ok(notes) = self.container(ROOT_NOTES) else { return Map::new() };
        let names: Vec<String> = match heads {
            Some(heads) => self.am.keys_at(&notes, heads).collect(),
            None => self.am.keys(&notes).collect(),
        };
        names
            .into_iter()
            .filter_map(|name| {
                let found = match heads {
                    Some(heads) => self.am.get_at(&notes, name.as_str(), heads),
                    None => self.am.get(&notes, name.as_str()),
                };
                let (_, note) = found.ok().flatten()?;
                let text = match heads {
                    Some(heads) => self.am.text_at(&note, heads),
                    None => self.am.text(&note),
                };
                text.ok().map(|text| (name, text))
            })
            .collect()
    }

    fn entry_count(&self) -> usize {
        self.known.values().map(|known| known.entries.len()).sum()
    }

    fn container(&self, name: &str) -> Result<automerge::ObjId, WriteError> {
        let found = self.am.get(automerge::ROOT, name).map_err(library)?;
        found.map(|(_, id)| id).ok_or(WriteError::Library)
    }

    /// The one version all note edits were read at; nothing when no note is edited.
    fn reading_point(&self, edits: &[Edit]) -> Result<Option<Vec<automerge::ChangeHash>>, WriteError> {
        let mut versions = edits.iter().filter_map(|edit| match edit {
            Edit::Note { seen, .. } => Some(seen),
            Edit::Entry { .. } | Edit::NewNote { .. } => None,
        });
        let Some(version) = versions.next() else { return Ok(None) };
        if versions.any(|other| other != version) || !self.reaches(version) || version.heads().is_empty() {
            return Err(WriteError::UnknownVersion);
        }
        Ok(Some(library_heads(version)))
    }

    fn ancestors(&self, version: &Version) -> Option<BTreeSet<ChangeHash>> {
        let mut within = BTreeSet::new();
        let mut open: Vec<ChangeHash> = version.heads().to_vec();
        while let Some(hash) = open.pop() {
            let known = self.known.get(&hash)?;
            if within.insert(hash) {
                open.extend(known.deps.iter().copied());
            }
        }
        Some(within)
    }

    /// A waiting change whose every dependency is decided: known, or kept out.
    fn next_ready(&self) -> Option<ChangeHash> {
        self.waiting
            .values()
            .find(|change| {
                change.deps.iter().all(|dep| self.known.contains_key(dep) || self.rejected.contains(dep))
            })
            .map(|change| change.hash)
    }

    fn reject(&mut self, hash: ChangeHash, reason: RejectReason, received: &mut Received) {
        self.rejected.insert(hash);
        received.rejected.push((hash, reason));
    }

    fn apply(&mut self, change: &Change) -> Result<(), RejectReason> {
        if self.author_of(change).is_none() {
            return Err(RejectReason::Unsound(ChangeError::Author));
        }
        let parsed = parse(&change.bytes).map_err(RejectReason::Unsound)?;
        self.am.apply_changes([parsed]).map_err(|_| RejectReason::Library)?;
        self.remember(change).map_err(|_| RejectReason::Library)
    }

    fn remember(&mut self, change: &Change) -> Result<(), WriteError> {
        let parsed = parse(&change.bytes).map_err(|_| WriteError::Library)?;
        let entries_object = self.container(ROOT_ENTRIES)?;
        let mut entries = Vec::new();
        let mut unreadable = 0;
        for operation in parsed.decode().operations {
            let (ObjectId::Id(object), Key::Map(key)) = (&operation.obj, &operation.key) else { continue };
            let OpType::Put(ScalarValue::Bytes(bytes)) = &operation.action else { continue };
            if !is_object(&entries_object, object) {
                continue;
            }
            match (key.parse(), Entry::from_bytes(bytes)) {
                (Ok(key), Ok(entry)) => entries.push((key, entry)),
                (Ok(_) | Err(_), _) => unreadable += 1,
            }
        }
        let author = self.author_of(change).ok_or(WriteError::Library)?;
        self.taken.insert((change.actor, change.seq), change.hash);
        self.known.insert(
            change.hash,
            Known {
                deps: change.deps.clone(),
                actor: change.actor,
                seq: change.seq,
                author,
                at: change.at,
                entries,
                unreadable,
            },
        );
        Ok(())
    }

    /// Who wrote a change: an actor names its author in its first change, for all of them.
    fn author_of(&self, change: &Change) -> Option<Author> {
        change.author.or_else(|| {
            let first = self.taken.get(&(change.actor, 1))?;
            self.known.get(first).map(|known| known.author)
        })
    }

    /// Every change as stored, dependencies before what builds on them, byte for byte.
    pub fn changes(&self) -> Vec<Change> {
        self.am
            .get_changes(&[])
            .iter()
            .filter_map(|parsed| Change::from_parsed(parsed, parsed.raw_bytes()).ok())
            .collect()
    }

    /// Whether `actor` has written `seq` or more changes here.
    pub fn has_written(&self, actor: ActorId) -> bool {
        self.known.values().any(|known| known.actor == actor && known.seq >= 1)
    }
}

fn is_object(id: &automerge::ObjId, object: &automerge::legacy::OpId) -> bool {
    match id {
        automerge::ObjId::Id(counter, actor, _) => *counter == object.counter() && actor == object.actor(),
        automerge::ObjId::Root => false,
    }
}

fn new_library_document() -> Automerge {
    // The same on every platform: the library's own default differs between the browser and elsewhere.
    Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint)
}

fn become_writer(am: &mut Automerge, author: &Author, actor: ActorId) {
    // The author first: setting one draws an actor of the library's own, which ours replaces.
    am.set_author(Some(write_author(author)));
    am.set_actor(automerge::ActorId::from(&actor.as_bytes()[..]));
}

fn library_heads(version: &Version) -> Vec<automerge::ChangeHash> {
    version.heads().iter().map(|hash| automerge::ChangeHash(*hash.as_bytes())).collect()
}

fn written(am: &Automerge, hash: Option<automerge::ChangeHash>) -> Result<Change, WriteError> {
    let hash = hash.ok_or(WriteError::Library)?;
    let parsed = am.get_change_by_hash(&hash).ok_or(WriteError::Library)?;
    Change::from_parsed(&parsed, parsed.raw_bytes()).map_err(|_| WriteError::Library)
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
