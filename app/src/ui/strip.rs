//! A row of stops to walk along, each with a count.

use leptos::prelude::*;

/// One stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Where to.
    pub(crate) href: String,
    /// Its name.
    pub(crate) text: String,
    /// What is counted there.
    pub(crate) count: String,
    /// This is where one is.
    pub(crate) here: bool,
}

/// The row.
#[component]
pub(crate) fn Strip(
    /// The row's accessible name.
    #[prop(into)]
    label: String,
    /// The stops.
    stops: Vec<Stop>,
) -> AnyView {
    let stops = stops
        .into_iter()
        .map(|stop| {
            view! {
                <li>
                    <a
                        class="app-strip__stop"
                        href=stop.href
                        aria-current=stop.here.then_some("step")
                    >
                        {stop.text}
                        <span class="app-strip__count">{stop.count}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label=label>
            <ul class="app-strip">{stops}</ul>
        </nav>
    }
    .into_any()
}
