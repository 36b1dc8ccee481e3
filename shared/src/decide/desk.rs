//! The desk a command is decided at: what is known, who asks, and the edits so far.
//!
//! In: one command with the record and the worker. Out: its edits, written through the table of fields only.
//! Never writes a value its field refuses, nor into a kind the role may not write.
//! Source: product design, "replaces lists the entries that stood on the writer's screen".

use crate::decide::{Command, Edit, Holder, NewDocument, Refusal, Worker};
use crate::domain::entry::{Entry, EntryRef, How, Recorded, Value};
use crate::domain::field::{self, Field, Nature, Writers};
use crate::domain::kind::DocKind;
use crate::domain::note::Section;
use crate::domain::record::{Place, Record};
use crate::domain::role::Role;
use crate::domain::shape::Misfit;
use crate::domain::standing::Standings;
use crate::domain::visit::{self, VisitState};
use crate::ids::{DocId, EntryKey, VisitId};
use crate::sorted::Set;
use crate::time::{Now, Timestamp};

/// One entry to be written.
pub(super) struct Write<'w> {
    pub(super) place: Place,
    pub(super) about: &'w str,
    pub(super) value: Value,
    pub(super) how: Option<How>,
    pub(super) observed_at: Option<Timestamp>,
    pub(super) form_version: Option<u32>,
    pub(super) reason: Option<String>,
}

impl<'w> Write<'w> {
    pub(super) fn new(place: Place, about: &'w str, value: Value) -> Self {
        Self { place, about, value, how: None, observed_at: None, form_version: None, reason: None }
    }
}

pub(super) struct Desk<'d> {
    pub(super) command: &'d Command,
    pub(super) record: &'d Record,
    pub(super) standings: Standings<'d>,
    pub(super) worker: &'d Worker,
    pub(super) now: Now,
    seen: Set<EntryRef>,
    sent: Set<EntryKey>,
    keys: std::slice::Iter<'d, EntryKey>,
    docs: std::slice::Iter<'d, DocId>,
    created: Vec<(Place, DocId)>,
    edits: Vec<Edit>,
}

impl<'d> Desk<'d> {
    pub(super) fn new(command: &'d Command, record: &'d Record, worker: &'d Worker, now: Now) -> Self {
        Self {
            command,
            record,
            standings: Standings::of(record),
            worker,
            now,
            seen: command.seen.iter().copied().collect(),
            sent: command.sent.iter().copied().collect(),
            keys: command.keys.iter(),
            docs: command.docs.iter(),
            created: Vec::new(),
            edits: Vec::new(),
        }
    }

    pub(super) fn into_edits(self) -> Vec<Edit> {
        self.edits
    }

    pub(super) fn role(&self) -> Role {
        self.worker.author.role
    }

    /// Whether an entry of this command is recorded already, by this worker.
    pub(super) fn is_repeat(&self) -> bool {
        let mine = |recorded: &Recorded| {
            recorded.by.worker == self.worker.author.worker && self.command.keys.contains(&recorded.at.key)
        };
        self.record.parts.iter().flat_map(|part| &part.entries).any(mine)
    }

    /// Whether an entry stood on the worker's screen, or is one of the page's own on its way there.
    pub(super) fn was_seen(&self, at: EntryRef) -> bool {
        self.seen.contains(&at) || self.sent.contains(&at.key)
    }

    /// Refuses when an entry stands that was not seen.
    pub(super) fn refuse_unseen(&self, standing: impl Iterator<Item = EntryRef>) -> Result<(), Refusal> {
        let entries: Vec<EntryRef> = standing.filter(|at| !self.was_seen(*at)).collect();
        if entries.is_empty() {
            Ok(())
        } else {
            Err(Refusal::ChangedWhileReading { entries, docs: Vec::new() })
        }
    }

    /// The place of a visit's own document.
    pub(super) fn visit(&self, visit: VisitId) -> Result<Place, Refusal> {
        let place = Place::of_visit(DocKind::Visit, visit);
        match self.record.document_at(place) {
            Some(_) => Ok(place),
            None => Err(Refusal::VisitNotHere { visit }),
        }
    }

    /// The place of a visit that may still be written in: after signing only an addendum may follow.
    pub(super) fn open_visit(&self, visit: VisitId) -> Result<Place, Refusal> {
        let place = self.visit(visit)?;
        match visit::state(&self.standings, visit) {
            VisitState::Signed { .. } => Err(Refusal::AlreadySigned { visit }),
            VisitState::Planned | VisitState::UnderWay { .. } | VisitState::Ended { .. } => Ok(place),
        }
    }

    /// The place of a holder; a visit that may no longer be written in is refused.
    pub(super) fn place(&self, holder: Holder) -> Result<Place, Refusal> {
        match holder {
            Holder::Person => {
                let place = Place::of_person(DocKind::Person);
                let person = self.command.person;
                self.record.document_at(place).map(|_| place).ok_or(Refusal::PersonNotHere { person })
            }
            Holder::Equipment => Ok(Place::of_person(DocKind::Equipment)),
            Holder::Visit(visit) => self.open_visit(visit),
            Holder::Summary(visit) => {
                let place = Place::of_visit(DocKind::Summary, visit);
                self.record.document_at(place).map(|_| place).ok_or(Refusal::VisitNotHere { visit })
            }
            Holder::Review(visit) => {
                self.visit(visit)?;
                Ok(Place::of_visit(DocKind::Review, visit))
            }
        }
    }

    /// The document entries of a place go to; made when none is held here.
    pub(super) fn document(&mut self, place: Place) -> Result<DocId, Refusal> {
        let made = self.created.iter().find(|(of, _)| *of == place).map(|(_, doc)| *doc);
        if let Some(doc) = made.or_else(|| self.record.document_at(place)) {
            return Ok(doc);
        }
        let role = self.role();
        if !writers_of(place.kind).include(role) {
            return Err(Refusal::RoleMayNotWrite { role, kind: place.kind });
        }
        let doc = *self.docs.next().ok_or(Refusal::TooFewKeys {
            given: self.command.docs.len(),
            wanted: self.command.docs.len() + 1,
        })?;
        self.edits.push(Edit::Create(NewDocument {
            doc,
            kind: place.kind,
            person: self.command.person,
            visit: place.visit,
            sections: if place.kind == DocKind::Visit { Section::CODES } else { &[] },
        }));
        self.created.push((place, doc));
        Ok(doc)
    }

    /// Writes one answer, which replaces what stood on the worker's screen. An answer the worker gave already, and
    /// nobody has changed since, is written once.
    pub(super) fn answer(&mut self, write: Write<'_>) -> Result<(), Refusal> {
        let field = self.check(&write)?;
        let standing: Vec<&'d Recorded> = self
            .standings
            .get(write.place, write.about)
            .filter(|_| field.nature != Nature::List)
            .into_iter()
            .flat_map(|standing| standing.entries())
            .collect();
        let me = self.worker.author.worker;
        if let [only] = standing.as_slice()
            && (only.by.worker, &only.entry.value, only.entry.how) == (me, &write.value, write.how)
        {
            return Ok(());
        }
        // A fact that came true twice is two facts.
        let replaced: Vec<EntryRef> = if field.nature == Nature::Single {
            standing.iter().map(|recorded| recorded.at).filter(|at| self.was_seen(*at)).collect()
        } else {
            Vec::new()
        };
        self.put(write, &replaced).map(|_| ())
    }

    /// Adds a thing to a list and gives its name.
    pub(super) fn add(&mut self, write: Write<'_>) -> Result<EntryRef, Refusal> {
        self.check(&write)?;
        self.put(write, &[])
    }

    /// Writes an entry that replaces exactly `replaced`.
    pub(super) fn put(&mut self, write: Write<'_>, replaced: &[EntryRef]) -> Result<EntryRef, Refusal> {
        let doc = self.document(write.place)?;
        let key = self.next_key()?;
        let (here, elsewhere): (Vec<EntryRef>, Vec<EntryRef>) =
            replaced.iter().copied().partition(|at| at.doc == doc);
        self.edits.push(Edit::Entry {
            doc,
            key,
            entry: Entry {
                about: write.about.to_owned(),
                value: write.value,
                how: write.how,
                observed_at: write.observed_at.unwrap_or(self.now.at),
                form_version: write.form_version,
                replaces: here.into_iter().map(|at| at.key).collect(),
                replaces_elsewhere: elsewhere.into_iter().map(|at| (at.doc, at.key)).collect(),
                reason: write.reason.filter(|reason| !reason.trim().is_empty()),
            },
        });
        Ok(EntryRef { doc, key })
    }

    pub(super) fn push(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    fn next_key(&mut self) -> Result<EntryKey, Refusal> {
        let given = self.command.keys.len();
        self.keys.next().copied().ok_or(Refusal::TooFewKeys { given, wanted: given + 1 })
    }

    /// The row of a field this role may write with this value.
    pub(super) fn check(&self, write: &Write<'_>) -> Result<&'static Field, Refusal> {
        let about = || write.about.to_owned();
        let found = field::find(write.place.kind, write.about)
            .ok_or_else(|| Refusal::UnknownField { about: about() })?;
        if !found.field.writers.include(self.role()) {
            return Err(Refusal::RoleMayNotAnswer { role: self.role(), about: about() });
        }
        let fits = match write.value.as_non() {
            Some(non) if found.field.nature != Nature::List && found.field.shape.takes(non) => Ok(()),
            Some(_) => Err(Misfit::Kind),
            None => found.field.shape.check(&write.value),
        };
        fits.and_then(|()| super::content::check(&found, &write.value))
            .map_err(|misfit| Refusal::Value { about: about(), misfit })?;
        Ok(found.field)
    }
}

/// Who may make a document of a kind.
fn writers_of(kind: DocKind) -> Writers {
    match kind {
        DocKind::Person
        | DocKind::Equipment
        | DocKind::Summary
        | DocKind::Contact
        | DocKind::Booking
        | DocKind::Access
        | DocKind::Concern => Writers::ClinicalOrCoordinator,
        DocKind::Visit | DocKind::Home => Writers::Clinical,
        DocKind::NurseReview => Writers::Registered,
        DocKind::Review
        | DocKind::Plan
        | DocKind::Team
        | DocKind::Supervision
        | DocKind::Reflection
        | DocKind::Unknown(_) => Writers::Ot,
    }
}
