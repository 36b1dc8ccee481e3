//! A headless tablet: the app's own engine over a file store and HTTP.
//!
//! In: acts of a worker, connections. Out: what it shows, what it was told, what it holds.
//! The page's part is done here as the page does it: keys are drawn, `seen` is what the last projection showed.
//! Dropping a tablet is a crash: nothing is said to the engine first.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use doorstep_app::bridge::{Fault, FromWorker, SignInRefusal, SignedIn, Ticket, ToWorker};
use doorstep_app::engine::desk::{Deed, Desk, Event};
use doorstep_app::engine::{Carry, Chance, NoChance};
use doorstep_app::projection::{Projection, SyncStatus, View, VisitPage};
use doorstep_app::store::contract::at_once;
use doorstep_app::store::file::FileDisk;
use doorstep_shared::decide::{Act, Command, DOCS_PER_COMMAND, Refusal};
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::ids::{DocId, EntryKey, PersonId, VisitId};
use doorstep_shared::sync::client::Input as Wire;
use doorstep_shared::time::{Now, Timestamp};

use crate::carrier::Carrier;

/// Connections tried before a tablet that still has something to send is said to be stuck.
const CONNECTIONS_MAX: usize = 40;

/// Random bytes of the operating system.
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoChance> {
        getrandom::fill(into).map_err(|_| NoChance)
    }
}

/// `N` random bytes.
///
/// # Panics
/// When the operating system gives none.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemChance.fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// Why an act was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The rules said no.
    #[error("{0}")]
    Refused(Refusal),
    /// Something failed.
    #[error("fault {0:?}")]
    Fault(Fault),
}

/// A tablet in one process.
pub struct Tablet {
    desk: Desk<FileDisk>,
    carrier: Carrier,
    folder: PathBuf,
    heard: Vec<FromWorker>,
    tickets: u32,
    /// Milliseconds this tablet's clock is ahead of this computer's.
    pub skew_ms: i64,
}

impl Tablet {
    /// Opens the store in `folder`, made when it is not there.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(folder: &Path, url: &str) -> anyhow::Result<Self> {
        let disk =
            FileDisk::open(folder).with_context(|| format!("open the store in {}", folder.display()))?;
        let now = Now::at(clock());
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let desk =
            at_once(Desk::open(disk, Box::new(SystemChance), name, now)).context("start the engine")?;
        let mut tablet = Self {
            desk,
            carrier: Carrier::new(url),
            folder: folder.to_owned(),
            heard: Vec::new(),
            tickets: 0,
            skew_ms: 0,
        };
        tablet.page(ToWorker::Open);
        Ok(tablet)
    }

    /// The power goes: the same store is opened again by a new process's worth of tablet.
    ///
    /// # Errors
    /// When the store cannot be opened again.
    pub fn crash(self, url: &str) -> anyhow::Result<Self> {
        let Self { desk, folder, .. } = self;
        drop(desk);
        Self::open(&folder, url)
    }

    /// The time on this tablet.
    pub fn now(&self) -> Now {
        Now::at(clock().plus_ms(self.skew_ms))
    }

    /// Everything the worker said to the page since this was last asked.
    pub fn heard(&mut self) -> Vec<FromWorker> {
        std::mem::take(&mut self.heard)
    }

    /// Signs in at the server and enrols this installation the first time.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn sign_in(&mut self, account: &str, password: &str) -> anyhow::Result<SignedIn> {
        self.heard.clear();
        self.page(ToWorker::SignIn { account: account.to_owned(), password: password.to_owned() });
        for message in self.heard() {
            match message {
                FromWorker::Session(doorstep_app::bridge::Session::SignedIn(who)) => return Ok(who),
                FromWorker::SignInRefused(refusal) => return Err(refused(&refusal)),
                FromWorker::Fault(fault) => bail!("sign in: {fault:?}"),
                FromWorker::Session(doorstep_app::bridge::Session::SignedOut)
                | FromWorker::Show { .. }
                | FromWorker::Saved { .. }
                | FromWorker::Refused { .. }
                | FromWorker::NotSaved { .. }
                | FromWorker::Sync(_)
                | FromWorker::Drafts(_)
                | FromWorker::OpenElsewhere => {}
            }
        }
        bail!("sign in: no answer")
    }

    /// Who is signed in.
    ///
    /// # Panics
    /// When nobody is.
    pub fn who(&mut self) -> doorstep_shared::domain::entry::Author {
        let session = self.desk.engine().session().expect("somebody signed in");
        doorstep_shared::domain::entry::Author {
            worker: session.worker,
            install: session.install,
            role: session.role,
        }
    }

    /// Whether somebody signed in on this store before.
    pub fn is_enrolled(&mut self) -> bool {
        self.desk.engine().session().is_some()
    }

    /// Everything held here, document by document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn parts(&mut self) -> anyhow::Result<Vec<doorstep_shared::domain::record::Part>> {
        let now = self.now();
        at_once(self.desk.engine().parts(now)).context("read what is held")
    }

    /// Points this tablet at a server that was started again elsewhere.
    pub fn move_to(&mut self, url: &str) {
        self.carrier.move_to(url);
    }

    /// Carries out an act, having seen nothing.
    ///
    /// # Errors
    /// [`NotDone`].
    pub fn act(&mut self, person: PersonId, act: Act) -> Result<Vec<EntryKey>, NotDone> {
        self.act_seeing(person, act, Vec::new())
    }

    /// Carries out an act with `seen` on the screen. Returns the keys that were drawn for it.
    ///
    /// # Errors
    /// [`NotDone`].
    pub fn act_seeing(
        &mut self,
        person: PersonId,
        act: Act,
        seen: Vec<EntryRef>,
    ) -> Result<Vec<EntryKey>, NotDone> {
        let keys: Vec<EntryKey> = (0..act.keys_wanted()).map(|_| EntryKey::from_random(random())).collect();
        let docs = (0..DOCS_PER_COMMAND).map(|_| DocId::from_bytes(random())).collect();
        let command = Command { person, keys: keys.clone(), docs, seen, sent: Vec::new(), act };
        self.send(command).map(|()| keys)
    }

    /// Sends a command as it is.
    ///
    /// # Errors
    /// [`NotDone`].
    pub fn send(&mut self, command: Command) -> Result<(), NotDone> {
        self.tickets += 1;
        let mine = Ticket(self.tickets);
        self.page(ToWorker::Command { ticket: mine, command: Box::new(command), draft: None });
        let answer = self.heard.iter().rev().find_map(|message| match message {
            FromWorker::Saved { ticket } if *ticket == mine => Some(Ok(())),
            FromWorker::Refused { ticket, refusal } if *ticket == mine => {
                Some(Err(NotDone::Refused((**refusal).clone())))
            }
            FromWorker::NotSaved { ticket, fault } if *ticket == mine => {
                Some(Err(NotDone::Fault(fault.clone())))
            }
            FromWorker::Saved { .. }
            | FromWorker::Refused { .. }
            | FromWorker::NotSaved { .. }
            | FromWorker::Session(_)
            | FromWorker::SignInRefused(_)
            | FromWorker::Show { .. }
            | FromWorker::Sync(_)
            | FromWorker::Drafts(_)
            | FromWorker::OpenElsewhere
            | FromWorker::Fault(_) => None,
        });
        answer.unwrap_or(Err(NotDone::Fault(Fault::Bridge)))
    }

    /// What a view shows.
    ///
    /// # Errors
    /// When it cannot be shown.
    pub fn show(&mut self, view: &View) -> anyhow::Result<Projection> {
        let now = self.now();
        at_once(self.desk.engine().show(view, now)).with_context(|| format!("show {view:?}"))
    }

    /// One visit as its page shows it.
    ///
    /// # Errors
    /// When it is not known here.
    pub fn visit(&mut self, visit: VisitId) -> anyhow::Result<VisitPage> {
        let shown = self.show(&View::Visit(visit))?;
        if let Projection::Visit(page) = shown { Ok(*page) } else { bail!("show visit {visit}: {shown:?}") }
    }

    /// The state of sync.
    ///
    /// # Errors
    /// When nobody is signed in or the store fails.
    pub fn status(&mut self) -> anyhow::Result<SyncStatus> {
        let now = self.now();
        at_once(self.desk.engine().status(now)).context("show sync")?.context("nobody is signed in")
    }

    /// One connection: everything that waits is sent, everything new is taken, as far as the server answers.
    ///
    /// # Errors
    /// When the state of sync cannot be read.
    pub fn connect(&mut self) -> anyhow::Result<SyncStatus> {
        self.event(Event::Wire(Wire::Woken));
        self.event(Event::Wire(Wire::Opened { live: false }));
        self.event(Event::Wire(Wire::Tick));
        let status = self.status()?;
        self.event(Event::Wire(Wire::Closed));
        Ok(status)
    }

    /// Connects until nothing waits and nothing new comes.
    ///
    /// # Errors
    /// When the server does not answer, or something still waits after many connections.
    pub fn sync(&mut self) -> anyhow::Result<SyncStatus> {
        let mut last = None;
        for _ in 0..CONNECTIONS_MAX {
            let status = self.connect()?;
            let held = self.show(&View::ThisDevice)?;
            let is_live = status.link == doorstep_app::projection::sync_status::Link::Live;
            if is_live && status.unsent == 0 && status.complete && last.as_ref() == Some(&held) {
                return Ok(status);
            }
            if !is_live {
                bail!("sync: the server does not answer ({:?})", status.link);
            }
            last = Some(held);
        }
        bail!("sync: something still waits: {:?}", self.status()?)
    }

    /// Says a message of the page.
    pub fn page(&mut self, message: ToWorker) {
        self.event(Event::Page(message));
    }

    /// Tells the desk what happened, and does what follows until nothing does.
    pub fn event(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let now = self.now();

            for deed in at_once(self.desk.step(event, now)) {
                match deed {
                    Deed::Page(message) => self.heard.push(message),
                    Deed::Ask(request) => events.push_back(Event::Answered(self.carrier.ask(&request))),
                    Deed::Carry(Carry::Send(bytes)) => events.push_back(self.carried(&bytes)),
                    Deed::Carry(Carry::HangUp) => events.push_back(Event::Wire(Wire::Closed)),
                    // A headless tablet dials when it is told to connect.
                    Deed::Carry(Carry::DialAt(_)) => {}
                }
            }
        }
    }

    fn carried(&mut self, bytes: &[u8]) -> Event {
        match self.carrier.sync(bytes) {
            Some(answer) if answer.status == 200 => Event::Wire(Wire::Received(answer.body)),
            Some(answer) if answer.status == 401 => Event::SessionEnded,
            Some(_) | None => Event::Wire(Wire::Closed),
        }
    }
}

fn refused(refusal: &SignInRefusal) -> anyhow::Error {
    anyhow::anyhow!("sign in: {refusal:?}")
}

fn clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
