//! One proposal: its state, its parts, each filled in apart, and its checks.

use std::sync::Arc;

use crate::part::{Part, live};
use crate::projection::visit::TaskId;
use doorstep_shared::decide::{Act, Holder};
use doorstep_shared::domain::entry::{EntryRef, Value};
use doorstep_shared::domain::equipment::{Check, Verdict};
use doorstep_shared::domain::review::{DecisionOutcome, Urgency};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::answers::{self, Disputed};
use crate::features::frame;
use crate::features::person::supply_tone;
use crate::projection::proposal::{Decision, Proposal};
use crate::projection::{Answer, VisitPage};
use crate::routes;
use crate::ui::{
    Button, ButtonKind, Card, CardTone, ChoiceButton, ChoiceRow, ChoiceTone, Details, Input, InputKind,
    Inset, SummaryList, SummaryRow, Tag, TextArea,
};
use crate::wording::{codes, equipment as words, facts, home, visit as visit_words};

#[derive(Clone, Copy)]
struct Asking {
    desk: Desk,
    person: PersonId,
    visit: VisitId,
    at: EntryRef,
    open: bool,
}

/// The card of the proposal born at `at`.
pub(super) fn card(desk: Desk, page: Part<Arc<VisitPage>>, at: EntryRef, open: bool) -> AnyView {
    let found =
        part(page, move |page: &VisitPage| page.proposals.iter().find(|proposal| proposal.at == at).cloned());
    let (person, visit) = page.with_untracked(|page| (page.banner.person, page.visit));
    let asking = Asking { desk, person, visit, at, open };
    let name = move || found.with(|proposal| proposal.as_ref().map(title).unwrap_or_default());
    let state = Part::new(move || found.with(|proposal| proposal.as_ref().map(|proposal| proposal.state)));
    let of = move |pick: fn(&Proposal) -> &Answer| {
        Part::new(move || {
            found
                .with(|proposal| proposal.as_ref().map(|proposal| pick(proposal).clone()).unwrap_or_default())
        })
    };
    let hazards = move || {
        let hazards = found
            .with(|proposal| proposal.as_ref().map(|proposal| proposal.hazards.clone()).unwrap_or_default());
        (!hazards.is_empty()).then(|| {
            let rows = hazards.into_iter().map(|(_, means)| view! { <li>{means}</li> }).collect_view();
            view! { <p>{words::ANSWERS}</p> <ul>{rows}</ul> }
        })
    };
    let needs_load = Part::new(move || {
        found.with(|proposal| proposal.as_ref().is_some_and(|proposal| proposal.safe_load_required))
    });
    let decision = Part::new(move || {
        found.with(|proposal| proposal.as_ref().and_then(|proposal| proposal.decision.clone()))
    });
    let replies = Part::new(move || {
        found.with(|proposal| proposal.as_ref().map(|proposal| proposal.replies.clone()).unwrap_or_default())
    });
    view! {
        <Card tone=CardTone::Plain>
            <div class="app-cluster app-cluster--apart">
                <h2>{name}</h2>
                {live(move || {
                    state
                        .get()
                        .map(|state| view! { <Tag tone=supply_tone(state) text=codes::supply_state(state) /> })
                })}
            </div>
            {hazards}
            {live(move || decision.get().map(|decision| decided(asking, &decision)))}
            {live(move || replies.get().iter().map(said).collect_view())}
            {line(asking, "place", words::PLACE, of(|proposal| &proposal.place))}
            {area(asking, "why", words::NEED, of(|proposal| &proposal.need))}
            {area(asking, "persons_view", words::PERSONS_VIEW, of(|proposal| &proposal.persons_view))}
            {area(asking, "carers_view", words::CARERS_VIEW, of(|proposal| &proposal.carers_view))}
            {urgency(asking, of(|proposal| &proposal.urgency))}
            <Show when=move || needs_load.get()>{load(asking, of(|proposal| &proposal.safe_load_kg))}</Show>
            {live(move || {
                clashes(asking, found.with(|proposal| proposal.as_ref().map(fields).unwrap_or_default()))
            })}
            {live(move || {
                let readings = found
                    .with(|proposal| proposal.as_ref().map(|proposal| proposal.readings.clone()).unwrap_or_default());
                (!readings.is_empty())
                    .then(|| {
                        let rows = readings
                            .iter()
                            .map(|reading| SummaryRow {
                                key: visit_words::reading(&reading.field, &reading.place),
                                value: format!(
                                    "{} {}",
                                    answers::standing(&reading.answer),
                                    home::unit(&reading.unit),
                                ),
                                change: Some((
                                    words::MEASURE.to_owned(),
                                    routes::visit_part(visit, TaskId::Readings),
                                )),
                            })
                            .collect();
                        view! {
                            <h3>{words::MEASUREMENTS}</h3>
                            <SummaryList rows=rows />
                        }
                    })
            })}
            {live(move || {
                checks(found.with(|proposal| proposal.as_ref().map(|proposal| proposal.checks.clone()).unwrap_or_default()))
            })}
            {open.then(|| withdraw(asking))}
        </Card>
    }
    .into_any()
}

/// The device's name, or what stands in for it.
pub(super) fn title(proposal: &Proposal) -> String {
    let name = if proposal.device_name.is_empty() { words::NO_DEVICE } else { &proposal.device_name };
    if proposal.ask_ot { format!("{}: {name}", home::ASK_OT) } else { name.to_owned() }
}

fn fields(proposal: &Proposal) -> Vec<Answer> {
    [
        &proposal.device,
        &proposal.place,
        &proposal.need,
        &proposal.persons_view,
        &proposal.carers_view,
        &proposal.urgency,
        &proposal.safe_load_kg,
        &proposal.trial,
    ]
    .into_iter()
    .cloned()
    .collect()
}

/// A proposal's facts as rows, for reading only.
pub(crate) fn fact_rows(proposal: &Proposal) -> Vec<SummaryRow> {
    let row = |key: &str, answer: &Answer| SummaryRow::new(key, answers::standing(answer));
    vec![
        row(words::PLACE, &proposal.place),
        row(words::NEED, &proposal.need),
        row(words::PERSONS_VIEW, &proposal.persons_view),
        row(words::CARERS_VIEW, &proposal.carers_view),
        row(words::URGENCY, &proposal.urgency),
        row(words::SAFE_LOAD, &proposal.safe_load_kg),
    ]
}

impl Asking {
    fn set(self, field: &str, answer: &Answer, value: Value) {
        let act = Act::SetProposalField { proposal: self.at, field: field.to_owned(), value };
        self.desk.send(self.person, answer.seen().collect(), act);
    }

    fn id(self, field: &str) -> String {
        format!("proposal-{}-{field}", self.at.key)
    }
}

/// Text that becomes an entry when its field is left, and follows the record while nobody types in it.
fn text_signal(
    asking: Asking,
    field: &'static str,
    answer: Part<Answer>,
) -> (RwSignal<String>, Callback<()>) {
    let stands = move || {
        answer.with_untracked(|answer| answer.value().and_then(Value::as_text).unwrap_or_default().to_owned())
    };
    let typed = RwSignal::new(stands());
    let leave = Callback::new(move |()| {
        let text = typed.get_untracked();
        if asking.open && text != stands() {
            answer.with_untracked(|answer| asking.set(field, answer, Value::text(text)));
        }
    });
    (typed, leave)
}

fn line(asking: Asking, field: &'static str, label: &'static str, answer: Part<Answer>) -> AnyView {
    let (typed, leave) = text_signal(asking, field, answer);
    view! { <Input id=asking.id(field) label=label width=20 value=typed on_done=leave /> }.into_any()
}

fn area(asking: Asking, field: &'static str, label: &'static str, answer: Part<Answer>) -> AnyView {
    let (typed, leave) = text_signal(asking, field, answer);
    view! {
        <TextArea id=asking.id(field) label=label value=typed on_leave=leave locked=!asking.open />
    }
    .into_any()
}

fn urgency(asking: Asking, answer: Part<Answer>) -> AnyView {
    let chosen = Part::new(move || {
        answer.with(|answer| answer.value().and_then(Value::as_text).map(ToOwned::to_owned))
    });
    let options = Urgency::ALL
        .iter()
        .map(|urgency| ChoiceButton {
            value: urgency.code().to_owned(),
            label: codes::urgency(*urgency).to_owned(),
            tone: ChoiceTone::Plain,
        })
        .collect();
    let choose = Callback::new(move |code: String| {
        answer.with_untracked(|answer| asking.set("urgency", answer, Value::text(code)));
    });
    view! {
        <ChoiceRow
            id=asking.id("urgency")
            legend=words::URGENCY
            options=options
            chosen=chosen
            on_choose=choose
            locked=!asking.open
        />
    }
    .into_any()
}

fn load(asking: Asking, answer: Part<Answer>) -> AnyView {
    let stands = move || answer.with_untracked(|answer| answer.value().and_then(Value::as_number));
    let typed = RwSignal::new(stands().map(crate::wording::number).unwrap_or_default());
    let error = RwSignal::new(None::<String>);
    let done = Callback::new(move |()| {
        let text = typed.get_untracked().trim().replace(',', ".");
        if !asking.open || text.is_empty() {
            return;
        }
        match text.parse::<f64>().ok().filter(|number| *number > 0.0) {
            Some(number) => {
                error.set(None);
                if stands() != Some(number) {
                    answer.with_untracked(|answer| asking.set("swl_kg", answer, Value::Number(number)));
                }
            }
            None => error.set(Some(words::ENTER_LOAD.to_owned())),
        }
    });
    view! {
        <Input
            id=asking.id("swl")
            label=words::SAFE_LOAD
            hint=words::SAFE_LOAD_HINT
            kind=InputKind::Decimal
            width=5
            unit="kg"
            value=typed
            error=error
            on_done=done
        />
    }
    .into_any()
}

fn clashes(asking: Asking, fields: Vec<Answer>) -> AnyView {
    fields
        .into_iter()
        .filter(Answer::is_clash)
        .map(|answer| {
            answers::clash(
                asking.desk,
                Disputed {
                    person: asking.person,
                    to: Holder::Visit(asking.visit),
                    question: facts::question(&answer.about),
                    answer,
                    may_resolve: true,
                    read: codes::value,
                },
            )
        })
        .collect_view()
        .into_any()
}

/// What the proposer answered to the OT.
fn said(reply: &Answer) -> AnyView {
    let by = reply.sides.last().map(answers::by_line);
    let text = answers::standing(reply);
    view! {
        <Inset>
            <p class="app-typed">{text}</p>
            <p class="app-second">{by}</p>
        </Inset>
    }
    .into_any()
}

fn decided(asking: Asking, decision: &Decision) -> AnyView {
    let line = words::decision(decision, frame::today());
    let is_asked = decision.outcome == Some(DecisionOutcome::Asked) && asking.open;
    let stale = decision.on_an_earlier_version.then(|| view! { <p>{words::EARLIER_VERSION}</p> });
    let text = RwSignal::new(String::new());
    let answer = Callback::new(move |()| {
        let typed = text.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            text.set(String::new());
            asking.desk.send(asking.person, Vec::new(), Act::AnswerOt { proposal: asking.at, text: typed });
        }
    });
    view! {
        <Inset main=true>
            <p>{line}</p>
            {stale}
            {is_asked
                .then(|| {
                    view! {
                        <TextArea id=asking.id("answer") label=words::ANSWER_OT value=text />
                        <Button text=words::SEND_ANSWER.to_owned() on_press=answer />
                    }
                })}
        </Inset>
    }
    .into_any()
}

/// Every check with its working. Unknown is never green.
pub(crate) fn checks(checks: Vec<Check>) -> Option<AnyView> {
    if checks.is_empty() {
        return None;
    }
    let rows = checks
        .into_iter()
        .map(|check| {
            let (class, mark, word) = match check.verdict {
                Verdict::Fail => ("app-check app-check--fails", "\u{2715}", words::FAILS),
                Verdict::Warn => ("app-check app-check--warns", "\u{26a0}", words::WARNS),
                Verdict::Unknown => ("app-check", "?", words::UNKNOWN),
                Verdict::Pass => ("app-check app-check--passes", "\u{2713}", words::PASSES),
            };
            view! {
                <li class=class>
                    <span class="app-check__mark" aria-hidden="true">
                        {mark}
                    </span>
                    <span>
                        <strong>{word}</strong>
                        ": "
                        {words::check(&check)}
                    </span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <h3>{words::CHECKS}</h3>
            <ul class="app-list">{rows}</ul>
        }
        .into_any(),
    )
}

fn withdraw(asking: Asking) -> AnyView {
    let reason = RwSignal::new(String::new());
    let take_back = Callback::new(move |()| {
        let act = Act::Withdraw { thing: asking.at, reason: reason.get_untracked() };
        asking.desk.send(asking.person, vec![asking.at], act);
    });
    view! {
        <Details summary=words::TAKE_BACK>
            <Input id=asking.id("withdraw") label=facts::REASON value=reason />
            <div>
                <Button kind=ButtonKind::Warning text=words::TAKE_BACK.to_owned() on_press=take_back />
            </div>
        </Details>
    }
    .into_any()
}
