//! What a whole assessment comes to: hazards, urgency, completeness, counts by room.
//!
//! In: every standing answer of one visit. Out: one summary, in content order.
//! Items of a concern or of the access notes count as asked; they never enter the visit's hazards. Not a validated scale.
//! Source: the rules of `content/home_safety.json`.

use serde::{Deserialize, Serialize};

use crate::content::{HomeSafety, Item, ItemDocument, home_safety};
use crate::domain::assessment::outcome::outcome;
use crate::domain::assessment::{Answers, Outcome};
use crate::sorted::Set;

/// Where one room stands. Counts only what is shown in the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomCount {
    /// The room's id.
    pub room: String,
    /// Items that apply.
    pub applicable: u16,
    /// Of those, answered.
    pub answered: u16,
    /// Hazards found.
    pub hazards: u16,
    /// Of those, same day.
    pub same_day: u16,
}

/// What an assessment comes to. Lists hold item ids in content order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Items there are.
    pub items: u16,
    /// Items that apply here.
    pub applicable: u16,
    /// Of those, answered.
    pub answered: u16,
    /// Share answered in percent, to one decimal.
    pub complete_pct: f64,
    /// Hazards of the visit.
    pub hazards: Vec<String>,
    /// How many.
    pub hazard_count: u16,
    /// Their severities added up.
    pub severity_sum: u16,
    /// Hazards about which somebody must be told today.
    pub same_day: Vec<String>,
    /// Hazards of severity 4.
    pub critical: Vec<String>,
    /// Items that must be seen and were not.
    pub must_be_seen_missing: Vec<String>,
    /// Enough answered, and all that must be seen.
    pub complete: bool,
    /// Hazards that belong to a concern: never shown in the house.
    pub concern: Vec<String>,
    /// Hazards that belong to the access notes: never shown in the house.
    pub access: Vec<String>,
    /// Each room, in the order they are walked.
    pub rooms: Vec<RoomCount>,
}

/// Summarises every standing answer.
pub fn summarise(answers: &Answers) -> Summary {
    let content = home_safety();
    let mut summary = Summary {
        items: 0,
        applicable: 0,
        answered: 0,
        complete_pct: 0.0,
        hazards: Vec::new(),
        hazard_count: 0,
        severity_sum: 0,
        same_day: Vec::new(),
        critical: Vec::new(),
        must_be_seen_missing: Vec::new(),
        complete: false,
        concern: Vec::new(),
        access: Vec::new(),
        rooms: empty_rooms(content),
    };
    for item in &content.items {
        summary.count(item, &outcome(item, answers));
    }
    let (answered, applicable) = (u32::from(summary.answered), u32::from(summary.applicable));
    if applicable > 0 {
        summary.complete_pct = (f64::from(answered) * 1000.0 / f64::from(applicable)).round() / 10.0;
    }
    let enough = answered * 100 >= applicable * u32::from(content.complete_pct);
    summary.complete = enough && summary.must_be_seen_missing.is_empty();
    summary
}

fn empty_rooms(content: &HomeSafety) -> Vec<RoomCount> {
    let count =
        |id: &str| RoomCount { room: id.to_owned(), applicable: 0, answered: 0, hazards: 0, same_day: 0 };
    content.rooms.iter().map(|room| count(room.id)).collect()
}

impl Summary {
    fn count(&mut self, item: &Item, outcome: &Outcome) {
        self.items += 1;
        self.applicable += u16::from(outcome.is_applicable());
        self.answered += u16::from(outcome.is_answered());
        if item.must_be_seen && outcome.leaves_unseen() {
            self.must_be_seen_missing.push(item.id.to_owned());
        }
        if let Outcome::Hazard { severity, same_day } = *outcome {
            self.hazard(item, severity, same_day);
        }
        if let Some(room) = self.rooms.iter_mut().find(|room| item.shown_in_house() && room.room == item.room)
        {
            room.applicable += u16::from(outcome.is_applicable());
            room.answered += u16::from(outcome.is_answered());
            room.hazards += u16::from(outcome.is_hazard());
            room.same_day += u16::from(matches!(outcome, Outcome::Hazard { same_day: true, .. }));
        }
    }

    fn hazard(&mut self, item: &Item, severity: u8, same_day: bool) {
        let id = item.id.to_owned();
        match item.document {
            ItemDocument::Concern => self.concern.push(id),
            ItemDocument::Access => self.access.push(id),
            ItemDocument::Visit => {
                self.hazard_count += 1;
                self.severity_sum += u16::from(severity);
                if same_day {
                    self.same_day.push(id.clone());
                }
                if severity == 4 {
                    self.critical.push(id.clone());
                }
                self.hazards.push(id);
            }
        }
    }
}

/// The same-day items that stop signing: those without a recorded action, in content order.
pub fn blocks_signing<'s>(summary: &'s Summary, acted_on: &Set<String>) -> Vec<&'s str> {
    summary.same_day.iter().filter(|item| !acted_on.contains(*item)).map(String::as_str).collect()
}

/// The items of a room that "rest of this room: seen, no hazard" answers now: still unanswered, and mild.
pub fn sweepable_now(room: &str, answers: &Answers) -> Vec<&'static Item> {
    let unanswered = |item: &&Item| item.sweepable && outcome(item, answers) == Outcome::Unanswered;
    home_safety()
        .items
        .iter()
        .filter(|item| item.room == room && item.shown_in_house())
        .filter(unanswered)
        .collect()
}

/// What became of one visit's hazards by a later visit. Lists hold item ids in content order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassessment {
    /// Hazards then, seen safe now.
    pub gone: Vec<String>,
    /// Hazards then and now.
    pub still: Vec<String>,
    /// Hazards then, not looked at now: nothing is concluded.
    pub not_looked_at: Vec<String>,
    /// Hazards now that were none then.
    pub new: Vec<String>,
}

/// Compares the hazards of two visits.
pub fn reassess(before: &Answers, after: &Answers) -> Reassessment {
    let mut found = Reassessment::default();
    for item in home_safety().items.iter().filter(|item| item.shown_in_house()) {
        let now = outcome(item, after);
        let list = match (outcome(item, before).is_hazard(), &now) {
            (true, Outcome::Hazard { .. }) => &mut found.still,
            (true, Outcome::Safe) => &mut found.gone,
            (true, _) => &mut found.not_looked_at,
            (false, Outcome::Hazard { .. }) => &mut found.new,
            (false, _) => continue,
        };
        list.push(item.id.to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assessment::Answer;
    use crate::domain::entry::Value;

    fn answer(value: &str) -> Answer {
        Answer::new(value, None)
    }

    #[test]
    fn an_empty_assessment_is_a_part_assessment_without_hazards() {
        let summary = summarise(&Answers::default());
        assert_eq!((summary.items, summary.answered, summary.complete), (109, 0, false));
        assert!(summary.hazards.is_empty());
    }

    #[test]
    fn only_a_same_day_item_without_an_action_stops_signing() {
        let mut answers = Answers::default();
        answers.items.insert("hs-fs01".to_owned(), answer("no"));
        answers.items.insert("hs-st02".to_owned(), answer("no"));
        let summary = summarise(&answers);
        assert_eq!(blocks_signing(&summary, &Set::new()), ["hs-fs01"]);
        assert!(blocks_signing(&summary, &Set::from_iter(["hs-fs01".to_owned()])).is_empty());
    }

    #[test]
    fn a_concern_is_counted_as_answered_and_is_in_no_list_of_the_house() {
        let mut answers = Answers::default();
        answers.items.insert("hs-pe05".to_owned(), answer("yes"));
        answers.items.insert("hs-pe14".to_owned(), answer("yes"));
        let summary = summarise(&answers);
        assert_eq!((summary.answered, summary.hazard_count, summary.severity_sum), (2, 0, 0));
        assert_eq!((summary.concern.len(), summary.access.len(), summary.same_day.len()), (1, 1, 0));
        assert!(summary.rooms.iter().all(|room| room.answered == 0 && room.hazards == 0));
    }

    #[test]
    fn a_sweep_reaches_nothing_severe_and_nothing_already_answered() {
        let mut answers = Answers::default();
        let before = sweepable_now("hall", &answers);
        assert!(before.iter().all(|item| item.severity < 3 && !item.must_be_seen));
        answers.items.insert("hs-ha02".to_owned(), Answer::new(Value::text("no"), None));
        assert_eq!(sweepable_now("hall", &answers).len() + 1, before.len());
    }
}
