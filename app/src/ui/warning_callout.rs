//! Something that must not be missed.

use leptos::prelude::*;

/// A framed warning with a heading.
#[component]
pub(crate) fn WarningCallout(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// A problem, not a caution.
    #[prop(optional)]
    problem: bool,
    children: Children,
) -> AnyView {
    let class = if problem {
        "nhsuk-warning-callout app-warning-callout app-warning-callout--problem"
    } else {
        "nhsuk-warning-callout app-warning-callout"
    };
    view! {
        <div class=class>
            <h2 class="app-warning-callout__title">{title}</h2>
            <div class="app-stack app-stack--near">{children()}</div>
        </div>
    }
    .into_any()
}
