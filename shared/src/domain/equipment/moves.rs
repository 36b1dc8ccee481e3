//! Which move may follow which, and who may make it.
//!
//! In: where an item of equipment is, where it should go, who moves it. Out: yes, or why not.
//! Anything the table of the catalogue does not list is refused. Never computes where an item is.
//! Source: `transitions` of `content/at_catalogue.json`; clinical guide, section 3.2.

use serde::{Deserialize, Serialize};

use crate::content::{Actor, Device, MinRole, MoveCondition, State, SupplyRoute, Transition, catalogue};
use crate::domain::role::Role;

/// Who moves what.
#[derive(Clone, Debug, PartialEq)]
pub struct Moving<'a> {
    /// The device as decided: after a change, the new one.
    pub device: &'a Device,
    /// Who moves it.
    pub by: Actor,
    /// Whether the proposer acted as an OT.
    pub proposed_by_ot: bool,
    /// Whether the mover proposed it, in whatever role.
    pub own_proposal: bool,
    /// Whether the proposer has answered the OT's question.
    pub answered: bool,
    /// Whether load label, size and use were checked.
    pub load_label_checked: bool,
    /// Whether the review date has passed.
    pub review_date_passed: bool,
    /// What the wall is made of, where it was looked at: a choice of `wall_type`.
    pub wall_type: Option<&'a str>,
}

/// Why a move is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MoveRefusal {
    /// No such move.
    #[error("move equipment from {from:?} to {to:?}: no such move")]
    NoSuchMove {
        /// Where it is.
        from: State,
        /// Where it should go.
        to: State,
    },
    /// Somebody else makes this move.
    #[error("move equipment to {to:?}: not for {by:?}")]
    NotYours {
        /// Where it should go.
        to: State,
        /// Who asked.
        by: Actor,
    },
    /// The proposal was not the OT's own, so it waits for review.
    #[error("decide at once: only an OT's own proposal")]
    NotOwnProposal,
    /// Nobody approves what they proposed while acting in another role.
    #[error("approve: own proposal made in another role")]
    OwnProposalInOtherRole,
    /// An OT's own proposal needs no review.
    #[error("review: the proposer is an OT")]
    NeedsNoReview,
    /// The question was not answered.
    #[error("review again: the question was not answered")]
    NotAnswered,
    /// The device is supplied by somebody else.
    #[error("supply by the person: the device has another route")]
    NotSelfSupplied,
    /// Load label, size and use were not checked.
    #[error("use: load label, size and use were not checked")]
    LabelNotChecked,
    /// Only an OT fits this device.
    #[error("fit: only an OT fits this device")]
    OtFits,
    /// The review date has not passed.
    #[error("review: its date has not passed")]
    NotYetDue,
    /// Nothing is ordered for a wall nobody has looked at.
    #[error("order: the wall is not known")]
    WallNotKnown,
}

impl Actor {
    /// The actor of a worker's role; nothing for roles that move no equipment.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::OutreachWorker => Some(Self::OutreachWorker),
            Role::Ot => Some(Self::Ot),
            Role::SpecialistNurse => Some(Self::SpecialistNurse),
            Role::RecoveryPractitioner => Some(Self::RecoveryPractitioner),
            Role::CareCoordinator => Some(Self::CareCoordinator),
            Role::HealthCoach
            | Role::SafeguardingLead
            | Role::Supervisor
            | Role::PcnManager
            | Role::PrivacyOfficer
            | Role::Administrator => None,
        }
    }
}

/// The row of the table for a move.
pub(super) fn transition(from: State, to: State) -> Option<&'static Transition> {
    catalogue().transitions.iter().find(|row| row.from == from && row.to == to)
}

/// Whether a move may be made.
///
/// # Errors
/// [`MoveRefusal`]: the first reason.
pub fn may_follow(from: State, to: State, moving: &Moving<'_>) -> Result<(), MoveRefusal> {
    let Some(row) = transition(from, to) else { return Err(MoveRefusal::NoSuchMove { from, to }) };
    if !row.by.contains(&moving.by) {
        return Err(MoveRefusal::NotYours { to, by: moving.by });
    }
    if to == State::Approved && moving.own_proposal && !moving.proposed_by_ot {
        return Err(MoveRefusal::OwnProposalInOtherRole);
    }
    if to == State::Ordered && wall_unknown(moving) {
        return Err(MoveRefusal::WallNotKnown);
    }
    row.condition.map_or(Ok(()), |condition| holds(condition, moving))
}

/// Where an actor may move an item from here, in the order of the table.
pub fn next_moves(from: State, moving: &Moving<'_>) -> Vec<State> {
    let rows = catalogue().transitions.iter().filter(|row| row.from == from);
    rows.map(|row| row.to).filter(|to| may_follow(from, *to, moving).is_ok()).collect()
}

fn wall_unknown(moving: &Moving<'_>) -> bool {
    let looked_at = moving.wall_type.is_some_and(|found| found != "unknown");
    moving.device.measurements.contains(&"wall_type") && !looked_at
}

fn holds(condition: MoveCondition, moving: &Moving<'_>) -> Result<(), MoveRefusal> {
    let own = moving.own_proposal && moving.proposed_by_ot;
    let (held, refusal) = match condition {
        MoveCondition::ProposerIsNotOt => (!moving.proposed_by_ot, MoveRefusal::NeedsNoReview),
        MoveCondition::OwnProposal => (own, MoveRefusal::NotOwnProposal),
        MoveCondition::OtsOwnProposal => (moving.by != Actor::Ot || own, MoveRefusal::NotOwnProposal),
        MoveCondition::AnswerGiven => (moving.answered, MoveRefusal::NotAnswered),
        MoveCondition::RouteSelf => {
            (moving.device.supply_route == SupplyRoute::SelfSupply, MoveRefusal::NotSelfSupplied)
        }
        MoveCondition::LoadLabelChecked => (moving.load_label_checked, MoveRefusal::LabelNotChecked),
        MoveCondition::OwnList => {
            let own_list = moving.device.min_role == MinRole::OutreachWorker;
            (moving.by == Actor::Ot || own_list, MoveRefusal::OtFits)
        }
        MoveCondition::ReviewDatePassed => (moving.review_date_passed, MoveRefusal::NotYetDue),
    };
    if held { Ok(()) } else { Err(refusal) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moving(device: &str, by: Actor) -> Moving<'static> {
        Moving {
            device: catalogue().device(device).unwrap(),
            by,
            proposed_by_ot: false,
            own_proposal: false,
            answered: false,
            load_label_checked: false,
            review_date_passed: false,
            wall_type: None,
        }
    }

    #[test]
    fn only_an_ot_decides() {
        for by in [Actor::OutreachWorker, Actor::SpecialistNurse, Actor::CareCoordinator, Actor::Person] {
            let refused = Err(MoveRefusal::NotYours { to: State::Approved, by });
            assert_eq!(may_follow(State::OtReview, State::Approved, &moving("at-reacher", by)), refused);
        }
        assert_eq!(may_follow(State::OtReview, State::Approved, &moving("at-reacher", Actor::Ot)), Ok(()));
    }

    #[test]
    fn an_ot_does_not_approve_what_they_proposed_as_an_outreach_worker() {
        let own = Moving { own_proposal: true, ..moving("at-reacher", Actor::Ot) };
        let refused = Err(MoveRefusal::OwnProposalInOtherRole);
        assert_eq!(may_follow(State::OtReview, State::Approved, &own), refused);
        let as_ot = Moving { proposed_by_ot: true, ..own };
        assert_eq!(may_follow(State::Proposed, State::Approved, &as_ot), Ok(()));
    }

    #[test]
    fn a_rail_on_an_unknown_wall_is_not_ordered() {
        let rail = moving("at-grab-rail", Actor::CareCoordinator);
        let refused = Err(MoveRefusal::WallNotKnown);
        assert_eq!(may_follow(State::Approved, State::Ordered, &rail), refused);
        let unknown = Moving { wall_type: Some("unknown"), ..rail.clone() };
        assert_eq!(may_follow(State::Approved, State::Ordered, &unknown), refused);
        let masonry = Moving { wall_type: Some("solid masonry"), ..rail };
        assert_eq!(may_follow(State::Approved, State::Ordered, &masonry), Ok(()));
    }

    #[test]
    fn an_outreach_worker_fits_their_own_list_and_an_ot_the_rest() {
        let fit = |device, by| may_follow(State::Delivered, State::FittedDemonstrated, &moving(device, by));
        assert_eq!(fit("at-key-safe", Actor::OutreachWorker), Ok(()));
        assert_eq!(fit("at-turner", Actor::OutreachWorker), Err(MoveRefusal::OtFits));
        assert_eq!(fit("at-turner", Actor::Ot), Ok(()));
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        let ot = moving("at-reacher", Actor::Ot);
        for (from, to) in [
            (State::OtReview, State::Ordered),
            (State::Declined, State::Approved),
            (State::Returned, State::InUse),
            (State::Delivered, State::InUse),
        ] {
            assert_eq!(may_follow(from, to, &ot), Err(MoveRefusal::NoSuchMove { from, to }));
        }
    }

    #[test]
    fn only_what_the_person_may_buy_is_supplied_by_them() {
        let from = State::Approved;
        let reacher = next_moves(from, &moving("at-reacher", Actor::CareCoordinator));
        assert_eq!(reacher, [State::Ordered, State::SelfSupplied]);
        assert_eq!(next_moves(from, &moving("at-pendant", Actor::CareCoordinator)), [State::Ordered]);
    }
}
