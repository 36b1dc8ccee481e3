//! Actions and the safety net: who does what by when, what to watch for, whom to call.

use std::sync::Arc;

use doorstep_shared::decide::{Act, NewAction};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::ids::{PersonId, VisitId};
use doorstep_shared::time::Date;
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::visit::here::latest;
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::VisitPage;
use crate::projection::visit::Action;
use crate::ui::{Button, ButtonKind, Card, Input, InputKind, Tag, TextArea};
use crate::wording::{codes, visit as words};

/// The screen.
pub(crate) fn actions(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::ACTIONS, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let actions = part(page, |page: &VisitPage| page.actions.clone());
        view! {
            <Card title=words::ACTIONS_LIST>
                {live(move || list(desk, person, visit, actions.get()))}
                {open.then(|| add(desk, person, visit))}
            </Card>
            <Card title=words::SAFETY_NET>{safety_net(desk, page, open)}</Card>
        }
        .into_any()
    })
}

fn list(desk: Desk, person: PersonId, visit: VisitId, actions: Vec<Action>) -> AnyView {
    if actions.is_empty() {
        return view! { <p>{words::NO_ACTIONS}</p> }.into_any();
    }
    let rows = actions.into_iter().map(|action| row(desk, person, visit, &action)).collect_view();
    view! { <ul class="app-list">{rows}</ul> }.into_any()
}

fn row(desk: Desk, person: PersonId, visit: VisitId, action: &Action) -> AnyView {
    let at = action.at;
    let due = action.due.map(words::due);
    let outcome = action.outcome.value().map(codes::value);
    let seen: Vec<_> = action.outcome.seen().collect();
    let done = Callback::new(move |()| {
        let became = words::DONE_CODE.to_owned();
        desk.send(person, seen.clone(), Act::SetActionOutcome { visit, action: at, became });
    });
    let is_open = outcome.is_none();
    view! {
        <li class="app-row">
            <span>
                <strong>{action.what.clone()}</strong>
            </span>
            <span>{action.owner.clone()} " " {due}</span>
                {outcome.map(|outcome| view! { <Tag text=outcome /> })}
            {is_open
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            text=words::MARK_DONE.to_owned()
                            about=action.what.clone()
                            on_press=done
                        />
                    }
                })}
        </li>
    }
    .into_any()
}

fn add(desk: Desk, person: PersonId, visit: VisitId) -> AnyView {
    let what = RwSignal::new(String::new());
    let owner = RwSignal::new(String::new());
    let due = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let save = Callback::new(move |()| {
        let text = what.get_untracked().trim().to_owned();
        if text.is_empty() {
            error.set(Some(words::ENTER_ACTION.to_owned()));
            return;
        }
        error.set(None);
        let action = NewAction {
            what: text,
            owner: owner.get_untracked().trim().to_owned(),
            due: Date::parse_iso(&due.get_untracked()),
            item: None,
        };
        for field in [what, owner, due] {
            field.set(String::new());
        }
        desk.send(person, Vec::new(), Act::AddAction { visit, action });
    });
    view! {
        <Input id="action-what" label=words::ACTION_WHAT value=what error=error />
        <Input id="action-owner" label=words::ACTION_OWNER hint=words::ACTION_OWNER_HINT width=20 value=owner />
        <Input id="action-due" label=words::ACTION_DUE kind=InputKind::Date width=10 value=due />
        <div>
            <Button text=words::ADD_ACTION.to_owned() on_press=save />
        </div>
    }
    .into_any()
}

fn safety_net(desk: Desk, page: Part<Arc<VisitPage>>, open: bool) -> AnyView {
    let answer = part(page, |page: &VisitPage| page.safety_net.clone());
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let field = move |name: &str| answer.with_untracked(|answer| text_of(answer.value(), name));
    let watch_for = RwSignal::new(field("watch_for"));
    let call = RwSignal::new(field("call"));
    let leave = Callback::new(move |()| {
        let now = (watch_for.get_untracked(), call.get_untracked());
        let stands = (field("watch_for"), field("call"));
        if open && now != stands {
            let seen = answer.with_untracked(|answer| answer.seen().collect());
            desk.send(person, seen, Act::SetSafetyNet { visit, watch_for: now.0, call: now.1 });
        }
    });
    view! {
        <TextArea id="watch-for" label=words::WATCH_FOR value=watch_for on_leave=leave locked=!open />
        <TextArea id="call" label=words::CALL value=call on_leave=leave locked=!open />
        {live(move || latest(&answer.get()))}
    }
    .into_any()
}

/// A text of a standing map value, for fields that are filled from it.
pub(crate) fn text_of(value: Option<&Value>, name: &str) -> String {
    value.and_then(|value| value.field(name)?.as_text().map(ToOwned::to_owned)).unwrap_or_default()
}
