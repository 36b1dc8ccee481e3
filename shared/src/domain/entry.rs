//! Entries: the answers, decisions and events a record is made of.
//!
//! In: values a worker gave, the keys of what stood on the screen. Out: immutable entries and their CBOR.
//! An entry is never altered or removed; another entry replaces it. Who wrote it comes from its author, not from it.
//! Source: product design, "The record is made of entries".

use minicbor::data::Type;
use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use serde::{Deserialize, Serialize};

use crate::domain::role::Role;
use crate::ids::{DocId, EntryKey, InstallId, WorkerId};
use crate::sorted::Map;
use crate::time::Timestamp;

/// Largest entry, in bytes of CBOR.
pub const ENTRY_BYTES_MAX: usize = 48 * 1024;

/// Deepest nesting of a value that is read; deeper input is refused.
const VALUE_DEPTH_MAX: u8 = 8;

/// An answer that is no observation. None of them is a hazard or a safe answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NonAnswer {
    /// Taken back: the question is open again.
    Unanswered,
    /// Could not be looked at.
    NotSeen,
    /// Cannot apply here.
    NotApplicable,
    /// The person did not want to say.
    Declined,
}

/// What an entry says. Unknown kinds of CBOR are kept as found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// One of the four kinds of "no answer".
    Non(NonAnswer),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A measured number. Never NaN.
    Number(f64),
    /// A choice by its id, or typed text.
    Text(String),
    /// Bytes, such as an id or a digest.
    Bytes(Vec<u8>),
    /// Several values in order.
    List(Vec<Value>),
    /// What one person decided in one act, by field name.
    Map(Map<String, Value>),
    /// A value of a newer build, kept byte for byte.
    Unknown(Vec<u8>),
}

impl Value {
    /// A choice or text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A map from field names to values.
    pub fn map<const N: usize>(fields: [(&str, Value); N]) -> Self {
        Self::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The text of a choice or typed text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// True or false.
    pub fn as_flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// A number, whole or measured.
    #[expect(clippy::cast_precision_loss, reason = "recorded whole numbers are far below 2^53")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Whole(whole) => Some(*whole as f64),
            Self::Non(_)
            | Self::Flag(_)
            | Self::Text(_)
            | Self::Bytes(_)
            | Self::List(_)
            | Self::Map(_)
            | Self::Unknown(_) => None,
        }
    }

    /// A whole number.
    pub fn as_whole(&self) -> Option<i64> {
        if let Self::Whole(whole) = self { Some(*whole) } else { None }
    }

    /// An instant, stored as milliseconds.
    pub fn as_time(&self) -> Option<Timestamp> {
        self.as_whole().map(Timestamp::from_ms)
    }

    /// Bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The values of a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(values) = self { Some(values) } else { None }
    }

    /// One field of a map.
    pub fn field(&self, name: &str) -> Option<&Value> {
        if let Self::Map(fields) = self { fields.get(name) } else { None }
    }

    /// One of the four kinds of "no answer".
    pub fn as_non(&self) -> Option<NonAnswer> {
        if let Self::Non(non) = self { Some(*non) } else { None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Whole(at.ms())
    }
}

const SIMPLE_UNANSWERED: u8 = 0;
const SIMPLE_NOT_SEEN: u8 = 1;
const SIMPLE_NOT_APPLICABLE: u8 = 2;
const SIMPLE_DECLINED: u8 = 3;

impl<C> Encode<C> for Value {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, c: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Non(non) => e
                .simple(match non {
                    NonAnswer::Unanswered => SIMPLE_UNANSWERED,
                    NonAnswer::NotSeen => SIMPLE_NOT_SEEN,
                    NonAnswer::NotApplicable => SIMPLE_NOT_APPLICABLE,
                    NonAnswer::Declined => SIMPLE_DECLINED,
                })?
                .ok(),
            Self::Flag(flag) => e.bool(*flag)?.ok(),
            Self::Whole(whole) => e.i64(*whole)?.ok(),
            Self::Number(number) => e.f64(*number)?.ok(),
            Self::Text(text) => e.str(text)?.ok(),
            Self::Bytes(bytes) => e.bytes(bytes)?.ok(),
            Self::List(values) => {
                e.array(values.len() as u64)?;
                values.iter().try_for_each(|value| value.encode(e, c))
            }
            Self::Map(fields) => {
                e.map(fields.len() as u64)?;
                fields.iter().try_for_each(|(name, value)| {
                    e.str(name)?;
                    value.encode(e, c)
                })
            }
            Self::Unknown(bytes) => e.writer_mut().write_all(bytes).map_err(EncodeError::write),
        }
    }
}

impl<'b, C> Decode<'b, C> for Value {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        decode_value(d, 0)
    }
}

fn decode_value(d: &mut Decoder<'_>, depth: u8) -> Result<Value, DecodeError> {
    let start = d.position();
    if depth > VALUE_DEPTH_MAX {
        return Err(DecodeError::message("a value nested too deeply").at(start));
    }
    let found = d.datatype()?;
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other kind of CBOR is kept as found")]
    match found {
        Type::Bool => d.bool().map(Value::Flag),
        Type::U8 | Type::U16 | Type::U32 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            d.i64().map(Value::Whole)
        }
        Type::U64 => match d.u64().map(i64::try_from)? {
            Ok(whole) => Ok(Value::Whole(whole)),
            Err(_) => Ok(Value::Unknown(kept(d, start)?)),
        },
        Type::F16 | Type::F32 | Type::F64 => {
            let number = match found {
                Type::F16 => f64::from(d.f16()?),
                Type::F32 => f64::from(d.f32()?),
                _ => d.f64()?,
            };
            if number.is_finite() {
                Ok(Value::Number(number))
            } else {
                Err(DecodeError::message("a number that is not finite").at(start))
            }
        }
        Type::String => d.str().map(Value::text),
        Type::Bytes => d.bytes().map(|bytes| Value::Bytes(bytes.to_vec())),
        Type::Array => {
            let Some(len) = d.array()? else {
                return Err(DecodeError::message("a list without its length").at(start));
            };
            (0..len).map(|_| decode_value(d, depth + 1)).collect::<Result<_, _>>().map(Value::List)
        }
        Type::Map => {
            let Some(len) = d.map()? else {
                return Err(DecodeError::message("a map without its length").at(start));
            };
            let mut fields = Map::new();
            for _ in 0..len {
                let name = d.str()?.to_owned();
                fields.insert(name, decode_value(d, depth + 1)?);
            }
            Ok(Value::Map(fields))
        }
        Type::Simple => match d.simple()? {
            SIMPLE_UNANSWERED => Ok(Value::Non(NonAnswer::Unanswered)),
            SIMPLE_NOT_SEEN => Ok(Value::Non(NonAnswer::NotSeen)),
            SIMPLE_NOT_APPLICABLE => Ok(Value::Non(NonAnswer::NotApplicable)),
            SIMPLE_DECLINED => Ok(Value::Non(NonAnswer::Declined)),
            _ => Ok(Value::Unknown(kept(d, start)?)),
        },
        _ => {
            d.skip()?;
            Ok(Value::Unknown(kept(d, start)?))
        }
    }
}

/// The bytes from `start` to where the decoder stands now.
fn kept(d: &Decoder<'_>, start: usize) -> Result<Vec<u8>, DecodeError> {
    d.input()
        .get(start..d.position())
        .map(<[u8]>::to_vec)
        .ok_or_else(|| DecodeError::end_of_input().at(start))
}

/// How an answer was obtained. Never outranks another answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The worker saw it.
    #[n(0)]
    Seen,
    /// Somebody told the worker.
    #[n(1)]
    Told,
    /// Measured with a tool.
    #[n(2)]
    Measured,
    /// Tried out.
    #[n(3)]
    Tested,
    /// Read from a photograph.
    #[n(4)]
    Photo,
}

/// A question or fact, as a path of stable ids: `home/hs-ba02`, `proposal/KEY/device`.
pub type About = String;

/// Names an entry: in the document of the one who names it, or in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryRef {
    /// The entry's document.
    pub doc: DocId,
    /// The entry's key in it.
    pub key: EntryKey,
}

/// One entry as stored: immutable, under its key in the document's flat map.
///
/// CBOR with integer keys; absent parts take no bytes; unknown keys are skipped on reading and never rewritten.
#[derive(Clone, Debug, PartialEq, minicbor::Encode, minicbor::Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Entry {
    /// The question or fact.
    #[n(0)]
    pub about: About,
    /// What it says.
    #[n(1)]
    pub value: Value,
    /// How it was obtained, where that is asked.
    #[n(2)]
    pub how: Option<How>,
    /// When it was observed, by the device's clock.
    #[n(3)]
    pub observed_at: Timestamp,
    /// The wording that was read. Does not separate answers.
    #[n(4)]
    pub form_version: Option<u32>,
    /// Keys in the same document that stood on the writer's screen for this `about`.
    #[n(5)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub replaces: Vec<EntryKey>,
    /// The same, in other documents.
    #[n(6)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub replaces_elsewhere: Vec<(DocId, EntryKey)>,
    /// Why, where a reason is asked: a correction or a resolved clash.
    #[n(7)]
    pub reason: Option<String>,
}

/// Why bytes are not an entry, or a value not storable.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Over [`ENTRY_BYTES_MAX`].
    #[error("write an entry: {found_bytes} bytes, limit {limit_bytes}")]
    TooLarge {
        /// Bytes of the encoded entry.
        found_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not the CBOR of an entry.
    #[error("read an entry: not its format at byte {at}")]
    Format {
        /// Where reading stopped.
        at: usize,
    },
}

impl Entry {
    /// The stored form.
    ///
    /// # Errors
    /// [`EntryError::TooLarge`] over 48 KiB.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        // Writing to a Vec cannot fail, so an encoding error could only be a number of elements, which has no limit.
        let bytes = minicbor::to_vec(self).map_err(|_| EntryError::Format { at: 0 })?;
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge { found_bytes: bytes.len(), limit_bytes: ENTRY_BYTES_MAX });
        }
        Ok(bytes)
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`EntryError::TooLarge`] or [`EntryError::Format`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge { found_bytes: bytes.len(), limit_bytes: ENTRY_BYTES_MAX });
        }
        minicbor::decode(bytes).map_err(|error| EntryError::Format { at: error.position().unwrap_or(0) })
    }
}

/// Who wrote an entry: taken from the signed batch and the author it carries, never from the entry.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub struct Author {
    /// The worker.
    #[n(0)]
    pub worker: WorkerId,
    /// The install the worker used.
    #[n(1)]
    pub install: InstallId,
    /// The worker's role then.
    #[n(2)]
    pub role: Role,
}

/// An entry together with where it is, who wrote it and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The document and key.
    pub at: EntryRef,
    /// The entry.
    pub entry: Entry,
    /// Who wrote it.
    pub by: Author,
    /// When it was written, by the device's clock.
    pub written_at: Timestamp,
}

impl Recorded {
    /// Every entry this one says it replaces.
    pub fn replaces(&self) -> impl Iterator<Item = EntryRef> + '_ {
        let here = self.entry.replaces.iter().map(|key| EntryRef { doc: self.at.doc, key: *key });
        let elsewhere =
            self.entry.replaces_elsewhere.iter().map(|(doc, key)| EntryRef { doc: *doc, key: *key });
        here.chain(elsewhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: Value) -> Entry {
        Entry {
            about: "home/hs-ba02".to_owned(),
            value,
            how: Some(How::Seen),
            observed_at: Timestamp::from_ms(1_700_000_000_000),
            form_version: Some(1),
            replaces: vec![EntryKey::from_random([9; 6])],
            replaces_elsewhere: Vec::new(),
            reason: None,
        }
    }

    #[test]
    fn every_kind_of_value_reads_back_as_written() {
        let values = [
            Value::Non(NonAnswer::Unanswered),
            Value::Non(NonAnswer::Declined),
            Value::Flag(true),
            Value::Whole(-3),
            Value::Number(17.5),
            Value::text("<script>\u{202e}\u{1f600}"),
            Value::Bytes(vec![0, 255]),
            Value::List(vec![Value::Whole(1), Value::text("two")]),
            Value::map([("outcome", Value::text("approved")), ("seen", Value::Flag(false))]),
        ];
        for value in values {
            let written = entry(value).to_bytes().unwrap();
            let read = Entry::from_bytes(&written).unwrap();
            assert_eq!(read.to_bytes().unwrap(), written);
        }
    }

    #[test]
    fn a_value_of_a_newer_build_is_kept_byte_for_byte() {
        let tagged = [0xd9, 0x03, 0xe7, 0x63, b'a', b'b', b'c'];
        let read: Value = minicbor::decode(&tagged).unwrap();
        assert_eq!(read, Value::Unknown(tagged.to_vec()));
        assert_eq!(minicbor::to_vec(&read).unwrap(), tagged);
    }

    #[test]
    fn an_entry_over_its_limit_is_refused_and_says_the_limit() {
        let error = entry(Value::text("x".repeat(ENTRY_BYTES_MAX))).to_bytes().unwrap_err();
        assert!(matches!(error, EntryError::TooLarge { limit_bytes: ENTRY_BYTES_MAX, .. }));
    }

    #[test]
    fn a_value_nested_without_end_is_refused() {
        let mut bytes = vec![0x81; 64];
        bytes.push(0x01);
        assert!(minicbor::decode::<Value>(&bytes).is_err());
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        assert!(minicbor::decode::<Value>(&[0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]).is_err());
    }
}
