//! SOS: whom to ring, and the address to read aloud. Works locked and without a connection.

use leptos::prelude::*;

use crate::dispatch::{Desk, Door};
use crate::features::frame;
use crate::part::live;
use crate::projection::today::{VisitLine, VisitState};
use crate::projection::{Today, View};
use crate::ui::{Card, CardTone, Inset};
use crate::wording::frame as words;

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let signed_in = matches!(desk.door.get_untracked(), Door::SignedIn(_));
    let place = if signed_in { place(desk) } else { nowhere() };
    frame::column(
        words::SOS,
        view! {
            <p class="app-reading">{words::SOS_LEAD}</p>
            <div class="app-sos">
                <Card tone=CardTone::Problem>
                    <a class="nhsuk-button nhsuk-button--warning app-button" href="tel:999">
                        {words::SOS_999}
                    </a>
                    <p>{words::SOS_999_FOR}</p>
                </Card>
                <Card tone=CardTone::Problem>
                    <a class="nhsuk-button nhsuk-button--warning app-button" href="tel:0800111999">
                        {words::SOS_GAS}
                    </a>
                    <p>{words::SOS_GAS_FOR}</p>
                </Card>
            </div>
            {place}
            <p>{words::SOS_OFFICE}</p>
        }
        .into_any(),
    )
}

fn nowhere() -> AnyView {
    view! { <Inset>{words::SOS_NO_WHERE}</Inset> }.into_any()
}

fn place(desk: Desk) -> AnyView {
    let today = desk.watch::<Today>(View::Today);
    live(move || {
        let under_way: Vec<VisitLine> = today.with(|today| {
            today.here().map_or_else(Vec::new, |today| {
                let mut lines: Vec<VisitLine> = today
                    .visits
                    .iter()
                    .chain(&today.to_finish)
                    .filter(|visit| visit.state == VisitState::UnderWay)
                    .cloned()
                    .collect();
                lines.dedup_by_key(|line| line.visit);
                lines
            })
        });
        if under_way.is_empty() {
            return nowhere();
        }
        under_way
            .into_iter()
            .map(|visit| {
                view! {
                    <Card title=words::SOS_WHERE>
                        <p class="app-sos__address">{visit.address}</p>
                        <p>{visit.name} " " {visit.telephone}</p>
                    </Card>
                }
            })
            .collect_view()
            .into_any()
    })
}
