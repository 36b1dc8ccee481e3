//! `bundle.json`: what the server may serve and how.
//!
//! In: finished files. Out: JSON, read by the server at start and by nothing else. Paths begin with `/`; beside each
//! file lie `PATH.br` and `PATH.gz` where those are smaller. A file marked `immutable` has its hash in its name and
//! may be cached for ever; the others are asked for again each time.

use anyhow::Context as _;
use serde::Serialize;

use crate::press::Pressed;
use crate::shell::File;

/// Everything in a bundle.
#[derive(Debug, Serialize)]
pub(crate) struct Manifest {
    /// Names this build: 16 hexadecimal digits of a digest over all its parts.
    pub(crate) id: String,
    /// Sorted by path.
    pub(crate) files: Vec<Entry>,
}

/// One file.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    /// As asked for by a browser.
    pub(crate) path: String,
    /// Lower-case hexadecimal, of the uncompressed bytes.
    pub(crate) sha256: String,
    /// The exact `Content-Type`; wasm must have no parameter, or browsers refuse to compile while it arrives.
    #[serde(rename = "type")]
    pub(crate) content_type: &'static str,
    /// Uncompressed.
    pub(crate) bytes: u64,
    /// As sent with brotli; equal to `bytes` where compressing does not help.
    pub(crate) brotli_bytes: u64,
    /// The name holds the hash of the content.
    pub(crate) immutable: bool,
}

impl Entry {
    /// Describes a file.
    pub(crate) fn of(file: &File, pressed: &Pressed) -> Self {
        let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self {
            path: file.path.clone(),
            sha256: file.sha256.clone(),
            content_type: content_type(&file.path),
            bytes: size(&file.bytes),
            brotli_bytes: size(pressed.brotli.as_deref().unwrap_or(&file.bytes)),
            immutable: file.immutable,
        }
    }
}

impl Manifest {
    /// As text, one line a value, with a last newline.
    pub(crate) fn to_json(&self) -> anyhow::Result<String> {
        let json = serde_json::to_string_pretty(self).context("write bundle.json")?;
        Ok(json + "\n")
    }
}

/// The media type of each kind of file a bundle may hold.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_is_served_as_exactly_application_wasm() {
        assert_eq!(content_type("/app-0123456789abcdef.wasm"), "application/wasm");
    }
}
