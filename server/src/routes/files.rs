//! The bundle's files, the page for navigations, and the strict headers of documents.
//!
//! In: a path nothing else answers. Out: a file in the smallest form the browser takes, or 404.
//! The policy allows our own files and nothing else: no inline script or style, `eval` for wasm alone, one trusted-types
//! policy. Source: the frontend anchor, §5.6.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::auth::extract::text;
use crate::bundle::File;
use crate::error::ApiError;
use crate::state::AppState;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
     form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types doorstep";

const PERMISSIONS_POLICY: &str = "camera=(self), geolocation=(self), publickey-credentials-get=(self), \
     publickey-credentials-create=(self), screen-wake-lock=(self), microphone=(), payment=(), usb=()";

/// Addresses that are never a page of the app.
const NOT_PAGES: [&str; 5] = ["/sync", "/auth", "/api", "/health", "/ready"];

const NO_BUNDLE: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Doorstep: not built yet</title></head>\n\
     <body><h1>The tablet's app has not been built</h1>\n\
     <p>The server runs and tablets that already have the app can sync.</p>\n\
     <p>To build the app, run <code>cargo xtask bundle</code> in the project's folder, or name the folder of a bundle \
     with the setting <code>bundle</code>. Then start the server again.</p></body></html>\n";

/// Answers everything the other routes do not.
pub(crate) async fn serve(
    State(state): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::NotFound);
    }
    let path = uri.path();
    let navigates = text(&headers, "accept").is_some_and(|accept| accept.contains("text/html"))
        && !NOT_PAGES.iter().any(|prefix| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
    let Some(bundle) = state.bundle.as_ref() else {
        return if navigates || path == "/" { Ok(no_bundle(&state)) } else { Err(ApiError::NotFound) };
    };
    let file = bundle.file(path).or_else(|| if navigates { bundle.file("/") } else { None });
    file.map(|file| send(file, &headers, &state)).ok_or(ApiError::NotFound)
}

fn send(file: &File, asked: &HeaderMap, state: &AppState) -> Response {
    let caching = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if text(asked, "if-none-match") == Some(file.tag.as_str()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (bytes, encoding) = file.form(text(asked, "accept-encoding").unwrap_or_default());
        let mut response = Response::new(Body::from(bytes));
        if let Some(encoding) = encoding {
            set(&mut response, header::CONTENT_ENCODING, encoding);
        }
        set(&mut response, header::CONTENT_TYPE, &file.media_type);
        response
    };
    set(&mut response, header::CACHE_CONTROL, caching);
    set(&mut response, header::ETAG, &file.tag);
    set(&mut response, header::VARY, "accept-encoding");
    guard(&mut response, state);
    response
}

fn no_bundle(state: &AppState) -> Response {
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, NO_BUNDLE).into_response();
    set(&mut response, header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, header::CACHE_CONTROL, "no-store");
    guard(&mut response, state);
    response
}

/// The strict headers of a document, a script or a worker.
fn guard(response: &mut Response, state: &AppState) {
    set(response, header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(response, header::REFERRER_POLICY, "no-referrer");
    set(response, header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(response, header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(response, header::HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY);
    if state.settings.is_secure() {
        set(response, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// Sets a header; text that cannot be one is left out and logged, it comes from the bundle's list.
fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            response.headers_mut().insert(name, value);
        }
        Err(_) => tracing::error!(header = %name, "a header of the bundle's list is not text"),
    }
}
