//! Batches and feed rows as they travel: everything named once, nothing sent that follows from the rest.
//!
//! In: signed batches. Out: their shortest form, and back to the exact bytes that were signed.
//! The hash of a change that travels is not sent: the receiver computes it, and the signature shows it was right.
//! Never verifies: whoever unpacks a batch verifies it before believing it.
//! Source: sync design, "One exchange".

use minicbor::bytes::{ByteArray, ByteVec};

use crate::docs::header::{Header, Scope};
use crate::ids::{ChangeHash, DocId, InstallId, OrgId, WorkerId};
use crate::sync::batch::{
    BATCH_CHANGES_MAX, Body, Manifest, ManifestError, Pair, SIGNATURE_BYTES, SignedBatch, SignedManifest,
    body_from_tail, body_tail,
};

/// Why a packed batch is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// Places, hashes and bodies do not fit together.
    #[error("unpack a batch: its parts do not fit together")]
    Parts,
    /// The manifest is not one.
    #[error("unpack a batch")]
    Manifest(#[from] ManifestError),
}

/// A hash whose change does not travel this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Absent {
    /// Its place among the pairs.
    #[n(0)]
    pub place: u32,
    /// The hash.
    #[n(1)]
    pub hash: ChangeHash,
}

/// A [`SignedBatch`] as it travels.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PackedBatch {
    #[n(0)]
    organisation: Option<OrgId>,
    #[n(1)]
    install: Option<InstallId>,
    #[n(2)]
    worker: Option<WorkerId>,
    #[n(3)]
    scope: Option<Scope>,
    #[n(4)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    headers: Vec<Header>,
    /// Each document once, in the order of first mention.
    #[n(5)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    documents: Vec<DocId>,
    /// For each pair, the place of its document in `documents`.
    #[n(6)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    places: Vec<u32>,
    /// Hashes of changes that do not travel, places ascending.
    #[n(7)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    absent: Vec<Absent>,
    /// The changes that travel, without the eight bytes that follow from the rest.
    #[n(8)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    bodies: Vec<ByteVec>,
    #[n(9)]
    signature: ByteArray<SIGNATURE_BYTES>,
    /// The manifest's bytes, when this build would not write the same: a newer build signed it.
    #[n(10)]
    whole: Option<ByteVec>,
}

impl PackedBatch {
    /// Packs a batch. Bodies that are not raw changes are left out.
    pub fn pack(batch: &SignedBatch) -> Self {
        let signed = &batch.signed;
        let manifest = signed.manifest();
        let mut bodies = Vec::with_capacity(batch.bodies.len());
        let mut absent = Vec::new();
        let mut travelling = batch.bodies.iter().peekable();
        for (place, pair) in (0_u32..).zip(&manifest.pairs) {
            let body = travelling.next_if(|body| body.place == place);
            match body.and_then(|body| body_tail(&body.bytes)) {
                Some(tail) => bodies.push(ByteVec::from(tail.to_vec())),
                None => absent.push(Absent { place, hash: pair.hash }),
            }
        }
        let (documents, places) = name_documents(&manifest.pairs);
        let rewritten = minicbor::to_vec(manifest).unwrap_or_default();
        let signature = ByteArray::from(*signed.signature());
        if rewritten == signed.bytes() {
            Self {
                organisation: Some(manifest.organisation),
                install: Some(manifest.install),
                worker: Some(manifest.worker),
                scope: Some(manifest.scope),
                headers: manifest.headers.clone(),
                documents,
                places,
                absent,
                bodies,
                signature,
                whole: None,
            }
        } else {
            Self {
                organisation: None,
                install: None,
                worker: None,
                scope: None,
                headers: Vec::new(),
                documents: Vec::new(),
                places: Vec::new(),
                absent,
                bodies,
                signature,
                whole: Some(ByteVec::from(signed.bytes().to_vec())),
            }
        }
    }

    /// The batch, with the manifest's bytes as they were signed.
    ///
    /// # Errors
    /// An [`UnpackError`] when the parts do not make a manifest.
    pub fn unpack(self) -> Result<SignedBatch, UnpackError> {
        let count = match &self.whole {
            Some(_) => self.absent.len() + self.bodies.len(),
            None => self.places.len(),
        };
        if count > BATCH_CHANGES_MAX || self.absent.len() + self.bodies.len() != count {
            return Err(UnpackError::Parts);
        }
        let mut hashes = Vec::with_capacity(count);
        let mut bodies = Vec::with_capacity(self.bodies.len());
        let mut absent = self.absent.iter().peekable();
        let mut tails = self.bodies.iter();
        for place in (0_u32..).take(count) {
            match absent.next_if(|absent| absent.place == place) {
                Some(absent) => hashes.push(absent.hash),
                None => {
                    let (hash, bytes) = body_from_tail(tails.next().ok_or(UnpackError::Parts)?);
                    hashes.push(hash);
                    bodies.push(Body { place, bytes });
                }
            }
        }
        let signature: [u8; SIGNATURE_BYTES] = *self.signature;
        let bytes = match self.whole {
            Some(whole) => Vec::from(whole),
            None => {
                let manifest = Manifest {
                    organisation: self.organisation.ok_or(UnpackError::Parts)?,
                    install: self.install.ok_or(UnpackError::Parts)?,
                    worker: self.worker.ok_or(UnpackError::Parts)?,
                    scope: self.scope.ok_or(UnpackError::Parts)?,
                    headers: self.headers,
                    pairs: pairs(&self.documents, &self.places, &hashes)?,
                };
                minicbor::to_vec(&manifest).map_err(|_| ManifestError::Format)?
            }
        };
        let signed = SignedManifest::read(bytes, signature)?;
        let named = signed.manifest().pairs.iter().map(|pair| &pair.hash);
        // A whole manifest names its hashes itself: they must be those of the changes that came with it.
        if !named.eq(hashes.iter()) {
            return Err(UnpackError::Parts);
        }
        Ok(SignedBatch { signed, bodies })
    }
}

fn name_documents(pairs: &[Pair]) -> (Vec<DocId>, Vec<u32>) {
    let mut documents: Vec<DocId> = Vec::new();
    let mut known = crate::sorted::Map::new();
    let mut places = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let next = u32::try_from(documents.len()).unwrap_or(u32::MAX);
        let place = *known.entry(pair.document).or_insert_with(|| {
            documents.push(pair.document);
            next
        });
        places.push(place);
    }
    (documents, places)
}

fn pairs(documents: &[DocId], places: &[u32], hashes: &[ChangeHash]) -> Result<Vec<Pair>, UnpackError> {
    places
        .iter()
        .zip(hashes)
        .map(|(place, hash)| {
            let document = usize::try_from(*place).ok().and_then(|place| documents.get(place));
            Ok(Pair { document: *document.ok_or(UnpackError::Parts)?, hash: *hash })
        })
        .collect()
}
