//! One choice out of many.

use leptos::prelude::*;

use super::Pick;

/// A labelled drop-down.
#[component]
pub(crate) fn Select(
    /// The field's id.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// The choices.
    choices: Vec<Pick>,
    /// The value chosen now.
    value: RwSignal<String>,
) -> AnyView {
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = {
                let value_of = choice.value.clone();
                move || value.with(|value| *value == value_of)
            };
            view! {
                <option value=choice.value prop:selected=selected>
                    {choice.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="app-select">
            <label class="app-select__label" for=id.clone()>
                {label}
            </label>
            <select
                class="app-select__field"
                id=id
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}
