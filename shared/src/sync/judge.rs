//! Judgement: which changes of an upload the server stores, which it refuses, and what it still needs.
//!
//! In: one upload, and what the store knows about it, read in the transaction that will store it. Out: rows, headers
//! and actors to store, refusals with their codes, needs. Pure: the same facts give the same answer.
//! One poisoned change never blocks a batch, and a change stored before is answered as it was then.
//! Source: sync design, "One exchange" and "Hostile input".

use std::collections::{BTreeMap, BTreeSet};

use crate::docs::change::{Change, ChangeError};
use crate::docs::header::{Header, Scope};
use crate::ids::{ActorId, BatchId, ChangeHash, DeviceKey, DocId, InstallId, OrgId, WorkerId};
use crate::sync::batch::{BATCH_BYTES_MAX, ManifestError, Pair, SignedBatch, SignedManifest};
use crate::sync::chain::Position;
use crate::sync::code::RefusalCode;
use crate::sync::message::{Ack, Refused};
use crate::sync::sabotage::{Sabotage, Soundness};

/// One change of an upload: where it stands in its manifest, and what it says or why it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its place among the manifest's pairs.
    pub place: u32,
    /// Its document and hash, as the manifest says.
    pub pair: Pair,
    /// The change, or why its bytes are not one.
    pub change: Result<Change, RefusalCode>,
}

/// One uploaded batch, read as far as is possible without the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The manifest, not yet verified.
    pub signed: SignedManifest,
    /// The changes that travelled, places ascending.
    pub candidates: Vec<Candidate>,
}

impl Upload {
    /// Reads every change of a batch.
    pub fn read(batch: SignedBatch) -> Self {
        let total: usize = batch.bodies.iter().map(|body| body.bytes.len()).sum();
        let over = batch.bodies.len() > 1 && total > BATCH_BYTES_MAX;
        let candidates = batch
            .bodies
            .iter()
            .filter_map(|body| {
                let pair = *batch.signed.pair(body.place)?;
                let change =
                    if over { Err(RefusalCode::TooLarge) } else { read_change(&body.bytes, &pair.hash) };
                Some(Candidate { place: body.place, pair, change })
            })
            .collect();
        Self { signed: batch.signed, candidates }
    }

    /// What the store is asked before the upload can be judged.
    pub fn questions(&self) -> Questions {
        let mut questions = Questions::default();
        for header in &self.signed.manifest().headers {
            questions.documents.insert(header.id);
        }
        for candidate in &self.candidates {
            questions.documents.insert(candidate.pair.document);
            questions.hashes.insert(candidate.pair.hash);
            if let Ok(change) = &candidate.change {
                questions.hashes.extend(change.deps.iter().copied());
                questions.actors.insert(change.actor);
                questions.slots.insert(Slot {
                    document: candidate.pair.document,
                    actor: change.actor,
                    seq: change.seq,
                });
            }
        }
        questions
    }
}

/// Reads a body and names what is wrong with it in the words of a refusal.
pub(super) fn read_change(bytes: &[u8], hash: &ChangeHash) -> Result<Change, RefusalCode> {
    let change = Change::read(bytes).map_err(|error| match error {
        ChangeError::TooLarge { .. } => RefusalCode::TooLarge,
        ChangeError::Compressed => RefusalCode::Compressed,
        ChangeError::Author => RefusalCode::WrongAuthor,
        ChangeError::Format
        | ChangeError::Actor { .. }
        | ChangeError::TooManyDeps { .. }
        | ChangeError::Layout
        | ChangeError::Operation { .. } => RefusalCode::Malformed,
    })?;
    if change.hash == *hash { Ok(change) } else { Err(RefusalCode::WrongHash) }
}

/// The place of one change among its actor's in one document. Two different changes in one slot are a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The document.
    pub document: DocId,
    /// The actor.
    pub actor: ActorId,
    /// The change's number among the actor's, from 1.
    pub seq: u64,
}

/// What to look up. Every set may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// Documents: their headers, and whether they were erased.
    pub documents: BTreeSet<DocId>,
    /// Changes and what they build on: whether and where they are stored, whether they were refused as forks.
    pub hashes: BTreeSet<ChangeHash>,
    /// Actors: who used them first.
    pub actors: BTreeSet<ActorId>,
    /// Slots: which change is stored there.
    pub slots: BTreeSet<Slot>,
}

/// Where a change is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredAt {
    /// Its document.
    pub document: DocId,
    /// Its scope.
    pub scope: Scope,
    /// The position of its row.
    pub position: Position,
}

/// An install the server knows and has not revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its key.
    pub key: DeviceKey,
    /// Its organisation.
    pub organisation: OrgId,
    /// Workers who signed in on it.
    pub workers: Vec<WorkerId>,
}

/// Who first used an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The install.
    pub install: InstallId,
    /// The worker.
    pub worker: WorkerId,
}

/// What the store answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The install that signed the manifest; nothing when unknown or revoked.
    pub device: Option<Device>,
    /// Headers of documents asked about that are stored.
    pub headers: BTreeMap<DocId, Header>,
    /// Erased documents, and whether the uploading install held each.
    pub erased: BTreeMap<DocId, bool>,
    /// Changes asked about that are stored.
    pub stored: BTreeMap<ChangeHash, StoredAt>,
    /// Actors asked about that were used before.
    pub actors: BTreeMap<ActorId, Owner>,
    /// Slots asked about that are taken.
    pub taken: BTreeMap<Slot, ChangeHash>,
    /// Changes asked about that were refused as `fork` or `fork_child`.
    pub forked: BTreeSet<ChangeHash>,
}

/// Policy's word on one document and the writer of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// May write.
    Granted,
    /// May not, and never could: answered as if nothing were there.
    Absent,
    /// Could once: kept aside for an OT of the team.
    Lost,
}

/// What to store, and what to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Places of candidates to append to the feed, in order.
    pub append: Vec<u32>,
    /// Headers to store with them.
    pub headers: Vec<Header>,
    /// Actors used for the first time.
    pub actors: Vec<(ActorId, Owner)>,
    /// Hashes to remember as forks.
    pub forked: Vec<ChangeHash>,
    /// Places of candidates to keep aside.
    pub aside: Vec<u32>,
    /// Refused changes.
    pub refused: Vec<Refused>,
    /// What stored changes build on and the server lacks.
    pub need: Vec<Pair>,
    /// The newest position of changes that were stored before.
    pub stored_at: Option<Position>,
}

impl Judgement {
    /// The ack, once everything is on disk. `appended` is the position of the last appended row.
    pub fn ack(self, batch: BatchId, appended: Option<Position>) -> Ack {
        let at = match (self.stored_at, appended) {
            (Some(before), Some(now)) if before.seq > now.seq => Some(before),
            (before, now) => now.or(before),
        };
        Ack { batch, at, refused: self.refused, need: self.need }
    }

    fn refuse(&mut self, hash: ChangeHash, code: RefusalCode) {
        if matches!(code, RefusalCode::Fork | RefusalCode::ForkChild) {
            self.forked.push(hash);
        }
        self.refused.push(Refused { hash, code });
    }
}

/// Judges one upload. `sender` is the install that brought it; `permit` is policy's word on the manifest's writer
/// and a document with that header.
pub fn judge(
    upload: &Upload,
    facts: &Facts,
    sender: InstallId,
    soundness: Soundness,
    permit: impl Fn(&Header) -> Permit,
) -> Judgement {
    let mut judgement = Judgement::default();
    if let Some(code) = check_manifest(&upload.signed, facts.device.as_ref(), sender) {
        for candidate in &upload.candidates {
            judgement.refuse(candidate.pair.hash, code);
        }
        return judgement;
    }
    let mut bench =
        Bench { upload, facts, permit, soundness, accepted: BTreeMap::new(), taken: BTreeMap::new() };
    for candidate in &upload.candidates {
        bench.consider(candidate, &mut judgement);
    }
    bench.find_needs(&mut judgement);
    judgement
}

fn check_manifest(
    signed: &SignedManifest,
    device: Option<&Device>,
    sender: InstallId,
) -> Option<RefusalCode> {
    let manifest = signed.manifest();
    let Some(device) = device else { return Some(RefusalCode::OtherInstall) };
    match signed.verify(&device.key) {
        Ok(()) => {}
        Err(
            ManifestError::Signature
            | ManifestError::Key
            | ManifestError::Format
            | ManifestError::Count { .. },
        ) => {
            let own = manifest.install == sender;
            return Some(if own { RefusalCode::BadSignature } else { RefusalCode::OtherInstall });
        }
    }
    if manifest.organisation != device.organisation {
        return Some(RefusalCode::OtherOrganisation);
    }
    (!device.workers.contains(&manifest.worker)).then_some(RefusalCode::OtherWorker)
}

/// The work on one upload whose manifest holds.
struct Bench<'a, P> {
    upload: &'a Upload,
    facts: &'a Facts,
    permit: P,
    soundness: Soundness,
    /// Changes of this upload that will be stored, with their document.
    accepted: BTreeMap<ChangeHash, DocId>,
    taken: BTreeMap<Slot, ChangeHash>,
}

impl<P: Fn(&Header) -> Permit> Bench<'_, P> {
    fn consider(&mut self, candidate: &Candidate, judgement: &mut Judgement) {
        match self.decide(candidate, judgement) {
            Ok(Verdict::Stored(position)) => {
                if judgement.stored_at.is_none_or(|newest| newest.seq < position.seq) {
                    judgement.stored_at = Some(position);
                }
            }
            Ok(Verdict::Append { actor, seq, header }) => {
                let slot = Slot { document: candidate.pair.document, actor, seq };
                self.accepted.insert(candidate.pair.hash, candidate.pair.document);
                self.taken.insert(slot, candidate.pair.hash);
                let manifest = self.upload.signed.manifest();
                let owner = Owner { install: manifest.install, worker: manifest.worker };
                let is_known = self.facts.actors.contains_key(&actor)
                    || judgement.actors.iter().any(|(known, _)| *known == actor);
                if !is_known {
                    judgement.actors.push((actor, owner));
                }
                let header_known = self.facts.headers.contains_key(&header.id)
                    || judgement.headers.iter().any(|known| known.id == header.id);
                if !header_known {
                    judgement.headers.push(header);
                }
                judgement.append.push(candidate.place);
            }
            Err(code) => {
                if code == RefusalCode::Quarantined {
                    judgement.aside.push(candidate.place);
                }
                judgement.refuse(candidate.pair.hash, code);
            }
        }
    }

    fn decide(&self, candidate: &Candidate, judgement: &Judgement) -> Result<Verdict, RefusalCode> {
        let change = candidate.change.as_ref().map_err(|code| *code)?;
        let document = candidate.pair.document;
        let header = self.permitted_header(document)?;
        if let Some(stored) = self.facts.stored.get(&change.hash)
            && !self.soundness.is_broken(Sabotage::SameHashOtherAnswer)
        {
            let same = stored.document == document;
            return if same { Ok(Verdict::Stored(stored.position)) } else { Err(RefusalCode::WrongDocument) };
        }
        if self.accepted.contains_key(&change.hash) {
            return Err(RefusalCode::WrongDocument);
        }
        if let Some(own) = &change.header
            && *own != header
        {
            let other = own.id != document;
            return Err(if other { RefusalCode::WrongDocument } else { RefusalCode::OtherHeader });
        }
        self.check_writer(change)?;
        self.check_fork(change, document, judgement)?;
        let is_elsewhere = |dep: &ChangeHash| {
            let stored = self.facts.stored.get(dep).map(|at| at.document);
            stored.or_else(|| self.accepted.get(dep).copied()).is_some_and(|found| found != document)
        };
        if change.deps.iter().any(is_elsewhere) {
            return Err(RefusalCode::WrongDocument);
        }
        Ok(Verdict::Append { actor: change.actor, seq: change.seq, header })
    }

    /// The document's header, when the writer may write it. Where they may not, the answer is the same as if the
    /// server had never heard of the document.
    fn permitted_header(&self, document: DocId) -> Result<Header, RefusalCode> {
        let manifest = self.upload.signed.manifest();
        let stored = self.facts.headers.get(&document);
        let brought = manifest.headers.iter().find(|header| header.id == document).or_else(|| {
            self.upload.candidates.iter().find_map(|candidate| {
                let header = candidate.change.as_ref().ok()?.header.as_ref()?;
                (header.id == document).then_some(header)
            })
        });
        if let Some(held) = self.facts.erased.get(&document) {
            return Err(if *held { RefusalCode::Erased } else { RefusalCode::Absent });
        }
        let header = stored.or(brought).ok_or(RefusalCode::HeaderMissing)?;
        if header.organisation != manifest.organisation {
            return Err(RefusalCode::OtherOrganisation);
        }
        match (self.permit)(header) {
            Permit::Granted => {}
            Permit::Absent if brought.is_none() => return Err(RefusalCode::HeaderMissing),
            Permit::Absent => return Err(RefusalCode::Absent),
            Permit::Lost => return Err(RefusalCode::Quarantined),
        }
        if brought.is_some_and(|brought| brought != header) {
            return Err(RefusalCode::OtherHeader);
        }
        if header.scope != manifest.scope {
            return Err(RefusalCode::OtherScope);
        }
        Ok(header.clone())
    }

    fn check_writer(&self, change: &Change) -> Result<(), RefusalCode> {
        let manifest = self.upload.signed.manifest();
        let writer = Owner { install: manifest.install, worker: manifest.worker };
        if let Some(author) = &change.author
            && (author.install != writer.install || author.worker != writer.worker)
        {
            return Err(RefusalCode::WrongAuthor);
        }
        match self.facts.actors.get(&change.actor) {
            Some(owner) if *owner != writer => Err(RefusalCode::SomeoneElsesActor),
            Some(_) | None => Ok(()),
        }
    }

    fn check_fork(&self, change: &Change, document: DocId, judgement: &Judgement) -> Result<(), RefusalCode> {
        let slot = Slot { document, actor: change.actor, seq: change.seq };
        let taken = self.facts.taken.get(&slot).or_else(|| self.taken.get(&slot));
        if taken.is_some_and(|other| *other != change.hash) {
            return Err(RefusalCode::Fork);
        }
        let is_forked =
            |hash: &ChangeHash| self.facts.forked.contains(hash) || judgement.forked.contains(hash);
        if is_forked(&change.hash) || change.deps.iter().any(is_forked) {
            return Err(RefusalCode::ForkChild);
        }
        Ok(())
    }

    fn find_needs(&self, judgement: &mut Judgement) {
        let mut need = BTreeSet::new();
        for candidate in &self.upload.candidates {
            let Ok(change) = &candidate.change else { continue };
            if !self.accepted.contains_key(&change.hash) {
                continue;
            }
            for dep in &change.deps {
                let held = self.facts.stored.contains_key(dep) || self.accepted.contains_key(dep);
                // What was refused a moment ago would only be refused again.
                let refused = judgement.refused.iter().any(|refused| refused.hash == *dep);
                if !held && !refused {
                    need.insert(Pair { document: candidate.pair.document, hash: *dep });
                }
            }
        }
        judgement.need = need.into_iter().collect();
    }
}

enum Verdict {
    Stored(Position),
    Append { actor: ActorId, seq: u64, header: Header },
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
