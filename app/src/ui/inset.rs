//! A line set apart from the text around it.

use leptos::prelude::*;

/// Text with a bar at its side.
#[component]
pub(crate) fn Inset(
    /// The bar in the main colour.
    #[prop(optional)]
    main: bool,
    children: Children,
) -> AnyView {
    let class = if main { "app-inset app-inset--main" } else { "app-inset" };
    view! { <div class=class>{children()}</div> }.into_any()
}
