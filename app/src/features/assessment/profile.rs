//! The eight questions about the home, the rooms, and hazards of earlier visits.

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::review::Closed;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::home::{Profile, Room};
use crate::projection::person::OpenHazard;
use crate::projection::{Answer, VisitPage};
use crate::routes;
use crate::ui::{
    Button, ButtonKind, Card, CardTone, ChoiceButton, ChoiceRow, ChoiceTone, LinkButton, Stop, Strip, Tag,
    Tone,
};
use crate::wording::{codes, home as words};

/// The screen.
pub(crate) fn profile(desk: Desk, id: VisitId) -> AnyView {
    page_of(desk, id, words::TITLE, move |page| {
        let open = page.with_untracked(|page| may_write(page));
        let totals = part(page, |page: &VisitPage| page.home.totals);
        let rooms = part(page, move |page: &VisitPage| strip_of(id, &page.home.rooms, ""));
        let questions = part(page, |page: &VisitPage| {
            page.home.profile.iter().map(|question| question.id.clone()).collect::<Vec<_>>()
        });
        let earlier = part(page, |page: &VisitPage| page.earlier_hazards.clone());
        let first = page.with_untracked(|page| page.home.rooms.first().map(|room| room.id.clone()));
        view! {
            <p>{live(move || words::totals(&totals.get()))}</p>
            {live(move || view! { <Strip label=words::ROOMS stops=rooms.get() /> })}
            <h2>{words::PROFILE}</h2>
            <p class="app-reading">{words::PROFILE_HELP}</p>
            <For each=move || questions.get() key=Clone::clone let:question>
                {one(desk, page, question, open)}
            </For>
            {first
                .map(|room| {
                    view! {
                        <div>
                            <LinkButton
                                kind=ButtonKind::Main
                                href=routes::room(id, &room)
                                text=words::NEXT_ROOM
                            />
                        </div>
                    }
                })}
            {live(move || earlier_hazards(desk, page, earlier.get(), open))}
        }
        .into_any()
    })
}

/// The rooms as stops with their counts.
pub(super) fn strip_of(visit: VisitId, rooms: &[Room], here: &str) -> Vec<Stop> {
    rooms
        .iter()
        .map(|room| Stop {
            href: routes::room(visit, &room.id),
            text: room.name.clone(),
            count: words::room_count(room.answered, room.applicable, room.hazards),
            here: room.id == here,
        })
        .collect()
}

fn one(desk: Desk, page: Part<Arc<VisitPage>>, id: String, open: bool) -> AnyView {
    let find = {
        let id = id.clone();
        move |page: &VisitPage| page.home.profile.iter().find(|question| question.id == id).cloned()
    };
    let Some(Profile { question, options, .. }) = page.with_untracked(|page| find(page)) else {
        return ().into_any();
    };
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let answer =
        part(page, move |page: &VisitPage| find(page).map(|question| question.answer).unwrap_or_default());
    let chosen = Part::new(move || answer.with(text_value));
    let buttons = options
        .into_iter()
        .map(|option| ChoiceButton { label: codes::option(&option), value: option, tone: ChoiceTone::Plain })
        .collect();
    let asked = id.clone();
    let choose = Callback::new(move |option: String| {
        let seen = answer.with_untracked(|answer| answer.seen().collect());
        desk.send(person, seen, Act::AnswerProfile { visit, question: asked.clone(), option });
    });
    view! {
        <Card>
            <ChoiceRow
                id=format!("profile-{id}")
                legend=question
                options=buttons
                chosen=chosen
                on_choose=choose
                locked=!open
            />
            {live(move || answer.with(Answer::is_clash).then(|| view! { <Tag tone=Tone::Problem text=crate::wording::people::TWO_ANSWERS /> }))}
        </Card>
    }
    .into_any()
}

/// The text of what stands.
pub(super) fn text_value(answer: &Answer) -> Option<String> {
    answer.value().and_then(Value::as_text).map(ToOwned::to_owned)
}

fn earlier_hazards(
    desk: Desk,
    page: Part<Arc<VisitPage>>,
    hazards: Vec<OpenHazard>,
    open: bool,
) -> Option<AnyView> {
    if hazards.is_empty() {
        return None;
    }
    let (person, here) = page.with_untracked(|page| (page.banner.person, page.visit));
    let rows = hazards
        .into_iter()
        .map(|hazard| {
            let at = hazard.at;
            let means = hazard.means.clone();
            let ways = Closed::ALL
                .iter()
                .map(|closed| {
                    let closed = *closed;
                    let close = Callback::new(move |()| {
                        let act = Act::CloseHazard { visit: here, hazard: at, closed, detail: String::new() };
                        desk.send(person, vec![at], act);
                    });
                    view! {
                        <Button text=codes::closed(closed).to_owned() about=means.clone() on_press=close />
                    }
                })
                .collect_view();
            let found = format!("{} {}", hazard.found_at.london_date().short(), hazard.by.name);
            view! {
                <li class="app-row">
                    <span>
                        <strong>{hazard.area} ": " {hazard.means}</strong>
                    </span>
                    <span class="app-second">{found}</span>
                    <Tag tone=Tone::Care text=words::severity(hazard.severity, hazard.same_day) />
                    {open.then(|| view! { <span class="app-cluster">{ways}</span> })}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <Card tone=CardTone::Care title=words::EARLIER>
                <ul class="app-list">{rows}</ul>
            </Card>
        }
        .into_any(),
    )
}
