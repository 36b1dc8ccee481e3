//! Signing in, and the door before every screen.

use leptos::prelude::*;

use crate::address::Screen;
use crate::bridge::ToWorker;
use crate::dispatch::{Desk, Door};
use crate::features::frame;
use crate::part::{Part, live};
use crate::ui::{Button, ButtonKind, ErrorLink, ErrorSummary, Input, InputKind};
use crate::wording::frame as words;

/// Shows `inner` to a worker who is signed in, and the way in to everybody else. SOS has no door.
pub(crate) fn door(desk: Desk, inner: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let path = desk.path;
    let stage = Part::new(move || {
        let help = path.with(|path| Screen::at(path) == Some(Screen::Sos));
        desk.door.with(|door| match door {
            Door::SignedIn(_) => Stage::In,
            Door::Opening | Door::SignedOut | Door::OpenElsewhere if help => Stage::In,
            Door::Opening => Stage::Opening,
            Door::SignedOut => Stage::Out,
            Door::OpenElsewhere => Stage::Elsewhere,
        })
    });
    live(move || match stage.get() {
        Stage::In => inner(),
        Stage::Opening => frame::waiting(),
        Stage::Out => sign_in(desk),
        Stage::Elsewhere => elsewhere(desk),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    In,
    Opening,
    Out,
    Elsewhere,
}

const ACCOUNT: &str = "account";
const PASSWORD: &str = "password";

fn sign_in(desk: Desk) -> AnyView {
    view! {
        <div class="app-column app-stack app-reading">
            {frame::heading(words::SIGN_IN)} {form(desk)} <p class="app-second">{words::SIGN_IN_HELP}</p>
        </div>
    }
    .into_any()
}

/// Account and password. Also for a worker whose session ended: what was recorded meanwhile is sent afterwards.
pub(crate) fn form(desk: Desk) -> AnyView {
    let account = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let missing = RwSignal::new(Vec::<ErrorLink>::new());
    let waiting = RwSignal::new(false);
    let errors = Signal::derive(move || {
        let mut errors = missing.get();
        if let Some(refusal) = desk.sign_in_refusal.get() {
            errors.push(ErrorLink::new(PASSWORD, words::sign_in_refused(&refusal)));
        }
        errors
    });
    let submit = move || {
        let mut found = Vec::new();
        if account.with(|account| account.trim().is_empty()) {
            found.push(ErrorLink::new(ACCOUNT, words::ENTER_ACCOUNT));
        }
        if password.with(String::is_empty) {
            found.push(ErrorLink::new(PASSWORD, words::ENTER_PASSWORD));
        }
        let complete = found.is_empty();
        desk.sign_in_refusal.set(None);
        missing.set(found);
        if complete {
            waiting.set(true);
            // Asked here because the browser wants a person's own tap; the answer is shown on This device.
            desk.ask_to_persist();
            desk.post(&ToWorker::SignIn {
                account: account.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            });
        }
    };
    // A refusal ends the wait; a session replaces this screen.
    let is_waiting = Signal::derive(move || waiting.get() && desk.sign_in_refusal.with(Option::is_none));
    let text = Signal::derive(move || {
        if is_waiting.get() { words::SIGNING_IN.to_owned() } else { words::SIGN_IN.to_owned() }
    });
    let error_of =
        move |field: &'static str| Signal::derive(move || errors.with(|errors| ErrorLink::of(errors, field)));
    view! {
        <form
            class="app-stack"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <ErrorSummary title=words::ERROR_TITLE errors=errors />
            <Input
                id=ACCOUNT
                label=words::ACCOUNT
                kind=InputKind::UserName
                width=20
                value=account
                error=error_of(ACCOUNT)
            />
            <Input
                id=PASSWORD
                label=words::PASSWORD
                kind=InputKind::Password
                width=20
                value=password
                error=error_of(PASSWORD)
            />
            <div>
                <button
                    class="nhsuk-button app-button"
                    type="submit"
                    disabled=move || is_waiting.get()
                >
                    {text}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn elsewhere(desk: Desk) -> AnyView {
    let take_over = Callback::new(move |()| desk.post(&ToWorker::TakeOver));
    frame::column(
        words::ELSEWHERE_TITLE,
        view! {
            <p class="app-reading">{words::ELSEWHERE}</p>
            <div>
                <Button kind=ButtonKind::Main text=words::USE_HERE.to_owned() on_press=take_over />
            </div>
        }
        .into_any(),
    )
}
