//! The policy: which roles hold which scopes, and which may write which documents there.
//!
//! In: a role, a team, a kind and a scope. Out: yes or no. A "no" looks to the asker like nothing being there.
//! One table, written out whole and tested whole. Source: product design, "Documents".

use doorstep_shared::docs::header::Scope;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::TeamId;

/// The scopes a worker of `role` in `team` holds, core first.
pub fn scopes(role: Role, team: TeamId) -> Vec<Scope> {
    let mut held = Vec::new();
    if role.holds_core() {
        held.push(Scope::TeamCore(team));
    }
    if role.is_clinical() {
        held.push(Scope::TeamClinical(team));
    }
    held
}

/// Whether a worker of `role` in `team` may write documents of `kind` in `scope`.
pub fn may_write(role: Role, team: TeamId, kind: DocKind, scope: Scope) -> bool {
    scope_of(kind, team) == Some(scope) && writes(role, kind)
}

/// Where documents of a kind belong. Kinds whose scopes are granted one by one have no place yet, and a kind of a
/// newer build has none that could be judged.
fn scope_of(kind: DocKind, team: TeamId) -> Option<Scope> {
    use DocKind as K;
    match kind {
        K::Person | K::Equipment | K::Summary | K::Contact | K::Booking | K::Team => {
            Some(Scope::TeamCore(team))
        }
        K::Visit | K::Home | K::Plan | K::Review | K::NurseReview => Some(Scope::TeamClinical(team)),
        K::Access | K::Concern | K::Supervision | K::Reflection | K::Unknown(_) => None,
    }
}

fn writes(role: Role, kind: DocKind) -> bool {
    use DocKind as K;
    match kind {
        K::Person | K::Equipment | K::Summary | K::Booking => {
            role.is_clinical() || role == Role::CareCoordinator
        }
        K::Contact => role.holds_core(),
        K::Team => matches!(role, Role::Ot | Role::CareCoordinator),
        K::Visit | K::Home => role.is_clinical(),
        K::Plan | K::Review => role == Role::Ot,
        K::NurseReview => matches!(role, Role::SpecialistNurse | Role::RecoveryPractitioner),
        K::Access | K::Concern | K::Supervision | K::Reflection | K::Unknown(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEAM: TeamId = TeamId::from_bytes([1; 16]);

    /// One column a role, in the order of [`Role::ALL`]: outreach worker, OT, nurse, recovery practitioner,
    /// coordinator, coach, safeguarding lead, supervisor, manager, privacy officer, administrator.
    const TABLE: [(&str, DocKind, &str); 15] = [
        ("core", DocKind::Person, "yyyyy------"),
        ("core", DocKind::Equipment, "yyyyy------"),
        ("core", DocKind::Summary, "yyyyy------"),
        ("core", DocKind::Contact, "yyyyyy-----"),
        ("core", DocKind::Booking, "yyyyy------"),
        ("core", DocKind::Team, "-y--y------"),
        ("clinical", DocKind::Visit, "yyyy-------"),
        ("clinical", DocKind::Home, "yyyy-------"),
        ("clinical", DocKind::Plan, "-y---------"),
        ("clinical", DocKind::Review, "-y---------"),
        ("clinical", DocKind::NurseReview, "--yy-------"),
        ("", DocKind::Access, "-----------"),
        ("", DocKind::Concern, "-----------"),
        ("", DocKind::Supervision, "-----------"),
        ("", DocKind::Reflection, "-----------"),
    ];

    #[test]
    fn each_role_writes_exactly_the_kinds_of_the_table_in_exactly_their_scope() {
        for (place, kind, row) in TABLE {
            for (role, mark) in Role::ALL.into_iter().zip(row.chars()) {
                for (name, scope) in
                    [("core", Scope::TeamCore(TEAM)), ("clinical", Scope::TeamClinical(TEAM))]
                {
                    let expected = mark == 'y' && name == place;
                    assert_eq!(may_write(role, TEAM, kind, scope), expected, "{role:?} {kind:?} in {name}");
                }
            }
        }
        let numbers: Vec<u8> = TABLE.iter().map(|(_, kind, _)| kind.number()).collect();
        assert_eq!(numbers, (0..15).collect::<Vec<u8>>(), "the table names every kind once");
    }

    #[test]
    fn whoever_may_write_a_kind_holds_its_scope() {
        for role in Role::ALL {
            let held = scopes(role, TEAM);
            for number in 0..=15 {
                let kind = DocKind::from_number(number);
                for scope in [Scope::TeamCore(TEAM), Scope::TeamClinical(TEAM)] {
                    assert!(!may_write(role, TEAM, kind, scope) || held.contains(&scope));
                }
            }
        }
    }

    #[test]
    fn roles_that_work_online_hold_no_scope() {
        let names = |role| scopes(role, TEAM).len();
        let held: Vec<usize> = Role::ALL.into_iter().map(names).collect();
        assert_eq!(held, [2, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn another_teams_scope_and_a_newer_kind_are_nobodys_to_write() {
        let other = TeamId::from_bytes([2; 16]);
        for role in Role::ALL {
            assert!(!may_write(role, TEAM, DocKind::Visit, Scope::TeamClinical(other)));
            assert!(!may_write(role, TEAM, DocKind::Unknown(99), Scope::TeamCore(TEAM)));
        }
    }
}
