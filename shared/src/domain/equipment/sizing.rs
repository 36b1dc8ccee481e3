//! Sizes with their working.
//!
//! In: readings, a chosen size. Out: the size the rule asks for, and whether the chosen one fits.
//! Never guesses a reading: one that is missing makes the result unknown.
//! Source: sizing rules of the clinical guide, section 3.2 (known, no source).

use crate::domain::equipment::Proposal;
use crate::domain::equipment::working::{Verdict, Working};

/// A raised seat reaches from the popliteal height to this much above it, in millimetres.
pub const SEAT_ABOVE_KNEE_MM: f64 = 50.0;

/// A perching stool is about this much below the worktop, in millimetres.
pub const STOOL_BELOW_WORKTOP_MM: f64 = 250.0;

/// A handle fits within one hole of an adjustable leg, in millimetres (known, no source).
pub const HANDLE_STEP_MM: f64 = 25.0;

/// Gradients by rise: up to this many millimetres of rise, one in this many. Beyond, one in [`GRADIENT_BEYOND`].
pub const GRADIENTS: [(f64, u8); 2] = [(150.0, 12), (300.0, 15)];

/// The gradient of a ramp with a greater rise.
pub const GRADIENT_BEYOND: u8 = 20;

/// The size rule of a device with its verdict; nothing for devices without one.
pub(super) fn size(proposal: &Proposal) -> Option<(Verdict, Working)> {
    let id = proposal.device.id;
    let base = proposal.device.variant_of.unwrap_or(id);
    match base {
        "at-toilet-seat-insert" | "at-toilet-seat-fixed" | "at-toilet-frame-seat" => {
            Some(seat_raise(proposal))
        }
        "at-perching-stool" => Some(stool(proposal)),
        "at-threshold-ramp" => Some(ramp(proposal, "threshold_height_mm")),
        "at-portable-ramp" | "at-fixed-ramp" => Some(ramp(proposal, "total_rise_mm")),
        "at-walking-stick" | "at-walking-frame" | "at-rollator" => Some(handle(proposal)),
        _ => None,
    }
}

fn number(proposal: &Proposal, field: &str) -> Option<f64> {
    proposal.readings.get(field)?.value.as_number()
}

fn seat_raise(proposal: &Proposal) -> (Verdict, Working) {
    let popliteal_mm = number(proposal, "popliteal_height_mm");
    let pan_mm = number(proposal, "pan_height_mm");
    let least_mm = popliteal_mm.zip(pan_mm).map(|(knee, pan)| knee - pan);
    let most_mm = least_mm.map(|least| least + SEAT_ABOVE_KNEE_MM);
    let chosen_mm = proposal.size_mm;
    let verdict = match (least_mm.zip(most_mm), chosen_mm) {
        (Some((_, most)), _) if most <= 0.0 => Verdict::Fail,
        (Some((least, most)), Some(chosen)) if (least..=most).contains(&chosen) => Verdict::Pass,
        (Some(_), Some(_)) => Verdict::Fail,
        (None, _) | (_, None) => Verdict::Unknown,
    };
    let seat_mm = pan_mm.zip(chosen_mm).map(|(pan, chosen)| pan + chosen);
    (verdict, Working::SeatRaise { popliteal_mm, pan_mm, least_mm, most_mm, chosen_mm, seat_mm })
}

fn stool(proposal: &Proposal) -> (Verdict, Working) {
    let worktop_mm = number(proposal, "worktop_height_mm");
    let popliteal_mm = number(proposal, "popliteal_height_mm");
    let stool_mm = worktop_mm.map(|worktop| worktop - STOOL_BELOW_WORKTOP_MM);
    // Whether both feet are flat is seen, not computed: the contraindication asks for it.
    let verdict = match (stool_mm, proposal.size_mm) {
        (Some(stool), Some(chosen)) if chosen <= stool => Verdict::Pass,
        (Some(_), Some(_)) => Verdict::Warn,
        (None, _) | (_, None) => Verdict::Unknown,
    };
    (verdict, Working::Stool { worktop_mm, popliteal_mm, stool_mm, chosen_mm: proposal.size_mm })
}

fn ramp(proposal: &Proposal, rise_field: &str) -> (Verdict, Working) {
    let rise_mm = number(proposal, rise_field);
    let space_mm = number(proposal, "ramp_space_mm");
    let one_in = rise_mm.map(gradient);
    let length_mm = rise_mm.zip(one_in).map(|(rise, one_in)| rise * f64::from(one_in));
    let verdict = match length_mm.zip(space_mm) {
        Some((length, space)) if length <= space => Verdict::Pass,
        Some(_) => Verdict::Fail,
        None => Verdict::Unknown,
    };
    (verdict, Working::Ramp { rise_mm, one_in, length_mm, space_mm })
}

/// The gentlest gradient number the rise asks for: 12 for 1 in 12.
pub fn gradient(rise_mm: f64) -> u8 {
    let row = GRADIENTS.iter().find(|(up_to, _)| rise_mm <= *up_to);
    row.map_or(GRADIENT_BEYOND, |(_, one_in)| *one_in)
}

fn handle(proposal: &Proposal) -> (Verdict, Working) {
    let wrist_mm = number(proposal, "wrist_crease_height_mm");
    let chosen_mm = proposal.size_mm;
    let verdict = match wrist_mm.zip(chosen_mm) {
        Some((wrist, chosen)) if (wrist - chosen).abs() <= HANDLE_STEP_MM => Verdict::Pass,
        Some(_) => Verdict::Fail,
        None => Verdict::Unknown,
    };
    (verdict, Working::Handle { wrist_mm, chosen_mm })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::catalogue;
    use crate::domain::entry::Value;
    use crate::domain::measurement::Reading;
    use crate::sorted::Map;

    fn proposal(device: &str, readings: &[(&str, f64)], size_mm: Option<f64>) -> Proposal {
        let reading =
            |(field, number): &(&str, f64)| ((*field).to_owned(), Reading::new(Value::Number(*number), None));
        Proposal {
            device: catalogue().device(device).unwrap(),
            place: String::new(),
            need: String::new(),
            hazards: Vec::new(),
            readings: readings.iter().map(reading).collect::<Map<_, _>>(),
            size_mm,
            swl_kg: None,
        }
    }

    #[test]
    fn the_worked_example_of_a_raised_seat_comes_out() {
        let readings = [("popliteal_height_mm", 410.0), ("pan_height_mm", 400.0)];
        let found = size(&proposal("at-toilet-seat-insert", &readings, Some(50.0)));
        let working = Working::SeatRaise {
            popliteal_mm: Some(410.0),
            pan_mm: Some(400.0),
            least_mm: Some(10.0),
            most_mm: Some(60.0),
            chosen_mm: Some(50.0),
            seat_mm: Some(450.0),
        };
        assert_eq!(found, Some((Verdict::Pass, working)));
        let verdict = |size_mm| size(&proposal("at-toilet-seat-insert", &readings, size_mm)).unwrap().0;
        assert_eq!(verdict(Some(61.0)), Verdict::Fail);
        assert_eq!(verdict(None), Verdict::Unknown);
        assert_eq!(size(&proposal("at-bariatric-toilet-frame-seat", &[], None)).unwrap().0, Verdict::Unknown);
    }

    #[test]
    fn the_worked_examples_of_ramps_come_out() {
        for (rise, length) in [(150.0, 1_800.0), (300.0, 4_500.0), (500.0, 10_000.0)] {
            for (space, expected) in [(length, Verdict::Pass), (length - 1.0, Verdict::Fail)] {
                let readings = [("total_rise_mm", rise), ("ramp_space_mm", space)];
                let (verdict, working) = size(&proposal("at-fixed-ramp", &readings, None)).unwrap();
                assert_eq!(verdict, expected);
                assert!(matches!(working, Working::Ramp { length_mm: Some(found), .. } if found == length));
            }
        }
        let no_space = size(&proposal("at-fixed-ramp", &[("total_rise_mm", 300.0)], None)).unwrap();
        assert_eq!(no_space.0, Verdict::Unknown);
    }
}
