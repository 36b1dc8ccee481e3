//! The documents a caseload is told into: the same ones a tablet writes.
//!
//! In: decided edits and who asked for them. Out: open documents, and every change in the order it was written.
//! Never overwrites anything; each worker writes each document as one actor of their own.

use std::collections::BTreeMap;

use crate::decide::{Edit, Worker};
use crate::docs::{Change, Document, Header, WriteError, header_of, writings};
use crate::domain::kind::DocKind;
use crate::domain::record::Record;
use crate::ids::{ActorId, DocId, PersonId, WorkerId};
use crate::time::Timestamp;

/// Why edits were not written.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The document refused them.
    #[error("write document {doc}")]
    Write {
        /// The document.
        doc: DocId,
        /// Why.
        #[source]
        source: WriteError,
    },
    /// Nobody makes documents of this kind by a command.
    #[error("make document {doc}: a {kind:?} document is made in another way")]
    Kind {
        /// The document.
        doc: DocId,
        /// What it would hold.
        kind: DocKind,
    },
    /// Edits of a document that was never made.
    #[error("write document {doc}: never made")]
    NotMade {
        /// The document.
        doc: DocId,
    },
}

/// One change, with who wrote it and the header it is sent with.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Who wrote it, on which install.
    pub worker: Worker,
    /// The document's header.
    pub header: Header,
    /// The change.
    pub change: Change,
}

/// Open documents and what was written to them.
#[derive(Default)]
pub struct Documents {
    open: BTreeMap<DocId, Document>,
    actors: BTreeMap<(DocId, WorkerId), ActorId>,
    written: Vec<Written>,
}

impl Documents {
    /// Everything written, in order: a change never comes before what it builds on.
    pub fn into_written(self) -> Vec<Written> {
        self.written
    }

    /// Everything written so far.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// One person's record, as every document of theirs stands.
    pub fn record(&self, person: PersonId) -> Record {
        let of_person = self.open.values().filter(|document| document.header().person == Some(person));
        Record { parts: of_person.map(Document::part).collect() }
    }

    /// Writes what a command decided: one change for each document it touches.
    ///
    /// # Errors
    /// A [`KeepError`]. What was written to other documents before stays.
    pub fn write(
        &mut self,
        worker: &Worker,
        at: Timestamp,
        edits: Vec<Edit>,
        draw: &mut dyn FnMut() -> [u8; 16],
    ) -> Result<(), KeepError> {
        for writing in writings(edits) {
            let doc = writing.doc;
            let actor = *self
                .actors
                .entry((doc, worker.author.worker))
                .or_insert_with(|| ActorId::from_bytes(draw()));
            let failed = |source| KeepError::Write { doc, source };
            let change = match &writing.new {
                Some(new) => {
                    let header = header_of(new, worker.organisation, worker.team)
                        .ok_or(KeepError::Kind { doc, kind: new.kind })?;
                    let (document, change) =
                        Document::create(header, new.sections, &worker.author, actor, at, &writing.edits)
                            .map_err(failed)?;
                    self.open.insert(doc, document);
                    Some(change)
                }
                None => {
                    let document = self.open.get_mut(&doc).ok_or(KeepError::NotMade { doc })?;
                    let fresh = ActorId::from_bytes(draw());
                    document.write(&worker.author, actor, fresh, at, &writing.edits).map_err(failed)?
                }
            };
            if let (Some(change), Some(document)) = (change, self.open.get(&doc)) {
                let header = document.header().clone();
                self.written.push(Written { worker: *worker, header, change });
            }
        }
        Ok(())
    }
}
