//! Recorded facts, clashes, refused changes.

use crate::projection::needs_you::QuarantineReason;

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const SOMEBODY: &str = "A colleague not in the directory";
    pub const NOT_RECORDED: &str = "Not recorded";
    pub const NOTHING_STANDS: &str = "Two answers: nothing counts until somebody decides";
    pub const TWO_ANSWERS_SHORT: &str = "two answers, the more cautious counts";
    pub const MEANWHILE_NOTHING: &str = "Until someone decides, nothing counts and what depends on it waits.";
    pub const REASON: &str = "Reason, in a few words";
    pub const BOTH_STAY: &str = "Both stay in the history.";
    pub const SOMEBODY_ELSE_SETTLES: &str =
        "Somebody else has to settle this. Your own answer can be changed at any time.";
    pub const NOTHING_NEEDS_YOU: &str =
        "Nothing needs you. Two answers to one question and changes the server would not take appear here.";
    pub const CLASHES: &str = "Two answers to one question";
    pub const REFUSED: &str = "Changes that were not taken";
    pub const WHAT_IT_SAID: &str = "What it said";
    pub const KEPT_HERE: &str = "It is kept on this device and nothing of it is lost.";
}

pub use text::*;

/// What counts until somebody decides.
pub fn meanwhile(value: &str) -> String {
    format!("Until someone decides, \u{201c}{value}\u{201d} counts, because it is the more cautious.")
}

/// The device something was written on; another one by the beginning of its install's number.
pub fn device(is_this: bool, number: &str) -> String {
    if is_this { "this device".to_owned() } else { format!("device {number}") }
}

/// A button that keeps one side.
pub fn keep(value: &str) -> String {
    format!("Keep \u{201c}{value}\u{201d}")
}

/// Why a change was not taken.
pub fn quarantined(why: &QuarantineReason) -> String {
    match why {
        QuarantineReason::Refused { code } => {
            format!("The server did not take it. Ask your administrator. ({code})")
        }
        QuarantineReason::Forked => {
            "This device was copied. It was written again under a new name; these are the old bytes. (forked)"
                .to_owned()
        }
        QuarantineReason::Crashed => {
            "Reading it stopped the app twice, so it is left out. Ask your administrator. (crashed)"
                .to_owned()
        }
        QuarantineReason::Unreadable => {
            "It cannot be read by this version. Start the new version when it is offered. (unreadable)"
                .to_owned()
        }
    }
}

/// A fact's id in words, where the content has none: `person/phone` reads `Phone`.
pub fn question(about: &str) -> String {
    let id = about.rsplit('/').find(|part| !part.is_empty() && *part != "+").unwrap_or(about);
    match id {
        "born" => "Date of birth".to_owned(),
        "nhs_number" => "NHS number".to_owned(),
        "swl_kg" => "Safe load in kg".to_owned(),
        "persons_view" => "The person's view".to_owned(),
        "carers_view" => "The carer's view".to_owned(),
        "why" => "What it is for".to_owned(),
        other => super::codes::option(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_alone_never_stands_for_a_device() {
        assert_eq!(device(false, "8343"), "device 8343");
        assert_eq!(device(true, "8343"), "this device");
    }

    #[test]
    fn a_fact_is_named_by_the_last_part_of_its_path() {
        assert_eq!(question("person/phone"), "Phone");
        assert_eq!(question("proposal/AAAAAAAA/swl_kg"), "Safe load in kg");
    }
}
