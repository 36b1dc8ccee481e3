//! Check and sign: everything on one page, what is open first; afterwards addenda only.

use std::sync::Arc;

use crate::part::{Part, live};
use crate::projection::visit::TaskId;
use doorstep_shared::decide::Act;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::dispatch::{Desk, Outcome, part};
use crate::features::visit::page_of;
use crate::features::{answers, frame};
use crate::projection::today::VisitState;
use crate::projection::visit::{Addendum, CheckAndSign, SignBlock, Signature};
use crate::projection::{Answer, VisitPage};
use crate::routes;
use crate::ui::{
    self, Button, ButtonKind, Card, CardTone, Input, Inset, SummaryList, SummaryRow, Tag, TextArea, Tone,
    WarningCallout,
};
use crate::wording::{codes, facts, frame as frame_words, visit as words};

/// The screen.
pub(crate) fn sign(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::SIGN, move |page| {
        let check = part(page, |page: &VisitPage| page.check.clone());
        let state = part(page, |page: &VisitPage| page.state);
        let totals = part(page, |page: &VisitPage| page.home.totals);
        let rooms = part(page, |page: &VisitPage| open_rooms(page));
        let is_signed =
            Part::new(move || matches!(state.get(), VisitState::Signed | VisitState::Countersigned));
        view! {
            {live(move || (!is_signed.get()).then(|| open_points(visit, &check.get(), &rooms.get())))}
            <Card title=words::WHAT_IS_SIGNED>
                <p>
                    {live(move || {
                        let totals = totals.get();
                        words::totals_working(&totals)
                    })}
                </p>
                <ul class="app-list app-stack app-stack--close">
                    {live(move || {
                        check
                            .with(|check| words::signed_lines(&check.lines))
                            .into_iter()
                            .map(|line| view! { <li class="app-typed">{line}</li> })
                            .collect_view()
                    })}
                </ul>
            </Card>
            {live(move || signatures(check.with(|check| check.signatures.clone())))}
            {live(move || {
                if is_signed.get() { addenda(desk, page, visit) } else { sign_form(desk, page, visit) }
            })}
            {live(move || later(check.with(|check| check.after_signing.clone())))}
        }
        .into_any()
    })
}

/// How much is left open in one room: its id, its name, and how many items.
type OpenRoom = (String, String, usize);

/// The rooms in which items are left open.
fn open_rooms(page: &VisitPage) -> Vec<OpenRoom> {
    let open = &page.check.unanswered;
    page.home
        .rooms
        .iter()
        .map(|room| {
            let items = room.items.iter().filter(|item| open.contains(&item.id)).count();
            (room.id.clone(), room.name.clone(), items)
        })
        .filter(|(_, _, items)| *items > 0)
        .collect()
}

fn open_points(visit: VisitId, check: &CheckAndSign, rooms: &[OpenRoom]) -> AnyView {
    let blocks = check
        .blocked_by
        .iter()
        .map(|block| match block {
            SignBlock::SameDay { means, .. } => view! {
                <li>
                    <a href=routes::visit_part(visit, TaskId::Home)>
                        {words::same_day_open(means)}
                    </a>
                </li>
            }
            .into_any(),
            SignBlock::NotStarted => view! { <li>{words::NOT_STARTED}</li> }.into_any(),
            SignBlock::NotLead => view! { <li>{words::NOT_LEAD}</li> }.into_any(),
        })
        .collect_view();
    let blocked = (!check.blocked_by.is_empty()).then(|| {
        view! {
            <WarningCallout problem=true title=words::BEFORE_SIGNING>
                <ul>{blocks}</ul>
            </WarningCallout>
        }
    });
    let sections = check.unanswered.iter().filter(|id| !id.starts_with("hs-")).map(|id| SummaryRow {
        key: words::open_point(id),
        value: facts::NOT_RECORDED.to_owned(),
        change: Some((words::CHANGE.to_owned(), routes::visit_part(visit, words::page_of_open_point(id)))),
    });
    let in_rooms = rooms.iter().map(|(id, name, items)| SummaryRow {
        key: name.clone(),
        value: words::not_answered(*items),
        change: Some((words::CHANGE.to_owned(), routes::room(visit, id))),
    });
    let rows: Vec<SummaryRow> = sections.chain(in_rooms).collect();
    let unanswered = (!rows.is_empty()).then(|| {
        view! {
            <Card title=words::LEFT_OPEN>
                <p>{words::LEFT_OPEN_HELP}</p>
                <SummaryList rows=rows />
            </Card>
        }
    });
    view! {
        {blocked}
        {unanswered}
        {check.part.then(|| view! { <Inset>{words::PART}</Inset> })}
    }
    .into_any()
}

fn signatures(signatures: Vec<Signature>) -> Option<AnyView> {
    if signatures.is_empty() {
        return None;
    }
    let rows = signatures
        .into_iter()
        .map(|signature| {
            let kind = if signature.countersign.is_some() { words::COUNTERSIGNED } else { words::SIGNED };
            let when = frame_words::when(signature.signed_at, frame::today());
            SummaryRow::new(format!("{kind} {when}"), answers::signed_by(&signature))
        })
        .collect();
    Some(
        view! {
            <Card tone=CardTone::Done title=words::SIGNATURES>
                <SummaryList rows=rows />
            </Card>
        }
        .into_any(),
    )
}

fn sign_form(desk: Desk, page: Part<Arc<VisitPage>>, visit: VisitId) -> AnyView {
    let person = page.with_untracked(|page| page.banner.person);
    let blocked = part(page, |page: &VisitPage| !page.check.blocked_by.is_empty());
    let goes_to = part(page, |page: &VisitPage| page.check.goes_to.clone());
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let role = desk.who().map(|who| codes::role(who.role)).unwrap_or_default();
    let sign = Callback::new(move |()| {
        let typed_name = name.get_untracked().trim().to_owned();
        if typed_name.is_empty() {
            error.set(Some(words::ENTER_NAME.to_owned()));
            return;
        }
        error.set(None);
        let check = page.with_untracked(|page| page.check.clone());
        let act = Act::Sign {
            visit,
            covers: check.covers,
            text_sha256: digest(&words::signed_lines(&check.lines)),
            typed_name,
            form_version: check.form_version,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        desk.send_then(person, check.read, act, None, |outcome| {
            if outcome == Outcome::Saved {
                ui::focus_heading();
            }
        });
    });
    view! {
        <Card title=words::SIGN_NOW>
            <p>{live(move || words::goes_to(&goes_to.get()))}</p>
            <Input id="sign-name" label=words::YOUR_NAME hint=words::signs_as(role) width=20 value=name error=error />
            <div>
                <Button kind=ButtonKind::Main text=words::SIGN_IT.to_owned() disabled=blocked on_press=sign />
            </div>
        </Card>
    }
    .into_any()
}

/// SHA-256 of the text that was read: its lines, each ended by a line feed.
fn digest(lines: &[String]) -> [u8; 32] {
    let mut text = Sha256::new();
    for line in lines {
        text.update(line.as_bytes());
        text.update(b"\n");
    }
    text.finalize().into()
}

fn addenda(desk: Desk, page: Part<Arc<VisitPage>>, visit: VisitId) -> AnyView {
    let person = page.with_untracked(|page| page.banner.person);
    let addenda = part(page, |page: &VisitPage| page.check.addenda.clone());
    let text = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let add = Callback::new(move |()| {
        let typed = text.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            let act = Act::Addendum { visit, text: typed, reason: reason.get_untracked() };
            desk.send_then(person, Vec::new(), act, None, move |outcome| {
                if outcome == Outcome::Saved {
                    text.set(String::new());
                    reason.set(String::new());
                }
            });
        }
    });
    view! {
        <Card title=words::ADDENDA>
            {live(move || addenda.get().into_iter().map(addendum).collect_view())}
            <TextArea id="addendum" label=words::ADDENDUM hint=words::ADDENDUM_HINT value=text />
            <Input id="addendum-reason" label=facts::REASON value=reason />
            <div>
                <Button text=words::ADD_ADDENDUM.to_owned() on_press=add />
            </div>
        </Card>
    }
    .into_any()
}

fn addendum(addendum: Addendum) -> AnyView {
    let by = format!(
        "{}, {}, {}",
        addendum.by.name,
        codes::role(addendum.by.role),
        frame_words::when(addendum.written_at, frame::today())
    );
    view! {
        <Inset>
            <p class="app-typed">{addendum.text}</p>
            <p class="app-second">{by}</p>
        </Inset>
    }
    .into_any()
}

fn later(answers: Vec<Answer>) -> Option<AnyView> {
    if answers.is_empty() {
        return None;
    }
    let rows = answers
        .iter()
        .map(|answer| SummaryRow::new(facts::question(&answer.about), answers::standing(answer)))
        .collect();
    Some(
        view! {
            <Card tone=CardTone::Care title=words::AFTER_SIGNING>
                <div>
                    <Tag tone=Tone::Care text=words::NOT_SIGNED />
                </div>
                <p>{words::AFTER_SIGNING_HELP}</p>
                <SummaryList rows=rows />
            </Card>
        }
        .into_any(),
    )
}
