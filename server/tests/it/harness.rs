//! The real binary on a free port, and a small client.
//!
//! A server lives in its own temporary folder and is killed when the test ends.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub(crate) const PASSWORD: &str = "quiet-made-up-words";

/// A running `doorstep serve --demonstration`.
pub(crate) struct Running {
    child: Child,
    pub(crate) url: String,
    log: PathBuf,
}

/// A command of the real binary over a data folder, with nothing of this machine's settings in it.
pub(crate) fn doorstep(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
    command
        .env_clear()
        .env("DOORSTEP_DATA", data)
        .env("DOORSTEP_LISTEN", "127.0.0.1:0")
        .env("DOORSTEP_BUNDLE", data.join("no_bundle"))
        .env("DOORSTEP_DEMONSTRATION_PASSWORD", PASSWORD);
    command
}

impl Running {
    /// Starts a demonstration over `data` and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(doorstep(data), data)
    }

    pub(crate) fn start_with(mut command: Command, data: &Path) -> Self {
        let log = data.join("log.txt");
        let errors = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut child =
            command.args(["serve", "--demonstration"]).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Doorstep listens on ").map(str::to_owned))
            .unwrap_or_else(|| panic!("did not start: {}", std::fs::read_to_string(&log).unwrap()));
        Self { child, url, log }
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and wait until it is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        Client::new(self).get(path, &[])
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended where a test killed or stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One browser's worth of client: an address and a cookie.
pub(crate) struct Client {
    url: String,
    pub(crate) cookie: String,
    agent: ureq::Agent,
}

impl Client {
    pub(crate) fn new(server: &Running) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build();
        Self { url: server.url.clone(), cookie: String::new(), agent: config.into() }
    }

    pub(crate) fn signed_in(server: &Running, account: &str) -> Self {
        let mut client = Self::new(server);
        let reply = client.sign_in(account, PASSWORD);
        assert_eq!(reply.status, 200, "{}", reply.text());
        client
    }

    pub(crate) fn sign_in(&mut self, account: &str, password: &str) -> Reply {
        let body = serde_json::json!({ "account": account, "password": password }).to_string();
        let reply = self.post("/auth/sign-in", body.as_bytes());
        if let Some(cookie) = reply.header("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        reply
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Reply {
        self.post_with(path, body, &[("x-doorstep", "1")]).unwrap()
    }

    pub(crate) fn post_json(&self, path: &str, body: &Value) -> Reply {
        self.post(path, body.to_string().as_bytes())
    }

    /// A post with these headers alone; an error when the connection ended before an answer.
    pub(crate) fn post_with(
        &self,
        path: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Result<Reply, ureq::Error> {
        let mut request =
            self.agent.post(format!("{}{path}", self.url)).header("cookie", &self.cookie).header(
                "content-type",
                if path == "/sync" { "application/octet-stream" } else { "application/json" },
            );
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send(body).map(reply)
    }
}

fn reply(response: ureq::http::Response<ureq::Body>) -> Reply {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let body = response.into_body().into_with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap();
    Reply { status, headers, body }
}
