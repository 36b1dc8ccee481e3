//! Choices stored as short stable codes.
//!
//! In: the code of an entry's value. Out: the choice, or nothing for a code of a newer build.
//! Never holds the words a worker reads: those are at the page. A code is never reworded or reused.

/// Declares an enum whose variants are stored, sent and scripted as the code beside them.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every choice, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every code, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The stored code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// The choice of a stored code; nothing for a code of a newer build.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The choice a stored value holds.
            pub fn from_value(value: &crate::domain::entry::Value) -> Option<Self> {
                value.as_text().and_then(Self::from_code)
            }
        }

        impl From<$name> for crate::domain::entry::Value {
            fn from(choice: $name) -> Self {
                Self::text(choice.code())
            }
        }
    };
}

pub(crate) use coded;
