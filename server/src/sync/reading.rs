//! Reading what a device sent, away from everyone else's work.
//!
//! In: bytes from the network. Out: a message, an upload, or a code. A defect that panics while reading costs the
//! sender its message and nobody anything else. Nothing of the bytes reaches the log.

use std::panic::{AssertUnwindSafe, catch_unwind};

use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::code::{MessageCode, RefusalCode};
use doorstep_shared::sync::codec::{CodecError, HELLO_BYTES_MAX, unpack};
use doorstep_shared::sync::judge::{Candidate, Upload};
use doorstep_shared::sync::message::Hello;

/// Reads a message on a thread that may take its time.
pub(crate) async fn hello(bytes: impl AsRef<[u8]> + Send + 'static) -> Result<Box<Hello>, MessageCode> {
    let read = tokio::task::spawn_blocking(move || {
        catch_unwind(AssertUnwindSafe(|| unpack::<Hello>(bytes.as_ref(), HELLO_BYTES_MAX)))
            .map_err(|_| MessageCode::Malformed)
    });
    match read.await {
        Ok(Ok(Ok(hello))) => Ok(Box::new(hello)),
        Ok(Ok(Err(CodecError::TooLarge { .. }))) => Err(MessageCode::TooLarge),
        Ok(Ok(Err(
            CodecError::Truncated
            | CodecError::Deflate
            | CodecError::Trailing { .. }
            | CodecError::Format { .. },
        ))) => Err(MessageCode::Malformed),
        Ok(Err(code)) => Err(code),
        Err(_) => Err(MessageCode::Busy),
    }
}

/// Reads the changes of batches on a thread that may take its time; nothing when the server stops meanwhile.
pub(crate) async fn uploads(batches: Vec<SignedBatch>) -> Option<Vec<Upload>> {
    tokio::task::spawn_blocking(move || batches.into_iter().map(upload).collect()).await.ok()
}

/// Reads a batch whole; where that panics, each change by itself, so that only the one that does is refused.
fn upload(batch: SignedBatch) -> Upload {
    let signed = batch.signed.clone();
    let bodies = batch.bodies.clone();
    if let Ok(upload) = catch_unwind(AssertUnwindSafe(|| Upload::read(batch))) {
        return upload;
    }
    tracing::error!(batch = %signed.id(), "reading a batch panicked");
    let candidates = bodies.into_iter().filter_map(|body| {
        let place = body.place;
        let pair = *signed.pair(place)?;
        let alone = SignedBatch { signed: signed.clone(), bodies: vec![body] };
        let read = catch_unwind(AssertUnwindSafe(|| Upload::read(alone)));
        let read = read.ok().and_then(|upload| upload.candidates.into_iter().next());
        Some(read.unwrap_or(Candidate { place, pair, change: Err(RefusalCode::Malformed) }))
    });
    Upload { candidates: candidates.collect(), signed: signed.clone() }
}
