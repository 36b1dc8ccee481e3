//! The stage a case is told on: the clock, the workers, and the one way a command is given.
//!
//! In: an act of a member of staff. Out: its edits in the documents, or a note of its refusal.
//! Never skips `decide`; every worker has seen everything that was written before.

use std::collections::BTreeMap;

use crate::decide::{Act, Command, DOCS_PER_COMMAND, Edit, Refusal, Worker, decide};
use crate::demonstration::caseload::{Case, Caseload, Visit};
use crate::demonstration::{Documents, KeepError, Telling, Told};
use crate::domain::entry::EntryRef;
use crate::domain::record::Record;
use crate::domain::role::Role;
use crate::ids::{DocId, EntryKey, PersonId, VisitId};
use crate::time::{Date, Now, Timestamp};

/// Where random bytes come from.
pub type Chance<'c> = dyn FnMut(&mut [u8]) + 'c;

/// Milliseconds between two acts of one visit, where the visit leaves room for them.
const BETWEEN_ACTS_MS: i64 = 10_000;

/// When a visit starts that the file gives no time.
const USUAL_START: (u8, u8) = (10, 0);

/// A command that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// What was asked, and of what.
    pub step: String,
    /// Why not.
    pub refusal: Option<Refusal>,
}

pub(super) struct Stage<'s, 'c> {
    caseload: &'s Caseload,
    staff: &'s BTreeMap<String, Worker>,
    pub(super) telling: Telling,
    chance: &'s mut Chance<'c>,
    documents: &'s mut Documents,
    now: Timestamp,
    latest: Option<Timestamp>,
    pub(super) case: String,
    pub(super) person: PersonId,
    pub(super) visits: Vec<VisitId>,
    pub(super) proposals: BTreeMap<String, EntryRef>,
    pub(super) refused: Vec<Refused>,
    pub(super) not_covered: Vec<String>,
}

impl<'s, 'c> Stage<'s, 'c> {
    pub(super) fn new(
        caseload: &'s Caseload,
        case: &'s Case,
        staff: &'s BTreeMap<String, Worker>,
        telling: Telling,
        chance: &'s mut Chance<'c>,
        documents: &'s mut Documents,
    ) -> Self {
        let mut draw = || {
            let mut bytes = [0; 16];
            chance(&mut bytes);
            bytes
        };
        let person = PersonId::from_bytes(draw());
        let visits = case.visits.iter().map(|_| VisitId::from_bytes(draw())).collect();
        Self {
            caseload,
            staff,
            telling,
            chance,
            documents,
            now: Timestamp::default(),
            latest: None,
            case: case.id.clone(),
            person,
            visits,
            proposals: BTreeMap::new(),
            refused: Vec::new(),
            not_covered: Vec::new(),
        }
    }

    pub(super) fn told(self) -> Told {
        Told {
            case: self.case,
            person: self.person,
            visits: self.visits,
            proposals: self.proposals,
            refused: self.refused,
            not_covered: self.not_covered,
        }
    }

    pub(super) fn draw(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        (self.chance)(&mut bytes);
        bytes
    }

    pub(super) fn record(&self) -> Record {
        self.documents.record(self.person)
    }

    /// Sets the clock; it never goes back.
    pub(super) fn turn_to(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        self.latest = None;
    }

    /// From here on every act takes a moment, and none is later than `end`.
    pub(super) fn until(&mut self, end: Timestamp) {
        self.latest = Some(end);
    }

    pub(super) fn today(&self) -> Date {
        self.now.london_date()
    }

    pub(super) fn starts_at(&self, visit: &Visit) -> Timestamp {
        let clock = visit.start.as_deref().and_then(|start| {
            let (hour, minute) = start.split_once(':')?;
            Some((hour.parse().ok()?, minute.parse().ok()?))
        });
        let (hour, minute) = clock.unwrap_or(USUAL_START);
        Timestamp::from_london(self.telling.day(visit.date), hour, minute)
    }

    pub(super) fn worker(&self, staff: &str) -> Option<Worker> {
        self.staff.get(staff).copied()
    }

    pub(super) fn role(&self, staff: &str) -> Option<Role> {
        self.worker(staff).map(|worker| worker.author.role)
    }

    /// The first member of staff with a role.
    pub(super) fn first(&self, role: Role) -> Option<&'s str> {
        self.caseload.staff.iter().find(|one| one.role() == Some(role)).map(|one| one.id.as_str())
    }

    pub(super) fn name(&self, staff: &str) -> &'s str {
        let found = self.caseload.staff.iter().find(|one| one.id == staff);
        found.map(|one| one.name.as_str()).unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, step: impl Into<String>, refusal: Option<Refusal>) {
        self.refused.push(Refused { step: step.into(), refusal });
    }

    /// Gives one command as `staff`; its edits, or nothing when it was refused. A refusal is listed.
    pub(super) fn act(&mut self, staff: &str, act: Act) -> Result<Vec<Edit>, KeepError> {
        let step = format!("{}: {staff} {}", self.today().iso(), named(&act));
        let Some(worker) = self.worker(staff) else {
            self.refuse(step, None);
            return Ok(Vec::new());
        };
        if let Some(latest) = self.latest {
            self.now = self.now.plus_ms(BETWEEN_ACTS_MS).min(latest);
        }
        let record = self.record();
        let keys = (0..act.keys_wanted())
            .map(|_| {
                let [a, b, c, d, e, f, ..] = self.draw();
                EntryKey::from_random([a, b, c, d, e, f])
            })
            .collect();
        let docs = (0..DOCS_PER_COMMAND).map(|_| DocId::from_bytes(self.draw())).collect();
        let seen = record.parts.iter().flat_map(|part| &part.entries).map(|entry| entry.at).collect();
        let command = Command { person: self.person, keys, docs, seen, sent: Vec::new(), act };
        match decide(&command, &record, &worker, Now::at(self.now)) {
            Ok(edits) => {
                let chance = &mut *self.chance;
                let mut draw = || {
                    let mut bytes = [0; 16];
                    chance(&mut bytes);
                    bytes
                };
                self.documents.write(&worker, self.now, edits.clone(), &mut draw)?;
                Ok(edits)
            }
            Err(refusal) => {
                self.refuse(step, Some(refusal));
                Ok(Vec::new())
            }
        }
    }
}

/// What an act is called in a list: its variant, and the item, field or device it is about.
fn named(act: &Act) -> String {
    let text = format!("{act:?}");
    let variant = text.split([' ', '{', '(']).next().unwrap_or_default();
    let of = if let Act::AnswerItem { item, .. } = act {
        item
    } else if let Act::Answer(answer) = act {
        &answer.about
    } else if let Act::Measure { measured, .. } = act {
        &measured.field
    } else if let Act::Propose { proposal, .. } | Act::AskToAssess { proposal, .. } = act {
        &proposal.device
    } else if let Act::RecordSupply { event, .. } = act {
        event.code()
    } else {
        ""
    };
    format!("{variant} {of}").trim_end().to_owned()
}
