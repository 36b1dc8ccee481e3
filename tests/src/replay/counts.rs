//! Counts over a person's record: contacts, hazards, equipment.
//!
//! In: a record read back from its changes. Out: the numbers a caseload expects, under its names.
//! A hazard counts once for each item, as it was found first.

use std::collections::BTreeMap;

use doorstep_shared::content::State;
use doorstep_shared::demonstration::Told;
use doorstep_shared::domain::home;
use doorstep_shared::domain::proposal::{self, Status};
use doorstep_shared::domain::record::Record;
use doorstep_shared::domain::review::Closed;
use doorstep_shared::domain::standing::Standings;
use doorstep_shared::domain::visit::{self, VisitKind, VisitOutcome};
use serde_json::{Value as Json, json};

const MS_PER_MINUTE: i64 = 60_000;

#[derive(Default)]
pub(super) struct Counted {
    contacts: i64,
    minutes: i64,
    ot_consultations: i64,
    dna: i64,
    no_access: i64,
    cancelled_by_service: i64,
    hazards: Vec<(String, u8, bool)>,
    removed: usize,
    statuses: Vec<Status>,
}

impl Counted {
    pub(super) fn of(standings: &Standings<'_>, record: &Record, told: &Told) -> Self {
        let mut counted = Self::default();
        for id in &told.visits {
            let Some(facts) = visit::facts(standings, *id) else { continue };
            match facts.outcome {
                Some(VisitOutcome::Attended | VisitOutcome::EndedEarly) => {
                    counted.contacts += 1;
                    let times = facts.started_at.zip(facts.ended_at);
                    counted.minutes += times.map_or(0, |(start, end)| end.since_ms(start) / MS_PER_MINUTE);
                    let consultation = facts.plan.is_some_and(|plan| plan.kind == VisitKind::OtConsultation);
                    counted.ot_consultations += i64::from(consultation);
                }
                Some(VisitOutcome::DidNotAttend) => counted.dna += 1,
                Some(VisitOutcome::NoAccess) => counted.no_access += 1,
                Some(VisitOutcome::CancelledByService) => counted.cancelled_by_service += 1,
                Some(VisitOutcome::WasNotBrought | VisitOutcome::CancelledByPerson) | None => {}
            }
            for hazard in home::hazards(standings, record, *id) {
                if counted.hazards.iter().all(|(item, ..)| item != hazard.item.id) {
                    counted.hazards.push((hazard.item.id.to_owned(), hazard.severity, hazard.same_day));
                }
            }
        }
        let closings = home::closings(standings, record);
        counted.removed = closings.iter().filter(|closing| closing.closed == Closed::Removed).count();
        counted.statuses =
            told.proposals.values().map(|at| proposal::status(standings, record, *at)).collect();
        counted
    }

    pub(super) fn counts(&self) -> Json {
        json!({
            "contacts": self.contacts,
            "minutes": self.minutes,
            "ot_consultations_used": self.ot_consultations,
            "dna": self.dna,
            "no_access": self.no_access,
            "cancelled_by_service": self.cancelled_by_service,
        })
    }

    pub(super) fn hazards(&self) -> Json {
        let same_day: Vec<&str> = self
            .hazards
            .iter()
            .filter(|(_, _, same_day)| *same_day)
            .map(|(item, ..)| item.as_str())
            .collect();
        json!({
            "found": self.hazards.len(),
            "severity_sum": self.hazards.iter().map(|(_, severity, _)| i64::from(*severity)).sum::<i64>(),
            "same_day": same_day,
            "removed": self.removed,
        })
    }

    pub(super) fn equipment(&self) -> Json {
        json!({
            "proposed": self.statuses.len(),
            "in_place": self.count(State::is_in_place),
            "declined": self.count(|state| state == State::Declined),
        })
    }

    fn count(&self, is: impl Fn(State) -> bool) -> usize {
        self.statuses.iter().filter(|status| status.state.is_some_and(&is)).count()
    }
}

#[derive(Default)]
pub(super) struct Totals {
    numbers: BTreeMap<&'static str, i64>,
    days_to_fitted: Vec<i64>,
}

impl Totals {
    pub(super) fn add(&mut self, counted: &Counted) {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        for (name, number) in [
            ("people", 1),
            ("contacts", counted.contacts),
            ("minutes", counted.minutes),
            ("dna", counted.dna),
            ("hazards_found", whole(counted.hazards.len())),
            ("hazards_removed", whole(counted.removed)),
            ("at_proposed", whole(counted.statuses.len())),
            ("at_in_place", whole(counted.count(State::is_in_place))),
            ("at_declined", whole(counted.count(|state| state == State::Declined))),
        ] {
            *self.numbers.entry(name).or_default() += number;
        }
        self.days_to_fitted.extend(counted.statuses.iter().filter_map(|status| status.supply.days_to_fitted));
    }

    pub(super) fn json(&self) -> Json {
        let whole = self.numbers.iter().map(|(name, number)| ((*name).to_owned(), json!(number)));
        let median = ("at_days_to_fitted_median".to_owned(), json!(median(&self.days_to_fitted)));
        Json::Object(whole.chain([median]).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "days are far below 2^53")]
fn median(days: &[i64]) -> Option<f64> {
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    let even = sorted.len().is_multiple_of(2);
    let lower = if even { *sorted.get(middle.checked_sub(1)?)? } else { upper };
    Some((lower + upper) as f64 / 2.0)
}
