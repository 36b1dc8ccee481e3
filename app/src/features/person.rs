//! One person: the summary first, then visits, equipment, hazards, consents, facts.

mod plan;

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::domain::review::SupplyKind;
use doorstep_shared::ids::PersonId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::person::{EquipmentRow, OpenHazard, Reading, Referral, VisitRow};
use crate::projection::proposal::SupplyState;
use crate::projection::{PersonPage, View};
use crate::routes;
use crate::ui::{Button, ButtonKind, Card, LinkButton, SummaryList, SummaryRow, Tag, Tone};
use crate::wording::{codes, count, facts, frame as frame_words, people as words};

pub(crate) use plan::plan;

/// The screen.
pub(crate) fn screen(desk: Desk, person: PersonId) -> AnyView {
    let shown = desk.watch::<PersonPage>(View::Person(person));
    when_here(shown, frame::waiting, frame::not_known, move |page| {
        let banner = part(page, |page: &PersonPage| page.banner.clone());
        let name = page.with_untracked(|page| page.banner.name.clone());
        let address = part(page, |page: &PersonPage| page.banner.address.clone());
        view! {
            {live(move || answers::banner(&banner.get()))}
            <div class="app-column app-stack">
                <div class="app-cluster app-cluster--apart">
                    {frame::heading(name)}
                    <LinkButton
                        kind=ButtonKind::Main
                        href=format!("{}/plan", routes::person(person))
                        text=words::PLAN
                    />
                </div>
                <p>{live(move || address.get())}</p>
                {section(page, words::WHY, |page| page.referrals.clone(), referrals)}
                {section(page, words::VISITS, |page| page.visits.clone(), visits)}
                {section(page, words::HAZARDS, |page| page.hazards.clone(), hazards)}
                {section(page, words::EQUIPMENT, |page| page.equipment.clone(), move |rows| {
                    equipment(desk, person, rows)
                })}
                {section(page, words::CONSENTS, |page| page.consents.clone(), |consents| {
                    let rows = consents
                        .iter()
                        .map(|consent| {
                            let kind = codes::consent_kind(consent.kind);
                            let key = consent
                                .recipient
                                .as_ref()
                                .map_or_else(|| kind.to_owned(), |with| format!("{kind}: {with}"));
                            SummaryRow::new(key, answers::standing(&consent.answer))
                        })
                        .collect();
                    list_or(rows, words::NO_CONSENTS)
                })}
                {section(page, words::READINGS, |page| page.readings.clone(), readings)}
                {section(page, words::FACTS, |page| page.facts.clone(), |answers| {
                    let rows = answers
                        .iter()
                        .map(|answer| {
                            SummaryRow::new(facts::question(&answer.about), answers::standing(answer))
                        })
                        .collect();
                    list_or(rows, facts::NOT_RECORDED)
                })}
                {frame::as_of(desk, Signal::derive(|| true))}
            </div>
        }
        .into_any()
    })
}

fn section<T: Clone + PartialEq + Send + Sync + 'static>(
    page: Part<Arc<PersonPage>>,
    title: &'static str,
    of: fn(&PersonPage) -> T,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    let rows = part(page, of);
    view! { <Card title=title>{live(move || draw(rows.get()))}</Card> }.into_any()
}

fn list_or(rows: Vec<SummaryRow>, empty: &'static str) -> AnyView {
    if rows.is_empty() {
        view! { <p>{empty}</p> }.into_any()
    } else {
        view! { <SummaryList rows=rows /> }.into_any()
    }
}

fn referrals(referrals: Vec<Referral>) -> AnyView {
    let rows = referrals
        .into_iter()
        .map(|referral| {
            let day = referral.received.map(|day| day.short()).unwrap_or_default();
            let key = format!("{} {day}", codes::option(&referral.source));
            let value = format!("{} ({})", referral.reason, answers::standing(&referral.priority));
            SummaryRow::new(key, value)
        })
        .collect();
    list_or(rows, words::NO_REFERRAL)
}

fn visits(visits: Vec<VisitRow>) -> AnyView {
    let today = frame::today();
    if visits.is_empty() {
        return view! { <p>{words::NO_PERSON_VISITS}</p> }.into_any();
    }
    let rows = visits
        .into_iter()
        .map(|visit| {
            let kind = visit.kind.map_or(words::VISITS, codes::visit_kind);
            let at = visit.at.map_or_else(|| words::NO_TIME.to_owned(), |at| frame_words::when(at, today));
            let hazards = (visit.hazards > 0).then(|| {
                view! { <Tag tone=Tone::Care text=count(visit.hazards as usize, "hazard", "hazards") /> }
            });
            let missing = if visit.summary_not_received {
                Some(words::SUMMARY_NOT_RECEIVED)
            } else {
                visit.signature_not_received.then_some(words::SIGNATURE_NOT_RECEIVED)
            };
            view! {
                <li class="app-row">
                    <a class="app-row__link" href=routes::visit(visit.visit)>
                        {kind}
                        " "
                        {at}
                    </a>
                    <span>{visit.lead}</span>
                    <span class="app-cluster">
                        <Tag text=codes::visit_state(visit.state) />
                        {hazards}
                        {missing.map(|missing| view! { <Tag tone=Tone::Care text=missing /> })}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="app-list">{rows}</ul> }.into_any()
}

fn hazards(hazards: Vec<OpenHazard>) -> AnyView {
    if hazards.is_empty() {
        return view! { <p>{words::NO_HAZARDS}</p> }.into_any();
    }
    let rows = hazards
        .into_iter()
        .map(|hazard| {
            let tone = if hazard.same_day { Tone::Problem } else { Tone::Care };
            let severity = crate::wording::home::severity(hazard.severity, hazard.same_day);
            view! {
                <li class="app-row">
                    <a class="app-row__link" href=routes::visit(hazard.visit)>
                        {hazard.area}
                        ": "
                        {hazard.means}
                    </a>
                    <span>{hazard.action}</span>
                    <span class="app-cluster">
                        <Tag tone=tone text=severity />
                        <span class="app-second">{hazard.found_at.london_date().short()}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="app-list">{rows}</ul> }.into_any()
}

fn readings(readings: Vec<Reading>) -> AnyView {
    let rows = readings
        .into_iter()
        .map(|reading| {
            let key = crate::wording::visit::reading(&reading.field, &reading.place);
            let value = format!("{} {}", answers::standing(&reading.answer), reading.unit);
            SummaryRow::new(key, value)
        })
        .collect();
    list_or(rows, facts::NOT_RECORDED)
}

/// The colour of a state, which its words say too.
pub(crate) const fn supply_tone(state: SupplyState) -> Tone {
    match state {
        SupplyState::Fitted | SupplyState::InUse | SupplyState::Delivered => Tone::Done,
        SupplyState::Approved | SupplyState::Changed | SupplyState::Ordered | SupplyState::SelfSupplied => {
            Tone::Main
        }
        SupplyState::Asked | SupplyState::ReviewDue => Tone::Care,
        SupplyState::Clash | SupplyState::RepairOrRecall => Tone::Problem,
        SupplyState::Proposed
        | SupplyState::Review
        | SupplyState::Declined
        | SupplyState::Withdrawn
        | SupplyState::NotUsed
        | SupplyState::Returned
        | SupplyState::NotKnownHere => Tone::Quiet,
    }
}

fn equipment(desk: Desk, person: PersonId, rows: Vec<EquipmentRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p>{words::NO_EQUIPMENT}</p> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let name = if row.place.is_empty() {
                row.device_name.clone()
            } else {
                format!("{}, {}", row.device_name, row.place)
            };
            let since = row.since.map(|since| frame_words::when(since, frame::today()));
            let steps = row.next.iter().map(|step| supply_step(desk, person, &row, *step)).collect_view();
            view! {
                <li class="app-row">
                    <span>{name}</span>
                    <span class="app-cluster">
                        <Tag tone=supply_tone(row.state) text=codes::supply_state(row.state) />
                        <span class="app-second">{since}</span>
                    </span>
                    <span class="app-cluster">{steps}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="app-list">{rows}</ul> }.into_any()
}

fn supply_step(desk: Desk, person: PersonId, row: &EquipmentRow, step: SupplyKind) -> Option<AnyView> {
    let proposal = row.proposal?;
    let read = row.read.clone();
    let name = row.device_name.clone();
    let record = Callback::new(move |()| {
        desk.send(
            person,
            read.clone(),
            Act::RecordSupply { proposal, event: step, on: frame::today(), detail: String::new() },
        );
    });
    Some(view! { <Button text=codes::supply_kind(step).to_owned() about=name on_press=record /> }.into_any())
}
