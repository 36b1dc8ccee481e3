//! People: one card a person, searched as it is typed.
//!
//! In: `person` documents when they differ, queries. Out: cards, found by name, address, NHS number or token.
//! A card is stored with the versions of the documents it was read from, in the commit that changed them.

use doorstep_shared::ids::PersonId;
use doorstep_shared::sorted;
use doorstep_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::answer::Mark;
use super::digest::{Digest, count};
use super::ground::Around;
use super::person::Alert;
use super::today::VisitState;

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

/// Everybody whose card answers a query.
pub fn people<'a>(
    query: &str,
    digests: impl Iterator<Item = &'a Digest>,
    around: &Around<'_>,
    mark_of: impl Fn(&PersonId) -> Mark,
    complete: bool,
) -> People {
    let words = words(query);
    let mut held = 0;
    let mut cards = Vec::new();
    for digest in digests {
        held += 1;
        if answers(digest, &words) {
            cards.push(card(digest, around, mark_of(&digest.person)));
        }
    }
    sorted::sort_by(&mut cards, |a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
    People { query: query.to_owned(), cards, held, complete }
}

/// A person's card.
pub fn card(digest: &Digest, around: &Around<'_>, mark: Mark) -> Card {
    let today = around.now.today();
    let planned = digest.visits.iter().filter(|visit| visit.state == VisitState::Planned);
    let next_visit = planned
        .filter_map(|visit| visit.plan.as_ref().map(|plan| plan.starts_at.london_date()))
        .filter(|day| *day >= today)
        .min();
    let mut alerts = digest.alerts.clone();
    alerts.iter_mut().for_each(|alert| around.dress(&mut alert.answer));
    Card {
        person: digest.person,
        name: digest.name.clone(),
        born: digest.born,
        age: digest.born.map(|born| born.age_on(today)),
        nhs_number: digest.nhs_number.clone(),
        address: digest.address.clone(),
        alerts,
        next_visit,
        last_seen: digest
            .visits
            .iter()
            .filter_map(|visit| visit.started_at)
            .max()
            .map(Timestamp::london_date),
        open_hazards: digest.open_hazards,
        clashes: count(digest.clashes.len()),
        mark,
    }
}

/// The words of a query or a card: lower case, split at whatever is no letter or digit.
fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Every word of the query begins a word of the card; digits may also be anywhere in the NHS number.
fn answers(digest: &Digest, query: &[String]) -> bool {
    let mut card = words(&digest.name);
    card.extend(words(&digest.address));
    card.extend(words(&digest.telephone));
    card.extend(digest.born.map(|born| words(&born.short())).unwrap_or_default());
    let number: String =
        digest.nhs_number.iter().flat_map(|text| text.chars()).filter(char::is_ascii_digit).collect();
    query.iter().all(|word| {
        card.iter().any(|found| found.starts_with(word.as_str()))
            || (word.len() >= 3 && number.contains(word.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest() -> Digest {
        Digest {
            person: PersonId::from_bytes([1; 16]),
            name: "HOLLOWAY, Edna (Mrs)".to_owned(),
            born: Date::parse_iso("1939-03-14"),
            nhs_number: Some("999 201 0312".to_owned()),
            address: "7 Sampler Row, Testford, XX1 1AA".to_owned(),
            telephone: "01632 960101".to_owned(),
            identity_clash: false,
            alerts: Vec::new(),
            visits: Vec::new(),
            open_hazards: 0,
            clashes: Vec::new(),
            held: true,
        }
    }

    #[test]
    fn a_person_is_found_by_the_beginning_of_any_of_their_words_and_by_their_number() {
        for query in
            ["", "edn", "hollo", "edna holloway", "sampler 7", "xx1", "9992010312", "201 0312", "14-Mar"]
        {
            assert!(answers(&digest(), &words(query)), "{query}");
        }
        for query in ["olloway", "edna pryce", "0313", "12"] {
            assert!(!answers(&digest(), &words(query)), "{query}");
        }
    }
}
