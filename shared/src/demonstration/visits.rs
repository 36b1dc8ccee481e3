//! Telling a person's registration and visits, act by act, as their workers would.
//!
//! In: one case and one of its visits. Out: commands given on the stage.
//! Never answers what belongs to a concern or to the access notes: that is listed as not covered.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::content::{self, Item, ItemDocument};
use crate::decide::{Act, Answer, Change, Holder, Measured, NewAction, NewPerson, NoteName, SameDayAction};
use crate::demonstration::caseload::{self, Case, Home, Visit};
use crate::demonstration::stage::Stage;
use crate::demonstration::{KeepError, equipment};
use crate::domain::assessment::{self, Answers, Outcome};
use crate::domain::entry::{NonAnswer, Value};
use crate::domain::home;
use crate::domain::kind::DocKind;
use crate::domain::note::Section;
use crate::domain::person::{ConsentKind, ConsentState, NoNumber, PersonName, Priority};
use crate::domain::record::Place;
use crate::domain::review::{Closed, CountersignOutcome};
use crate::domain::role::Role;
use crate::domain::signature;
use crate::domain::standing::Standings;
use crate::domain::visit::{Delegation, Plan, VisitKind, VisitMode, VisitOutcome};
use crate::ids::VisitId;
use crate::time::Timestamp;

const HOME_SAFETY: &str = include_str!("../../content/home_safety.json");
const MS_PER_MINUTE: i64 = 60_000;

/// Minutes a visit is planned for that the file gives none.
const USUAL_MINUTES: i64 = 60;

#[derive(Deserialize)]
struct Examples {
    items: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    id: String,
    safe_example: serde_json::Value,
}

fn answer(about: &str, value: impl Into<Value>) -> Act {
    answer_in(Holder::Person, about, value)
}

pub(super) fn answer_in(to: Holder, about: &str, value: impl Into<Value>) -> Act {
    let value = value.into();
    Act::Answer(Answer { to, about: about.to_owned(), value, how: None, observed_at: None, reason: None })
}

pub(super) fn register(stage: &mut Stage<'_, '_>, case: &Case) -> Result<(), KeepError> {
    let received =
        case.referral.received.plus_ms(i64::from(stage.telling.shift_days) * 24 * 60 * MS_PER_MINUTE);
    stage.turn_to(received);
    let Some(staff) = stage.first(Role::CareCoordinator).or_else(|| stage.first(Role::Ot)) else {
        stage.refuse(format!("{}: register: no coordinator", case.id), None);
        return Ok(());
    };
    let (given, family) = case.name.rsplit_once(' ').unwrap_or(("", &case.name));
    let name = PersonName { title: String::new(), given: given.to_owned(), family: family.to_owned() };
    let no_number = case.nhs_number.is_none().then_some(NoNumber::NotKnown);
    stage.act(
        staff,
        Act::RegisterPerson(NewPerson {
            name,
            born: case.dob,
            nhs_number: case.nhs_number.clone(),
            no_number,
            address: case.address.clone(),
            phone: case.phone.clone(),
        }),
    )?;
    let sex = if case.sex == "not stated" { "not_stated" } else { &case.sex };
    let facts = [
        ("identity/sex", sex),
        ("contact/language", &case.language),
        ("contact/practice", &case.practice),
        ("social/lives", &case.lives),
        ("social/group", &case.group),
    ];
    for (about, text) in facts.into_iter().filter(|(_, text)| !text.is_empty()) {
        stage.act(staff, answer(about, text))?;
    }
    if case.lives.contains("owner") {
        stage.act(staff, answer("social/tenure", "owner"))?;
    }
    stage.act(staff, answer("contact/interpreter", Value::Flag(case.interpreter)))?;
    for flag in ["two_staff", "dog"] {
        if let Some(is) = case.pre_visit.get(flag).and_then(serde_json::Value::as_bool) {
            stage.act(staff, answer(&format!("alert/{flag}"), Value::Flag(is)))?;
        }
    }
    if case.pre_visit.contains_key("home_visits") {
        stage.act(staff, answer("alert/no_home_visits", Value::Flag(true)))?;
    }
    if case.address.starts_with("withheld") {
        stage.act(staff, answer("alert/hidden_address", Value::Flag(true)))?;
    }
    if let Some(notes) = case.pre_visit.get("notes").and_then(serde_json::Value::as_str) {
        let (to, about) = (Holder::Person, "alert/+".to_owned());
        stage.act(staff, Act::Add { to, about, value: notes.into() })?;
    }
    let priority = Priority::from_code(&case.referral.priority).unwrap_or(Priority::Routine);
    let value = Value::map([
        ("received", Value::Text(stage.today().iso())),
        ("source", case.referral.source.as_str().into()),
        ("reason", case.referral.reason.as_str().into()),
        ("priority", priority.into()),
    ]);
    stage.act(staff, Act::Add { to: Holder::Person, about: "referral/+".to_owned(), value })?;
    Ok(())
}

pub(super) fn plan_today(
    stage: &mut Stage<'_, '_>,
    case: &Case,
    starts_at: Timestamp,
) -> Result<(), KeepError> {
    let Some(lead) = stage.first(Role::OutreachWorker) else { return Ok(()) };
    let Some(worker) = stage.worker(lead) else { return Ok(()) };
    let by = stage.first(Role::Ot).and_then(|ot| stage.worker(ot));
    // A coordinator writes no visit, so whoever leads it plans it, the afternoon before.
    stage.turn_to(starts_at.plus_ms(-18 * 60 * MS_PER_MINUTE));
    let visit = VisitId::from_bytes(stage.draw());
    let plan = Plan {
        starts_at,
        ends_at: starts_at.plus_ms(USUAL_MINUTES * MS_PER_MINUTE),
        kind: VisitKind::FollowUp,
        mode: VisitMode::Home,
        purpose: "Home safety, follow-up".to_owned(),
    };
    let delegation = by.map(|by| Delegation {
        by: by.author.worker,
        task: "home safety assessment and equipment needs".to_owned(),
        seen_by_registered: case
            .visits
            .iter()
            .find(|visit| stage.role(&visit.staff).is_some_and(Role::is_registered))
            .map(|visit| stage.starts_at(visit)),
    });
    stage.act(lead, Act::PlanVisit { visit, plan, lead: worker.author.worker, delegation })?;
    Ok(())
}

pub(super) fn visit(stage: &mut Stage<'_, '_>, case: &Case, place: usize) -> Result<(), KeepError> {
    let (Some(told), Some(visit)) = (case.visits.get(place), stage.visits.get(place).copied()) else {
        return Ok(());
    };
    let staff = told.staff.as_str();
    let starts_at = stage.starts_at(told);
    let ends_at = starts_at.plus_ms(told.minutes * MS_PER_MINUTE);
    let outcome = outcome(&told.outcome);
    let took_place = matches!(outcome, VisitOutcome::Attended | VisitOutcome::EndedEarly);
    plan(stage, case, told, visit)?;
    if took_place {
        stage.act(staff, Act::StartVisit { visit })?;
        stage.until(ends_at.plus_ms(-1));
        at_the_door(stage, case, told, visit)?;
        if let Some(home) = &told.home {
            assess(stage, visit, staff, home)?;
        }
        equipment::measure_and_propose(stage, case, place)?;
        round_off(stage, case, place)?;
    }
    stage.turn_to(ends_at);
    stage.act(staff, Act::EndVisit { visit, outcome })?;
    for same_day in &told.same_day_actions {
        let at = same_day.at.plus_ms(i64::from(stage.telling.shift_days) * 24 * 60 * MS_PER_MINUTE);
        stage.turn_to(at);
        let (who, how) = (same_day.told.clone(), same_day.how.clone());
        let action = SameDayAction::Told { who, how, at };
        let item = same_day.item.clone();
        stage.act(&same_day.by, Act::RecordSameDayAction { visit, item, action })?;
    }
    sign(stage, staff, visit)
}

fn plan(stage: &mut Stage<'_, '_>, case: &Case, told: &Visit, visit: VisitId) -> Result<(), KeepError> {
    let Some(lead) = stage.worker(&told.staff) else {
        stage.refuse(format!("{}: plan a visit: no {}", case.id, told.staff), None);
        return Ok(());
    };
    let starts_at = stage.starts_at(told);
    let minutes = if told.minutes > 0 { told.minutes } else { USUAL_MINUTES };
    let plan = Plan {
        starts_at,
        ends_at: starts_at.plus_ms(minutes * MS_PER_MINUTE),
        kind: kind(&told.kind),
        mode: mode(&told.mode),
        purpose: told.kind.clone(),
    };
    let delegation = told.delegation.as_ref().and_then(|delegated| {
        let by = stage.worker(&delegated.delegated_by)?.author.worker;
        let seen =
            delegated.seen_by_registered.map(|day| Timestamp::from_london(stage.telling.day(day), 9, 0));
        Some(Delegation { by, task: delegated.task.clone(), seen_by_registered: seen })
    });
    stage.act(&told.staff, Act::PlanVisit { visit, plan, lead: lead.author.worker, delegation })?;
    if let Some(second) = told.second.as_deref().and_then(|second| stage.worker(second)) {
        let value = Value::Bytes(second.author.worker.as_bytes().to_vec());
        let (to, about) = (Holder::Visit(visit), "visit/second/+".to_owned());
        stage.act(&told.staff, Act::Add { to, about, value })?;
    }
    Ok(())
}

fn at_the_door(
    stage: &mut Stage<'_, '_>,
    case: &Case,
    told: &Visit,
    visit: VisitId,
) -> Result<(), KeepError> {
    let staff = told.staff.as_str();
    let fields = vec!["name".to_owned(), "born".to_owned()];
    stage.act(staff, Act::CheckIdentifiers { visit, fields })?;
    for who in told.present.iter().filter(|who| who.as_str() != "person") {
        let by_phone = who.ends_with("by phone");
        stage.act(staff, Act::AddPresent { visit, who: who.clone(), by_phone })?;
    }
    if !told.present.is_empty() {
        let alone = told.present.iter().all(|who| who == "person");
        stage.act(staff, answer_in(Holder::Visit(visit), "seen_alone", Value::Flag(alone)))?;
    }
    let consent = &case.consent;
    for (kind, said) in [(ConsentKind::Assess, &consent.to_assess), (ConsentKind::Photos, &consent.photos)] {
        if let Some((state, detail)) = consent_state(said) {
            stage.act(staff, consent_act(visit, kind, None, state, detail))?;
        }
    }
    let shares = |state, detail: &str| (state, detail.to_owned());
    let given = match consent.share_basis.as_str() {
        "" => shares(ConsentState::Given, ""),
        basis => shares(ConsentState::NotAble, basis),
    };
    for recipient in &consent.to_share {
        let act = consent_act(visit, ConsentKind::Share, Some(recipient), given.0, &given.1);
        stage.act(staff, act)?;
    }
    for recipient in &consent.to_share_refused {
        let act = consent_act(visit, ConsentKind::Share, Some(recipient), ConsentState::Refused, "");
        stage.act(staff, act)?;
    }
    if case.capacity.starts_with("assessed") {
        let value = Value::map([("decision", case.capacity.as_str().into())]);
        let (to, about) = (Holder::Visit(visit), "doubt/+".to_owned());
        stage.act(staff, Act::Add { to, about, value })?;
    }
    Ok(())
}

fn consent_act(
    visit: VisitId,
    kind: ConsentKind,
    recipient: Option<&String>,
    state: ConsentState,
    detail: &str,
) -> Act {
    let (recipient, detail) = (recipient.cloned(), detail.to_owned());
    Act::RecordConsent { visit, kind, recipient, state, detail, how: None }
}

/// `partly: two rooms` and its like: the state, and the words after it.
fn consent_state(said: &str) -> Option<(ConsentState, &str)> {
    let (state, detail) = said.split_once(": ").unwrap_or((said, ""));
    Some(match state {
        "yes" => (ConsentState::Given, detail),
        "partly" => (ConsentState::Partly, detail),
        "no" => (ConsentState::Refused, detail),
        "not able" => (ConsentState::NotAble, detail),
        _ => return None,
    })
}

/// The answers of one home that the visit holds, and those that are recorded elsewhere and not built yet.
///
/// Every item not listed has its safe example.
pub fn answers_of(told: &Home) -> BTreeMap<String, Value> {
    let examples: Vec<Example> =
        serde_json::from_str::<Examples>(HOME_SAFETY).map(|read| read.items).unwrap_or_default();
    let is_in = |list: &[String], id: &str| list.iter().any(|listed| listed == id);
    let value = |example: &Example| {
        let id = example.id.as_str();
        if let Some(given) = told.answers_that_differ_from_safe.get(id) {
            return Some(caseload::value(given));
        }
        if is_in(&told.not_asked, id) {
            return None;
        }
        Some(if is_in(&told.not_seen, id) {
            Value::Non(NonAnswer::NotSeen)
        } else if is_in(&told.declined, id) {
            Value::Non(NonAnswer::Declined)
        } else if is_in(&told.not_applicable, id) {
            Value::Non(NonAnswer::NotApplicable)
        } else {
            caseload::value(&example.safe_example)
        })
    };
    examples.iter().filter_map(|example| Some((example.id.clone(), value(example)?))).collect()
}

fn assess(stage: &mut Stage<'_, '_>, visit: VisitId, staff: &str, told: &Home) -> Result<(), KeepError> {
    for (question, option) in &told.profile {
        let (question, option) = (question.clone(), option.clone());
        stage.act(staff, Act::AnswerProfile { visit, question, option })?;
    }
    for (flag, is) in &told.flags {
        stage.act(staff, Act::SetFlag { visit, flag: flag.clone(), is: *is })?;
    }
    let values = answers_of(told);
    let record = stage.record();
    let standings = Standings::of(&record);
    let setting = home::answers(&standings, visit).setting;
    let open: BTreeSet<&str> =
        home::open_hazards(&standings, &record).iter().map(|hazard| hazard.item.id).collect();
    for item in &content::home_safety().items {
        let Some(value) = values.get(item.id) else { continue };
        if item.document != ItemDocument::Visit {
            let elsewhere =
                format!("{}: {}: written to the {:?} document", stage.case, item.id, item.document);
            stage.not_covered.push(elsewhere);
            continue;
        }
        if is_computed(item, value, &setting) {
            continue;
        }
        // A hazard of an earlier visit that is seen safe now was removed.
        let means = assessment::outcome_of(item, value, &setting);
        let change =
            (open.contains(item.id) && means == Outcome::Safe).then_some(Change::Fixed(Closed::Removed));
        let (item, value) = (item.id.to_owned(), value.clone());
        stage.act(staff, Act::AnswerItem { visit, item, value, how: None, change, observed_at: None })?;
    }
    Ok(())
}

/// Whether the home profile says already that an item does not apply, so that nobody has to.
fn is_computed(item: &Item, value: &Value, setting: &assessment::Setting) -> bool {
    let nothing = Answers { setting: setting.clone(), items: crate::sorted::Map::new() };
    let computed = assessment::outcome(item, &nothing);
    value.as_non() == Some(NonAnswer::NotApplicable)
        && matches!(computed, Outcome::NotApplicable { confirmed: true, .. })
}

fn round_off(stage: &mut Stage<'_, '_>, case: &Case, place: usize) -> Result<(), KeepError> {
    let (Some(told), Some(visit)) = (case.visits.get(place), stage.visits.get(place).copied()) else {
        return Ok(());
    };
    let staff = told.staff.as_str();
    if place == 0 {
        write_note(stage, staff, visit, Section::OwnWords, &case.referral.reason)?;
        for onward in &case.onward {
            let (what, owner) = (onward.service.clone(), onward.recipient.clone());
            let action = NewAction { what, owner, due: None, item: None };
            stage.act(staff, Act::AddAction { visit, action })?;
        }
    }
    if let Some(note) = &told.note {
        write_note(stage, staff, visit, Section::Findings, note)?;
    }
    let next = case.visits.get(place + 1);
    let on = next.map(|next| stage.telling.day(next.date));
    let detail = next.map_or("No further contact planned.", |next| next.kind.as_str()).to_owned();
    stage.act(staff, Act::SetNextContact { visit, on, detail })?;
    Ok(())
}

fn write_note(
    stage: &mut Stage<'_, '_>,
    staff: &str,
    visit: VisitId,
    section: Section,
    text: &str,
) -> Result<(), KeepError> {
    let record = stage.record();
    let place = Place::of_visit(DocKind::Visit, visit);
    let Some(part) = record.parts_at(place).next().filter(|_| !text.is_empty()) else { return Ok(()) };
    let (doc, seen, note) = (part.doc, part.version.clone(), NoteName::Section(section));
    stage.act(staff, Act::EditNote { doc, note, seen, text: text.to_owned() })?;
    Ok(())
}

fn sign(stage: &mut Stage<'_, '_>, staff: &str, visit: VisitId) -> Result<(), KeepError> {
    let record = stage.record();
    let place = Place::of_visit(DocKind::Visit, visit);
    let mut text = Sha256::new();
    for recorded in record.parts_at(place).flat_map(|part| &part.entries) {
        text.update(minicbor::to_vec(&recorded.entry).unwrap_or_default());
    }
    let act = Act::Sign {
        visit,
        covers: record.parts_at(place).map(|part| (part.doc, part.version.clone())).collect(),
        text_sha256: text.finalize().into(),
        typed_name: stage.name(staff).to_owned(),
        form_version: content::home_safety().version,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    stage.act(staff, act)?;
    Ok(())
}

pub(super) fn countersign(stage: &mut Stage<'_, '_>, case: &Case, place: usize) -> Result<(), KeepError> {
    let (Some(told), Some(visit)) = (case.visits.get(place), stage.visits.get(place).copied()) else {
        return Ok(());
    };
    let by = told.delegation.as_ref().map(|delegated| delegated.delegated_by.as_str());
    let Some(staff) = by.or_else(|| stage.first(Role::Ot)) else { return Ok(()) };
    let record = stage.record();
    let standings = Standings::of(&record);
    for waiting in signature::awaiting_countersign(&standings, visit) {
        let place = Place::of_visit(DocKind::Visit, visit);
        let covers = record.parts_at(place).map(|part| (part.doc, part.version.clone())).collect();
        let signature = waiting.recorded.at;
        let (outcome, detail) = (CountersignOutcome::Agree, String::new());
        stage.act(staff, Act::Countersign { visit, signature, covers, outcome, detail })?;
    }
    Ok(())
}

fn outcome(text: &str) -> VisitOutcome {
    match text {
        "attended" => VisitOutcome::Attended,
        "did not attend" | "DNA" => VisitOutcome::DidNotAttend,
        "no access" => VisitOutcome::NoAccess,
        "was not brought" => VisitOutcome::WasNotBrought,
        "cancelled by person" => VisitOutcome::CancelledByPerson,
        "cancelled by service" => VisitOutcome::CancelledByService,
        _ => VisitOutcome::EndedEarly,
    }
}

fn kind(text: &str) -> VisitKind {
    match text {
        "OT consultation" => VisitKind::OtConsultation,
        "rapid response" => VisitKind::RapidResponse,
        "follow-up" => VisitKind::FollowUp,
        "recovery session" => VisitKind::Recovery,
        "group" => VisitKind::Group,
        "workplace visit" => VisitKind::Workplace,
        "carer contact" => VisitKind::Carer,
        _ => VisitKind::Outreach,
    }
}

fn mode(text: &str) -> VisitMode {
    match text {
        "clinic" => VisitMode::Clinic,
        "care home" => VisitMode::CareHome,
        "community" => VisitMode::Community,
        "workplace" => VisitMode::Workplace,
        "telephone" => VisitMode::Telephone,
        "video" => VisitMode::Video,
        _ => VisitMode::Home,
    }
}

/// A reading of the file as the visit records it; nothing for those kept in the access notes.
pub(super) fn measured(told: &caseload::Measurement) -> Option<Measured> {
    let field = content::catalogue().measurement(&told.field)?;
    (!field.restricted).then(|| Measured {
        field: told.field.clone(),
        place: if told.place.is_empty() { "home".to_owned() } else { told.place.clone() },
        value: caseload::value(&told.value),
        how: None,
        observed_at: None,
    })
}
