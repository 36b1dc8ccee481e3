//! Sync status: what waits, since when, and when the server last confirmed.

use leptos::prelude::*;

use crate::bridge::ToWorker;
use crate::dispatch::Desk;
use crate::features::{frame, sign_in};
use crate::part::{Part, live};
use crate::projection::SyncStatus;
use crate::routes;
use crate::ui::{
    Button, ButtonKind, Card, CardTone, Inset, LinkButton, SummaryList, SummaryRow, WarningCallout,
};
use crate::wording::{count, frame as words};

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let try_now = Callback::new(move |()| desk.post(&ToWorker::TryNow));
    let status = Part::new(move || desk.sync.get());
    let sign_in_needed = Part::new(move || frame::sign_in_needed(desk));
    frame::column(
        words::SYNC,
        view! {
            {live(move || status.get().map(|status| drawn(&status)))}
            <Show when=move || sign_in_needed.get()>
                <Card tone=CardTone::Care title=words::SIGN_IN_TO_SEND>
                    {sign_in::form(desk)}
                </Card>
            </Show>
            <div class="app-cluster">
                <Button kind=ButtonKind::Main text=words::TRY_NOW.to_owned() on_press=try_now />
                <LinkButton href="/needs-you".to_owned() text=words::NEEDS_YOU />
                <LinkButton href="/device".to_owned() text=words::THIS_DEVICE />
            </div>
        }
        .into_any(),
    )
}

fn drawn(status: &SyncStatus) -> AnyView {
    let today = frame::today();
    let same_day = status.waiting.iter().any(|waiting| waiting.same_day);
    let rows = status
        .waiting
        .iter()
        .map(|waiting| {
            let name = if waiting.name.is_empty() { words::TEAM_RECORDS } else { &waiting.name };
            let changes = count(waiting.changes as usize, "change", "changes");
            SummaryRow {
                key: name.to_owned(),
                value: format!("{changes} since {}", words::when(waiting.since, today)),
                change: waiting
                    .person
                    .map(|person| (crate::wording::people::OPEN.to_owned(), routes::person(person))),
            }
        })
        .collect::<Vec<_>>();
    let (state, link, confirmed_at) = (status.state, status.link, status.confirmed_at);
    let (complete, server_forgot) = (status.complete, status.server_forgot);
    let tone = if status.needs_you > 0 { CardTone::Problem } else { CardTone::Plain };
    view! {
        <Card tone=tone title=words::sync_word(state)>
            <p>{words::link(link)}</p>
            <p>{words::confirmed(confirmed_at, today)}</p>
            {(!complete).then(|| view! { <Inset>{words::LIST_SHORT}</Inset> })}
            {server_forgot.then(|| view! { <Inset>{words::SERVER_FORGOT}</Inset> })}
        </Card>
        {same_day
            .then(|| {
                view! {
                    <WarningCallout problem=true title=words::WAITING>
                        <p>{words::SAME_DAY_UNSENT}</p>
                    </WarningCallout>
                }
            })}
        {if rows.is_empty() {
            view! { <p>{words::NOTHING_WAITS}</p> }.into_any()
        } else {
            view! {
                <Card title=words::WAITING>
                    <SummaryList rows=rows />
                </Card>
            }
                .into_any()
        }}
    }
    .into_any()
}
