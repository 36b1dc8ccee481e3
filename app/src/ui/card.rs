//! A card: a bordered group with an optional heading.

use leptos::prelude::*;

/// What a card's edge says, never alone: the words inside say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardTone {
    /// Nothing.
    Plain,
    /// A problem.
    Problem,
    /// Something to mind.
    Care,
    /// Done.
    Done,
}

/// A card.
#[component]
pub(crate) fn Card(
    /// Its heading of the second rank; empty for none.
    #[prop(optional, into)]
    title: String,
    /// Its edge.
    #[prop(default = CardTone::Plain)]
    tone: CardTone,
    children: Children,
) -> AnyView {
    let class = match tone {
        CardTone::Plain => "app-card",
        CardTone::Problem => "app-card app-card--problem",
        CardTone::Care => "app-card app-card--care",
        CardTone::Done => "app-card app-card--done",
    };
    let heading = (!title.is_empty()).then(|| view! { <h2>{title}</h2> });
    view! {
        <div class=class>
            {heading}
            {children()}
        </div>
    }
    .into_any()
}
