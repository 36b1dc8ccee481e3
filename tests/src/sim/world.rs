//! The world: devices, a server, people who type, a network and a power supply that fail.
//!
//! In: a seed, and where to break a machine on purpose. Out: whether every promise held.
//! First five virtual minutes of faults, then calm in which every hint is lost; without a person, everything must settle.
//! One event queue, ordered by time and then by birth. Source: sync design, "What must be tested".

mod wire;

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::docs::header::{Header, RetentionClass, Scope};
use doorstep_shared::domain::entry::Author;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{
    BatchId, ChangeHash, DeviceKey, DocId, EntryKey, Epoch, InstallId, OrgId, PersonId, TeamId, WorkerId,
};
use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::chain::Position;
use doorstep_shared::sync::client::{Input as ClientInput, Session};
use doorstep_shared::sync::judge::Device as KnownDevice;
use doorstep_shared::sync::sabotage::{Sabotage, Soundness};
use doorstep_shared::sync::server::Exchange;
use doorstep_shared::time::Timestamp;
use ed25519_dalek::SigningKey;

use crate::sim::chance::Chance;
use crate::sim::device::{Act, Device, Identity};
use crate::sim::disk::Disk;
use crate::sim::oracle::{self, Broken};
use crate::sim::server::{Database, Registry};

const START_MS: i64 = 1_790_000_000_000;
const FAULTS_MS: i64 = 300_000;
const CALM_MS: i64 = 1_800_000;
const TICK_MS: i64 = 2_000;
const LOOK_MS: i64 = 5_000;
const DEVICES: usize = 3;
const ANSWERS_EACH: u64 = 10;

/// What a schedule did, to show that it did something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Messages put on the network.
    pub messages: u64,
    /// Devices and servers that died.
    pub crashes: u64,
    /// Times an older copy of the server's disk was put back.
    pub restores: u64,
    /// Times a device became an older image of itself.
    pub clones: u64,
    /// Changes the server acknowledged.
    pub acknowledged: u64,
    /// Changes in quarantines at the end.
    pub aside: u64,
}

/// A broken promise, and the seed that shows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("seed {seed}: {broken}")]
pub struct Breakage {
    /// The seed.
    pub seed: u64,
    /// What broke.
    pub broken: Broken,
}

#[derive(Debug)]
enum Event {
    Tick(usize),
    Type(usize),
    Commit {
        device: usize,
        life: u64,
    },
    Dial {
        device: usize,
        at: Timestamp,
    },
    ToServer {
        link: u64,
        bytes: Vec<u8>,
    },
    ToDevice {
        link: u64,
        bytes: Vec<u8>,
    },
    Ended {
        device: usize,
        link: u64,
    },
    Append {
        link: u64,
        life: u64,
    },
    Cut(usize),
    KillDevice(usize),
    Image(usize),
    BecomeImage(usize),
    Snapshot,
    /// The server dies; where a copy is named, it comes back with that older one.
    KillServer {
        older: Option<Box<Database>>,
    },
    StartServer,
}

/// A device as it was once: its disk, and what its people had been told was saved.
#[derive(Clone)]
struct Image {
    disk: Disk,
    saved: BTreeSet<(DocId, EntryKey)>,
}

struct Link {
    device: usize,
    exchange: Exchange,
    uploads: Vec<SignedBatch>,
    /// The changes that travelled in the last message, by batch: what its acks speak of.
    travelled: BTreeMap<BatchId, Vec<ChangeHash>>,
}

/// One schedule under way.
pub struct World {
    seed: u64,
    chance: Chance,
    now: Timestamp,
    calm_at: Timestamp,
    events: BTreeMap<(Timestamp, u64), Event>,
    births: u64,
    devices: Vec<Device>,
    /// Which life of a device a transaction belongs to.
    lives: Vec<u64>,
    images: Vec<Option<Image>>,
    dial_at: Vec<Option<Timestamp>>,
    links: BTreeMap<u64, Link>,
    link_of: Vec<Option<u64>>,
    server_life: u64,
    server_up: bool,
    database: Database,
    snapshots: Vec<Database>,
    restore_next: Option<Box<Database>>,
    registry: Registry,
    soundness: Soundness,
    page_bytes: usize,
    acknowledged: BTreeSet<ChangeHash>,
    outcome: Outcome,
    broken: Option<Broken>,
}

impl World {
    /// Plays the schedule of `seed`.
    ///
    /// # Errors
    /// The first broken promise.
    pub fn play(seed: u64) -> Result<Outcome, Breakage> {
        Self::new(seed, Soundness::SOUND).run()
    }

    /// Plays the schedule of `seed` with machines broken at one point.
    ///
    /// # Errors
    /// The first broken promise.
    pub fn play_broken(seed: u64, at: Sabotage) -> Result<Outcome, Breakage> {
        Self::new(seed, Soundness::broken(at)).run()
    }

    fn new(seed: u64, soundness: Soundness) -> Self {
        let mut chance = Chance::new(seed);
        let organisation = OrgId::from_bytes(chance.bytes());
        let team = TeamId::from_bytes(chance.bytes());
        let mut registry = Registry {
            devices: BTreeMap::new(),
            scopes: vec![Scope::TeamCore(team), Scope::TeamClinical(team)],
            epoch: Epoch::from_bytes(chance.bytes()),
        };
        let mut devices = Vec::new();
        for _ in 0..DEVICES {
            let key = SigningKey::from_bytes(&chance.bytes());
            let (install, worker) =
                (InstallId::from_bytes(chance.bytes()), WorkerId::from_bytes(chance.bytes()));
            let known = KnownDevice {
                key: DeviceKey::from_bytes(key.verifying_key().to_bytes()),
                organisation,
                workers: vec![worker],
            };
            registry.devices.insert(install, known);
            let session = Session { organisation, install, worker, app: "sim".to_owned() };
            let author = Author { worker, install, role: Role::Ot };
            let own_chance = Chance::new(chance.draw());
            devices.push(Device::new(Identity { session, author, key }, soundness, own_chance));
        }
        let now = Timestamp::from_ms(START_MS);
        // In a third of all worlds a page is one row, so that a device is often far behind what it was told.
        let page_bytes = if chance.percent(33) { 1 } else { 200 + chance.below(2_000) };
        let page_bytes = usize::try_from(page_bytes).unwrap_or(200);
        let mut world = Self {
            seed,
            chance,
            now,
            calm_at: now.plus_ms(FAULTS_MS),
            events: BTreeMap::new(),
            births: 0,
            devices,
            lives: vec![0; DEVICES],
            images: vec![None; DEVICES],
            dial_at: vec![None; DEVICES],
            links: BTreeMap::new(),
            link_of: vec![None; DEVICES],
            server_life: 0,
            server_up: true,
            database: Database::default(),
            snapshots: Vec::new(),
            restore_next: None,
            registry,
            soundness,
            page_bytes,
            acknowledged: BTreeSet::new(),
            outcome: Outcome::default(),
            broken: None,
        };
        world.plan();
        world
    }

    /// Everything that will go wrong, and everything people will do.
    fn plan(&mut self) {
        let faults = FAULTS_MS.unsigned_abs();
        for device in 0..DEVICES {
            self.after(self.now, Event::Tick(device));
            for _ in 0..ANSWERS_EACH {
                self.some_time(faults, Event::Type(device));
            }
            for _ in 0..self.chance.below(3) {
                self.some_time(faults, Event::KillDevice(device));
            }
            for _ in 0..self.chance.below(4) {
                self.some_time(faults, Event::Cut(device));
            }
            if self.chance.percent(25) {
                self.some_time(faults / 2, Event::Image(device));
                let later = self.chance.ms(faults / 2, faults);
                self.after(self.now.plus_ms(later), Event::BecomeImage(device));
            }
            let acts = self.device(device, |device, now| device.step(now, ClientInput::Woken));
            self.perform(device, acts);
        }
        for _ in 0..2 {
            self.some_time(faults, Event::Snapshot);
        }
        for _ in 0..1 + self.chance.below(3) {
            self.some_time(faults, Event::KillServer { older: None });
        }
    }

    fn some_time(&mut self, within_ms: u64, event: Event) {
        let at = self.now.plus_ms(self.chance.ms(1, within_ms));
        self.after(at, event);
    }

    fn after(&mut self, at: Timestamp, event: Event) {
        self.births += 1;
        self.events.insert((at.max(self.now), self.births), event);
    }

    fn is_calm(&self) -> bool {
        self.now >= self.calm_at
    }

    fn run(mut self) -> Result<Outcome, Breakage> {
        let end = self.calm_at.plus_ms(CALM_MS);
        let mut look_at = self.calm_at.plus_ms(LOOK_MS);
        while let Some(((at, _), event)) = self.events.pop_first() {
            self.now = at;
            self.happen(event);
            if let Some(broken) = self.broken.take() {
                return Err(Breakage { seed: self.seed, broken });
            }
            if self.now >= look_at {
                look_at = self.now.plus_ms(LOOK_MS);
                let unsettled = self.unsettled();
                if unsettled.is_none() || self.now >= end {
                    return self.judge(unsettled);
                }
            }
        }
        let unsettled = self.unsettled();
        self.judge(unsettled)
    }

    fn judge(mut self, unsettled: Option<Broken>) -> Result<Outcome, Breakage> {
        self.outcome.acknowledged = self.acknowledged.len() as u64;
        self.outcome.aside = self.devices.iter().map(|device| device.disk.aside.len() as u64).sum();
        let verdict = match unsettled {
            Some(broken) => Err(broken),
            None => oracle::check(&self.database, &self.devices, &self.acknowledged),
        };
        verdict.map(|()| self.outcome).map_err(|broken| Breakage { seed: self.seed, broken })
    }

    fn unsettled(&self) -> Option<Broken> {
        for (at, device) in self.devices.iter().enumerate() {
            let waiting = device.waiting();
            let mut behind = 0;
            for (scope, rows) in &self.database.feed {
                let end = rows.last().map_or(Position::START, |row| row.position);
                let state = device.state().scopes.iter().find(|state| state.scope == *scope);
                let cursor = state.map_or(Position::START, |state| state.cursor);
                // The same number with another chain is another history.
                behind += end.seq.abs_diff(cursor.seq).max(u64::from(end != cursor));
            }
            let replays = device.disk.aside.values().any(|aside| aside.replay);
            if waiting > 0 || behind > 0 || device.is_committing() || replays {
                return Some(Broken::NeverSettled { device: at, waiting, behind });
            }
        }
        None
    }

    fn device(&mut self, at: usize, act: impl FnOnce(&mut Device, Timestamp) -> Vec<Act>) -> Vec<Act> {
        let now = self.now;
        self.devices.get_mut(at).map(|device| act(device, now)).unwrap_or_default()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Tick(device) => {
                self.after(self.now.plus_ms(TICK_MS), Event::Tick(device));
                let acts = self.device(device, |device, now| device.step(now, ClientInput::Tick));
                self.perform(device, acts);
            }
            Event::Type(device) => self.type_something(device),
            Event::Commit { device, life } => {
                if self.lives.get(device) == Some(&life) {
                    let acts = self.device(device, Device::commit);
                    self.perform(device, acts);
                }
            }
            Event::Dial { device, at } => self.dial(device, at),
            Event::ToServer { link, bytes } => self.arrives_at_server(link, &bytes),
            Event::ToDevice { link, bytes } => {
                let Some(device) = self.links.get(&link).map(|link| link.device) else { return };
                let acts = self.device(device, |device, now| device.step(now, ClientInput::Received(bytes)));
                self.perform(device, acts);
            }
            Event::Ended { device, link } => {
                if self.link_of.get(device) == Some(&Some(link)) {
                    self.end_link(device);
                }
            }
            Event::Append { link, life } => self.append(link, life),
            Event::Cut(device) => self.end_link(device),
            Event::KillDevice(device) => {
                self.outcome.crashes += 1;
                self.restart(device, Device::crash);
            }
            Event::Image(device) => {
                let image = self
                    .devices
                    .get(device)
                    .map(|device| Image { disk: device.disk.clone(), saved: device.saved.clone() });
                if let Some(slot) = self.images.get_mut(device) {
                    *slot = image;
                }
            }
            Event::BecomeImage(device) => {
                let Some(Image { disk, saved }) = self.images.get_mut(device).and_then(Option::take) else {
                    return;
                };
                self.outcome.clones += 1;
                self.restart(device, |device, now| {
                    device.saved = saved;
                    device.become_image(now, disk)
                });
            }
            Event::Snapshot => self.snapshots.push(self.database.clone()),
            Event::KillServer { older } => {
                self.outcome.crashes += 1;
                self.server_up = false;
                self.server_life += 1;
                (0..DEVICES).for_each(|device| self.end_link(device));
                if let Some(older) = older {
                    self.restore_next = Some(older);
                } else if self.chance.percent(50) {
                    self.restore_next = self.chance.one_of(&self.snapshots).cloned().map(Box::new);
                }
                let down = self.chance.ms(100, 20_000);
                self.after(self.now.plus_ms(down), Event::StartServer);
            }
            Event::StartServer => {
                if let Some(older) = self.restore_next.take() {
                    self.outcome.restores += 1;
                    self.database = *older;
                }
                self.server_up = true;
            }
        }
    }

    fn restart(&mut self, device: usize, how: impl FnOnce(&mut Device, Timestamp) -> Vec<Act>) {
        if let Some(link) = self.link_of.get_mut(device).and_then(Option::take) {
            self.links.remove(&link);
        }
        if let Some(life) = self.lives.get_mut(device) {
            *life += 1;
        }
        let acts = self.device(device, how);
        self.perform(device, acts);
    }

    fn type_something(&mut self, device: usize) {
        let known: Vec<DocId> = self
            .devices
            .get(device)
            .map(|device| device.documents().keys().copied().collect())
            .unwrap_or_default();
        let text = format!("answer {}", self.chance.below(1_000));
        let acts = if known.is_empty() || self.chance.percent(25) {
            let header = self.header(device);
            self.device(device, |device, now| device.create(now, header, text))
        } else {
            let Some(document) = self.chance.one_of(&known).copied() else { return };
            self.device(device, |device, now| device.answer(now, document, text))
        };
        self.perform(device, acts);
    }

    fn header(&mut self, device: usize) -> Header {
        let id = DocId::from_bytes(self.chance.bytes());
        let core = self.registry.scopes.first().copied();
        let clinical = self.registry.scopes.last().copied();
        let (kind, scope) = match self.chance.below(10) {
            // Nobody here may write these: they must end in the quarantine.
            0 => (DocKind::Supervision, clinical),
            1..=4 => (DocKind::Person, core),
            _ => (DocKind::Plan, clinical),
        };
        let organisation = self.devices.get(device).map(|device| device.identity.session.organisation);
        Header {
            id,
            kind,
            scope: scope.unwrap_or(Scope::Access(id)),
            organisation: organisation.unwrap_or(OrgId::from_bytes([0; 16])),
            person: Some(PersonId::from_bytes(self.chance.bytes())),
            visit: None,
            retention: RetentionClass::AdultRecord,
        }
    }

    /// What a device does to the world.
    fn perform(&mut self, device: usize, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Committing => {
                    let life = self.lives.get(device).copied().unwrap_or_default();
                    let wait = self.chance.ms(1, 40);
                    self.after(self.now.plus_ms(wait), Event::Commit { device, life });
                }
                Act::DialAt(at) => {
                    let at = at.max(self.now);
                    if let Some(slot) = self.dial_at.get_mut(device) {
                        *slot = Some(at);
                    }
                    self.after(at, Event::Dial { device, at });
                }
                Act::HangUp => {
                    let link = self.link_of.get(device).copied().flatten();
                    if let Some(link) = link {
                        self.after(self.now.plus_ms(5), Event::Ended { device, link });
                    }
                }
                Act::Send(bytes) => {
                    if let Some(link) = self.link_of.get(device).copied().flatten() {
                        self.carry(bytes, |bytes| Event::ToServer { link, bytes });
                    }
                }
            }
        }
    }
}
