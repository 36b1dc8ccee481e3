//! Equipment proposed: what was proposed, what was decided, what became of it.
//!
//! In: the standings of visit, review and equipment. Out: proposals and their computed state.
//! Never says *not approved* unless proposal and review could both be read here; else the state is not known.
//! Source: product design, "AT state is computed"; clinical guide, section 3.2.

use serde::{Deserialize, Serialize};

use crate::content::{self, State};
use crate::domain::entry::{Author, EntryRef, Recorded, Value};
use crate::domain::equipment::{self, Fact, Facts, Happened, Known, ProposedBy};
use crate::domain::kind::DocKind;
use crate::domain::record::{Place, Record};
use crate::domain::review::{DecisionOutcome, SupplyKind, Urgency};
use crate::domain::role::Role;
use crate::domain::standing::{Standing, Standings};
use crate::ids::{VisitId, WorkerId};
use crate::sorted;
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
    /// The chosen size, as written: a height in millimetres, or a size by name.
    pub size: Option<&'r str>,
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
    sorted::sort(&mut entries);
    entries.dedup();
    Proposal {
        at: birth.at,
        visit,
        ask: birth.entry.value.as_text() == Some("ask"),
        by: birth.by,
        proposed_at: birth.entry.observed_at,
        device: value("device").and_then(Value::as_text),
        place: text("place"),
        size: value("size").and_then(Value::as_text),
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
    standing.stands.and_then(read_decided)
}

fn read_decided(recorded: &Recorded) -> Option<Decided<'_>> {
    if recorded.by.role != Role::Ot {
        return None;
    }
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
    /// What the wall there is made of, where it was looked at.
    pub wall_type: Option<&'r str>,
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
        wall_type: value.field("wall_type").and_then(Value::as_text),
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
    sorted::sort_by_key(&mut events, |event| event.on);
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Its state; nothing when it is not known here, taken back, or decided in two ways.
    pub state: Option<State>,
    /// What may be said of its state, and every state on the way with its day.
    pub supply: equipment::Supply,
    /// Two decisions, instructions or moves differ: an OT resolves them.
    pub clash: bool,
    /// The decision was made on an earlier version of the proposal: nothing is ordered until it is confirmed.
    pub earlier_version: bool,
    /// The day its next review is due: from then on it is due, whatever its state says.
    pub review_due: Option<Date>,
}

/// Computes where a proposal is on its way, from whatever of the three documents is held here. A device the
/// catalogue does not know has no way: nothing is said of it.
pub fn status(standings: &Standings<'_>, record: &Record, at: EntryRef) -> Status {
    let equipment = Place::of_person(DocKind::Equipment);
    let proposed = proposal(standings, record, at);
    let review = proposed.as_ref().map(|one| Place::of_visit(DocKind::Review, one.visit));
    let clashes = |place, about: &str| standings.get(place, about).is_some_and(Standing::is_clash);
    let clash = clashes(equipment, &instruction_about(at))
        || clashes(equipment, &supply_about(at))
        || review.is_some_and(|review| clashes(review, &decision_about(at)));
    let decided = proposed.as_ref().and_then(|one| decided(standings, one.visit, at));
    let earlier_version = match (&proposed, &decided) {
        (Some(proposal), Some(decided)) => is_earlier(proposal, decided),
        (None, _) | (_, None) => false,
    };
    let supply = match facts(standings, record, at) {
        Some(facts) => {
            // As of its last event: whether a review is due by now is for whoever knows the day.
            let last = facts.happened.iter().map(|fact| fact.on);
            let last = last.chain(facts.proposal.map(|proposed| proposed.on)).max();
            last.map(|last| equipment::state_of(&facts, last))
        }
        None => None,
    };
    let supply = supply.unwrap_or_else(|| equipment::Supply {
        known: Known::NotKnownHere,
        path: Vec::new(),
        review_on: None,
        days_to_fitted: None,
    });
    let state = match supply.known {
        Known::Is(state) | Known::DecidedOnEarlierVersion(state) => Some(state),
        Known::DecisionsDiffer | Known::TakenBack | Known::NotKnownHere => None,
    };
    Status { state, review_due: supply.review_on, supply, clash, earlier_version }
}

/// Everything held here about one proposal, for the table of moves.
pub fn facts(standings: &Standings<'_>, record: &Record, at: EntryRef) -> Option<Facts> {
    let proposed = proposal(standings, record, at);
    let instruction = instruction(standings, at);
    let decisions = proposed.as_ref().map(|one| decisions(standings, one)).unwrap_or_default();
    let device = decisions
        .iter()
        .find_map(|(decided, _)| decided.device)
        .or(instruction.as_ref().map(|found| found.device))
        .or(proposed.as_ref().and_then(|one| one.device))?;
    let supplied = supply_history(standings, at);
    let mut happened = Vec::new();
    let mut add = |happened_so, recorded: &Recorded, on: Date| {
        happened.push(Fact { happened: happened_so, on, at: recorded.written_at });
    };
    for reply in proposed.iter().flat_map(|one| &one.replies) {
        add(Happened::Answered, reply, reply.written_at.london_date());
    }
    for (decided, current) in &decisions {
        let happened = Happened::Decided { outcome: decided.outcome, current: *current };
        add(happened, decided.recorded, decided.recorded.written_at.london_date());
    }
    // An instruction that was stopped is part of the way only where something followed from it.
    let stopped = decisions.iter().any(|(decided, _)| {
        matches!(decided.outcome, DecisionOutcome::Declined | DecisionOutcome::Withdrawn)
    });
    let holds = instruction.as_ref().is_some_and(|found| found.active);
    if holds || stopped || !supplied.is_empty() {
        for recorded in instructed(standings, at) {
            add(Happened::Instructed, recorded, recorded.written_at.london_date());
        }
    }
    for event in &supplied {
        add(Happened::Supplied(event.event), event.recorded, event.on);
    }
    Some(Facts {
        device: content::catalogue().device(device)?,
        proposal: proposed.as_ref().map(|one| ProposedBy {
            ot: one.by.role == Role::Ot && !one.ask,
            on: one.proposed_at.london_date(),
        }),
        taken_back: proposed.as_ref().is_some_and(|one| one.withdrawn),
        // Visits and reviews are held together, by the same scope.
        reviews_held: proposed.is_some(),
        happened,
    })
}

/// Every standing decision of an OT, and whether it was made on what stands now.
fn decisions<'r>(standings: &Standings<'r>, proposal: &Proposal<'r>) -> Vec<(Decided<'r>, bool)> {
    let review = Place::of_visit(DocKind::Review, proposal.visit);
    let standing = standings.get(review, &decision_about(proposal.at));
    standing
        .into_iter()
        .flat_map(Standing::entries)
        .filter_map(read_decided)
        .map(|decided| {
            let current = !is_earlier(proposal, &decided);
            (decided, current)
        })
        .collect()
}

/// Every instruction to supply an OT ever gave for a proposal.
fn instructed<'r>(standings: &Standings<'r>, at: EntryRef) -> impl Iterator<Item = &'r Recorded> {
    let standing = standings.get(Place::of_person(DocKind::Equipment), &instruction_about(at));
    let history: Vec<&'r Recorded> = standing.map(|standing| standing.history.clone()).unwrap_or_default();
    history.into_iter().filter(|recorded| {
        recorded.by.role == Role::Ot
            && recorded.entry.value.field("active").and_then(Value::as_flag) == Some(true)
    })
}

/// Whether a proposal has changed since it was decided. Replies to the OT do not change it.
pub fn is_earlier(proposal: &Proposal<'_>, decision: &Decided<'_>) -> bool {
    let replies: Vec<EntryRef> = proposal.replies.iter().map(|reply| reply.at).collect();
    proposal.entries.iter().any(|at| !decision.read.contains(at) && !replies.contains(at))
}
