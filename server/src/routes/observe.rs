//! One log line a request, and the id that ties it to what the caller was told.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use crate::error::REQUEST_ID;

/// Answers the request under a new id and logs it: the route's template, never the path, the query or a body.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = new_id();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("files", MatchedPath::as_str).to_owned();
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let bytes_in: u64 = length.and_then(|value| value.parse().ok()).unwrap_or(0);
    let response = REQUEST_ID.scope(request_id.clone(), next.run(request)).await;
    let status = response.status().as_u16();
    let bytes_out = axum::body::HttpBody::size_hint(response.body()).exact().unwrap_or(0);
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id, %method, route, status, ms, bytes_in, bytes_out, "request");
    response
}

/// Sixteen hexadecimal digits, drawn; zeros where the system has no randomness, which start refuses anyway.
fn new_id() -> String {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("the system has no randomness");
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
