//! The codec: messages to bytes and back, deflated as a whole.
//!
//! In: messages, or bytes from the network and a limit. Out: bytes, or a message, or why not.
//! Never holds more than the limit however the bytes were made; never panics on any input. The same code runs on
//! both sides, so the same message is the same bytes everywhere. Source: sync design, "One exchange".

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::sync::message::{Answer, Hello};

/// Most bytes of a hello before deflation.
pub const HELLO_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most bytes of an answer before deflation.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

const DEFLATE_LEVEL: u32 = 6;
const STEP_BYTES: usize = 32 * 1024;

/// Why bytes are not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// More bytes after inflation than allowed: inflation stopped there.
    #[error("read a message: more than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The bytes end before the message does.
    #[error("read a message: it is cut short")]
    Truncated,
    /// Not a deflate stream, or its checksum does not hold.
    #[error("read a message: not deflated")]
    Deflate,
    /// Something follows the message.
    #[error("read a message: {found_bytes} bytes follow it")]
    Trailing {
        /// Bytes that follow.
        found_bytes: usize,
    },
    /// Not the CBOR of the message expected.
    #[error("read a message: not its format at byte {at}")]
    Format {
        /// Where reading stopped.
        at: usize,
    },
}

/// A message that travels.
pub trait Message: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> {
    /// Most bytes before deflation.
    const BYTES_MAX: usize;
}

impl Message for Hello {
    const BYTES_MAX: usize = HELLO_BYTES_MAX;
}

impl Message for Answer {
    const BYTES_MAX: usize = ANSWER_BYTES_MAX;
}

/// The bytes of a message.
pub fn pack<M: Message>(message: &M) -> Vec<u8> {
    // Writing to a Vec cannot fail, and no message has parts that refuse to be written.
    deflate(&minicbor::to_vec(message).unwrap_or_default())
}

/// The message in `bytes`, holding at most `limit_bytes` of it before it is read.
///
/// # Errors
/// A [`CodecError`] saying which way the bytes are not one message.
pub fn unpack<M: Message>(bytes: &[u8], limit_bytes: usize) -> Result<M, CodecError> {
    let inflated = inflate(bytes, limit_bytes.min(M::BYTES_MAX))?;
    let mut decoder = minicbor::Decoder::new(&inflated);
    let message = decoder
        .decode()
        .map_err(|error: minicbor::decode::Error| CodecError::Format { at: error.position().unwrap_or(0) })?;
    match inflated.len().saturating_sub(decoder.position()) {
        0 => Ok(message),
        found_bytes => Err(CodecError::Trailing { found_bytes }),
    }
}

/// Deflates in the zlib form: its checksum covers every byte, also those no signature covers.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(DEFLATE_LEVEL), true);
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let taken = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(taken..).unwrap_or_default();
        out.reserve(STEP_BYTES);
        match compress.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::Ok | Status::BufError) => {}
            // The only error is a stream used after its end, and the loop leaves at its end.
            Ok(Status::StreamEnd) | Err(_) => return out,
        }
    }
}

/// Inflates at most `limit_bytes`; what a bomb would become is never held.
///
/// # Errors
/// [`CodecError::TooLarge`], [`CodecError::Truncated`], [`CodecError::Deflate`] or [`CodecError::Trailing`].
pub fn inflate(bytes: &[u8], limit_bytes: usize) -> Result<Vec<u8>, CodecError> {
    let mut decompress = Decompress::new(true);
    let mut out = Vec::new();
    loop {
        let taken = usize::try_from(decompress.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(taken..).unwrap_or_default();
        // One byte over the limit is enough to know.
        let room = (limit_bytes + 1).saturating_sub(out.len()).min(out.len().max(STEP_BYTES));
        out.reserve_exact(room);
        let before = (decompress.total_in(), out.len());
        let status = decompress
            .decompress_vec(rest, &mut out, FlushDecompress::None)
            .map_err(|_| CodecError::Deflate)?;
        if out.len() > limit_bytes {
            return Err(CodecError::TooLarge { limit_bytes });
        }
        if status == Status::StreamEnd {
            let taken = usize::try_from(decompress.total_in()).unwrap_or(usize::MAX);
            return match bytes.len().saturating_sub(taken) {
                0 => Ok(out),
                found_bytes => Err(CodecError::Trailing { found_bytes }),
            };
        }
        if before == (decompress.total_in(), out.len()) {
            return Err(CodecError::Truncated);
        }
    }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
