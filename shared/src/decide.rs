//! What a worker's command does to a person's record, or why it may not.
//!
//! In: a command, the record held here, the worker, the present. Out: edits to write in one transaction, or a refusal.
//! Never reads a clock, draws a key or touches a document. A repeated command gives no edits.
//! Source: product design, "The record is made of entries"; the server's policy is the law, this is the courtesy.

mod command;
mod edit;
mod refusal;

pub use command::{
    Act, Answer, Change, Command, DOCS_PER_COMMAND, Decision, Holder, Measured, NewAction, NewPerson,
    NewProposal, NoteName, Resolution, SameDayAction,
};
pub use edit::{Edit, NewDocument};
pub use refusal::{Misfit, Refusal};

use crate::domain::entry::Author;
use crate::ids::{OrgId, TeamId};

/// Who asks: the stamp the worker's device puts on a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Worker, install and role.
    pub author: Author,
    /// The worker's organisation.
    pub organisation: OrgId,
    /// The team they work in now.
    pub team: TeamId,
}
