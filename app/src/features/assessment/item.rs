//! One item: the answers, what the answer comes to, how it is known, what can help.

use std::sync::Arc;

use doorstep_shared::decide::{Act, Change, Holder};
use doorstep_shared::domain::entry::{EntryRef, How, NonAnswer, Value};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use super::change;
use super::consequence::consequence;
use crate::dispatch::{Desk, part};
use crate::features::answers::{self, Disputed};
use crate::part::{Part, live};
use crate::projection::VisitPage;
use crate::projection::home::{Choice, Item, Kind, Outcome};
use crate::ui::{ChoiceButton, ChoiceRow, ChoiceTone, Input, InputKind, Pick, Radios};
use crate::wording::{codes, home as words};

/// What an item's parts need to ask for something.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// The desk.
    pub(super) desk: Desk,
    /// Whose record.
    pub(super) person: PersonId,
    /// The visit.
    pub(super) visit: VisitId,
    /// The item as it is drawn now.
    pub(super) item: Part<Option<Item>>,
}

impl Asking {
    /// The entries on screen that the item stands on.
    pub(super) fn seen(self) -> Vec<EntryRef> {
        self.item.with_untracked(|item| {
            item.iter().flat_map(|item| item.answer.seen().collect::<Vec<_>>()).collect()
        })
    }

    /// Records an answer; `change` says what it means where a hazard stood.
    pub(super) fn answer(self, id: &str, value: Value, how: Option<How>, change: Option<Change>) {
        let act =
            Act::AnswerItem { visit: self.visit, item: id.to_owned(), value, how, change, observed_at: None };
        self.desk.send(self.person, self.seen(), act);
    }
}

const NON_ANSWERS: [NonAnswer; 3] = [NonAnswer::NotSeen, NonAnswer::NotApplicable, NonAnswer::Declined];

const fn non_code(non: NonAnswer) -> &'static str {
    match non {
        NonAnswer::Unanswered => "/unanswered",
        NonAnswer::NotSeen => "/not_seen",
        NonAnswer::NotApplicable => "/not_applicable",
        NonAnswer::Declined => "/declined",
    }
}

/// A button's value as it is recorded. Option ids never begin with a slash.
fn value_of(code: &str) -> Value {
    NON_ANSWERS.into_iter().find(|non| non_code(*non) == code).map_or_else(|| Value::text(code), Value::Non)
}

fn code_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Non(non) => Some(non_code(*non).to_owned()),
        Value::Flag(_)
        | Value::Whole(_)
        | Value::Number(_)
        | Value::Bytes(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Unknown(_) => value.as_number().map(crate::wording::number),
    }
}

/// Whether this option's button names a hazard. A number does not say beforehand.
fn is_hazard(item: &Item, value: &Value) -> bool {
    let Kind::Choice { options } = &item.kind else { return false };
    options.iter().any(|option| option.hazard && value.as_text() == Some(&*option.id))
}

/// The item with this id.
pub(super) fn item(desk: Desk, page: Part<Arc<VisitPage>>, id: String, open: bool) -> AnyView {
    let find = id.clone();
    let drawn = part(page, move |page: &VisitPage| {
        page.home.rooms.iter().flat_map(|room| &room.items).find(|item| item.id == find).cloned()
    });
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let asking = Asking { desk, person, visit, item: drawn };
    let Some(first) = drawn.get_untracked() else { return ().into_any() };
    let outcome =
        Part::new(move || drawn.with(|item| item.as_ref().map_or(Outcome::Unanswered, |item| item.outcome)));
    // A changed answer that waits for "wrong" or "fixed".
    let changing = RwSignal::new(None::<Value>);
    let choose = {
        let id = id.clone();
        Callback::new(move |value: Value| {
            let was_hazard = matches!(outcome.get_untracked(), Outcome::Hazard { .. });
            let stays_hazard =
                drawn.with_untracked(|item| item.as_ref().is_some_and(|item| is_hazard(item, &value)));
            if was_hazard && !stays_hazard {
                changing.set(Some(value));
            } else {
                asking.answer(&id, value, None, None);
            }
        })
    };
    let answered =
        move || !matches!(outcome.get(), Outcome::Unanswered | Outcome::NotApplicableByProfile { .. });
    let class = move || match outcome.get() {
        Outcome::Hazard { same_day: true, .. } => "app-item app-item--same-day",
        Outcome::Hazard { .. } => "app-item app-item--hazard",
        Outcome::Unanswered
        | Outcome::NotSeen
        | Outcome::Declined
        | Outcome::NotApplicable
        | Outcome::NotApplicableByProfile { .. }
        | Outcome::NoHazard => "app-item",
    };
    let chosen = Part::new(move || {
        drawn.with(|item| item.as_ref().and_then(|item| item.answer.value().and_then(code_of)))
    });
    let question = first.question.clone();
    let choices = answer_buttons(&id, &question, &first, chosen, choose, open);
    view! {
        <section class=class aria-label=question>
            {choices}
            {change::ask(asking, id.clone(), changing)}
            {live(move || consequence(asking, outcome.get(), open))}
            <Show when=answered>{how(asking, id.clone(), open)}</Show>
            {live(move || clash(asking))}
            {live(move || drawn.with(|item| item.as_ref().and_then(|item| item.answer.sides.last().map(answers::by_line))).map(|line| view! { <p class="app-second">{line}</p> }))}
        </section>
    }
    .into_any()
}

fn answer_buttons(
    id: &str,
    question: &str,
    first: &Item,
    chosen: Part<Option<String>>,
    choose: Callback<Value>,
    open: bool,
) -> AnyView {
    let non_answers = NON_ANSWERS
        .into_iter()
        .filter(|non| !(first.always_applies && *non == NonAnswer::NotApplicable))
        .map(|non| ChoiceButton {
            value: non_code(non).to_owned(),
            label: codes::non_answer(non).to_owned(),
            tone: ChoiceTone::Quiet,
        });
    let on_choose = Callback::new(move |code: String| choose.run(value_of(&code)));
    match &first.kind {
        Kind::Choice { options } => {
            let buttons = options.iter().map(option_button).chain(non_answers).collect();
            view! {
                <ChoiceRow
                    id=id.to_owned()
                    legend=question.to_owned()
                    options=buttons
                    chosen=chosen
                    on_choose=on_choose
                    locked=!open
                />
            }
            .into_any()
        }
        // No item asks for text yet; one of a newer build takes the answers that are none.
        Kind::Text => view! {
            <ChoiceRow
                id=id.to_owned()
                legend=question.to_owned()
                options=non_answers.collect()
                chosen=chosen
                on_choose=on_choose
                locked=!open
            />
        }
        .into_any(),
        Kind::Number { unit, min, max, levels } if levels.is_empty() => view! {
            <ChoiceRow
                id=id.to_owned()
                legend=question.to_owned()
                options=non_answers.collect()
                chosen=chosen
                on_choose=on_choose
                locked=!open
            />
            {number(id, (*min, *max), unit, chosen, choose, open)}
        }
        .into_any(),
        Kind::Number { min, levels, .. } => {
            let least = *min;
            let buttons = levels
                .iter()
                .enumerate()
                .map(|(place, level)| {
                    #[expect(clippy::cast_precision_loss, reason = "a scale has a handful of levels")]
                    let number = crate::wording::number(least + place as f64);
                    ChoiceButton {
                        label: format!("{number}: {level}"),
                        value: number,
                        tone: ChoiceTone::Plain,
                    }
                })
                .chain(non_answers)
                .collect();
            let on_level = Callback::new(move |code: String| {
                choose.run(code.parse().map_or_else(|_| value_of(&code), Value::Number));
            });
            view! {
                <ChoiceRow
                    id=id.to_owned()
                    legend=question.to_owned()
                    options=buttons
                    chosen=chosen
                    on_choose=on_level
                    locked=!open
                />
            }
            .into_any()
        }
    }
}

fn option_button(option: &Choice) -> ChoiceButton {
    ChoiceButton {
        value: option.id.clone(),
        label: words::option(&option.id, option.hazard),
        tone: if option.hazard { ChoiceTone::Hazard } else { ChoiceTone::Good },
    }
}

fn number(
    id: &str,
    (min, max): (f64, f64),
    unit: &str,
    chosen: Part<Option<String>>,
    choose: Callback<Value>,
    open: bool,
) -> AnyView {
    let unit = words::unit(unit).to_owned();
    let stands = chosen.get_untracked().filter(|code| code.parse::<f64>().is_ok()).unwrap_or_default();
    let typed = RwSignal::new(stands);
    let error = RwSignal::new(None::<String>);
    let hint = words::range(min, max, &unit);
    let wrong = hint.clone();
    let done = Callback::new(move |()| {
        let text = typed.get_untracked().trim().replace(',', ".");
        if !open || text.is_empty() || chosen.get_untracked().as_ref() == Some(&text) {
            return;
        }
        match text.parse::<f64>().ok().filter(|number| (min..=max).contains(number)) {
            Some(number) => {
                error.set(None);
                choose.run(Value::Number(number));
            }
            None => error.set(Some(wrong.clone())),
        }
    });
    view! {
        <Input
            id=format!("{id}-number")
            label=crate::wording::visit::READING
            hint=hint
            kind=InputKind::Decimal
            width=5
            unit=unit
            value=typed
            error=error
            on_done=done
        />
    }
    .into_any()
}

fn how(asking: Asking, id: String, open: bool) -> AnyView {
    let shown = Part::new(move || {
        asking.item.with(|item| {
            let item = item.as_ref()?;
            let side = item.answer.sides.last()?;
            Some(codes::how(side.how.unwrap_or(item.how_default)).to_owned())
        })
    });
    let all = [How::Seen, How::Told, How::Measured, How::Tested];
    let choices = all.into_iter().map(|how| Pick::new(codes::how(how), codes::how(how))).collect();
    let group = format!("{id}-how");
    let choose = Callback::new(move |label: String| {
        let how = all.into_iter().find(|how| codes::how(*how) == label);
        let value =
            asking.item.with_untracked(|item| item.as_ref().and_then(|item| item.answer.value().cloned()));
        if let Some(value) = value.filter(|_| open) {
            // The answer stays; only how it is known is put right.
            asking.answer(&id, value, how, None);
        }
    });
    view! { <Radios id=group legend=words::HOW choices=choices chosen=shown on_choose=choose inline=true /> }
        .into_any()
}

fn clash(asking: Asking) -> Option<AnyView> {
    let (question, answer) = asking.item.with(|item| {
        let item = item.as_ref()?;
        item.answer.is_clash().then(|| (item.question.clone(), item.answer.clone()))
    })?;
    Some(answers::clash(
        asking.desk,
        Disputed {
            person: asking.person,
            to: Holder::Visit(asking.visit),
            question,
            answer,
            may_resolve: true,
            read: codes::value,
        },
    ))
}
