//! Equipment: who may propose what, what a proposal still needs, what an OT must see, and how supply moves.
//!
//! In: devices of the catalogue, proposals, recorded facts. Out: offers, gaps, checks with their working, states.
//! Never words a message, never orders anything, never shows unknown as passed.
//! Source: `content/at_catalogue.json`; clinical guide, section 3.2.

use crate::content::{Device, Item, MinRole, catalogue};
use crate::domain::measurement::Reading;
use crate::domain::role::Role;
use crate::sorted::Map;

pub use self::checks::{approval, checks};
pub use self::moves::{MoveRefusal, Moving, may_follow, next_moves};
pub use self::search::search;
pub use self::sizing::{
    GRADIENT_BEYOND, GRADIENTS, HANDLE_STEP_MM, SEAT_ABOVE_KNEE_MM, STOOL_BELOW_WORKTOP_MM, gradient,
};
pub use self::supply::{FOLLOW_UP_DAYS, Fact, Facts, Happened, Known, ProposedBy, Supply, state_of};
pub use self::working::{
    Capacity, Check, CheckKind, Consent, Load, Other, Recorded, Tenure, Verdict, Working,
};

mod checks;
mod moves;
mod search;
mod sizing;
mod supply;
mod working;

/// What a worker is offered for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Propose it.
    Propose,
    /// Ask an OT to assess.
    AskOtToAssess,
    /// Refer onward: another profession supplies it.
    Refer {
        /// To whom.
        to: &'static str,
    },
    /// Nothing: this role proposes no equipment.
    Nothing,
}

/// What a worker of this role is offered for a device.
pub fn offer(device: &Device, role: Role) -> Offer {
    if !role.is_clinical() {
        return Offer::Nothing;
    }
    match device.min_role {
        MinRole::RegisteredNurse | MinRole::Pharmacist => {
            Offer::Refer { to: device.refer_to.unwrap_or_default() }
        }
        MinRole::Ot if role != Role::Ot => Offer::AskOtToAssess,
        MinRole::Ot | MinRole::OutreachWorker => Offer::Propose,
    }
}

/// The devices that can help with an item's hazard, and what this role is offered for each.
pub fn suggestions(item: &Item, role: Role) -> Vec<(&'static Device, Offer)> {
    let known = item.devices.iter().filter_map(|id| catalogue().device(id));
    known.filter(|device| !device.inventory_only).map(|device| (device, offer(device, role))).collect()
}

/// What is known of one proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The device.
    pub device: &'static Device,
    /// Where it will be; empty when not yet said.
    pub place: String,
    /// The need in words; empty when not yet said.
    pub need: String,
    /// The hazard items it answers.
    pub hazards: Vec<String>,
    /// The readings it rests on, by field.
    pub readings: Map<String, Reading>,
    /// The chosen size where the device comes in sizes: the height it adds or has, in millimetres.
    pub size_mm: Option<f64>,
    /// The safe working load on its label or data sheet, in kilograms.
    pub swl_kg: Option<f64>,
}

/// What a proposal still needs before an OT can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Where it will be.
    Place,
    /// A hazard it answers, or the need in words.
    HazardOrNeed,
    /// The safe working load.
    SafeLoad,
    /// The day the body weight was taken.
    WeightDay,
    /// A measurement, by field.
    Measurement(&'static str),
}

/// Everything a proposal still needs. Empty: an OT can decide.
pub fn missing(proposal: &Proposal) -> Vec<Missing> {
    let device = proposal.device;
    let mut found = Vec::new();
    if proposal.place.trim().is_empty() {
        found.push(Missing::Place);
    }
    if proposal.hazards.is_empty() && proposal.need.trim().is_empty() {
        found.push(Missing::HazardOrNeed);
    }
    if device.swl_required && proposal.swl_kg.is_none() {
        found.push(Missing::SafeLoad);
    }
    for field in &device.measurements {
        match proposal.readings.get(*field) {
            None => found.push(Missing::Measurement(field)),
            Some(reading) => {
                let needs_date = catalogue().measurement(field).is_some_and(|field| field.needs_date);
                if needs_date && reading.taken_on.is_none() {
                    found.push(Missing::WeightDay);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::home_safety;

    fn device(id: &str) -> &'static Device {
        catalogue().device(id).unwrap()
    }

    #[test]
    fn each_role_is_offered_what_the_catalogue_says() {
        let nurse = Offer::Refer { to: "community nursing" };
        for (id, role, expected) in [
            ("at-grab-rail", Role::OutreachWorker, Offer::Propose),
            ("at-bed-lever", Role::OutreachWorker, Offer::AskOtToAssess),
            ("at-bed-lever", Role::SpecialistNurse, Offer::AskOtToAssess),
            ("at-bed-lever", Role::Ot, Offer::Propose),
            ("at-pressure-mattress", Role::Ot, nurse),
            ("at-pressure-mattress", Role::OutreachWorker, nurse),
            ("at-pill-box", Role::OutreachWorker, Offer::Refer { to: "pharmacist" }),
            ("at-grab-rail", Role::CareCoordinator, Offer::Nothing),
        ] {
            assert_eq!(offer(device(id), role), expected, "{id} {role:?}");
        }
    }

    #[test]
    fn no_hazard_suggests_a_device_that_is_kept_for_inventory_only() {
        let items = home_safety().items.iter();
        let suggested: Vec<&str> =
            items.flat_map(|item| suggestions(item, Role::Ot)).map(|(device, _)| device.id).collect();
        assert!(suggested.contains(&"at-grab-rail"));
        assert!(!suggested.contains(&"at-bed-rails"));
    }

    #[test]
    fn a_proposal_says_everything_it_still_needs() {
        let mut proposal = Proposal {
            device: device("at-toilet-seat-fixed"),
            place: "bathroom".to_owned(),
            need: String::new(),
            hazards: Vec::new(),
            readings: Map::new(),
            size_mm: None,
            swl_kg: None,
        };
        let weight = Reading::new(crate::domain::entry::Value::Number(58.0), None);
        proposal.readings.insert("body_weight_kg".to_owned(), weight);
        let expected = [
            Missing::HazardOrNeed,
            Missing::SafeLoad,
            Missing::Measurement("pan_height_mm"),
            Missing::Measurement("popliteal_height_mm"),
            Missing::WeightDay,
        ];
        assert_eq!(missing(&proposal), expected);
    }
}
