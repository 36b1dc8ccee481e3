//! Today: the visits of the day, what is on the tablet for them, what is to finish, what needs this worker.

use doorstep_shared::decide::Act;
use leptos::prelude::*;

use crate::dispatch::{Desk, Outcome, part, when_here};
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::today::{VisitLine, VisitState};
use crate::projection::{Today, View};
use crate::routes;
use crate::ui::{Button, ButtonKind, Details, Inset, LinkButton, Tag, Tone};
use crate::wording::{codes, frame as frame_words, people as words};

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let today = desk.watch::<Today>(View::Today);
    when_here(today, frame::waiting, frame::not_known, move |today| {
        let date = today.with_untracked(|today| today.date);
        let ready_lines = part(today, |today: &Today| (today.ready(), today.visits.clone()));
        let visits = part(today, |today: &Today| today.visits.clone());
        let needs_you = part(today, |today: &Today| today.needs_you);
        let complete = part(today, |today: &Today| today.complete);
        let overdue = part(today, |today: &Today| today.overdue.clone());
        let to_finish = part(today, |today: &Today| today.to_finish.clone());
        let later = part(today, |today: &Today| today.later.clone());
        view! {
            <div class="app-column app-stack">
                {frame::heading(frame_words::long_date(date))}
                {live(move || {
                    let waiting = needs_you.get();
                    (waiting > 0)
                        .then(|| {
                            view! {
                                <p>
                                    <LinkButton
                                        kind=ButtonKind::Warning
                                        href="/needs-you".to_owned()
                                        text=format!("{} ({waiting})", frame_words::NEEDS_YOU)
                                    />
                                </p>
                            }
                        })
                })}
                {live(move || ready(ready_lines.get()))}
                {live(move || {
                    let visits = visits.get();
                    if visits.is_empty() {
                        view! { <Inset>{words::NO_VISITS}</Inset> }.into_any()
                    } else {
                        list(desk, visits)
                    }
                })}
                {more(desk, words::OVERDUE, overdue)}
                {more(desk, words::TO_FINISH, to_finish)}
                {more(desk, words::LATER, later)}
                {frame::as_of(desk, complete.into())}
            </div>
        }
        .into_any()
    })
}

fn ready(((ready, of), visits): ((usize, usize), Vec<VisitLine>)) -> AnyView {
    if of == 0 {
        return ().into_any();
    }
    if ready == of {
        let summary = format!("{} \u{2713} {}", words::READY, words::ready(ready, of));
        return view! {
            <Details summary=summary>
                <p>{words::READY_ALL}</p>
            </Details>
        }
        .into_any();
    }
    let missing = visits
        .into_iter()
        .filter(|visit| !visit.missing.is_empty())
        .map(|visit| {
            let lines = visit
                .missing
                .iter()
                .map(|missing| view! { <p>{words::missing(*missing)}</p> })
                .collect_view();
            view! {
                <li>
                    <strong>{visit.name}</strong>
                    {lines}
                </li>
            }
        })
        .collect_view();
    let summary = format!("{}: {}", words::NOT_READY, words::ready(ready, of));
    view! {
        <Details summary=summary open=true>
            <ul class="app-list app-stack app-stack--close">{missing}</ul>
        </Details>
    }
    .into_any()
}

fn more(desk: Desk, title: &'static str, lines: Part<Vec<VisitLine>>) -> AnyView {
    live(move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            view! {
                <h2>{format!("{title} ({})", lines.len())}</h2>
                {list(desk, lines)}
            }
        })
    })
}

fn list(desk: Desk, lines: Vec<VisitLine>) -> AnyView {
    let lines = lines.into_iter().map(|visit| line(desk, visit)).collect_view();
    view! { <ul class="app-list app-stack app-stack--near">{lines}</ul> }.into_any()
}

fn line(desk: Desk, visit: VisitLine) -> AnyView {
    let today = frame::today();
    let time = visit.planned_at.map_or_else(|| words::NO_TIME.to_owned(), |at| frame_words::when(at, today));
    let address = if visit.address.is_empty() { words::NO_ADDRESS.to_owned() } else { visit.address.clone() };
    let what = match (visit.kind.map(codes::visit_kind), visit.purpose.is_empty()) {
        (Some(kind), false) => format!("{kind}: {}", visit.purpose),
        (Some(kind), true) => kind.to_owned(),
        (None, _) => visit.purpose.clone(),
    };
    let seen = visit.last_seen.map_or_else(
        || words::NEVER_SEEN.to_owned(),
        |date| format!("{} {}", words::LAST_SEEN, date.short()),
    );
    let with = (!visit.with.is_empty())
        .then(|| view! { <Tag text=format!("{} {}", words::TWO_STAFF_WITH, visit.with.join(", ")) /> });
    let unseen =
        visit.not_yet_seen_by_registered.then(|| view! { <Tag tone=Tone::Care text=words::NOT_SEEN /> });
    let to_fit = (!visit.to_fit.is_empty())
        .then(|| view! { <p>{format!("{}: {}", words::TO_FIT, visit.to_fit.join(", "))}</p> });
    view! {
        <li class="app-visit-line">
            <div class="app-visit-line__time">{time}</div>
            <div class="app-visit-line__who">
                <a class="app-visit-line__name" href=routes::person(visit.person)>
                    {visit.name.clone()}
                </a>
                <p>{address}</p>
                <p>{what}</p>
                {to_fit}
                <div class="app-cluster">{answers::alert_tags(&visit.alerts)} {with} {unseen}</div>
                <p class="app-second">{visit.telephone.clone()} " \u{b7} " {seen}</p>
            </div>
            <div class="app-visit-line__do">{next_step(desk, &visit)}</div>
        </li>
    }
    .into_any()
}

fn next_step(desk: Desk, visit: &VisitLine) -> AnyView {
    let href = routes::visit(visit.visit);
    let name = visit.name.clone();
    match visit.state {
        VisitState::Planned => {
            let (person, visit) = (visit.person, visit.visit);
            let start = Callback::new(move |()| {
                let href = href.clone();
                desk.send_then(person, Vec::new(), Act::StartVisit { visit }, None, move |outcome| {
                    if outcome == Outcome::Saved {
                        desk.go(&href);
                    }
                });
            });
            view! {
                <Button kind=ButtonKind::Main text=words::START.to_owned() about=name on_press=start />
            }
            .into_any()
        }
        VisitState::UnderWay | VisitState::Ended => {
            view! { <LinkButton kind=ButtonKind::Main href=href text=words::GO_ON about=name /> }.into_any()
        }
        VisitState::Signed | VisitState::Countersigned => {
            view! { <LinkButton href=href text=words::OPEN about=name /> }.into_any()
        }
    }
}
