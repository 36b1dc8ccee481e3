//! Review: the OT's queue, worst first, and one visit with its proposals, answers, notes and countersignature.

mod countersign;
mod decide;
mod queue;

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::home::Outcome;
use crate::projection::review::AnswerRow;
use crate::projection::visit::Note;
use crate::projection::{ReviewPage, View};
use crate::routes;
use crate::ui::{Button, Card, Details, Input, Tag, Tone};
use crate::wording::{codes, frame as frame_words, home, review as words, visit};

pub(crate) use queue::queue;

/// One visit under review.
pub(crate) fn screen(desk: Desk, visit: VisitId) -> AnyView {
    let shown = desk.watch::<ReviewPage>(View::Review(visit));
    when_here(shown, frame::waiting, frame::not_known, move |page| {
        let banner = part(page, |page: &ReviewPage| page.banner.clone());
        let head = part(page, |page: &ReviewPage| (page.lead.clone(), page.state, page.written_at));
        let keys = part(page, |page: &ReviewPage| {
            page.proposals
                .iter()
                .filter(|proposal| !proposal.withdrawn)
                .map(|proposal| proposal.at)
                .collect::<Vec<_>>()
        });
        let hazards = part(page, |page: &ReviewPage| rows(page, true));
        let others = part(page, |page: &ReviewPage| rows(page, false));
        let notes = part(page, |page: &ReviewPage| page.notes.clone());
        view! {
            {live(move || answers::banner(&banner.get()))}
            <div class="app-column app-column--wide app-stack">
                {frame::back("/review".to_owned(), words::QUEUE)}
                {frame::heading(words::TITLE)}
                {live(move || {
                    let (lead, state, written_at) = head.get();
                    view! {
                        <p>
                            {words::version(&lead, &frame_words::when(written_at, frame::today()))} " "
                            <Tag text=codes::visit_state(state) />
                        </p>
                    }
                })}
                <div class="app-panes app-panes--even">
                    <div class="app-stack">
                        <h2>{words::PROPOSALS}</h2>
                        {live(move || keys.with(Vec::is_empty).then(|| view! { <p>{words::NO_PROPOSALS}</p> }))}
                        <For each=move || keys.get() key=|at| *at let:at>
                            {decide::card(desk, page, at)}
                        </For>
                        {countersign::card(desk, page)}
                    </div>
                    <div class="app-stack">
                        <h2>{words::HAZARDS}</h2>
                        {live(move || list(desk, page, hazards.get()))}
                        <Details summary=words::OTHER_ANSWERS>
                            {live(move || list(desk, page, others.get()))}
                        </Details>
                        <h2>{words::NOTES}</h2>
                        {live(move || notes.get().into_iter().filter(|note| !note.text.is_empty()).map(note).collect_view())}
                        <p>
                            <a href=routes::visit(visit)>{words::OPEN_VISIT}</a>
                        </p>
                    </div>
                </div>
            </div>
        }
        .into_any()
    })
}

fn rows(page: &ReviewPage, hazards: bool) -> Vec<AnswerRow> {
    page.answers
        .iter()
        .filter(|row| matches!(row.outcome, Outcome::Hazard { .. }) == hazards)
        .cloned()
        .collect()
}

fn list(desk: Desk, page: Part<Arc<ReviewPage>>, rows: Vec<AnswerRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p>{words::NO_ANSWERS}</p> }.into_any();
    }
    rows.into_iter().map(|row| answer(desk, page, row)).collect_view().into_any()
}

fn answer(desk: Desk, page: Part<Arc<ReviewPage>>, row: AnswerRow) -> AnyView {
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let tone = match row.outcome {
        Outcome::Hazard { same_day: true, .. } => Tone::Problem,
        Outcome::Hazard { .. } => Tone::Care,
        Outcome::Unanswered
        | Outcome::NotSeen
        | Outcome::Declined
        | Outcome::NotApplicable
        | Outcome::NotApplicableByProfile { .. }
        | Outcome::NoHazard => Tone::Quiet,
    };
    let by = row.answer.sides.last().map(answers::by_line);
    let on = row.answer.sides.last().map(|side| side.at);
    let comments = row
        .comments
        .iter()
        .map(|comment| {
            let line = comment.sides.last().map(answers::by_line);
            let text = match comment.value() {
                Some(value) => value.field("text").map_or_else(|| codes::value(value), codes::value),
                None => String::new(),
            };
            view! { <p class="app-typed">{text}</p> <p class="app-second">{line}</p> }
        })
        .collect_view();
    let question = row.question.clone();
    let comment = on.map(|on| {
        let text = RwSignal::new(String::new());
        let send = Callback::new(move |()| {
            let typed = text.get_untracked().trim().to_owned();
            if !typed.is_empty() {
                text.set(String::new());
                desk.send(person, vec![on], Act::Comment { visit, on, text: typed });
            }
        });
        view! {
            <Details summary=words::COMMENT>
                <Input id=format!("comment-{}", row.item) label=words::COMMENT value=text />
                <div>
                    <Button text=words::SEND_COMMENT.to_owned() about=question on_press=send />
                </div>
            </Details>
        }
    });
    view! {
        <Card>
            <h3>{row.question}</h3>
            <div class="app-cluster">
                <strong>{answers::standing(&row.answer)}</strong>
                <Tag tone=tone text=home::outcome(row.outcome) />
            </div>
            <p class="app-second">{row.area} " \u{b7} " {by}</p>
            {comments}
            {comment}
        </Card>
    }
    .into_any()
}

fn note(note: Note) -> AnyView {
    use doorstep_shared::decide::NoteName;
    let title = match note.name {
        NoteName::Section(section) => visit::section(section.code()).to_owned(),
        NoteName::Added(_) => visit::ADDED_NOTE.to_owned(),
    };
    view! {
        <Card>
            <h3>{title}</h3>
            <p class="app-typed">{note.text}</p>
        </Card>
    }
    .into_any()
}
