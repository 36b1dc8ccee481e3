//! The server's side of one connection: what it does with a hello, in which order, and what it pushes.
//!
//! In: hellos, what the store answered, hints that a scope grew. Out: effects the runner performs one at a time:
//! look up, append, read, send. Acks are sent only after the runner says the changes are on disk.
//! Never touches a store, a clock or a document. Source: sync design, "One exchange".

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::docs::header::Scope;
use crate::ids::{Epoch, InstallId};
use crate::sync::batch::SignedBatch;
use crate::sync::chain::{CHECKPOINTS_MAX, Position};
use crate::sync::code::MessageCode;
use crate::sync::feed::FeedSlice;
use crate::sync::message::{Ack, Answer, Claim, Diverged, Hello, Offer, PROTOCOL, ScopePosition};
use crate::sync::sabotage::{Sabotage, Soundness};

/// Most batches taken from one hello.
pub const HELLO_BATCHES_MAX: usize = 64;

/// Most scopes one hello may claim.
pub const HELLO_SCOPES_MAX: usize = 256;

/// Most bytes of changes read into one answer, whatever credit a device offers.
pub const ANSWER_CHANGES_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Positions to look up in one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The scope.
    pub scope: Scope,
    /// The positions, each to be answered.
    pub positions: Vec<Position>,
}

/// What the store answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The database's life.
    pub epoch: Option<Epoch>,
    /// The scopes this worker may read.
    pub scopes: Vec<Scope>,
    /// For each query, in order, which of its positions are in the feed with that chain. Position 0 always is.
    pub known: Vec<Vec<bool>>,
    /// Positions in a verified backup.
    pub backed_up: Vec<ScopePosition>,
}

/// Rows to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadFeed {
    /// The scope. The runner reads nothing when the worker no longer holds it.
    pub scope: Scope,
    /// Rows after this one.
    pub after: u64,
    /// Most bytes of changes, unless the first row alone is larger. Best ended where a batch ends.
    pub max_bytes: usize,
    /// Whether the reader's own rows come with their bodies.
    pub whole: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A message arrived.
    Received(Box<Hello>),
    /// The answer to [`Effect::LookUp`].
    Found(Found),
    /// The batches of [`Effect::Append`] are judged, and what is stored of them is on disk. One ack each, in order.
    Appended(Vec<Ack>),
    /// The rows of [`Effect::ReadFeed`]; nothing when the scope is not this worker's any more.
    Feed(Option<FeedSlice>),
    /// The store could not do what the last effect asked.
    Failed,
    /// A scope may have grown. Only a hint: the feed is the truth.
    Told(Scope),
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Look up positions, and what the worker may read.
    LookUp(Vec<Query>),
    /// Judge and store, all in one commit where possible, then say [`Input::Appended`].
    Append(Vec<SignedBatch>),
    /// Read rows.
    ReadFeed(ReadFeed),
    /// Send an answer.
    Send(Box<Answer>),
}

/// The work on one hello, or on one push.
#[derive(Debug, Default)]
struct Work {
    answer: Answer,
    claims: Vec<Claim>,
    offers: Vec<Offer>,
    batches: Vec<SignedBatch>,
    to_read: VecDeque<(Scope, u64)>,
    credit: usize,
    whole: bool,
    /// Rows are pushed, not asked for.
    pushed: bool,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Idle,
    LookingUp(Box<Work>),
    Appending(Box<Work>),
    Reading(Box<Work>),
}

/// One connection's machine. The runner performs each effect and gives back its outcome before anything else but
/// hints and messages.
#[derive(Debug)]
pub struct Exchange {
    install: InstallId,
    soundness: Soundness,
    phase: Phase,
    waiting: VecDeque<Hello>,
    live: bool,
    /// Whether the device wants its own rows with their changes.
    whole: bool,
    /// How far each scope has been sent on this connection.
    sent: BTreeMap<Scope, u64>,
    told: BTreeSet<Scope>,
    /// Bytes that may still be pushed before the device speaks again.
    push_credit: usize,
}

impl Exchange {
    /// A connection of the install that signed in.
    pub fn new(install: InstallId) -> Self {
        Self {
            install,
            soundness: Soundness::SOUND,
            phase: Phase::Idle,
            waiting: VecDeque::new(),
            live: false,
            whole: false,
            sent: BTreeMap::new(),
            told: BTreeSet::new(),
            push_credit: 0,
        }
    }

    /// Breaks the machine at one point, for a test that must notice.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn with_soundness(mut self, soundness: Soundness) -> Self {
        self.soundness = soundness;
        self
    }

    /// Whether the device asked for pushes: only then are hints worth passing on.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// What follows from what happened.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        match (std::mem::take(&mut self.phase), input) {
            (phase, Input::Told(scope)) => {
                self.phase = phase;
                if self.live {
                    self.told.insert(scope);
                }
                self.next()
            }
            (phase, Input::Received(hello)) => {
                self.phase = phase;
                self.waiting.push_back(*hello);
                self.next()
            }
            (Phase::LookingUp(work), Input::Found(found)) => self.looked_up(work, found),
            (Phase::Appending(mut work), Input::Appended(acks)) => {
                work.answer.acks = acks;
                self.read_on(work)
            }
            (Phase::Reading(work), Input::Feed(slice)) => self.has_read(work, slice),
            (Phase::LookingUp(work) | Phase::Appending(work) | Phase::Reading(work), Input::Failed) => {
                self.busy(&work)
            }
            // An outcome nobody waits for: the effect it belongs to was given up.
            (
                phase @ (Phase::Idle | Phase::LookingUp(_) | Phase::Appending(_) | Phase::Reading(_)),
                Input::Found(_) | Input::Appended(_) | Input::Feed(_) | Input::Failed,
            ) => {
                self.phase = phase;
                Vec::new()
            }
        }
    }

    fn next(&mut self) -> Vec<Effect> {
        if !matches!(self.phase, Phase::Idle) {
            return Vec::new();
        }
        if let Some(hello) = self.waiting.pop_front() {
            return self.begin(hello);
        }
        self.push()
    }

    fn begin(&mut self, hello: Hello) -> Vec<Effect> {
        let turn = hello.turn;
        let mut work = match self.open(hello) {
            Ok(work) => work,
            Err(code) => {
                let answer = Answer { turn, code: Some(code), ..Answer::default() };
                return self.send(answer);
            }
        };
        let mut queries: Vec<Query> = work
            .claims
            .iter()
            .map(|claim| Query {
                scope: claim.scope,
                positions: std::iter::once(claim.cursor).chain(claim.seen).collect(),
            })
            .collect();
        work.offers.iter_mut().for_each(|offer| offer.positions.truncate(CHECKPOINTS_MAX));
        queries.extend(
            work.offers.iter().map(|offer| Query { scope: offer.scope, positions: offer.positions.clone() }),
        );
        self.phase = Phase::LookingUp(Box::new(work));
        vec![Effect::LookUp(queries)]
    }

    fn open(&mut self, hello: Hello) -> Result<Work, MessageCode> {
        if hello.protocol != PROTOCOL {
            return Err(MessageCode::Protocol);
        }
        if hello.install != Some(self.install) {
            return Err(MessageCode::OtherInstall);
        }
        if hello.batches.len() > HELLO_BATCHES_MAX
            || hello.claims.len() > HELLO_SCOPES_MAX
            || hello.offers.len() > HELLO_SCOPES_MAX
        {
            return Err(MessageCode::TooLarge);
        }
        let batches = hello
            .batches
            .into_iter()
            .map(|packed| packed.unpack().map_err(|_| MessageCode::Malformed))
            .collect::<Result<_, _>>()?;
        let credit = usize::try_from(hello.credit_bytes).unwrap_or(usize::MAX).min(ANSWER_CHANGES_BYTES_MAX);
        self.live = hello.live;
        self.whole = hello.whole;
        self.push_credit = credit;
        Ok(Work {
            answer: Answer { turn: hello.turn, ..Answer::default() },
            claims: hello.claims,
            offers: hello.offers,
            batches,
            to_read: VecDeque::new(),
            credit,
            whole: hello.whole,
            pushed: false,
        })
    }

    fn looked_up(&mut self, mut work: Box<Work>, found: Found) -> Vec<Effect> {
        let held: BTreeSet<Scope> = found.scopes.iter().copied().collect();
        let claimed: BTreeSet<Scope> = work.claims.iter().map(|claim| claim.scope).collect();
        if held != claimed {
            work.answer.scopes = Some(found.scopes.clone());
        }
        work.answer.epoch = found.epoch;
        work.answer.backed_up = found.backed_up;
        self.sent.retain(|scope, _| held.contains(scope));
        let (known_claims, known_offers) = found.known.split_at(work.claims.len().min(found.known.len()));
        for (claim, known) in work.claims.iter().zip(known_claims) {
            // What a worker may not read is not answered, known or not.
            if !held.contains(&claim.scope) {
                continue;
            }
            let mut known = known.iter().copied();
            let cursor_known = known.next().unwrap_or(false);
            let seen_known = claim.seen.is_none() || known.next().unwrap_or(false);
            if cursor_known && seen_known {
                work.to_read.push_back((claim.scope, claim.cursor.seq));
                continue;
            }
            let offer = work.offers.iter().zip(known_offers).find(|(offer, _)| offer.scope == claim.scope);
            let common = match offer {
                // The cursor itself is a position both know: nothing after it counts as stored.
                _ if cursor_known => Some(claim.cursor),
                Some((offer, known)) => {
                    let both = offer.positions.iter().zip(known).filter(|(_, known)| **known);
                    Some(both.map(|(at, _)| *at).max_by_key(|at| at.seq).unwrap_or(Position::START))
                }
                None => None,
            };
            self.sent.remove(&claim.scope);
            work.answer.diverged.push(Diverged { scope: claim.scope, common });
        }
        for scope in held.difference(&claimed) {
            work.to_read.push_back((*scope, 0));
        }
        if work.batches.is_empty() {
            return self.read_on(work);
        }
        let batches = std::mem::take(&mut work.batches);
        if self.soundness.is_broken(Sabotage::AckBeforeCommit) {
            return self.ack_unstored(work, batches);
        }
        self.phase = Phase::Appending(work);
        vec![Effect::Append(batches)]
    }

    /// The sabotage of law 1: says stored before anything is.
    fn ack_unstored(&mut self, mut work: Box<Work>, batches: Vec<SignedBatch>) -> Vec<Effect> {
        let at = work.claims.first().map(|claim| claim.cursor);
        let ack =
            |batch: &SignedBatch| Ack { batch: batch.signed.id(), at, refused: Vec::new(), need: Vec::new() };
        work.answer.acks = batches.iter().map(ack).collect();
        let mut effects = vec![Effect::Append(batches)];
        effects.extend(self.read_on(work));
        effects
    }

    fn read_on(&mut self, mut work: Box<Work>) -> Vec<Effect> {
        if work.credit == 0 && !work.to_read.is_empty() {
            // Where reading stopped is not known to be the end: the device asks again, or will be told.
            for (scope, after) in work.to_read.drain(..) {
                self.sent.insert(scope, after);
            }
            work.answer.more = true;
        }
        let Some((scope, after)) = work.to_read.front().copied() else { return self.finish(work) };
        let read = ReadFeed { scope, after, max_bytes: work.credit, whole: work.whole };
        self.phase = Phase::Reading(work);
        vec![Effect::ReadFeed(read)]
    }

    fn has_read(&mut self, mut work: Box<Work>, slice: Option<FeedSlice>) -> Vec<Effect> {
        let asked = work.to_read.pop_front();
        let Some(slice) = slice else {
            if let Some((scope, _)) = asked {
                self.sent.remove(&scope);
            }
            return self.read_on(work);
        };
        let bytes = slice.body_bytes();
        work.credit = work.credit.saturating_sub(bytes);
        work.answer.more |= slice.more;
        self.sent.insert(slice.scope, slice.end.seq);
        work.answer.pages.extend(slice.page());
        self.read_on(work)
    }

    fn finish(&mut self, work: Box<Work>) -> Vec<Effect> {
        if work.pushed {
            self.push_credit = work.credit;
            if work.answer.pages.is_empty() && !work.answer.more {
                return self.next();
            }
        }
        self.send(work.answer)
    }

    /// Rows after what was sent, for scopes that may have grown.
    fn push(&mut self) -> Vec<Effect> {
        if self.push_credit == 0 {
            // The device was told to pull, and will.
            self.told.clear();
            return Vec::new();
        }
        let told = std::mem::take(&mut self.told);
        let to_read: VecDeque<(Scope, u64)> =
            told.into_iter().filter_map(|scope| self.sent.get(&scope).map(|after| (scope, *after))).collect();
        if to_read.is_empty() {
            return Vec::new();
        }
        let (credit, whole) = (self.push_credit, self.whole);
        let work = Work { to_read, credit, whole, pushed: true, ..Work::default() };
        self.read_on(Box::new(work))
    }

    fn busy(&mut self, work: &Work) -> Vec<Effect> {
        if work.pushed {
            return self.next();
        }
        let turn = work.answer.turn;
        self.send(Answer { turn, code: Some(MessageCode::Busy), ..Answer::default() })
    }

    fn send(&mut self, answer: Answer) -> Vec<Effect> {
        let mut effects = vec![Effect::Send(Box::new(answer))];
        effects.extend(self.next());
        effects
    }
}
