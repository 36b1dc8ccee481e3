//! The page's desk: what is watched, what was asked, what came back.
//!
//! In: views to watch and acts, from features; messages from the worker. Out: signals that features draw.
//! Draws the keys of every command and names what stood on the screen. Never decides, never holds a record.
//! *Writing* is known only here: a command without its answer, or text that is not yet a change.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use doorstep_shared::decide::{Act, Command, DOCS_PER_COMMAND, Refusal};
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::ids::{EntryKey, PersonId};
use doorstep_shared::sorted::Map;
use leptos::prelude::*;

use crate::bridge::{Fault, FromWorker, Restored, Session, SignInRefusal, SignedIn, Ticket, ToWorker};
use crate::part::Part;
use crate::platform::address;
use crate::platform::chance::{self, NoChance};
use crate::platform::worker_link::WorkerLink;
use crate::projection::{Projection, SyncStatus, View};

mod device;
mod note;
mod shown;

pub(crate) use device::Kept;
pub(crate) use note::NoteWriter;
pub(crate) use shown::{Draws, Shown, part, when_here};

/// What came of a command.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It is on disk, and the screen shows it.
    Saved,
    /// It was not carried out.
    Refused(Refusal),
    /// It failed.
    NotSaved(Fault),
}

/// Who stands at the door.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Door {
    /// The worker has not said yet.
    Opening,
    /// Nobody.
    SignedOut,
    /// A worker.
    SignedIn(SignedIn),
    /// The record is open in another window.
    OpenElsewhere,
}

/// Something the worker of this device has to be told outside of what they look at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Notice {
    /// A command was refused.
    Refused(Refusal),
    /// Something failed.
    Fault(Fault),
}

type Projected = Option<Arc<Projection>>;
type Then = Box<dyn FnOnce(Outcome)>;

struct Watched {
    watchers: u32,
    shown: ArcRwSignal<Projected>,
}

struct Asked {
    keys: Vec<EntryKey>,
    then: Option<Then>,
}

#[derive(Default)]
struct Books {
    link: Option<WorkerLink>,
    watched: Map<View, Watched>,
    asked: Map<Ticket, Asked>,
    last_ticket: u32,
    drafts: Vec<Restored>,
}

/// The desk. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    books: StoredValue<Rc<RefCell<Books>>, LocalStorage>,
    /// Who is signed in.
    pub(crate) door: RwSignal<Door>,
    /// Why the last attempt to sign in did not work.
    pub(crate) sign_in_refusal: RwSignal<Option<SignInRefusal>>,
    /// The state of sync, from the worker.
    pub(crate) sync: RwSignal<Option<SyncStatus>>,
    /// Refusals and faults nobody has put away yet.
    pub(crate) notices: RwSignal<Vec<Notice>>,
    /// Where the page is.
    pub(crate) path: RwSignal<String>,
    unanswered: RwSignal<u32>,
    typing: RwSignal<u32>,
}

impl Desk {
    /// A desk without a worker. Call it once, above everything that uses it.
    pub(crate) fn new() -> Self {
        Self {
            books: StoredValue::new_local(Rc::default()),
            door: RwSignal::new(Door::Opening),
            sign_in_refusal: RwSignal::new(None),
            sync: RwSignal::new(None),
            notices: RwSignal::new(Vec::new()),
            path: RwSignal::new(address::path()),
            unanswered: RwSignal::new(0),
            typing: RwSignal::new(0),
        }
    }

    fn books(self) -> Rc<RefCell<Books>> {
        self.books.get_value()
    }

    /// Puts a running worker at the other end and asks it to open the records.
    pub(crate) fn connect(self, link: WorkerLink) {
        self.books().borrow_mut().link = Some(link);
        self.post(&ToWorker::Open);
    }

    /// Keeps `path` with the browser's address, and links of the app inside it. Call it once.
    pub(crate) fn follow_address(self) {
        address::watch(move |path| self.path.set(path), move |href| self.go(&href));
    }

    /// Goes to a path of the app.
    pub(crate) fn go(self, path: &str) {
        address::put(path);
        self.path.set(path.to_owned());
    }

    /// Sends a message that has no answer of its own.
    pub(crate) fn post(self, message: &ToWorker) {
        let books = self.books();
        let sent = postcard::to_allocvec(message)
            .ok()
            .and_then(|bytes| books.borrow().link.as_ref().map(|link| link.post(&bytes).is_ok()))
            .unwrap_or(false);
        if !sent {
            self.notify(Notice::Fault(Fault::Bridge));
        }
    }

    /// Something is being written: a command has no answer yet, or typed text is not yet a change.
    pub(crate) fn is_writing(self) -> bool {
        self.unanswered.get() > 0 || self.typing.get() > 0
    }

    /// One more field holds text that is not yet a change, or one less.
    pub(crate) fn typing(self, began: bool) {
        self.typing.update(|fields| *fields = if began { *fields + 1 } else { fields.saturating_sub(1) });
    }

    /// Tells the worker of this device something; the same thing only once.
    pub(crate) fn notify(self, notice: Notice) {
        self.notices.update(|notices| {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        });
    }

    /// The worker signed in here. Nobody before the worker said so.
    pub(crate) fn who(self) -> Option<SignedIn> {
        if let Door::SignedIn(who) = self.door.get() { Some(who) } else { None }
    }

    /// Asks for `act` on `person`'s record. `seen`: the entries on screen that it is about.
    pub(crate) fn send(self, person: PersonId, seen: Vec<EntryRef>, act: Act) {
        self.send_then(person, seen, act, None, |_| ());
    }

    /// As [`Desk::send`]; `draft` names the draft it makes an end of, `then` learns what came of it.
    /// A refusal or fault is shown as a notice too.
    pub(crate) fn send_then(
        self,
        person: PersonId,
        seen: Vec<EntryRef>,
        act: Act,
        draft: Option<String>,
        then: impl FnOnce(Outcome) + 'static,
    ) {
        let books = self.books();
        let command = match self.command(person, seen, act) {
            Ok(command) => Box::new(command),
            Err(NoChance) => {
                self.notify(Notice::Fault(Fault::Device));
                then(Outcome::NotSaved(Fault::Device));
                return;
            }
        };
        let ticket = {
            let mut books = books.borrow_mut();
            books.last_ticket += 1;
            let ticket = Ticket(books.last_ticket);
            let asked = Asked { keys: command.keys.clone(), then: Some(Box::new(then)) };
            books.asked.insert(ticket, asked);
            ticket
        };
        self.unanswered.update(|unanswered| *unanswered += 1);
        self.post(&ToWorker::Command { ticket, command, draft });
    }

    /// The command that would ask for `act` now.
    ///
    /// # Errors
    /// [`NoChance`] when the browser gives no random keys.
    pub(crate) fn command(
        self,
        person: PersonId,
        seen: Vec<EntryRef>,
        act: Act,
    ) -> Result<Command, NoChance> {
        let keys = (0..act.keys_wanted()).map(|_| chance::entry_key()).collect::<Result<_, _>>()?;
        let docs = (0..DOCS_PER_COMMAND).map(|_| chance::doc_id()).collect::<Result<_, _>>()?;
        let books = self.books();
        let sent = books.borrow().asked.values().flat_map(|asked| asked.keys.iter().copied()).collect();
        Ok(Command { person, keys, docs, seen, sent, act })
    }

    /// Text of `field` that was being typed when the app stopped. Given once.
    pub(crate) fn restored(self, field: &str) -> Option<String> {
        let books = self.books();
        let mut books = books.borrow_mut();
        let place = books.drafts.iter().position(|draft| draft.field == field)?;
        Some(books.drafts.swap_remove(place).text)
    }

    /// Watches a view for as long as the caller's part of the page lives.
    pub(crate) fn watch<T: Draws>(self, view: View) -> Part<Shown<T>> {
        let shown = self.subscribe(view.clone());
        on_cleanup(move || self.unsubscribe(&view));
        Part::new(move || shown.with(|projection| Shown::of(projection.as_deref())))
    }

    fn subscribe(self, view: View) -> ArcRwSignal<Projected> {
        let books = self.books();
        let (shown, is_new) = {
            let mut books = books.borrow_mut();
            let watched = books
                .watched
                .entry(view.clone())
                .or_insert_with(|| Watched { watchers: 0, shown: ArcRwSignal::new(None) });
            watched.watchers += 1;
            (watched.shown.clone(), watched.watchers == 1)
        };
        if is_new {
            self.post(&ToWorker::Watch(view));
        }
        shown
    }

    fn unsubscribe(self, view: &View) {
        let books = self.books();
        let is_last = {
            let mut books = books.borrow_mut();
            let left = books.watched.get_mut(view).map_or(0, |watched| {
                watched.watchers -= 1;
                watched.watchers
            });
            if left == 0 {
                books.watched.remove(view);
            }
            left == 0
        };
        if is_last {
            self.post(&ToWorker::Unwatch(view.clone()));
        }
    }

    /// Takes one message of the worker.
    pub(crate) fn receive(self, bytes: &[u8]) {
        match postcard::from_bytes(bytes) {
            Ok(message) => self.take(message),
            Err(_) => self.notify(Notice::Fault(Fault::Bridge)),
        }
    }

    fn take(self, message: FromWorker) {
        match message {
            FromWorker::Session(Session::SignedOut) => self.door.set(Door::SignedOut),
            FromWorker::Session(Session::SignedIn(who)) => {
                self.sign_in_refusal.set(None);
                self.door.set(Door::SignedIn(who));
            }
            FromWorker::SignInRefused(refusal) => self.sign_in_refusal.set(Some(refusal)),
            FromWorker::Show { view, projection } => {
                let books = self.books();
                let shown = books.borrow().watched.get(&view).map(|watched| watched.shown.clone());
                // A view that nobody watches any more may still be on its way.
                if let Some(shown) = shown {
                    shown.set(Some(Arc::new(*projection)));
                }
            }
            FromWorker::Saved { ticket } => self.answer(ticket, Outcome::Saved),
            FromWorker::Refused { ticket, refusal } => {
                self.notify(Notice::Refused((*refusal).clone()));
                self.answer(ticket, Outcome::Refused(*refusal));
            }
            FromWorker::NotSaved { ticket, fault } => {
                self.notify(Notice::Fault(fault.clone()));
                self.answer(ticket, Outcome::NotSaved(fault));
            }
            FromWorker::Sync(status) => self.sync.set(Some(status)),
            FromWorker::Drafts(drafts) => self.books().borrow_mut().drafts = drafts,
            FromWorker::OpenElsewhere => self.door.set(Door::OpenElsewhere),
            FromWorker::Fault(fault) => self.notify(Notice::Fault(fault)),
        }
    }

    fn answer(self, ticket: Ticket, outcome: Outcome) {
        let books = self.books();
        let asked = books.borrow_mut().asked.remove(&ticket);
        if let Some(then) = asked.and_then(|mut asked| asked.then.take()) {
            self.unanswered.update(|unanswered| *unanswered = unanswered.saturating_sub(1));
            then(outcome);
        }
    }
}
