//! Equipment proposed: what was proposed, what was decided, what became of it.
//!
//! In: the standings of visit, review and equipment. Out: proposals and their computed state.
//! Never says *not approved* unless proposal and review could both be read here; else the state is not known.
//! Source: product design, "AT state is computed"; clinical guide, section 3.2.

use serde::{Deserialize, Serialize};

use crate::content::{self, State};
use crate::domain::entry::{Author, EntryRef, Recorded, Value};
use crate::domain::kind::DocKind;
use crate::domain::record::{Place, Record};
use crate::domain::review::{DecisionOutcome, SupplyKind, Urgency};
use crate::domain::role::Role;
use crate::domain::standing::{Standing, Standings, Verdict};
use crate::ids::{VisitId, WorkerId};
use crate::time::{Date, Timestamp};

/// One proposal as it stands. Text that nothing stands for is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal<'r> {
    /// Its name.
    pub at: EntryRef,
    /// The visit it was made at.
    pub visit: VisitId,
    /// Whether the OT is asked to assess, instead of a device being proposed.
    pub ask: bool,
    /// Who made it.
    pub by: Author,
    /// When.
    pub proposed_at: Timestamp,
    /// The catalogue's id; nothing while two differ.
    pub device: Option<&'r str>,
    /// Where it will be.
    pub place: &'r str,
    /// The need.
    pub why: &'r str,
    /// The hazard items it answers.
    pub hazards: Vec<&'r str>,
    /// The measurements it rests on: their `about` in the visit.
    pub measurements: Vec<&'r str>,
    /// Its safe working load; the lower one while two differ.
    pub swl_kg: Option<f64>,
    /// How soon.
    pub urgency: Option<Urgency>,
    /// What came of trying it.
    pub trial: &'r str,
    /// What the person thinks.
    pub persons_view: &'r str,
    /// What the carer thinks.
    pub carers_view: &'r str,
    /// What the proposer answered to the OT's questions, oldest first.
    pub replies: Vec<&'r Recorded>,
    /// Its fields with two answers.
    pub clashes: Vec<&'r str>,
    /// Everything that stands about it: what a decision names as read. Replies included, measurements included.
    pub entries: Vec<EntryRef>,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

/// The proposals of a visit, oldest first, withdrawn ones too.
pub fn proposals<'r>(standings: &Standings<'r>, visit: VisitId) -> Vec<Proposal<'r>> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let births = standings.get(place, "proposal/+").into_iter().flat_map(Standing::entries);
    births.map(|birth| read(standings, visit, birth)).collect()
}

/// One proposal; nothing when its visit is not held here.
pub fn proposal<'r>(standings: &Standings<'r>, record: &Record, at: EntryRef) -> Option<Proposal<'r>> {
    let part = record.part(at.doc).filter(|part| part.kind == DocKind::Visit)?;
    let visit = part.visit?;
    let place = Place::of_visit(DocKind::Visit, visit);
    let birth = standings.get(place, "proposal/+")?.entries().find(|birth| birth.at == at)?;
    Some(read(standings, visit, birth))
}

fn read<'r>(standings: &Standings<'r>, visit: VisitId, birth: &'r Recorded) -> Proposal<'r> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let stem = format!("proposal/{}/", birth.at.key);
    let value = |field: &str| standings.value(place, &format!("{stem}{field}"));
    let text = |field: &str| value(field).and_then(Value::as_text).unwrap_or_default();
    let texts = |field: &str| -> Vec<&'r str> {
        let list = value(field).and_then(Value::as_list).unwrap_or_default();
        list.iter().filter_map(Value::as_text).collect()
    };
    let measurements = texts("measurements");
    let mut entries = vec![birth.at];
    let mut clashes = Vec::new();
    let own = standings.under(place, &stem);
    let measured = measurements.iter().filter_map(|about| Some((*about, standings.get(place, about)?)));
    for (about, standing) in own.chain(measured) {
        entries.extend(standing.entries().map(|recorded| recorded.at));
        if standing.is_clash() {
            clashes.push(about);
        }
    }
    entries.sort_unstable();
    entries.dedup();
    Proposal {
        at: birth.at,
        visit,
        ask: birth.entry.value.as_text() == Some("ask"),
        by: birth.by,
        proposed_at: birth.entry.observed_at,
        device: value("device").and_then(Value::as_text),
        place: text("place"),
        why: text("why"),
        hazards: texts("hazards"),
        measurements,
        swl_kg: value("swl_kg").and_then(Value::as_number),
        urgency: value("urgency").and_then(Urgency::from_value),
        trial: text("trial"),
        persons_view: text("persons_view"),
        carers_view: text("carers_view"),
        replies: standings.things(place, &format!("{stem}reply/+")),
        clashes,
        entries,
        withdrawn: standings.is_withdrawn(place, "proposal/", birth.at),
    }
}

/// What an OT decided, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided<'r> {
    /// The entry, with who wrote it and when.
    pub recorded: &'r Recorded,
    /// What was decided.
    pub outcome: DecisionOutcome,
    /// The device that was approved: the replacement of a change, else the one proposed then.
    pub device: Option<&'r str>,
    /// Its safe working load in kilograms.
    pub swl_kg: Option<f64>,
    /// Why, or what is asked.
    pub reason: &'r str,
    /// Who did not want it: `person` or `ot`.
    pub by: Option<&'r str>,
    /// Who should answer.
    pub whom: Option<WorkerId>,
    /// The entries of the proposal that were read.
    pub read: Vec<EntryRef>,
}

/// The path of a decision in the review.
pub fn decision_about(proposal: EntryRef) -> String {
    format!("decision/{}", proposal.path())
}

/// The path of an instruction in the equipment register.
pub fn instruction_about(proposal: EntryRef) -> String {
    format!("instruction/{}", proposal.path())
}

/// The path of what became of a device, in the equipment register.
pub fn supply_about(proposal: EntryRef) -> String {
    format!("supply/{}", proposal.path())
}

/// The decision that stands about a proposal. Only an OT's counts.
pub fn decided<'r>(standings: &Standings<'r>, visit: VisitId, proposal: EntryRef) -> Option<Decided<'r>> {
    let standing = standings.get(Place::of_visit(DocKind::Review, visit), &decision_about(proposal))?;
    let recorded = standing.stands.filter(|recorded| recorded.by.role == Role::Ot)?;
    let value = &recorded.entry.value;
    Some(Decided {
        recorded,
        outcome: DecisionOutcome::from_value(value.field("outcome")?)?,
        device: value.field("device").and_then(Value::as_text),
        swl_kg: value.field("swl_kg").and_then(Value::as_number),
        reason: value.field("reason").and_then(Value::as_text).unwrap_or_default(),
        by: value.field("by").and_then(Value::as_text),
        whom: value.field("whom").and_then(Value::as_bytes).and_then(|bytes| WorkerId::try_from(bytes).ok()),
        read: value.field("read").map(EntryRef::list_from_value).unwrap_or_default(),
    })
}

/// The instruction to supply, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction<'r> {
    /// The entry.
    pub recorded: &'r Recorded,
    /// Whether it holds, or was stopped.
    pub active: bool,
    /// The device.
    pub device: &'r str,
    /// Where it will be.
    pub place: &'r str,
    /// The entries of the proposal the decision read.
    pub read: Vec<EntryRef>,
}

/// The instruction that stands for a proposal. Only an OT's counts.
pub fn instruction<'r>(standings: &Standings<'r>, proposal: EntryRef) -> Option<Instruction<'r>> {
    let place = Place::of_person(DocKind::Equipment);
    let standing = standings.get(place, &instruction_about(proposal))?;
    let recorded = standing.stands.filter(|recorded| recorded.by.role == Role::Ot)?;
    let value = &recorded.entry.value;
    Some(Instruction {
        recorded,
        active: value.field("active")?.as_flag()?,
        device: value.field("device")?.as_text()?,
        place: value.field("place").and_then(Value::as_text).unwrap_or_default(),
        read: value.field("read").map(EntryRef::list_from_value).unwrap_or_default(),
    })
}

/// What last happened to a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply<'r> {
    /// The entry.
    pub recorded: &'r Recorded,
    /// What happened.
    pub event: SupplyKind,
    /// On which day.
    pub on: Date,
    /// Supplier, serial number, who was shown.
    pub detail: &'r str,
}

/// Everything that happened to a device, oldest first.
pub fn supply_history<'r>(standings: &Standings<'r>, proposal: EntryRef) -> Vec<Supply<'r>> {
    let standing = standings.get(Place::of_person(DocKind::Equipment), &supply_about(proposal));
    let mut events: Vec<Supply<'r>> = standing
        .into_iter()
        .flat_map(|standing| standing.history.iter().copied())
        .filter_map(read_supply)
        .collect();
    events.sort_by_key(|event| event.on);
    events
}

fn read_supply(recorded: &Recorded) -> Option<Supply<'_>> {
    let value = &recorded.entry.value;
    Some(Supply {
        recorded,
        event: SupplyKind::from_value(value.field("event")?)?,
        on: Date::parse_iso(value.field("on")?.as_text()?)?,
        detail: value.field("detail").and_then(Value::as_text).unwrap_or_default(),
    })
}

/// Where a proposal is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its state; nothing when what would tell is not known here.
    pub state: Option<State>,
    /// Two decisions or two moves differ: an OT resolves them.
    pub clash: bool,
    /// The decision was made on an earlier version of the proposal: nothing is ordered until it is confirmed.
    pub earlier_version: bool,
    /// The day its review is due, where it is in use or fitted.
    pub review_due: Option<Date>,
}

/// Computes where a proposal is on its way, from whatever of the three documents is held here.
pub fn status(standings: &Standings<'_>, record: &Record, at: EntryRef) -> Status {
    let proposed = proposal(standings, record, at);
    let equipment = Place::of_person(DocKind::Equipment);
    let instruction_standing = standings.get(equipment, &instruction_about(at));
    let supply_standing = standings.get(equipment, &supply_about(at));
    let review = proposed.as_ref().and_then(|proposal| {
        standings.get(Place::of_visit(DocKind::Review, proposal.visit), &decision_about(at))
    });
    let clash = [instruction_standing, supply_standing, review]
        .into_iter()
        .flatten()
        .any(|standing| standing.verdict == Verdict::Clash);
    let decision = proposed.as_ref().and_then(|proposal| decided(standings, proposal.visit, at));
    let instruction = instruction(standings, at);
    let supply = supply_standing.and_then(|standing| standing.stands).and_then(read_supply);
    let earlier_version = match (&proposed, &decision) {
        (Some(proposal), Some(decision)) => is_earlier(proposal, decision),
        _ => false,
    };
    let state = match (&supply, &decision, &instruction) {
        (Some(supply), _, Some(instruction)) if instruction.active || ends_supply(supply.event) => {
            Some(state_of_supply(supply.event))
        }
        (_, Some(decision), _) => Some(state_of_decision(decision, proposed.as_ref())),
        // The coordinator's view: the register alone.
        (_, None, Some(instruction)) => {
            Some(if instruction.active { State::Approved } else { State::Withdrawn })
        }
        (Some(supply), None, None) => Some(state_of_supply(supply.event)),
        (None, None, None) => {
            proposed.as_ref().map(|proposal| match (proposal.withdrawn, proposal.by.role) {
                (true, _) => State::Withdrawn,
                (false, Role::Ot) if !proposal.ask => State::Proposed,
                (false, _) => State::OtReview,
            })
        }
    };
    let device = instruction.as_ref().and_then(|found| content::catalogue().device(found.device));
    let weeks = device.and_then(|device| device.review_weeks);
    let review_due = match (&supply, weeks) {
        (Some(supply), Some(weeks))
            if matches!(supply.event, SupplyKind::FittedAndShown | SupplyKind::InUse) =>
        {
            Some(supply.on.plus_days(i32::from(weeks) * 7))
        }
        _ => None,
    };
    Status { state, clash, earlier_version, review_due }
}

/// Whether a proposal has changed since it was decided. Replies to the OT do not change it.
pub fn is_earlier(proposal: &Proposal<'_>, decision: &Decided<'_>) -> bool {
    let replies: Vec<EntryRef> = proposal.replies.iter().map(|reply| reply.at).collect();
    proposal.entries.iter().any(|at| !decision.read.contains(at) && !replies.contains(at))
}

fn ends_supply(event: SupplyKind) -> bool {
    matches!(event, SupplyKind::Returned | SupplyKind::RefusedLater)
}

/// The state an event brings a device to.
pub fn state_of_supply(event: SupplyKind) -> State {
    match event {
        SupplyKind::Ordered => State::Ordered,
        SupplyKind::SelfSupplied => State::SelfSupplied,
        SupplyKind::Delivered => State::Delivered,
        SupplyKind::FittedAndShown => State::FittedDemonstrated,
        SupplyKind::InUse => State::InUse,
        SupplyKind::NotUsed => State::NotUsed,
        SupplyKind::RepairOrRecall => State::RepairOrRecall,
        SupplyKind::Returned => State::Returned,
        SupplyKind::RefusedLater => State::Declined,
    }
}

fn state_of_decision(decision: &Decided<'_>, proposal: Option<&Proposal<'_>>) -> State {
    match decision.outcome {
        DecisionOutcome::Approved | DecisionOutcome::Changed => State::Approved,
        DecisionOutcome::Declined => State::Declined,
        DecisionOutcome::Withdrawn => State::Withdrawn,
        DecisionOutcome::SeeInPerson => State::OtReview,
        DecisionOutcome::Asked => {
            // Answered once a reply stands that the question had not read.
            let answered = proposal
                .is_some_and(|one| one.replies.iter().any(|reply| !decision.read.contains(&reply.at)));
            if answered { State::OtReview } else { State::Asked }
        }
    }
}
