//! Building the home safety assessment of one visit.
//!
//! In: what stands about the home, the content, the rules. Out: profile, rooms, items, totals, in the order they are walked.
//! Items of a concern or of the access notes are never among them.

use doorstep_shared::content::{self, AnswerKind};
use doorstep_shared::domain::assessment::{self, Answers, Because, Outcome as Found};
use doorstep_shared::domain::entry::{How, Recorded, Value};
use doorstep_shared::domain::equipment;
use doorstep_shared::domain::home as standing_home;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::record::Place;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::VisitId;

use crate::projection::answer::Stands;
use crate::projection::digest::count;
use crate::projection::ground::{Ground, text_of, time_of};
use crate::projection::home::{
    Choice, Flag, Home, Item, Kind, MayOffer, Offer, Outcome, Profile, Room, Told, Totals,
};

/// The assessment of one visit.
pub(in crate::projection) fn home(ground: &Ground<'_>, visit: VisitId) -> Home {
    let place = Place::of_visit(DocKind::Visit, visit);
    let answers = standing_home::answers(ground.standings, visit);
    let content = content::home_safety();
    let summary = assessment::summarise(&answers);
    let proposed = super::proposals::devices_by_item(ground, visit);
    let rooms: Vec<Room> = content
        .rooms
        .iter()
        .map(|room| {
            let items = content.items_in(room.id);
            let items = items.into_iter().map(|item| build_item(ground, visit, item, &answers, &proposed));
            let counts = summary.rooms.iter().find(|counts| counts.room == room.id);
            let count_of =
                |read: fn(&assessment::RoomCount) -> u16| counts.map_or(0, |found| u32::from(read(found)));
            Room {
                id: room.id.to_owned(),
                name: room.name.to_owned(),
                items: items.collect(),
                answered: count_of(|found| found.answered),
                applicable: count_of(|found| found.applicable),
                hazards: count_of(|found| found.hazards),
                same_day: count_of(|found| found.same_day),
                sweepable: assessment::sweepable_now(room.id, &answers)
                    .iter()
                    .map(|item| item.id.to_owned())
                    .collect(),
            }
        })
        .collect();
    let clashes = rooms.iter().flat_map(|room| &room.items).filter(|item| item.answer.is_clash()).count();
    Home {
        profile: content
            .profile
            .iter()
            .map(|question| Profile {
                id: question.id.to_owned(),
                question: question.question.to_owned(),
                options: question.options.iter().map(|option| (*option).to_owned()).collect(),
                answer: ground.answer(place, &format!("profile/{}", question.id)),
            })
            .collect(),
        totals: Totals {
            answered: u32::from(summary.answered),
            applicable: u32::from(summary.applicable),
            hazards: u32::from(summary.hazard_count),
            severity_sum: u32::from(summary.severity_sum),
            same_day: count(summary.same_day.len()),
            same_day_open: count(standing_home::same_day_without_action(ground.standings, visit).len()),
            complete_pct: summary.complete_pct,
            complete: summary.complete,
            clashes: count(clashes),
        },
        rooms,
        form_version: content.version,
    }
}

fn build_item(
    ground: &Ground<'_>,
    visit: VisitId,
    item: &'static content::Item,
    answers: &Answers,
    proposed: &[(String, String)],
) -> Item {
    let place = Place::of_visit(DocKind::Visit, visit);
    let told = ground.standings.things(place, &format!("same_day/{}/+", item.id));
    let closed = ground
        .standings
        .things(place, "fixed/+")
        .into_iter()
        .find(|thing| text_of(&thing.entry.value, "item") == item.id);
    let outcome = outcome_of(&assessment::outcome(item, answers));
    let answer = ground.answer(place, &format!("home/{}", item.id));
    let asked = |flag: &content::Flag, when: &str| {
        let stands = match &answer.stands {
            Stands::Open => None,
            Stands::Agreed(value) => Some(value),
            Stands::SideBySide { stands } | Stands::Clash { cautious: stands } => stands.as_ref(),
        };
        (stands.and_then(Value::as_text) == Some(when)).then(|| Flag {
            id: flag.id.to_owned(),
            question: flag.question.to_owned(),
            answer: ground.answer(place, &format!("flag/{}", flag.id)),
        })
    };
    Item {
        id: item.id.to_owned(),
        question: item.question.to_owned(),
        kind: kind_of(item, answers),
        how_default: How::from(item.how),
        always_applies: !item.may_be_not_applicable,
        must_be_seen: item.must_be_seen,
        core: item.core,
        outcome,
        means: item.means.to_owned(),
        action: item.action.to_owned(),
        devices: offers(ground, item, proposed),
        flags: item.asked_flags().filter_map(|(flag, when)| asked(flag, when)).collect(),
        told: told.last().map(|thing| told_of(thing)),
        fixed: closed.map(|thing| ground.around.by(&thing.by)),
        emergency: item.emergency,
        answer,
    }
}

fn offers(ground: &Ground<'_>, item: &content::Item, proposed: &[(String, String)]) -> Vec<Offer> {
    equipment::suggestions(item, ground.around.me.role)
        .into_iter()
        .filter_map(|(device, offer)| {
            let proposed = proposed.iter().any(|(of, id)| of == item.id && id == device.id);
            offer_of(device, offer, proposed)
        })
        .collect()
}

/// Every device this role can bring up, in content order.
pub(in crate::projection) fn catalogue(role: Role) -> Vec<Offer> {
    let devices = content::catalogue().devices.iter().filter(|device| !device.inventory_only);
    devices.filter_map(|device| offer_of(device, equipment::offer(device, role), false)).collect()
}

fn offer_of(device: &content::Device, offer: equipment::Offer, proposed: bool) -> Option<Offer> {
    let may = match offer {
        equipment::Offer::Propose => MayOffer::Propose,
        equipment::Offer::AskOtToAssess => MayOffer::AskOt,
        equipment::Offer::Refer { .. } => MayOffer::Refer,
        equipment::Offer::Nothing => return None,
    };
    Some(Offer { device: device.id.to_owned(), name: device.name.to_owned(), may, proposed })
}

/// Who was told, as recorded.
pub(in crate::projection) fn told_of(thing: &Recorded) -> Told {
    let value = &thing.entry.value;
    Told {
        at: thing.at,
        who: text_of(value, "told"),
        how: text_of(value, "how"),
        when: time_of(value, "at").unwrap_or(thing.entry.observed_at),
        reason: text_of(value, "not_needed"),
    }
}

fn kind_of(item: &content::Item, answers: &Answers) -> Kind {
    match &item.answer {
        AnswerKind::Choice { options, unanswered } => Kind::Choice {
            options: options
                .iter()
                .chain(unanswered)
                .map(|option| {
                    let means = assessment::outcome_of(item, &Value::text(*option), &answers.setting);
                    Choice { id: (*option).to_owned(), hazard: means.is_hazard() }
                })
                .collect(),
        },
        AnswerKind::Number { unit, min, max, levels } => Kind::Number {
            unit: (*unit).to_owned(),
            min: *min,
            max: *max,
            levels: levels.iter().map(|level| (*level).to_owned()).collect(),
        },
    }
}

/// What an item comes to, in the page's form.
pub(in crate::projection) fn outcome_of(found: &Found) -> Outcome {
    match found {
        Found::Unanswered => Outcome::Unanswered,
        Found::NotSeen => Outcome::NotSeen,
        Found::Declined => Outcome::Declined,
        Found::NotApplicable { because: Because::Worker, .. } => Outcome::NotApplicable,
        Found::NotApplicable { because: Because::Profile { .. } | Because::AskedOtherwise, confirmed } => {
            Outcome::NotApplicableByProfile { confirmed: *confirmed }
        }
        Found::Safe => Outcome::NoHazard,
        Found::Hazard { severity, same_day } => Outcome::Hazard { severity: *severity, same_day: *same_day },
    }
}
