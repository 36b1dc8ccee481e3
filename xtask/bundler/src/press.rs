//! Compression: brotli and gzip beside each file, so that the server never compresses while it answers.
//!
//! In: bytes. Out: the compressed forms that are worth having. The same bytes in give the same bytes out.

use std::io::Write as _;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How much time to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quality {
    /// Milliseconds, for the tests.
    Fast,
    /// As small as it gets, for tablets on a slow line.
    Best,
}

/// The compressed forms of a file; `None` where compressing does not make it smaller.
#[derive(Debug)]
pub(crate) struct Pressed {
    /// For `Content-Encoding: br`.
    pub(crate) brotli: Option<Vec<u8>>,
    /// For `Content-Encoding: gzip`.
    pub(crate) gzip: Option<Vec<u8>>,
}

/// Compresses both ways.
pub(crate) fn press(bytes: &[u8], quality: Quality) -> anyhow::Result<Pressed> {
    let smaller = |pressed: Vec<u8>| (pressed.len() < bytes.len()).then_some(pressed);
    Ok(Pressed { brotli: smaller(brotli(bytes, quality)?), gzip: smaller(gzip(bytes, quality)?) })
}

fn brotli(bytes: &[u8], quality: Quality) -> anyhow::Result<Vec<u8>> {
    let quality = match quality {
        Quality::Fast => 4,
        Quality::Best => 11,
    };
    let params =
        brotli::enc::BrotliEncoderParams { quality, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut pressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut pressed, &params).context("compress with brotli")?;
    Ok(pressed)
}

fn gzip(bytes: &[u8], quality: Quality) -> anyhow::Result<Vec<u8>> {
    let level = match quality {
        Quality::Fast => Compression::fast(),
        Quality::Best => Compression::best(),
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).context("compress with gzip")?;
    encoder.finish().context("compress with gzip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_smaller_both_ways_and_comes_back_whole() {
        let text = "home safety, room by room; ".repeat(200);
        let pressed = press(text.as_bytes(), Quality::Best).unwrap();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut pressed.brotli.unwrap().as_slice(), &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
        assert!(pressed.gzip.unwrap().len() < text.len());
    }

    #[test]
    fn what_does_not_get_smaller_is_left_as_it_is() {
        let pressed = press(b"x", Quality::Best).unwrap();
        assert!(pressed.brotli.is_none() && pressed.gzip.is_none());
    }

    #[test]
    fn the_same_bytes_give_the_same_bytes() {
        let text = "the same, twice".repeat(50);
        let (first, second) = (press(text.as_bytes(), Quality::Fast), press(text.as_bytes(), Quality::Fast));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!((first.brotli, first.gzip), (second.brotli, second.gzip));
    }
}
