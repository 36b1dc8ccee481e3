//! The team's directory, for choosing who leads a visit or answers a question.
//!
//! In: the `team` document. Out: colleagues by name.

use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::record::{Place, Record};
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::standing::Standings;
use doorstep_shared::ids::WorkerId;
use doorstep_shared::sorted;
use serde::{Deserialize, Serialize};

use super::ground::{Around, Directory, text_of};

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

/// Reads the directory from the `team` documents held here.
pub fn directory(record: &Record) -> Directory {
    let standings = Standings::of(record);
    let place = Place::of_person(DocKind::Team);
    let team = standings.value(place, "team/name").and_then(Value::as_text).unwrap_or_default().to_owned();
    let members = standings
        .under(place, "member/")
        .filter_map(|(about, standing)| {
            let worker: WorkerId = about.strip_prefix("member/")?.parse().ok()?;
            let value = standing.value()?;
            let role = value.field("role").and_then(Value::as_text).and_then(role_of);
            Some((worker, (text_of(value, "name"), role)))
        })
        .collect();
    Directory { team, members }
}

/// A role by the code a directory or the server writes.
pub fn role_of(code: &str) -> Option<Role> {
    Some(match code {
        "outreach_worker" => Role::OutreachWorker,
        "ot" => Role::Ot,
        "specialist_nurse" => Role::SpecialistNurse,
        "recovery_practitioner" => Role::RecoveryPractitioner,
        "care_coordinator" => Role::CareCoordinator,
        "health_coach" => Role::HealthCoach,
        "safeguarding_lead" => Role::SafeguardingLead,
        "supervisor" => Role::Supervisor,
        "pcn_manager" => Role::PcnManager,
        "privacy_officer" => Role::PrivacyOfficer,
        "administrator" => Role::Administrator,
        _ => return None,
    })
}

/// The directory as the page shows it: everybody whose role this build knows.
pub fn team(around: &Around<'_>, organisation: &str, team: &str) -> Team {
    let mut colleagues: Vec<Colleague> = around
        .directory
        .members
        .iter()
        .filter_map(|(worker, (name, role))| {
            Some(Colleague {
                worker: *worker,
                name: name.clone(),
                role: (*role)?,
                me: *worker == around.me.worker,
            })
        })
        .collect();
    sorted::sort_by(&mut colleagues, |a, b| (&a.name, a.worker).cmp(&(&b.name, b.worker)));
    Team { organisation: organisation.to_owned(), name: team.to_owned(), colleagues }
}
