//! The oracle: what must be true of a world, whatever was done to it.
//!
//! In: a world at rest, or the server at the moment it speaks. Out: nothing, or the first promise broken.
//! It looks only at bytes on disks and at what people were told; it shares no decision with the machines.
//! Source: architecture, "Laws"; sync design, "What must be tested".

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::document::Document;
use doorstep_shared::domain::entry::Recorded;
use doorstep_shared::ids::{ChangeHash, DocId};
use doorstep_shared::sync::chain::{Digest, Position};

use crate::sim::device::Device;
use crate::sim::server::{Database, permit};
use doorstep_shared::sync::judge::Permit;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An ack named a change that is not on the server's disk.
    #[error("the server said stored of {0}, which is not on its disk")]
    SaidNotStored(ChangeHash),
    /// A feed has a gap, a wrong chain or a change twice.
    #[error("row {0} of a feed does not follow, or its change is there twice")]
    Feed(u64),
    /// Faults stopped long ago and something still moves or waits.
    #[error("device {device} still waits: {waiting} changes unsent, {behind} rows behind")]
    NeverSettled {
        /// The device.
        device: usize,
        /// Changes in its outbox.
        waiting: usize,
        /// Rows it does not hold.
        behind: u64,
    },
    /// A change was acknowledged, a device still holds it, and the server does not.
    #[error("acknowledged change {0} is held by a device and not by the server")]
    AcknowledgedLost(ChangeHash),
    /// Two replicas of a document differ.
    #[error("document {document} on device {device} differs from the union of what is stored")]
    Diverged {
        /// The device.
        device: usize,
        /// The document.
        document: DocId,
    },
    /// An entry somebody was told is saved is neither in the record nor in a quarantine.
    #[error("an entry saved on device {device} in document {document} is nowhere")]
    SavedLost {
        /// The device.
        device: usize,
        /// The document.
        document: DocId,
    },
}

/// Checks a world at rest. `acknowledged` is every change the server ever said it stored.
///
/// # Errors
/// The first promise that does not hold.
pub fn check(
    database: &Database,
    devices: &[Device],
    acknowledged: &BTreeSet<ChangeHash>,
) -> Result<(), Broken> {
    check_feed(database)?;
    for hash in acknowledged {
        let is_held = devices.iter().any(|device| device.disk.held.contains_key(hash));
        if is_held && !database.holds(hash) {
            return Err(Broken::AcknowledgedLost(*hash));
        }
    }
    let united = unite(database);
    for (at, device) in devices.iter().enumerate() {
        for (document, open) in &united {
            let replica = device.documents().get(document);
            let same = replica.is_some_and(|replica| {
                replica.version() == open.version() && entries(replica) == entries(open)
            });
            if !same {
                return Err(Broken::Diverged { device: at, document: *document });
            }
        }
        check_saved(at, device, &united)?;
    }
    Ok(())
}

fn check_feed(database: &Database) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for rows in database.feed.values() {
        let mut position = Position::START;
        for row in rows {
            position = position.after(&Digest::of_change(&row.document, &row.hash));
            if position != row.position || !seen.insert(row.hash) {
                return Err(Broken::Feed(position.seq));
            }
        }
    }
    Ok(())
}

/// Every document, from all changes the server holds, in one fresh application.
fn unite(database: &Database) -> BTreeMap<DocId, Document> {
    let mut changes: BTreeMap<DocId, Vec<Change>> = BTreeMap::new();
    for row in database.feed.values().flatten() {
        if let Some(change) = database.bodies.get(&row.hash).and_then(|bytes| Change::read(bytes).ok()) {
            changes.entry(row.document).or_default().push(change);
        }
    }
    let opened = changes.into_iter().filter_map(|(document, changes)| {
        let header = database.headers.get(&document)?;
        Some((document, Document::open(header.clone(), changes).ok()?.0))
    });
    opened.collect()
}

fn entries(document: &Document) -> Vec<Recorded> {
    document.part().entries
}

fn check_saved(at: usize, device: &Device, united: &BTreeMap<DocId, Document>) -> Result<(), Broken> {
    for (document, key) in &device.saved {
        let in_record = united
            .get(document)
            .is_some_and(|open| entries(open).iter().any(|recorded| recorded.at.key == *key));
        let header = device.disk.headers.get(document).map(|(header, _)| header);
        let is_refused = header.is_some_and(|header| permit(header) != Permit::Granted);
        // What may not be written stays here, in the quarantine: one change for every refused answer.
        let is_aside = is_refused && {
            let written = device.saved.iter().filter(|(other, _)| other == document).count();
            device.disk.aside.values().filter(|aside| aside.document == *document).count() >= written
        };
        if !in_record && !is_aside {
            return Err(Broken::SavedLost { device: at, document: *document });
        }
    }
    Ok(())
}
