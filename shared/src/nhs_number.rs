//! NHS numbers: ten digits, the last of which checks the rest.
//!
//! In: digits as typed, with spaces or hyphens. Out: a number that can exist, or why not.
//! Never says whose it is, or whether it was issued. Never prints itself into a log.
//! Source: NHS Data Dictionary, "NHS NUMBER": modulus 11, weights 10 to 2.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits of an NHS number.
const DIGITS: usize = 10;

/// Why a text is not an NHS number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// A character other than a digit, space or hyphen.
    #[error("read an NHS number: a character that is no digit")]
    Character,
    /// Not ten digits.
    #[error("read an NHS number: {found} digits, expected 10")]
    Length {
        /// Digits found.
        found: usize,
    },
    /// Ten equal digits: the arithmetic would accept some of them, and none was ever issued.
    #[error("read an NHS number: ten equal digits")]
    Equal,
    /// The check digit does not fit.
    #[error("read an NHS number: the check digit does not fit")]
    Check,
}

/// A number that can exist. Whether it was issued, and to whom, is not known from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber([u8; DIGITS]);

impl NhsNumber {
    /// In the range kept for tests, never issued: it begins with 999.
    pub fn is_test(&self) -> bool {
        self.0.starts_with(&[9, 9, 9])
    }

    /// Ten digits without spaces, as stored.
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// The tenth digit that fits nine; nothing when none does.
    fn check_digit(digits: &[u8; DIGITS]) -> Option<u8> {
        let weighted = digits.iter().take(DIGITS - 1).zip((2u32..=10).rev());
        let sum: u32 = weighted.map(|(digit, weight)| u32::from(*digit) * weight).sum();
        match (11 - sum % 11) % 11 {
            10 => None,
            // Below ten, so it is one digit.
            check => Some(check as u8),
        }
    }
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;

    fn from_str(text: &str) -> Result<Self, NhsNumberError> {
        let mut digits = Vec::with_capacity(DIGITS);
        for character in text.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')) {
            let digit = character.to_digit(10).ok_or(NhsNumberError::Character)?;
            // A decimal digit is below ten.
            digits.push(digit as u8);
        }
        let found = digits.len();
        let digits: [u8; DIGITS] = digits.try_into().map_err(|_| NhsNumberError::Length { found })?;
        let [first, .., last] = digits;
        if digits.iter().all(|digit| *digit == first) {
            return Err(NhsNumberError::Equal);
        }
        if Self::check_digit(&digits) == Some(last) { Ok(Self(digits)) } else { Err(NhsNumberError::Check) }
    }
}

impl fmt::Display for NhsNumber {
    /// `999 201 0312`, as people read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.0.iter().enumerate() {
            if place == 3 || place == 6 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for NhsNumber {
    /// Whose record it is must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(…)")
    }
}

impl Serialize for NhsNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for NhsNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_worked_examples_are_told_apart() {
        for (text, expected) in [
            ("943 476 5919", Ok("943 476 5919")),
            ("4010232137", Ok("401 023 2137")),
            ("999-201-0312", Ok("999 201 0312")),
            ("943 476 5918", Err(NhsNumberError::Check)),
            ("987 654 4321", Err(NhsNumberError::Check)),
            ("000 000 0000", Err(NhsNumberError::Equal)),
            ("999 999 9999", Err(NhsNumberError::Equal)),
            ("999 201 031", Err(NhsNumberError::Length { found: 9 })),
            ("", Err(NhsNumberError::Length { found: 0 })),
            ("999 201 031X", Err(NhsNumberError::Character)),
        ] {
            let read = text.parse::<NhsNumber>().map(|number| number.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn a_number_never_prints_itself_into_a_log() {
        let number: NhsNumber = "999 201 0312".parse().unwrap();
        assert!(!format!("{number:?}").contains("201"));
    }

    /// A number that can exist, from nine digits.
    fn completed(nine: [u8; DIGITS - 1]) -> Option<NhsNumber> {
        let mut digits = [0; DIGITS];
        digits[..DIGITS - 1].copy_from_slice(&nine);
        digits[DIGITS - 1] = NhsNumber::check_digit(&digits)?;
        NhsNumber(digits).digits().parse().ok()
    }

    proptest! {
        #[test]
        fn a_number_reads_back_from_both_its_forms(nine in prop::array::uniform9(0u8..10)) {
            if let Some(number) = completed(nine) {
                prop_assert_eq!(number.to_string().parse::<NhsNumber>(), Ok(number));
                prop_assert_eq!(number.digits().parse::<NhsNumber>(), Ok(number));
            }
        }

        #[test]
        fn one_mistyped_digit_is_always_noticed(
            nine in prop::array::uniform9(0u8..10), at in 0usize..DIGITS, by in 1u8..10,
        ) {
            if let Some(number) = completed(nine) {
                let mut digits = number.0;
                digits[at] = (digits[at] + by) % 10;
                prop_assert!(NhsNumber(digits).digits().parse::<NhsNumber>().is_err());
            }
        }

        #[test]
        fn two_neighbours_swapped_are_always_noticed(nine in prop::array::uniform9(0u8..10), at in 0usize..DIGITS - 1) {
            if let Some(number) = completed(nine) {
                let mut digits = number.0;
                digits.swap(at, at + 1);
                let read = NhsNumber(digits).digits().parse::<NhsNumber>();
                prop_assert!(digits == number.0 || read.is_err());
            }
        }
    }
}
