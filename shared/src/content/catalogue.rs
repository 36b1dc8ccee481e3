//! The assistive technology catalogue as a tablet holds it: devices, what to measure, and how supply moves.
//!
//! In: the blob the build wrote. Out: devices, measurements, conditions and moves, in content order.
//! Never holds a proposal. Read by the build script too, so it names nothing outside this folder.
//! Source: `content/at_catalogue.json`; not reviewed by a clinician.

use serde::{Deserialize, Serialize};

/// Every device, measurement, condition and move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Catalogue {
    /// The wording's version.
    pub version: u32,
    /// Conditions that count against a device.
    pub conditions: Vec<Condition>,
    /// What can be measured.
    pub measurements: Vec<MeasurementField>,
    /// What each state needs and who sets it.
    pub states: Vec<StateNeeds>,
    /// Every allowed move.
    pub transitions: Vec<Transition>,
    /// Every device.
    pub devices: Vec<Device>,
}

/// A condition of a person or a home that counts against some devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Stable id.
    pub id: &'static str,
    /// What a worker reads.
    pub text: &'static str,
}

/// One thing that can be measured or noted for a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasurementField {
    /// Stable id, unit last: `pan_height_mm`.
    pub id: &'static str,
    /// What its value may be.
    pub kind: MeasurementKind,
    /// How to measure it.
    pub how: &'static str,
    /// A number above this is accepted and asked about again.
    #[serde(default)]
    pub warn_above: Option<f64>,
    /// The day it was taken must be known.
    #[serde(default)]
    pub needs_date: bool,
    /// A reading older than this many days is accepted with a warning.
    #[serde(default)]
    pub warn_older_than_days: Option<u16>,
    /// Written to the access notes only.
    #[serde(default)]
    pub restricted: bool,
}

/// What a measurement's value may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MeasurementKind {
    /// A number.
    Number {
        /// `mm`, `kg` or `count`.
        unit: &'static str,
        /// Smallest accepted.
        min: f64,
        /// Largest accepted.
        max: f64,
        /// Values offered first.
        #[serde(default)]
        usual: Vec<f64>,
    },
    /// One of these, each its own id.
    Choice {
        /// Choices in the order they are offered.
        #[serde(borrow)]
        options: Vec<&'static str>,
    },
    /// Typed text.
    Text,
}

/// How much a device changes a home or a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Bought or lent over the counter.
    SimpleAid,
    /// Lent from stock.
    StandardEquipment,
    /// Chosen and fitted for one person.
    SpecialistEquipment,
    /// Fixed to the building, small.
    MinorAdaptation,
    /// Fixed to the building, large.
    MajorAdaptation,
    /// Alarms and sensors.
    Telecare,
    /// For work.
    Workplace,
}

/// Who may say that a device is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinRole {
    /// An outreach worker may propose it.
    OutreachWorker,
    /// Others ask an OT to assess.
    Ot,
    /// An onward referral to community nursing.
    RegisteredNurse,
    /// An onward referral to the pharmacist.
    Pharmacist,
}

/// Who supplies a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyRoute {
    /// The equipment store.
    EquipmentStore,
    /// The person buys it or the family brings it.
    #[serde(rename = "self")]
    SelfSupply,
    /// A handyperson service.
    Handyperson,
    /// The telecare provider.
    TelecareProvider,
    /// The council.
    Council,
    /// The sensory team.
    SensoryTeam,
    /// The fire service.
    FireService,
    /// The wheelchair service.
    WheelchairService,
    /// The employer.
    Employer,
    /// The landlord.
    Landlord,
}

/// What a condition does to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It may not be approved.
    Refuse,
    /// The OT weighs it.
    Warn,
}

/// A condition that counts against a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contraindication {
    /// The condition's id.
    pub id: &'static str,
    /// What it does.
    pub effect: Effect,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Stable id: `at-grab-rail`.
    pub id: &'static str,
    /// What a worker reads.
    pub name: &'static str,
    /// Code of the nearest class of ISO 9999:2022.
    pub iso9999_code: &'static str,
    /// 2 for a subclass, 3 for a division.
    pub iso9999_level: u8,
    /// Whether the code was seen in a source; otherwise check it before relying on it.
    pub code_verified: bool,
    /// The class in our words.
    pub class_gloss: &'static str,
    /// How much it changes a home or a life.
    pub category: Category,
    /// Who may say that it is needed.
    pub min_role: MinRole,
    /// Who supplies it.
    pub supply_route: SupplyRoute,
    /// Where an onward referral goes, for devices that are referred.
    #[serde(default)]
    pub refer_to: Option<&'static str>,
    /// The device it is a bariatric variant of.
    #[serde(default)]
    pub variant_of: Option<&'static str>,
    /// Kept for inventory and recall; never a first choice.
    #[serde(default)]
    pub inventory_only: bool,
    /// Bears weight: approved only with a safe working load and a dated body weight.
    pub swl_required: bool,
    /// What must be measured, by id.
    #[serde(borrow)]
    pub measurements: Vec<&'static str>,
    /// Conditions that count against it.
    pub contraindications: Vec<Contraindication>,
    /// What to watch for.
    pub cautions: &'static str,
    /// Weeks from fitting to follow-up; nothing when none is due.
    pub review_weeks: Option<u8>,
}

/// Where one item of equipment is on its way. Computed, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Proposed by an OT and not yet decided.
    Proposed,
    /// Waits for an OT.
    OtReview,
    /// An OT asked the proposer something.
    Asked,
    /// Approved.
    Approved,
    /// Another device or size was chosen; not yet approved.
    Changed,
    /// Declined by an OT or the person.
    Declined,
    /// Approval taken back by an OT.
    Withdrawn,
    /// Ordered from the supplier.
    Ordered,
    /// The person or family brings it.
    SelfSupplied,
    /// Delivered.
    Delivered,
    /// Fitted, shown, and shown back.
    FittedDemonstrated,
    /// In use at follow-up, or found in the home.
    InUse,
    /// Its review date has passed.
    ReviewDue,
    /// Not used.
    NotUsed,
    /// Broken or recalled.
    RepairOrRecall,
    /// Returned.
    Returned,
}

/// Where a state's fact is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateHome {
    /// In the visit.
    Visit,
    /// In the review.
    Review,
    /// In the equipment register.
    Equipment,
    /// Nowhere: computed from the others and the date.
    Derived,
}

/// Who makes a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Computed.
    System,
    /// The person the equipment is for; a worker writes it down.
    Person,
    /// The supplier; a worker writes it down.
    Supplier,
    /// An outreach worker.
    OutreachWorker,
    /// An OT.
    Ot,
    /// A specialist nurse.
    SpecialistNurse,
    /// A recovery practitioner.
    RecoveryPractitioner,
    /// A care coordinator.
    CareCoordinator,
}

/// What a state needs and who sets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateNeeds {
    /// The state.
    pub id: State,
    /// Where its fact is written.
    pub belongs_to: StateHome,
    /// Who sets it.
    pub set_by: Vec<Actor>,
    /// What has to be recorded with it.
    pub needs: &'static str,
}

/// What else must hold for a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveCondition {
    /// The proposer is not an OT.
    ProposerIsNotOt,
    /// The OT's own proposal.
    OwnProposal,
    /// For an OT: their own proposal. The person may always.
    OtsOwnProposal,
    /// The question was answered.
    AnswerGiven,
    /// The device's supply route is the person or family.
    RouteSelf,
    /// Load label, size and use were checked.
    LoadLabelChecked,
    /// An outreach worker fits what an outreach worker may propose; an OT fits every other device.
    OwnList,
    /// The review date has passed.
    ReviewDatePassed,
}

/// One allowed move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From this state.
    pub from: State,
    /// To this state.
    pub to: State,
    /// Made by one of these.
    pub by: Vec<Actor>,
    /// What else must hold.
    #[serde(default)]
    pub condition: Option<MoveCondition>,
}
