//! What is wrong with a form, at its head, each with a way to it.

use leptos::prelude::*;

use crate::part::live;
use crate::platform::dom;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorLink {
    /// The id of the field; empty when it is about none.
    pub(crate) field: String,
    /// What is wrong and what to do.
    pub(crate) text: String,
}

impl ErrorLink {
    /// Something wrong with one field.
    pub(crate) fn new(field: &str, text: impl Into<String>) -> Self {
        Self { field: field.to_owned(), text: text.into() }
    }

    /// The text for `field` among `links`.
    pub(crate) fn of(links: &[Self], field: &str) -> Option<String> {
        links.iter().find(|link| link.field == field).map(|link| link.text.clone())
    }
}

/// The summary: nothing while nothing is wrong; it takes the focus when it appears.
#[component]
pub(crate) fn ErrorSummary(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What is wrong.
    #[prop(into)]
    errors: Signal<Vec<ErrorLink>>,
) -> AnyView {
    const ID: &str = "error-summary";
    Effect::new(move |_| {
        if !errors.with(Vec::is_empty) {
            dom::focus_soon(ID);
        }
    });
    view! {
        <Show when=move || !errors.with(Vec::is_empty)>
            <div class="nhsuk-error-summary app-error-summary" id=ID role="alert" tabindex="-1">
                <h2 class="app-error-summary__title">{title.clone()}</h2>
                <ul class="app-list">
                    {live(move || {
                        errors
                            .get()
                            .into_iter()
                            .map(|error| {
                                if error.field.is_empty() {
                                    view! { <li>{error.text}</li> }.into_any()
                                } else {
                                    let field = error.field.clone();
                                    view! {
                                        <li>
                                            <a
                                                class="app-error-summary__link"
                                                href=format!("#{}", error.field)
                                                on:click=move |event| {
                                                    event.prevent_default();
                                                    dom::focus(&field);
                                                }
                                            >
                                                {error.text}
                                            </a>
                                        </li>
                                    }
                                        .into_any()
                                }
                            })
                            .collect_view()
                    })}
                </ul>
            </div>
        </Show>
    }
    .into_any()
}
