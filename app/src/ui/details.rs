//! A line that opens to show more.

use leptos::prelude::*;

/// A line that opens.
#[component]
pub(crate) fn Details(
    /// The line.
    #[prop(into)]
    summary: String,
    /// Open from the beginning.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> AnyView {
    view! {
        <details class="nhsuk-details app-details" open=open>
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{summary}</span>
            </summary>
            <div class="nhsuk-details__text">{children()}</div>
        </details>
    }
    .into_any()
}
