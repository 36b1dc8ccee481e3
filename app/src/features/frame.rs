//! The frame around every screen: bar, notices, page, tabs.

use doorstep_shared::domain::role::Role;
use doorstep_shared::time::Date;
use leptos::prelude::*;

use crate::dispatch::{Desk, Door, Notice};
use crate::part::{Part, live};
use crate::projection::sync_status::{Link, SyncState};
use crate::ui::{
    self, Button, ButtonKind, Card, CardTone, HeaderBar, HeaderLink, Heading, Inset, Shape, SkipLink,
    StateMark, Tab, TabsBar, WarningCallout,
};
use crate::wording::{fault, frame as words, refusal};

/// Today in London by the device's clock, at the moment of drawing.
pub(crate) fn today() -> Date {
    Desk::today()
}

/// The frame with `inner` in it.
pub(crate) fn frame(desk: Desk, inner: impl FnOnce() -> AnyView) -> AnyView {
    let path = desk.path;
    // A notice is about what was done on the page before: another page begins without it.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            desk.notices.set(Vec::new());
        }
        now
    });
    let flag = Signal::derive(move || {
        let demonstration = desk.who().is_some_and(|who| who.demonstration);
        if demonstration { words::DEMONSTRATION.to_owned() } else { String::new() }
    });
    let links = Signal::derive(|| vec![HeaderLink { href: "/sos".to_owned(), text: words::SOS.to_owned() }]);
    let tabs = Signal::derive(move || desk.who().map(|who| tabs_of(who.role)).unwrap_or_default());
    let signed_in = Part::new(move || matches!(desk.door.get(), Door::SignedIn(_)));
    view! {
        <div class="app-frame">
            <SkipLink text=words::SKIP.to_owned() to=ui::MAIN />
            <HeaderBar name=words::PRODUCT.to_owned() home="/".to_owned() links=links flag=flag>
                {live(move || signed_in.get().then(|| sync_word(desk)))}
            </HeaderBar>
            <main class="app-frame__main" id=ui::MAIN tabindex="-1">
                {notices(desk)}
                {inner()}
            </main>
            <Show when=move || signed_in.get()>
                <TabsBar label=words::TABS.to_owned() tabs=tabs path=path />
            </Show>
        </div>
    }
    .into_any()
}

fn tabs_of(role: Role) -> Vec<Tab> {
    let mut tabs = Vec::new();
    if role.is_clinical() {
        tabs.push(Tab { href: "/", text: words::TODAY.to_owned() });
    }
    if role.holds_core() {
        tabs.push(Tab { href: "/people", text: words::PEOPLE.to_owned() });
    }
    if role == Role::Ot {
        tabs.push(Tab { href: "/review", text: words::REVIEW.to_owned() });
    }
    tabs
}

/// The state of sync as the page knows it: *Writing* is its own and stands behind *Needs you* only.
fn state(desk: Desk) -> Option<(Shape, String)> {
    let status = desk.sync.get()?;
    let (shape, word) = match status.state {
        SyncState::NeedsYou => (Shape::Triangle, words::sync_word(status.state)),
        SyncState::Saved | SyncState::Sending | SyncState::Stored if desk.is_writing() => {
            (Shape::Dots, words::WRITING)
        }
        SyncState::Saved => (Shape::Half, words::sync_word(status.state)),
        SyncState::Sending => (Shape::Up, words::sync_word(status.state)),
        SyncState::Stored => (Shape::Tick, words::sync_word(status.state)),
    };
    let mut text = word.to_owned();
    if let Some(to_send) = words::to_send(status.unsent) {
        text.push_str(" \u{b7} ");
        text.push_str(&to_send);
    }
    if sign_in_needed(desk) {
        text.push_str(" \u{b7} ");
        text.push_str(words::SIGN_IN_TO_SEND);
    }
    Some((shape, text))
}

/// The server asks who is there: recording goes on, sending waits for a sign-in.
pub(crate) fn sign_in_needed(desk: Desk) -> bool {
    desk.sync.with(|status| status.as_ref().is_some_and(|status| status.link == Link::SignInNeeded))
}

fn sync_word(desk: Desk) -> AnyView {
    let shown = Part::new(move || state(desk));
    let shape = Signal::derive(move || shown.get().map_or(Shape::Dots, |(shape, _)| shape));
    let text = Signal::derive(move || shown.get().map_or_else(String::new, |(_, text)| text));
    // Only the word is spoken, not every change of the count.
    let spoken = Part::new(move || desk.sync.get().map(|status| words::sync_word(status.state)));
    view! {
        <a class="app-header-bar__link" href="/sync-status">
            <StateMark shape=shape text=text />
        </a>
        <span class="nhsuk-u-visually-hidden" role="status">
            {live(move || spoken.get())}
        </span>
    }
    .into_any()
}

fn notices(desk: Desk) -> AnyView {
    let put_away = Callback::new(move |()| desk.notices.set(Vec::new()));
    view! {
        <div role="alert" class="app-notices">
            <Show when=move || !desk.notices.with(Vec::is_empty)>
                <div class="app-column">
                    <Card tone=CardTone::Problem>
                        {live(move || {
                            desk.notices
                                .get()
                                .into_iter()
                                .map(|notice| {
                                    let (title, text) = notice_words(&notice);
                                    view! {
                                        <div>
                                            <h2>{title}</h2>
                                            <p>{text}</p>
                                        </div>
                                    }
                                })
                                .collect_view()
                        })}
                        <div>
                            <Button text=words::CLOSE.to_owned() on_press=put_away />
                        </div>
                    </Card>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

fn notice_words(notice: &Notice) -> (String, String) {
    match notice {
        Notice::Refused(refused) => (words::NOTICE.to_owned(), refusal::sentence(refused)),
        Notice::Fault(failed) => (fault::title(failed).to_owned(), fault::sentence(failed).to_owned()),
    }
}

/// A screen's heading. Names the page's title too, and takes the focus when the screen appears.
pub(crate) fn heading(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    let title = format!("{text} \u{2013} {}", words::PRODUCT);
    view! { <Heading text=text title=title /> }.into_any()
}

/// A column with a heading and things under each other.
pub(crate) fn column(title: impl Into<String>, inner: AnyView) -> AnyView {
    view! {
        <div class="app-column app-stack">
            {heading(title)}
            {inner}
        </div>
    }
    .into_any()
}

/// A link back to where one came from in the order of pages.
pub(crate) fn back(href: String, to: &str) -> AnyView {
    view! {
        <p>
            <a class="app-back" href=href>
                "\u{2039} "
                {to.to_owned()}
            </a>
        </p>
    }
    .into_any()
}

/// What is shown until the worker answers: nothing that could be taken for an empty record.
pub(crate) fn waiting() -> AnyView {
    view! {
        <div class="app-column">
            <p class="app-waiting" role="status">
                {words::OPENING}
            </p>
        </div>
    }
    .into_any()
}

/// A record that is not known here.
pub(crate) fn not_known() -> AnyView {
    column(words::NOT_KNOWN_TITLE, view! { <p>{words::NOT_KNOWN}</p> }.into_any())
}

/// An address that is none of ours.
pub(crate) fn no_such_page() -> AnyView {
    column(
        words::NOT_FOUND_TITLE,
        view! {
            <p>{words::NOT_FOUND}</p>
            {back("/".to_owned(), words::TODAY)}
        }
        .into_any(),
    )
}

/// When a list was last true.
pub(crate) fn as_of(desk: Desk, complete: Signal<bool>) -> AnyView {
    let confirmed = move || words::confirmed(desk.sync.with(|sync| sync.as_ref()?.confirmed_at), today());
    view! {
        <Show when=move || !complete.get()>
            <Inset>{words::LIST_SHORT}</Inset>
        </Show>
        <p class="app-second">{confirmed}</p>
    }
    .into_any()
}

/// The offer of a new version, only while nothing is being written.
pub(crate) fn new_version(desk: Desk) -> AnyView {
    let ready = desk.new_version();
    let start = Callback::new(move |()| desk.start_new_version());
    live(move || {
        if !ready.get() {
            view! { <p>{words::UP_TO_DATE}</p> }.into_any()
        } else if desk.is_writing() {
            view! { <p>{words::NEW_VERSION_WAITS}</p> }.into_any()
        } else {
            view! {
                <WarningCallout title=words::NEW_VERSION>
                    <p>{words::NEW_VERSION_HELP}</p>
                    <div>
                        <Button
                            kind=ButtonKind::Main
                            text=words::START_NEW_VERSION.to_owned()
                            on_press=start
                        />
                    </div>
                </WarningCallout>
            }
            .into_any()
        }
    })
}
