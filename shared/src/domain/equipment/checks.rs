//! What an OT sees about a proposal before deciding: checks that pass, warn, fail or are unknown.
//!
//! In: the proposal and what is recorded about the person and the home. Out: checks with their working as data.
//! Unknown is never passed. Never decides: an OT does.
//! Source: product design, journey 4; clinical guide, section 3.2.

use crate::content::{Category, Contraindication, Effect, catalogue};
use crate::domain::equipment::sizing::size;
use crate::domain::equipment::working::{
    Capacity, Check, CheckKind, Consent, Load, Other, Recorded, Tenure, Verdict, Working,
};
use crate::domain::equipment::{Missing, Proposal, missing};
use crate::domain::measurement::{MeasurementWarning, too_old};
use crate::time::Date;

/// Every check that applies to a proposal, in the order an OT reads them.
pub fn checks(proposal: &Proposal, recorded: &Recorded, today: Date) -> Vec<Check> {
    let device = proposal.device;
    let mut found = Vec::new();
    let mut add = |kind, (verdict, working)| found.push(Check { kind, verdict, working });
    if device.swl_required || proposal.swl_kg.is_some() {
        add(CheckKind::Load, load(proposal, recorded, today));
    }
    if let Some(size) = size(proposal) {
        add(CheckKind::Size, size);
    }
    if device.measurements.contains(&"wall_type") {
        add(CheckKind::Wall, wall(proposal));
    }
    if !device.measurements.is_empty() {
        add(CheckKind::Measurements, measured(proposal));
    }
    for contraindication in &device.contraindications {
        add(CheckKind::Contraindication, condition(contraindication, proposal, recorded));
    }
    add(CheckKind::Capacity, capacity(recorded.capacity));
    add(CheckKind::Consent, consent(recorded.consent));
    if matches!(device.category, Category::MinorAdaptation | Category::MajorAdaptation) {
        add(CheckKind::Tenure, tenure(recorded.tenure));
    }
    add(CheckKind::Duplicate, duplicate(proposal, recorded.others.as_deref()));
    found
}

/// The checks that stop an approval by any role: over or without its safe load, or a condition that refuses it.
pub fn approval(checks: &[Check]) -> Result<(), Vec<&Check>> {
    let stops: Vec<&Check> = checks
        .iter()
        .filter(|check| match check.kind {
            CheckKind::Load => matches!(check.verdict, Verdict::Fail | Verdict::Unknown),
            CheckKind::Contraindication => check.verdict == Verdict::Fail,
            CheckKind::Size
            | CheckKind::Wall
            | CheckKind::Measurements
            | CheckKind::Capacity
            | CheckKind::Consent
            | CheckKind::Tenure
            | CheckKind::Duplicate => false,
        })
        .collect();
    if stops.is_empty() { Ok(()) } else { Err(stops) }
}

fn load(proposal: &Proposal, recorded: &Recorded, today: Date) -> (Verdict, Working) {
    let reading = proposal.readings.get("body_weight_kg");
    let weight_kg = reading.and_then(|reading| reading.value.as_number());
    let taken_on = reading.and_then(|reading| reading.taken_on);
    let field = catalogue().measurement("body_weight_kg");
    let old_days = field.and_then(|field| match too_old(field, taken_on, today)? {
        MeasurementWarning::Old { age_days, .. } => Some(age_days),
        MeasurementWarning::CheckTheFigure { .. } => None,
    });
    let above = field.and_then(|field| field.warn_above);
    let unusual = weight_kg.zip(above).is_some_and(|(weight, above)| weight > above);
    let verdict = match (weight_kg, proposal.swl_kg) {
        // Too heavy is refused whatever else is missing.
        (Some(weight), Some(swl)) if weight + recorded.further_load_kg > swl => Verdict::Fail,
        (Some(_), Some(_)) if taken_on.is_none() => Verdict::Unknown,
        (Some(_), Some(_)) if old_days.is_some() || unusual => Verdict::Warn,
        (Some(_), Some(_)) => Verdict::Pass,
        (None, _) | (_, None) => Verdict::Unknown,
    };
    let further_kg = recorded.further_load_kg;
    (
        verdict,
        Working::Load(Load { swl_kg: proposal.swl_kg, weight_kg, further_kg, taken_on, old_days, unusual }),
    )
}

fn choice<'p>(proposal: &'p Proposal, field: &str) -> Option<&'p str> {
    proposal.readings.get(field)?.value.as_text()
}

fn wall(proposal: &Proposal) -> (Verdict, Working) {
    let wall_type = choice(proposal, "wall_type");
    let verdict = match wall_type {
        None | Some("unknown") => Verdict::Unknown,
        Some("solid masonry") => Verdict::Pass,
        Some(_) => Verdict::Warn,
    };
    (verdict, Working::Wall { wall_type: wall_type.map(str::to_owned) })
}

fn measured(proposal: &Proposal) -> (Verdict, Working) {
    let fields: Vec<String> = missing(proposal)
        .into_iter()
        .filter_map(|gap| match gap {
            Missing::Measurement(field) => Some(field.to_owned()),
            Missing::Place | Missing::HazardOrNeed | Missing::SafeLoad | Missing::WeightDay => None,
        })
        .collect();
    let verdict = if fields.is_empty() { Verdict::Pass } else { Verdict::Unknown };
    (verdict, Working::NotMeasured { fields })
}

/// What a measurement says about a condition: the condition, the field, the choices that meet it and those that do not.
const MEASURED_CONDITIONS: [(&str, &str, &[&str], &[&str]); 8] = [
    ("hollow-wall", "wall_type", &["unknown"], &["solid masonry"]),
    ("textured-base", "bath_base_type", &["textured", "resin"], &["smooth"]),
    ("castors", "bed_leg_type", &["castors"], &["legs", "none"]),
    ("castors", "chair_leg_type", &["castors"], &["legs", "sleigh"]),
    ("weak-ceiling", "ceiling_type", &["lath"], &["concrete", "joists"]),
    ("bed-gap", "bed_base_type", &["slats", "profiling"], &[]),
    ("poor-surface", "surface_type", &["other"], &[]),
    ("no-mobile-signal", "mobile_signal", &["none"], &["good", "weak"]),
];

fn condition(against: &Contraindication, proposal: &Proposal, recorded: &Recorded) -> (Verdict, Working) {
    let answered = recorded.conditions.get(against.id).copied();
    let measured = MEASURED_CONDITIONS.iter().filter(|(id, ..)| *id == against.id).find_map(
        |(_, field, meet, clear)| {
            let found = choice(proposal, field)?;
            let met =
                if meet.contains(&found) { Some(true) } else { clear.contains(&found).then_some(false) };
            met.map(|met| (*field, met))
        },
    );
    // Met, if anything says so: somebody's "no" does not undo what was measured.
    let met = match (answered, measured) {
        (Some(true), _) | (_, Some((_, true))) => Some(true),
        (Some(false), _) | (_, Some((_, false))) => Some(false),
        (None, None) => None,
    };
    let verdict = match (met, against.effect) {
        (Some(true), Effect::Refuse) => Verdict::Fail,
        (Some(true), Effect::Warn) => Verdict::Warn,
        (Some(false), _) => Verdict::Pass,
        (None, _) => Verdict::Unknown,
    };
    let by_field = measured.map(|(field, _)| field.to_owned());
    (verdict, Working::Condition { id: against.id.to_owned(), effect: against.effect, met, by_field })
}

fn capacity(found: Option<Capacity>) -> (Verdict, Working) {
    let verdict = match found {
        Some(Capacity::Presumed | Capacity::Has | Capacity::LacksWithBestInterests) => Verdict::Pass,
        Some(Capacity::Lacks) => Verdict::Fail,
        Some(Capacity::InDoubt) | None => Verdict::Unknown,
    };
    (verdict, Working::Capacity(found))
}

fn consent(found: Option<Consent>) -> (Verdict, Working) {
    let verdict = match found {
        Some(Consent::Given | Consent::BestInterests) => Verdict::Pass,
        Some(Consent::Refused | Consent::NotAble) => Verdict::Fail,
        None => Verdict::Unknown,
    };
    (verdict, Working::Consent(found))
}

fn tenure(found: Option<Tenure>) -> (Verdict, Working) {
    let verdict = match found {
        Some(Tenure::Owned | Tenure::Rented { landlord_consents: Some(true) }) => Verdict::Pass,
        Some(Tenure::Rented { landlord_consents: Some(false) }) => Verdict::Fail,
        Some(Tenure::Rented { landlord_consents: None }) | None => Verdict::Unknown,
    };
    (verdict, Working::Tenure(found))
}

fn duplicate(proposal: &Proposal, others: Option<&[Other]>) -> (Verdict, Working) {
    let place = proposal.place.trim().to_lowercase();
    let same =
        |other: &&Other| other.device == proposal.device.id && other.place.trim().to_lowercase() == place;
    let same_place: Option<Vec<Other>> = others.map(|others| others.iter().filter(same).cloned().collect());
    let verdict = match same_place.as_deref() {
        None => Verdict::Unknown,
        Some([]) => Verdict::Pass,
        Some(_) => Verdict::Fail,
    };
    (verdict, Working::Duplicate { same_place })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Value;
    use crate::domain::measurement::Reading;
    use crate::sorted::Map;

    fn today() -> Date {
        Date::new(2025, 12, 31).unwrap()
    }

    fn proposal(device: &str, weight: Option<(f64, &str)>, swl_kg: Option<f64>) -> Proposal {
        let reading = |(kg, on): (f64, &str)| {
            ("body_weight_kg".to_owned(), Reading::new(Value::Number(kg), Date::parse_iso(on)))
        };
        Proposal {
            device: catalogue().device(device).unwrap(),
            place: "bathroom".to_owned(),
            need: String::new(),
            hazards: Vec::new(),
            readings: weight.into_iter().map(reading).collect(),
            size_mm: None,
            swl_kg,
        }
    }

    fn verdict(kind: CheckKind, proposal: &Proposal, recorded: &Recorded) -> Option<Verdict> {
        checks(proposal, recorded, today())
            .into_iter()
            .find(|check| check.kind == kind)
            .map(|check| check.verdict)
    }

    #[test]
    fn weight_is_held_against_the_safe_working_load() {
        let alone = Recorded::default();
        let shared = Recorded { further_load_kg: 70.0, ..Recorded::default() };
        for (weight, swl, recorded, expected) in [
            (Some((120.0, "2025-12-01")), Some(120.0), &alone, Verdict::Pass),
            (Some((120.1, "2025-12-01")), Some(120.0), &alone, Verdict::Fail),
            (Some((120.1, "")), Some(120.0), &alone, Verdict::Fail),
            (Some((60.0, "2025-12-01")), Some(120.0), &shared, Verdict::Fail),
            (Some((60.0, "")), Some(120.0), &alone, Verdict::Unknown),
            (Some((60.0, "2025-09-01")), Some(120.0), &alone, Verdict::Warn),
            (Some((330.0, "2025-12-01")), Some(400.0), &alone, Verdict::Warn),
            (None, Some(120.0), &alone, Verdict::Unknown),
            (Some((60.0, "2025-12-01")), None, &alone, Verdict::Unknown),
        ] {
            let proposal = proposal("at-toilet-surround", weight, swl);
            assert_eq!(verdict(CheckKind::Load, &proposal, recorded), Some(expected), "{weight:?} {swl:?}");
            let stopped = approval(&checks(&proposal, recorded, today())).is_err();
            assert_eq!(stopped, matches!(expected, Verdict::Fail | Verdict::Unknown));
        }
        assert_eq!(verdict(CheckKind::Load, &proposal("at-reacher", None, None), &alone), None);
    }

    #[test]
    fn a_proposal_about_which_nothing_is_recorded_passes_nothing() {
        for device in &catalogue().devices {
            let nothing = Proposal { place: String::new(), ..proposal(device.id, None, None) };
            for check in checks(&nothing, &Recorded::default(), today()) {
                assert_eq!(check.verdict, Verdict::Unknown, "{} {:?}", device.id, check.kind);
            }
        }
    }

    #[test]
    fn a_condition_is_met_when_anything_says_so() {
        let mut lever = proposal("at-bed-lever", None, None);
        let slats = Reading::new("slats", None);
        lever.readings.insert("bed_base_type".to_owned(), slats);
        let says_no = Map::from_iter([("bed-gap".to_owned(), false), ("confusion".to_owned(), false)]);
        let recorded = Recorded { conditions: says_no, ..Recorded::default() };
        let found: Vec<(Option<bool>, Verdict)> = checks(&lever, &recorded, today())
            .into_iter()
            .filter(|check| check.kind == CheckKind::Contraindication)
            .map(|check| {
                let Working::Condition { met, .. } = check.working else { unreachable!("its working") };
                (met, check.verdict)
            })
            .collect();
        let expected = [
            (Some(false), Verdict::Pass),
            (None, Verdict::Unknown),
            (Some(true), Verdict::Fail),
            (None, Verdict::Unknown),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_rented_home_waits_for_the_landlord() {
        let rail = proposal("at-grab-rail", None, None);
        for (tenure, expected) in [
            (Some(Tenure::Owned), Verdict::Pass),
            (Some(Tenure::Rented { landlord_consents: Some(true) }), Verdict::Pass),
            (Some(Tenure::Rented { landlord_consents: Some(false) }), Verdict::Fail),
            (Some(Tenure::Rented { landlord_consents: None }), Verdict::Unknown),
            (None, Verdict::Unknown),
        ] {
            let recorded = Recorded { tenure, ..Recorded::default() };
            assert_eq!(verdict(CheckKind::Tenure, &rail, &recorded), Some(expected));
        }
        let stool = proposal("at-perching-stool", None, None);
        assert_eq!(verdict(CheckKind::Tenure, &stool, &Recorded::default()), None);
    }

    #[test]
    fn the_same_device_at_the_same_place_is_a_duplicate_and_elsewhere_is_none() {
        let rail = proposal("at-grab-rail", None, None);
        let at =
            |place: &str| Some(vec![Other { device: "at-grab-rail".to_owned(), place: place.to_owned() }]);
        for (others, expected) in
            [(at(" Bathroom "), Verdict::Fail), (at("hall"), Verdict::Pass), (None, Verdict::Unknown)]
        {
            let recorded = Recorded { others, ..Recorded::default() };
            assert_eq!(verdict(CheckKind::Duplicate, &rail, &recorded), Some(expected));
        }
    }
}
