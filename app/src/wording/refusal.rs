//! Refusals: what was not done, why, and what to do instead.

use doorstep_shared::decide::Refusal;
use doorstep_shared::domain::equipment::{Check, Load, MoveRefusal, Verdict, Working};
use doorstep_shared::domain::shape::Misfit;

use super::number;

/// The sentence for a refusal. Nothing was written.
pub fn sentence(refusal: &Refusal) -> String {
    let fixed = match refusal {
        Refusal::TooFewKeys { .. } => "That was not saved. Do it again. (keys)",
        Refusal::RoleMayNotWrite { .. } | Refusal::RoleMayNotAnswer { .. } => {
            "That was not saved: your role may not record it. Ask a colleague whose role may. (role)"
        }
        Refusal::UnknownField { .. } => {
            "That was not saved: this version does not know the question. Ask your administrator. (field)"
        }
        Refusal::Value { misfit, .. } => return value(misfit),
        Refusal::AlreadyRegistered { .. } => {
            "This person is registered already. Search for them under People. (registered)"
        }
        Refusal::PersonNotHere { .. } => {
            "That was not saved: no record of this person is on this device. (person)"
        }
        Refusal::VisitNotHere { .. } => "That was not saved: this visit is not on this device. (visit)",
        Refusal::DocumentNotHere { .. } => "That was not saved: the record is not on this device. (document)",
        Refusal::EntryNotHere { .. } => "That was not saved: what it is about is not on this device. (entry)",
        Refusal::Withdrawn { .. } => {
            "That was not saved: somebody took this out. It stays in the history. (withdrawn)"
        }
        Refusal::AlreadySigned { .. } => {
            "The visit is signed and stays as it was read. Add an addendum instead. (signed)"
        }
        Refusal::NotStarted { .. } => "The visit is not started. Start it first. (not started)",
        Refusal::NotSigned { .. } => {
            "The visit is not signed, so nothing needs an addendum. Change it as it is. (not signed)"
        }
        Refusal::NotYourVisit { .. } => "Another worker leads this visit and signs it. (lead)",
        Refusal::SameDayWithoutAction { .. } => {
            "Not signed. A same-day hazard has no action yet: record who was told, when and how. (same day)"
        }
        Refusal::ChangedWhileReading { .. } => {
            "Not done, because the record changed while you were reading. It is shown anew: read it again, then decide. (changed)"
        }
        Refusal::WrongOrFixed { .. } => {
            "Say whether the earlier answer was wrong or the hazard is fixed now. (wrong or fixed)"
        }
        Refusal::TooFewIdentifiers { least } => {
            return format!("Check at least {least} different identifiers. (identifiers)");
        }
        Refusal::UnknownDevice { .. } => {
            "That was not saved: the catalogue does not hold this equipment. Choose another. (device)"
        }
        Refusal::AskOtToAssess { .. } => "Only an OT recommends this. Ask the OT to assess instead. (ask OT)",
        Refusal::ReferOn { .. } => {
            "Another profession supplies this. Add an action to refer instead. (refer)"
        }
        Refusal::ProposalClashes { .. } => {
            "Not decided: a part of the proposal has two answers. Settle them first. (clash)"
        }
        Refusal::NotApprovable { checks } => return not_approvable(checks),
        Refusal::NoHazard { .. } => "That was not saved: no hazard is open there. (no hazard)",
        Refusal::RecordedElsewhere { .. } => {
            "That was not saved: this question is not part of the visit's record. (elsewhere)"
        }
        Refusal::OwnSignature => {
            "You signed this visit yourself, so somebody else countersigns it. (own signature)"
        }
        Refusal::OwnProposal => {
            "Not decided: you proposed this in another role, so another OT decides. (own proposal)"
        }
        Refusal::NothingDecided => "There is no decision to confirm yet. Decide first. (undecided)",
        Refusal::Move(MoveRefusal::WallNotKnown) => {
            "Nothing is ordered: what the wall is made of is not known. Look at it, then the OT confirms. (wall)"
        }
        Refusal::Move(MoveRefusal::OtFits) => "Only an OT fits this equipment. (fit)",
        Refusal::Move(_) => "That step does not follow from where the equipment is now. (supply)",
        Refusal::DecidedOnEarlierVersion => {
            "Nothing is ordered: the proposal changed after the OT decided. The OT has to confirm first. (earlier version)"
        }
        Refusal::MayNotResolve { .. } => {
            "Somebody else has to settle this. Your own answer can be changed at any time. (resolve)"
        }
        Refusal::NoClash { .. } => "This was settled meanwhile. Nothing is left to do. (no clash)",
    };
    fixed.to_owned()
}

/// The first check that stops an approval, with its working.
fn not_approvable(checks: &[Check]) -> String {
    let load = checks.iter().find_map(|check| {
        if let Working::Load(load) = &check.working { Some((check.verdict, load)) } else { None }
    });
    match load {
        Some((Verdict::Fail, Load { weight_kg: Some(weight_kg), swl_kg: Some(swl_kg), .. })) => format!(
            "Not approved: {} kg is above the safe load of {} kg. Propose a stronger kind. (over safe load)",
            number(*weight_kg),
            number(*swl_kg)
        ),
        Some(_) => {
            "Not approved: weight or safe load is not known. Ask for it, then decide. (load)".to_owned()
        }
        None => "Not approved: something about the person or the home rules it out. Choose another. (contraindicated)"
            .to_owned(),
    }
}

/// Why a value does not fit, and what does.
pub fn value(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Kind | Misfit::Choice => {
            "That was not saved: it is not one of the answers. (choice)".to_owned()
        }
        Misfit::Range { least, most } => {
            format!("Enter a number from {} to {}. (range)", number(*least), number(*most))
        }
        Misfit::NotWhole => "Enter a whole number. (whole number)".to_owned(),
        Misfit::TooLong { limit } => format!("Not saved: too long. Use at most {limit} characters. (length)"),
        Misfit::Empty => "Not saved: something has to be entered. (empty)".to_owned(),
        Misfit::AlwaysApplies => {
            "This always applies. Choose another answer, or Not seen. (always applies)".to_owned()
        }
        Misfit::NhsNumber => "This is not an NHS number: check its ten digits. (NHS number)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use doorstep_shared::domain::equipment::CheckKind;

    use super::*;

    fn over_load(verdict: Verdict) -> Check {
        let load = Load {
            swl_kg: Some(130.0),
            weight_kg: Some(131.0),
            further_kg: 0.0,
            taken_on: None,
            old_days: None,
            unusual: false,
        };
        Check { kind: CheckKind::Load, verdict, working: Working::Load(load) }
    }

    #[test]
    fn a_range_is_said_in_its_own_numbers_and_a_code_ends_the_sentence() {
        assert_eq!(
            value(&Misfit::Range { least: 300.0, most: 600.5 }),
            "Enter a number from 300 to 600.5. (range)"
        );
    }

    #[test]
    fn no_sentence_shouts_or_is_left_without_its_code() {
        let refusals = [
            Refusal::NotApprovable { checks: vec![over_load(Verdict::Unknown)] },
            Refusal::OwnProposal,
            Refusal::NotApprovable { checks: vec![over_load(Verdict::Fail)] },
            Refusal::NotApprovable { checks: Vec::new() },
            Refusal::TooFewIdentifiers { least: 2 },
            Refusal::DecidedOnEarlierVersion,
            Refusal::ChangedWhileReading { entries: Vec::new(), docs: Vec::new() },
        ];
        for refusal in &refusals {
            let sentence = sentence(refusal);
            assert!(!sentence.contains('!') && sentence.ends_with(')'), "{sentence}");
        }
    }
}
