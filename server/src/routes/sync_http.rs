//! `POST /sync`: one exchange, as one request.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::codec::pack;
use doorstep_shared::sync::message::Answer;

use crate::auth::extract::{OurPage, SignedIn};
use crate::error::ApiError;
use crate::routes::SYNC_BYTES_MAX;
use crate::state::AppState;
use crate::sync::{reading, runner};

/// Longest time a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(120);

/// Longest time a request waits for its turn in a storm.
const TURN_TIME: Duration = Duration::from_secs(20);

/// What a device is told when its turn did not come, in milliseconds.
const STORM_RETRY_MS: u32 = 10_000;

/// Performs one hello. Requests are taken in the order they came, a bounded number at a time.
pub(crate) async fn sync(
    State(state): State<AppState>,
    _: OurPage,
    signed_in: SignedIn,
    request: Request,
) -> Result<Response, ApiError> {
    let Ok(turn) = tokio::time::timeout(TURN_TIME, state.turns.acquire()).await else {
        let busy =
            Answer { code: Some(MessageCode::Busy), retry_ms: Some(STORM_RETRY_MS), ..Answer::default() };
        return Ok(answer(&busy));
    };
    let body = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, &state)).await;
    let body = body.map_err(|_| ApiError::TooSlow)?.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::TooLarge { limit_bytes: SYNC_BYTES_MAX }
        } else {
            ApiError::Malformed { part: "its body ended early" }
        }
    })?;
    let hello = reading::hello(body).await.map_err(|code| {
        if code == MessageCode::TooLarge {
            ApiError::TooLarge { limit_bytes: SYNC_BYTES_MAX }
        } else {
            ApiError::Malformed { part: "its body is not a sync message" }
        }
    })?;
    let (answers, _) = runner::open(&state, signed_in.session.account, hello).await;
    drop(turn);
    // One hello has one answer.
    answers.first().map(answer).ok_or(ApiError::Internal { part: "a hello without an answer" })
}

fn answer(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(pack(answer)));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
