//! Today, people, a person.

use doorstep_shared::time::Date;

use crate::projection::today::Missing;

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const OPEN: &str = "Open";
    pub const START: &str = "Start";
    pub const GO_ON: &str = "Go on";
    pub const NO_VISITS: &str = "No visits today. Plan one from a person's page.";
    pub const OVERDUE: &str = "Overdue";
    pub const TO_FINISH: &str = "To finish";
    pub const LATER: &str = "Later";
    pub const READY: &str = "Ready for today";
    pub const NOT_READY: &str = "What is missing for today";
    pub const READY_ALL: &str = "Everything is on this tablet, and the plan is stored on the server.";
    pub const TWO_STAFF_WITH: &str = "With";
    pub const NOT_SEEN: &str = "Not yet seen by a registered clinician";
    pub const TO_FIT: &str = "To fit today";
    pub const LAST_SEEN: &str = "last seen";
    pub const NEVER_SEEN: &str = "not seen before";
    pub const NO_TIME: &str = "No time";
    pub const NO_ADDRESS: &str = "Address not known here";

    pub const SEARCH: &str = "Search by name, address or NHS number";
    pub const NO_PEOPLE: &str =
        "Nobody on this device answers this search. Check the spelling, or try the address.";
    pub const NO_PEOPLE_YET: &str =
        "No people are on this device yet. They come with the first download from the server.";
    pub const NEXT_VISIT: &str = "next visit";
    pub const TWO_ANSWERS: &str = "Two answers";

    pub const BANNER: &str = "The person";
    pub const BORN: &str = "Born";
    pub const NOT_KNOWN_BORN: &str = "date of birth not known";
    pub const NHS_NUMBER: &str = "NHS number";
    pub const NO_NHS_NUMBER: &str = "no NHS number";
    pub const IDENTITY_CLASH: &str = "Two different identities are recorded. Settle that first.";
    pub const MORE_ALERTS: &str = "More to know before acting";
    pub const ALERTS: &str = "Alerts";

    pub const WHY: &str = "Why we are here";
    pub const NO_REFERRAL: &str = "No referral is held on this device.";
    pub const VISITS: &str = "Visits";
    pub const NO_PERSON_VISITS: &str = "No visit is held on this device. Plan the first one.";
    pub const EQUIPMENT: &str = "Equipment";
    pub const NO_EQUIPMENT: &str = "No equipment is proposed or in place.";
    pub const HAZARDS: &str = "Hazards nobody has closed";
    pub const NO_HAZARDS: &str = "No open hazard is held on this device.";
    pub const CONSENTS: &str = "Consents";
    pub const NO_CONSENTS: &str = "No consent is recorded. Record it at the next visit.";
    pub const READINGS: &str = "Measurements";
    pub const ACTIONS: &str = "Actions nobody has closed";
    pub const FACTS: &str = "Details";
    pub const ADDRESS: &str = "Address";
    pub const SUMMARY_NOT_RECEIVED: &str = "Signed; its summary has not been received here";
    pub const SIGNATURE_NOT_RECEIVED: &str = "Its summary is here; its signature has not been received here";

    pub const PLAN: &str = "Plan a visit";
    pub const PLAN_DATE: &str = "Date";
    pub const PLAN_TIME: &str = "Time";
    pub const PLAN_LENGTH: &str = "Minutes it should take";
    pub const PLAN_KIND: &str = "What kind of visit";
    pub const PLAN_MODE: &str = "Where";
    pub const PLAN_PURPOSE: &str = "What for, in a line";
    pub const PLAN_LEAD: &str = "Who leads it";
    pub const PLAN_BY: &str = "Delegated by";
    pub const PLAN_TASK: &str = "Delegated task";
    pub const ENTER_DATE: &str = "Enter a date";
    pub const ENTER_TIME: &str = "Enter a time";
    pub const ENTER_LENGTH: &str = "Enter minutes from 5 to 480";
    pub const CHOOSE_LEAD: &str = "Choose who leads it";
    pub const NO_TEAM: &str = "The team's directory has not been downloaded yet.";
}

pub use text::*;

/// What a tablet lacks for a visit.
pub const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::PersonRecord => {
            "The person's record is not on this tablet. Connect and wait for the download."
        }
        Missing::Download => "The first download is not complete. Stay connected.",
        Missing::PlanNotStored => {
            "The plan is only on this tablet: the office cannot see where you are. Connect before you go."
        }
    }
}

/// `6 of 6 visits`.
pub fn ready(ready: usize, of: usize) -> String {
    format!("{ready} of {}", super::count(of, "visit", "visits"))
}

/// `14-Mar-1939 (86y)`.
pub fn born(born: Option<Date>, age: Option<i32>) -> String {
    match (born, age) {
        (Some(born), Some(age)) => format!("{} ({age}y)", born.short()),
        (Some(born), None) => born.short(),
        (None, _) => NOT_KNOWN_BORN.to_owned(),
    }
}

/// What was typed into the search, answered in a sentence.
pub fn found(found: usize, held: u32) -> String {
    format!("{} of {held} on this device", super::count(found, "person", "people"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_birth_is_written_with_the_age() {
        assert_eq!(born(Date::parse_iso("1939-03-14"), Some(86)), "14-Mar-1939 (86y)");
        assert_eq!(born(None, None), NOT_KNOWN_BORN);
    }
}
