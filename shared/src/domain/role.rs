//! Who a worker is to the record.
//!
//! In: a code from an account or a record. Out: the role and the few questions every rule asks of it.
//! Never grants anything by itself: what a role may do is written where it is decided.
//! Source: the role table of the product design.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A worker's role in the team. The numbers are stored and sent: never reuse one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Unregistered; visits, assesses, proposes.
    #[n(0)]
    OutreachWorker,
    /// Occupational therapist; reviews and decides.
    #[n(1)]
    Ot,
    /// Leads on medicines and nursing needs.
    #[n(2)]
    SpecialistNurse,
    /// Leads on mental health.
    #[n(3)]
    RecoveryPractitioner,
    /// Organises care, supply and bookings.
    #[n(4)]
    CareCoordinator,
    /// Supports behaviour change.
    #[n(5)]
    HealthCoach,
    /// Resolves safeguarding concerns.
    #[n(6)]
    SafeguardingLead,
    /// Supervises a worker.
    #[n(7)]
    Supervisor,
    /// Reads counts, never a record.
    #[n(8)]
    PcnManager,
    /// Reads the audit.
    #[n(9)]
    PrivacyOfficer,
    /// Keeps accounts and devices.
    #[n(10)]
    Administrator,
}

impl Role {
    /// Every role, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::OutreachWorker,
        Self::Ot,
        Self::SpecialistNurse,
        Self::RecoveryPractitioner,
        Self::CareCoordinator,
        Self::HealthCoach,
        Self::SafeguardingLead,
        Self::Supervisor,
        Self::PcnManager,
        Self::PrivacyOfficer,
        Self::Administrator,
    ];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role of a stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Holds core and clinical records: outreach worker, OT, specialist nurse, recovery practitioner.
    pub const fn is_clinical(self) -> bool {
        matches!(self, Self::OutreachWorker | Self::Ot | Self::SpecialistNurse | Self::RecoveryPractitioner)
    }

    /// Registered with a regulator, so may sign without a countersignature.
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Ot | Self::SpecialistNurse | Self::RecoveryPractitioner)
    }

    /// Holds core records: the clinical roles, the coordinator and the health coach.
    pub const fn holds_core(self) -> bool {
        self.is_clinical() || matches!(self, Self::CareCoordinator | Self::HealthCoach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_again_by_its_number() {
        for role in Role::ALL {
            assert_eq!(Role::from_number(role.number()), Some(role));
        }
        assert_eq!(Role::from_number(11), None);
    }
}
