//! The heading of the first rank: one a page.

use leptos::prelude::*;

use crate::platform::dom;

/// The heading. It names the page in the browser's title, and takes the focus when the page appears, so that a screen
/// reader begins there.
#[component]
pub(crate) fn Heading(
    /// What it says.
    text: String,
    /// The page's title.
    title: String,
) -> AnyView {
    dom::set_title(&title);
    dom::focus_heading();
    view! { <h1 class="app-heading">{text}</h1> }.into_any()
}
