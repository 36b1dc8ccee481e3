//! Next contact: the day and what for, or why there is none.

use doorstep_shared::decide::Act;
use doorstep_shared::ids::VisitId;
use doorstep_shared::time::Date;
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::visit::actions::text_of;
use crate::features::visit::here::latest;
use crate::features::visit::{may_write, page_of};
use crate::part::live;
use crate::projection::VisitPage;
use crate::ui::{Card, Input, InputKind, TextArea};
use crate::wording::visit as words;

/// The screen.
pub(crate) fn next_contact(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::NEXT_CONTACT, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let answer = part(page, |page: &VisitPage| page.next_contact.clone());
        let stands = move || {
            answer.with_untracked(|answer| (text_of(answer.value(), "on"), text_of(answer.value(), "detail")))
        };
        let (on, detail) = stands();
        let on = RwSignal::new(on);
        let detail = RwSignal::new(detail);
        let leave = Callback::new(move |()| {
            let now = (on.get_untracked(), detail.get_untracked());
            if open && now != stands() {
                let seen = answer.with_untracked(|answer| answer.seen().collect());
                let act = Act::SetNextContact { visit, on: Date::parse_iso(&now.0), detail: now.1 };
                desk.send(person, seen, act);
            }
        });
        view! {
            <Card>
                <Input
                    id="next-on"
                    label=words::NEXT_ON
                    hint=words::NEXT_ON_HINT
                    kind=InputKind::Date
                    width=10
                    value=on
                    on_done=leave
                />
                <TextArea id="next-detail" label=words::NEXT_DETAIL value=detail on_leave=leave locked=!open />
                {live(move || latest(&answer.get()))}
            </Card>
        }
        .into_any()
    })
}
