//! The demonstration team: made-up workers with accounts, for trying Doorstep without a real record.
//!
//! In: the staff of the made-up caseload. Out: accounts that share one password, kept beside the database, and records
//! written by an install of each worker. Everything follows from one drawn seed, so a fill that was cut short is taken
//! up where it stopped. Fills only an empty database, and marks it for ever: it never becomes a real team's server.

mod kept;
mod records;

use std::path::PathBuf;

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{OrgId, TeamId, WorkerId};
use serde::Deserialize;

use crate::auth::passwords;
use crate::auth::passwords::PasswordError;
use crate::demonstration::kept::Kept;
use crate::settings::Settings;
use crate::store::contract::{Account, Credential, Team};
use crate::store::{Store, StoreFault};

const CASELOAD: &str = include_str!("../../shared/content/demonstration_caseload.json");

/// Titles that are not part of an account's name.
const TITLES: [&str; 5] = ["Dr ", "Mr ", "Mrs ", "Ms ", "Prof "];

/// Why the demonstration could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    /// The database already holds a team that is not a demonstration.
    #[error("fill the database: it already holds a real team; name another data folder")]
    NotEmpty,
    /// The password set is not the one these accounts were made with.
    #[error("use another demonstration password: this data folder was filled with the one in {}", path.display())]
    OtherPassword {
        /// Where it is kept.
        path: PathBuf,
    },
    /// What is kept beside the database cannot be read or written.
    #[error("keep the demonstration's password in {}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The caseload built into this program is not one.
    #[error("read the staff of the caseload: {why}")]
    Caseload {
        /// What is wrong.
        why: String,
    },
    /// The system has no randomness.
    #[error("draw random bytes from the system")]
    Chance,
    /// A password cannot be hashed.
    #[error("make the accounts")]
    Password(#[from] PasswordError),
    /// A record could not be written.
    #[error("write the records: {what}")]
    Records {
        /// What failed, in words of ours.
        what: &'static str,
    },
    /// The store failed.
    #[error("store the team")]
    Store(#[from] StoreFault),
}

/// What a person needs to try Doorstep.
#[derive(Debug)]
pub struct Demonstration {
    /// Sign-in name, name and role of each account, in the caseload's order.
    pub accounts: Vec<(String, String, Role)>,
    /// The password of all of them.
    pub password: String,
}

#[derive(Deserialize)]
struct Caseload {
    staff: Vec<Staff>,
    organisations: Organisations,
}

#[derive(Deserialize)]
struct Organisations {
    pcn: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Staff {
    id: String,
    name: String,
    role: String,
}

/// Someone of the made-up team.
pub(crate) struct Member {
    /// Their id in the caseload, as `st-ow1`.
    staff: String,
    account: Account,
}

/// Fills an empty store with the demonstration team and its records, or finds them there.
///
/// # Errors
/// A [`DemonstrationError`]; a store that holds a real team is left as it was.
pub(crate) async fn prepare(
    store: &dyn Store,
    settings: &Settings,
) -> Result<Demonstration, DemonstrationError> {
    let held = store.team().await?.is_some();
    if held && !store.identity().await?.demonstration {
        return Err(DemonstrationError::NotEmpty);
    }
    let mut kept = Kept::read_or_draw(settings)?;
    let caseload: Caseload = serde_json::from_str(CASELOAD)
        .map_err(|error| DemonstrationError::Caseload { why: error.to_string() })?;
    let team = team(&kept, caseload.organisations.pcn.name);
    let members = members(&kept, &team, &caseload.staff)?;
    if !held {
        seed(store, &kept, &team, &members).await?;
    }
    if !held || !kept.is_filled() {
        records::fill(store, &kept, &team, &members).await?;
        kept.set_filled()?;
    }
    let accounts = members.into_iter().map(|Member { account, .. }| account);
    Ok(Demonstration {
        accounts: accounts.map(|account| (account.sign_in, account.name, account.role)).collect(),
        password: kept.password().to_owned(),
    })
}

fn team(kept: &Kept, organisation_name: String) -> Team {
    Team {
        organisation: OrgId::from_bytes(kept.derive("organisation")),
        organisation_name,
        team: TeamId::from_bytes(kept.derive("team")),
        team_name: "Outreach team".to_owned(),
    }
}

fn members(kept: &Kept, team: &Team, staff: &[Staff]) -> Result<Vec<Member>, DemonstrationError> {
    let member = |staff: &Staff| {
        let role = role(&staff.role)
            .ok_or_else(|| DemonstrationError::Caseload { why: format!("no role {:?}", staff.role) })?;
        let account = Account {
            worker: WorkerId::from_bytes(kept.derive(&format!("worker {}", staff.id))),
            sign_in: sign_in(&staff.name),
            name: staff.name.clone(),
            role,
            team: team.team,
            organisation: team.organisation,
            disabled_at: None,
        };
        Ok(Member { staff: staff.id.clone(), account })
    };
    staff.iter().map(member).collect()
}

async fn seed(
    store: &dyn Store,
    kept: &Kept,
    team: &Team,
    members: &[Member],
) -> Result<(), DemonstrationError> {
    // One hash for all: these accounts share one password that is printed at every start.
    let password = kept.password().to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password))
        .await
        .map_err(|_| PasswordError::Stopping)??;
    let mut credentials: Vec<Credential> = members
        .iter()
        .map(|member| Credential { account: member.account.clone(), password: hashed.clone() })
        .collect();
    // The server writes the team's directory as an install of its own. Nobody signs in as it.
    credentials.push(Credential { account: records::server_account(kept, team), password: String::new() });
    if store.seed(team.clone(), credentials, true).await? {
        Ok(())
    } else {
        Err(DemonstrationError::NotEmpty)
    }
}

/// `Dr Ada Finch` signs in as `ada.finch`.
fn sign_in(name: &str) -> String {
    let name = TITLES.iter().find_map(|title| name.strip_prefix(title)).unwrap_or(name);
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".")
}

fn role(text: &str) -> Option<Role> {
    Some(match text {
        "outreach worker" => Role::OutreachWorker,
        "OT" => Role::Ot,
        "specialist nurse" => Role::SpecialistNurse,
        "recovery practitioner" => Role::RecoveryPractitioner,
        "care coordinator" => Role::CareCoordinator,
        "health coach" => Role::HealthCoach,
        "safeguarding lead" => Role::SafeguardingLead,
        "supervisor" => Role::Supervisor,
        "PCN manager" => Role::PcnManager,
        "privacy officer" => Role::PrivacyOfficer,
        "administrator" => Role::Administrator,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_of_the_caseload_has_an_account_of_their_own_and_every_role_is_there() {
        let caseload: Caseload = serde_json::from_str(CASELOAD).unwrap();
        let names: std::collections::BTreeSet<_> = caseload.staff.iter().map(|s| sign_in(&s.name)).collect();
        assert_eq!(names.len(), caseload.staff.len());
        assert!(names.contains("marcus.dell") && names.contains("ada.finch"));
        let roles: std::collections::BTreeSet<_> =
            caseload.staff.iter().map(|s| role(&s.role).unwrap()).collect();
        assert_eq!(roles.len(), Role::ALL.len());
    }
}
