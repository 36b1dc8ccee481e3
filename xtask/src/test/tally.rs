//! Counting: how many tests passed and failed, read from what the test programs print.
//!
//! In: lines. Out: two numbers. A program that ends badly without naming a failed test counts as one failure, and one
//! that ends well without a single test does too: a run that tests nothing must not look like a run that found nothing.

use std::fmt;

/// How many passed and how many failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests, or steps that are not made of tests.
    pub(crate) passed: u64,
    /// The same.
    pub(crate) failed: u64,
}

impl Tally {
    /// One thing that held or did not.
    pub(crate) fn one(held: bool) -> Self {
        Self { passed: u64::from(held), failed: u64::from(!held) }
    }

    /// Adds another count to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
    }

    /// Adds what a line of Rust's test harness says: `test result: ok. 12 passed; 0 failed; …`.
    pub(crate) fn read_libtest(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        let count = |word: &str| {
            counts
                .split(';')
                .find_map(|part| part.trim().strip_suffix(word))
                .and_then(|text| text.trim().parse().ok())
        };
        if let (Some(passed), Some(failed)) = (count("passed"), count("failed")) {
            self.add(Self { passed, failed });
        }
    }

    /// Reads a line that is exactly `N passed, N failed`.
    pub(crate) fn read_summary(line: &str) -> Option<Self> {
        let (passed, failed) = line.trim().strip_suffix(" failed")?.split_once(" passed, ")?;
        Some(Self { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
    }

    /// The count of a program that has ended.
    pub(crate) fn or_failed(mut self, ended_well: bool) -> Self {
        if (!ended_well && self.failed == 0) || self == Self::default() {
            self.add(Self::one(false));
        }
        self
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_test_programs_are_added_up() {
        let mut tally = Tally::default();
        tally.read_libtest("running 3 tests");
        tally.read_libtest(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        tally.read_libtest("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(tally, Tally { passed: 4, failed: 2 });
    }

    #[test]
    fn only_a_whole_summary_line_counts() {
        assert_eq!(Tally::read_summary("12 passed, 1 failed"), Some(Tally { passed: 12, failed: 1 }));
        assert_eq!(Tally::read_summary("visits: 12 passed, 1 failed"), None);
        assert_eq!(Tally::read_summary("12 passed, none failed"), None);
    }

    #[test]
    fn a_program_that_dies_or_tests_nothing_is_a_failure() {
        let some = Tally { passed: 3, failed: 0 };
        assert_eq!(some.or_failed(true), some);
        assert_eq!(some.or_failed(false), Tally { passed: 3, failed: 1 });
        assert_eq!(Tally::default().or_failed(true), Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn it_is_written_the_way_it_is_read() {
        let tally = Tally { passed: 41, failed: 0 };
        assert_eq!(Tally::read_summary(&tally.to_string()), Some(tally));
    }
}
