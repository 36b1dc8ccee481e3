//! Changing a hazard's answer: *I was wrong* or *Fixed now*.

use doorstep_shared::decide::Change;
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::review::Closed;
use leptos::prelude::*;

use super::item::Asking;
use crate::ui::{Button, ButtonKind, WarningCallout};
use crate::wording::{codes, frame as frame_words, home as words};

/// Asks what the change means, while `changing` holds the new answer.
pub(super) fn ask(asking: Asking, id: String, changing: RwSignal<Option<Value>>) -> AnyView {
    let settle = Callback::new(move |change: Change| {
        if let Some(value) = changing.get_untracked() {
            changing.set(None);
            asking.answer(&id, value, None, Some(change));
        }
    });
    let wrong = Callback::new(move |()| settle.run(Change::Wrong));
    let keep = Callback::new(move |()| changing.set(None));
    let fixed = move || {
        [Closed::Removed, Closed::Reduced]
            .into_iter()
            .map(|closed| {
                let press = Callback::new(move |()| settle.run(Change::Fixed(closed)));
                let text = format!("{}: {}", words::FIXED_NOW, codes::closed(closed));
                view! { <Button text=text about=words::FIXED_HELP on_press=press /> }
            })
            .collect_view()
    };
    view! {
        <Show when=move || changing.with(Option::is_some)>
            <div role="group" aria-label=words::CHANGE_TITLE>
                <WarningCallout title=words::CHANGE_TITLE>
                    <p role="alert">{words::CHANGE_HELP}</p>
                    <div class="app-cluster">
                        <Button text=words::WRONG.to_owned() about=words::WRONG_HELP on_press=wrong />
                        {fixed()}
                        <Button
                            kind=ButtonKind::Quiet
                            text=frame_words::CANCEL.to_owned()
                            on_press=keep
                        />
                    </div>
                </WarningCallout>
            </div>
        </Show>
    }
    .into_any()
}
