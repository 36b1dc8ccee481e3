//! Home safety.

use doorstep_shared::time::Date;

use crate::projection::home::{Outcome, Told, Totals};

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const TITLE: &str = "Home safety";
    pub const PROFILE: &str = "About the home";
    pub const PROFILE_HELP: &str = "Eight questions first. What cannot apply here then answers itself, with its reason, and can be changed.";
    pub const ROOMS: &str = "Rooms";
    pub const HAZARD: &str = "hazard";
    pub const HOW: &str = "How do you know?";
    pub const CAN_HELP: &str = "Can help";
    pub const PROPOSE: &str = "Propose";
    pub const ASK_OT: &str = "Ask OT to assess";
    pub const REFER: &str = "Another profession supplies this: add an action to refer";
    pub const PROPOSED: &str = "Proposed";
    pub const SWEEP: &str = "Rest of this room: seen, no hazard";
    pub const SWEEP_HELP: &str = "Answers only what is not answered yet and of severity 1 or 2.";
    pub const NEXT_ROOM: &str = "Next room";
    pub const PREVIOUS_ROOM: &str = "Previous room";
    pub const TO_TASKS: &str = "Back to the visit";
    pub const BY_PROFILE: &str =
        "Does not apply, from the questions about the home. Any answer overrides it.";
    pub const BY_PROFILE_CONFIRM: &str = "Does not apply, from the questions about the home. This one must be seen: confirm it with Does not apply, or answer it.";
    pub const CORE: &str = "Severe first";
    pub const REST: &str = "The rest of the room";
    pub const ENTER: &str = "Record";
    pub const FIXED: &str = "Fixed in this visit";
    pub const FLAG_UNANSWERED: &str = "Until this is answered, it counts as yes.";

    pub const CHANGE_TITLE: &str = "This was recorded as a hazard";
    pub const CHANGE_HELP: &str = "Why does the answer change?";
    pub const WRONG: &str = "I was wrong";
    pub const WRONG_HELP: &str = "It was never a hazard.";
    pub const FIXED_NOW: &str = "Fixed now";
    pub const FIXED_HELP: &str = "It was a hazard. It stays in the history, closed in this visit.";

    pub const SAME_DAY_TITLE: &str = "Somebody has to be told today";
    pub const SAME_DAY_HELP: &str =
        "Before you leave this room, tell somebody who can act, and record it here.";
    pub const TOLD_WHO: &str = "Who was told";
    pub const TOLD_HOW: &str = "How";
    pub const TOLD_WHEN: &str = "When (today)";
    pub const TOLD_RECORD: &str = "Record who was told";
    pub const NOT_NEEDED: &str = "Nobody needs to be told";
    pub const NOT_NEEDED_WHY: &str = "Why nobody needs to be told";
    pub const ENTER_WHO: &str = "Enter who was told";
    pub const ENTER_WHY: &str = "Enter why nobody needs to be told";
    pub const LATER: &str = "Go on, and record it later";
    pub const NO_REASON: &str = "no reason given";
    pub const EMERGENCY_TITLE: &str = "Act now";
    pub const EMERGENCY: &str = "Open windows and doors. Use no switches or flames. Get everybody out. Gas: turn it off at the meter and ring 0800 111 999. Fire, or anybody unwell: ring 999.";
    pub const OPEN_SOS: &str = "Open SOS";
    pub const EARLIER: &str = "Found at earlier visits, still open";
    pub const CLOSE_HAZARD: &str = "Close it";
}

pub use text::*;

/// How many of how many.
pub fn answered(answered: u32, of: u32) -> String {
    format!("{answered} of {of}")
}

/// What is counted in a room, in a few words.
pub fn room_count(answered: u32, of: u32, hazards: u32) -> String {
    if hazards == 0 {
        self::answered(answered, of)
    } else {
        format!("{} \u{b7} \u{26a0} {hazards}", self::answered(answered, of))
    }
}

/// The totals in a line.
pub fn totals(totals: &Totals) -> String {
    let mut line = format!(
        "{} \u{b7} {}",
        answered(totals.answered, totals.applicable),
        super::count(totals.hazards as usize, "hazard", "hazards")
    );
    if totals.same_day > 0 {
        line.push_str(&format!(" \u{b7} {} same day", totals.same_day));
    }
    if totals.clashes > 0 {
        line.push_str(&format!(" \u{b7} {}", super::count(totals.clashes as usize, "clash", "clashes")));
    }
    line
}

/// How severe, in words and number.
pub fn severity(severity: u8, same_day: bool) -> String {
    let words = match severity {
        1 => "low",
        2 => "moderate",
        3 => "high",
        _ => "critical",
    };
    if same_day {
        format!("Severity {severity}, {words}, same day")
    } else {
        format!("Severity {severity}, {words}")
    }
}

/// What an item comes to.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Unanswered => "Not answered".to_owned(),
        Outcome::NotSeen => "Not seen".to_owned(),
        Outcome::Declined => "Declined".to_owned(),
        Outcome::NotApplicable | Outcome::NotApplicableByProfile { .. } => "Does not apply".to_owned(),
        Outcome::NoHazard => "No hazard".to_owned(),
        Outcome::Hazard { severity, same_day } => format!("Hazard. {}", self::severity(severity, same_day)),
    }
}

/// An option on its button, with the hazard named where it is one.
pub fn option(id: &str, hazard: bool) -> String {
    let words = super::codes::option(id);
    if hazard { format!("{words}: {HAZARD}") } else { words }
}

/// The range a number has to be in.
pub fn range(min: f64, max: f64, unit: &str) -> String {
    format!("From {} to {} {unit}", super::number(min), super::number(max))
}

/// Who was told.
pub fn told(told: &Told, today: Date) -> String {
    if told.who.is_empty() {
        format!("Nobody needed to be told: {}", if told.reason.is_empty() { NO_REASON } else { &told.reason })
    } else {
        format!("Told: {}, {}, {}", told.who, told.how, super::frame::when(told.when, today))
    }
}

/// A unit as it is read.
pub fn unit(unit: &str) -> &str {
    match unit {
        "C" => "\u{b0}C",
        "count" | "level" => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hazard_is_named_on_its_button() {
        assert_eq!((option("no", true), option("yes", false)), ("No: hazard".to_owned(), "Yes".to_owned()));
    }

    #[test]
    fn a_room_without_hazards_says_only_its_count() {
        assert_eq!(room_count(9, 12, 0), "9 of 12");
        assert!(room_count(9, 12, 2).ends_with('2'));
    }
}
