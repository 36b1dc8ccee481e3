//! The queue: same day first, then severity, then waiting time.

use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::frame;
use crate::part::live;
use crate::projection::review::ReviewRow;
use crate::projection::{ReviewQueue, View};
use crate::routes;
use crate::ui::{Tag, Tone};
use crate::wording::{codes, count, frame as frame_words, review as words};

/// The screen.
pub(crate) fn queue(desk: Desk) -> AnyView {
    let shown = desk.watch::<ReviewQueue>(View::ReviewQueue);
    frame::column(
        words::QUEUE,
        when_here(shown, frame::waiting, frame::not_known, move |queue| {
            let rows = part(queue, |queue: &ReviewQueue| queue.rows.clone());
            let complete = part(queue, |queue: &ReviewQueue| queue.complete);
            view! {
                <p>{words::ORDER}</p>
                {live(move || {
                    let rows = rows.get();
                    if rows.is_empty() {
                        view! { <p>{words::NOTHING_WAITS}</p> }.into_any()
                    } else {
                        let rows = rows.into_iter().map(row).collect_view();
                        view! { <ul class="app-list app-stack app-stack--near">{rows}</ul> }.into_any()
                    }
                })}
                {frame::as_of(desk, complete.into())}
            }
            .into_any()
        }),
    )
}

fn row(row: ReviewRow) -> AnyView {
    let today = frame::today();
    let same_day = (row.same_day > 0)
        .then(|| view! { <Tag tone=Tone::Problem text=format!("{} same day", row.same_day) /> });
    let reopened = row.reopened.then(|| view! { <Tag tone=Tone::Care text=words::REOPENED /> });
    let hazards = (row.hazards > 0)
        .then(|| view! { <Tag tone=Tone::Care text=count(row.hazards as usize, "hazard", "hazards") /> });
    let (all, decided) = row.proposals;
    view! {
        <li class="app-visit-line">
            <div class="app-visit-line__who">
                <a class="app-visit-line__name" href=routes::review(row.visit)>
                    {row.name}
                </a>
                <div class="app-cluster">
                    {same_day} {hazards} <Tag text=words::proposals(all, decided) />
                    <Tag text=codes::visit_state(row.state) /> {reopened}
                </div>
                <p class="app-second">
                    {words::waits(&row.lead, &frame_words::when(row.since, today), row.due)}
                </p>
            </div>
        </li>
    }
    .into_any()
}
