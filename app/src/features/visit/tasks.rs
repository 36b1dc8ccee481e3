//! The task list: every line of a visit with its state, to be done in any order.

use std::sync::Arc;

use crate::part::{Part, live};
use doorstep_shared::decide::Act;
use doorstep_shared::domain::visit::VisitOutcome;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::{answers, frame};
use crate::projection::today::VisitState;
use crate::projection::visit::{Task, TaskId, TaskState};
use crate::projection::{View, VisitPage};
use crate::routes;
use crate::ui::{Button, ButtonKind, Details, Inset, TaskList, TaskRow, Tone};
use crate::wording::{codes, frame as frame_words, people, visit as words};

/// Minutes a visit's planned end is moved by one press of *Running late*.
const LATER_BY_MS: i64 = 30 * 60_000;

/// The screen.
pub(crate) fn screen(desk: Desk, visit: VisitId) -> AnyView {
    let shown = desk.watch::<VisitPage>(View::Visit(visit));
    when_here(shown, frame::waiting, frame::not_known, move |page| {
        let banner = part(page, |page: &VisitPage| page.banner.clone());
        let title = page.with_untracked(title);
        let clock = part(page, |page: &VisitPage| {
            (page.state, page.started_at, page.ends_at, page.ended_at, page.outcome)
        });
        let rows =
            part(page, |page: &VisitPage| (page.tasks.clone(), page.home.totals, page.proposals.len()));
        let mark = part(page, |page: &VisitPage| page.mark);
        let purpose = page.with_untracked(|page| {
            page.plan.as_ref().map(|plan| plan.purpose.clone()).filter(|purpose| !purpose.is_empty())
        });
        view! {
            {live(move || answers::banner(&banner.get()))}
            <div class="app-column app-stack">
                {frame::heading(title)}
                {purpose.map(|purpose| view! { <p>{purpose}</p> })}
                {live(move || {
                    let (state, started, planned_end, ended, outcome) = clock.get();
                    let today = frame::today();
                    let line = words::clock(
                        started.map(|at| frame_words::when(at, today)),
                        planned_end.map(|at| frame_words::when(at, today)),
                        ended.map(|at| frame_words::when(at, today)),
                    );
                    view! {
                        <p>
                            <strong>{codes::visit_state(state)}</strong>
                            " \u{b7} "
                            {line}
                            {outcome.map(|outcome| format!(" \u{b7} {}", codes::visit_outcome(outcome)))}
                        </p>
                        {steps(desk, page, state)}
                    }
                })}
                {live(move || {
                    let (tasks, totals, proposals) = rows.get();
                    let rows = tasks
                        .into_iter()
                        .map(|task| {
                            let hint = match task.id {
                                TaskId::Home => crate::wording::home::totals(&totals),
                                TaskId::Equipment => words::proposed(proposals),
                                TaskId::Here | TaskId::Consent | TaskId::OwnWords | TaskId::Readings
                                | TaskId::Actions | TaskId::NextContact | TaskId::CheckAndSign => {
                                    words::of(task.done, task.of)
                                }
                            };
                            row(visit, task, hint)
                        })
                        .collect();
                    view! { <TaskList rows=rows /> }
                })}
                <p class="app-second">{live(move || answers::mark(mark.get()))}</p>
            </div>
        }
        .into_any()
    })
}

fn title(page: &Arc<VisitPage>) -> String {
    let kind = page.plan.as_ref().map_or(words::VISIT, |plan| codes::visit_kind(plan.kind));
    let at = page.started_at.or(page.plan.as_ref().map(|plan| plan.starts_at));
    at.map_or_else(|| kind.to_owned(), |at| format!("{kind}, {}", at.london_date().short()))
}

fn row(visit: VisitId, task: Task, hint: String) -> TaskRow {
    let name = match task.id {
        TaskId::Here => words::HERE,
        TaskId::Consent => words::CONSENT,
        TaskId::OwnWords => words::OWN_WORDS,
        TaskId::Home => words::HOME,
        TaskId::Readings => words::MEASUREMENTS,
        TaskId::Equipment => words::EQUIPMENT,
        TaskId::Actions => words::ACTIONS,
        TaskId::NextContact => words::NEXT_CONTACT,
        TaskId::CheckAndSign => words::SIGN,
    };
    let (status, tone) = match task.state {
        _ if task.clashes > 0 => (people::TWO_ANSWERS, Tone::Problem),
        TaskState::NotStarted => (words::NOT_YET, Tone::Quiet),
        TaskState::Started => (words::STARTED, Tone::Main),
        TaskState::Completed => (words::COMPLETED, Tone::Done),
        TaskState::Blocked => (words::BLOCKED, Tone::Care),
    };
    TaskRow {
        href: routes::visit_part(visit, task.id),
        name: name.to_owned(),
        hint,
        status: status.to_owned(),
        tone,
    }
}

fn steps(desk: Desk, page: Part<Arc<VisitPage>>, state: VisitState) -> AnyView {
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    match state {
        VisitState::Planned => {
            let start = Callback::new(move |()| desk.send(person, Vec::new(), Act::StartVisit { visit }));
            view! {
                <div>
                    <Button kind=ButtonKind::Main text=people::START.to_owned() on_press=start />
                </div>
            }
            .into_any()
        }
        VisitState::UnderWay => {
            let late = Callback::new(move |()| {
                let (seen, planned) =
                    page.with_untracked(|page| (page.planned_end.seen().collect(), page.ends_at));
                let now = Desk::now();
                let ends_at = planned.unwrap_or(now).max(now).plus_ms(LATER_BY_MS);
                desk.send(person, seen, Act::ExpectEnd { visit, ends_at });
            });
            let leaving = Callback::new(move |()| {
                desk.send(person, Vec::new(), Act::EndVisit { visit, outcome: VisitOutcome::Attended });
            });
            let others = [VisitOutcome::EndedEarly, VisitOutcome::NoAccess, VisitOutcome::DidNotAttend]
                .into_iter()
                .map(|outcome| {
                    let end = Callback::new(move |()| {
                        desk.send(person, Vec::new(), Act::EndVisit { visit, outcome });
                    });
                    view! { <Button text=codes::visit_outcome(outcome).to_owned() on_press=end /> }
                })
                .collect_view();
            view! {
                <div class="app-cluster">
                    <Button text=words::LATE.to_owned() on_press=late />
                    <Button text=words::LEAVING.to_owned() on_press=leaving />
                </div>
                <Details summary=words::OTHER_END>
                    <div class="app-cluster">{others}</div>
                </Details>
            }
            .into_any()
        }
        VisitState::Ended => view! { <Inset>{words::ENDED_HELP}</Inset> }.into_any(),
        VisitState::Signed | VisitState::Countersigned => {
            view! { <Inset main=true>{words::SHOWN_AS_SIGNED}</Inset> }.into_any()
        }
    }
}
