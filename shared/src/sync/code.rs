//! Codes: why a change, or a whole message, was not taken. Their numbers are stored, sent and logged.
//!
//! In: a number from the network. Out: the code, or the number kept as found; its stable name for logs.
//! Never words for people: those are written at the page.
//! Source: sync design, "Hostile input" and "Revocation, erasure, retention".

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$code_doc:meta])* $code:ident = $number:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$code_doc])* $code,)+
            /// A code of a newer build.
            Unknown(u16),
        }

        impl $name {
            /// Every code this build knows.
            pub const KNOWN: &[Self] = &[$(Self::$code),+];

            /// The stored and sent number.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$code => $number,)+
                    Self::Unknown(number) => number,
                }
            }

            /// The code of a number.
            pub const fn from_number(number: u16) -> Self {
                match number {
                    $($number => Self::$code,)+
                    _ => Self::Unknown(number),
                }
            }

            /// The stable name, as logged and shown to support.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)+
                    Self::Unknown(_) => "unknown",
                }
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
                e.u16(self.number())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                d.u16().map(Self::from_number)
            }
        }
    };
}

codes! {
    /// Why the server did not store one change.
    RefusalCode {
        /// The server does not know the document and no header came with the batch: sent again with it.
        HeaderMissing = 0, "header_missing";
        /// Not this writer's to write, or nothing known under that name: the two look the same.
        Absent = 1, "absent";
        /// The document was erased: the device drops it.
        Erased = 2, "erased";
        /// Its actor already wrote another change of that number: a cloned device.
        Fork = 3, "fork";
        /// It builds on a fork.
        ForkChild = 4, "fork_child";
        /// Larger than a change may be.
        TooLarge = 5, "too_large";
        /// Not a change, or one that does what no record allows.
        Malformed = 6, "malformed";
        /// The chunk is compressed.
        Compressed = 7, "compressed";
        /// The bytes have another hash than the manifest says.
        WrongHash = 8, "wrong_hash";
        /// The change belongs to another document.
        WrongDocument = 9, "wrong_document";
        /// The actor belongs to another install or worker.
        SomeoneElsesActor = 10, "someone_elses_actor";
        /// The author is not the worker and install that signed.
        WrongAuthor = 11, "wrong_author";
        /// The manifest's signature does not hold.
        BadSignature = 12, "bad_signature";
        /// An install the server does not know, or that is revoked.
        OtherInstall = 13, "other_install";
        /// A worker who never used that install.
        OtherWorker = 14, "other_worker";
        /// The document belongs to another scope.
        OtherScope = 15, "other_scope";
        /// The header differs from the one stored, or from the document's first change.
        OtherHeader = 16, "other_header";
        /// Another organisation's.
        OtherOrganisation = 17, "other_organisation";
        /// Stored for an OT of the team to decide on: the writer no longer holds the scope.
        Quarantined = 18, "quarantined";
    }
}

codes! {
    /// Why the server took nothing of a message.
    MessageCode {
        /// Not the format of a message.
        Malformed = 0, "malformed";
        /// Larger than the server reads.
        TooLarge = 1, "too_large";
        /// A protocol the server does not speak.
        Protocol = 2, "protocol";
        /// The install is not the one that signed in.
        OtherInstall = 3, "other_install";
        /// The server cannot store at the moment; try again.
        Busy = 4, "busy";
        /// The session ended; sign in again.
        SignedOut = 5, "signed_out";
    }
}

impl RefusalCode {
    /// Whether the device's own next try can succeed without a person.
    pub const fn is_settled_by_device(self) -> bool {
        matches!(self, Self::HeaderMissing | Self::Fork | Self::ForkChild)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_again_by_its_number_and_a_newer_one_is_kept() {
        for code in RefusalCode::KNOWN {
            assert_eq!(RefusalCode::from_number(code.number()), *code);
        }
        for code in MessageCode::KNOWN {
            assert_eq!(MessageCode::from_number(code.number()), *code);
        }
        assert_eq!(RefusalCode::from_number(999).number(), 999);
    }
}
