//! The tablet's app as files, read once at start and served from memory.
//!
//! In: the folder `cargo xtask bundle` writes, whose `bundle.json` names each file with its type and SHA-256.
//! Out: the right form of a file for a request. Nothing outside the list is ever served, and a file whose bytes are
//! not those of the list stops the start: half a bundle must not reach a tablet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// The list of files in a bundle's folder.
const LIST: &str = "bundle.json";

/// Why a bundle cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file named by the list cannot be read.
    #[error("read the bundle's file {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The list is not what `cargo xtask bundle` writes.
    #[error("understand the bundle's list {}: {why}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The parser's words.
        why: String,
    },
    /// A file's bytes are not those the list names.
    #[error("accept the bundle: {path} is not the file that was built")]
    Digest {
        /// The file, as asked for.
        path: String,
    },
}

#[derive(Deserialize)]
struct List {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    #[serde(rename = "type")]
    media_type: String,
    sha256: String,
    #[serde(default)]
    immutable: bool,
}

/// One file, in each form it can be sent.
#[derive(Debug)]
pub(crate) struct File {
    /// The exact `Content-Type`.
    pub(crate) media_type: String,
    /// The SHA-256 of the plain form, as an entity tag.
    pub(crate) tag: String,
    /// Its name holds its hash: it may be kept for ever.
    pub(crate) immutable: bool,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl File {
    /// The smallest form the asker takes, and its `Content-Encoding`.
    pub(crate) fn form(&self, accept_encoding: &str) -> (Bytes, Option<&'static str>) {
        if let Some(brotli) = self.brotli.as_ref().filter(|_| accepts(accept_encoding, "br")) {
            return (brotli.clone(), Some("br"));
        }
        if let Some(gzip) = self.gzip.as_ref().filter(|_| accepts(accept_encoding, "gzip")) {
            return (gzip.clone(), Some("gzip"));
        }
        (self.plain.clone(), None)
    }
}

/// Whether an `Accept-Encoding` takes `coding`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        named && !refused
    })
}

/// Every file of a bundle by its path.
#[derive(Debug)]
pub(crate) struct Bundle {
    files: BTreeMap<String, File>,
}

impl Bundle {
    /// Reads the bundle in `folder`; nothing when there is none.
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, BundleError> {
        let path = folder.join(LIST);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(BundleError::File { path, source }),
        };
        let list: List = serde_json::from_str(&text)
            .map_err(|error| BundleError::List { path: path.clone(), why: error.to_string() })?;
        let mut files = BTreeMap::new();
        for listed in list.files {
            let name = listed.path.strip_prefix('/').unwrap_or(&listed.path);
            if name.is_empty() || name.split('/').any(|part| part == "..") {
                return Err(BundleError::List { path, why: format!("{} is not a path", listed.path) });
            }
            let (asked, file) = read(&folder.join(name), listed)?;
            files.insert(asked, file);
        }
        Ok(Some(Self { files }))
    }

    /// The file at a path as asked for, with its leading slash. `/` is the page.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.get(if path == "/" { "/index.html" } else { path })
    }
}

fn read(path: &Path, listed: Listed) -> Result<(String, File), BundleError> {
    let plain = std::fs::read(path).map_err(|source| BundleError::File { path: path.to_owned(), source })?;
    let found: String = Sha256::digest(&plain).iter().map(|byte| format!("{byte:02x}")).collect();
    if found != listed.sha256 {
        return Err(BundleError::Digest { path: listed.path });
    }
    let file = File {
        media_type: listed.media_type,
        tag: format!("\"{found}\""),
        immutable: listed.immutable,
        plain: plain.into(),
        brotli: pressed(path, "br")?,
        gzip: pressed(path, "gz")?,
    };
    let asked = if listed.path.starts_with('/') { listed.path } else { format!("/{}", listed.path) };
    Ok((asked, file))
}

/// The compressed form beside a file, where compressing helped.
fn pressed(path: &Path, ending: &str) -> Result<Option<Bytes>, BundleError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    let path = PathBuf::from(name);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BundleError::File { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_sent_only_to_those_who_take_it() {
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
    }

    #[test]
    fn a_bundle_whose_bytes_are_not_those_of_its_list_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app.js"), "changed").unwrap();
        let list =
            format!(r#"{{"files":[{{"path":"/app.js","type":"text/javascript","sha256":"{:064}"}}]}}"#, 0);
        std::fs::write(folder.path().join(LIST), list).unwrap();
        let refusal = Bundle::load(folder.path()).unwrap_err();
        assert!(matches!(refusal, BundleError::Digest { path } if path == "/app.js"));
    }

    #[test]
    fn a_list_cannot_reach_outside_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let list = r#"{"files":[{"path":"/../secret","type":"text/plain","sha256":""}]}"#;
        std::fs::write(folder.path().join(LIST), list).unwrap();
        assert!(matches!(Bundle::load(folder.path()), Err(BundleError::List { .. })));
    }
}
