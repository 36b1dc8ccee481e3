//! `GET /sync/socket`: the same messages over a WebSocket, and rows pushed as they are stored.
//!
//! In: binary frames, one deflated hello each. Out: deflated answers. Each socket is served by one task that does one
//! thing at a time: while a device does not read, nothing is prepared for it, and hints it misses become one.
//! Closed when the session ends, the device falls silent, sends what is no message, or the server stops.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::codec::pack;
use doorstep_shared::sync::message::Answer;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::auth::extract::{SignedIn, text};
use crate::clock;
use crate::error::ApiError;
use crate::routes::SYNC_BYTES_MAX;
use crate::state::AppState;
use crate::store::StoreFault;
use crate::sync::hub::Listener;
use crate::sync::reading;
use crate::sync::runner::{self, Runner};

/// Time between two pings, which keep proxies from closing a quiet socket.
const PING_EVERY: Duration = Duration::from_secs(25);

/// Time between two looks at whether the session is still open.
const SESSION_EVERY: Duration = Duration::from_secs(60);

/// A device that neither spoke nor answered a ping for this long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(80);

/// Longest time one frame may take to leave.
const SEND_TIME: Duration = Duration::from_secs(30);

/// Opens a socket for a worker who signed in, from our own page alone.
pub(crate) async fn open(
    State(state): State<AppState>,
    signed_in: SignedIn,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !is_our_origin(&headers, &state) {
        return Err(ApiError::NotOurPage);
    }
    let alive = state.open_socket.upgrade().ok_or(StoreFault::Closed)?;
    let upgrade = upgrade.max_message_size(SYNC_BYTES_MAX).max_frame_size(SYNC_BYTES_MAX);
    Ok(upgrade.on_upgrade(async move |socket| {
        let ended = Connection::new(state, signed_in, socket).serve().await;
        tracing::info!(?ended, "a socket closed");
        drop(alive);
    }))
}

/// Browsers name the page's origin on every socket; clients without pages name none.
fn is_our_origin(headers: &HeaderMap, state: &AppState) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if !state.settings.public_origin.is_empty() {
        return origin == state.settings.public_origin;
    }
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    host.is_some() && host == text(headers, "host")
}

/// Why a socket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// The device closed it, or the network did.
    Gone,
    /// It did not read for too long.
    Slow,
    /// It neither spoke nor answered a ping.
    Silent,
    /// It sent what is no message.
    Refused,
    /// Its session ended.
    SignedOut,
    /// The server stops.
    Stopping,
}

struct Connection {
    state: AppState,
    signed_in: SignedIn,
    socket: WebSocket,
    runner: Option<Runner>,
    heard_at: Instant,
}

/// What happens next on a socket.
enum Event {
    Frame(Option<Result<Message, axum::Error>>),
    Hint(crate::sync::hub::Hint),
    Ping,
    Session,
    Stop,
}

impl Connection {
    fn new(state: AppState, signed_in: SignedIn, socket: WebSocket) -> Self {
        Self { state, signed_in, socket, runner: None, heard_at: Instant::now() }
    }

    async fn serve(mut self) -> Ended {
        let listener = self.state.hub.listen();
        match self.run(listener).await {
            Ok(()) => Ended::Gone,
            Err(ended) => {
                let (code, reason) = match ended {
                    Ended::Gone | Ended::Slow | Ended::Silent => return ended,
                    Ended::Refused => (close_code::INVALID, "refused"),
                    Ended::SignedOut => (close_code::POLICY, "signed_out"),
                    Ended::Stopping => (close_code::AWAY, "stopping"),
                };
                let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
                // The device may be gone already; closing is a courtesy.
                let _courtesy = timeout(Duration::from_secs(1), self.socket.send(close)).await;
                ended
            }
        }
    }

    async fn run(&mut self, mut listener: Listener) -> Result<(), Ended> {
        let mut stopping = self.state.stopping.clone();
        let mut pings = interval(PING_EVERY);
        let mut sessions = interval(SESSION_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        sessions.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let event = tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => Event::Stop,
                frame = self.socket.recv() => Event::Frame(frame),
                hint = listener.next() => Event::Hint(hint),
                _ = pings.tick() => Event::Ping,
                _ = sessions.tick() => Event::Session,
            };
            match event {
                Event::Stop => return Err(Ended::Stopping),
                Event::Frame(None | Some(Err(_) | Ok(Message::Close(_)))) => return Ok(()),
                Event::Frame(Some(Ok(message))) => self.receive(message).await?,
                Event::Hint(hint) => {
                    let Some(runner) = &mut self.runner else { continue };
                    let answers = runner.hear(hint).await;
                    self.send_all(answers).await?;
                }
                Event::Ping if self.heard_at.elapsed() > SILENCE_MAX => return Err(Ended::Silent),
                Event::Ping => self.send(Message::Ping(axum::body::Bytes::new())).await?,
                Event::Session => self.check_session().await?,
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Ended> {
        self.heard_at = Instant::now();
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
            Message::Text(_) => return self.refuse(MessageCode::Malformed, Ended::Refused).await,
        };
        let hello = match reading::hello(bytes).await {
            Ok(hello) => hello,
            Err(code) => return self.refuse(code, Ended::Refused).await,
        };
        let answers = match &mut self.runner {
            Some(runner) => runner.receive(hello).await,
            None => {
                let account = self.signed_in.session.account.clone();
                let (answers, runner) = runner::open(&self.state, account, hello).await;
                self.runner = runner;
                answers
            }
        };
        self.send_all(answers).await
    }

    async fn check_session(&mut self) -> Result<(), Ended> {
        match self.state.store.session(self.signed_in.token, clock::now()).await {
            Ok(Some(session)) => {
                if let Some(runner) = &mut self.runner {
                    runner.refresh(session.account.clone());
                }
                self.signed_in.session = session;
                Ok(())
            }
            Ok(None) => self.refuse(MessageCode::SignedOut, Ended::SignedOut).await,
            // A store that cannot be read now says nothing about the session: asked again in a minute.
            Err(fault) => {
                tracing::error!(%fault, "looking up a session");
                Ok(())
            }
        }
    }

    async fn refuse(&mut self, code: MessageCode, ended: Ended) -> Result<(), Ended> {
        tracing::info!(code = code.name(), "a socket's message was refused");
        self.send_all(vec![Answer { code: Some(code), ..Answer::default() }]).await?;
        Err(ended)
    }

    async fn send_all(&mut self, answers: Vec<Answer>) -> Result<(), Ended> {
        for answer in answers {
            self.send(Message::Binary(pack(&answer).into())).await?;
        }
        Ok(())
    }

    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        match timeout(SEND_TIME, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ended::Gone),
            Err(_) => Err(Ended::Slow),
        }
    }
}
