//! Same-day hazards: who was told, when and how; asked once before leaving the room.

use std::sync::Arc;

use doorstep_shared::decide::{Act, SameDayAction};
use doorstep_shared::time::Timestamp;
use leptos::prelude::*;

use super::item::Asking;
use crate::dispatch::{Desk, part};
use crate::features::frame;
use crate::part::Part;
use crate::projection::VisitPage;
use crate::ui::{self, Button, ButtonKind, Details, ErrorLink, Input, InputKind, WarningCallout};
use crate::wording::home as words;

/// The form that records who was told about one item.
pub(super) fn record(asking: Asking) -> AnyView {
    let Some(id) = asking.item.with_untracked(|item| item.as_ref().map(|item| item.id.clone())) else {
        return ().into_any();
    };
    let who = RwSignal::new(String::new());
    let how = RwSignal::new(String::new());
    let when = RwSignal::new(Desk::now().clock_text());
    let why = RwSignal::new(String::new());
    let errors = RwSignal::new(Vec::<ErrorLink>::new());
    let who_id = format!("{id}-who");
    let why_id = format!("{id}-why");
    let error_of =
        move |field: String| Signal::derive(move || errors.with(|errors| ErrorLink::of(errors, &field)));
    let send = {
        let id = id.clone();
        move |action: SameDayAction| {
            let act = Act::RecordSameDayAction { visit: asking.visit, item: id.clone(), action };
            let seen = asking.item.with_untracked(|item| {
                item.iter().filter_map(|item| item.told.as_ref().map(|told| told.at)).collect()
            });
            asking.desk.send(asking.person, seen, act);
        }
    };
    let tell = {
        let (send, field) = (send.clone(), who_id.clone());
        Callback::new(move |()| {
            let name = who.get_untracked().trim().to_owned();
            if name.is_empty() {
                errors.set(vec![ErrorLink::new(&field, words::ENTER_WHO)]);
                ui::focus(&field);
                return;
            }
            errors.set(Vec::new());
            let at = told_at(&when.get_untracked());
            send(SameDayAction::Told { who: name, how: how.get_untracked().trim().to_owned(), at });
        })
    };
    let not_needed = {
        let field = why_id.clone();
        Callback::new(move |()| {
            let reason = why.get_untracked().trim().to_owned();
            if reason.is_empty() {
                errors.set(vec![ErrorLink::new(&field, words::ENTER_WHY)]);
                ui::focus(&field);
                return;
            }
            errors.set(Vec::new());
            send(SameDayAction::NotNeeded { reason });
        })
    };
    view! {
        <div class="app-stack app-stack--near">
            <Input id=who_id.clone() label=words::TOLD_WHO width=20 value=who error=error_of(who_id) />
            <Input id=format!("{id}-told-how") label=words::TOLD_HOW width=20 value=how />
            <Input id=format!("{id}-told-when") label=words::TOLD_WHEN kind=InputKind::Time width=10 value=when />
            <div>
                <Button kind=ButtonKind::Main text=words::TOLD_RECORD.to_owned() on_press=tell />
            </div>
            <Details summary=words::NOT_NEEDED>
                <Input id=why_id.clone() label=words::NOT_NEEDED_WHY value=why error=error_of(why_id) />
                <div>
                    <Button text=words::NOT_NEEDED.to_owned() on_press=not_needed />
                </div>
            </Details>
        </div>
    }
    .into_any()
}

/// Today at the typed time, or now where the time cannot be read.
fn told_at(text: &str) -> Timestamp {
    let typed = text.split_once(':').and_then(|(hour, minute)| {
        let hour = hour.parse().ok().filter(|hour| *hour < 24)?;
        let minute = minute.parse().ok().filter(|minute| *minute < 60)?;
        Some(Timestamp::from_london(frame::today(), hour, minute))
    });
    typed.unwrap_or_else(Desk::now)
}

/// The stop before leaving a room: the items nobody has been told of, each with its form.
pub(super) fn stop(
    desk: Desk,
    page: Part<Arc<VisitPage>>,
    waiting: Part<Vec<String>>,
    go_on: Callback<()>,
) -> AnyView {
    const ID: &str = "same-day-stop";
    ui::focus_soon(ID);
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    view! {
        <div id=ID tabindex="-1" role="alertdialog" aria-label=words::SAME_DAY_TITLE>
            <WarningCallout problem=true title=words::SAME_DAY_TITLE>
                <p>{words::SAME_DAY_HELP}</p>
                <For each=move || waiting.get() key=Clone::clone let:id>
                    {
                        let item = part(page, move |page: &VisitPage| {
                            page.home.rooms.iter().flat_map(|room| &room.items).find(|item| item.id == id).cloned()
                        });
                        let means = item.with_untracked(|item| item.as_ref().map(|item| item.means.clone()));
                        view! {
                            <h3>{means}</h3>
                            <a class="nhsuk-link" href="/sos">{words::OPEN_SOS}</a>
                            <p class="app-second">
                                {item.with_untracked(|item| item.as_ref().map(|item| item.action.clone()))}
                            </p>
                            {short_form(Asking { desk, person, visit, item })}
                        }
                    }
                </For>
                <div>
                    <Button text=words::LATER.to_owned() on_press=go_on />
                </div>
            </WarningCallout>
        </div>
    }
    .into_any()
}

/// Leads back to the item's own form: one form an item, so that nothing is recorded twice.
fn short_form(asking: Asking) -> AnyView {
    let Some(id) = asking.item.with_untracked(|item| item.as_ref().map(|item| item.id.clone())) else {
        return ().into_any();
    };
    let go = Callback::new(move |()| ui::focus(&format!("{id}-who")));
    view! {
        <div>
            <Button kind=ButtonKind::Main text=words::TOLD_RECORD.to_owned() on_press=go />
        </div>
    }
    .into_any()
}
