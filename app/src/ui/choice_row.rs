//! One question answered by one tap: big buttons in a row that behave as radios.
//!
//! Arrow keys move, space or enter chooses: moving alone never answers, because an answer is durable at once.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::platform::dom;

/// What choosing a button means. The words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChoiceTone {
    /// Good.
    Good,
    /// A hazard.
    Hazard,
    /// Neither.
    Plain,
    /// No answer.
    Quiet,
}

/// One button of a [`ChoiceRow`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChoiceButton {
    /// What is handed to the callback.
    pub(crate) value: String,
    /// What it says.
    pub(crate) label: String,
    /// What choosing it means.
    pub(crate) tone: ChoiceTone,
}

impl ChoiceButton {
    fn class(&self) -> &'static str {
        match self.tone {
            ChoiceTone::Good => "app-choice-row__option app-choice-row__option--good",
            ChoiceTone::Hazard => "app-choice-row__option app-choice-row__option--hazard",
            ChoiceTone::Plain => "app-choice-row__option app-choice-row__option--plain",
            ChoiceTone::Quiet => "app-choice-row__option app-choice-row__option--quiet",
        }
    }

    fn shape(&self) -> &'static str {
        match self.tone {
            ChoiceTone::Good => "\u{2713}",
            ChoiceTone::Hazard => "\u{26a0}",
            ChoiceTone::Plain | ChoiceTone::Quiet => "",
        }
    }
}

/// A question with its buttons.
#[component]
pub(crate) fn ChoiceRow(
    /// The row's id: each button is `ID-N`.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// The buttons.
    options: Vec<ChoiceButton>,
    /// The value chosen now.
    #[prop(into)]
    chosen: Signal<Option<String>>,
    /// A button was chosen.
    on_choose: Callback<String>,
    /// Cannot be answered: it is shown only.
    #[prop(optional)]
    locked: bool,
) -> AnyView {
    let count = options.len();
    let values: Vec<String> = options.iter().map(|option| option.value.clone()).collect();
    let entry_point = Signal::derive(move || {
        chosen.with(|chosen| {
            chosen.as_ref().and_then(|chosen| values.iter().position(|value| value == chosen)).unwrap_or(0)
        })
    });
    let buttons = options
        .into_iter()
        .enumerate()
        .map(|(place, option)| {
            let class = option.class();
            let shape = option.shape();
            let row = id.clone();
            let is_chosen = {
                let value = option.value.clone();
                Signal::derive(move || chosen.with(|chosen| chosen.as_ref() == Some(&value)))
            };
            let move_focus = move |event: KeyboardEvent| {
                let to = match event.key().as_str() {
                    "ArrowRight" | "ArrowDown" => (place + 1) % count,
                    "ArrowLeft" | "ArrowUp" => (place + count - 1) % count,
                    _ => return,
                };
                event.prevent_default();
                dom::focus(&format!("{row}-{to}"));
            };
            let value = option.value;
            view! {
                <button
                    type="button"
                    role="radio"
                    class=class
                    id=format!("{id}-{place}")
                    aria-checked=move || if is_chosen.get() { "true" } else { "false" }
                    tabindex=move || if entry_point.get() == place { "0" } else { "-1" }
                    disabled=locked
                    on:click=move |_| {
                        if !is_chosen.get_untracked() {
                            on_choose.run(value.clone());
                        }
                    }
                    on:keydown=move_focus
                >
                    {(!shape.is_empty()).then(|| view! { <span aria-hidden="true">{shape}</span> })}
                    {option.label}
                </button>
            }
        })
        .collect_view();
    let legend_id = format!("{id}-question");
    view! {
        <div class="app-choice-row">
            <p class="app-choice-row__legend" id=legend_id.clone()>
                {legend}
            </p>
            <div class="app-choice-row__options" role="radiogroup" aria-labelledby=legend_id>
                {buttons}
            </div>
        </div>
    }
    .into_any()
}
