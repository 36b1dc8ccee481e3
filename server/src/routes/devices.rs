//! Enrolling a device: from then on its signed batches are believed.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::IntoResponse;
use doorstep_shared::docs::header::Scope;
use doorstep_shared::ids::{DeviceKey, Epoch, InstallId, OrgId, TeamId};
use serde::{Deserialize, Serialize};

use crate::auth::extract::{OurPage, SignedIn};
use crate::auth::policy;
use crate::clock;
use crate::error::ApiError;
use crate::routes::session::{json, private};
use crate::state::AppState;
use crate::store::contract::{Device, Enrolment};

/// Longest name of a device, in characters.
const NAME_CHARS_MAX: usize = 80;

const MS_PER_HOUR: i64 = 3_600_000;

/// What a new install says of itself.
#[derive(Deserialize)]
pub(crate) struct Enrol {
    install: InstallId,
    key: DeviceKey,
    name: String,
}

/// What an enrolled install works with.
#[derive(Serialize)]
pub(crate) struct Enrolled {
    organisation: OrgId,
    team: TeamId,
    scopes: Vec<Scope>,
    epoch: Epoch,
    server_key: DeviceKey,
    server_time_ms: i64,
    lease_until_ms: i64,
    demonstration: bool,
}

/// Enrols this install for the worker who is signed in. Asking again gives the same answer with a new lease.
pub(crate) async fn enrol(
    State(state): State<AppState>,
    _: OurPage,
    signed_in: SignedIn,
    body: Result<Json<Enrol>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let asked = json(body)?;
    if ed25519_dalek::VerifyingKey::from_bytes(asked.key.as_bytes()).is_err() {
        return Err(ApiError::Malformed { part: "its key is not an Ed25519 key" });
    }
    let account = signed_in.session.account;
    let scopes = policy::scopes(account.role, account.team);
    if scopes.is_empty() {
        return Err(ApiError::NoScope);
    }
    let now = clock::now();
    let device = Device {
        install: asked.install,
        worker: account.worker,
        key: asked.key,
        name: asked.name.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect(),
        enrolled_at: now,
        revoked_at: None,
    };
    match state.store.enrol(device).await? {
        Enrolment::Taken => Err(ApiError::InstallTaken),
        Enrolment::Enrolled(_) => Ok((
            private(),
            Json(Enrolled {
                organisation: account.organisation,
                team: account.team,
                scopes,
                epoch: state.identity.epoch,
                server_key: state.server_key,
                server_time_ms: now.ms(),
                lease_until_ms: now.plus_ms(i64::from(state.settings.lease_hours) * MS_PER_HOUR).ms(),
                demonstration: state.identity.demonstration,
            }),
        )),
    }
}
