//! Batches: changes of one install, one worker and one scope, under one signature.
//!
//! In: documents, hashes, headers, a device key. Out: manifests that prove who uploaded what, whoever brings them.
//! A manifest is kept as it was signed, byte for byte, so part of an old batch can be sent again by anyone.
//! Never looks inside a change; verified wherever changes come from, on the server and on devices.
//! Source: sync design, "batch", and "Others' changes are accepted only with a manifest that verifies".

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::docs::header::{Header, Scope};
use crate::ids::{BatchId, ChangeHash, DeviceKey, DocId, InstallId, OrgId, WorkerId};

/// Most bytes of changes in one batch, unless it is one change.
pub const BATCH_BYTES_MAX: usize = 192 * 1024;

/// Most changes in one batch.
pub const BATCH_CHANGES_MAX: usize = 4_096;

/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// Separates a batch's signature from every other use of the device key.
const SIGNATURE_DOMAIN: &[u8] = b"doorstep batch v1\0";

/// What every change in its raw form begins with.
const CHANGE_MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE_CHECKSUM_BYTES: usize = 4;
const CHANGE_PREFIX_BYTES: usize = CHANGE_MAGIC.len() + CHANGE_CHECKSUM_BYTES;

/// One change of one document, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct Pair {
    /// The document.
    #[n(0)]
    pub document: DocId,
    /// The change.
    #[n(1)]
    pub hash: ChangeHash,
}

/// What a device signs: who uploads what, to which scope. Its CBOR is deterministic.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Manifest {
    /// Whose records they are.
    #[n(0)]
    pub organisation: OrgId,
    /// The install that signs.
    #[n(1)]
    pub install: InstallId,
    /// The worker who wrote every change in it.
    #[n(2)]
    pub worker: WorkerId,
    /// Who may see them.
    #[n(3)]
    pub scope: Scope,
    /// Headers of documents the server has not yet acknowledged.
    #[n(4)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The changes, in the order they were written.
    #[n(5)]
    pub pairs: Vec<Pair>,
}

/// Why bytes are not a signed manifest, or do not prove what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not the CBOR of a manifest, or something follows it.
    #[error("read a manifest: not its format")]
    Format,
    /// It names no change, or more than [`BATCH_CHANGES_MAX`].
    #[error("read a manifest: {found} changes, limit {limit}")]
    Count {
        /// Changes found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The install's key is not an Ed25519 key.
    #[error("verify a manifest: not a key")]
    Key,
    /// The signature is not the key's over this manifest.
    #[error("verify a manifest: the signature does not hold")]
    Signature,
}

/// A manifest as it was signed: its exact bytes, its signature, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedManifest {
    bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
    id: BatchId,
    manifest: Manifest,
}

impl SignedManifest {
    /// Signs a manifest with the device key.
    ///
    /// # Errors
    /// [`ManifestError::Count`] when it names no change or too many.
    pub fn sign(manifest: Manifest, key: &SigningKey) -> Result<Self, ManifestError> {
        check_count(&manifest)?;
        // Writing to a Vec cannot fail.
        let bytes = minicbor::to_vec(&manifest).map_err(|_| ManifestError::Format)?;
        let id = batch_id(&bytes);
        let signature = key.sign(&signed_bytes(&id)).to_bytes();
        Ok(Self { bytes, signature, id, manifest })
    }

    /// Reads a manifest from a record or the network. Proves nothing yet: see [`SignedManifest::verify`].
    ///
    /// # Errors
    /// [`ManifestError::Format`] or [`ManifestError::Count`].
    pub fn read(bytes: Vec<u8>, signature: [u8; SIGNATURE_BYTES]) -> Result<Self, ManifestError> {
        let mut decoder = minicbor::Decoder::new(&bytes);
        let manifest: Manifest = decoder.decode().map_err(|_| ManifestError::Format)?;
        if decoder.position() != bytes.len() {
            return Err(ManifestError::Format);
        }
        check_count(&manifest)?;
        let id = batch_id(&bytes);
        Ok(Self { bytes, signature, id, manifest })
    }

    /// Whether `key` signed exactly this manifest.
    ///
    /// # Errors
    /// [`ManifestError::Key`] or [`ManifestError::Signature`].
    pub fn verify(&self, key: &DeviceKey) -> Result<(), ManifestError> {
        let key = VerifyingKey::from_bytes(key.as_bytes()).map_err(|_| ManifestError::Key)?;
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&signed_bytes(&self.id), &signature).map_err(|_| ManifestError::Signature)
    }

    /// The batch's id: the BLAKE3 of the manifest's bytes.
    pub fn id(&self) -> BatchId {
        self.id
    }

    /// What it says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The bytes that were signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The Ed25519 signature.
    pub fn signature(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.signature
    }

    /// The place of a change in it.
    pub fn place_of(&self, hash: &ChangeHash) -> Option<u32> {
        let place = self.manifest.pairs.iter().position(|pair| pair.hash == *hash)?;
        u32::try_from(place).ok()
    }

    /// The pair at a place.
    pub fn pair(&self, place: u32) -> Option<&Pair> {
        self.manifest.pairs.get(usize::try_from(place).ok()?)
    }
}

/// One change that travels with its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its place among the manifest's pairs.
    pub place: u32,
    /// The change in its raw form.
    pub bytes: Vec<u8>,
}

/// A signed manifest with the changes that travel this time: all of them, or part of an old batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBatch {
    /// The manifest.
    pub signed: SignedManifest,
    /// The changes, places ascending.
    pub bodies: Vec<Body>,
}

/// The hash a raw change is named by; nothing when the bytes are too short to be one.
///
/// It covers what follows the magic and the checksum, and the checksum is its first four bytes.
pub fn body_hash(bytes: &[u8]) -> Option<ChangeHash> {
    bytes.get(CHANGE_PREFIX_BYTES..).map(tail_hash)
}

/// A raw change without the eight bytes that follow from the rest; nothing when they do not.
pub(super) fn body_tail(bytes: &[u8]) -> Option<&[u8]> {
    let (prefix, tail) = bytes.split_at_checked(CHANGE_PREFIX_BYTES)?;
    (prefix == body_prefix(&tail_hash(tail))).then_some(tail)
}

/// The raw change whose tail travelled, and its hash.
pub(super) fn body_from_tail(tail: &[u8]) -> (ChangeHash, Vec<u8>) {
    let hash = tail_hash(tail);
    let mut bytes = Vec::with_capacity(CHANGE_PREFIX_BYTES + tail.len());
    bytes.extend_from_slice(&body_prefix(&hash));
    bytes.extend_from_slice(tail);
    (hash, bytes)
}

fn tail_hash(tail: &[u8]) -> ChangeHash {
    ChangeHash::from_bytes(Sha256::digest(tail).into())
}

fn body_prefix(hash: &ChangeHash) -> [u8; CHANGE_PREFIX_BYTES] {
    let mut prefix = [0; CHANGE_PREFIX_BYTES];
    let (magic, checksum) = prefix.split_at_mut(CHANGE_MAGIC.len());
    magic.copy_from_slice(&CHANGE_MAGIC);
    for (slot, byte) in checksum.iter_mut().zip(hash.as_bytes()) {
        *slot = *byte;
    }
    prefix
}

fn batch_id(manifest: &[u8]) -> BatchId {
    BatchId::from_bytes(*blake3::hash(manifest).as_bytes())
}

fn signed_bytes(id: &BatchId) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SIGNATURE_DOMAIN.len() + id.as_bytes().len());
    bytes.extend_from_slice(SIGNATURE_DOMAIN);
    bytes.extend_from_slice(id.as_bytes());
    bytes
}

fn check_count(manifest: &Manifest) -> Result<(), ManifestError> {
    let found = manifest.pairs.len();
    if found == 0 || found > BATCH_CHANGES_MAX {
        return Err(ManifestError::Count { found, limit: BATCH_CHANGES_MAX });
    }
    Ok(())
}
