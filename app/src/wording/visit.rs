//! A visit and its pages.

use doorstep_shared::time::Date;

use crate::projection::home::Totals;
use crate::projection::visit::TaskId;
use crate::projection::visit::{Said, SignedLine};

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const VISIT: &str = "Visit";
    pub const TASKS: &str = "The visit";
    pub const HERE: &str = "Who is here";
    pub const CONSENT: &str = "Consent";
    pub const OWN_WORDS: &str = "In their own words, and notes";
    pub const HOME: &str = "Home safety";
    pub const MEASUREMENTS: &str = "Measurements";
    pub const EQUIPMENT: &str = "Equipment";
    pub const ACTIONS: &str = "Actions and safety net";
    pub const NEXT_CONTACT: &str = "Next contact";
    pub const SIGN: &str = "Check and sign";
    pub const NOT_YET: &str = "Not yet started";
    pub const STARTED: &str = "Started";
    pub const COMPLETED: &str = "Completed";
    pub const BLOCKED: &str = "Waits for a same-day action";
    pub const LATE: &str = "Running late: 30 minutes more";
    pub const LEAVING: &str = "I'm safe, leaving";
    pub const OTHER_END: &str = "It ended differently";
    pub const ENDED_HELP: &str = "The visit has ended. Everything may still be completed until it is signed.";
    pub const NOT_STARTED: &str = "The visit is not started. Start it from its task list.";
    pub const SHOWN_ONLY: &str = "You may read this visit, not write in it.";
    pub const SHOWN_AS_SIGNED: &str =
        "Signed. It is shown as it was read and signed; what came later is listed apart.";

    pub const IDENTIFIERS: &str = "Which identifiers did you ask, and they fit?";
    pub const CHECKED: &str = "Two identifiers or more were checked.";
    pub const TWO_NEEDED: &str = "Check at least two different ones.";
    pub const PRESENT: &str = "Present";
    pub const NOBODY_YET: &str = "Nobody is recorded as present yet.";
    pub const IN_PERSON: &str = "in the room";
    pub const BY_PHONE: &str = "by phone";
    pub const WHO: &str = "Who";
    pub const WHO_HINT: &str = "Role or relationship: daughter, neighbour, carer";
    pub const ADD_IN_PERSON: &str = "Add, in the room";
    pub const ADD_BY_PHONE: &str = "Add, by phone";
    pub const REMOVE: &str = "Take out";
    pub const SEEN_ALONE: &str = "Was the person seen alone for a while?";
    pub const INTERPRETER: &str = "Does the person need an interpreter?";

    pub const RECIPIENT: &str = "Who the record would be shared with";
    pub const RECIPIENT_HINT: &str = "One at a time: GP, equipment store, fire service";
    pub const ADD_RECIPIENT: &str = "Ask about this one";

    pub const NEEDED: &str = "Needed by what is proposed";
    pub const NOTHING_NEEDED: &str = "Nothing that is proposed needs a measurement.";
    pub const OTHER_READINGS: &str = "Other measurements";
    pub const NOT_TAKEN: &str = "Not taken";
    pub const PLACE: &str = "Where";
    pub const PLACE_HINT: &str = "Leave empty when it is not of a place";
    pub const READING: &str = "Measurement";
    pub const CHOOSE: &str = "Choose";

    pub const ACTIONS_LIST: &str = "Actions";
    pub const NO_ACTIONS: &str = "No actions yet.";
    pub const ACTION_WHAT: &str = "What will be done";
    pub const ACTION_OWNER: &str = "By whom";
    pub const ACTION_OWNER_HINT: &str = "A colleague, a service, the person";
    pub const ACTION_DUE: &str = "By when";
    pub const ADD_ACTION: &str = "Add action";
    pub const ENTER_ACTION: &str = "Enter what will be done";
    pub const MARK_DONE: &str = "Done";
    pub const DONE_CODE: &str = "done";
    pub const SAFETY_NET: &str = "Safety net";
    pub const WATCH_FOR: &str = "What to watch for, and when";
    pub const CALL: &str = "Whom to call, also out of hours";

    pub const NEXT_ON: &str = "Day";
    pub const NEXT_ON_HINT: &str = "Leave empty when there is no next contact";
    pub const NEXT_DETAIL: &str = "What for, or why there is none";

    pub const BEFORE_SIGNING: &str = "Before it can be signed";
    pub const NOT_LEAD: &str = "Another worker leads this visit and signs it.";
    pub const LEFT_OPEN: &str = "Left open";
    pub const LEFT_OPEN_HELP: &str = "This stops nothing. It is signed as not recorded.";
    pub const PART: &str = "This is a part assessment: fewer than 80 per cent are answered, or something that must be seen was not. It may be signed and says so.";
    pub const WHAT_IS_SIGNED: &str = "What is signed";
    pub const CHANGE: &str = "Change";
    pub const SIGNED: &str = "Signed";
    pub const COUNTERSIGNED: &str = "Countersigned";
    pub const SIGNATURES: &str = "Signatures";
    pub const SIGN_NOW: &str = "Sign";
    pub const YOUR_NAME: &str = "Your name";
    pub const ENTER_NAME: &str = "Type your name to sign";
    pub const SIGN_IT: &str = "Sign the visit";
    pub const ADDENDA: &str = "Addenda";
    pub const ADDENDUM: &str = "Add an addendum";
    pub const ADDENDUM_HINT: &str = "What was signed stays as it is.";
    pub const ADD_ADDENDUM: &str = "Add it";
    pub const AFTER_SIGNING: &str = "Arrived after signing";
    pub const AFTER_SIGNING_HELP: &str = "These are not part of what was signed. They enter by an addendum.";
    pub const NOT_SIGNED: &str = "Not signed";

    pub const NOTES: &str = "Notes";
    pub const NOTES_HELP: &str =
        "Kept as you type. Two people may write in one note at once; nobody's words are lost.";
    pub const ADD_NOTE: &str = "Add another note";
    pub const NEW_NOTE: &str = "New note";
    pub const ADDED_NOTE: &str = "Added note";
    pub const NOTE_NOT_KEPT: &str = "Not yet kept as a change";
}

pub use text::*;

/// A section's id in words.
pub fn section(id: &str) -> &str {
    match id {
        "own_words" => "In their own words",
        "findings" => "What was found",
        "reasoning" => "What it means",
        "plan" => "What will be done",
        other => other,
    }
}

/// Done of there are; nothing where it is not counted.
pub fn of(done: u32, of: u32) -> String {
    match (done, of) {
        (0, 0) => String::new(),
        (done, 0) => done.to_string(),
        (done, of) => format!("{done} of {of}"),
    }
}

/// How many are proposed.
pub fn proposed(number: usize) -> String {
    if number == 0 { String::new() } else { format!("{number} proposed") }
}

/// Start, planned end and end in a line.
pub fn clock(started: Option<String>, planned_end: Option<String>, ended: Option<String>) -> String {
    let mut parts = Vec::new();
    if let Some(started) = started {
        parts.push(format!("started {started}"));
    }
    if let Some(ended) = ended {
        parts.push(format!("ended {ended}"));
    } else if let Some(planned_end) = planned_end {
        parts.push(format!("planned end {planned_end}"));
    }
    if parts.is_empty() { "not started".to_owned() } else { parts.join(" \u{b7} ") }
}

/// Consent to share with one recipient.
pub fn share_with(recipient: &str) -> String {
    format!("Share with: {recipient}")
}

/// A field of a measurement in words: `pan_height_mm` reads `Pan height`, and its place.
pub fn reading(field: &str, place: &str) -> String {
    let field = ["_mm", "_kg", "_cm", "_c"].iter().find_map(|unit| field.strip_suffix(unit)).unwrap_or(field);
    let words = super::codes::option(field);
    if place.is_empty() { words } else { format!("{words}, {place}") }
}

/// By when.
pub fn due(due: Date) -> String {
    format!("by {}", due.short())
}

/// Totals with their working.
pub fn totals_working(totals: &Totals) -> String {
    format!(
        "{} of {} that apply are answered: {} per cent. {}, severities added up: {}.",
        totals.answered,
        totals.applicable,
        super::number(totals.complete_pct),
        super::count(totals.hazards as usize, "hazard", "hazards"),
        totals.severity_sum,
    )
}

/// A same-day hazard without an action.
pub fn same_day_open(means: &str) -> String {
    format!("{means}: record who was told, when and how")
}

/// Something left open, in words.
pub fn open_point(id: &str) -> String {
    match id {
        "here" => HERE.to_owned(),
        "consent" => CONSENT.to_owned(),
        "home" => HOME.to_owned(),
        "actions" => ACTIONS.to_owned(),
        "safety_net" => SAFETY_NET.to_owned(),
        "next_contact" => NEXT_CONTACT.to_owned(),
        "measurements" | "readings" => MEASUREMENTS.to_owned(),
        other => super::codes::option(section(other)),
    }
}

/// The page of a visit where something left open is done.
pub fn page_of_open_point(id: &str) -> TaskId {
    match id {
        "consent" => TaskId::Consent,
        "own_words" | "findings" | "reasoning" | "plan" => TaskId::OwnWords,
        "actions" | "safety_net" => TaskId::Actions,
        "next_contact" => TaskId::NextContact,
        "measurements" | "readings" => TaskId::Readings,
        "equipment" => TaskId::Equipment,
        "home" => TaskId::Home,
        _ => TaskId::Here,
    }
}

/// What happens next, in one sentence.
pub fn goes_to(names: &str) -> String {
    if names.is_empty() {
        "After signing it goes to the team's OTs for review.".to_owned()
    } else {
        format!("After signing it goes to {names} for review.")
    }
}

/// How many questions of a room are open.
pub fn not_answered(items: usize) -> String {
    format!("{} not answered", super::count(items, "question", "questions"))
}

/// How one signs.
pub fn signs_as(role: &str) -> String {
    format!("Typed name. You sign as {role}.")
}

/// What is signed, one sentence a line: these words are what the signature's digest is taken over.
pub fn signed_lines(lines: &[SignedLine]) -> Vec<String> {
    lines.iter().map(signed_line).collect()
}

fn signed_line(line: &SignedLine) -> String {
    let said = said(&line.said);
    let mut ids = line.about.split('/');
    let (kind, id) = (ids.next().unwrap_or_default(), ids.next().unwrap_or_default());
    match kind {
        "home" | "profile" | "flag" if !line.of.is_empty() => format!("{} {said}", line.of),
        "same_day" => format!("Same day, {}: {said}", line.of),
        "measure" => {
            let place = ids.next().unwrap_or_default();
            format!("{}: {said} {}", reading(id, place), super::home::unit(&line.of)).trim_end().to_owned()
        }
        "proposal" if !line.of.is_empty() => {
            format!("{}, {}: {said}", line.of, super::facts::question(&line.about).to_lowercase())
        }
        "note" if id.is_empty() => format!("{ADDED_NOTE}: {said}"),
        "note" => format!("{}: {said}", section(id)),
        "identifiers" => format!("Identifiers checked: {said}"),
        _ => format!("{}: {said}", super::facts::question(&line.about)),
    }
}

fn said(said: &Said) -> String {
    match said {
        Said::Value(value) => super::codes::value(value),
        Said::At(at) => format!("{} {}", at.london_date().short(), at.clock_text()),
        Said::Form(parts) => parts
            .iter()
            .map(|(name, part)| {
                format!("{}: {}", super::codes::option(name).to_lowercase(), self::said(part))
            })
            .collect::<Vec<_>>()
            .join("; "),
    }
}

#[cfg(test)]
mod tests {
    use doorstep_shared::domain::entry::Value;
    use doorstep_shared::time::Timestamp;

    use super::*;

    #[test]
    fn a_measurement_is_named_without_its_unit() {
        assert_eq!(reading("pan_height_mm", "bathroom"), "Pan height, bathroom");
        assert_eq!(reading("grip_side", ""), "Grip side");
    }

    #[test]
    fn a_visit_that_ended_says_its_end_and_not_its_planned_one() {
        let line = clock(Some("09:34".to_owned()), Some("10:45".to_owned()), Some("10:40".to_owned()));
        assert_eq!(line, "started 09:34 \u{b7} ended 10:40");
    }

    #[test]
    fn what_is_signed_reads_as_sentences_without_ids() {
        let line = |about: &str, of: &str, said: Said| {
            signed_line(&SignedLine { about: about.to_owned(), of: of.to_owned(), said })
        };
        let text = |text: &str| Said::Value(Value::text(text));
        assert_eq!(line("home/hs-ba01", "Is there a rail?", text("no")), "Is there a rail? No");
        assert_eq!(
            line("proposal/AAAAAAAA/place", "Fixed grab rail", text("by the bath")),
            "Fixed grab rail, place: by the bath"
        );
        assert_eq!(
            line("measure/pan_height_mm/bathroom", "mm", Said::Value(Value::Number(400.0))),
            "Pan height, bathroom: 400 mm"
        );
        let told = vec![
            ("told".to_owned(), text("Dr Finch")),
            ("at".to_owned(), Said::At(Timestamp::from_ms(1_790_000_000_000))),
        ];
        assert_eq!(
            line("same_day/hs-ki01/+", "Gas leak", Said::Form(told)),
            "Same day, Gas leak: told: Dr Finch; at: 21-Sep-2026 15:13"
        );
        assert_eq!(line("note/own_words", "", text("I am\ncold.")), "In their own words: I am\ncold.");
    }

    #[test]
    fn every_section_of_notes_leads_to_the_notes() {
        for section in ["own_words", "findings", "reasoning", "plan"] {
            assert_eq!(page_of_open_point(section), TaskId::OwnWords);
        }
    }
}
