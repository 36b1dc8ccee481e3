//! What leaves a document, and what comes back: changes the server would not take, and those it took after all.
//!
//! In: refusals of the machine, the changes of a document. Out: rows of the quarantine, the document without them, what
//! a fork said written again. Own entries only are written again, also those in changes that build on the fork; a
//! change is own when its actor's first change says so. Nothing is dropped: bytes are in the quarantine or in the log.
//! Source: `shared::sync`, rule 2; sync design, "Same actor and seq with another hash".

use doorstep_shared::docs::Change;
use doorstep_shared::ids::{ActorId, ChangeHash, DocId};
use doorstep_shared::sorted::Map;
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::state::Keep;
use doorstep_shared::time::Now;

use crate::store::schema::{Apart, ChangeRow, DocumentRow, OutboxRow, QuarantineRow, Stored};
use crate::store::{Disk, Table, Write};

use super::keep::Plan;
use super::library::changes_of;
use super::local::named_in;
use super::replay::{Again, Leaving, replay};
use super::{Engine, EngineFault};

impl<D: Disk> Engine<D> {
    /// Takes refused changes out of their documents, and writes again what a fork said.
    pub(super) async fn plan_refused(
        &mut self,
        keep: &Keep,
        now: Now,
        plan: &mut Plan,
    ) -> Result<(), EngineFault> {
        let mut by_doc: Map<DocId, Vec<(ChangeHash, RefusalCode)>> = Map::new();
        for refused in &keep.refused {
            let hash = refused.pair.hash;
            plan.outbox.insert(hash, None);
            by_doc.entry(refused.pair.document).or_default().push((hash, refused.code));
        }
        for (doc, refused) in by_doc {
            self.plan_leaving(doc, &refused, now, plan).await?;
        }
        Ok(())
    }

    async fn plan_leaving(
        &mut self,
        doc: DocId,
        leaving: &[(ChangeHash, RefusalCode)],
        now: Now,
        plan: &mut Plan,
    ) -> Result<(), EngineFault> {
        let all = changes_of(&mut self.disk, doc).await?;
        let leaving = self.with_what_builds_on(&all, leaving);
        for (change, why) in &leaving {
            let (hash, bytes) = (change.hash, change.bytes.clone().into());
            let mine = self.is_mine(&all, change);
            plan.outbox.insert(hash, None);
            plan.apart.push(QuarantineRow { hash, doc, bytes, why: *why, at: now.at, mine });
            plan.writes.push(Write::Delete { table: Table::Change, key: ChangeRow::key_of(&doc, &hash) });
        }
        let is_again = |change: &Change, why: Apart| why == Apart::Forked && self.is_mine(&all, change);
        let (again, gone): (Vec<_>, Vec<_>) =
            leaving.iter().partition(|(change, why)| is_again(change, *why));
        let hashes = |of: Vec<&(&Change, Apart)>| of.into_iter().map(|(change, _)| change.hash).collect();
        let forked: Vec<ChangeHash> = hashes(again);
        let refused: Vec<ChangeHash> = hashes(gone);
        let Some(row) = plan.documents.get(&doc).or_else(|| self.library.row(&doc)).cloned() else {
            return Ok(());
        };
        let back = if forked.is_empty() { Vec::new() } else { self.bring_back(doc, plan) };
        let fresh = forked.iter().map(|_| self.draw().map(ActorId::from_bytes)).collect::<Result<_, _>>()?;
        let rest = replay(Leaving {
            header: row.header.clone(),
            all: all.clone(),
            refused: &refused,
            forked: &forked,
            back,
            author: self.worker()?.author,
            actor: ActorId::from_bytes(self.draw()?),
            fresh,
        })?;
        plan.closed.push(doc);
        let Some(document) = rest.document else {
            plan.gone.push(doc);
            plan.documents.remove(&doc);
            plan.writes.push(row.delete());
            return Ok(());
        };
        for Again { old, change, edits } in rest.again {
            let order = self.outbox.next_order();
            self.outbox.reserve(order);
            let (keys, notes) = named_in(&edits);
            let again = OutboxRow {
                hash: change.hash,
                doc,
                scope: row.header.scope,
                person: row.header.person,
                order,
                written_at: change.at,
                keys,
                notes,
                same_day: self.outbox.get(&old).is_some_and(|waiting| waiting.same_day),
                length: change.bytes.len() as u64,
                batch: None,
            };
            plan.writes.push(ChangeRow::of(doc, &change).put());
            plan.outbox.insert(again.hash, Some(again.clone()));
            plan.back.push(again);
        }
        let version = document.version();
        plan.documents.insert(doc, DocumentRow { version, ..row });
        Ok(())
    }

    /// Foreign changes that were kept apart because an own change had their place.
    fn bring_back(&self, doc: DocId, plan: &mut Plan) -> Vec<Change> {
        let mut back = Vec::new();
        for row in self.apart.values().filter(|row| row.doc == doc && !row.mine && row.why == Apart::Forked) {
            if let Ok(change) = Change::read(&row.bytes) {
                plan.writes.push(row.delete());
                plan.writes.push(ChangeRow::of(doc, &change).put());
                plan.unapart.push(row.hash);
                back.push(change);
            }
        }
        back
    }

    /// What leaves a document, each before what builds on it, and why: the changes that were named, and own changes that
    /// cannot stay without them. What builds on a fork is written again, also where the server holds it. What builds on
    /// a refused change leaves only while it was not sent: the server's log is not this device's to shorten.
    fn with_what_builds_on<'a>(
        &self,
        all: &'a [Change],
        named: &[(ChangeHash, RefusalCode)],
    ) -> Vec<(&'a Change, Apart)> {
        let named: Map<ChangeHash, Apart> = named
            .iter()
            .map(|(hash, code)| {
                let refused = Apart::Refused { code: code.number() };
                (*hash, if is_fork(*code) { Apart::Forked } else { refused })
            })
            .collect();
        let mut leaving: Map<ChangeHash, Apart> = Map::new();
        let mut ordered = Vec::new();
        for change in in_order(all) {
            let mut below = change.deps.iter().filter_map(|dep| leaving.get(dep).copied());
            let builds_on = below.clone().find(|why| *why == Apart::Forked).or_else(|| below.next());
            let why = named.get(&change.hash).copied().or_else(|| {
                let is_unsent = self.outbox.get(&change.hash).is_some();
                builds_on.filter(|why| self.is_mine(all, change) && (is_unsent || *why == Apart::Forked))
            });
            if let Some(why) = why {
                leaving.insert(change.hash, why);
                ordered.push((change, why));
            }
        }
        ordered
    }

    /// Whether a change was written on this installation. Its actor's first change names the author.
    fn is_mine(&self, all: &[Change], change: &Change) -> bool {
        let author = all.iter().filter(|other| other.actor == change.actor).find_map(|other| other.author);
        match (author, self.session.as_ref()) {
            (Some(author), Some(session)) => author.install == session.install,
            (_, _) => self.outbox.get(&change.hash).is_some(),
        }
    }

    /// A change in the quarantine that is part of the log after all: it goes back into its document.
    pub(super) fn plan_return(&self, hash: &ChangeHash, plan: &mut Plan) -> Option<DocId> {
        let row = self.apart.get(hash)?;
        match row.why {
            Apart::Refused { .. } | Apart::Forked | Apart::KeptOut { .. } => {}
            // What stopped the app, or cannot be read, is no better for being in the log.
            Apart::Crashed | Apart::Unreadable => return None,
        }
        let change = Change::read(&row.bytes).ok()?;
        plan.writes.push(row.delete());
        plan.writes.push(ChangeRow::of(row.doc, &change).put());
        plan.unapart.push(*hash);
        plan.fresh.entry(row.doc).or_default().push(*hash);
        Some(row.doc)
    }
}

/// Changes, each after those it builds on that are among them.
fn in_order(all: &[Change]) -> Vec<&Change> {
    let mut waiting: Map<ChangeHash, &Change> = all.iter().map(|change| (change.hash, change)).collect();
    let mut ordered = Vec::with_capacity(all.len());
    while !waiting.is_empty() {
        let ready: Vec<ChangeHash> = waiting
            .values()
            .filter(|change| !change.deps.iter().any(|dep| waiting.contains_key(dep)))
            .map(|change| change.hash)
            .collect();
        // Hashes cannot build on each other in a ring, so that something is always ready.
        if ready.is_empty() {
            break;
        }
        ordered.extend(ready.iter().filter_map(|hash| waiting.remove(hash)));
    }
    ordered
}

fn is_fork(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::Fork | RefusalCode::ForkChild)
}
