//! A group of checkboxes.

use leptos::prelude::*;

use super::Pick;

/// Checkboxes of which any number may be chosen.
#[component]
pub(crate) fn Checkboxes(
    /// The group's id: each box is `ID-VALUE`.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// The choices.
    choices: Vec<Pick>,
    /// The values chosen.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    /// A value and whether it is chosen now.
    on_change: Callback<(String, bool)>,
) -> AnyView {
    let boxes = choices
        .into_iter()
        .map(|choice| {
            let box_id = format!("{id}-{}", choice.value);
            let value = choice.value.clone();
            let checked = {
                let value = choice.value.clone();
                move || chosen.with(|chosen| chosen.contains(&value))
            };
            view! {
                <div class="nhsuk-checkboxes__item">
                    <input
                        class="nhsuk-checkboxes__input"
                        type="checkbox"
                        id=box_id.clone()
                        prop:checked=checked
                        on:change=move |event| {
                            on_change.run((value.clone(), event_target_checked(&event)));
                        }
                    />
                    <label class="nhsuk-label nhsuk-checkboxes__label" for=box_id>
                        {choice.label}
                    </label>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="app-checkboxes" id=id>
            <legend class="app-checkboxes__legend">{legend}</legend>
            <div class="nhsuk-checkboxes">{boxes}</div>
        </fieldset>
    }
    .into_any()
}
