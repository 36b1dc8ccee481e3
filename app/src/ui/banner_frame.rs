//! A band under the header that names what the page is about.

use leptos::prelude::*;

/// A labelled region: a name, facts beside it, and more under it.
#[component]
pub(crate) fn BannerFrame(
    /// The region's accessible name.
    label: String,
    /// The name in bold.
    name: String,
    /// Facts beside the name, each with its spoken label.
    facts: Vec<(String, String)>,
    children: Children,
) -> AnyView {
    view! {
        <section class="app-banner-frame" aria-label=label>
            <div class="app-banner-frame__line">
                <span class="app-banner-frame__name">{name}</span>
                {facts
                    .into_iter()
                    .map(|(label, value)| {
                        view! {
                            <span class="app-nowrap">
                                <span class="nhsuk-u-visually-hidden">{label} " "</span>
                                {value}
                            </span>
                        }
                    })
                    .collect_view()}
            </div>
            {children()}
        </section>
    }
    .into_any()
}
