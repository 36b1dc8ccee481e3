//! The team's directory, for choosing who leads a visit or answers a question.
//!
//! In: the `team` document. Out: colleagues by name.

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::WorkerId;
use serde::{Deserialize, Serialize};

/// The directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// The organisation's name; empty when not known here.
    pub organisation: String,
    /// The team's name; empty when not known here.
    pub name: String,
    /// Everybody in it, by name.
    pub colleagues: Vec<Colleague>,
}

/// One worker of the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Colleague {
    /// The worker.
    pub worker: WorkerId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The worker signed in here.
    pub me: bool,
}
