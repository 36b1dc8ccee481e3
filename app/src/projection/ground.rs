//! What every projection is built from: a record, what stands in it, and what surrounds it.
//!
//! In: the record of one person, the directory, the outbox's marks, who is signed in, the present.
//! Out: answers with both sides, who wrote what, texts.
//! Never decides what stands: `standing` does; this only puts it into the page's form.

use doorstep_shared::domain::entry::{Author, EntryRef, Recorded, Value};
use doorstep_shared::domain::record::{Place, Record};
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::standing::{Standing, Standings, Verdict};
use doorstep_shared::ids::WorkerId;
use doorstep_shared::sorted::{self, Map};
use doorstep_shared::time::{Now, Timestamp};

use crate::engine::Marks;

use super::answer::{Answer, By, Side, Stands};

/// Names and roles, from the `team` document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The team's name; empty when not known here.
    pub team: String,
    /// Name and role of each worker.
    pub members: Map<WorkerId, (String, Option<Role>)>,
}

impl Directory {
    /// A worker's name; empty when not known here.
    pub fn name(&self, worker: &WorkerId) -> String {
        self.members.get(worker).map(|(name, _)| name.clone()).unwrap_or_default()
    }
}

/// What surrounds every record.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Who everybody is.
    pub directory: &'a Directory,
    /// Where each change written here is.
    pub marks: &'a Marks,
    /// Who is signed in.
    pub me: Author,
    /// The present.
    pub now: Now,
}

impl Around<'_> {
    /// Who wrote something.
    pub fn by(&self, author: &Author) -> By {
        let mut by = By {
            worker: author.worker,
            name: String::new(),
            role: author.role,
            install: author.install,
            device: String::new(),
            this_device: false,
            mine: false,
        };
        self.dress_by(&mut by);
        by
    }

    /// Puts names and marks on an answer that was built without them.
    pub fn dress(&self, answer: &mut Answer) {
        for side in &mut answer.sides {
            self.dress_by(&mut side.by);
            side.mark = self.marks.entry(&side.at);
        }
    }

    fn dress_by(&self, by: &mut By) {
        by.name = self.directory.name(&by.worker);
        // Two bytes tell the devices of a team apart well enough to say "the other tablet".
        by.device = by.install.to_string().chars().take(4).collect();
        by.this_device = by.install == self.me.install;
        by.mine = by.worker == self.me.worker;
    }

    /// One standing entry.
    pub fn side(&self, recorded: &Recorded) -> Side {
        Side {
            at: recorded.at,
            value: recorded.entry.value.clone(),
            how: recorded.entry.how,
            by: self.by(&recorded.by),
            observed_at: recorded.entry.observed_at,
            reason: recorded.entry.reason.clone(),
            mark: self.marks.entry(&recorded.at),
        }
    }

    /// A question with everything that stands for it.
    pub fn answer(&self, about: &str, standing: Option<&Standing<'_>>) -> Answer {
        let Some(standing) = standing else {
            return Answer { about: about.to_owned(), ..Answer::default() };
        };
        let stands = standing.value().cloned();
        Answer {
            about: about.to_owned(),
            sides: standing.entries().map(|recorded| self.side(recorded)).collect(),
            stands: match (standing.verdict, stands) {
                (Verdict::Open, _) | (Verdict::One, None) => Stands::Open,
                (Verdict::One, Some(value)) => Stands::Agreed(value),
                (Verdict::SideBySide, stands) => Stands::SideBySide { stands },
                (Verdict::Clash, cautious) => Stands::Clash { cautious },
            },
        }
    }

    /// One thing of a list, as an answer of one side.
    pub fn thing(&self, recorded: &Recorded) -> Answer {
        Answer {
            about: recorded.entry.about.clone(),
            sides: vec![self.side(recorded)],
            stands: Stands::Agreed(recorded.entry.value.clone()),
        }
    }
}

/// One person's record with what stands in it.
pub struct Ground<'a> {
    /// Every document about the person that is held here.
    pub record: &'a Record,
    /// What stands in them.
    pub standings: &'a Standings<'a>,
    /// What surrounds them.
    pub around: Around<'a>,
}

impl Ground<'_> {
    /// A question of one place.
    pub fn answer(&self, place: Place, about: &str) -> Answer {
        self.around.answer(about, self.standings.get(place, about))
    }

    /// The text that stands; empty for none.
    pub fn text(&self, place: Place, about: &str) -> String {
        self.standings.value(place, about).and_then(Value::as_text).unwrap_or_default().to_owned()
    }
}

/// A text field of a form; empty when it is not there.
pub fn text_of(value: &Value, field: &str) -> String {
    value.field(field).and_then(Value::as_text).unwrap_or_default().to_owned()
}

/// An instant in a form.
pub fn time_of(value: &Value, field: &str) -> Option<Timestamp> {
    value.field(field).and_then(Value::as_time)
}

/// Every entry that stands in a place: what an act that binds names as seen.
pub fn standing_in(standings: &Standings<'_>, place: Place) -> Vec<EntryRef> {
    let mut all: Vec<EntryRef> = standings
        .at(place)
        .flat_map(|(_, standing)| standing.entries().map(|recorded| recorded.at).collect::<Vec<_>>())
        .collect();
    sorted::sort(&mut all);
    all.dedup();
    all
}
