//! The HTTP contract. JSON in and out unless said otherwise; ids are lower-case hexadecimal, times milliseconds UTC.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /auth/sign-in` | `{account, password}` | 200, who as below, and the session cookie; 401 `sign_in_refused`; 429 `sign_in_waits` with `retry_ms` |
//! | `POST /auth/sign-out` | | 204, cookie ended; also without a session |
//! | `GET /auth/me` | | `{worker, name, role, team, organisation, account, team_name, organisation_name, demonstration, session_until_ms}`; 401 `signed_out` |
//! | `POST /auth/enrol` | `{install, key, name}` | `{organisation, team, scopes, epoch, server_key, server_time_ms, lease_until_ms, demonstration}`; 409 `install_taken`; 403 `no_scope` |
//! | `POST /sync` | a deflated `Hello`, at most [`SYNC_BYTES_MAX`] | a deflated `Answer`; 400 `malformed` or 413 `too_large` when the body is no `Hello` |
//! | `GET /sync/socket` | | a WebSocket of the same messages, binary, each deflated; text or no `Hello`: an `Answer` with a code, then closed |
//! | `GET /health` | | `{status}`: the process runs |
//! | `GET /ready` | | `{status}`; 503 when stopping or the store cannot be read |
//! | `GET` anything else | | a file of the bundle; the page for navigations; 404 `not_found` |
//!
//! - Every `POST` carries `x-doorstep: 1`, and `Sec-Fetch-Site: same-origin` where a browser sends it, else 403
//!   `not_our_page`. A socket's `Origin` must be this server's.
//! - `scopes` is a list of `Scope` as serde writes it (`{"TeamCore": "…"}`); `role` its snake-case name; `key` the 32
//!   bytes of the Ed25519 public key. The first worker and key of an install stay its worker and key.
//! - A request that fails is answered `{code, sentence, request_id}`; codes are stable, sentences are for people.

pub(crate) mod devices;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod observe;
pub(crate) mod session;
pub(crate) mod sync_http;
pub(crate) mod sync_socket;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use crate::state::AppState;

/// Most bytes of a JSON body.
pub const JSON_BYTES_MAX: usize = 16 * 1024;

/// Most bytes of a sync message as it travels, deflated.
pub const SYNC_BYTES_MAX: usize = 2 * 1024 * 1024;

/// All routes over `state`.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .route("/auth/sign-in", post(session::sign_in))
        .route("/auth/sign-out", post(session::sign_out))
        .route("/auth/me", get(session::me))
        .route("/auth/enrol", post(devices::enrol))
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .route("/sync", post(sync_http::sync).layer(DefaultBodyLimit::max(SYNC_BYTES_MAX)))
        .route("/sync/socket", get(sync_socket::open))
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .fallback(files::serve)
        .layer(middleware::from_fn(observe::observe))
        .with_state(state)
}
