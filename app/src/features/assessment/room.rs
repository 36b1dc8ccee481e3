//! One room: its items, severe ones first; the rest in one tap where that is safe; one stop before leaving.

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use super::item::item;
use super::profile::strip_of;
use super::same_day;
use crate::dispatch::{Desk, part};
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::VisitPage;
use crate::projection::home::{Item, Outcome, Room};
use crate::routes;
use crate::ui::{Button, ButtonKind, Card, Strip};
use crate::wording::{frame as frame_words, home as words};

/// The screen.
pub(crate) fn room(desk: Desk, visit: VisitId, room: String) -> AnyView {
    page_of(desk, visit, words::TITLE, move |page| {
        let here = room.clone();
        let Some(name) = page.with_untracked(|page| room_of(page, &here).map(|room| room.name.clone()))
        else {
            return view! { <p>{frame_words::NOT_FOUND}</p> }.into_any();
        };
        let open = page.with_untracked(|page| may_write(page));
        let strip = {
            let here = here.clone();
            part(page, move |page: &VisitPage| strip_of(visit, &page.home.rooms, &here))
        };
        let count = {
            let here = here.clone();
            part(page, move |page: &VisitPage| {
                room_of(page, &here)
                    .map(|room| words::room_count(room.answered, room.applicable, room.hazards))
                    .unwrap_or_default()
            })
        };
        let ids = move |core: bool| {
            let here = here.clone();
            part(page, move |page: &VisitPage| {
                room_of(page, &here)
                    .map(|room| {
                        room.items
                            .iter()
                            .filter(|item| item.core == core)
                            .map(|item| item.id.clone())
                            .collect()
                    })
                    .unwrap_or_default()
            })
        };
        let (core, rest) = (ids(true), ids(false));
        let draw = move |id: String| item(desk, page, id, open);
        view! {
            {live(move || view! { <Strip label=words::ROOMS stops=strip.get() /> })}
            <div class="app-cluster app-cluster--apart">
                <h2>{name}</h2>
                <p role="status">{live(move || count.get())}</p>
            </div>
            <For each=move || core.get() key=Clone::clone children=draw />
            {live(move || {
                (!core.with(Vec::is_empty) && !rest.with(Vec::is_empty)).then(|| view! { <h3>{words::REST}</h3> })
            })}
            <For each=move || rest.get() key=Clone::clone children=draw />
            {open.then(|| sweep(desk, page, room.clone()))}
            {leave(desk, page, room.clone(), open)}
        }
        .into_any()
    })
}

fn room_of<'a>(page: &'a VisitPage, id: &str) -> Option<&'a Room> {
    page.home.rooms.iter().find(|room| room.id == id)
}

fn sweep(desk: Desk, page: Part<Arc<VisitPage>>, room: String) -> AnyView {
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let items = part(page, move |page: &VisitPage| {
        room_of(page, &room).map(|room| room.sweepable.clone()).unwrap_or_default()
    });
    let press = Callback::new(move |()| {
        desk.send(person, Vec::new(), Act::SweepRoom { visit, items: items.get_untracked() });
    });
    view! {
        <Show when=move || !items.with(Vec::is_empty)>
            <Card>
                <div>
                    <Button text=words::SWEEP.to_owned() on_press=press />
                </div>
                <p class="app-second">{words::SWEEP_HELP}</p>
            </Card>
        </Show>
    }
    .into_any()
}

/// Same-day hazards of the room nobody has been told of.
fn untold(page: &VisitPage, room: &str) -> Vec<Item> {
    room_of(page, room)
        .map(|room| {
            room.items
                .iter()
                .filter(|item| matches!(item.outcome, Outcome::Hazard { same_day: true, .. }))
                .filter(|item| item.told.is_none() && item.fixed.is_none())
                .cloned()
                .collect()
        })
        .unwrap_or_default()
}

fn leave(desk: Desk, page: Part<Arc<VisitPage>>, room: String, open: bool) -> AnyView {
    let visit = page.with_untracked(|page| page.visit);
    let (before, after) = page.with_untracked(|page| {
        let rooms = &page.home.rooms;
        let place = rooms.iter().position(|other| other.id == room).unwrap_or(0);
        let at = |place: Option<usize>| {
            place.and_then(|place| rooms.get(place)).map(|room| routes::room(visit, &room.id))
        };
        (at(place.checked_sub(1)), at(place.checked_add(1)))
    });
    let waiting = {
        let room = room.clone();
        part(page, move |page: &VisitPage| {
            untold(page, &room).into_iter().map(|item| item.id).collect::<Vec<_>>()
        })
    };
    // Where one wanted to go when the stop came up; nothing while it is not up.
    let stopped = RwSignal::new(None::<String>);
    let interrupted = StoredValue::new(false);
    let leave_to = Callback::new(move |href: String| {
        if open && !waiting.with_untracked(Vec::is_empty) && !interrupted.get_value() {
            interrupted.set_value(true);
            stopped.set(Some(href));
        } else {
            desk.go(&href);
        }
    });
    let button = move |kind: ButtonKind, text: &'static str, href: String| {
        let press = Callback::new(move |()| leave_to.run(href.clone()));
        view! { <Button kind=kind text=text.to_owned() on_press=press /> }
    };
    view! {
        {live(move || {
            stopped
                .get()
                .map(|href| same_day::stop(desk, page, waiting, Callback::new(move |()| leave_to.run(href.clone()))))
        })}
        <div class="app-cluster app-cluster--apart">
            {before.map(|href| button(ButtonKind::Second, words::PREVIOUS_ROOM, href))}
            {button(ButtonKind::Second, words::TO_TASKS, routes::visit(visit))}
            {after.map(|href| button(ButtonKind::Main, words::NEXT_ROOM, href))}
        </div>
    }
    .into_any()
}
