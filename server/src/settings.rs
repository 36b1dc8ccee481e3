//! The settings: one TOML file, the environment over it, checked as a whole before anything starts.
//!
//! In: a file's text and variables, handed over by `main`. Out: [`Settings`], or one sentence naming what is wrong
//! and where. `Debug` and `effective` hide secrets. Never changes while the server runs.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The commented example; a test holds it equal to the defaults.
pub const EXAMPLE: &str = include_str!("../config.example.toml");

/// The variables that are read, and the key of the file each stands over.
pub const VARIABLES: [(&str, &str); 9] = [
    ("DOORSTEP_LISTEN", "listen"),
    ("DOORSTEP_DATA", "data"),
    ("DOORSTEP_BUNDLE", "bundle"),
    ("DOORSTEP_PUBLIC_ORIGIN", "public_origin"),
    ("DOORSTEP_SESSION_HOURS", "session_hours"),
    ("DOORSTEP_LEASE_HOURS", "lease_hours"),
    ("DOORSTEP_LOG", "log"),
    ("DOORSTEP_STOP_SECONDS", "stop_seconds"),
    ("DOORSTEP_DEMONSTRATION_PASSWORD", "demonstration_password"),
];

/// Why the settings cannot be used. Each names the key and where it was read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file named by `DOORSTEP_CONFIG` or `--config` cannot be read.
    #[error("read the settings file {}", path.display())]
    File {
        /// The file asked for.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML of this shape.
    #[error("understand the settings file {}: {why}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The parser's words, which name the line and the key.
        why: String,
    },
    /// One value is out of its range.
    #[error("accept {key} = {value:?} from {origin}: {rule}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What was given; empty for a secret.
        value: String,
        /// The file or variable it came from.
        origin: String,
        /// What it must be.
        rule: &'static str,
    },
}

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Nothing was set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "not set" } else { "set, hidden" })
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The address to listen on. Port 0 takes a free one and prints it.
    pub listen: SocketAddr,
    /// The folder of the database and the server's key; made when missing.
    pub data: PathBuf,
    /// The folder of the tablet's bundle, with `bundle.json` in it.
    pub bundle: PathBuf,
    /// Scheme, host and port as people type them; empty on a demonstration's localhost. `https` makes cookies `Secure`.
    pub public_origin: String,
    /// Hours until a sign-in ends, 1 to 168.
    pub session_hours: u32,
    /// Hours a tablet may open its records without meeting the server, 1 to 168.
    pub lease_hours: u32,
    /// What is logged, in the syntax of `tracing`'s filters.
    pub log: String,
    /// Longest time a stop may take, in seconds, 1 to 60.
    pub stop_seconds: u32,
    /// The demonstration accounts' password; drawn at random and kept in the data folder when empty.
    pub demonstration_password: Secret,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("data"),
            bundle: PathBuf::from("target/bundle"),
            public_origin: String::new(),
            session_hours: 12,
            lease_hours: 72,
            log: "info".to_owned(),
            stop_seconds: 10,
            demonstration_password: Secret::default(),
        }
    }
}

/// The file as written; every key may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: Option<String>,
    data: Option<String>,
    bundle: Option<String>,
    public_origin: Option<String>,
    session_hours: Option<i64>,
    lease_hours: Option<i64>,
    log: Option<String>,
    stop_seconds: Option<i64>,
    demonstration_password: Option<String>,
}

impl Written {
    fn into_pairs(self) -> [(&'static str, Option<String>); 9] {
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        [
            ("listen", self.listen),
            ("data", self.data),
            ("bundle", self.bundle),
            ("public_origin", self.public_origin),
            ("session_hours", number(self.session_hours)),
            ("lease_hours", number(self.lease_hours)),
            ("log", self.log),
            ("stop_seconds", number(self.stop_seconds)),
            ("demonstration_password", self.demonstration_password),
        ]
    }
}

impl Settings {
    /// Reads `file` when one is named, then lays the variables over it, then checks everything.
    pub fn read(
        file: Option<&Path>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let mut settings = Self::default();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|source| SettingsError::File { path: path.to_owned(), source })?;
            settings.lay(&text, path)?;
        }
        for (name, key) in VARIABLES {
            if let Some(value) = variable(name) {
                settings.set(key, value, name)?;
            }
        }
        Ok(settings)
    }

    fn lay(&mut self, text: &str, path: &Path) -> Result<(), SettingsError> {
        let written: Written = toml::from_str(text).map_err(|error| SettingsError::Shape {
            path: path.to_owned(),
            why: error.to_string().trim_end().replace('\n', " "),
        })?;
        for (key, value) in written.into_pairs() {
            if let Some(value) = value {
                self.set(key, value, &path.display().to_string())?;
            }
        }
        Ok(())
    }

    fn set(&mut self, key: &'static str, value: String, origin: &str) -> Result<(), SettingsError> {
        let wrong = |rule| SettingsError::Value {
            key,
            value: if key == "demonstration_password" { String::new() } else { value.clone() },
            origin: origin.to_owned(),
            rule,
        };
        let within = |range: std::ops::RangeInclusive<u32>, rule| {
            value.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| wrong(rule))
        };
        match key {
            "listen" => {
                self.listen = value.parse().map_err(|_| wrong("must be address:port, as 127.0.0.1:8080"))?;
            }
            "data" | "bundle" if value.is_empty() => return Err(wrong("must name a folder")),
            "data" => self.data = PathBuf::from(value),
            "bundle" => self.bundle = PathBuf::from(value),
            "public_origin" if !is_origin(&value) => {
                return Err(wrong("must be empty, or https://host or http://host with no path after it"));
            }
            "public_origin" => self.public_origin = value,
            "session_hours" => self.session_hours = within(1..=168, "must be 1 to 168 hours")?,
            "lease_hours" => self.lease_hours = within(1..=168, "must be 1 to 168 hours")?,
            "stop_seconds" => self.stop_seconds = within(1..=60, "must be 1 to 60 seconds")?,
            "log" if tracing_subscriber::EnvFilter::try_new(&value).is_err() => {
                return Err(wrong("must be a log filter, as info or doorstep_server=debug"));
            }
            "log" => self.log = value,
            "demonstration_password" if !value.is_empty() && value.chars().count() < 8 => {
                return Err(wrong("must have at least 8 characters"));
            }
            "demonstration_password" => self.demonstration_password = Secret(value),
            _ => return Err(wrong("is not a setting")),
        }
        Ok(())
    }

    /// Whether browsers reach this server over TLS, so that cookies are marked `Secure`.
    pub fn is_secure(&self) -> bool {
        self.public_origin.starts_with("https://")
    }

    /// The values in force, as a settings file with secrets hidden.
    pub fn effective(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        [
            format!("listen = {}", quoted(&self.listen.to_string())),
            format!("data = {}", quoted(&self.data.to_string_lossy())),
            format!("bundle = {}", quoted(&self.bundle.to_string_lossy())),
            format!("public_origin = {}", quoted(&self.public_origin)),
            format!("session_hours = {}", self.session_hours),
            format!("lease_hours = {}", self.lease_hours),
            format!("log = {}", quoted(&self.log)),
            format!("stop_seconds = {}", self.stop_seconds),
            format!("# demonstration_password: {:?}", self.demonstration_password),
        ]
        .join("\n")
            + "\n"
    }
}

/// Empty, or a scheme and a host with an optional port and nothing after it.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.is_empty() || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        settings.lay(text, Path::new("doorstep.toml")).map(|()| settings)
    }

    fn refusal(text: &str) -> String {
        from(text).unwrap_err().to_string()
    }

    #[test]
    fn the_example_says_exactly_the_defaults() {
        assert_eq!(from(EXAMPLE).unwrap(), Settings::default());
        let named = EXAMPLE.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
        assert_eq!(named, VARIABLES.len(), "every setting is in the example");
    }

    #[test]
    fn a_wrong_value_is_refused_in_one_sentence_naming_what_and_where() {
        assert_eq!(
            refusal("listen = \"8080\""),
            "accept listen = \"8080\" from doorstep.toml: must be address:port, as 127.0.0.1:8080"
        );
        assert!(refusal("lease_hours = 0").contains("lease_hours"));
        assert!(refusal("public_origin = \"doorstep.example/app\"").contains("public_origin"));
        assert!(refusal("lisen = \"x\"").contains("lisen"));
        assert!(refusal("listen = 5").contains("line 1"));
    }

    #[test]
    fn a_variable_stands_over_the_file_and_is_named_when_it_is_wrong() {
        let from_variable = |value: &'static str| {
            Settings::read(None, move |name| (name == "DOORSTEP_LISTEN").then(|| value.to_owned()))
        };
        assert_eq!(from_variable("127.0.0.1:0").unwrap().listen.port(), 0);
        assert!(from_variable("nowhere").unwrap_err().to_string().contains("DOORSTEP_LISTEN"));
    }

    #[test]
    fn a_secret_is_never_printed() {
        let settings = from("demonstration_password = \"correct horse\"").unwrap();
        let printed = format!("{settings:?}{}", settings.effective());
        assert!(!printed.contains("horse") && printed.contains("hidden"));
        assert!(!refusal("demonstration_password = \"short\"").contains("short"));
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_settings() {
        let settings = from("data = 'C:\\records \"x\"'\nlog = \"warn\"").unwrap();
        assert_eq!(from(&settings.effective()).unwrap(), settings);
    }
}
