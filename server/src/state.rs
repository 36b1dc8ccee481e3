//! What every route can reach. Made once at start, never replaced.

use std::sync::Arc;

use doorstep_shared::ids::DeviceKey;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::auth::passwords::Passwords;
use crate::auth::rate::Rate;
use crate::bundle::Bundle;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::contract::Identity;
use crate::sync::hub::Hub;

/// The server's parts, shared by all requests.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) settings: Arc<Settings>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) identity: Identity,
    /// The key devices pin at enrolment: orders that destroy anything are signed by it.
    pub(crate) server_key: DeviceKey,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) rate: Arc<Rate>,
    pub(crate) bundle: Arc<Option<Bundle>>,
    pub(crate) hub: Hub,
    /// Requests that sync at once; the others wait in the order they came.
    pub(crate) turns: Arc<Semaphore>,
    /// Becomes true once, when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Held by every open socket, so that a stop can wait for them.
    pub(crate) open_socket: mpsc::WeakSender<()>,
}
