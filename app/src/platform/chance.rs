//! Chance, from the browser's cryptographic source.

use doorstep_shared::ids::{DocId, EntryKey, VisitId};

/// The browser gave no random bytes. Nothing is written without them.
#[derive(Debug, thiserror::Error)]
#[error("draw random bytes from the browser")]
pub(crate) struct NoChance;

/// `N` random bytes.
///
/// # Errors
/// [`NoChance`] when the browser's source fails.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0u8; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `into` with random bytes.
///
/// # Errors
/// [`NoChance`] when the browser's source fails.
pub(crate) fn fill(into: &mut [u8]) -> Result<(), NoChance> {
    getrandom::fill(into).map_err(|_| NoChance)
}

/// The key of an entry to come.
///
/// # Errors
/// As [`bytes`].
pub(crate) fn entry_key() -> Result<EntryKey, NoChance> {
    bytes().map(EntryKey::from_random)
}

/// The id of a document to come.
///
/// # Errors
/// As [`bytes`].
pub(crate) fn doc_id() -> Result<DocId, NoChance> {
    bytes().map(DocId::from_bytes)
}

/// The id of a visit to come.
///
/// # Errors
/// As [`bytes`].
pub(crate) fn visit_id() -> Result<VisitId, NoChance> {
    bytes().map(VisitId::from_bytes)
}
