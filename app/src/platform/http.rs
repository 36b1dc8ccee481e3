//! Requests to our own server.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, Response};

use super::timer;

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    // The same function in the page and in the worker, which have no type in common.
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(url: &str, init: &RequestInit) -> js_sys::Promise;
}

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// `Retry-After` in seconds, where it was sent.
    pub(crate) retry_after_s: Option<u32>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFault {
    /// The browser would not send it.
    #[error("send a request: the browser refused it")]
    Request,
    /// Nobody answered within the limit, or the answer broke off.
    #[error("send a request: no answer")]
    NoAnswer,
}

/// Sends `body` to `path` of our own server; without a body it only asks.
///
/// # Errors
/// [`HttpFault`] when no whole answer came within `limit_ms`.
pub(crate) async fn send(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
    limit_ms: i32,
) -> Result<Answer, HttpFault> {
    let request = |_: JsValue| HttpFault::Request;
    let no_answer = |_: JsValue| HttpFault::NoAnswer;
    let sent = Headers::new().map_err(request)?;
    for (name, value) in headers {
        sent.append(name, value).map_err(request)?;
    }
    let abort = AbortController::new().map_err(request)?;
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&sent);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(Some(&abort.signal()));
    if let Some(body) = body {
        init.set_body(&Uint8Array::from(body));
    }
    let limit = timer::after(limit_ms, move || abort.abort());
    let answer = async {
        let response: Response =
            JsFuture::from(fetch(path, &init)).await.map_err(no_answer)?.dyn_into().map_err(no_answer)?;
        let buffer: ArrayBuffer = JsFuture::from(response.array_buffer().map_err(no_answer)?)
            .await
            .map_err(no_answer)?
            .dyn_into()
            .map_err(no_answer)?;
        let retry_after_s =
            response.headers().get("retry-after").ok().flatten().and_then(|seconds| seconds.parse().ok());
        Ok(Answer { status: response.status(), body: Uint8Array::new(&buffer).to_vec(), retry_after_s })
    }
    .await;
    limit.cancel();
    answer
}
