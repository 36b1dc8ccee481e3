//! Names of things: random, opaque, never derived from what they name.
//!
//! In: random bytes drawn by the caller. Out: typed ids that print as lower-case hexadecimal.
//! Never draws chance itself, never parses anything but its own printed form.
//! Source: design of documents ("nothing is derived from an id").

use crate::sorted;
use std::fmt;
use std::str::FromStr;

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text has another length than the id's printed form.
    #[error("read an id: expected {expected} characters, found {found}")]
    Length {
        /// Characters of the printed form.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A character outside the id's alphabet.
    #[error("read an id: character {at} is not in its alphabet")]
    Alphabet {
        /// Zero-based place of the first wrong character.
        at: usize,
    },
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

fn read_hex<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    if text.len() != N * 2 {
        return Err(IdError::Length { expected: N * 2, found: text.len() });
    }
    let mut out = [0u8; N];
    for (at, character) in text.chars().enumerate() {
        let Some(digit) = character.to_digit(16).filter(|_| !character.is_ascii_uppercase()) else {
            return Err(IdError::Alphabet { at });
        };
        if let Some(byte) = out.get_mut(at / 2) {
            // Two digits fill one byte; a digit is below 16, so the cast keeps it whole.
            *byte = (*byte << 4) | digit as u8;
        }
    }
    Ok(out)
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Wraps bytes the caller drew at random or read from a record.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes, as stored and sent.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                read_hex(text).map(Self)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = IdError;

            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                <[u8; $len]>::try_from(bytes)
                    .map(Self)
                    .map_err(|_| IdError::Length { expected: $len, found: bytes.len() })
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                let at = d.position();
                Self::try_from(d.bytes()?)
                    .map_err(|_| DecodeError::message(concat!(stringify!($name), " of another length")).at(at))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    let bytes = <&'de [u8]>::deserialize(deserializer)?;
                    Self::try_from(bytes).map_err(serde::de::Error::custom)
                }
            }
        }
    };
}

byte_id!(
    /// A document: the unit of authority, of sync and of erasure.
    DocId, 16
);
byte_id!(
    /// An organisation, here a Primary Care Network.
    OrgId, 16
);
byte_id!(
    /// A team of an organisation.
    TeamId, 16
);
byte_id!(
    /// A person whose record this is.
    PersonId, 16
);
byte_id!(
    /// A visit, or a contact by a clinical role.
    VisitId, 16
);
byte_id!(
    /// A worker of the team.
    WorkerId, 16
);
byte_id!(
    /// One installation of the app on one device. A reinstalled app is another install.
    InstallId, 16
);
byte_id!(
    /// The writer of one opening of one document. Never used again for another opening.
    ActorId, 16
);
byte_id!(
    /// The SHA-256 of one change in its raw form.
    ChangeHash, 32
);
byte_id!(
    /// The BLAKE3 of a batch's manifest.
    BatchId, 32
);
byte_id!(
    /// The public half of a device's Ed25519 key.
    DeviceKey, 32
);
byte_id!(
    /// A database's life, for people to tell restores apart. Decides nothing.
    Epoch, 16
);

/// One state of one document: the hashes nothing in it builds on, in ascending order.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    minicbor::Encode,
    minicbor::Decode,
    Serialize,
    Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Version(#[n(0)] Vec<ChangeHash>);

impl Version {
    /// The state named by `heads`, in any order.
    pub fn new(mut heads: Vec<ChangeHash>) -> Self {
        sorted::sort(&mut heads);
        heads.dedup();
        Self(heads)
    }

    /// The hashes, ascending.
    pub fn heads(&self) -> &[ChangeHash] {
        &self.0
    }
}

/// Characters of an entry key.
pub const ENTRY_KEY_LEN: usize = 8;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The random name of one entry in one document: 8 characters of the URL-safe base64 alphabet, 48 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey([u8; ENTRY_KEY_LEN]);

impl EntryKey {
    /// Spells six random bytes.
    pub fn from_random(random: [u8; 6]) -> Self {
        let mut bits = 0u64;
        for byte in random {
            bits = (bits << 8) | u64::from(byte);
        }
        let mut out = [b'A'; ENTRY_KEY_LEN];
        for (place, slot) in out.iter_mut().enumerate() {
            let index = (bits >> (42 - 6 * place)) & 63;
            // The mask keeps the index below the alphabet's 64 letters.
            *slot = ALPHABET.get(index as usize).copied().unwrap_or(b'A');
        }
        Self(out)
    }

    /// The key as stored.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for EntryKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes: [u8; ENTRY_KEY_LEN] = text
            .as_bytes()
            .try_into()
            .map_err(|_| IdError::Length { expected: ENTRY_KEY_LEN, found: text.len() })?;
        match bytes.iter().position(|byte| !ALPHABET.contains(byte)) {
            Some(at) => Err(IdError::Alphabet { at }),
            None => Ok(Self(bytes)),
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryKey({self})")
    }
}

impl<C> Encode<C> for EntryKey {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for EntryKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        d.str()?.parse().map_err(|_| DecodeError::message("not an entry key").at(at))
    }
}

impl Serialize for EntryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EntryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_prints_and_reads_back() {
        let id = DocId::from_bytes([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_in_capitals_is_refused_so_that_one_id_has_one_spelling() {
        let text = "AB".repeat(16);
        assert_eq!(text.parse::<DocId>(), Err(IdError::Alphabet { at: 0 }));
    }

    #[test]
    fn an_entry_key_spells_all_48_bits() {
        assert_eq!(EntryKey::from_random([0; 6]).as_str(), "AAAAAAAA");
        assert_eq!(EntryKey::from_random([255; 6]).as_str(), "________");
        assert_eq!(EntryKey::from_random([0, 0, 0, 0, 0, 1]).as_str(), "AAAAAAAB");
        assert_eq!("AAAA AAA".parse::<EntryKey>(), Err(IdError::Alphabet { at: 4 }));
    }
}
