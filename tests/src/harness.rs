//! The real server: its binary on a free port over a temporary folder, started, killed, and given an old database back.
//!
//! In: a folder. Out: a running server that is killed when it is dropped.
//! `DOORSTEP_SERVER` names the binary; else the one beside this program is used, and built when it is not there.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// The password of every demonstration account of a server started here.
pub const PASSWORD: &str = "quiet-made-up-words";

/// A folder a server keeps its database in.
pub struct Data {
    folder: tempfile::TempDir,
    copies: u32,
}

/// A copy of a database, to be put back.
pub struct Backup {
    folder: PathBuf,
}

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Data {
    /// An empty folder.
    ///
    /// # Errors
    /// When none can be made.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { folder: tempfile::tempdir().context("make a folder for a server")?, copies: 0 })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server over this folder and waits until it listens.
    ///
    /// # Errors
    /// When it does not start; its own words are in the error.
    pub fn start(&self) -> anyhow::Result<Server> {
        let log = self.path().join("log.txt");
        let errors =
            std::fs::OpenOptions::new().create(true).append(true).open(&log).context("open the log")?;
        let mut child = Command::new(binary()?)
            .args(["serve", "--demonstration"])
            .env_clear()
            .env("DOORSTEP_DATA", self.path())
            .env("DOORSTEP_LISTEN", "127.0.0.1:0")
            .env("DOORSTEP_BUNDLE", self.path().join("no_bundle"))
            .env("DOORSTEP_DEMONSTRATION_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .context("start the server")?;
        let out = child.stdout.take().context("read what the server says")?;
        let url = BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Doorstep listens on ").map(str::to_owned));
        let server = |url| Server { child, url };
        match url {
            Some(url) => Ok(server(url)),
            None => {
                drop(server(String::new()));
                bail!("start the server: {}", std::fs::read_to_string(&log).unwrap_or_default())
            }
        }
    }

    /// Copies the database. The server must not be running.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn back_up(&mut self) -> anyhow::Result<Backup> {
        self.copies += 1;
        let folder = self.path().join(format!("backup_{}", self.copies));
        copy_files(self.path(), &folder)?;
        Ok(Backup { folder })
    }

    /// Puts a copy back over the database. The server must not be running.
    ///
    /// # Errors
    /// When it cannot be put back.
    pub fn put_back(&self, backup: &Backup) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(self.path())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::remove_file(entry.path())?;
            }
        }
        copy_files(&backup.folder, self.path())
    }
}

impl Server {
    /// SIGKILL, and waits until it is gone.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().context("kill the server")?;
        self.child.wait().context("wait for the server")?;
        Ok(())
    }

    /// Its process id, to kill it at a moment of one's own.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone where a test killed it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The server's binary.
fn binary() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("DOORSTEP_SERVER") {
        return Ok(named.into());
    }
    let me = std::env::current_exe().context("find this program")?;
    // `target/PROFILE/deps/test` or `target/PROFILE/tablet`.
    let folder = me
        .ancestors()
        .skip(1)
        .find(|folder| folder.file_name().is_some_and(|name| name != "deps"))
        .context("find the folder of this program")?;
    let binary = folder.join("doorstep");
    if binary.exists() {
        return Ok(binary);
    }
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(profile) => profile,
    };
    let target = folder.parent().context("find the target folder")?;
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "doorstep-server", "--profile", profile, "--target-dir"])
        .arg(target)
        .status()
        .context("build the server")?;
    if built.success() && binary.exists() { Ok(binary) } else { bail!("build the server: cargo failed") }
}
