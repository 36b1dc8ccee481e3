//! Where one item of equipment is, computed from what several people wrote.
//!
//! In: the proposal, standing decisions, supply events, today. Out: its state, the way there, and what is due.
//! Never says "not approved" where a review may exist that is not held here. Of two moves, the one that stops supply stands.
//! Source: product design, "AT state is computed"; clinical guide, sections 3.2 and 3.3.

use serde::{Deserialize, Serialize};

use crate::content::{Device, State};
use crate::domain::equipment::moves::transition;
use crate::domain::review::{DecisionOutcome, SupplyKind};
use crate::sorted;
use crate::time::{Date, Timestamp};

/// Days from one follow-up to the next, after the first. Source: clinical guide, section 3.2, step 8.
pub const FOLLOW_UP_DAYS: i32 = 365;

/// Who proposed it, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposedBy {
    /// Whether the proposer acted as an OT: their proposal skips review.
    pub ot: bool,
    /// The day.
    pub on: Date,
}

/// One thing that happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The proposer answered the OT's question.
    Answered,
    /// A standing decision.
    Decided {
        /// What was decided.
        outcome: DecisionOutcome,
        /// Whether it names the proposal entries that stand now.
        current: bool,
    },
    /// The OT's instruction to supply.
    Instructed,
    /// A supply event.
    Supplied(SupplyKind),
    /// Found in the home at inventory.
    FoundInHome,
}

/// One thing that happened, with its day and its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub happened: Happened,
    /// The day it happened, as recorded.
    pub on: Date,
    /// When it was written: decides the order of one day.
    pub at: Timestamp,
}

/// Everything held here about one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The device as decided: after a change, the new one.
    pub device: &'static Device,
    /// Who proposed it; nothing when the visit is not held here or there is no proposal.
    pub proposal: Option<ProposedBy>,
    /// Whether the proposer took it back.
    pub taken_back: bool,
    /// Whether reviews are held here, so that a missing decision means that there is none.
    pub reviews_held: bool,
    /// Standing decisions, answers and supply events, in any order.
    pub happened: Vec<Fact>,
}

/// What may be said of an item's state here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Known {
    /// It is in this state.
    Is(State),
    /// It was decided so, but on an earlier version of the proposal: nothing is ordered until it is confirmed.
    DecidedOnEarlierVersion(State),
    /// Two decisions stand that differ: nothing is ordered until one is resolved.
    DecisionsDiffer,
    /// The proposer took it back before anything was ordered.
    TakenBack,
    /// What decides it is not held here.
    NotKnownHere,
}

/// Where an item is, and how it came there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// What may be said of its state.
    pub known: Known,
    /// Every state on the way, with its day.
    pub path: Vec<(State, Date)>,
    /// When its next follow-up is due.
    pub review_on: Option<Date>,
    /// Days from the proposal to the first fitting.
    pub days_to_fitted: Option<i64>,
}

impl State {
    /// Whether the move into this state stops supply.
    pub fn stops_supply(self) -> bool {
        matches!(
            self,
            Self::Declined | Self::Withdrawn | Self::NotUsed | Self::RepairOrRecall | Self::Returned
        )
    }

    /// Whether the item is in the home and in use as far as is known.
    pub fn is_in_place(self) -> bool {
        matches!(self, Self::FittedDemonstrated | Self::InUse | Self::ReviewDue)
    }
}

impl From<SupplyKind> for State {
    fn from(kind: SupplyKind) -> Self {
        match kind {
            SupplyKind::Ordered => Self::Ordered,
            SupplyKind::SelfSupplied => Self::SelfSupplied,
            SupplyKind::Delivered => Self::Delivered,
            SupplyKind::FittedAndShown => Self::FittedDemonstrated,
            SupplyKind::InUse => Self::InUse,
            SupplyKind::NotUsed => Self::NotUsed,
            SupplyKind::RepairOrRecall => Self::RepairOrRecall,
            SupplyKind::Returned => Self::Returned,
            SupplyKind::RefusedLater => Self::Declined,
        }
    }
}

/// Where an item is.
pub fn state_of(facts: &Facts, today: Date) -> Supply {
    let mut path = Vec::new();
    if let Some(proposed) = facts.proposal {
        path.push((State::Proposed, proposed.on));
        if !proposed.ot {
            path.push((State::OtReview, proposed.on));
        }
    }
    let mut happened = facts.happened.clone();
    sorted::sort_by_key(&mut happened, |fact| fact.at);
    for fact in &happened {
        step(&mut path, fact);
    }
    let review_on = path.last().and_then(|last| due(facts.device, &path, *last));
    let days_to_fitted = facts.proposal.and_then(|proposed| {
        let fitted = path.iter().find(|(state, _)| *state == State::FittedDemonstrated)?;
        Some(fitted.1.days() - proposed.on.days())
    });
    let known = known(facts, path.last().map(|(state, _)| *state), review_on.is_some_and(|on| on < today));
    Supply { known, path, review_on, days_to_fitted }
}

fn known(facts: &Facts, last: Option<State>, review_due: bool) -> Known {
    let Some(state) = last else { return Known::NotKnownHere };
    let undecided = matches!(state, State::Proposed | State::OtReview | State::Asked);
    let unordered = undecided || matches!(state, State::Approved | State::Changed);
    if facts.taken_back && unordered {
        return Known::TakenBack;
    }
    if undecided && !facts.reviews_held {
        return Known::NotKnownHere;
    }
    let mut decisions = facts.happened.iter().filter_map(|fact| match fact.happened {
        Happened::Decided { outcome, current } => Some((outcome, current)),
        Happened::Answered | Happened::Instructed | Happened::Supplied(_) | Happened::FoundInHome => None,
    });
    if let Some((first, current)) = decisions.next() {
        let differ = decisions.any(|(outcome, _)| outcome != first);
        if differ && unordered {
            return Known::DecisionsDiffer;
        }
        if !current && (unordered || state == State::Declined) {
            return Known::DecidedOnEarlierVersion(state);
        }
    }
    Known::Is(if review_due { State::ReviewDue } else { state })
}

/// Takes one more fact into account.
fn step(path: &mut Vec<(State, Date)>, fact: &Fact) {
    let decided = matches!(fact.happened, Happened::Decided { .. });
    let to = match fact.happened {
        Happened::Answered => State::OtReview,
        Happened::Decided { outcome, .. } => match outcome {
            DecisionOutcome::Approved => State::Approved,
            DecisionOutcome::Changed => State::Changed,
            DecisionOutcome::Declined => State::Declined,
            DecisionOutcome::Asked => State::Asked,
            DecisionOutcome::Withdrawn => State::Withdrawn,
            // The proposal still waits; the OT goes and sees.
            DecisionOutcome::SeeInPerson => return,
        },
        Happened::Instructed => State::Approved,
        Happened::Supplied(kind) => kind.into(),
        Happened::FoundInHome => State::InUse,
    };
    let Some((last, _)) = path.last().copied() else {
        // Nothing is held of the way here, so the fact itself is all that is known.
        path.push((to, fact.on));
        return;
    };
    let from = |state: State| transition(state, to).is_some();
    let follow_up = last == State::InUse && to == State::InUse;
    // A stop may have been written without knowledge of later moves: it stands wherever the item has been.
    let stop = to.stops_supply() && last != to && path.iter().any(|(state, _)| from(*state));
    let stop_decided = decided && to.stops_supply() && last != State::Returned && last != to;
    if from(last) || follow_up || stop || stop_decided {
        path.push((to, fact.on));
    }
}

/// When the next follow-up is due: the catalogue's weeks after fitting or first use, then yearly.
fn due(device: &Device, path: &[(State, Date)], (state, since): (State, Date)) -> Option<Date> {
    let first = since.plus_days(i32::from(device.review_weeks?) * 7);
    let in_place = path.iter().filter(|(state, _)| state.is_in_place()).count();
    match state {
        State::FittedDemonstrated => Some(first),
        State::InUse if in_place == 1 => Some(first),
        State::InUse => Some(since.plus_days(FOLLOW_UP_DAYS)),
        State::Proposed
        | State::OtReview
        | State::Asked
        | State::Approved
        | State::Changed
        | State::Declined
        | State::Withdrawn
        | State::Ordered
        | State::SelfSupplied
        | State::Delivered
        | State::ReviewDue
        | State::NotUsed
        | State::RepairOrRecall
        | State::Returned => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::catalogue;

    fn day(day: i32) -> Date {
        Date::new(2025, 1, 1).unwrap().plus_days(day)
    }

    fn approved() -> Happened {
        Happened::Decided { outcome: DecisionOutcome::Approved, current: true }
    }

    fn declined() -> Happened {
        Happened::Decided { outcome: DecisionOutcome::Declined, current: true }
    }

    /// An outreach worker's proposal of day 0, then one thing a day.
    fn after(happened: &[Happened]) -> Facts {
        let fact = |(place, happened): (usize, &Happened)| {
            let on = day(i32::try_from(place).unwrap() + 1);
            Fact { happened: *happened, on, at: Timestamp::from_london(on, 9, 0) }
        };
        Facts {
            device: catalogue().device("at-key-safe").unwrap(),
            proposal: Some(ProposedBy { ot: false, on: day(0) }),
            taken_back: false,
            reviews_held: true,
            happened: happened.iter().enumerate().map(fact).collect(),
        }
    }

    #[track_caller]
    fn check(facts: &Facts, on: i32, expected: Known) {
        assert_eq!(state_of(facts, day(on)).known, expected);
    }

    #[test]
    fn a_proposal_waits_for_review_and_says_so_only_where_reviews_are_held() {
        let facts = after(&[]);
        check(&facts, 1, Known::Is(State::OtReview));
        check(&Facts { reviews_held: false, ..facts.clone() }, 1, Known::NotKnownHere);
        check(&Facts { taken_back: true, ..facts.clone() }, 1, Known::TakenBack);
        check(&Facts { proposal: None, ..facts }, 1, Known::NotKnownHere);
    }

    #[test]
    fn a_coordinator_who_holds_no_visit_sees_the_instruction_and_what_followed() {
        let supplied = [Happened::Instructed, Happened::Supplied(SupplyKind::Ordered)];
        let facts = Facts { proposal: None, reviews_held: false, ..after(&supplied) };
        check(&facts, 9, Known::Is(State::Ordered));
    }

    #[test]
    fn a_decision_on_an_earlier_version_is_shown_as_that() {
        let earlier = Happened::Decided { outcome: DecisionOutcome::Approved, current: false };
        check(&after(&[earlier]), 9, Known::DecidedOnEarlierVersion(State::Approved));
    }

    #[test]
    fn an_answered_question_waits_for_review_again() {
        let asked = Happened::Decided { outcome: DecisionOutcome::Asked, current: true };
        check(&after(&[asked]), 9, Known::Is(State::Asked));
        check(&after(&[asked, Happened::Answered]), 9, Known::Is(State::OtReview));
    }

    #[test]
    fn of_two_moves_the_one_that_stops_supply_stands() {
        let ordered = Happened::Supplied(SupplyKind::Ordered);
        let refused = Happened::Supplied(SupplyKind::RefusedLater);
        check(&after(&[approved(), ordered, refused]), 9, Known::Is(State::Declined));
        check(&after(&[approved(), refused, ordered]), 9, Known::Is(State::Declined));
        check(&after(&[approved(), declined()]), 9, Known::Is(State::Declined));
        check(&after(&[declined(), approved()]), 9, Known::Is(State::Declined));
    }

    #[test]
    fn two_decisions_that_both_go_on_order_nothing() {
        let changed = Happened::Decided { outcome: DecisionOutcome::Changed, current: true };
        check(&after(&[approved(), changed]), 9, Known::DecisionsDiffer);
    }

    #[test]
    fn a_follow_up_is_due_after_the_catalogues_weeks_and_then_yearly() {
        let kinds =
            [SupplyKind::Ordered, SupplyKind::Delivered, SupplyKind::FittedAndShown, SupplyKind::InUse];
        let all: Vec<Happened> = [approved()].into_iter().chain(kinds.map(Happened::Supplied)).collect();
        let fitted = after(&all[..4]);
        let supply = state_of(&fitted, day(4));
        assert_eq!((supply.days_to_fitted, supply.review_on), (Some(4), Some(day(4 + 12 * 7))));
        check(&fitted, 4 + 12 * 7, Known::Is(State::FittedDemonstrated));
        check(&fitted, 5 + 12 * 7, Known::Is(State::ReviewDue));
        check(&after(&all), 5 + 365, Known::Is(State::InUse));
        check(&after(&all), 6 + 365, Known::Is(State::ReviewDue));
    }

    #[test]
    fn what_was_found_in_the_home_is_in_use_and_can_be_recalled() {
        let mut facts = after(&[Happened::FoundInHome, Happened::Supplied(SupplyKind::RepairOrRecall)]);
        facts.proposal = None;
        check(&facts, 9, Known::Is(State::RepairOrRecall));
    }
}
