//! The bar at the head of every page.

use leptos::prelude::*;

use crate::part::live;

/// One thing at the end of the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderLink {
    /// Where to.
    pub(crate) href: String,
    /// What it says.
    pub(crate) text: String,
}

/// The bar: the product's name, something in the middle, links at the end, and a flag above everything.
#[component]
pub(crate) fn HeaderBar(
    /// The product's name.
    name: String,
    /// Where the name leads.
    home: String,
    /// The links.
    #[prop(into)]
    links: Signal<Vec<HeaderLink>>,
    /// A permanent line above the bar; empty for none.
    #[prop(into)]
    flag: Signal<String>,
    children: Children,
) -> AnyView {
    view! {
        <header>
            <Show when=move || !flag.with(String::is_empty)>
                <p class="app-header-bar__flag">{flag}</p>
            </Show>
            <div class="app-header-bar">
                <a class="app-header-bar__name" href=home>
                    {name}
                </a>
                <div class="app-header-bar__middle">{children()}</div>
                {live(move || {
                    links
                        .get()
                        .into_iter()
                        .map(|link| {
                            view! {
                                <a class="app-header-bar__link" href=link.href>
                                    {link.text}
                                </a>
                            }
                        })
                        .collect_view()
                })}
            </div>
        </header>
    }
    .into_any()
}
