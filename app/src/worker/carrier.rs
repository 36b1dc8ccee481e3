//! The carrier of sync: a socket where one opens, one request a message where it does not.
//!
//! In: what the sync machine wants carried. Out: what happened, as events of the desk.
//! A socket that never opens says nothing about why, so the same dial goes on by requests, whose status does.
//! Never looks into a message, never decides when to try again: the machine names the time.

use doorstep_shared::sync::client::Input;
use wasm_bindgen_futures::spawn_local;

use super::Shell;
use crate::engine::Carry;
use crate::engine::desk::Event;
use crate::platform::socket::{Socket, SocketEvent};
use crate::platform::{clock, http, timer};

const SOCKET: &str = "/sync/socket";
const REQUEST: &str = "/sync";

/// Longest wait for the answer to one message, in milliseconds. The machine gives up on its own before that.
const ANSWER_MS_MAX: i32 = 60_000;

/// How bytes travel now.
#[derive(Default)]
enum Way {
    #[default]
    None,
    /// A socket, open or opening.
    Socket(Socket),
    /// One request a message.
    Requests,
}

/// The carrier's state.
#[derive(Default)]
pub(super) struct Carrier {
    way: Way,
    /// Counts dials: what an earlier one still says is not heard.
    dial: u32,
    waiting: Option<timer::Wait>,
}

impl Carrier {
    /// Ends whatever there is; nothing more is heard of it.
    pub(super) fn hang_up(&mut self) {
        self.way = Way::None;
        self.dial = self.dial.wrapping_add(1);
        if let Some(waiting) = self.waiting.take() {
            waiting.cancel();
        }
    }
}

/// Does what the machine wants.
pub(super) fn carry(shell: &Shell, carry: Carry) {
    match carry {
        Carry::DialAt(at) => {
            let delay_ms = at.since_ms(clock::now()).max(0);
            let delay_ms = i32::try_from(delay_ms).unwrap_or(i32::MAX);
            let dialling = shell.clone();
            let wait = timer::after(delay_ms, move || dial(&dialling));
            if let Some(earlier) = shell.carrier.borrow_mut().waiting.replace(wait) {
                earlier.cancel();
            }
        }
        Carry::HangUp => {
            shell.carrier.borrow_mut().hang_up();
            shell.happened(Event::Wire(Input::Closed));
        }
        Carry::Send(bytes) => send(shell, bytes),
    }
}

fn dial(shell: &Shell) {
    let number = {
        let mut carrier = shell.carrier.borrow_mut();
        carrier.hang_up();
        carrier.dial
    };
    let listening = shell.clone();
    let opened = Socket::open(SOCKET, move |event| heard(&listening, number, event));
    match opened {
        Ok(socket) => shell.carrier.borrow_mut().way = Way::Socket(socket),
        Err(_) => by_requests(shell),
    }
}

fn heard(shell: &Shell, number: u32, event: SocketEvent) {
    if shell.carrier.borrow().dial != number {
        return;
    }
    match event {
        SocketEvent::Opened => shell.happened(Event::Wire(Input::Opened { live: true })),
        SocketEvent::Message(bytes) => shell.happened(Event::Wire(Input::Received(bytes))),
        SocketEvent::Closed { was_open: false } => by_requests(shell),
        SocketEvent::Closed { was_open: true } => {
            shell.carrier.borrow_mut().hang_up();
            shell.happened(Event::Wire(Input::Closed));
        }
    }
}

fn by_requests(shell: &Shell) {
    shell.carrier.borrow_mut().way = Way::Requests;
    shell.happened(Event::Wire(Input::Opened { live: false }));
}

fn send(shell: &Shell, bytes: Vec<u8>) {
    let carrier = shell.carrier.borrow();
    let sent = match &carrier.way {
        Way::Socket(socket) => socket.send(&bytes).is_ok(),
        Way::Requests => {
            let (shell, number) = (shell.clone(), carrier.dial);
            spawn_local(async move { request(&shell, number, bytes).await });
            true
        }
        Way::None => false,
    };
    drop(carrier);
    if !sent {
        shell.carrier.borrow_mut().hang_up();
        shell.happened(Event::Wire(Input::Closed));
    }
}

async fn request(shell: &Shell, number: u32, bytes: Vec<u8>) {
    let headers = [("content-type", "application/octet-stream"), ("x-doorstep", "1")];
    let answer = http::send("POST", REQUEST, &headers, Some(&bytes), ANSWER_MS_MAX).await;
    if shell.carrier.borrow().dial != number {
        return;
    }
    let event = match answer {
        Ok(answer) if answer.status == 200 => Event::Wire(Input::Received(answer.body)),
        Ok(answer) if answer.status == 401 => Event::SessionEnded,
        Ok(_) | Err(_) => Event::Wire(Input::Closed),
    };
    if matches!(event, Event::SessionEnded | Event::Wire(Input::Closed)) {
        shell.carrier.borrow_mut().hang_up();
    }
    shell.happened(event);
}
