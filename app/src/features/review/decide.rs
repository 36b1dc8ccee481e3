//! One proposal under review: what it rests on, its checks, and the five decisions.

use std::sync::Arc;

use doorstep_shared::decide::{Act, Decision as NewDecision};
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::domain::equipment::Verdict;
use doorstep_shared::domain::review::DeclinedBy;
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::answers::{self, Disputed};
use crate::features::equipment::{checks, fact_rows};
use crate::features::frame;
use crate::features::person::supply_tone;
use crate::part::{Part, live};
use crate::projection::proposal::Proposal;
use crate::projection::{ReviewPage, Team, View, VisitPage};
use crate::ui::{
    Button, ButtonKind, Card, Details, Input, InputKind, Inset, Pick, Select, SummaryList, Tag, Tone,
};
use crate::wording::{codes, equipment as equipment_words, facts, home, review as words, visit};

/// The card of the proposal born at `at`.
pub(super) fn card(desk: Desk, page: Part<Arc<ReviewPage>>, at: EntryRef) -> AnyView {
    let found = part(page, move |page: &ReviewPage| {
        page.proposals.iter().find(|proposal| proposal.at == at).cloned()
    });
    let (person, visit_id, may_decide) =
        page.with_untracked(|page| (page.banner.person, page.visit, page.may_decide));
    view! {
        <Card>
            {live(move || found.get().map(|proposal| read(desk, person, page, &proposal)))}
            {may_decide.then(|| decisions(desk, (person, visit_id), at, found))}
        </Card>
    }
    .into_any()
}

fn read(desk: Desk, person: PersonId, page: Part<Arc<ReviewPage>>, proposal: &Proposal) -> AnyView {
    let hazards = proposal.hazards.iter().map(|(_, means)| view! { <li>{means.clone()}</li> }).collect_view();
    let visit = page.with_untracked(|page| page.visit);
    let clashes = [&proposal.device, &proposal.place, &proposal.safe_load_kg, &proposal.urgency]
        .into_iter()
        .filter(|answer| answer.is_clash())
        .map(|answer| {
            answers::clash(
                desk,
                Disputed {
                    person,
                    to: doorstep_shared::decide::Holder::Visit(visit),
                    question: facts::question(&answer.about),
                    answer: answer.clone(),
                    may_resolve: true,
                    read: codes::value,
                },
            )
        })
        .collect_view();
    let readings = proposal
        .readings
        .iter()
        .map(|reading| {
            let line = format!(
                "{}: {} {}",
                visit::reading(&reading.field, &reading.place),
                answers::standing(&reading.answer),
                home::unit(&reading.unit)
            );
            view! { <li>{line}</li> }
        })
        .collect_view();
    let decided = proposal
        .decision
        .iter()
        .map(|decision| {
            let line = equipment_words::decision(decision, frame::today());
            let stale =
                decision.on_an_earlier_version.then(|| view! { <p>{equipment_words::EARLIER_VERSION}</p> });
            view! { <Inset main=true><p>{line}</p> {stale}</Inset> }
        })
        .collect_view();
    let title = if proposal.device_name.is_empty() {
        equipment_words::NO_DEVICE.to_owned()
    } else {
        proposal.device_name.clone()
    };
    view! {
        <div class="app-cluster app-cluster--apart">
            <h3>{title}</h3>
            <Tag tone=supply_tone(proposal.state) text=codes::supply_state(proposal.state) />
        </div>
        {proposal.ask_ot.then(|| view! { <Tag tone=Tone::Care text=words::ASKED_TO_ASSESS /> })}
        {decided}
        <SummaryList rows=fact_rows(proposal) />
        <p>{equipment_words::ANSWERS}</p>
        <ul>{hazards}</ul>
        <ul class="app-list">{readings}</ul>
        {clashes}
        {checks(proposal.checks.clone())}
    }
    .into_any()
}

/// The reason that is there already: the checks, so that one tap accepts it.
fn reason_from(proposal: &Proposal) -> String {
    let passed = proposal.checks.iter().filter(|check| check.verdict == Verdict::Pass);
    passed.map(equipment_words::check).collect::<Vec<_>>().join("; ")
}

fn decisions(
    desk: Desk,
    (person, visit_id): (PersonId, VisitId),
    at: EntryRef,
    found: Part<Option<Proposal>>,
) -> AnyView {
    let team = desk.watch::<Team>(View::Team);
    let reason = RwSignal::new(
        found.with_untracked(|proposal| proposal.as_ref().map(reason_from).unwrap_or_default()),
    );
    let replacement = RwSignal::new(String::new());
    let load = RwSignal::new(String::new());
    let decide = Callback::new(move |decision: NewDecision| {
        let read = found.with_untracked(|proposal| {
            proposal.as_ref().map(|proposal| proposal.read.clone()).unwrap_or_default()
        });
        let act = Act::Decide { proposal: at, decision, reason: reason.get_untracked() };
        desk.send(person, read, act);
    });
    let press = move |decision: NewDecision| Callback::new(move |()| decide.run(decision.clone()));
    let stale = Part::new(move || {
        found.with(|proposal| {
            proposal.as_ref().is_some_and(|proposal| {
                proposal.decision.as_ref().is_some_and(|decision| decision.on_an_earlier_version)
            })
        })
    });
    let confirm = Callback::new(move |()| {
        let read = found.with_untracked(|proposal| {
            proposal.as_ref().map(|proposal| proposal.read.clone()).unwrap_or_default()
        });
        desk.send(person, read, Act::ConfirmDecision { proposal: at, reason: reason.get_untracked() });
    });
    let change = Callback::new(move |()| {
        let device = replacement.get_untracked();
        if !device.is_empty() {
            let swl_kg = load.get_untracked().trim().parse().ok();
            decide.run(NewDecision::Change { device, swl_kg });
        }
    });
    // The question goes to who proposed it, where the directory knows them.
    let ask = Callback::new(move |()| {
        let whom = found.with_untracked(|proposal| proposal.as_ref().map(|proposal| proposal.by.worker));
        if let Some(whom) = whom {
            decide.run(NewDecision::Ask { whom });
        }
    });
    let proposer = move || {
        let worker = found.with(|proposal| proposal.as_ref().map(|proposal| proposal.by.worker));
        let name = team.with(|team| {
            team.here().and_then(|team| {
                team.colleagues
                    .iter()
                    .find(|colleague| Some(colleague.worker) == worker)
                    .map(|colleague| colleague.name.clone())
            })
        });
        words::asks(name.as_deref())
    };
    let visit_page = desk.watch::<VisitPage>(View::Visit(visit_id));
    let catalogue = Part::new(move || {
        visit_page.with(|page| page.here().map(|page| page.catalogue.clone()).unwrap_or_default())
    });
    let devices = move || {
        let mut picks = vec![Pick::new("", visit::CHOOSE)];
        picks.extend(catalogue.get().into_iter().map(|offer| Pick::new(offer.device, offer.name)));
        picks
    };
    let id = at.key.to_string();
    view! {
        <Input id=format!("why-{id}") label=words::REASON hint=words::REASON_HINT value=reason />
        <Show when=move || stale.get()>
            <Button kind=ButtonKind::Main text=words::CONFIRM.to_owned() on_press=confirm />
        </Show>
        <div class="app-cluster">
            <Button kind=ButtonKind::Main text=words::APPROVE.to_owned() on_press=press(NewDecision::Approve) />
            <Button
                text=words::DECLINE.to_owned()
                on_press=press(NewDecision::Decline { by: DeclinedBy::Ot })
            />
            <Button text=words::SEE_IN_PERSON.to_owned() on_press=press(NewDecision::SeeInPerson) />
        </div>
        <Details summary=words::CHANGE>
            <div class="app-stack app-stack--near">
                {
                    let id = id.clone();
                    move || {
                        view! {
                            <Select
                                id=format!("device-{id}")
                                label=words::CHANGE_TO
                                choices=devices()
                                value=replacement
                            />
                        }
                    }
                }
                <Input
                    id=format!("load-{id}")
                    label=equipment_words::SAFE_LOAD
                    kind=InputKind::Decimal
                    width=5
                    value=load
                />
                <div>
                    <Button text=words::CHANGE_IT.to_owned() on_press=change />
                </div>
            </div>
        </Details>
        <Details summary=words::ASK>
            <p>{proposer}</p>
            <p class="app-second">{words::ASK_HINT}</p>
            <div>
                <Button text=words::ASK_IT.to_owned() on_press=ask />
            </div>
        </Details>
        <Details summary=words::PERSON_DECLINES>
            <Button
                text=words::PERSON_DECLINED.to_owned()
                on_press=press(NewDecision::Decline { by: DeclinedBy::Person })
            />
        </Details>
    }
    .into_any()
}
