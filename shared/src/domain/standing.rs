//! Standing: which entries answer a question, and whether two of them differ.
//!
//! In: every entry about one question, from every document of its place, and who may replace whose.
//! Out: the entries nothing counted replaces, grouped by what they say, and what stands while they differ.
//! Never looks at clocks or arrival: any order, repetition or partition of the entries gives the same answer.
//! Source: product design, "The record is made of entries".

use std::cmp::Ordering;

use crate::domain::caution::{self, Surroundings};
use crate::domain::entry::{EntryRef, NonAnswer, Recorded, Value};
use crate::domain::field::{self, Field, Nature, Resolvers};
use crate::domain::kind::DocKind;
use crate::domain::record::{Place, Record};
use crate::domain::role::Role;
use crate::ids::{VisitId, WorkerId};
use crate::sorted::{self, Map, Set};

/// Who leads a visit.
const LEAD: &str = "visit/lead";

/// One question: a path in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question<'r> {
    /// The documents it is asked in.
    pub place: Place,
    /// The path.
    pub about: &'r str,
}

/// What stands for a question while nobody has to be asked, or until somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Never answered, or taken back.
    Open,
    /// One answer, or several that agree.
    One,
    /// Answers of equal outcome, shown side by side; nobody is asked.
    SideBySide,
    /// A clash: somebody has to resolve it.
    Clash,
}

/// Everything recorded about one question.
#[derive(Clone, Debug)]
pub struct Standing<'r> {
    /// The row that rules it; nothing for a path this build does not know.
    pub field: Option<&'static Field>,
    /// Entries that nothing counted replaces, grouped by what they say; the groups in order of their first entry.
    pub answers: Vec<Vec<&'r Recorded>>,
    /// Every entry, oldest first.
    pub history: Vec<&'r Recorded>,
    /// Whether somebody is asked.
    pub verdict: Verdict,
    /// The entry whose value stands; nothing when none does.
    pub stands: Option<&'r Recorded>,
}

impl<'r> Standing<'r> {
    /// The value that stands.
    pub fn value(&self) -> Option<&'r Value> {
        self.stands.map(|recorded| &recorded.entry.value)
    }

    /// The value, when it is the one answer. What orders, refers or sends asks this, never [`Self::value`]:
    /// a value that stands by caution alone does none of them.
    pub fn settled(&self) -> Option<&'r Value> {
        if self.verdict == Verdict::Clash { None } else { self.value() }
    }

    /// Whether two answers wait for somebody.
    pub fn is_clash(&self) -> bool {
        self.verdict == Verdict::Clash
    }

    /// Every standing entry.
    pub fn entries(&self) -> impl Iterator<Item = &'r Recorded> + '_ {
        self.answers.iter().flatten().copied()
    }
}

/// Everything recorded, by question.
#[derive(Debug)]
pub struct Standings<'r> {
    places: Map<Place, Map<&'r str, Standing<'r>>>,
    leads: Map<VisitId, Set<WorkerId>>,
}

impl<'r> Standings<'r> {
    /// Reads a record.
    pub fn of(record: &'r Record) -> Self {
        let mut entries: Map<Question<'r>, Vec<&'r Recorded>> = Map::new();
        for part in &record.parts {
            for recorded in &part.entries {
                let question = Question { place: part.place(), about: &recorded.entry.about };
                entries.entry(question).or_default().push(recorded);
            }
        }
        let leads = leads(&entries);
        let mut out = Self { places: Map::new(), leads };
        // What sharpens an item is read before the items.
        let (items, others): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(question, _)| question.about.starts_with("home/"));
        for (question, entries) in others.into_iter().chain(items) {
            let standing = out.read(question, entries);
            out.places.entry(question.place).or_default().insert(question.about, standing);
        }
        out
    }

    /// One question; nothing when nothing was ever recorded about it.
    pub fn get(&self, place: Place, about: &str) -> Option<&Standing<'r>> {
        self.places.get(&place)?.get(about)
    }

    /// The value that stands for a question.
    pub fn value(&self, place: Place, about: &str) -> Option<&'r Value> {
        self.get(place, about)?.value()
    }

    /// Every question of one place, by path.
    pub fn at(&self, place: Place) -> impl Iterator<Item = (&'r str, &Standing<'r>)> {
        self.places.get(&place).into_iter().flatten().map(|(about, standing)| (*about, standing))
    }

    /// Every question whose path begins with `prefix`, by path.
    pub fn under<'s>(
        &'s self,
        place: Place,
        prefix: &'s str,
    ) -> impl Iterator<Item = (&'r str, &'s Standing<'r>)> {
        self.at(place).filter(move |(about, _)| about.starts_with(prefix))
    }

    /// The things of a list that were not taken back, oldest first, ties by name.
    pub fn things(&self, place: Place, list: &str) -> Vec<&'r Recorded> {
        let mut things: Vec<&'r Recorded> =
            self.get(place, list).into_iter().flat_map(Standing::entries).collect();
        let stem = list.strip_suffix('+').unwrap_or(list);
        things.retain(|thing| !self.is_withdrawn(place, stem, thing.at));
        things
    }

    /// Whether a list thing was taken back. `stem` is its list without the `+`.
    pub fn is_withdrawn(&self, place: Place, stem: &str, thing: EntryRef) -> bool {
        self.value(place, &format!("{stem}{}/withdrawn", thing.key)).is_some()
    }

    /// Every clash of the record, by place and path.
    pub fn clashes(&self) -> impl Iterator<Item = (Question<'r>, &Standing<'r>)> {
        let all = self.places.iter().flat_map(|(place, standings)| {
            standings.iter().map(|(about, standing)| (Question { place: *place, about }, standing))
        });
        all.filter(|(_, standing)| standing.is_clash())
    }

    /// Whoever ever led a visit.
    pub fn has_led(&self, visit: VisitId, worker: WorkerId) -> bool {
        self.leads.get(&visit).is_some_and(|leads| leads.contains(&worker))
    }

    /// Who leads a visit now: one worker, none, or every answer of a clash.
    pub fn leads(&self, visit: VisitId) -> Vec<WorkerId> {
        let Some(standing) = self.get(Place::of_visit(DocKind::Visit, visit), LEAD) else {
            return Vec::new();
        };
        let mut leads: Vec<WorkerId> = standing.entries().filter_map(named).collect();
        sorted::sort(&mut leads);
        leads.dedup();
        leads
    }

    /// Whether a worker's answer to this question may replace somebody else's.
    pub fn may_resolve(&self, question: Question<'_>, worker: WorkerId, role: Role) -> bool {
        let Some(found) = field::find(question.place.kind, question.about) else { return false };
        let leads = question.place.visit.is_some_and(|visit| self.has_led(visit, worker));
        match found.field.resolvers {
            Resolvers::Ot | Resolvers::NamedOrOt => role == Role::Ot,
            Resolvers::LeadOrOt => leads || role == Role::Ot,
            Resolvers::ByItem => {
                role == Role::Ot || (leads && !found.ids.iter().any(|item| caution::can_be_same_day(item)))
            }
            Resolvers::ClinicalOrCoordinator => role.is_clinical() || role == Role::CareCoordinator,
        }
    }

    fn counts(&self, question: Question<'_>, writer: &Recorded, replaced: &Recorded) -> bool {
        if question.about == LEAD {
            return hands_over(writer, replaced);
        }
        writer.by.worker == replaced.by.worker || self.may_resolve(question, writer.by.worker, writer.by.role)
    }

    fn read(&self, question: Question<'r>, mut history: Vec<&'r Recorded>) -> Standing<'r> {
        sorted::sort_by(&mut history, |a, b| in_order(a, b));
        history.dedup();
        let field = field::find(question.place.kind, question.about).map(|found| found.field);
        let standing = self.unreplaced(question, &history);
        let answers = grouped(field, &standing);
        let (verdict, stands) = match field.map(|field| field.nature) {
            Some(Nature::List) => (Verdict::One, None),
            Some(Nature::Single) | None => self.verdict(question, field, &answers),
            Some(Nature::Fact) => {
                let (_, stands) = self.verdict(question, field, &answers);
                let first = answers.iter().flatten().find(|one| one.entry.value.as_non().is_none());
                let stands = stands.or(first.copied());
                let verdict = match (answers.len(), stands) {
                    (_, None) => Verdict::Open,
                    (1, Some(_)) => Verdict::One,
                    (_, Some(_)) => Verdict::SideBySide,
                };
                (verdict, stands)
            }
        };
        Standing { field, answers, history, verdict, stands }
    }

    /// The entries nothing counted replaces. Entries that replace each other in a ring all stand.
    fn unreplaced(&self, question: Question<'_>, history: &[&'r Recorded]) -> Vec<&'r Recorded> {
        let replaced = |old: &Recorded| {
            history.iter().any(|new| {
                new.at != old.at && new.replaces().any(|at| at == old.at) && self.counts(question, new, old)
            })
        };
        let standing: Vec<&Recorded> = history.iter().copied().filter(|old| !replaced(old)).collect();
        if standing.is_empty() { history.to_vec() } else { standing }
    }

    fn verdict(
        &self,
        question: Question<'_>,
        field: Option<&'static Field>,
        answers: &[Vec<&'r Recorded>],
    ) -> (Verdict, Option<&'r Recorded>) {
        // Only observations compete; where there is none, the fullest account of why stands.
        let observed: Vec<&'r Recorded> = answers
            .iter()
            .filter(|group| group.iter().any(|recorded| competes(&recorded.entry.value)))
            .filter_map(|group| group.last().copied())
            .collect();
        match observed.as_slice() {
            [] => {
                let open = answers
                    .iter()
                    .filter_map(|group| group.last().copied())
                    .filter(|recorded| recorded.entry.value.as_non() != Some(NonAnswer::Unanswered))
                    .max_by_key(|recorded| recorded.entry.value.as_non());
                (if open.is_some() { Verdict::One } else { Verdict::Open }, open)
            }
            [one] => (Verdict::One, Some(one)),
            several => {
                let around = Surroundings { standings: self, place: question.place };
                caution::between(question.about, field, several, &around)
            }
        }
    }
}

/// Not seen, declined and taken back never compete with an observation.
fn competes(value: &Value) -> bool {
    match value.as_non() {
        None | Some(NonAnswer::NotApplicable) => true,
        Some(NonAnswer::Unanswered | NonAnswer::NotSeen | NonAnswer::Declined) => false,
    }
}

/// Everybody who was rightly named lead of a visit at any time: reading this first keeps rights free of what stands.
/// Who names themselves in another's place gains nothing by it.
fn leads(entries: &Map<Question<'_>, Vec<&Recorded>>) -> Map<VisitId, Set<WorkerId>> {
    let mut leads: Map<VisitId, Set<WorkerId>> = Map::new();
    for (question, entries) in entries {
        let (DocKind::Visit, Some(visit), LEAD) = (question.place.kind, question.place.visit, question.about)
        else {
            continue;
        };
        let rightly = |new: &&&Recorded| {
            new.replaces().all(|at| entries.iter().any(|old| old.at == at && hands_over(new, old)))
        };
        leads.entry(visit).or_default().extend(entries.iter().filter(rightly).filter_map(|new| named(new)));
    }
    leads
}

/// Whether one naming of a lead may take the place of another: the lead's own, the namer's own, or an OT's.
fn hands_over(new: &Recorded, old: &Recorded) -> bool {
    new.by.role == Role::Ot || new.by.worker == old.by.worker || named(old) == Some(new.by.worker)
}

fn named(recorded: &Recorded) -> Option<WorkerId> {
    recorded.entry.value.as_bytes().and_then(|bytes| WorkerId::try_from(bytes).ok())
}

/// One order for every device: by the writer's clock, then by name, then by content for keys used twice.
fn in_order(a: &Recorded, b: &Recorded) -> Ordering {
    (a.written_at, a.at, a.by)
        .cmp(&(b.written_at, b.at, b.by))
        .then_with(|| minicbor::to_vec(&a.entry).ok().cmp(&minicbor::to_vec(&b.entry).ok()))
}

fn grouped<'r>(field: Option<&'static Field>, standing: &[&'r Recorded]) -> Vec<Vec<&'r Recorded>> {
    let mut groups: Vec<Vec<&'r Recorded>> = Vec::new();
    for recorded in standing {
        let same = groups.iter_mut().find(|group| {
            group
                .first()
                .is_some_and(|first| caution::agree(field, &first.entry.value, &recorded.entry.value))
        });
        match same {
            Some(group) => group.push(recorded),
            None => groups.push(vec![recorded]),
        }
    }
    groups
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
