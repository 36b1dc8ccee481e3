//! Buttons, and links that look like one.

use leptos::prelude::*;

/// What a button is for. One main button a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The one next step.
    Main,
    /// Another step.
    Second,
    /// A step that takes something away.
    Warning,
    /// A step in passing, drawn as a link.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "nhsuk-button app-button",
            Self::Second => "nhsuk-button nhsuk-button--secondary app-button",
            Self::Warning => "nhsuk-button nhsuk-button--warning app-button",
            Self::Quiet => "app-button--quiet",
        }
    }
}

/// Two presses closer together than this, in milliseconds, are one: a thumb on a slow tablet taps twice.
const ONE_PRESS_MS: f64 = 350.0;

/// A button.
#[component]
pub(crate) fn Button(
    /// What it is for.
    #[prop(default = ButtonKind::Second)]
    kind: ButtonKind,
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// More words for a screen reader, where the text alone could mean several things.
    #[prop(optional, into)]
    about: String,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What happens.
    on_press: Callback<()>,
) -> AnyView {
    let pressed_at = StoredValue::new(f64::MIN);
    let press = move |event: leptos::ev::MouseEvent| {
        let at = event.time_stamp();
        if at - pressed_at.get_value() > ONE_PRESS_MS {
            pressed_at.set_value(at);
            on_press.run(());
        }
    };
    let hidden =
        (!about.is_empty()).then(|| view! { <span class="nhsuk-u-visually-hidden">" " {about}</span> });
    view! {
        <button type="button" class=kind.class() disabled=disabled on:click=press>
            {text}
            {hidden}
        </button>
    }
    .into_any()
}

/// A link drawn as a button: it goes somewhere and changes nothing.
#[component]
pub(crate) fn LinkButton(
    /// What it is for.
    #[prop(default = ButtonKind::Second)]
    kind: ButtonKind,
    /// Where to.
    href: String,
    /// What it says.
    #[prop(into)]
    text: String,
    /// More words for a screen reader.
    #[prop(optional, into)]
    about: String,
) -> AnyView {
    let hidden =
        (!about.is_empty()).then(|| view! { <span class="nhsuk-u-visually-hidden">" " {about}</span> });
    view! {
        <a class=kind.class() href=href draggable="false">
            {text}
            {hidden}
        </a>
    }
    .into_any()
}
