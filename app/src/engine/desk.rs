//! The desk: the page's messages answered, the server's answers taken, one at a time and in order.
//!
//! In: a message of the page, an answer, the time. Out: messages to the page, requests, bytes to carry, when to wake.
//! Watched views are shown again after whatever made them differ, and before the command that did so is said to be saved.
//! Never carries bytes itself: a browser's worker, a headless tablet and the simulator each do that their own way.
//! Source: architecture design, rooms A, B and F.

use doorstep_shared::ids::InstallId;
use doorstep_shared::sorted::Map;
use doorstep_shared::sync::client::Input as Wire;
use doorstep_shared::time::Now;

use crate::bridge::{Fault, FromWorker, Session, SignInRefusal, SignedIn, ToWorker};
use crate::projection::{Projection, SyncStatus, View};
use crate::session::{Enrolling, Request, Response, read_me, sign_in_request};
use crate::store::Disk;
use crate::store::schema::SessionRow;

use super::{Carry, Chance, CommandError, Engine, EngineFault};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page asks.
    Page(ToWorker),
    /// The request last asked for was answered; nothing when nobody answered.
    Answered(Option<Response>),
    /// The carrier of sync saw something.
    Wire(Wire),
    /// The server would not carry for want of a session: somebody has to sign in. The connection is closed.
    SessionEnded,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Tell the page.
    Page(FromWorker),
    /// Post a request to our own server, then say [`Event::Answered`]. One at a time.
    Ask(Request),
    /// Carry bytes.
    Carry(Carry),
}

/// Where signing in has come to.
enum SigningIn {
    Nobody,
    Asked,
    Enrolling(Box<Enrolling>),
}

/// An engine with its page.
pub struct Desk<D> {
    engine: Engine<D>,
    device_name: String,
    watched: Map<View, Option<Projection>>,
    status: Option<SyncStatus>,
    signing_in: SigningIn,
}

impl<D: Disk> Desk<D> {
    /// Opens the store.
    ///
    /// # Errors
    /// An [`EngineFault`] of the disk.
    pub async fn open(
        disk: D,
        chance: Box<dyn Chance>,
        device_name: String,
        now: Now,
    ) -> Result<Self, EngineFault> {
        let engine = Engine::open(disk, chance, now).await?;
        Ok(Self { engine, device_name, watched: Map::new(), status: None, signing_in: SigningIn::Nobody })
    }

    /// The engine, for tests and scripts.
    pub fn engine(&mut self) -> &mut Engine<D> {
        &mut self.engine
    }

    /// The disk, when everything is put away.
    pub fn into_disk(self) -> D {
        self.engine.into_disk()
    }

    /// What follows from what happened.
    pub async fn step(&mut self, event: Event, now: Now) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let mut saved = None;
        let done = match event {
            Event::Page(ToWorker::Command { ticket, command, draft }) => {
                saved = Some(match self.engine.command(&command, draft.as_deref(), now).await {
                    Ok(()) => FromWorker::Saved { ticket },
                    Err(CommandError::Refused(refusal)) => {
                        FromWorker::Refused { ticket, refusal: Box::new(refusal) }
                    }
                    Err(CommandError::Fault(fault)) => {
                        FromWorker::NotSaved { ticket, fault: fault_of(&fault) }
                    }
                });
                Ok(())
            }
            Event::Page(message) => self.page(message, now, &mut deeds).await,
            Event::Answered(response) => self.answered(response, now, &mut deeds).await,
            Event::Wire(input) => self.wire(input, now, &mut deeds).await,
            Event::SessionEnded => {
                self.engine.session_ended();
                self.wire(Wire::Closed, now, &mut deeds).await
            }
        };
        let done = match done {
            Ok(()) => self.pump(now, &mut deeds).await,
            failed => failed,
        };
        if let Err(fault) = done {
            deeds.push(Deed::Page(FromWorker::Fault(fault_of(&fault))));
        }
        if let Some(fault) = self.engine.take_wire_fault() {
            deeds.push(Deed::Page(FromWorker::Fault(fault_of(&fault))));
        }
        if let Err(fault) = self.show(now, &mut deeds).await {
            deeds.push(Deed::Page(FromWorker::Fault(fault_of(&fault))));
        }
        deeds.extend(saved.map(Deed::Page));
        deeds
    }

    async fn page(&mut self, message: ToWorker, now: Now, deeds: &mut Vec<Deed>) -> Result<(), EngineFault> {
        match message {
            ToWorker::Open | ToWorker::TakeOver => {
                self.status = None;
                deeds.push(Deed::Page(FromWorker::Session(self.session())));
                let drafts = self.engine.finish_drafts(now).await?;
                if !drafts.is_empty() {
                    deeds.push(Deed::Page(FromWorker::Drafts(drafts)));
                }
                self.wire(Wire::Woken, now, deeds).await
            }
            ToWorker::SignIn { account, password } => {
                self.signing_in = SigningIn::Asked;
                deeds.push(Deed::Ask(sign_in_request(&account, &password)));
                Ok(())
            }
            ToWorker::Draft { field, text, command } => self.engine.draft(field, text, &command, now).await,
            ToWorker::Watch(view) => {
                self.watched.insert(view, None);
                Ok(())
            }
            ToWorker::Unwatch(view) => {
                self.watched.remove(&view);
                Ok(())
            }
            ToWorker::TryNow | ToWorker::Shown => self.wire(Wire::Woken, now, deeds).await,
            // Nothing waits in memory: every command is on disk before it is answered.
            ToWorker::Hidden | ToWorker::Command { .. } => Ok(()),
        }
    }

    async fn answered(
        &mut self,
        response: Option<Response>,
        now: Now,
        deeds: &mut Vec<Deed>,
    ) -> Result<(), EngineFault> {
        let step = std::mem::replace(&mut self.signing_in, SigningIn::Nobody);
        let Some(response) = response else {
            deeds.push(Deed::Page(FromWorker::SignInRefused(SignInRefusal::Offline)));
            return Ok(());
        };
        let session = match step {
            SigningIn::Nobody => return Ok(()),
            SigningIn::Asked => match (read_me(&response), self.engine.session().cloned()) {
                (Ok(me), Some(session)) => me.renew(&session),
                (Ok(me), None) => {
                    let install = InstallId::from_bytes(self.engine.draw()?);
                    let seed = self.engine.draw()?;
                    let enrolling = Enrolling::new(me, install, seed, self.device_name.clone());
                    deeds.push(Deed::Ask(enrolling.request()));
                    self.signing_in = SigningIn::Enrolling(Box::new(enrolling));
                    return Ok(());
                }
                (Err(refusal), _) => Err(refusal),
            },
            SigningIn::Enrolling(enrolling) => enrolling.finish(&response, now.at),
        };
        match session {
            Ok(session) => self.signed_in(session, now, deeds).await,
            Err(refusal) => {
                deeds.push(Deed::Page(FromWorker::SignInRefused(refusal)));
                Ok(())
            }
        }
    }

    async fn signed_in(
        &mut self,
        session: SessionRow,
        now: Now,
        deeds: &mut Vec<Deed>,
    ) -> Result<(), EngineFault> {
        self.engine.keep_session(session, now).await?;
        deeds.push(Deed::Page(FromWorker::Session(self.session())));
        self.wire(Wire::Woken, now, deeds).await
    }

    async fn wire(&mut self, input: Wire, now: Now, deeds: &mut Vec<Deed>) -> Result<(), EngineFault> {
        deeds.extend(self.engine.carry(input, now).await?.into_iter().map(Deed::Carry));
        Ok(())
    }

    async fn pump(&mut self, now: Now, deeds: &mut Vec<Deed>) -> Result<(), EngineFault> {
        deeds.extend(self.engine.pump(now).await?.into_iter().map(Deed::Carry));
        Ok(())
    }

    /// Shows every watched view that differs from what was last shown, and the state of sync.
    async fn show(&mut self, now: Now, deeds: &mut Vec<Deed>) -> Result<(), EngineFault> {
        if self.engine.session().is_none() {
            return Ok(());
        }
        let views: Vec<View> = self.watched.keys().cloned().collect();
        for view in views {
            let projection = self.engine.show(&view, now).await?;
            let Some(last) = self.watched.get_mut(&view) else { continue };
            if last.as_ref() != Some(&projection) {
                *last = Some(projection.clone());
                deeds.push(Deed::Page(FromWorker::Show { view, projection: Box::new(projection) }));
            }
        }
        let status = self.engine.status(now).await?;
        if status != self.status
            && let Some(status) = &status
        {
            deeds.push(Deed::Page(FromWorker::Sync(status.clone())));
        }
        self.status = status;
        Ok(())
    }

    fn session(&self) -> Session {
        match self.engine.session() {
            None => Session::SignedOut,
            Some(session) => Session::SignedIn(SignedIn {
                worker: session.worker,
                name: session.name.clone(),
                role: session.role,
                install: session.install,
                organisation: session.organisation_name.clone(),
                team: session.team_name.clone(),
                demonstration: session.demonstration,
            }),
        }
    }
}

/// The fault as the page words it.
pub fn fault_of(fault: &EngineFault) -> Fault {
    use crate::store::DiskFault;
    use doorstep_shared::docs::WriteError;
    match fault {
        EngineFault::Disk(DiskFault::Full) => Fault::Full,
        EngineFault::Disk(DiskFault::Lost) => Fault::Lost,
        EngineFault::Disk(DiskFault::Corrupt) => Fault::Corrupt,
        EngineFault::Disk(DiskFault::Newer { format }) => Fault::NewerStore { format: *format },
        EngineFault::Disk(DiskFault::Busy) => Fault::Busy,
        EngineFault::NotAsRecorded { .. } | EngineFault::NotHeld { .. } => Fault::NotAsRecorded,
        EngineFault::Write(WriteError::TooLarge { .. } | WriteError::Full { .. }) => Fault::TooLarge,
        EngineFault::Write(WriteError::NoSuchNote | WriteError::UnknownVersion | WriteError::Library) => {
            Fault::NotAsRecorded
        }
        EngineFault::NoScope { .. } => Fault::Bridge,
        EngineFault::Chance(_) => Fault::Device,
        EngineFault::SignedOut => Fault::SignedOut,
    }
}

/// How often the carrier says [`Wire::Tick`], in milliseconds: often enough for every limit of the sync machine.
pub const TICK_MS: i64 = 1_000;
