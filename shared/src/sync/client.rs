//! The device's side: what it sends, what it keeps, when it dials.
//!
//! In: what the shell saw happen, and the time. Out: effects the shell performs. Nothing is believed kept before
//! the shell says `Kept`; nothing leaves the outbox but by its own hash; a wake-up is only a hint.
//! Never reads a clock, never draws chance, never holds changes while it waits. Source: sync design; architecture,
//! laws 1 to 6 and 11.

mod answer;
mod page;
mod sending;

use std::collections::VecDeque;

use ed25519_dalek::SigningKey;

use crate::docs::header::Scope;
use crate::ids::{BatchId, ChangeHash, DeviceKey, InstallId, OrgId, WorkerId};
use crate::sorted::{Map, Set};
use crate::sync::backoff::Backoff;
use crate::sync::batch::{Pair, SignedBatch, SignedManifest};
use crate::sync::codec;
use crate::sync::message::{Answer, KeptOut};
use crate::sync::outbox::{KnownHeader, Outbox, Outgoing, Wanted};
use crate::sync::sabotage::{Sabotage, Soundness};
use crate::sync::state::{ClientState, Keep};
use crate::time::Timestamp;

/// Most bytes of changes asked for in one answer.
pub const CREDIT_BYTES: u32 = 1024 * 1024;

/// How long an answer may take, in milliseconds, before the link counts as dead.
pub const ANSWER_MS_MAX: i64 = 30_000;

/// How often an idle live link asks all the same, in milliseconds: a push is only a hint.
pub const POLL_MS: u64 = 15_000;

/// Messages held while a transaction is under way; what comes beyond is asked for again.
const INBOX_MAX: usize = 8;

/// Own manifests remembered, to spare reading them again.
const MANIFESTS_MAX: usize = 512;

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The organisation.
    pub organisation: OrgId,
    /// This install.
    pub install: InstallId,
    /// The worker signed in. An outbox holds one worker's changes.
    pub worker: WorkerId,
    /// The app's version.
    pub app: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The network may be there: dial now.
    Woken,
    /// A connection stands. `live` when pages can be pushed over it.
    Opened {
        /// Whether pages can be pushed.
        live: bool,
    },
    /// A message arrived, as bytes.
    Received(Vec<u8>),
    /// The connection, or the attempt, ended.
    Closed,
    /// Changes are in the outbox, durably: written here, or put back. Known ones may be named again.
    Queued {
        /// The changes, oldest first.
        changes: Vec<Outgoing>,
        /// The header of every document among them.
        headers: Vec<KnownHeader>,
    },
    /// The transaction is durable.
    Kept {
        /// The transaction.
        token: u64,
    },
    /// The transaction could not be made; nothing of it is there.
    NotKept {
        /// The transaction.
        token: u64,
    },
    /// Batches read for [`Effect::Read`]; those whose manifest is not held are left out.
    Read {
        /// The request.
        token: u64,
        /// What was found.
        batches: Vec<SignedBatch>,
    },
    /// Time passed. A second or so apart is often enough.
    Tick,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write all of it in one strict transaction, then say `Kept`.
    Keep(Box<Keep>),
    /// Read manifests, and the named changes of each, then say `Read`.
    Read {
        /// Names the request.
        token: u64,
        /// What to read.
        wanted: Vec<Wanted>,
    },
    /// Send bytes over the connection.
    Send(Vec<u8>),
    /// End the connection, then say `Closed`.
    HangUp,
    /// Dial at this time, or at once if it has passed; say `Opened` or `Closed`.
    DialAt(Timestamp),
    /// What to show changed.
    Status(Status),
}

/// What can be said about sync as a whole. Each record's own state comes from the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// A connection stands and the server answered on it.
    pub online: bool,
    /// Changes the server does not yet hold.
    pub waiting: usize,
    /// The session ended: somebody must sign in.
    pub signed_out: bool,
    /// The server speaks a newer protocol: the app must be brought up to date. Nothing is lost meanwhile.
    pub outdated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Closed,
    Dialling,
    Open {
        live: bool,
    },
    /// Ended from here; the shell has not yet said so.
    Ending,
}

/// A hello that was sent and not yet answered.
#[derive(Debug)]
struct Flight {
    turn: u32,
    sent: Vec<Wanted>,
    since: Timestamp,
}

/// A message, with what was sent in the hello it answers.
#[derive(Debug)]
struct Arrived {
    answer: Answer,
    sent: Option<Vec<Wanted>>,
    /// How often the store was asked about its own rows.
    asked: u8,
}

/// The one thing the machine waits for from its store.
#[derive(Debug)]
enum Job {
    Nothing,
    /// Manifests, then changes, of own rows in a message.
    Manifests {
        token: u64,
        arrived: Box<Arrived>,
    },
    /// A transaction; what it changes here is applied when it is durable.
    Keeping {
        keep: Box<Keep>,
        rest: Option<Box<Keep>>,
    },
    /// Changes to send.
    Bodies {
        token: u64,
        wanted: Vec<Wanted>,
    },
}

/// The device's machine.
#[derive(Debug)]
pub struct Client {
    session: Session,
    key: SigningKey,
    soundness: Soundness,
    state: ClientState,
    outbox: Outbox,
    manifests: Map<BatchId, SignedManifest>,
    /// Own changes seen in the store since the start.
    held: Set<ChangeHash>,
    backoff: Backoff,
    link: Link,
    flight: Option<Flight>,
    job: Job,
    inbox: VecDeque<Arrived>,
    offering: Set<Scope>,
    kept_out: Vec<KeptOut>,
    wants_hello: bool,
    paused_until: Timestamp,
    poll_at: Timestamp,
    token: u64,
    turn: u32,
    status: Status,
    /// What was last told of it.
    told: Status,
}

impl Client {
    /// A machine with what was kept: the state, and after this every outbox row by [`Input::Queued`].
    /// `seed` spreads waits and must differ between devices.
    pub fn new(session: Session, key: SigningKey, state: ClientState, seed: u64) -> Self {
        Self {
            session,
            key,
            soundness: Soundness::SOUND,
            state,
            outbox: Outbox::default(),
            manifests: Map::new(),
            held: Set::new(),
            backoff: Backoff::new(seed),
            link: Link::Closed,
            flight: None,
            job: Job::Nothing,
            inbox: VecDeque::new(),
            offering: Set::new(),
            kept_out: Vec::new(),
            wants_hello: false,
            paused_until: Timestamp::from_ms(i64::MIN),
            poll_at: Timestamp::from_ms(i64::MIN),
            token: 0,
            turn: 0,
            status: Status::default(),
            told: Status::default(),
        }
    }

    /// Breaks the machine at one point, for a test that must notice.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn with_soundness(mut self, soundness: Soundness) -> Self {
        self.soundness = soundness;
        self
    }

    /// What it remembers, as last kept.
    pub fn state(&self) -> &ClientState {
        &self.state
    }

    /// Changes the server does not yet hold.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// What follows from what happened.
    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Woken => self.woken(now, &mut effects),
            Input::Opened { live } => {
                self.link = Link::Open { live };
                self.flight = None;
                self.wants_hello = true;
                self.paused_until = now;
            }
            Input::Received(bytes) => self.received(now, &bytes, &mut effects),
            Input::Closed => self.closed(now, &mut effects),
            Input::Queued { changes, headers } => {
                headers.into_iter().for_each(|known| self.outbox.know(known));
                changes.into_iter().for_each(|item| self.outbox.queue(item));
            }
            Input::Kept { token } => self.kept(token, &mut effects),
            Input::NotKept { token } => {
                if matches!(&self.job, Job::Keeping { keep, .. } if keep.token == token) {
                    self.job = Job::Nothing;
                    self.inbox.clear();
                    self.hang_up(&mut effects);
                }
            }
            Input::Read { token, batches } => self.read(now, token, batches, &mut effects),
            Input::Tick => self.tick(now, &mut effects),
        }
        self.work(now, &mut effects);
        self.tell_status(&mut effects);
        effects
    }

    fn woken(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if matches!(self.link, Link::Closed | Link::Dialling) {
            self.link = Link::Dialling;
            effects.push(Effect::DialAt(now));
        }
    }

    fn closed(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.link = Link::Dialling;
        self.flight = None;
        self.status.online = false;
        let wait = i64::try_from(self.backoff.failed()).unwrap_or(i64::MAX);
        effects.push(Effect::DialAt(now.plus_ms(wait).max(self.paused_until)));
    }

    fn hang_up(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.link, Link::Open { .. }) {
            self.link = Link::Ending;
            self.flight = None;
            effects.push(Effect::HangUp);
        }
    }

    fn tick(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.flight.as_ref().is_some_and(|flight| now.since_ms(flight.since) > ANSWER_MS_MAX) {
            self.hang_up(effects);
            return;
        }
        let is_idle = matches!(self.link, Link::Open { .. }) && self.flight.is_none();
        if is_idle && now >= self.poll_at && !self.soundness.is_broken(Sabotage::HintsOnly) {
            self.wants_hello = true;
        }
    }

    fn received(&mut self, now: Timestamp, bytes: &[u8], effects: &mut Vec<Effect>) {
        if !matches!(self.link, Link::Open { .. }) {
            return;
        }
        let Ok(answer) = codec::unpack::<Answer>(bytes, codec::ANSWER_BYTES_MAX) else {
            // A captive portal, a proxy's error page: nothing of ours.
            self.hang_up(effects);
            return;
        };
        let answers_flight = self.flight.as_ref().is_some_and(|flight| flight.turn == answer.turn);
        let sent = if answers_flight { self.flight.take().map(|flight| flight.sent) } else { None };
        if sent.is_some() {
            self.backoff.succeeded();
            self.status.online = true;
            self.status.signed_out = false;
            self.status.outdated = false;
            let wait = i64::try_from(self.backoff.spread(POLL_MS)).unwrap_or(i64::MAX);
            self.poll_at = now.plus_ms(wait);
        }
        if let Some(wait) = answer.retry_ms {
            self.paused_until = self.paused_until.max(now.plus_ms(i64::from(wait)));
        }
        if let Some(code) = answer.code {
            self.refused_whole(now, code, effects);
            return;
        }
        if sent.is_none() && self.inbox.len() >= INBOX_MAX {
            self.wants_hello = true;
            return;
        }
        self.inbox.push_back(Arrived { answer, sent, asked: 0 });
    }

    /// Does the next thing that can be done, if nothing is waited for.
    fn work(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        while matches!(self.job, Job::Nothing) {
            if let Some(arrived) = self.inbox.pop_front() {
                self.arrived(now, arrived, effects);
                continue;
            }
            let Link::Open { .. } = self.link else { return };
            if self.flight.is_some() || now < self.paused_until {
                return;
            }
            if self.form(effects) {
                return;
            }
            let wanted = self.outbox.sendable();
            if !wanted.is_empty() {
                self.token += 1;
                effects.push(Effect::Read { token: self.token, wanted: wanted.clone() });
                self.job = Job::Bodies { token: self.token, wanted };
                return;
            }
            if self.wants_hello {
                self.send(now, Vec::new(), Vec::new(), effects);
            }
            return;
        }
    }

    fn keep(&mut self, mut keep: Keep, effects: &mut Vec<Effect>) {
        let mut rest = None;
        if self.soundness.is_broken(Sabotage::CursorApart) && !keep.received.is_empty() {
            let cursor = Keep { state: keep.state.clone(), ..Keep::default() };
            rest = Some(Box::new(std::mem::replace(&mut keep, cursor)));
        }
        self.token += 1;
        keep.token = self.token;
        effects.push(Effect::Keep(Box::new(keep.clone())));
        self.job = Job::Keeping { keep: Box::new(keep), rest };
    }

    fn kept(&mut self, token: u64, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.job, Job::Nothing) {
            Job::Keeping { keep, rest } if keep.token == token => {
                self.settle(*keep);
                if let Some(rest) = rest {
                    let Keep { state, .. } = *rest.clone();
                    self.token += 1;
                    let keep = Keep { token: self.token, state, ..*rest };
                    effects.push(Effect::Keep(Box::new(keep.clone())));
                    self.job = Job::Keeping { keep: Box::new(keep), rest: None };
                }
            }
            job @ (Job::Nothing | Job::Manifests { .. } | Job::Keeping { .. } | Job::Bodies { .. }) => {
                self.job = job;
            }
        }
    }

    /// What is now on disk becomes what the machine believes.
    fn settle(&mut self, keep: Keep) {
        self.state = keep.state;
        for signed in &keep.formed {
            for pair in &signed.manifest().pairs {
                self.outbox.set_batch(&pair.hash, Some(signed.id()));
                self.held.insert(pair.hash);
            }
        }
        let formed = keep.formed.into_iter().map(|signed| SignedBatch { signed, bodies: Vec::new() });
        self.remember(&formed.collect::<Vec<_>>());
        for mark in &keep.stored {
            self.outbox.remove(&mark.hash);
        }
        for refused in &keep.refused {
            self.outbox.remove(&refused.pair.hash);
            self.held.remove(&refused.pair.hash);
        }
        for Pair { document, hash } in &keep.unsigned {
            self.outbox.set_batch(hash, None);
            self.outbox.announce(*document, false);
        }
        for document in &keep.headers_stored {
            self.outbox.announce(*document, true);
        }
        if !keep.forgotten.is_empty() {
            self.wants_hello = true;
        }
        self.kept_out.extend(keep.kept_out.iter().map(|kept| KeptOut { pair: kept.pair, code: kept.code }));
    }

    /// Remembers manifests, and that the changes that came with them are in the store.
    fn remember(&mut self, batches: &[SignedBatch]) {
        for SignedBatch { signed, bodies } in batches {
            let held = bodies.iter().filter_map(|body| signed.pair(body.place)).map(|pair| pair.hash);
            self.held.extend(held);
            if self.manifests.len() >= MANIFESTS_MAX {
                self.manifests.pop_first();
            }
            self.manifests.insert(signed.id(), signed.clone());
        }
    }

    fn read(&mut self, now: Timestamp, token: u64, batches: Vec<SignedBatch>, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.job, Job::Nothing) {
            Job::Manifests { token: asked, arrived } if asked == token => {
                self.remember(&batches);
                self.arrived(now, *arrived, effects);
            }
            Job::Bodies { token: asked, wanted } if asked == token => {
                self.send_read(now, wanted, batches, effects);
            }
            job @ (Job::Nothing | Job::Manifests { .. } | Job::Keeping { .. } | Job::Bodies { .. }) => {
                self.job = job;
            }
        }
    }

    fn own_key(&self) -> (InstallId, DeviceKey) {
        (self.session.install, DeviceKey::from_bytes(self.key.verifying_key().to_bytes()))
    }

    fn tell_status(&mut self, effects: &mut Vec<Effect>) {
        let online = self.status.online && matches!(self.link, Link::Open { .. });
        let status = Status { online, waiting: self.outbox.len(), ..self.status };
        self.status = status;
        if status != self.told {
            self.told = status;
            effects.push(Effect::Status(status));
        }
    }
}

#[cfg(test)]
mod client_tests;
