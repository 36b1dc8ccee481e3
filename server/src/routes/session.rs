//! Signing in and out, and who is signed in.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{OrgId, TeamId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::auth::extract::{OurPage, SignedIn, token};
use crate::auth::passwords::PASSWORD_BYTES_MAX;
use crate::auth::sessions::{Token, ended_cookie};
use crate::clock;
use crate::error::ApiError;
use crate::routes::JSON_BYTES_MAX;
use crate::state::AppState;
use crate::store::contract::Session;

/// Longest account name that is looked up, in bytes.
const ACCOUNT_BYTES_MAX: usize = 128;

const SECONDS_PER_HOUR: u32 = 3_600;

/// What a worker types to sign in.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    account: String,
    password: String,
}

/// Who is signed in.
#[derive(Serialize)]
pub(crate) struct Me {
    worker: WorkerId,
    name: String,
    role: Role,
    team: TeamId,
    organisation: OrgId,
    account: String,
    team_name: String,
    organisation_name: String,
    demonstration: bool,
    session_until_ms: i64,
}

/// Checks a password and opens a session.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    _: OurPage,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let SignIn { account, password } = json(body)?;
    if account.len() > ACCOUNT_BYTES_MAX || password.len() > PASSWORD_BYTES_MAX {
        return Err(ApiError::SignInRefused);
    }
    let sign_in = account.trim().to_lowercase();
    let now = clock::now();
    if let Some(wait_ms) = state.rate.wait_ms(&sign_in, from.ip(), now) {
        return Err(ApiError::SignInWaits { wait_ms });
    }
    let credential = state.store.credential(sign_in.clone()).await?;
    let open = credential.filter(|credential| credential.account.disabled_at.is_none());
    let stored = open.as_ref().map(|credential| credential.password.clone());
    let right = state
        .passwords
        .check(password, stored)
        .await
        .map_err(|_| ApiError::Internal { part: "checking a password" })?;
    let Some(credential) = open.filter(|_| right) else {
        state.rate.wrong(&sign_in, from.ip(), now);
        return Err(ApiError::SignInRefused);
    };
    state.rate.right(&sign_in, from.ip());

    let token = Token::draw().map_err(|_| ApiError::Internal { part: "drawing a token" })?;
    let seconds = state.settings.session_hours.saturating_mul(SECONDS_PER_HOUR);
    let ends_at = now.plus_ms(i64::from(seconds) * 1_000);
    let account = credential.account;
    state.store.open_session(token.digest(), account.worker, now, ends_at).await?;
    let me = me_of(&state, Session { account, ends_at }).await?;
    let cookie = token.cookie(state.settings.is_secure(), seconds);
    Ok((private(), [(header::SET_COOKIE, cookie)], Json(me)))
}

/// Ends the session, here and in the browser.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    _: OurPage,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(token) = token(&headers, &state) {
        state.store.close_session(token.digest()).await?;
    }
    let cookie = ended_cookie(state.settings.is_secure());
    Ok((StatusCode::NO_CONTENT, private(), [(header::SET_COOKIE, cookie)]))
}

/// Says who is signed in.
pub(crate) async fn me(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    Ok((private(), Json(me_of(&state, signed_in.session).await?)))
}

async fn me_of(state: &AppState, session: Session) -> Result<Me, ApiError> {
    let team = state.store.team().await?.ok_or(ApiError::Internal { part: "an account without a team" })?;
    let Session { account, ends_at } = session;
    Ok(Me {
        worker: account.worker,
        name: account.name,
        role: account.role,
        team: account.team,
        organisation: account.organisation,
        account: account.sign_in,
        team_name: team.team_name,
        organisation_name: team.organisation_name,
        demonstration: state.identity.demonstration,
        session_until_ms: ends_at.ms(),
    })
}

/// The headers of an answer about one person: kept by nobody on the way.
pub(super) fn private() -> AppendHeaders<[(header::HeaderName, &'static str); 2]> {
    AppendHeaders([(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")])
}

/// The body of a request, or what is wrong with it without repeating it.
pub(super) fn json<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, ApiError> {
    body.map(|Json(body)| body).map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::TooLarge { limit_bytes: JSON_BYTES_MAX }
        } else {
            ApiError::Malformed { part: "its JSON is not what this address reads" }
        }
    })
}
