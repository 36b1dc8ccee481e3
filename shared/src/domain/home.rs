//! The home of one visit: what stands for its items and flags, and the hazards that are open.
//!
//! In: the standings of a record. Out: outcomes of items, same-day items without an action, open hazards.
//! Never counts a missing answer as safe. A hazard is closed by an entry that names it, never by a later answer.
//! Source: clinical guide, section 3.1; product design, "hazards are fixed, not un-answered".

use crate::content::{self, Item, ItemDocument};
use crate::domain::assessment::{self, Answer, Answers, Outcome, Setting};
use crate::domain::entry::{EntryRef, Recorded};
use crate::domain::kind::DocKind;
use crate::domain::record::{Place, Record};
use crate::domain::review::Closed;
use crate::domain::standing::Standings;
use crate::ids::VisitId;
use crate::sorted;

/// The home profile and the flags of one place, as they stand.
pub fn setting(standings: &Standings<'_>, place: Place) -> Setting {
    let after = |about: &str| about.split_once('/').map(|(_, id)| id.to_owned()).unwrap_or_default();
    let profile = standings
        .under(place, "profile/")
        .filter_map(|(about, standing)| Some((after(about), standing.value()?.as_text()?.to_owned())));
    let flags = standings
        .under(place, "flag/")
        .filter_map(|(about, standing)| Some((after(about), standing.value()?.as_flag()?)));
    Setting { profile: profile.collect(), flags: flags.collect() }
}

/// Everything that stands about the home at one visit: what the rules of the assessment are asked with.
pub fn answers(standings: &Standings<'_>, visit: VisitId) -> Answers {
    let place = Place::of_visit(DocKind::Visit, visit);
    let items = standings.under(place, "home/").filter_map(|(about, standing)| {
        let entry = &standing.stands?.entry;
        let item = about.strip_prefix("home/")?.to_owned();
        Some((item, Answer { value: entry.value.clone(), how: entry.how }))
    });
    Answers { items: items.collect(), setting: setting(standings, place) }
}

/// One hazard found at a visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Hazard<'r> {
    /// The item.
    pub item: &'static Item,
    /// The visit it was found at.
    pub visit: VisitId,
    /// The answer that stands.
    pub answer: &'r Recorded,
    /// 1 to 4.
    pub severity: u8,
    /// Whether somebody must be told today.
    pub same_day: bool,
    /// How it was closed, at this or a later visit, and by which entry.
    pub closed: Option<(Closed, EntryRef)>,
}

/// The hazards found at one visit, in content order. Concern and access items are never among them.
pub fn hazards<'r>(standings: &Standings<'r>, record: &Record, visit: VisitId) -> Vec<Hazard<'r>> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let closings = closings(standings, record);
    let answers = answers(standings, visit);
    let found = |item: &'static Item| {
        let standing = standings.get(place, &format!("home/{}", item.id))?;
        let answer = standing.stands?;
        let Outcome::Hazard { severity, same_day } = assessment::outcome(item, &answers) else {
            return None;
        };
        let closed = closings
            .iter()
            .find(|closing| standing.entries().any(|entry| closing.hazards.contains(&entry.at)))
            .map(|closing| (closing.closed, closing.at));
        Some(Hazard { item, visit, answer, severity, same_day, closed })
    };
    let shown = |item: &&'static Item| item.document == ItemDocument::Visit;
    content::home_safety().items.iter().filter(shown).filter_map(found).collect()
}

/// The hazards of every visit that nobody has closed, one for each item: the one found last.
pub fn open_hazards<'r>(standings: &Standings<'r>, record: &Record) -> Vec<Hazard<'r>> {
    let mut all: Vec<Hazard<'r>> =
        record.visits().into_iter().flat_map(|visit| hazards(standings, record, visit)).collect();
    all.retain(|hazard| hazard.closed.is_none());
    sorted::sort_by_key(&mut all, |hazard| (hazard.answer.entry.observed_at, hazard.answer.at));
    let later: Vec<Hazard<'r>> = all;
    later
        .iter()
        .enumerate()
        .filter(|(place, hazard)| !later.iter().skip(place + 1).any(|other| other.item.id == hazard.item.id))
        .map(|(_, hazard)| hazard.clone())
        .collect()
}

/// One entry that closes hazards.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// The entry.
    pub at: EntryRef,
    /// The visit that saw it.
    pub visit: VisitId,
    /// The item.
    pub item: String,
    /// The answers it closes.
    pub hazards: Vec<EntryRef>,
    /// How.
    pub closed: Closed,
}

/// Every closing of every visit.
pub fn closings(standings: &Standings<'_>, record: &Record) -> Vec<Closing> {
    let of_visit = |visit: VisitId| {
        let things = standings.things(Place::of_visit(DocKind::Visit, visit), "fixed/+");
        things.into_iter().filter_map(move |thing| {
            let value = &thing.entry.value;
            Some(Closing {
                at: thing.at,
                visit,
                item: value.field("item")?.as_text()?.to_owned(),
                hazards: EntryRef::list_from_value(value.field("hazards")?),
                closed: Closed::from_value(value.field("closed")?)?,
            })
        })
    };
    record.visits().into_iter().flat_map(of_visit).collect()
}

/// The same-day items of a visit nobody has recorded an action for, in content order.
pub fn same_day_without_action(standings: &Standings<'_>, visit: VisitId) -> Vec<String> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let mut items = assessment::summarise(&answers(standings, visit)).same_day;
    items.retain(|item| standings.things(place, &format!("same_day/{item}/+")).is_empty());
    items
}
