//! The carrier of a headless tablet: HTTP to one server, with its cookie.
//!
//! In: requests of the sign-in, bytes of the sync. Out: answers, or that nobody answered.
//! Says `x-doorstep: 1` on every post, as the page does.

use std::time::Duration;

use doorstep_app::session::{Request, Response};

/// Longest wait for an answer.
const ANSWER_TIME: Duration = Duration::from_secs(60);

/// Most bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A client of one server.
pub struct Carrier {
    url: String,
    cookie: String,
    agent: ureq::Agent,
}

impl Carrier {
    /// A client of the server at `url`.
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_TIME))
            .build();
        Self { url: url.trim_end_matches('/').to_owned(), cookie: String::new(), agent: config.into() }
    }

    /// The same client at another address, as when the server was started again.
    pub fn move_to(&mut self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.url);
    }

    /// Posts a request of the sign-in; nothing when nobody answered.
    pub fn ask(&mut self, request: &Request) -> Option<Response> {
        self.post(request.path, "application/json", &request.body)
    }

    /// Posts one message of the sync; nothing when nobody answered.
    pub fn sync(&mut self, message: &[u8]) -> Option<Response> {
        self.post("/sync", "application/octet-stream", message)
    }

    fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Option<Response> {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("x-doorstep", "1")
            .header("cookie", &self.cookie)
            .header("content-type", kind);
        let answer = request.send(body).ok()?;
        if let Some(cookie) = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()) {
            cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        let status = answer.status().as_u16();
        let body = answer.into_body().into_with_config().limit(ANSWER_BYTES_MAX).read_to_vec().ok()?;
        Some(Response { status, body })
    }
}
