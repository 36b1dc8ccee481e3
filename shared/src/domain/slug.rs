//! Typed names as one segment of a path.
//!
//! In: a place or recipient as typed. Out: its lower-case letters and digits, joined by hyphens.
//! Never shown to anybody: the typed name is kept in the value.

/// Longest segment, in Unicode scalar values.
const CHARS_MAX: usize = 60;

/// `Stairs, right side` becomes `stairs-right-side`. Empty when nothing of it is a letter or digit.
pub fn slug(typed: &str) -> String {
    let words = typed.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    joined.chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_place_is_one_segment_however_it_is_spelled() {
        assert_eq!(slug("Stairs, right side"), slug("stairs right-side"));
        assert_eq!(slug("Küche / 2. Stock"), "küche-2-stock");
        assert_eq!(slug("../+"), "");
    }
}
