//! One line of text.

use leptos::prelude::*;

use crate::part::live;

/// What is typed, for the right keyboard and the browser's help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// Words.
    Text,
    /// A search.
    Search,
    /// A user name.
    UserName,
    /// A password.
    Password,
    /// A number, perhaps with a decimal point.
    Decimal,
    /// A date.
    Date,
    /// A time of day.
    Time,
}

impl InputKind {
    const fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::UserName | Self::Decimal => "text",
            Self::Search => "search",
            Self::Password => "password",
            Self::Date => "date",
            Self::Time => "time",
        }
    }

    const fn input_mode(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Search => "search",
            Self::Text | Self::UserName | Self::Password | Self::Date | Self::Time => "text",
        }
    }

    const fn auto_complete(self) -> &'static str {
        match self {
            Self::UserName => "username",
            Self::Password => "current-password",
            Self::Text | Self::Search | Self::Decimal | Self::Date | Self::Time => "off",
        }
    }
}

/// A labelled field.
#[component]
pub(crate) fn Input(
    /// The field's id.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// A line of help; empty for none.
    #[prop(optional, into)]
    hint: String,
    /// What is typed.
    #[prop(default = InputKind::Text)]
    kind: InputKind,
    /// A unit behind the field; empty for none.
    #[prop(optional, into)]
    unit: String,
    /// Characters it is as wide as: 5, 10, 20, or 0 for the whole width.
    #[prop(optional)]
    width: u8,
    /// What is typed so far.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The field is left, or Enter is pressed in it.
    #[prop(optional)]
    on_done: Option<Callback<()>>,
) -> AnyView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = {
        let hint_id = hint_id.clone();
        let error_id = error_id.clone();
        let has_hint = !hint.is_empty();
        move || match (has_hint, error.with(Option::is_some)) {
            (true, true) => Some(format!("{hint_id} {error_id}")),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        }
    };
    let class = match width {
        1..=5 => "nhsuk-input nhsuk-input--width-5",
        6..=10 => "nhsuk-input nhsuk-input--width-10",
        11..=20 => "nhsuk-input nhsuk-input--width-20",
        _ => "nhsuk-input",
    };
    let done = move || {
        if let Some(on_done) = on_done {
            on_done.run(());
        }
    };
    view! {
        <div class="app-input">
            <label class="app-input__label" for=id.clone()>
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
            {live(move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <span class="nhsuk-error-message" id=error_id.clone()>
                                {text}
                            </span>
                        }
                    })
            })}
            <div class="app-input__row">
                <input
                    class=class
                    class:nhsuk-input--error=move || error.with(Option::is_some)
                    id=id.clone()
                    name=id
                    type=kind.html_type()
                    inputmode=kind.input_mode()
                    autocomplete=kind.auto_complete()
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                    on:change=move |_| done()
                />
                {(!unit.is_empty()).then(|| view! { <span>{unit}</span> })}
            </div>
        </div>
    }
    .into_any()
}
