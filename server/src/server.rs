//! Starting and stopping: everything is checked before the first request, and nothing is lost by the last.
//!
//! In: checked settings. Out: a listening [`Server`], or one sentence saying what stands in the way.
//! A stop lets open requests finish, closes sockets, commits what waits and closes the database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use doorstep_shared::ids::DeviceKey;
use doorstep_shared::sync::sabotage::Soundness;
use ed25519_dalek::SigningKey;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use crate::auth::passwords::{PasswordError, Passwords};
use crate::bundle::{Bundle, BundleError};
use crate::demonstration::{self, Demonstration, DemonstrationError};
use crate::routes;
use crate::settings::Settings;
use crate::state::AppState;
use crate::store::sqlite::{FILE_NAME, Opening, Sqlite};
use crate::store::{Store, StoreFault};
use crate::sync::hub::Hub;

/// The server's private key in the data folder.
const KEY_NAME: &str = "server.key";

/// Requests that sync at once: bounds the memory of bodies in a storm.
const SYNC_AT_ONCE: usize = 64;

/// Why the server did not start. Nothing of it runs then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made or written.
    #[error("write in the data folder {} (setting data)", path.display())]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("open the database {}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: StoreFault,
    },
    /// The server's key is not one.
    #[error("read the server's key {}: it is not 32 bytes", path.display())]
    Key {
        /// The file.
        path: PathBuf,
    },
    /// The bundle is there but not whole.
    #[error("load the app (setting bundle)")]
    Bundle(#[from] BundleError),
    /// The address cannot be listened on.
    #[error("listen on {address} (setting listen)")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The system has no randomness.
    #[error("draw random bytes from the system")]
    Chance,
    /// The demonstration team could not be prepared.
    #[error("prepare the demonstration")]
    Demonstration(#[from] DemonstrationError),
    /// Passwords cannot be hashed here.
    #[error("prepare the check of passwords")]
    Passwords(#[from] PasswordError),
}

/// Why a stop was not clean. What was acknowledged is stored all the same.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// Open requests did not finish in time.
    #[error("stop: requests were still open after {seconds} s")]
    Open {
        /// Time given.
        seconds: u32,
    },
    /// The database could not be closed.
    #[error("stop: close the database")]
    Database(#[from] StoreFault),
    /// The listener failed.
    #[error("stop: the listener failed")]
    Listener,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    demonstration: Option<Demonstration>,
    store: Arc<dyn Store>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    sockets: mpsc::Receiver<()>,
    open_socket: mpsc::Sender<()>,
    stop_seconds: u32,
}

/// How the server is started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start {
    /// Fill an empty database with the demonstration team.
    pub demonstration: bool,
    /// How the writer is broken, in tests.
    pub soundness: Soundness,
    /// Most pages of the database, in tests of a full disk.
    #[cfg(feature = "testing")]
    pub pages_max: Option<u32>,
}

/// Starts the server.
///
/// # Errors
/// A [`StartError`] naming the one thing that stands in the way.
pub async fn serve(settings: Settings, start: Start) -> Result<Server, StartError> {
    let bundle = Bundle::load(&settings.bundle)?;
    if bundle.is_none() {
        tracing::warn!("there is no bundle: the app cannot be opened in a browser until it is built");
    }
    std::fs::create_dir_all(&settings.data)
        .map_err(|source| StartError::DataFolder { path: settings.data.clone(), source })?;
    let key = server_key(&settings.data)?;
    // The port first: a server that runs already must be named before its database is found locked.
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|source| StartError::Listen { address: settings.listen, source })?;
    let address =
        listener.local_addr().map_err(|source| StartError::Listen { address: settings.listen, source })?;
    let in_database = |source| StartError::Database { path: settings.data.join(FILE_NAME), source };
    let opening = Opening {
        epoch: draw()?,
        soundness: start.soundness,
        #[cfg(feature = "testing")]
        pages_max: start.pages_max,
    };
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&settings.data, opening).await.map_err(in_database)?);
    let demonstration = match start.demonstration {
        true => Some(demonstration::prepare(store.as_ref(), &settings).await?),
        false => None,
    };
    if store.team().await.map_err(in_database)?.is_none() {
        tracing::warn!("the database holds no team: nobody can sign in");
    }
    let identity = store.identity().await.map_err(in_database)?;

    let (stop, stopping) = watch::channel(false);
    let (open_socket, sockets) = mpsc::channel(1);
    let stop_seconds = settings.stop_seconds;
    let state = AppState {
        settings: Arc::new(settings),
        store: Arc::clone(&store),
        identity,
        server_key: DeviceKey::from_bytes(key.verifying_key().to_bytes()),
        passwords: Arc::new(Passwords::new()?),
        rate: Arc::default(),
        bundle: Arc::new(bundle),
        hub: Hub::new(),
        turns: Arc::new(Semaphore::new(SYNC_AT_ONCE)),
        stopping: stopping.clone(),
        open_socket: open_socket.downgrade(),
    };
    let app = routes::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let serving =
        tokio::spawn(
            async move { axum::serve(listener, app).with_graceful_shutdown(stopped(stopping)).await },
        );
    tracing::info!(%address, "listening");
    Ok(Server { address, demonstration, store, stop, serving, sockets, open_socket, stop_seconds })
}

impl Server {
    /// Where it listens; the real port when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The accounts of the demonstration, when it was started as one.
    pub fn demonstration(&self) -> Option<&Demonstration> {
        self.demonstration.as_ref()
    }

    /// Stops accepting, lets open requests finish, closes sockets, commits and closes the database.
    ///
    /// # Errors
    /// A [`StopError`] when not all of it went in time; what was acknowledged is stored all the same.
    pub async fn stop(self) -> Result<(), StopError> {
        let Self { store, stop, serving, mut sockets, open_socket, stop_seconds, .. } = self;
        // A receiver always lives in this server's own state.
        let _unheard = stop.send(true);
        drop(open_socket);
        let abort = serving.abort_handle();
        // A second is kept for the database.
        let patience = Duration::from_secs(u64::from(stop_seconds.saturating_sub(1)));
        let finished = tokio::time::timeout(patience, async {
            let served = serving.await;
            // Nothing is ever sent: this waits until the last socket has let go of its sender.
            let _none = sockets.recv().await;
            served
        })
        .await;
        abort.abort();
        store.close().await?;
        match finished {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(_) => Err(StopError::Listener),
            Err(_) => Err(StopError::Open { seconds: stop_seconds }),
        }
    }
}

/// Ends when the server stops, or when whoever could stop it is gone.
pub(crate) async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _gone = stopping.wait_for(|stopping| *stopping).await;
}

fn draw<const N: usize>() -> Result<[u8; N], StartError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StartError::Chance)?;
    Ok(bytes)
}

/// The key that signs this server's orders: read, or drawn once and kept readable by this user alone.
fn server_key(folder: &Path) -> Result<SigningKey, StartError> {
    let path = folder.join(KEY_NAME);
    let in_folder = |source| StartError::DataFolder { path: folder.to_owned(), source };
    match std::fs::read(&path) {
        Ok(bytes) => {
            let bytes = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| StartError::Key { path })?;
            Ok(SigningKey::from_bytes(&bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let bytes = draw()?;
            write_private(&path, &bytes).map_err(in_folder)?;
            Ok(SigningKey::from_bytes(&bytes))
        }
        Err(error) => Err(in_folder(error)),
    }
}

pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
