//! A web socket to our own server.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, MessageEvent, WebSocket};

/// What a socket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SocketEvent {
    /// It is open.
    Opened,
    /// A message came.
    Message(Vec<u8>),
    /// It is closed. The browser does not say why one never opened.
    Closed {
        /// It was open before.
        was_open: bool,
    },
}

/// The socket could not be opened or written to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SocketFault {
    /// The browser would not open it.
    #[error("open a socket")]
    Open,
    /// It is not open.
    #[error("send on a socket: not open")]
    NotOpen,
}

/// A socket. Dropping it closes it, and nothing more is heard of it.
pub(crate) struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

/// Our own server's address with the socket's scheme.
fn address(path: &str) -> Option<String> {
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    let origin = js_sys::Reflect::get(&location, &"origin".into()).ok()?.as_string()?;
    // `http://…` becomes `ws://…`, `https://…` becomes `wss://…`.
    origin.strip_prefix("http").map(|rest| format!("ws{rest}{path}"))
}

impl Socket {
    /// Opens a socket to `path` of our own server.
    ///
    /// # Errors
    /// [`SocketFault::Open`] when the browser would not try.
    pub(crate) fn open(
        path: &str,
        on_event: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, SocketFault> {
        let url = address(path).ok_or(SocketFault::Open)?;
        let socket = WebSocket::new(&url).map_err(|_| SocketFault::Open)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let was_open = Rc::new(Cell::new(false));
        let is_open = Rc::clone(&was_open);
        let opened = on_event.clone();
        let message = on_event.clone();
        let on_open = Closure::<dyn FnMut()>::new(move || {
            is_open.set(true);
            opened(SocketEvent::Opened);
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(buffer) = event.data().dyn_ref::<ArrayBuffer>() {
                message(SocketEvent::Message(Uint8Array::new(buffer).to_vec()));
            }
        });
        let on_close = Closure::<dyn FnMut()>::new(move || {
            on_event(SocketEvent::Closed { was_open: was_open.get() });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// [`SocketFault::NotOpen`] when it is not open.
    pub(crate) fn send(&self, bytes: &[u8]) -> Result<(), SocketFault> {
        if self.socket.ready_state() != WebSocket::OPEN {
            return Err(SocketFault::NotOpen);
        }
        self.socket.send_with_u8_array(bytes).map_err(|_| SocketFault::NotOpen)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket that is closed already says so, and that is all that was wanted.
        let _ = self.socket.close();
    }
}
