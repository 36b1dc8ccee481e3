//! The tabs at the foot of the page, where two thumbs are.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Where to.
    pub(crate) href: &'static str,
    /// What it says.
    pub(crate) text: String,
}

/// The tabs; the one whose path begins the page's path is marked.
#[component]
pub(crate) fn TabsBar(
    /// The row's accessible name.
    label: String,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The path of the page.
    #[prop(into)]
    path: Signal<String>,
) -> AnyView {
    let items = move || {
        tabs.get()
            .into_iter()
            .map(|tab| {
                let here = move || path.with(|path| is_under(path, tab.href)).then_some("page");
                view! {
                    <li class="app-tabs-bar__item">
                        <a class="app-tabs-bar__link" href=tab.href aria-current=here>
                            {tab.text}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <nav class="app-tabs-bar" aria-label=label>
            <ul class="app-tabs-bar__list">{items}</ul>
        </nav>
    }
    .into_any()
}

fn is_under(path: &str, tab: &str) -> bool {
    path == tab || (tab.len() > 1 && path.strip_prefix(tab).is_some_and(|rest| rest.starts_with('/')))
}
