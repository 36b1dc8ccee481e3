//! A group of radios.

use leptos::prelude::*;

use crate::part::live;

/// One choice of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    /// What is handed to the callback.
    pub(crate) value: String,
    /// What it says.
    pub(crate) label: String,
}

impl Pick {
    /// A choice.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// Radios of which one is chosen.
#[component]
pub(crate) fn Radios(
    /// The group's id: the first radio carries it, the others `ID-N`.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// The choices.
    choices: Vec<Pick>,
    /// The value chosen now.
    #[prop(into)]
    chosen: Signal<Option<String>>,
    /// A choice was made.
    on_choose: Callback<String>,
    /// Beside each other.
    #[prop(optional)]
    inline: bool,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> AnyView {
    let radios = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| {
            let radio_id = if place == 0 { id.clone() } else { format!("{id}-{place}") };
            let checked = {
                let value = choice.value.clone();
                move || chosen.with(|chosen| chosen.as_ref() == Some(&value))
            };
            let value = choice.value;
            view! {
                <div class="nhsuk-radios__item">
                    <input
                        class="nhsuk-radios__input"
                        type="radio"
                        id=radio_id.clone()
                        name=id.clone()
                        prop:checked=checked
                        on:change=move |_| on_choose.run(value.clone())
                    />
                    <label class="nhsuk-label nhsuk-radios__label" for=radio_id>
                        {choice.label}
                    </label>
                </div>
            }
        })
        .collect_view();
    let class = if inline { "nhsuk-radios nhsuk-radios--inline" } else { "nhsuk-radios" };
    view! {
        <fieldset class="app-radios">
            <legend class="app-radios__legend">{legend}</legend>
            {live(move || {
                error.get().map(|text| view! { <span class="nhsuk-error-message">{text}</span> })
            })}
            <div class=class>{radios}</div>
        </fieldset>
    }
    .into_any()
}
