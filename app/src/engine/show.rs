//! Showing: views from cards where that is enough, from the record where it is not.
//!
//! In: a view, the present. Out: its projection, with who wrote what and where each change is.
//! Never opens a document for a list. A visit that was signed is drawn at the version its signature names.
//! Source: architecture design, room F; product design, "drawn at the heads its signature names".

use doorstep_shared::docs::Change;
use doorstep_shared::domain::entry::{Author, EntryRef};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::record::{Part, Place, Record};
use doorstep_shared::domain::signature;
use doorstep_shared::domain::standing::Standings;
use doorstep_shared::ids::{DocId, PersonId, Version, VisitId};
use doorstep_shared::sorted::{self, Map};
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::time::Now;

use crate::projection::build::{Drawn, person, review, visit};
use crate::projection::ground::{Around, Directory, Ground};
use crate::projection::needs_you::{QuarantineReason, RefusedChange, clashes};
use crate::projection::people::people;
use crate::projection::review::queue;
use crate::projection::sync_status::{Link, SyncState, Waiting};
use crate::projection::team::{directory, team};
use crate::projection::today::{Lists, today};
use crate::projection::{Mark, NeedsYou, Projection, SyncStatus, ThisDevice, View};
use crate::store::Disk;
use crate::store::schema::{Apart, QuarantineRow, SessionRow};

use super::{APP_VERSION, Engine, EngineFault, Marks};

/// The directory with the versions it was read at.
#[derive(Default)]
pub(super) struct Known {
    versions: Vec<(DocId, Version)>,
    directory: Directory,
}

impl<D: Disk> Engine<D> {
    /// What a view shows now.
    ///
    /// # Errors
    /// An [`EngineFault`]; [`EngineFault::SignedOut`] before anybody signed in.
    pub async fn show(&mut self, view: &View, now: Now) -> Result<Projection, EngineFault> {
        self.refresh(now).await?;
        self.read_directory().await?;
        let session = self.session.clone().ok_or(EngineFault::SignedOut)?;
        let directory = self.known.directory.clone();
        let marks = self.marks();
        let around = Around { directory: &directory, marks: &marks, me: author(&session), now };
        let complete = self.wire.row.complete;
        Ok(match view {
            View::Today => {
                let needs_you = self.needs_you(&around);
                Projection::Today(today(self.cards.digests(), &around, Lists { needs_you, complete }))
            }
            View::People { query } => {
                let mark_of = |person: &PersonId| self.mark_of(person, &marks);
                Projection::People(people(query, self.cards.digests(), &around, mark_of, complete))
            }
            View::ReviewQueue => Projection::ReviewQueue(queue(self.cards.digests(), &around, complete)),
            View::NeedsYou => Projection::NeedsYou(NeedsYou {
                clashes: clashes(self.cards.digests(), &around),
                refused: self.apart.values().map(|row| self.refused(row, &around)).collect(),
            }),
            View::SyncStatus => Projection::SyncStatus(self.sync_status(&around)),
            View::Team => Projection::Team(team(&around, &session.organisation_name, &session.team_name)),
            View::ThisDevice => Projection::ThisDevice(self.this_device(&session).await?),
            View::Person(id) => self.show_person(*id, &around).await?,
            View::Visit(id) => self.show_visit(*id, &around).await?,
            View::Review(id) => self.show_review(*id, &around).await?,
        })
    }

    /// Everything held here, document by document, as the rules see it.
    ///
    /// # Errors
    /// An [`EngineFault`] of the disk.
    pub async fn parts(&mut self, now: Now) -> Result<Vec<Part>, EngineFault> {
        self.refresh(now).await?;
        let docs: Vec<DocId> = self.library.rows().map(|row| row.header.id).collect();
        let mut parts = Vec::with_capacity(docs.len());
        for doc in docs {
            if let Some(open) = self.library.open(&mut self.disk, doc).await? {
                parts.push(open.part.clone());
            }
        }
        Ok(parts)
    }

    /// The state of sync, for the bar on every page.
    ///
    /// # Errors
    /// An [`EngineFault`] of reading the store again after it was lost.
    pub async fn status(&mut self, now: Now) -> Result<Option<SyncStatus>, EngineFault> {
        self.refresh(now).await?;
        let Some(session) = self.session.clone() else { return Ok(None) };
        let directory = self.known.directory.clone();
        let marks = self.marks();
        let around = Around { directory: &directory, marks: &marks, me: author(&session), now };
        Ok(Some(self.sync_status(&around)))
    }

    async fn show_person(&mut self, id: PersonId, around: &Around<'_>) -> Result<Projection, EngineFault> {
        let record = self.library.record_of(&mut self.disk, id).await?;
        let Some(digest) = self.cards.digest(&id) else { return Ok(Projection::NotKnownHere) };
        let standings = Standings::of(&record);
        let ground = Ground { record: &record, standings: &standings, around: *around };
        Ok(Projection::Person(person(&ground, digest)))
    }

    async fn show_visit(&mut self, id: VisitId, around: &Around<'_>) -> Result<Projection, EngineFault> {
        let Some(of) = self.library.person_of_visit(id) else { return Ok(Projection::NotKnownHere) };
        let record = self.library.record_of(&mut self.disk, of).await?;
        let standings = Standings::of(&record);
        let covers = signature::signatures(&standings, id).last().map(|one| one.covers.clone());
        let signed = match covers {
            Some(covers) => self.as_signed(&record, &covers).await?,
            None => None,
        };
        let Some(digest) = self.cards.digest(&of) else { return Ok(Projection::NotKnownHere) };
        let read = signed.as_ref().unwrap_or(&record);
        let read_standings = Standings::of(read);
        let after = signed.iter().flat_map(|signed| arrived_after(&record, signed, id)).collect();
        let drawn = Drawn {
            now: Ground { record: &record, standings: &standings, around: *around },
            read: Ground { record: read, standings: &read_standings, around: *around },
            after,
        };
        let page = visit(&drawn, id, digest);
        Ok(page.map_or(Projection::NotKnownHere, |page| Projection::Visit(Box::new(page))))
    }

    async fn show_review(&mut self, id: VisitId, around: &Around<'_>) -> Result<Projection, EngineFault> {
        let Some(of) = self.library.person_of_visit(id) else { return Ok(Projection::NotKnownHere) };
        let record = self.library.record_of(&mut self.disk, of).await?;
        let Some(digest) = self.cards.digest(&of) else { return Ok(Projection::NotKnownHere) };
        let standings = Standings::of(&record);
        let ground = Ground { record: &record, standings: &standings, around: *around };
        Ok(review(&ground, id, digest).map_or(Projection::NotKnownHere, Projection::Review))
    }

    /// The record with its signed documents as they were read at signing; nothing while a version is not held here.
    async fn as_signed(
        &mut self,
        record: &Record,
        covers: &[(DocId, Version)],
    ) -> Result<Option<Record>, EngineFault> {
        let mut parts: Vec<Part> = record.parts.clone();
        for (doc, version) in covers {
            let Some(place) = parts.iter().position(|part| part.doc == *doc) else { continue };
            let then = match self.library.open(&mut self.disk, *doc).await? {
                Some(open) => open.document.part_at(version),
                None => None,
            };
            let (Some(then), Some(part)) = (then, parts.get_mut(place)) else { return Ok(None) };
            *part = then;
        }
        Ok(Some(Record { parts }))
    }

    async fn read_directory(&mut self) -> Result<(), EngineFault> {
        let is_team = |kind: DocKind| kind == DocKind::Team;
        let rows = self.library.rows().filter(|row| is_team(row.header.kind));
        let versions: Vec<(DocId, Version)> = rows.map(|row| (row.header.id, row.version.clone())).collect();
        if versions == self.known.versions {
            return Ok(());
        }
        let mut parts = Vec::new();
        for (doc, _) in &versions {
            if let Some(open) = self.library.open(&mut self.disk, *doc).await? {
                parts.push(open.part.clone());
            }
        }
        self.known = Known { versions, directory: directory(&Record { parts }) };
        Ok(())
    }

    fn marks(&self) -> Marks {
        let entries: Map<_, Vec<EntryRef>> =
            self.apart.values().filter(|row| row.mine).map(|row| (row.hash, entries_of(row))).collect();
        let apart =
            self.apart.values().map(|row| (row, entries.get(&row.hash).map_or(&[][..], Vec::as_slice)));
        self.outbox.marks(apart, self.wire.status.online)
    }

    fn mark_of(&self, person: &PersonId, marks: &Marks) -> Mark {
        let docs = self.library.documents_of(person);
        docs.iter().map(|doc| marks.document(doc)).min().unwrap_or(Mark::Stored)
    }

    fn needs_you(&self, around: &Around<'_>) -> u32 {
        let mine = self.apart.values().filter(|row| is_for_a_person(row)).count();
        let clashes = clashes(self.cards.digests(), around).iter().filter(|clash| clash.may_resolve).count();
        u32::try_from(mine + clashes).unwrap_or(u32::MAX)
    }

    fn refused(&self, row: &QuarantineRow, around: &Around<'_>) -> RefusedChange {
        let header = self.library.row(&row.doc).map(|row| &row.header);
        let person = header.and_then(|header| header.person);
        let name = person.and_then(|person| self.cards.digest(&person)).map(|digest| digest.name.clone());
        let read = Change::read(&row.bytes).ok();
        let said = read.iter().flat_map(Change::entries).map(|(key, entry)| {
            let about = entry.about.clone();
            let by = around.me;
            let recorded = doorstep_shared::domain::entry::Recorded {
                at: EntryRef { doc: row.doc, key },
                entry,
                by: read.as_ref().and_then(|change| change.author).unwrap_or(by),
                written_at: read.as_ref().map(|change| change.at).unwrap_or(row.at),
            };
            crate::projection::Answer { about, ..around.thing(&recorded) }
        });
        RefusedChange {
            hash: row.hash,
            doc: row.doc,
            kind: header.map(|header| header.kind),
            person,
            name: name.unwrap_or_default(),
            why: reason(row.why),
            at: row.at,
            mine: row.mine,
            said: said.collect(),
            typed: read.iter().map(Change::typed).filter(|typed| !typed.is_empty()).collect(),
        }
    }

    fn sync_status(&self, around: &Around<'_>) -> SyncStatus {
        let needs_you = self.needs_you(around);
        let unsent = u32::try_from(self.outbox.len()).unwrap_or(u32::MAX);
        let status = self.wire.status;
        let link = match (status.outdated, status.signed_out || self.wire.session_ended, status.online) {
            (true, _, _) => Link::TooOld,
            (false, true, _) => Link::SignInNeeded,
            (false, false, true) => Link::Live,
            (false, false, false) if self.wire.is_trying => Link::Trying,
            (false, false, false) => Link::Offline,
        };
        let state = match (needs_you, unsent, status.online) {
            (1.., _, _) => SyncState::NeedsYou,
            (0, 0, _) => SyncState::Stored,
            (0, _, true) => SyncState::Sending,
            (0, _, false) => SyncState::Saved,
        };
        let mut waiting: Vec<Waiting> = self
            .outbox
            .by_person()
            .into_iter()
            .map(|(person, (changes, since, same_day))| Waiting {
                person,
                name: person
                    .and_then(|person| self.cards.digest(&person))
                    .map(|digest| digest.name.clone())
                    .unwrap_or_default(),
                changes,
                since,
                same_day,
            })
            .collect();
        sorted::sort_by_key(&mut waiting, |one| (one.since, one.person));
        SyncStatus {
            state,
            unsent,
            waiting,
            needs_you,
            confirmed_at: self.wire.confirmed_at,
            link,
            next_try_at: self.wire.dial_at.filter(|_| !status.online),
            complete: self.wire.row.complete,
            server_forgot: self.wire.server_forgot && unsent > 0,
        }
    }

    async fn this_device(&mut self, session: &SessionRow) -> Result<ThisDevice, EngineFault> {
        let changes = self.disk.load(crate::store::Table::Trail, b"").await?.len() + self.outbox.len();
        Ok(ThisDevice {
            install: session.install,
            name: session.device_name.clone(),
            worker: session.name.clone(),
            role: session.role,
            organisation: session.organisation_name.clone(),
            team: session.team_name.clone(),
            enrolled_at: session.enrolled_at,
            documents: u32::try_from(self.library.rows().count()).unwrap_or(u32::MAX),
            changes: u32::try_from(changes).unwrap_or(u32::MAX),
            unsent: u32::try_from(self.outbox.len()).unwrap_or(u32::MAX),
            app_version: APP_VERSION.to_owned(),
            demonstration: session.demonstration,
        })
    }
}

fn author(session: &SessionRow) -> Author {
    Author { worker: session.worker, install: session.install, role: session.role }
}

/// Entries of a visit's documents that the signed version does not hold.
fn arrived_after<'a>(
    now: &'a Record,
    signed: &Record,
    id: VisitId,
) -> Vec<&'a doorstep_shared::domain::entry::Recorded> {
    let place = Place::of_visit(DocKind::Visit, id);
    now.parts_at(place)
        .filter_map(|part| Some((part, signed.part(part.doc)?)))
        .flat_map(|(part, then)| signature::after_signing(part, then))
        .collect()
}

fn entries_of(row: &QuarantineRow) -> Vec<EntryRef> {
    let read = Change::read(&row.bytes).ok();
    let entries = read.iter().flat_map(Change::entries);
    entries.map(|(key, _)| EntryRef { doc: row.doc, key }).collect()
}

/// What was written again, or only another device's doing, asks nothing of this worker.
fn is_for_a_person(row: &QuarantineRow) -> bool {
    match row.why {
        Apart::Refused { .. } => row.mine,
        Apart::Crashed => true,
        Apart::Forked | Apart::Unreadable | Apart::KeptOut { .. } => false,
    }
}

fn reason(why: Apart) -> QuarantineReason {
    match why {
        Apart::Refused { code } | Apart::KeptOut { code } => {
            QuarantineReason::Refused { code: RefusalCode::from_number(code).name().to_owned() }
        }
        Apart::Forked => QuarantineReason::Forked,
        Apart::Crashed => QuarantineReason::Crashed,
        Apart::Unreadable => QuarantineReason::Unreadable,
    }
}
