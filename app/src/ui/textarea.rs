//! Several lines of text.

use leptos::prelude::*;

/// A labelled text area.
#[component]
pub(crate) fn TextArea(
    /// The field's id.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// A line of help; empty for none.
    #[prop(optional, into)]
    hint: String,
    /// What is typed so far.
    value: RwSignal<String>,
    /// Something was typed.
    #[prop(optional)]
    on_type: Option<Callback<()>>,
    /// The field is left.
    #[prop(optional)]
    on_leave: Option<Callback<()>>,
    /// Cannot be typed in: it is shown only.
    #[prop(optional)]
    locked: bool,
) -> AnyView {
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="app-textarea">
            <label class="app-textarea__label" for=id.clone()>
                {label}
            </label>
            {(!hint.is_empty())
                .then(|| {
                    view! {
                        <div class="nhsuk-hint" id=hint_id>
                            {hint}
                        </div>
                    }
                })}
            <textarea
                class="nhsuk-textarea"
                id=id
                rows="4"
                readonly=locked
                aria-describedby=described
                prop:value=value
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    if let Some(on_type) = on_type {
                        on_type.run(());
                    }
                }
                on:blur=move |_| {
                    if let Some(on_leave) = on_leave {
                        on_leave.run(());
                    }
                }
            ></textarea>
        </div>
    }
    .into_any()
}
