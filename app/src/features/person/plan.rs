//! Planning a visit.

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::domain::visit::{Delegation, Plan, VisitKind, VisitMode};
use doorstep_shared::ids::{PersonId, WorkerId};
use doorstep_shared::time::{Date, Timestamp};
use leptos::prelude::*;

use crate::dispatch::{Desk, Outcome, when_here};
use crate::features::{answers, frame};
use crate::projection::{PersonPage, Team, View};
use crate::routes;
use crate::ui::{Button, ButtonKind, ErrorLink, ErrorSummary, Input, InputKind, Pick, Select};
use crate::wording::{codes, frame as frame_words, people as words};

const DATE: &str = "plan-date";
const TIME: &str = "plan-time";
const LENGTH: &str = "plan-length";
const LEAD: &str = "plan-lead";

/// Minutes a visit is planned for until somebody says otherwise. Source: the caseload's home visits, 60 to 75.
const USUAL_MINUTES: &str = "75";

/// The screen.
pub(crate) fn plan(desk: Desk, person: PersonId) -> AnyView {
    let page = desk.watch::<PersonPage>(View::Person(person));
    let team = desk.watch::<Team>(View::Team);
    when_here(page, frame::waiting, frame::not_known, move |page| {
        let banner = page.with_untracked(|page| page.banner.clone());
        let form =
            when_here(team, frame::waiting, no_team, move |team| form(desk, person, &team.get_untracked()));
        view! {
            {answers::banner(&banner)}
            <div class="app-column app-stack app-reading">{frame::heading(words::PLAN)} {form}</div>
        }
        .into_any()
    })
}

fn no_team() -> AnyView {
    view! { <p>{words::NO_TEAM}</p> }.into_any()
}

#[derive(Clone, Copy)]
struct Typed {
    date: RwSignal<String>,
    time: RwSignal<String>,
    minutes: RwSignal<String>,
    kind: RwSignal<String>,
    mode: RwSignal<String>,
    purpose: RwSignal<String>,
    lead: RwSignal<String>,
    by: RwSignal<String>,
    task: RwSignal<String>,
}

impl Typed {
    fn plan(self) -> Result<(Plan, WorkerId, Option<Delegation>), Vec<ErrorLink>> {
        let mut errors = Vec::new();
        let date = Date::parse_iso(&self.date.get_untracked());
        if date.is_none() {
            errors.push(ErrorLink::new(DATE, words::ENTER_DATE));
        }
        let time = clock_time(&self.time.get_untracked());
        if time.is_none() {
            errors.push(ErrorLink::new(TIME, words::ENTER_TIME));
        }
        let minutes = self.minutes.get_untracked().trim().parse().ok();
        let minutes = minutes.filter(|minutes| (5i64..=480).contains(minutes));
        if minutes.is_none() {
            errors.push(ErrorLink::new(LENGTH, words::ENTER_LENGTH));
        }
        let lead: Option<WorkerId> = self.lead.get_untracked().parse().ok();
        if lead.is_none() {
            errors.push(ErrorLink::new(LEAD, words::CHOOSE_LEAD));
        }
        let (Some(date), Some((hour, minute)), Some(minutes), Some(lead)) = (date, time, minutes, lead)
        else {
            return Err(errors);
        };
        let starts_at = Timestamp::from_london(date, hour, minute);
        let plan = Plan {
            starts_at,
            ends_at: starts_at.plus_ms(minutes * 60_000),
            kind: VisitKind::from_code(&self.kind.get_untracked()).unwrap_or(VisitKind::Outreach),
            mode: VisitMode::from_code(&self.mode.get_untracked()).unwrap_or(VisitMode::Home),
            purpose: self.purpose.get_untracked(),
        };
        let delegation = self.by.get_untracked().parse().ok().map(|by| Delegation {
            by,
            task: self.task.get_untracked(),
            seen_by_registered: None,
        });
        Ok((plan, lead, delegation))
    }
}

/// `09:30` as hour and minute.
fn clock_time(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let hour = hour.parse().ok().filter(|hour| *hour < 24)?;
    let minute = minute.get(..2)?.parse().ok().filter(|minute| *minute < 60)?;
    Some((hour, minute))
}

fn form(desk: Desk, person: PersonId, team: &Arc<Team>) -> AnyView {
    let me = team.colleagues.iter().find(|colleague| colleague.me);
    let lead = me.map(|me| me.worker.to_string()).unwrap_or_default();
    let ot = team.colleagues.iter().find(|colleague| colleague.role.is_registered());
    let needs_delegation = me.is_some_and(|me| !me.role.is_registered());
    let by = ot.filter(|_| needs_delegation).map(|ot| ot.worker.to_string()).unwrap_or_default();
    let typed = Typed {
        date: RwSignal::new(frame::today().iso()),
        time: RwSignal::new("09:30".to_owned()),
        minutes: RwSignal::new(USUAL_MINUTES.to_owned()),
        kind: RwSignal::new(VisitKind::Outreach.code().to_owned()),
        mode: RwSignal::new(VisitMode::Home.code().to_owned()),
        purpose: RwSignal::new(String::new()),
        lead: RwSignal::new(lead),
        by: RwSignal::new(by),
        task: RwSignal::new(String::new()),
    };
    let errors = RwSignal::new(Vec::<ErrorLink>::new());
    let error_of =
        move |field: &'static str| Signal::derive(move || errors.with(|errors| ErrorLink::of(errors, field)));
    let save = Callback::new(move |()| {
        let (plan, lead, delegation) = match typed.plan() {
            Ok(plan) => plan,
            Err(found) => return errors.set(found),
        };
        errors.set(Vec::new());
        let Some(visit) = desk.new_visit() else { return };
        desk.send_then(
            person,
            Vec::new(),
            Act::PlanVisit { visit, plan, lead, delegation },
            None,
            move |outcome| {
                if outcome == Outcome::Saved {
                    desk.go(&routes::person(person));
                }
            },
        );
    });
    let names = |registered_only: bool| {
        team.colleagues
            .iter()
            .filter(|colleague| {
                if registered_only { colleague.role.is_registered() } else { colleague.role.is_clinical() }
            })
            .map(|colleague| {
                Pick::new(
                    colleague.worker.to_string(),
                    format!("{}, {}", colleague.name, codes::role(colleague.role)),
                )
            })
            .collect::<Vec<_>>()
    };
    let kinds = VisitKind::ALL.iter().map(|kind| Pick::new(kind.code(), codes::visit_kind(*kind))).collect();
    let modes = VisitMode::ALL.iter().map(|mode| Pick::new(mode.code(), codes::visit_mode(*mode))).collect();
    let delegation = needs_delegation.then(|| {
        view! {
            <Select id="plan-by" label=words::PLAN_BY choices=names(true) value=typed.by />
            <Input id="plan-task" label=words::PLAN_TASK value=typed.task />
        }
    });
    view! {
        <ErrorSummary title=frame_words::ERROR_TITLE errors=errors />
        <Input id=DATE label=words::PLAN_DATE kind=InputKind::Date width=10 value=typed.date error=error_of(DATE) />
        <Input id=TIME label=words::PLAN_TIME kind=InputKind::Time width=10 value=typed.time error=error_of(TIME) />
        <Input
            id=LENGTH
            label=words::PLAN_LENGTH
            kind=InputKind::Decimal
            width=5
            value=typed.minutes
            error=error_of(LENGTH)
        />
        <Select id="plan-kind" label=words::PLAN_KIND choices=kinds value=typed.kind />
        <Select id="plan-mode" label=words::PLAN_MODE choices=modes value=typed.mode />
        <Input id="plan-purpose" label=words::PLAN_PURPOSE value=typed.purpose />
        <Select id=LEAD label=words::PLAN_LEAD choices=names(false) value=typed.lead />
        {delegation}
        <div>
            <Button kind=ButtonKind::Main text=words::PLAN.to_owned() on_press=save />
        </div>
        {frame::back(routes::person(person), frame_words::CANCEL)}
    }
    .into_any()
}
