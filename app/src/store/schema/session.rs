//! The row of the session: who is signed in, and the device's key.

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{InstallId, OrgId, TeamId, WorkerId};
use doorstep_shared::time::Timestamp;
use minicbor::bytes::ByteArray;

use super::Stored;
use crate::store::contract::Table;

/// Who is signed in, and with what key this installation signs.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SessionRow {
    /// The account, to sign in again.
    #[n(0)]
    pub account: String,
    /// The worker.
    #[n(1)]
    pub worker: WorkerId,
    /// Their name.
    #[n(2)]
    pub name: String,
    /// Their role.
    #[n(3)]
    pub role: Role,
    /// Their team.
    #[n(4)]
    pub team: TeamId,
    /// The team's name.
    #[n(5)]
    pub team_name: String,
    /// Their organisation.
    #[n(6)]
    pub organisation: OrgId,
    /// The organisation's name.
    #[n(7)]
    pub organisation_name: String,
    /// This installation.
    #[n(8)]
    pub install: InstallId,
    /// The seed of its Ed25519 key.
    #[n(9)]
    pub device_seed: ByteArray<32>,
    /// The device's name.
    #[n(10)]
    pub device_name: String,
    /// When it was enrolled.
    #[n(11)]
    pub enrolled_at: Timestamp,
    /// Made-up people.
    #[n(12)]
    #[cbor(default)]
    pub demonstration: bool,
}

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow").field("worker", &self.worker).field("install", &self.install).finish()
    }
}

impl SessionRow {
    /// The key of the only session.
    pub const KEY: &'static [u8] = b"current";
}

impl Stored for SessionRow {
    const TABLE: Table = Table::Session;

    fn key(&self) -> Vec<u8> {
        Self::KEY.to_vec()
    }
}
