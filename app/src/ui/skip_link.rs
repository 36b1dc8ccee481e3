//! The first stop of the keyboard: past the frame to the page.

use leptos::prelude::*;

use crate::platform::dom;

/// A link that shows only when it has the focus.
#[component]
pub(crate) fn SkipLink(
    /// What it says.
    text: String,
    /// The id it leads to.
    to: &'static str,
) -> AnyView {
    view! {
        <a
            class="app-skip-link"
            href=format!("#{to}")
            on:click=move |event| {
                event.prevent_default();
                dom::focus(to);
            }
        >
            {text}
        </a>
    }
    .into_any()
}
