//! Who is here: identifiers, who is present, whether the person was seen alone.

use doorstep_shared::decide::{Act, Answer as NewAnswer, Holder};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::answers;
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::visit::Present;
use crate::projection::{Answer, VisitPage};
use crate::ui::{Button, ButtonKind, Card, Checkboxes, ChoiceButton, ChoiceRow, ChoiceTone, Input, Pick};
use crate::wording::{facts, frame as frame_words, visit as words};

/// The identity fields that can be asked at a door, by id.
const IDENTIFIERS: [&str; 4] = ["name", "born", "nhs_number", "address"];

/// The screen.
pub(crate) fn here(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::HERE, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let checked_answer = part(page, |page: &VisitPage| page.here.checked.clone());
        let present = part(page, |page: &VisitPage| page.here.present.clone());
        let seen_alone = part(page, |page: &VisitPage| page.here.seen_alone.clone());
        let interpreter = part(page, |page: &VisitPage| page.here.interpreter.clone());
        let checked = Part::new(move || checked_answer.with(checked_fields));
        // What is ticked goes on disk only when two fit: one alone is no check.
        let ticked = RwSignal::new(checked.get_untracked());
        let tick = Callback::new(move |(field, on): (String, bool)| {
            ticked.update(|ticked| {
                ticked.retain(|other| *other != field);
                if on {
                    ticked.push(field);
                }
            });
            let fields = ticked.get_untracked();
            if open && fields.len() >= 2 {
                let seen = checked_answer.with_untracked(|answer| answer.seen().collect());
                desk.send(person, seen, Act::CheckIdentifiers { visit, fields });
            }
        });
        let choices = IDENTIFIERS.iter().map(|id| Pick::new(*id, facts::question(id))).collect();
        view! {
            <Card>
                <Checkboxes
                    id="identifiers"
                    legend=words::IDENTIFIERS
                    choices=choices
                    chosen=ticked
                    on_change=tick
                />
                <p class="app-second" role="status">
                    {live(move || if checked.with(Vec::len) >= 2 { words::CHECKED } else { words::TWO_NEEDED })}
                </p>
            </Card>
            <Card title=words::PRESENT>
                {live(move || people_present(desk, page.with_untracked(|page| page.banner.person), present.get(), open))}
                {open.then(|| add_present(desk, person, visit))}
            </Card>
            <Card>
                {yes_no(desk, person, Holder::Visit(visit), words::SEEN_ALONE, seen_alone, open)}
            </Card>
            <Card>
                {yes_no(desk, person, Holder::Person, words::INTERPRETER, interpreter, open)}
            </Card>
        }
        .into_any()
    })
}

fn checked_fields(answer: &Answer) -> Vec<String> {
    let fields = answer.value().map(|value| value.field("fields").unwrap_or(value));
    let fields = fields.and_then(Value::as_list).unwrap_or_default();
    fields.iter().filter_map(Value::as_text).map(ToOwned::to_owned).collect()
}

fn people_present(
    desk: Desk,
    person: doorstep_shared::ids::PersonId,
    present: Vec<Present>,
    open: bool,
) -> AnyView {
    if present.is_empty() {
        return view! { <p>{words::NOBODY_YET}</p> }.into_any();
    }
    let rows = present
        .into_iter()
        .map(|somebody| {
            let at = somebody.at;
            let remove = Callback::new(move |()| {
                desk.send(person, vec![at], Act::Withdraw { thing: at, reason: String::new() });
            });
            let how = if somebody.by_phone { words::BY_PHONE } else { words::IN_PERSON };
            view! {
                <li class="app-row">
                    <span>{somebody.who.clone()} ", " {how}</span>
                    {open
                        .then(|| {
                            view! {
                                <Button
                                    kind=ButtonKind::Quiet
                                    text=words::REMOVE.to_owned()
                                    about=somebody.who
                                    on_press=remove
                                />
                            }
                        })}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="app-list">{rows}</ul> }.into_any()
}

fn add_present(desk: Desk, person: doorstep_shared::ids::PersonId, visit: VisitId) -> AnyView {
    let who = RwSignal::new(String::new());
    let add = move |by_phone: bool| {
        Callback::new(move |()| {
            let name = who.get_untracked().trim().to_owned();
            if !name.is_empty() {
                who.set(String::new());
                desk.send(person, Vec::new(), Act::AddPresent { visit, who: name, by_phone });
            }
        })
    };
    view! {
        <Input id="present" label=words::WHO hint=words::WHO_HINT value=who />
        <div class="app-cluster">
            <Button text=words::ADD_IN_PERSON.to_owned() on_press=add(false) />
            <Button text=words::ADD_BY_PHONE.to_owned() on_press=add(true) />
        </div>
    }
    .into_any()
}

fn yes_no(
    desk: Desk,
    person: doorstep_shared::ids::PersonId,
    to: Holder,
    question: &'static str,
    answer: Part<Answer>,
    open: bool,
) -> AnyView {
    let chosen = Part::new(move || {
        answer.with(|answer| {
            answer.value().and_then(Value::as_flag).map(|yes| if yes { "yes" } else { "no" }.to_owned())
        })
    });
    let choose = Callback::new(move |value: String| {
        let (about, seen) = answer.with_untracked(|answer| (answer.about.clone(), answer.seen().collect()));
        desk.send(
            person,
            seen,
            Act::Answer(NewAnswer {
                to,
                about,
                value: Value::Flag(value == "yes"),
                how: None,
                observed_at: None,
                reason: None,
            }),
        );
    });
    let options = [("yes", frame_words::YES), ("no", frame_words::NO)]
        .into_iter()
        .map(|(value, label)| ChoiceButton {
            value: value.to_owned(),
            label: label.to_owned(),
            tone: ChoiceTone::Plain,
        })
        .collect();
    view! {
        <ChoiceRow id=answer.with_untracked(|answer| answer.about.replace('/', "-")) legend=question options=options chosen=chosen on_choose=choose locked=!open />
        {live(move || latest(&answer.get()))}
    }
    .into_any()
}

/// Who wrote what stands, under the question.
pub(crate) fn latest(answer: &Answer) -> Option<AnyView> {
    let side = answer.sides.last()?;
    Some(view! { <p class="app-second">{answers::by_line(side)}</p> }.into_any())
}
