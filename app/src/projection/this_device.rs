//! This device: what an administrator asks about on the telephone.
//!
//! In: the session, the store's own count. Out: plain facts.

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::InstallId;
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

/// This installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThisDevice {
    /// Its id.
    pub install: InstallId,
    /// Its name in the directory.
    pub name: String,
    /// The worker signed in.
    pub worker: String,
    /// Their role.
    pub role: Role,
    /// The organisation's name.
    pub organisation: String,
    /// The team's name.
    pub team: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// Documents held.
    pub documents: u32,
    /// Changes held.
    pub changes: u32,
    /// Changes not yet stored on the server.
    pub unsent: u32,
    /// The app's version.
    pub app_version: String,
    /// Made-up people: everything here is for trying out.
    pub demonstration: bool,
}
