//! Review.

use doorstep_shared::time::Date;

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const QUEUE: &str = "Review queue";
    pub const ORDER: &str = "Same day first, then severity, then waiting time.";
    pub const NOTHING_WAITS: &str = "Nothing waits for review. Signed visits and proposals appear here, and same-day hazards as soon as they are stored.";
    pub const REOPENED: &str = "Reopened: something arrived after countersigning";
    pub const TITLE: &str = "Review";
    pub const PROPOSALS: &str = "Equipment proposed";
    pub const NO_PROPOSALS: &str = "No equipment is proposed in this visit.";
    pub const HAZARDS: &str = "Hazards";
    pub const OTHER_ANSWERS: &str = "Other answers";
    pub const NO_ANSWERS: &str = "None.";
    pub const NOTES: &str = "Notes";
    pub const OPEN_VISIT: &str = "Open the visit itself";
    pub const COMMENT: &str = "Comment";
    pub const SEND_COMMENT: &str = "Add the comment";
    pub const ASKED_TO_ASSESS: &str = "The worker asks an OT to assess";

    pub const REASON: &str = "Reason";
    pub const REASON_HINT: &str = "Filled in from the checks that passed. Change it as you like.";
    pub const APPROVE: &str = "Approve";
    pub const DECLINE: &str = "Decline";
    pub const SEE_IN_PERSON: &str = "See in person";
    pub const CHANGE: &str = "Change to another device";
    pub const CHANGE_TO: &str = "Approve this instead";
    pub const CHANGE_IT: &str = "Change";
    pub const ASK: &str = "Ask";
    pub const ASK_HINT: &str = "Write the question as the reason.";
    pub const ASK_IT: &str = "Ask";
    pub const PERSON_DECLINES: &str = "The person does not want it";
    pub const PERSON_DECLINED: &str = "Declined by the person";
    pub const CONFIRM: &str = "Confirm the decision on what stands now";

    pub const COUNTERSIGN: &str = "Countersign";
    pub const NOT_SIGNED_YET: &str =
        "The visit is not signed yet. It can be countersigned when its signature is here.";
    pub const DONE: &str = "This version is countersigned.";
    pub const MAY_NOT: &str = "Only an OT of the team decides and countersigns.";
    pub const DETAIL: &str = "To add or to be corrected";
    pub const DETAIL_HINT: &str = "Leave empty to agree as it is";
    pub const OTHERWISE: &str = "Agree with something added, or return it";
    pub const AGREE_WITH: &str = "Agree, with this added";
    pub const RETURN: &str = "Return for correction";
}

pub use text::*;

/// Which version is read.
pub fn version(lead: &str, at: &str) -> String {
    if lead.is_empty() { format!("Version of {at}.") } else { format!("Version of {at} by {lead}.") }
}

/// Proposals, and how many are decided.
pub fn proposals(all: u32, decided: u32) -> String {
    format!("{}, {decided} decided", super::count(all as usize, "proposal", "proposals"))
}

/// Whose visit waits since when and is due when.
pub fn waits(lead: &str, since: &str, due: Date) -> String {
    let by = if lead.is_empty() { String::new() } else { format!("by {lead} \u{b7} ") };
    format!("{by}waits since {since} \u{b7} due {}", due.short())
}

/// Whom the question goes to.
pub fn asks(name: Option<&str>) -> String {
    format!("The question goes to {}.", name.unwrap_or("who proposed it"))
}

/// What is still open before countersigning.
pub fn undecided(undecided: u32) -> String {
    match undecided {
        0 => "Every proposal is decided.".to_owned(),
        number => format!(
            "{} not decided. You may countersign; undecided proposals stay in the queue.",
            super::count(number as usize, "proposal is", "proposals are")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undecided_is_counted() {
        assert_eq!(undecided(0), "Every proposal is decided.");
        assert!(undecided(1).starts_with("1 proposal is not decided"));
    }
}
