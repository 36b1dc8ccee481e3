//! Whether the process runs, and whether it can be used.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::StoreFault;

/// The process runs. Says nothing of the store, so that a restart is not tried for a full disk.
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The store answers and the server is not stopping.
pub(crate) async fn ready(State(state): State<AppState>) -> Result<Json<Value>, ApiError> {
    if *state.stopping.borrow() {
        return Err(StoreFault::Closed.into());
    }
    state.store.ready().await?;
    Ok(Json(json!({ "status": "ready" })))
}
