//! Devices for the tests of `decide`: a record, a screen, and workers who ask.

use crate::decide::{
    Act, Change, Command, DOCS_PER_COMMAND, Decision, Edit, Measured, NewPerson, NewProposal, Refusal,
    Worker, decide,
};
use crate::domain::entry::{Author, EntryRef, How, Recorded, Value};
use crate::domain::kind::DocKind;
use crate::domain::person::PersonName;
use crate::domain::proposal;
use crate::domain::record::{Part, Place, Record};
use crate::domain::role::Role;
use crate::domain::standing::{Standings, Verdict};
use crate::ids::{
    ChangeHash, DocId, EntryKey, InstallId, OrgId, PersonId, TeamId, Version, VisitId, WorkerId,
};
use crate::time::{Date, Now, Timestamp};

pub(super) const PERSON: PersonId = PersonId::from_bytes([9; 16]);
pub(super) const VISIT: VisitId = VisitId::from_bytes([8; 16]);
pub(super) const START: Timestamp = Timestamp::from_ms(1_760_000_000_000);

pub(super) fn worker(number: u8, role: Role) -> Worker {
    let author = Author {
        worker: WorkerId::from_bytes([number; 16]),
        install: InstallId::from_bytes([number; 16]),
        role,
    };
    Worker { author, organisation: OrgId::from_bytes([1; 16]), team: TeamId::from_bytes([1; 16]) }
}

pub(super) fn marcus() -> Worker {
    worker(1, Role::OutreachWorker)
}

pub(super) fn bryony() -> Worker {
    worker(2, Role::OutreachWorker)
}

pub(super) fn asha() -> Worker {
    worker(3, Role::Ot)
}

pub(super) fn hana() -> Worker {
    worker(4, Role::CareCoordinator)
}

/// One device: a record, and what its screen shows.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) record: Record,
    pub(super) screen: Vec<EntryRef>,
    minutes: i64,
    drawn: u8,
}

impl Device {
    pub(super) fn new(number: u8) -> Self {
        Self { record: Record::default(), screen: Vec::new(), minutes: 0, drawn: number }
    }

    /// A device that holds Edna's record, and a visit Marcus has started.
    pub(super) fn at_the_door() -> Self {
        let mut device = Self::new(0);
        device.does(hana(), register());
        device.does(marcus(), Act::StartVisit { visit: VISIT });
        device
    }

    /// Another device that has synced everything, with nothing on its screen that this one lacks.
    pub(super) fn other(&self, number: u8) -> Self {
        Self { drawn: number, ..self.clone() }
    }

    pub(super) fn draw(&mut self) -> [u8; 6] {
        self.drawn = self.drawn.wrapping_add(7);
        let mut random = [self.drawn; 6];
        random[0] =
            u8::try_from(self.record.parts.iter().map(|part| part.entries.len()).sum::<usize>()).unwrap();
        random
    }

    pub(super) fn command(&mut self, act: Act) -> Command {
        let keys = (0..act.keys_wanted())
            .map(|place| {
                let mut random = self.draw();
                random[1] = u8::try_from(place).unwrap();
                EntryKey::from_random(random)
            })
            .collect();
        let docs = (0..DOCS_PER_COMMAND)
            .map(|place| {
                let mut id = [u8::try_from(place).unwrap(); 16];
                id[..6].copy_from_slice(&self.draw());
                DocId::from_bytes(id)
            })
            .collect();
        Command { person: PERSON, keys, docs, seen: self.screen.clone(), sent: Vec::new(), act }
    }

    pub(super) fn asks(&mut self, worker: Worker, act: Act) -> Result<Vec<Edit>, Refusal> {
        let command = self.command(act);
        self.sends(worker, &command)
    }

    pub(super) fn sends(&mut self, worker: Worker, command: &Command) -> Result<Vec<Edit>, Refusal> {
        self.minutes += 1;
        let at = START.plus_ms(self.minutes * 60_000);
        let edits = decide(command, &self.record, &worker, Now::at(at))?;
        self.write(&edits, worker.author, at);
        Ok(edits)
    }

    /// Carries a command out and draws its result.
    pub(super) fn does(&mut self, worker: Worker, act: Act) -> Vec<Edit> {
        let edits = self.asks(worker, act).unwrap();
        self.look();
        edits
    }

    pub(super) fn look(&mut self) {
        self.screen = self.record.parts.iter().flat_map(|part| &part.entries).map(|entry| entry.at).collect();
    }

    pub(super) fn write(&mut self, edits: &[Edit], by: Author, at: Timestamp) {
        for edit in edits {
            let doc = edit.doc();
            match edit {
                Edit::Create(new) => self.record.parts.push(Part {
                    doc,
                    kind: new.kind,
                    person: Some(new.person),
                    visit: new.visit,
                    version: Version::default(),
                    entries: Vec::new(),
                    notes: new.sections.iter().map(|name| ((*name).to_owned(), String::new())).collect(),
                }),
                Edit::Entry { key, entry, .. } => {
                    let at = Recorded {
                        at: EntryRef { doc, key: *key },
                        entry: entry.clone(),
                        by,
                        written_at: at,
                    };
                    self.part(doc).entries.push(at);
                }
                Edit::NewNote { key, text, .. } => {
                    self.part(doc).notes.insert(key.to_string(), text.clone());
                }
                Edit::Note { name, text, .. } => {
                    self.part(doc).notes.insert(name.clone(), text.clone());
                }
            }
            let part = self.part(doc);
            let mut hash = [0; 32];
            hash[0] = u8::try_from(part.entries.len()).unwrap();
            hash[1] = u8::try_from(part.notes.values().map(String::len).sum::<usize>() % 251).unwrap();
            part.version = Version::new(vec![ChangeHash::from_bytes(hash)]);
        }
    }

    pub(super) fn part(&mut self, doc: DocId) -> &mut Part {
        self.record.parts.iter_mut().find(|part| part.doc == doc).unwrap()
    }

    /// Takes in everything another device holds; the screen stays as it was drawn.
    pub(super) fn receives(&mut self, other: &Self) {
        for part in &other.record.parts {
            match self.record.parts.iter_mut().find(|mine| mine.doc == part.doc) {
                None => self.record.parts.push(part.clone()),
                Some(mine) => {
                    let new: Vec<Recorded> =
                        part.entries.iter().filter(|entry| !mine.entries.contains(entry)).cloned().collect();
                    mine.entries.extend(new);
                    if mine.version != part.version {
                        mine.version = Version::new([mine.version.heads(), part.version.heads()].concat());
                    }
                }
            }
        }
    }

    pub(super) fn syncs(&mut self, other: &mut Self) {
        self.receives(other);
        other.receives(self);
        self.look();
        other.look();
    }

    pub(super) fn stands(&self, about: &str) -> (Verdict, Option<Value>) {
        let kind = if about.starts_with("home/") { DocKind::Visit } else { DocKind::Person };
        let visit = (kind == DocKind::Visit).then_some(VISIT);
        let standings = Standings::of(&self.record);
        let standing = standings.get(Place { kind, visit }, about).unwrap();
        (standing.verdict, standing.value().cloned())
    }

    pub(super) fn versions(&self, kind: DocKind) -> Vec<(DocId, Version)> {
        let of = self.record.parts.iter().filter(|part| part.kind == kind);
        of.map(|part| (part.doc, part.version.clone())).collect()
    }

    pub(super) fn find(&self, about: &str) -> EntryRef {
        let mut entries = self.record.parts.iter().flat_map(|part| &part.entries);
        entries.rfind(|recorded| recorded.entry.about == about).map(|recorded| recorded.at).unwrap()
    }

    pub(super) fn status(&self, at: EntryRef) -> proposal::Status {
        proposal::status(&Standings::of(&self.record), &self.record, at)
    }
}

pub(super) fn register() -> Act {
    Act::RegisterPerson(NewPerson {
        name: PersonName { title: "Mrs".into(), given: "Edna".into(), family: "Holloway".into() },
        born: Date::new(1939, 3, 14).unwrap(),
        nhs_number: Some("999 201 0312".into()),
        no_number: None,
        address: "7 Sampler Row, Testford, XX1 1AA".into(),
        phone: "01632 960101".into(),
    })
}

pub(super) fn item(id: &str, value: impl Into<Value>) -> Act {
    changed(id, value, None)
}

pub(super) fn changed(id: &str, value: impl Into<Value>, change: Option<Change>) -> Act {
    Act::AnswerItem {
        visit: VISIT,
        item: id.into(),
        value: value.into(),
        how: None,
        change,
        observed_at: None,
    }
}

pub(super) fn propose(device: &str, swl_kg: Option<f64>) -> Act {
    let proposal = NewProposal {
        device: device.into(),
        place: "bathroom".into(),
        why: "stands only with help".into(),
        swl_kg,
        ..NewProposal::default()
    };
    Act::Propose { visit: VISIT, proposal }
}

pub(super) fn weight(kg: f64) -> Act {
    let measured = Measured {
        field: "body_weight_kg".into(),
        place: "person".into(),
        value: Value::Number(kg),
        how: Some(How::Measured),
        observed_at: None,
    };
    Act::Measure { visit: VISIT, measured }
}

pub(super) fn sign(device: &Device) -> Act {
    Act::Sign {
        visit: VISIT,
        covers: device.versions(DocKind::Visit),
        text_sha256: [7; 32],
        typed_name: "M. Dell".into(),
        form_version: 1,
        app_version: "0.1.0".into(),
    }
}

pub(super) fn decide_act(proposal: EntryRef, decision: Decision) -> Act {
    Act::Decide { proposal, decision, reason: "checks read".into() }
}

/// What edits write, one line each.
pub(super) fn lines(edits: &[Edit]) -> Vec<String> {
    edits
        .iter()
        .map(|edit| match edit {
            Edit::Create(new) => format!("create {:?}", new.kind),
            Edit::Entry { entry, .. } => {
                let about = entry.about.split('/').take(2).collect::<Vec<_>>().join("/");
                format!("{about} replaces {}", entry.replaces.len() + entry.replaces_elsewhere.len())
            }
            Edit::NewNote { text, .. } => format!("note {text}"),
            Edit::Note { name, text, .. } => format!("{name} {text}"),
        })
        .collect()
}

/// One row: on this device, what the worker asks gives these lines.
#[track_caller]
pub(super) fn check(device: &Device, worker: Worker, act: Act, expected: Result<&[&str], Refusal>) {
    let found = device.clone().asks(worker, act).map(|edits| lines(&edits));
    assert_eq!(found, expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect()));
}
