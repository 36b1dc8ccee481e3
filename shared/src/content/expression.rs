//! When an answer is a hazard: the rule of one item, already parsed.
//!
//! In: the answer and the flags that hold. Out: yes or no.
//! Never parses text: the build does that, so a tablet carries no parser.
//! Source: the rule language in the first of the rules of `content/home_safety.json`.

use serde::{Deserialize, Serialize};

/// A parsed rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// `record`: kept, never a hazard.
    Never,
    /// The answer is this choice.
    Is(&'static str),
    /// The answer is any choice but this.
    IsNot(&'static str),
    /// The answer is a number below this.
    Below(f64),
    /// The answer is a number at or below this.
    AtMost(f64),
    /// The answer is a number above this.
    Above(f64),
    /// The answer is a number at or above this.
    AtLeast(f64),
    /// This flag holds.
    Flag(&'static str),
    /// This flag does not hold.
    NotFlag(&'static str),
    /// Every part matches.
    All(Vec<Expression>),
    /// At least one part matches.
    Any(Vec<Expression>),
}

/// What a rule looks at: an observed answer, never one of the four kinds of "no answer".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observed<'a> {
    /// A choice by its id.
    Choice(&'a str),
    /// A number in the item's unit.
    Number(f64),
}

impl Expression {
    /// Whether the rule matches. `flag` says whether a flag holds, by its id.
    pub fn matches(&self, answer: Observed<'_>, flag: &dyn Fn(&str) -> bool) -> bool {
        let choice = |wanted: &str| matches!(answer, Observed::Choice(found) if found == wanted);
        let number = |test: &dyn Fn(f64) -> bool| matches!(answer, Observed::Number(found) if test(found));
        match self {
            Self::Never => false,
            Self::Is(wanted) => choice(wanted),
            Self::IsNot(wanted) => matches!(answer, Observed::Choice(_)) && !choice(wanted),
            Self::Below(limit) => number(&|found| found < *limit),
            Self::AtMost(limit) => number(&|found| found <= *limit),
            Self::Above(limit) => number(&|found| found > *limit),
            Self::AtLeast(limit) => number(&|found| found >= *limit),
            Self::Flag(id) => flag(id),
            Self::NotFlag(id) => !flag(id),
            Self::All(parts) => parts.iter().all(|part| part.matches(answer, flag)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(answer, flag)),
        }
    }
}
