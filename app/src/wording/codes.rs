//! Stable choices, in words.

use doorstep_shared::domain::entry::{How, NonAnswer, Value};
use doorstep_shared::domain::person::{ConsentKind, ConsentState};
use doorstep_shared::domain::review::{Closed, CountersignOutcome, SupplyKind, Urgency};
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::visit::{VisitKind, VisitMode, VisitOutcome};

use crate::projection::proposal::SupplyState;
use crate::projection::today::VisitState;

/// A role.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::OutreachWorker => "outreach worker",
        Role::Ot => "OT",
        Role::SpecialistNurse => "specialist nurse",
        Role::RecoveryPractitioner => "recovery practitioner",
        Role::CareCoordinator => "care coordinator",
        Role::HealthCoach => "health coach",
        Role::SafeguardingLead => "safeguarding lead",
        Role::Supervisor => "supervisor",
        Role::PcnManager => "PCN manager",
        Role::PrivacyOfficer => "privacy officer",
        Role::Administrator => "administrator",
    }
}

/// How something was obtained.
pub const fn how(how: How) -> &'static str {
    match how {
        How::Seen => "Seen",
        How::Told => "Told",
        How::Measured => "Measured",
        How::Tested => "Tested",
        How::Photo => "Photo",
    }
}

/// One of the four kinds of no answer.
pub const fn non_answer(non: NonAnswer) -> &'static str {
    match non {
        NonAnswer::Unanswered => "Not answered",
        NonAnswer::NotSeen => "Not seen",
        NonAnswer::NotApplicable => "Does not apply",
        NonAnswer::Declined => "Declined",
    }
}

/// What a visit is for.
pub const fn visit_kind(kind: VisitKind) -> &'static str {
    match kind {
        VisitKind::OtConsultation => "OT consultation",
        VisitKind::Outreach => "Outreach visit",
        VisitKind::RapidResponse => "Rapid response",
        VisitKind::FollowUp => "Follow-up",
        VisitKind::Recovery => "Recovery session",
        VisitKind::Group => "Group",
        VisitKind::Workplace => "Visit at work",
        VisitKind::Carer => "Contact with a carer",
    }
}

/// Where a visit takes place.
pub const fn visit_mode(mode: VisitMode) -> &'static str {
    match mode {
        VisitMode::Home => "At home",
        VisitMode::Clinic => "In a clinic",
        VisitMode::CareHome => "In a care home",
        VisitMode::Community => "In the community",
        VisitMode::Workplace => "At work",
        VisitMode::Telephone => "By telephone",
        VisitMode::Video => "By video",
    }
}

/// What came of a visit.
pub const fn visit_outcome(outcome: VisitOutcome) -> &'static str {
    match outcome {
        VisitOutcome::Attended => "Took place",
        VisitOutcome::EndedEarly => "Cut short",
        VisitOutcome::DidNotAttend => "Did not come",
        VisitOutcome::NoAccess => "No answer at the door",
        VisitOutcome::WasNotBrought => "Was not brought",
        VisitOutcome::CancelledByPerson => "Cancelled by the person",
        VisitOutcome::CancelledByService => "Cancelled by the service",
    }
}

/// Where a visit is in its life.
pub const fn visit_state(state: VisitState) -> &'static str {
    match state {
        VisitState::Planned => "Planned",
        VisitState::UnderWay => "Under way",
        VisitState::Ended => "Ended, not signed",
        VisitState::Signed => "Signed",
        VisitState::Countersigned => "Countersigned",
    }
}

/// Which consent.
pub const fn consent_kind(kind: ConsentKind) -> &'static str {
    match kind {
        ConsentKind::Assess => "To be assessed",
        ConsentKind::Treat => "To be treated",
        ConsentKind::Share => "To share the record",
        ConsentKind::Photos => "To be photographed",
        ConsentKind::Contact => "To be contacted",
    }
}

/// What a person said about a consent.
pub const fn consent_state(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Given => "Given",
        ConsentState::Partly => "Given in part",
        ConsentState::NotAble => "Not able to say",
        ConsentState::Withdrawn => "Withdrawn",
        ConsentState::Refused => "Refused",
    }
}

/// How a hazard was closed.
pub const fn closed(closed: Closed) -> &'static str {
    match closed {
        Closed::Removed => "Gone",
        Closed::Reduced => "Less than it was",
        Closed::Accepted => "The person keeps it",
        Closed::NotPossible => "Nothing can be done",
    }
}

/// What a countersignature says.
pub const fn countersign(outcome: CountersignOutcome) -> &'static str {
    match outcome {
        CountersignOutcome::Agree => "agreed",
        CountersignOutcome::AgreeWithAddendum => "agreed, with something added",
        CountersignOutcome::Return => "returned for correction",
    }
}

/// How soon.
pub const fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::SameDay => "Today",
        Urgency::Soon => "Within seven days",
        Urgency::Routine => "In turn",
    }
}

/// What happened to equipment.
pub const fn supply_kind(kind: SupplyKind) -> &'static str {
    match kind {
        SupplyKind::Ordered => "Ordered",
        SupplyKind::SelfSupplied => "The person gets it",
        SupplyKind::Delivered => "Delivered",
        SupplyKind::FittedAndShown => "Fitted and shown",
        SupplyKind::InUse => "In use",
        SupplyKind::NotUsed => "Not used",
        SupplyKind::RepairOrRecall => "Faulty or recalled",
        SupplyKind::Returned => "Returned",
        SupplyKind::RefusedLater => "No longer wanted",
    }
}

/// Where equipment is on its way.
pub const fn supply_state(state: SupplyState) -> &'static str {
    match state {
        SupplyState::Proposed => "Proposed",
        SupplyState::Review => "Waits for an OT",
        SupplyState::Asked => "The OT asks",
        SupplyState::Approved => "Approved",
        SupplyState::Changed => "Changed and approved",
        SupplyState::Declined => "Declined",
        SupplyState::Withdrawn => "Taken back",
        SupplyState::Ordered => "Ordered",
        SupplyState::SelfSupplied => "The person gets it",
        SupplyState::Delivered => "Delivered",
        SupplyState::Fitted => "Fitted and shown",
        SupplyState::InUse => "In use",
        SupplyState::ReviewDue => "Review due",
        SupplyState::NotUsed => "Not used",
        SupplyState::RepairOrRecall => "Faulty or recalled",
        SupplyState::Returned => "Returned",
        SupplyState::Clash => "Two different moves",
        SupplyState::NotKnownHere => "Not known here",
    }
}

/// An alert's id in words. `other` goes by what was typed, so it has none.
pub fn alert(id: &str) -> &str {
    match id {
        "two_staff" => "Two staff",
        "dog" => "Dog",
        "ring_first" => "Ring first",
        "no_home_visits" => "No visits at home",
        "hidden_address" => "Address must not be told",
        "interpreter" => "Interpreter needed",
        "large_print" => "Large print letters",
        "falls" => "Falls",
        "other" => "",
        other => other,
    }
}

/// Whether an alert is put behind a tap in a person's home.
pub fn alert_is_quiet(id: &str) -> bool {
    matches!(id, "aggression" | "safeguarding" | "diagnosis" | "infection")
}

/// An option's id as a button says it: `not_working` reads `Not working`.
pub fn option(id: &str) -> String {
    let words = id.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A recorded value as a person reads it.
pub fn value(value: &Value) -> String {
    match value {
        Value::Non(non) => non_answer(*non).to_owned(),
        Value::Flag(true) => "Yes".to_owned(),
        Value::Flag(false) => "No".to_owned(),
        Value::Whole(whole) => whole.to_string(),
        Value::Number(number) => super::number(*number),
        // An id has no spaces; what a person typed is shown as typed.
        Value::Text(text) if text.contains(' ') => text.clone(),
        Value::Text(text) => option(text),
        Value::Bytes(_) | Value::Unknown(_) => "Recorded by another version".to_owned(),
        Value::List(values) => values.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Map(fields) => fields
            .iter()
            .filter(|(_, value)| value.as_text() != Some(""))
            .map(|(name, value)| format!("{}: {}", option(name), self::value(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_reads_as_words() {
        assert_eq!((option("not on register"), option("")), ("Not on register".to_owned(), String::new()));
    }

    #[test]
    fn aggression_is_never_open_to_see_in_the_home() {
        assert!(alert_is_quiet("aggression") && !alert_is_quiet("dog"));
    }
}
