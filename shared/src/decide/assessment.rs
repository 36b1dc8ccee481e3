//! Commands of the home safety assessment: profile, items, flags, sweeps, closings, same-day actions.
//!
//! In: what was seen or told. Out: entries in the visit.
//! Never un-answers a hazard: changing one says *I was wrong*, or closes it by name.
//! Source: clinical guide, section 3.1, "Rules".

use crate::content::{self, AnswerKind, Item, ItemDocument};
use crate::decide::desk::{Desk, Write};
use crate::decide::{Change, Refusal, SameDayAction};
use crate::domain::assessment::{Outcome, Setting, outcome, outcome_of};
use crate::domain::entry::{EntryRef, How, Value};
use crate::domain::home;
use crate::domain::kind::DocKind;
use crate::domain::record::Place;
use crate::domain::review::Closed;
use crate::domain::shape::Misfit;
use crate::ids::VisitId;
use crate::sorted;
use crate::time::Timestamp;

/// Why an entry was written, where an act of its own says so. Stable codes.
const REASON_WRONG: &str = "wrong";
const REASON_SWEPT: &str = "swept";

/// One answer to an item.
pub(super) struct Given<'c> {
    pub(super) value: &'c Value,
    pub(super) how: Option<How>,
    pub(super) change: Option<Change>,
    pub(super) observed_at: Option<Timestamp>,
}

pub(super) fn profile(
    desk: &mut Desk<'_>,
    visit: VisitId,
    question: &str,
    option: &str,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let about = format!("profile/{question}");
    let form_version = Some(content::home_safety().version);
    desk.answer(Write { form_version, ..Write::new(place, &about, option.into()) })
}

pub(super) fn flag(desk: &mut Desk<'_>, visit: VisitId, flag: &str, is: bool) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let form_version = Some(content::home_safety().version);
    desk.answer(Write { form_version, ..Write::new(place, &format!("flag/{flag}"), Value::Flag(is)) })
}

pub(super) fn item(desk: &mut Desk<'_>, visit: VisitId, id: &str, given: Given<'_>) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let item = item_of(id)?;
    let about = format!("home/{id}");
    let answers = home::answers(&desk.standings, visit);
    let found = answers
        .items
        .get(id)
        .map_or(Outcome::Unanswered, |answer| outcome_of(item, &answer.value, &answers.setting));
    let means = outcome_of(item, given.value, &answers.setting);
    let reason = match given.change {
        Some(Change::Fixed(closed)) => {
            let hazards = hazards_of(desk, visit, id);
            if hazards.is_empty() {
                return Err(Refusal::NoHazard { item: id.to_owned() });
            }
            close_all(desk, place, id, &hazards, closed, "")?;
            // What was found here stays found; what was found before is answered anew.
            if found.is_hazard() {
                return Ok(());
            }
            None
        }
        Some(Change::Wrong) => Some(REASON_WRONG.to_owned()),
        None if found.is_hazard() && !means.is_hazard() && was_shown(desk, place, &about) => {
            return Err(Refusal::WrongOrFixed { item: id.to_owned() });
        }
        None => None,
    };
    desk.answer(Write {
        how: given.how.or_else(|| given.value.as_non().is_none().then(|| How::from(item.how))),
        observed_at: given.observed_at,
        form_version: Some(content::home_safety().version),
        reason,
        ..Write::new(place, &about, given.value.clone())
    })
}

/// Whether the answer that stands was on the worker's screen: only then can they say what the change means.
fn was_shown(desk: &Desk<'_>, place: Place, about: &str) -> bool {
    let stands = desk.standings.get(place, about).and_then(|standing| standing.stands);
    stands.is_some_and(|recorded| desk.was_seen(recorded.at))
}

/// The standing answers that found an open hazard of this item: at this visit, and at earlier ones.
fn hazards_of(desk: &Desk<'_>, visit: VisitId, id: &str) -> Vec<EntryRef> {
    let here = home::hazards(&desk.standings, desk.record, visit);
    let before = home::open_hazards(&desk.standings, desk.record);
    let of_item =
        here.into_iter().chain(before).filter(|hazard| hazard.item.id == id && hazard.closed.is_none());
    let mut answers: Vec<EntryRef> = of_item
        .flat_map(|hazard| {
            let place = Place::of_visit(DocKind::Visit, hazard.visit);
            let standing = desk.standings.get(place, &hazard.answer.entry.about);
            standing
                .into_iter()
                .flat_map(|standing| standing.entries().map(|entry| entry.at))
                .collect::<Vec<_>>()
        })
        .collect();
    sorted::sort(&mut answers);
    answers.dedup();
    answers
}

fn close_all(
    desk: &mut Desk<'_>,
    place: Place,
    item: &str,
    hazards: &[EntryRef],
    closed: Closed,
    detail: &str,
) -> Result<(), Refusal> {
    let value = Value::map([
        ("hazards", Value::List(hazards.iter().map(|at| at.to_value()).collect())),
        ("item", item.into()),
        ("closed", closed.into()),
        ("detail", detail.into()),
    ]);
    desk.add(Write::new(place, "fixed/+", value)).map(|_| ())
}

pub(super) fn close(
    desk: &mut Desk<'_>,
    visit: VisitId,
    hazard: EntryRef,
    closed: Closed,
    detail: &str,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let recorded = desk.record.entry(hazard).ok_or(Refusal::EntryNotHere { at: hazard })?;
    let Some(item) = recorded.entry.about.strip_prefix("home/") else {
        return Err(Refusal::EntryNotHere { at: hazard });
    };
    if home::closings(&desk.standings, desk.record).iter().any(|closing| closing.hazards.contains(&hazard)) {
        return Ok(());
    }
    close_all(desk, place, item, &[hazard], closed, detail)
}

pub(super) fn sweep(desk: &mut Desk<'_>, visit: VisitId, items: &[String]) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    let answers = home::answers(&desk.standings, visit);
    for id in items {
        let item = item_of(id)?;
        let about = format!("home/{id}");
        // A sweep says nothing about what somebody answered already, nor about what has to be looked at.
        let open = outcome(item, &answers) == Outcome::Unanswered;
        let Some(safe) = safe_choice(item, &answers.setting).filter(|_| item.sweepable && open) else {
            continue;
        };
        desk.answer(Write {
            how: Some(How::Seen),
            form_version: Some(content::home_safety().version),
            reason: Some(REASON_SWEPT.to_owned()),
            ..Write::new(place, &about, safe)
        })?;
    }
    Ok(())
}

fn safe_choice(item: &Item, setting: &Setting) -> Option<Value> {
    let AnswerKind::Choice { options, .. } = &item.answer else { return None };
    options
        .iter()
        .map(|option| Value::text(*option))
        .find(|value| outcome_of(item, value, setting) == Outcome::Safe)
}

pub(super) fn same_day(
    desk: &mut Desk<'_>,
    visit: VisitId,
    id: &str,
    action: &SameDayAction,
) -> Result<(), Refusal> {
    let place = desk.open_visit(visit)?;
    item_of(id)?;
    let about = format!("same_day/{id}/+");
    let (value, words) = match action {
        SameDayAction::Told { who, how, at } => {
            let told = [("told", who.as_str().into()), ("how", how.as_str().into()), ("at", (*at).into())];
            (Value::map(told), who)
        }
        SameDayAction::NotNeeded { reason } => (Value::map([("not_needed", reason.as_str().into())]), reason),
    };
    if words.trim().is_empty() {
        return Err(Refusal::Value { about, misfit: Misfit::Empty });
    }
    desk.add(Write::new(place, &about, value)).map(|_| ())
}

fn item_of(id: &str) -> Result<&'static Item, Refusal> {
    let item = content::home_safety()
        .item(id)
        .ok_or_else(|| Refusal::UnknownField { about: format!("home/{id}") })?;
    if item.document == ItemDocument::Visit {
        Ok(item)
    } else {
        Err(Refusal::RecordedElsewhere { item: id.to_owned() })
    }
}
