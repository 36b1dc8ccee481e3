//! The kinds of documents a record is united from.
//!
//! In: a stored number. Out: the kind, or the number kept as found.
//! Never says who may write a kind: that is decided where commands are.
//! Source: product design, "Documents".

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use serde::{Deserialize, Serialize};

/// What a document holds. The numbers are stored and sent: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocKind {
    /// Identity, contacts, needs, alerts, consents, referrals of one person.
    Person,
    /// Instructions to supply and what became of them, for one person.
    Equipment,
    /// What was done at one visit and its actions.
    Summary,
    /// A contact by a coordinator or health coach.
    Contact,
    /// One slot claimed.
    Booking,
    /// One team's directory.
    Team,
    /// One visit.
    Visit,
    /// One address.
    Home,
    /// One person's goals and care plan.
    Plan,
    /// One OT's review of one visit.
    Review,
    /// One nurse's review of one visit.
    NurseReview,
    /// One person's access notes.
    Access,
    /// One concern.
    Concern,
    /// One pair's supervision.
    Supervision,
    /// One worker's reflections.
    Reflection,
    /// A kind of a newer build, kept and relayed, not shown.
    Unknown(u8),
}

impl DocKind {
    const KNOWN: [Self; 15] = [
        Self::Person,
        Self::Equipment,
        Self::Summary,
        Self::Contact,
        Self::Booking,
        Self::Team,
        Self::Visit,
        Self::Home,
        Self::Plan,
        Self::Review,
        Self::NurseReview,
        Self::Access,
        Self::Concern,
        Self::Supervision,
        Self::Reflection,
    ];

    /// The stored number.
    pub fn number(self) -> u8 {
        if let Self::Unknown(number) = self {
            return number;
        }
        Self::KNOWN
            .iter()
            .position(|kind| *kind == self)
            .and_then(|place| u8::try_from(place).ok())
            .unwrap_or(u8::MAX)
    }

    /// The kind of a stored number.
    pub fn from_number(number: u8) -> Self {
        Self::KNOWN.get(usize::from(number)).copied().unwrap_or(Self::Unknown(number))
    }
}

impl<C> Encode<C> for DocKind {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.u8(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for DocKind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        d.u8().map(Self::from_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_a_newer_build_keeps_its_number() {
        assert_eq!(DocKind::from_number(99).number(), 99);
        for kind in DocKind::KNOWN {
            assert_eq!(DocKind::from_number(kind.number()), kind);
        }
    }
}
