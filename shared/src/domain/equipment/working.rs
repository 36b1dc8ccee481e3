//! What a check says: its verdict, and its working as data.
//!
//! In: what is recorded about a person and a home. Out: the vocabulary of checks; no rule.
//! Never words a sentence: the page does. Source: product design, journey 4.

use serde::{Deserialize, Serialize};

use crate::content::Effect;
use crate::sorted::Map;
use crate::time::Date;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// The OT weighs it.
    Warn,
    /// It does not hold.
    Fail,
    /// Not enough is recorded. Never shown as passed.
    Unknown,
}

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Weight against safe working load.
    Load,
    /// The size rule.
    Size,
    /// The wall it is fixed to.
    Wall,
    /// Measurements the device needs.
    Measurements,
    /// One condition that counts against it.
    Contraindication,
    /// Capacity for this decision.
    Capacity,
    /// Consent to share with the supplier.
    Consent,
    /// Whose building it is.
    Tenure,
    /// The same device already there or proposed.
    Duplicate,
}

/// Capacity for the decision to have this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Presumed, with no doubt recorded.
    Presumed,
    /// Assessed: has capacity.
    Has,
    /// Assessed: lacks capacity, with a best-interests record.
    LacksWithBestInterests,
    /// Assessed: lacks capacity, without a best-interests record.
    Lacks,
    /// In doubt, not yet assessed.
    InDoubt,
}

/// Consent to share with the supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Given.
    Given,
    /// Refused or withdrawn.
    Refused,
    /// Not able to, with a best-interests record.
    BestInterests,
    /// Not able to, without one.
    NotAble,
}

/// Whose building it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tenure {
    /// The person's own, or the family's.
    Owned,
    /// Rented; the landlord's answer when there is one.
    Rented {
        /// Whether the landlord consents.
        landlord_consents: Option<bool>,
    },
}

/// Another item in the home or under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// The device's id.
    pub device: String,
    /// Where it is.
    pub place: String,
}

/// What is recorded about the person and the home. Nothing recorded is nothing known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// Conditions that were answered, by id.
    pub conditions: Map<String, bool>,
    /// Each further person or load on the same device, in kilograms.
    pub further_load_kg: f64,
    /// Capacity for this decision; nothing where capacity records are not held here.
    pub capacity: Option<Capacity>,
    /// Consent to share with the supplier.
    pub consent: Option<Consent>,
    /// Whose building it is.
    pub tenure: Option<Tenure>,
    /// Other items in place or under way; nothing where the register is not held here.
    pub others: Option<Vec<Other>>,
}

/// Weight against safe working load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The device's safe working load in kilograms.
    pub swl_kg: Option<f64>,
    /// The person's weight in kilograms.
    pub weight_kg: Option<f64>,
    /// Further loads in kilograms.
    pub further_kg: f64,
    /// The day the weight was taken.
    pub taken_on: Option<Date>,
    /// Its age in days, where that is too old.
    pub old_days: Option<i64>,
    /// Whether the figure is unusual and should be checked.
    pub unusual: bool,
}

/// How a check came to its verdict. Lengths in millimetres; what is missing is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Working {
    /// Weight against safe working load.
    Load(Load),
    /// Raise = target seat height less pan height.
    SeatRaise {
        /// Knee crease to floor.
        popliteal_mm: Option<f64>,
        /// Floor to rim.
        pan_mm: Option<f64>,
        /// Smallest raise.
        least_mm: Option<f64>,
        /// Largest raise.
        most_mm: Option<f64>,
        /// The chosen raise.
        chosen_mm: Option<f64>,
        /// The seat height it gives.
        seat_mm: Option<f64>,
    },
    /// Stool = worktop less about 250 mm, and both feet flat.
    Stool {
        /// Worktop height.
        worktop_mm: Option<f64>,
        /// Knee crease to floor.
        popliteal_mm: Option<f64>,
        /// Highest stool.
        stool_mm: Option<f64>,
        /// The chosen height.
        chosen_mm: Option<f64>,
    },
    /// Length = rise times gradient.
    Ramp {
        /// The rise.
        rise_mm: Option<f64>,
        /// 12 for 1 in 12.
        one_in: Option<u8>,
        /// The length it asks for.
        length_mm: Option<f64>,
        /// The length there is.
        space_mm: Option<f64>,
    },
    /// Handle = floor to wrist crease in the shoes it is used with.
    Handle {
        /// Floor to wrist crease.
        wrist_mm: Option<f64>,
        /// The chosen height.
        chosen_mm: Option<f64>,
    },
    /// What the wall is made of.
    Wall {
        /// A choice of `wall_type`; absent when nobody looked.
        wall_type: Option<String>,
    },
    /// Fields that are not measured.
    NotMeasured {
        /// Their ids.
        fields: Vec<String>,
    },
    /// One condition.
    Condition {
        /// Its id.
        id: String,
        /// What it does when it is met.
        effect: Effect,
        /// Whether it is met.
        met: Option<bool>,
        /// The measurement that says so, where one does.
        by_field: Option<String>,
    },
    /// Capacity.
    Capacity(Option<Capacity>),
    /// Consent.
    Consent(Option<Consent>),
    /// Tenure.
    Tenure(Option<Tenure>),
    /// The same device, elsewhere or here.
    Duplicate {
        /// Those found at the same place; absent when the register is not held here.
        same_place: Option<Vec<Other>>,
    },
}

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// What came of it.
    pub verdict: Verdict,
    /// How.
    pub working: Working,
}
