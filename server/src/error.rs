//! What a caller is told when something cannot be done: a status, a stable code, a safe sentence, a request id.
//!
//! In: refusals and faults of the other rooms. Out: `{code, sentence, request_id}`. The cause goes to the log once.
//! Never repeats what was sent, never says whether a thing one may not see exists.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::store::StoreFault;

tokio::task_local! {
    /// The id of the request this task answers, as logged and as told to the caller.
    pub(crate) static REQUEST_ID: String;
}

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The header and fetch metadata every request of our own pages carries are missing.
    #[error("the request does not come from our own page")]
    NotOurPage,
    /// No session, or one that ended.
    #[error("no open session")]
    SignedOut,
    /// Unknown account, wrong password or closed account: the three look the same.
    #[error("sign-in refused")]
    SignInRefused,
    /// Too many wrong passwords from here.
    #[error("sign-in waits {wait_ms} ms")]
    SignInWaits {
        /// Milliseconds to wait.
        wait_ms: i64,
    },
    /// The body is not what the route reads.
    #[error("malformed request: {part}")]
    Malformed {
        /// What is wrong, in words of ours.
        part: &'static str,
    },
    /// The body is larger than the route reads.
    #[error("request body over {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The body did not arrive in time.
    #[error("the request body did not arrive in time")]
    TooSlow,
    /// The install belongs to another worker, has another key, or was revoked.
    #[error("the install is taken")]
    InstallTaken,
    /// This worker's role keeps no records on a tablet.
    #[error("the role holds no scope")]
    NoScope,
    /// Nothing at this address.
    #[error("no such route")]
    NotFound,
    /// The server is stopping or its store cannot be used.
    #[error("the store")]
    Store(#[from] StoreFault),
    /// A defect or a missing part of the system.
    #[error("internal: {part}")]
    Internal {
        /// Which part, in words of ours.
        part: &'static str,
    },
}

#[derive(Serialize)]
struct Told {
    code: &'static str,
    sentence: &'static str,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_ms: Option<i64>,
}

impl ApiError {
    fn told(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotOurPage => (
                StatusCode::FORBIDDEN,
                "not_our_page",
                "This request did not come from Doorstep's own page. Open Doorstep again and retry.",
            ),
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out", "Sign in to go on."),
            Self::SignInRefused => (
                StatusCode::UNAUTHORIZED,
                "sign_in_refused",
                "The account or the password is not right. Check both and try again.",
            ),
            Self::SignInWaits { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "sign_in_waits",
                "Too many wrong passwords. Wait a few seconds and try again.",
            ),
            Self::Malformed { .. } => {
                (StatusCode::BAD_REQUEST, "malformed", "The server could not read this request.")
            }
            Self::TooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "This request is larger than the server reads.")
            }
            Self::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "too_slow", "The request did not arrive in time. Try again.")
            }
            Self::InstallTaken => (
                StatusCode::CONFLICT,
                "install_taken",
                "This installation cannot be used by this account. Install Doorstep again on this device.",
            ),
            Self::NoScope => (
                StatusCode::FORBIDDEN,
                "no_scope",
                "This role keeps no records on a tablet. Work online instead.",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is nothing at this address."),
            Self::Store(StoreFault::DiskFull) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "The server's disk is full. Nothing of this request was stored; what is on the tablet stays there.",
            ),
            Self::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                "The server cannot use its store. Nothing of this request was stored; try again later.",
            ),
            Self::Internal { .. } => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed. The fault was logged.")
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, sentence) = self.told();
        let request_id = REQUEST_ID.try_with(Clone::clone).unwrap_or_default();
        if status.is_server_error() {
            tracing::error!(request_id, code, cause = ?self, "a request failed");
        } else {
            tracing::info!(request_id, code, cause = %self, "a request was refused");
        }
        let retry_ms = if let Self::SignInWaits { wait_ms } = self { Some(wait_ms) } else { None };
        let mut response = (status, Json(Told { code, sentence, request_id, retry_ms })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}
