//! The header: the immutable facts about a document that the server needs to enforce, retain and erase.
//!
//! In: ids drawn for a new document. Out: its header, in deterministic CBOR, carried in signed manifests.
//! Never altered after the first change; never says what the document contains.
//! Source: product design, "Documents"; sync design, "header" and "scope".

use std::fmt;

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use serde::{Deserialize, Serialize};

use crate::domain::kind::DocKind;
use crate::ids::{DocId, InstallId, OrgId, PersonId, TeamId, VisitId, WorkerId};

/// One access class: whoever has it sees all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Identity, contacts, equipment, summaries of one team.
    TeamCore(TeamId),
    /// Visits, reviews, plans of one team.
    TeamClinical(TeamId),
    /// One person's key-safe code, hidden address, safe contact.
    Access(DocId),
    /// One concern raised.
    Concern(DocId),
    /// A worker and their supervisor.
    Pair(DocId),
    /// A worker's own reflections.
    Worker(WorkerId),
    /// Grants and orders to one device.
    Device(InstallId),
}

impl Scope {
    /// The stored and sent form: one byte for the class, sixteen for the id.
    pub fn to_bytes(self) -> [u8; 17] {
        let (class, id) = match self {
            Self::TeamCore(id) => (0, *id.as_bytes()),
            Self::TeamClinical(id) => (1, *id.as_bytes()),
            Self::Access(id) => (2, *id.as_bytes()),
            Self::Concern(id) => (3, *id.as_bytes()),
            Self::Pair(id) => (4, *id.as_bytes()),
            Self::Worker(id) => (5, *id.as_bytes()),
            Self::Device(id) => (6, *id.as_bytes()),
        };
        let mut out = [class; 17];
        let (_, tail) = out.split_at_mut(1);
        tail.copy_from_slice(&id);
        out
    }

    /// Reads the stored form; nothing for an unknown class or another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (class, id) = bytes.split_first()?;
        let id: [u8; 16] = id.try_into().ok()?;
        Some(match class {
            0 => Self::TeamCore(TeamId::from_bytes(id)),
            1 => Self::TeamClinical(TeamId::from_bytes(id)),
            2 => Self::Access(DocId::from_bytes(id)),
            3 => Self::Concern(DocId::from_bytes(id)),
            4 => Self::Pair(DocId::from_bytes(id)),
            5 => Self::Worker(WorkerId::from_bytes(id)),
            6 => Self::Device(InstallId::from_bytes(id)),
            _ => return None,
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TeamCore(id) => write!(f, "team/{id}/core"),
            Self::TeamClinical(id) => write!(f, "team/{id}/clinical"),
            Self::Access(id) => write!(f, "access/{id}"),
            Self::Concern(id) => write!(f, "concern/{id}"),
            Self::Pair(id) => write!(f, "pair/{id}"),
            Self::Worker(id) => write!(f, "worker/{id}"),
            Self::Device(id) => write!(f, "device/{id}"),
        }
    }
}

impl<C> Encode<C> for Scope {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Scope {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        Self::from_bytes(d.bytes()?).ok_or_else(|| DecodeError::message("not a scope").at(at))
    }
}

/// How long a document is kept after its episode closes. The numbers are stored and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionClass {
    /// Adult community health record: eight years after the last contact.
    AdultRecord,
    /// Kept while the team exists.
    TeamRecord,
    /// A class of a newer build.
    Unknown(u8),
}

impl<C> Encode<C> for RetentionClass {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.u8(match self {
            Self::AdultRecord => 0,
            Self::TeamRecord => 1,
            Self::Unknown(number) => *number,
        })?
        .ok()
    }
}

impl<'b, C> Decode<'b, C> for RetentionClass {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        Ok(match d.u8()? {
            0 => Self::AdultRecord,
            1 => Self::TeamRecord,
            number => Self::Unknown(number),
        })
    }
}

/// A document's header. Its CBOR is deterministic: integer keys in order, absent parts left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Header {
    /// The document.
    #[n(0)]
    pub id: DocId,
    /// What it holds.
    #[n(1)]
    pub kind: DocKind,
    /// Who may see it.
    #[n(2)]
    pub scope: Scope,
    /// Whose it is.
    #[n(3)]
    pub organisation: OrgId,
    /// The person it is about, where it is about one.
    #[n(4)]
    pub person: Option<PersonId>,
    /// The visit it belongs to, where it belongs to one.
    #[n(5)]
    pub visit: Option<VisitId>,
    /// How long it is kept.
    #[n(6)]
    pub retention: RetentionClass,
}

impl Header {
    /// The deterministic CBOR that is signed, stored and compared.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing to a Vec cannot fail.
        minicbor::to_vec(self).unwrap_or_default()
    }

    /// Reads a header; nothing when the bytes are not exactly one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(bytes);
        let header = decoder.decode().ok()?;
        (decoder.position() == bytes.len()).then_some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            id: DocId::from_bytes([1; 16]),
            kind: DocKind::Visit,
            scope: Scope::TeamClinical(TeamId::from_bytes([2; 16])),
            organisation: OrgId::from_bytes([3; 16]),
            person: Some(PersonId::from_bytes([4; 16])),
            visit: None,
            retention: RetentionClass::AdultRecord,
        }
    }

    #[test]
    fn a_header_reads_back_and_anything_after_it_is_refused() {
        let mut bytes = header().to_bytes();
        assert_eq!(Header::from_bytes(&bytes), Some(header()));
        bytes.push(0);
        assert_eq!(Header::from_bytes(&bytes), None);
    }

    #[test]
    fn a_scope_reads_back_and_an_unknown_class_is_nothing() {
        let scope = Scope::Access(DocId::from_bytes([9; 16]));
        assert_eq!(Scope::from_bytes(&scope.to_bytes()), Some(scope));
        assert_eq!(Scope::from_bytes(&[200; 17]), None);
    }
}
