//! Questions and what stands for them, each with a way to change it.

use leptos::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SummaryRow {
    /// The question.
    pub(crate) key: String,
    /// What stands.
    pub(crate) value: String,
    /// What the link says and where it leads.
    pub(crate) change: Option<(String, String)>,
}

impl SummaryRow {
    /// A row without a link.
    pub(crate) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), change: None }
    }
}

/// The list.
#[component]
pub(crate) fn SummaryList(
    /// The rows.
    rows: Vec<SummaryRow>,
) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let change = row.change.map(|(text, href)| {
                view! {
                    <dd class="app-summary-list__change">
                        <a href=href>
                            {text} <span class="nhsuk-u-visually-hidden">" " {row.key.clone()}</span>
                        </a>
                    </dd>
                }
            });
            view! {
                <div class="app-summary-list__row">
                    <dt class="app-summary-list__key">{row.key}</dt>
                    <dd class="app-summary-list__value">{row.value}</dd>
                    {change}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="app-summary-list">{rows}</dl> }.into_any()
}
