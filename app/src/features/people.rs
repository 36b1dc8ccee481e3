//! People: everybody held here, found as one types.

use std::sync::Arc;

use leptos::prelude::*;

use crate::dispatch::Desk;
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::people::Card as PersonCard;
use crate::projection::{People, View};
use crate::routes;
use crate::ui::{Input, InputKind, Tag, Tone};
use crate::wording::{count, people as words};

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let query = RwSignal::new(String::new());
    // Each query is a view of its own; what was found before stays on screen until the answer is here.
    let watched = Part::new(move || desk.watch::<People>(View::People { query: query.get() }));
    let people = Part::after(move |before: Option<&Option<Arc<People>>>| {
        watched.get().with(|shown| shown.here().cloned()).or_else(|| before.cloned().flatten())
    });
    let complete =
        Signal::derive(move || people.with(|people| people.as_ref().is_none_or(|people| people.complete)));
    let cards = Part::new(move || people.with(|people| people.as_ref().map(|people| people.cards.clone())));
    let summary = Part::new(move || {
        people.with(|people| people.as_ref().map(|people| words::found(people.cards.len(), people.held)))
    });
    frame::column(
        crate::wording::frame::PEOPLE,
        view! {
            <Input id="search" label=words::SEARCH kind=InputKind::Search value=query />
            <p role="status" class="app-second">
                {live(move || summary.get())}
            </p>
            {live(move || cards.get().map(|cards| list(cards, query.with_untracked(String::is_empty))))}
            {frame::as_of(desk, complete)}
        }
        .into_any(),
    )
}

fn list(cards: Vec<PersonCard>, everybody: bool) -> AnyView {
    if cards.is_empty() {
        let text = if everybody { words::NO_PEOPLE_YET } else { words::NO_PEOPLE };
        return view! { <p>{text}</p> }.into_any();
    }
    let cards = cards.into_iter().map(card).collect_view();
    view! { <ul class="app-list app-stack app-stack--close">{cards}</ul> }.into_any()
}

fn card(card: PersonCard) -> AnyView {
    let today = frame::today();
    let next = card.next_visit.map(|date| format!("{} {}", words::NEXT_VISIT, date.short()));
    let seen = card.last_seen.map_or_else(
        || words::NEVER_SEEN.to_owned(),
        |date| if date == today { date.short() } else { format!("{} {}", words::LAST_SEEN, date.short()) },
    );
    let hazards = (card.open_hazards > 0)
        .then(|| view! { <Tag tone=Tone::Care text=count(card.open_hazards as usize, "open hazard", "open hazards") /> });
    let clashes = (card.clashes > 0).then(|| view! { <Tag tone=Tone::Problem text=words::TWO_ANSWERS /> });
    view! {
        <li class="app-person-line">
            <div class="app-cluster app-cluster--apart app-cluster--top">
                <div>
                    <a class="app-person-line__name" href=routes::person(card.person)>
                        {card.name}
                    </a>
                    <p>
                        {words::born(card.born, card.age)} " \u{b7} "
                        {card.nhs_number.unwrap_or_else(|| words::NO_NHS_NUMBER.to_owned())}
                    </p>
                    <p class="app-second">{card.address}</p>
                    <p class="app-second">
                        {next.map(|next| format!("{next} \u{b7} "))} {seen}
                    </p>
                </div>
                <div class="app-cluster">{answers::alert_tags(&card.alerts)} {hazards} {clashes}</div>
            </div>
        </li>
    }
    .into_any()
}
