//! The feed on the server's side: rows read from the store become a page.
//!
//! In: rows of one scope in order, the manifests they came with. Out: the page a device receives.
//! A device's own changes come back by name only. Never reads past what it is given.
//! Source: sync design, "feed", and "A device's own rows return as batch and seqs, without bodies".

use minicbor::bytes::ByteVec;

use crate::docs::header::Scope;
use crate::ids::{BatchId, DocId};
use crate::sorted::{self, Map};
use crate::sync::batch::{Body, SignedBatch, SignedManifest};
use crate::sync::chain::{Digest, Position, RowKind};
use crate::sync::message::{InstallKey, Page, Rows};
use crate::sync::packed::PackedBatch;

/// One row as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedRow {
    /// A change.
    Change {
        /// The batch it was stored with.
        batch: BatchId,
        /// Its place among the batch's pairs.
        place: u32,
        /// The change; nothing for the reader's own.
        body: Option<Vec<u8>>,
    },
    /// A control row.
    Control {
        /// What it orders.
        kind: RowKind,
        /// The document it is about.
        document: Option<DocId>,
        /// Its content.
        control: Vec<u8>,
    },
    /// A row whose content was erased.
    Gone {
        /// What it left behind.
        digest: Digest,
    },
}

/// Consecutive rows of one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSlice {
    /// The scope.
    pub scope: Scope,
    /// The row before the first.
    pub after: u64,
    /// The rows, in order.
    pub rows: Vec<FeedRow>,
    /// Manifests of every row that carries a body.
    pub manifests: Vec<SignedManifest>,
    /// Keys of their installs.
    pub keys: Vec<InstallKey>,
    /// The position of the last row; of `after` when there is none.
    pub end: Position,
    /// Whether more rows follow.
    pub more: bool,
}

impl FeedSlice {
    /// Bytes of changes in it.
    pub fn body_bytes(&self) -> usize {
        self.rows
            .iter()
            .map(|row| match row {
                FeedRow::Change { body: Some(body), .. } => body.len(),
                FeedRow::Change { body: None, .. } | FeedRow::Control { .. } | FeedRow::Gone { .. } => 0,
            })
            .sum()
    }

    /// The page; nothing when there is no row, or a body came without its manifest.
    pub fn page(self) -> Option<Page> {
        if self.rows.is_empty() {
            return None;
        }
        let mut batches: Vec<SignedBatch> = Vec::new();
        let mut places: Map<BatchId, usize> = Map::new();
        let mut manifests: Map<BatchId, SignedManifest> =
            self.manifests.into_iter().map(|signed| (signed.id(), signed)).collect();
        let mut rows: Vec<Rows> = Vec::new();
        for row in self.rows {
            let next = match row {
                FeedRow::Change { batch, place, body: None } => Rows::Own { batch, first: place, count: 1 },
                FeedRow::Change { batch, place, body: Some(bytes) } => {
                    let at = match places.get(&batch) {
                        Some(at) => *at,
                        None => {
                            let signed = manifests.remove(&batch)?;
                            batches.push(SignedBatch { signed, bodies: Vec::new() });
                            places.insert(batch, batches.len() - 1);
                            batches.len() - 1
                        }
                    };
                    batches.get_mut(at)?.bodies.push(Body { place, bytes });
                    Rows::Changes { batch: u32::try_from(at).ok()?, first: place, count: 1 }
                }
                FeedRow::Control { kind, document, control } => {
                    Rows::Control { kind: kind.0, document, control: ByteVec::from(control) }
                }
                FeedRow::Gone { digest } => Rows::Gone { digest },
            };
            extend(&mut rows, next);
        }
        for batch in &mut batches {
            sorted::sort_by_key(&mut batch.bodies, |body| body.place);
        }
        Some(Page {
            scope: self.scope,
            after: self.after,
            rows,
            chain: self.end.chain,
            batches: batches.iter().map(PackedBatch::pack).collect(),
            keys: self.keys,
        })
    }
}

/// Adds a row, to the last run where it continues it.
fn extend(rows: &mut Vec<Rows>, next: Rows) {
    match (rows.last_mut(), &next) {
        (
            Some(Rows::Changes { batch, first, count }),
            Rows::Changes { batch: next_batch, first: next_first, .. },
        ) if batch == next_batch && *first + *count == *next_first => *count += 1,
        (Some(Rows::Own { batch, first, count }), Rows::Own { batch: next_batch, first: next_first, .. })
            if batch == next_batch && *first + *count == *next_first =>
        {
            *count += 1;
        }
        (
            Some(Rows::Changes { .. } | Rows::Own { .. } | Rows::Gone { .. } | Rows::Control { .. }) | None,
            Rows::Changes { .. } | Rows::Own { .. } | Rows::Gone { .. } | Rows::Control { .. },
        ) => rows.push(next),
    }
}
