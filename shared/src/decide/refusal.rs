//! Refusals: every "no" a command can get, as data.
//!
//! In: decisions. Out: variants with ids and limits; the page words them.
//! Never holds what a worker typed.

use serde::{Deserialize, Serialize};

use crate::domain::entry::{About, EntryRef};
use crate::domain::equipment::{Check, MoveRefusal};
use crate::domain::kind::DocKind;
use crate::domain::role::Role;
use crate::domain::shape::Misfit;
use crate::ids::{DocId, PersonId, VisitId, WorkerId};

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The page drew too few keys or document ids.
    #[error("carry out a command: {given} keys or ids given, {wanted} wanted")]
    TooFewKeys {
        /// How many came.
        given: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// The role may not write this kind of document.
    #[error("write a {kind:?} document as {role:?}")]
    RoleMayNotWrite {
        /// The worker's role.
        role: Role,
        /// What would be written.
        kind: DocKind,
    },
    /// The role may not write this field.
    #[error("write {about} as {role:?}")]
    RoleMayNotAnswer {
        /// The worker's role.
        role: Role,
        /// The field.
        about: About,
    },
    /// No field of that name in that kind of document, or a list where a single field is meant.
    #[error("write {about}: no such field")]
    UnknownField {
        /// The field.
        about: About,
    },
    /// The value does not fit.
    #[error("write {about}: {misfit}")]
    Value {
        /// The field.
        about: About,
        /// Why.
        misfit: Misfit,
    },
    /// The person is registered already.
    #[error("register person {person}: already registered")]
    AlreadyRegistered {
        /// The person.
        person: PersonId,
    },
    /// No record of the person is held here.
    #[error("write about person {person}: not known here")]
    PersonNotHere {
        /// The person.
        person: PersonId,
    },
    /// The visit is not held here.
    #[error("write in visit {visit}: not known here")]
    VisitNotHere {
        /// The visit.
        visit: VisitId,
    },
    /// The document is not held here.
    #[error("write in document {doc}: not known here")]
    DocumentNotHere {
        /// The document.
        doc: DocId,
    },
    /// The list thing is not held here, or has another kind.
    #[error("find entry {} of document {}: not known here", .at.key, .at.doc)]
    EntryNotHere {
        /// The thing.
        at: EntryRef,
    },
    /// The thing was taken out of its list.
    #[error("change entry {} of document {}: withdrawn", .at.key, .at.doc)]
    Withdrawn {
        /// The thing.
        at: EntryRef,
    },
    /// The visit was signed: only an addendum may follow.
    #[error("change visit {visit}: signed")]
    AlreadySigned {
        /// The visit.
        visit: VisitId,
    },
    /// The visit has not been started.
    #[error("carry out a step of visit {visit}: not started")]
    NotStarted {
        /// The visit.
        visit: VisitId,
    },
    /// The visit has not been signed.
    #[error("add to visit {visit}: not signed")]
    NotSigned {
        /// The visit.
        visit: VisitId,
    },
    /// Only the lead visitor, or a named second for themselves, signs.
    #[error("sign visit {visit}: led by another worker")]
    NotYourVisit {
        /// The visit.
        visit: VisitId,
        /// Who leads it.
        leads: Vec<WorkerId>,
    },
    /// Same-day items without a recorded action.
    #[error("sign a visit: {} same-day items without an action", .items.len())]
    SameDayWithoutAction {
        /// The items.
        items: Vec<String>,
    },
    /// Other entries stand, or other words, than the screen showed.
    #[error("carry out a command: {} entries changed while you were reading", .entries.len())]
    ChangedWhileReading {
        /// Standing entries that were not seen. Empty when only a note or document version differs.
        entries: Vec<EntryRef>,
        /// Documents whose version is not the one that was read.
        docs: Vec<DocId>,
    },
    /// A hazard's answer is changed without saying *I was wrong* or *Fixed now*.
    #[error("change item {item}: wrong or fixed not said")]
    WrongOrFixed {
        /// The item.
        item: String,
    },
    /// No open hazard of this item is known here.
    #[error("close a hazard of item {item}: none open")]
    NoHazard {
        /// The item.
        item: String,
    },
    /// It belongs to a concern or to the access notes, not to the visit.
    #[error("answer {item}: recorded elsewhere")]
    RecordedElsewhere {
        /// The item or measurement.
        item: String,
    },
    /// Nobody countersigns what they signed.
    #[error("countersign one's own signature")]
    OwnSignature,
    /// Fewer than two different identifiers.
    #[error("check identifiers: fewer than {least}")]
    TooFewIdentifiers {
        /// How many are needed.
        least: usize,
    },
    /// The device is not in the catalogue.
    #[error("propose device {device}: not in the catalogue")]
    UnknownDevice {
        /// The catalogue id.
        device: String,
    },
    /// Only an OT proposes this device; others ask the OT to assess.
    #[error("propose device {device}: only an OT may")]
    AskOtToAssess {
        /// The catalogue id.
        device: String,
    },
    /// Another profession supplies it: an onward referral, not a proposal.
    #[error("propose device {device}: another profession supplies it")]
    ReferOn {
        /// The catalogue id.
        device: String,
    },
    /// A field of the proposal has two answers.
    #[error("decide a proposal: {about} has two answers")]
    ProposalClashes {
        /// The field.
        about: About,
    },
    /// A check that no role passes over: the safe load is not known or too low, or a condition refuses the device.
    #[error("approve a device: {} checks stop it", .checks.len())]
    NotApprovable {
        /// The checks, with their working.
        checks: Vec<Check>,
    },
    /// The proposer may not approve what they proposed in an unregistered role.
    #[error("decide one's own proposal made in another role")]
    OwnProposal,
    /// Nothing was decided yet.
    #[error("confirm a decision: none made")]
    NothingDecided,
    /// The move is not allowed from where the device is.
    #[error(transparent)]
    Move(MoveRefusal),
    /// The decision stands on an earlier version of the proposal.
    #[error("record supply: decided on an earlier version")]
    DecidedOnEarlierVersion,
    /// The worker may not resolve this clash.
    #[error("resolve the clash of {about}: not yours to resolve")]
    MayNotResolve {
        /// The field.
        about: About,
    },
    /// No clash stands there.
    #[error("resolve the clash of {about}: none stands")]
    NoClash {
        /// The field.
        about: About,
    },
}
