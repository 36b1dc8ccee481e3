//! Every word a person reads that is not content, a name or their own.
//!
//! In: ids, choices, refusals, faults. Out: plain sentences: what happened, what is safe, what to do.
//! Never decides, never holds a record. In one place, so that another language is another copy of this folder.
//! Source: screens design, "Words".

pub mod codes;
pub mod equipment;
pub mod facts;
pub mod fault;
pub mod frame;
pub mod home;
pub mod people;
pub mod refusal;
pub mod review;
pub mod visit;

/// `1 visit`, `2 visits`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number without a needless decimal point: `17.5`, `17`.
pub fn number(value: f64) -> String {
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_counted_in_the_singular_and_the_plural() {
        assert_eq!(count(1, "visit", "visits"), "1 visit");
        assert_eq!(count(0, "visit", "visits"), "0 visits");
    }

    #[test]
    fn a_whole_number_has_no_point() {
        assert_eq!((number(410.0), number(17.5)), ("410".to_owned(), "17.5".to_owned()));
    }
}
