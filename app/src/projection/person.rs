//! One person: the banner on every page about them, and their page.
//!
//! In: the record united from every document held here. Out: the summary first, then visits, equipment, consents, facts.
//! What is missing or not readable here is said to be not known here, never concluded from.

use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::domain::person::ConsentKind;
use doorstep_shared::domain::review::SupplyKind;
use doorstep_shared::domain::visit::VisitKind;
use doorstep_shared::ids::{DocId, PersonId, VisitId};
use doorstep_shared::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::answer::{Answer, By, Mark};
use super::proposal::SupplyState;
use super::today::VisitState;

/// Who this is: on every page about a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Banner {
    /// The person.
    pub person: PersonId,
    /// `HOLLOWAY, Edna (Mrs)`.
    pub name: String,
    /// Date of birth; nothing when not known or two dates stand.
    pub born: Option<Date>,
    /// Whole years today.
    pub age: Option<i32>,
    /// `999 201 0312`; nothing when there is none.
    pub nhs_number: Option<String>,
    /// One line.
    pub address: String,
    /// Alerts and communication needs.
    pub alerts: Vec<Alert>,
    /// Two different names, dates, addresses or numbers stand: identity has to be settled first.
    pub identity_clash: bool,
}

/// Something to know before acting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// An [`Alert`](doorstep_shared::domain::person::Alert) code or a communication need's id, worded at the page.
    pub id: String,
    /// What was typed with it; may be empty.
    pub text: String,
    /// Why, who and when.
    pub answer: Answer,
}

/// The person's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonPage {
    /// Who this is.
    pub banner: Banner,
    /// The document that facts about the person are written to; nothing when none is held here.
    pub doc: Option<DocId>,
    /// Facts on the `person` document: names, contacts, needs, by question.
    pub facts: Vec<Answer>,
    /// Why we are here: the referrals, newest first.
    pub referrals: Vec<Referral>,
    /// Visits, newest first.
    pub visits: Vec<VisitRow>,
    /// Equipment proposed, ordered, in place.
    pub equipment: Vec<EquipmentRow>,
    /// Consents by kind and recipient.
    pub consents: Vec<Consent>,
    /// Hazards nobody has closed, over all visits held here, worst first.
    pub hazards: Vec<OpenHazard>,
    /// Readings, newest first.
    pub readings: Vec<Reading>,
    /// Actions nobody has closed.
    pub actions: Vec<super::visit::Action>,
    /// The least safe mark of this person's changes made here.
    pub mark: Mark,
}

/// One referral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// Its birth.
    pub at: EntryRef,
    /// The day it was received.
    pub received: Option<Date>,
    /// Where from, by id.
    pub source: String,
    /// Why, as typed.
    pub reason: String,
    /// By id.
    pub priority: Answer,
    /// Who recorded it.
    pub by: By,
}

/// One visit on the person's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    /// The visit.
    pub visit: VisitId,
    /// Where it is in its life.
    pub state: VisitState,
    /// What it is for; nothing when not planned or two plans stand.
    pub kind: Option<VisitKind>,
    /// Planned, or else started.
    pub at: Option<Timestamp>,
    /// The lead visitor's name; empty when not known here.
    pub lead: String,
    /// Hazards found in it.
    pub hazards: u32,
    /// Signed, and its summary has not arrived here.
    pub summary_not_received: bool,
    /// Its summary is here, and its signature is not.
    pub signature_not_received: bool,
}

/// One piece of equipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquipmentRow {
    /// The proposal, where it was proposed.
    pub proposal: Option<EntryRef>,
    /// The instruction to supply, where one was written.
    pub instruction: Option<EntryRef>,
    /// The device, by its id in the catalogue.
    pub device: String,
    /// Its name in the catalogue.
    pub device_name: String,
    /// Where it goes.
    pub place: String,
    /// Where it is on its way.
    pub state: SupplyState,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The day its review is due.
    pub review_due: Option<Date>,
    /// What this worker may record next.
    pub next: Vec<SupplyKind>,
    /// Every entry about its supply that was read for this line.
    pub read: Vec<EntryRef>,
}

/// One consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// Which.
    pub kind: ConsentKind,
    /// With whom, where it is consent to share.
    pub recipient: Option<String>,
    /// A [`ConsentState`](doorstep_shared::domain::person::ConsentState) code, with what was said.
    pub answer: Answer,
}

/// A hazard nobody has closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenHazard {
    /// The answer that found it.
    pub at: EntryRef,
    /// The visit that found it.
    pub visit: VisitId,
    /// The item.
    pub item: String,
    /// The item's room.
    pub area: String,
    /// What it means, from the content.
    pub means: String,
    /// What to do, from the content.
    pub action: String,
    /// 1 to 4.
    pub severity: u8,
    /// To be acted on today.
    pub same_day: bool,
    /// When it was found.
    pub found_at: Timestamp,
    /// By whom.
    pub by: By,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The field, by its id.
    pub field: String,
    /// How it is taken, from the content.
    pub how_to: String,
    /// Where; empty when it is not of a place.
    pub place: String,
    /// `mm`, `kg`; empty for a choice.
    pub unit: String,
    /// The value with who and when.
    pub answer: Answer,
}
