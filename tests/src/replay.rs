//! A caseload file replayed through the real commands into real documents, and compared with what it expects.
//!
//! In: the file's text. Out: every expectation that held, every one that did not, and what is not built yet.
//! What is compared is read back from the stored changes, never from what was just decided.
//! Never counts as held what this build does not compute.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::decide::Worker;
use doorstep_shared::demonstration::{
    Caseload, CaseloadError, Documents, KeepError, Telling, Told, Written, answers_of, tell,
};
use doorstep_shared::docs::{Change, Document};
use doorstep_shared::domain::assessment::{Answer, summarise};
use doorstep_shared::domain::entry::Author;
use doorstep_shared::domain::home;
use doorstep_shared::domain::proposal;
use doorstep_shared::domain::record::Record;
use doorstep_shared::domain::standing::Standings;
use doorstep_shared::ids::{InstallId, OrgId, PersonId, TeamId, WorkerId};
use serde_json::{Value as Json, json};

use crate::replay::compare::Compared;

mod compare;
mod counts;

/// Why a file could not be replayed at all.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It is not a caseload.
    #[error("replay the file")]
    Caseload(#[from] CaseloadError),
    /// It is not JSON.
    #[error("replay the file: not JSON")]
    Json(#[from] serde_json::Error),
    /// A document could not be written.
    #[error("replay the file: keep what was decided")]
    Keep(#[from] KeepError),
    /// What was stored does not read back.
    #[error("replay the file: {documents} stored documents do not read back whole")]
    NotReadBack {
        /// How many.
        documents: usize,
    },
}

/// What a replay found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Expectations that held.
    pub held: usize,
    /// Expectations that did not, and commands that were refused, one sentence each.
    pub mismatches: Vec<String>,
    /// What the file asks for that is not built yet.
    pub not_covered: Vec<String>,
}

/// Replays a caseload file and compares every key of every expectation.
///
/// # Errors
/// A [`ReplayError`] when there is nothing to compare. A mismatch is no error.
pub fn replay(text: &str) -> Result<Replayed, ReplayError> {
    let caseload = Caseload::read(text)?;
    let file: Json = serde_json::from_str(text)?;
    let mut drawn = 0u64;
    // The same file gives the same names: only uniqueness matters here.
    let mut chance = |bytes: &mut [u8]| {
        drawn += 1;
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = drawn.to_be_bytes().get(7 - place % 8).copied().unwrap_or_default();
        }
    };
    let staff = staff(&caseload, &mut chance);
    let mut documents = Documents::default();
    let told = tell(&caseload, &staff, Telling::as_written(), &mut chance, &mut documents)?;
    let stored = read_back(&documents.into_written())?;
    let mut compared = Compared::default();
    let mut totals = counts::Totals::default();
    for (place, one) in told.iter().enumerate() {
        let record = stored.get(&one.person).cloned().unwrap_or_default();
        let expected = file.get("cases").and_then(|cases| cases.get(place)).unwrap_or(&Json::Null);
        compare_case(&mut compared, &mut totals, &caseload, one, &record, expected);
    }
    if let Some(expected) = file.get("expected_totals") {
        compared.keys("expected_totals", expected, &totals.json());
    }
    Ok(compared.finish(&file))
}

/// A worker on an install of their own for each member of staff.
fn staff(caseload: &Caseload, chance: &mut dyn FnMut(&mut [u8])) -> BTreeMap<String, Worker> {
    let mut draw = || {
        let mut bytes = [0; 16];
        chance(&mut bytes);
        bytes
    };
    let (organisation, team) = (OrgId::from_bytes(draw()), TeamId::from_bytes(draw()));
    let mut worker = |role| Worker {
        author: Author { worker: WorkerId::from_bytes(draw()), install: InstallId::from_bytes(draw()), role },
        organisation,
        team,
    };
    caseload.staff.iter().filter_map(|one| Some((one.id.clone(), worker(one.role()?)))).collect()
}

/// Every person's record, opened from the bytes of the changes alone, last written first.
fn read_back(written: &[Written]) -> Result<BTreeMap<PersonId, Record>, ReplayError> {
    let mut by_document: BTreeMap<_, (_, Vec<Change>)> = BTreeMap::new();
    let mut unread = BTreeSet::new();
    for one in written.iter().rev() {
        let entry = by_document.entry(one.header.id).or_insert_with(|| (one.header.clone(), Vec::new()));
        match Change::read(&one.change.bytes) {
            Ok(change) => entry.1.push(change),
            Err(_) => drop(unread.insert(one.header.id)),
        }
    }
    let mut records: BTreeMap<PersonId, Record> = BTreeMap::new();
    for (id, (header, changes)) in by_document {
        let count = changes.len();
        match Document::open(header, changes) {
            Ok((document, received)) if received.applied.len() == count => {
                if let Some(person) = document.header().person {
                    records.entry(person).or_default().parts.push(document.part());
                }
            }
            Ok(_) | Err(_) => drop(unread.insert(id)),
        }
    }
    if unread.is_empty() { Ok(records) } else { Err(ReplayError::NotReadBack { documents: unread.len() }) }
}

fn compare_case(
    compared: &mut Compared,
    totals: &mut counts::Totals,
    caseload: &Caseload,
    told: &Told,
    record: &Record,
    expected: &Json,
) {
    let case = &told.case;
    for refused in &told.refused {
        let why = refused.refusal.as_ref().map_or_else(String::new, |refusal| format!(": {refusal:?}"));
        compared.mismatches.push(format!("{case}: refused: {}{why}", refused.step));
    }
    compared.not_covered.extend(told.not_covered.iter().cloned());
    let standings = Standings::of(record);
    let typed = caseload.cases.iter().find(|one| one.id == *case);
    let list = |name: &str| expected.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
    for (place, visit) in list("visits").iter().enumerate() {
        let home = typed.and_then(|case| case.visits.get(place)).and_then(|visit| visit.home.as_ref());
        let (Some(home), Some(id)) = (home, told.visits.get(place)) else { continue };
        let Some(expected) = visit.get("home").and_then(|home| home.get("expect")) else { continue };
        let mut answers = home::answers(&standings, *id);
        // What belongs to a concern or to the access notes is not written yet: the rules get it directly.
        for (item, value) in answers_of(home) {
            let elsewhere = doorstep_shared::content::home_safety()
                .item(&item)
                .is_some_and(|item| !item.shown_in_house());
            if elsewhere {
                answers.items.insert(item, Answer { value, how: None });
            }
        }
        let found = serde_json::to_value(summarise(&answers)).unwrap_or_default();
        compared.keys(&format!("{case} visits[{place}].home.expect"), expected, &found);
    }
    let counted = counts::Counted::of(&standings, record, told);
    for (place, item) in list("at").iter().enumerate() {
        let id = item.get("id").and_then(Json::as_str).unwrap_or_default();
        let status = told.proposals.get(id).map(|at| proposal::status(&standings, record, *at));
        let path = format!("{case} at[{place}]");
        if let Some(expected) = item.get("expect_days_to_fitted") {
            let found = status.as_ref().and_then(|status| status.supply.days_to_fitted);
            compared.value(&format!("{path}.expect_days_to_fitted"), expected, &json!(found));
        }
        if let Some(status) = &status {
            let (states, days): (Vec<_>, Vec<_>) =
                status.supply.path.iter().map(|(state, on)| (*state, on.iso())).unzip();
            compared.value(&format!("{path}.path"), &item["path"], &json!(states));
            compared.value(&format!("{path}.dates"), &item["dates"], &json!(days));
        }
    }
    for (name, found) in [
        ("expect_counts", counted.counts()),
        ("expect_hazards", counted.hazards()),
        ("expect_at", counted.equipment()),
    ] {
        if let Some(expected) = expected.get(name) {
            compared.keys(&format!("{case} {name}"), expected, &found);
        }
    }
    totals.add(&counted);
}

#[cfg(test)]
mod tests {
    use doorstep_shared::demonstration::CASELOAD;
    use doorstep_shared::domain::visit::{self, VisitState};
    use doorstep_shared::time::Date;

    use super::*;

    #[test]
    fn the_demonstration_caseload_comes_to_everything_it_expects() {
        let replayed = replay(CASELOAD).unwrap();
        assert_eq!(replayed.mismatches, Vec::<String>::new());
        assert!(replayed.held > 150, "{}", replayed.held);
        assert!(replayed.not_covered.iter().any(|line| line == "case-01 expect_gas"));
    }

    #[test]
    fn every_kind_of_wrong_expectation_is_found() {
        for (right, wrong, path) in [
            (r#""hazard_count": 12"#, r#""hazard_count": 11"#, "visits[0].home.expect.hazard_count"),
            (r#""expect_days_to_fitted": 11"#, r#""expect_days_to_fitted": 12"#, "expect_days_to_fitted"),
            (r#""complete_pct": 78.2"#, r#""complete_pct": 78.3"#, "complete_pct"),
            (r#""removed": 10"#, r#""removed": 9"#, "expect_hazards.removed"),
            (r#""ot_consultations_used": 6"#, r#""ot_consultations_used": 5"#, "expect_counts"),
            (r#""at_in_place": 10"#, r#""at_in_place": 9"#, "expected_totals.at_in_place"),
        ] {
            assert!(CASELOAD.contains(right), "{right}");
            let replayed = replay(&CASELOAD.replace(right, wrong)).unwrap();
            assert!(replayed.mismatches.iter().any(|line| line.contains(path)), "{:?}", replayed.mismatches);
        }
    }

    #[test]
    fn a_step_the_rules_refuse_is_a_mismatch_and_the_rest_is_still_told() {
        let heavy = CASELOAD.replace(r#""swl_kg": 190"#, r#""swl_kg": 50"#);
        let replayed = replay(&heavy).unwrap();
        assert!(replayed.mismatches.iter().any(|line| line.contains("NotApprovable")), "no refusal");
        assert!(replayed.held > 150, "{}", replayed.held);
    }

    #[test]
    fn what_is_shown_today_ends_last_week_and_has_visits_planned_for_today() {
        let caseload = Caseload::read(CASELOAD).unwrap();
        let today = Date::new(2026, 11, 22).unwrap();
        let mut drawn = 0u64;
        let mut chance = |bytes: &mut [u8]| {
            drawn += 1;
            bytes.iter_mut().zip(drawn.to_le_bytes().iter().cycle()).for_each(|(to, from)| *to = *from);
        };
        let staff = staff(&caseload, &mut chance);
        let mut documents = Documents::default();
        let telling = Telling::shown_on(&caseload, today);
        let told = tell(&caseload, &staff, telling, &mut chance, &mut documents).unwrap();
        assert!(told.iter().all(|one| one.refused.is_empty()));
        let (mut planned, mut last) = (0, None);
        for one in &told {
            let record = documents.record(one.person);
            let standings = Standings::of(&record);
            for facts in record.visits().into_iter().filter_map(|id| visit::facts(&standings, id)) {
                let day = facts.plan.map(|plan| plan.starts_at.london_date());
                if facts.state == VisitState::Planned {
                    planned += 1;
                    assert_eq!(day, Some(today));
                } else {
                    last = last.max(day);
                }
            }
        }
        assert_eq!((planned, last), (4, Some(today.plus_days(-7))));
    }
}
