//! The notes of a visit: text several people may type in at once.
//!
//! In: names of notes. Out: which of them every visit has from its first change.
//! Never holds text: notes are read from the record and changed by splices.
//! Source: product design, "Notes are shared text".

use crate::domain::coded::coded;

/// Longest note that is written, in Unicode scalar values.
pub const NOTE_CHARS_MAX: usize = 20_000;

coded! {
    /// The sections every visit has, made in its first change.
    Section {
        /// In the person's own words.
        OwnWords => "own_words",
        /// What was found.
        Findings => "findings",
        /// What it means.
        Reasoning => "reasoning",
        /// What will be done.
        Plan => "plan",
    }
}
