//! The worker's beginning: takes the writer's lock, opens the store, and hands the desk one event after another.
//!
//! In: the page's messages, the server's answers, seconds. Out: messages to the page, requests, bytes to the server.
//! One event at a time and in order; one writer a device: without the lock the store is never opened.
//! Never decides and never words: the engine does the first, the page the second.
//! Source: device design, "Page, worker, store"; architecture, law 8.

mod carrier;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use doorstep_shared::sync::client::Input;
use doorstep_shared::time::Now;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

use crate::bridge::{Fault, FromWorker, ToWorker};
use crate::engine::desk::{Deed, Desk, Event, TICK_MS, fault_of};
use crate::engine::{Chance, NoChance};
use crate::platform::indexed_db::IndexedDb;
use crate::platform::{chance, clock, http, panic, timer, web_lock, worker_scope};
use crate::session::{Request, Response};

use carrier::Carrier;

/// The lock one writer a device holds.
const WRITER: &str = "doorstep-writer";

/// Longest wait for an answer to a sign-in, in milliseconds.
const SIGN_IN_MS_MAX: i32 = 20_000;

/// Starts the worker's half. Called once by `worker.js`, which has put no handler of its own in the way.
#[wasm_bindgen]
pub fn start_worker() {
    panic::report(worker_scope::post_crash);
    let shell = Shell::default();
    worker_scope::listen(move |bytes| match postcard::from_bytes(&bytes) {
        Ok(message) => shell.take(message),
        Err(_) => post(&FromWorker::Fault(Fault::Bridge)),
    });
}

fn post(message: &FromWorker) {
    if let Ok(bytes) = postcard::to_allocvec(message) {
        worker_scope::post(&bytes);
    }
}

/// Chance from the browser.
struct BrowserChance;

impl Chance for BrowserChance {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoChance> {
        chance::fill(into).map_err(|_| NoChance)
    }
}

#[derive(Default)]
struct State {
    /// Nothing before the lock is ours and the store is open, and nothing after the lock is lost.
    desk: Option<Desk<IndexedDb>>,
    events: VecDeque<Event>,
    is_stepping: bool,
    is_opening: bool,
    /// Another window has the lock.
    is_lost: bool,
}

/// The worker's shell. A copy is another handle to the same.
#[derive(Clone, Default)]
pub(crate) struct Shell {
    state: Rc<RefCell<State>>,
    carrier: Rc<RefCell<Carrier>>,
}

impl Shell {
    fn take(&self, message: ToWorker) {
        let is_open = {
            let state = self.state.borrow();
            state.desk.is_some() || state.is_stepping
        };
        match message {
            ToWorker::Open | ToWorker::TakeOver if !is_open => {
                let steal = message == ToWorker::TakeOver;
                if !std::mem::replace(&mut self.state.borrow_mut().is_opening, true) {
                    let shell = self.clone();
                    spawn_local(async move { shell.open(steal).await });
                }
            }
            message @ (ToWorker::Open
            | ToWorker::TakeOver
            | ToWorker::SignIn { .. }
            | ToWorker::Command { .. }
            | ToWorker::Draft { .. }
            | ToWorker::Watch(_)
            | ToWorker::Unwatch(_)
            | ToWorker::TryNow
            | ToWorker::Hidden
            | ToWorker::Shown) => self.happened(Event::Page(message)),
        }
    }

    async fn open(&self, steal: bool) {
        let shell = self.clone();
        let opened = match web_lock::take(WRITER, steal, move || shell.lost()).await {
            Ok(false) => {
                post(&FromWorker::OpenElsewhere);
                Ok(())
            }
            Ok(true) => self.open_store().await,
            Err(_) => Err(Fault::Device),
        };
        if let Err(fault) = opened {
            post(&FromWorker::Fault(fault));
        }
        self.state.borrow_mut().is_opening = false;
        self.step_on();
    }

    async fn open_store(&self) -> Result<(), Fault> {
        let disk = IndexedDb::open().await.map_err(|fault| fault_of(&fault.into()))?;
        let now = Now::at(clock::now());
        let desk = Desk::open(disk, Box::new(BrowserChance), worker_scope::device_name(), now)
            .await
            .map_err(|fault| fault_of(&fault))?;
        let mut state = self.state.borrow_mut();
        state.desk = Some(desk);
        state.is_lost = false;
        state.events.push_front(Event::Page(ToWorker::Open));
        drop(state);
        self.tick();
        Ok(())
    }

    /// Another window took the lock: nothing more is written here.
    fn lost(&self) {
        let mut state = self.state.borrow_mut();
        state.desk = None;
        state.is_lost = true;
        state.events.clear();
        drop(state);
        self.carrier.borrow_mut().hang_up();
        post(&FromWorker::OpenElsewhere);
    }

    fn tick(&self) {
        let shell = self.clone();
        let delay_ms = i32::try_from(TICK_MS).unwrap_or(i32::MAX);
        timer::after(delay_ms, move || {
            if !shell.state.borrow().is_lost {
                shell.happened(Event::Wire(Input::Tick));
                shell.tick();
            }
        });
    }

    /// Puts an event at the end of the line.
    pub(crate) fn happened(&self, event: Event) {
        let mut state = self.state.borrow_mut();
        // Seconds that pass while the store is busy are one second.
        let is_tick = event == Event::Wire(Input::Tick);
        if !(is_tick && state.events.contains(&event)) {
            state.events.push_back(event);
        }
        drop(state);
        self.step_on();
    }

    fn step_on(&self) {
        let mut state = self.state.borrow_mut();
        if state.desk.is_some() && !std::mem::replace(&mut state.is_stepping, true) {
            let shell = self.clone();
            spawn_local(async move { shell.step_through().await });
        }
    }

    async fn step_through(&self) {
        loop {
            // The desk is out of its place during a step. A lock lost meanwhile keeps it from coming back.
            let taken = {
                let mut state = self.state.borrow_mut();
                let event = state.events.pop_front();
                event.and_then(|event| Some((state.desk.take()?, event)))
            };
            let Some((mut desk, event)) = taken else { break };
            let deeds = desk.step(event, Now::at(clock::now())).await;
            let mut state = self.state.borrow_mut();
            if state.is_lost {
                break;
            }
            state.desk = Some(desk);
            drop(state);
            for deed in deeds {
                self.perform(deed);
            }
        }
        self.state.borrow_mut().is_stepping = false;
    }

    fn perform(&self, deed: Deed) {
        match deed {
            Deed::Page(message) => post(&message),
            Deed::Ask(request) => {
                let shell = self.clone();
                spawn_local(async move {
                    let response = ask(&request).await;
                    shell.happened(Event::Answered(response));
                });
            }
            Deed::Carry(carry) => carrier::carry(self, carry),
        }
    }
}

async fn ask(request: &Request) -> Option<Response> {
    let headers = [("content-type", "application/json"), ("x-doorstep", "1")];
    let answer =
        http::send("POST", request.path, &headers, Some(&request.body), SIGN_IN_MS_MAX).await.ok()?;
    Some(Response { status: answer.status, body: answer.body })
}
