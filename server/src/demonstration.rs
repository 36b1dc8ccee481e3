//! The demonstration team: made-up workers with accounts, for trying Doorstep without a real record.
//!
//! In: the staff of the made-up caseload. Out: accounts that share one password, kept beside the database.
//! Fills only an empty database, and marks it for ever: a demonstration never becomes a real team's server.

use std::path::{Path, PathBuf};

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{OrgId, TeamId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::auth::passwords;
use crate::auth::passwords::PasswordError;
use crate::settings::Settings;
use crate::store::contract::{Account, Credential, Team};
use crate::store::{Store, StoreFault};

const CASELOAD: &str = include_str!("../../shared/content/demonstration_caseload.json");

/// What belongs to one demonstration, beside its database.
const KEPT_NAME: &str = "demonstration.json";

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
    name: String,
    role: String,
}

/// Written before the database is filled, so that a fill that was cut short is taken up with the same values.
#[derive(Serialize, Deserialize)]
struct Kept {
    password: String,
}

/// Fills an empty store with the demonstration team, or finds it there.
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
    let caseload: Caseload = serde_json::from_str(CASELOAD)
        .map_err(|error| DemonstrationError::Caseload { why: error.to_string() })?;
    let kept = keep(&settings.data.join(KEPT_NAME), settings)?;
    let mut accounts = Vec::new();
    for staff in &caseload.staff {
        let role = role(&staff.role)
            .ok_or_else(|| DemonstrationError::Caseload { why: format!("no role {:?}", staff.role) })?;
        accounts.push((sign_in(&staff.name), staff.name.clone(), role));
    }
    if !held {
        fill(store, &caseload.organisations.pcn.name, &accounts, &kept.password).await?;
    }
    Ok(Demonstration { accounts, password: kept.password })
}

async fn fill(
    store: &dyn Store,
    organisation_name: &str,
    accounts: &[(String, String, Role)],
    password: &str,
) -> Result<(), DemonstrationError> {
    let team = Team {
        organisation: OrgId::from_bytes(draw()?),
        organisation_name: organisation_name.to_owned(),
        team: TeamId::from_bytes(draw()?),
        team_name: "Outreach team".to_owned(),
    };
    // One hash for all: these accounts share one password that is printed at every start.
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password))
        .await
        .map_err(|_| PasswordError::Stopping)??;
    let mut credentials = Vec::new();
    for (sign_in, name, role) in accounts {
        let account = Account {
            worker: WorkerId::from_bytes(draw()?),
            sign_in: sign_in.clone(),
            name: name.clone(),
            role: *role,
            team: team.team,
            organisation: team.organisation,
            disabled_at: None,
        };
        credentials.push(Credential { account, password: hashed.clone() });
    }
    if store.seed(team, credentials, true).await? { Ok(()) } else { Err(DemonstrationError::NotEmpty) }
}

/// Reads what is kept, or draws it and keeps it.
fn keep(path: &Path, settings: &Settings) -> Result<Kept, DemonstrationError> {
    let in_file = |source| DemonstrationError::Kept { path: path.to_owned(), source };
    let wanted = settings.demonstration_password.reveal();
    match std::fs::read(path) {
        Ok(bytes) => {
            let kept: Kept = serde_json::from_slice(&bytes)
                .map_err(|error| in_file(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
            if !wanted.is_empty() && wanted != kept.password {
                return Err(DemonstrationError::OtherPassword { path: path.to_owned() });
            }
            Ok(kept)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let password = if wanted.is_empty() { spell(draw()?) } else { wanted.to_owned() };
            let kept = Kept { password };
            let text = serde_json::to_vec(&kept).map_err(|error| in_file(std::io::Error::other(error)))?;
            crate::server::write_private(path, &text).map_err(in_file)?;
            Ok(kept)
        }
        Err(error) => Err(in_file(error)),
    }
}

fn draw<const N: usize>() -> Result<[u8; N], DemonstrationError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| DemonstrationError::Chance)?;
    Ok(bytes)
}

/// Spells random bytes as three groups of four letters that cannot be misread: about 51 bits.
fn spell(random: [u8; 12]) -> String {
    const LETTERS: &[u8; 20] = b"bcdfghjkmnpqrstvwxyz";
    let mut text = String::new();
    for (place, byte) in random.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let letter = LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'b');
        text.push(char::from(letter));
    }
    text
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

    #[test]
    fn a_drawn_password_is_easy_to_read_aloud() {
        assert_eq!(spell([0; 12]), "bbbb-bbbb-bbbb");
    }
}
