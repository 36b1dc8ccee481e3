//! People: one card a person, searched as it is typed.
//!
//! In: `person` documents when they differ, queries. Out: cards, found by name, address, NHS number or token.
//! A card is stored with the versions of the documents it was read from, in the commit that changed them.

use doorstep_shared::ids::PersonId;
use doorstep_shared::time::Date;
use serde::{Deserialize, Serialize};

use super::answer::Mark;
use super::person::Alert;

/// The people whose card answers a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// The query this answers, as typed.
    pub query: String,
    /// The cards, by family name.
    pub cards: Vec<Card>,
    /// People held here, whatever the query.
    pub held: u32,
    /// Whether the first download is complete.
    pub complete: bool,
}

/// One person in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The person.
    pub person: PersonId,
    /// `HOLLOWAY, Edna (Mrs)`.
    pub name: String,
    /// Date of birth; nothing when not known or two dates stand.
    pub born: Option<Date>,
    /// Whole years today.
    pub age: Option<i32>,
    /// `999 201 0312`; nothing when there is none.
    pub nhs_number: Option<String>,
    /// One line.
    pub address: String,
    /// To know before the door opens.
    pub alerts: Vec<Alert>,
    /// The next planned visit.
    pub next_visit: Option<Date>,
    /// The last visit.
    pub last_seen: Option<Date>,
    /// Open hazards over all visits held here.
    pub open_hazards: u32,
    /// Questions with two different answers.
    pub clashes: u32,
    /// The least safe mark of this person's changes made here.
    pub mark: Mark,
}
