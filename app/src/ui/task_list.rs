//! Lines to be done in any order, each with its state.

use leptos::prelude::*;

use super::{Tag, Tone};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskRow {
    /// Where it is done.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
    /// What is in it; empty for nothing.
    pub(crate) hint: String,
    /// Its state.
    pub(crate) status: String,
    /// The colour of its state.
    pub(crate) tone: Tone,
}

/// The lines.
#[component]
pub(crate) fn TaskList(
    /// The lines.
    rows: Vec<TaskRow>,
) -> AnyView {
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(place, row)| {
            let status_id = format!("task-{place}-status");
            let hint_id = format!("task-{place}-hint");
            let described =
                if row.hint.is_empty() { status_id.clone() } else { format!("{hint_id} {status_id}") };
            view! {
                <li class="nhsuk-task-list__item nhsuk-task-list__item--with-link">
                    <div class="nhsuk-task-list__name-and-hint">
                        <a
                            class="nhsuk-link nhsuk-task-list__link"
                            href=row.href
                            aria-describedby=described
                        >
                            {row.name}
                        </a>
                        {(!row.hint.is_empty())
                            .then(|| {
                                view! {
                                    <div class="nhsuk-task-list__hint" id=hint_id>
                                        {row.hint}
                                    </div>
                                }
                            })}
                    </div>
                    <div class="nhsuk-task-list__status" id=status_id>
                        <Tag tone=row.tone text=row.status />
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="nhsuk-task-list app-task-list">{rows}</ul> }.into_any()
}
