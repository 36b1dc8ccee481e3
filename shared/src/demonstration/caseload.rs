//! The caseload file: people, visits, homes, equipment, as a replay reads them.
//!
//! In: the file's JSON. Out: typed cases; what this build does not replay is kept by name only.
//! Never holds what the file expects: a replay compares that with what the rules say.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::entry::Value;
use crate::domain::role::Role;
use crate::time::{Date, Timestamp};

/// Why a file is not a caseload.
#[derive(Debug, thiserror::Error)]
#[error("read a caseload: line {line}, column {column}")]
pub struct CaseloadError {
    /// Where reading stopped.
    pub line: usize,
    /// And at which character of the line.
    pub column: usize,
    /// What was wrong there.
    #[source]
    pub source: serde_json::Error,
}

/// A team's made-up caseload.
#[derive(Clone, Debug, Deserialize)]
pub struct Caseload {
    /// The team.
    pub staff: Vec<Staff>,
    /// The people.
    pub cases: Vec<Case>,
}

/// One member of staff.
#[derive(Clone, Debug, Deserialize)]
pub struct Staff {
    /// Their id in the file.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their role, in the file's words.
    pub role: String,
}

/// One person of the caseload.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// The case's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The NHS number.
    #[serde(default)]
    pub nhs_number: Option<String>,
    /// The date of birth.
    #[serde(deserialize_with = "day")]
    pub dob: Date,
    pub(super) address: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) sex: String,
    #[serde(default)]
    pub(super) language: String,
    #[serde(default)]
    pub(super) interpreter: bool,
    #[serde(default)]
    pub(super) lives: String,
    #[serde(default)]
    pub(super) group: String,
    #[serde(default)]
    pub(super) practice: String,
    pub(super) referral: Referral,
    #[serde(default)]
    pub(super) pre_visit: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(super) consent: Consents,
    #[serde(default)]
    pub(super) capacity: String,
    /// The visits, by their days.
    #[serde(default)]
    pub visits: Vec<Visit>,
    /// The equipment, each on its way.
    #[serde(default)]
    pub at: Vec<Supplied>,
    #[serde(default)]
    pub(super) measurements: Vec<Measurement>,
    #[serde(default)]
    pub(super) onward: Vec<Onward>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Referral {
    #[serde(deserialize_with = "instant")]
    pub(super) received: Timestamp,
    #[serde(default)]
    pub(super) source: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) priority: String,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Consents {
    #[serde(default)]
    pub(super) to_assess: String,
    #[serde(default)]
    pub(super) to_share: Vec<String>,
    #[serde(default)]
    pub(super) to_share_refused: Vec<String>,
    #[serde(default)]
    pub(super) share_basis: String,
    #[serde(default)]
    pub(super) photos: String,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, serde_json::Value>,
}

/// One visit.
#[derive(Clone, Debug, Deserialize)]
pub struct Visit {
    /// Its day.
    #[serde(deserialize_with = "day")]
    pub date: Date,
    #[serde(default)]
    pub(super) start: Option<String>,
    pub(super) staff: String,
    #[serde(default)]
    pub(super) second: Option<String>,
    pub(super) mode: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) minutes: i64,
    pub(super) outcome: String,
    #[serde(default)]
    pub(super) present: Vec<String>,
    #[serde(default)]
    pub(super) note: Option<String>,
    /// What was asked about the home.
    #[serde(default)]
    pub home: Option<Home>,
    #[serde(default)]
    pub(super) needs_countersign: bool,
    #[serde(default)]
    pub(super) delegation: Option<Delegated>,
    #[serde(default)]
    pub(super) same_day_actions: Vec<SameDay>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, serde_json::Value>,
}

/// The answers about one home. Every item not listed has its safe example.
#[derive(Clone, Debug, Deserialize)]
pub struct Home {
    #[serde(default)]
    pub(super) profile: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) flags: BTreeMap<String, bool>,
    #[serde(default)]
    pub(super) answers_that_differ_from_safe: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(super) not_seen: Vec<String>,
    #[serde(default)]
    pub(super) not_asked: Vec<String>,
    #[serde(default)]
    pub(super) declined: Vec<String>,
    #[serde(default)]
    pub(super) not_applicable: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Delegated {
    pub(super) delegated_by: String,
    #[serde(default)]
    pub(super) task: String,
    #[serde(default, deserialize_with = "maybe_day")]
    pub(super) seen_by_registered: Option<Date>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SameDay {
    pub(super) item: String,
    pub(super) told: String,
    #[serde(deserialize_with = "instant")]
    pub(super) at: Timestamp,
    #[serde(default)]
    pub(super) how: String,
    pub(super) by: String,
}

/// One item of equipment on its way.
#[derive(Clone, Debug, Deserialize)]
pub struct Supplied {
    /// Its id in the file.
    pub id: String,
    pub(super) device: String,
    #[serde(default)]
    pub(super) place: String,
    pub(super) proposed_by: String,
    /// The states on its way.
    pub path: Vec<String>,
    /// The day of each.
    #[serde(deserialize_with = "days")]
    pub dates: Vec<Date>,
    #[serde(default)]
    pub(super) hazards: Vec<String>,
    #[serde(default)]
    pub(super) measurements: Vec<String>,
    #[serde(default)]
    pub(super) swl_kg: Option<f64>,
    #[serde(default)]
    pub(super) changed_to: Option<String>,
    #[serde(default)]
    pub(super) declined_by: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) contraindications_met: Vec<String>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Measurement {
    pub(super) id: String,
    pub(super) field: String,
    pub(super) value: serde_json::Value,
    #[serde(default)]
    pub(super) place: String,
    #[serde(deserialize_with = "day")]
    pub(super) date: Date,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    pub(super) service: String,
    #[serde(default)]
    pub(super) recipient: String,
}

impl Caseload {
    /// Reads a caseload file.
    ///
    /// # Errors
    /// [`CaseloadError`], with the place where the file is not of this shape.
    pub fn read(text: &str) -> Result<Self, CaseloadError> {
        serde_json::from_str(text).map_err(|source| CaseloadError {
            line: source.line(),
            column: source.column(),
            source,
        })
    }

    /// The day of the last visit of all.
    pub fn last_visit(&self) -> Option<Date> {
        self.cases.iter().flat_map(|case| &case.visits).map(|visit| visit.date).max()
    }
}

impl Staff {
    /// The role of the file's words; nothing for words this build does not know.
    pub fn role(&self) -> Option<Role> {
        Some(match self.role.as_str() {
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
}

/// A value of the file as an entry holds it.
pub(super) fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Whole(whole),
            None => Value::Number(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            Value::text(json.to_string())
        }
    }
}

/// Lists what a case asks for that this build does not replay.
pub(super) fn list_not_covered(case: &Case, list: &mut Vec<String>) {
    const PLAIN: [&str; 5] = ["age_at_referral", "ethnicity", "imd_decile", "nhs_number_display", "note"];
    let mut name_rest = |of: &str, rest: &BTreeMap<String, serde_json::Value>, known: &[&str]| {
        let names =
            rest.keys().filter(|name| !known.contains(&name.as_str()) && !name.starts_with("expect_"));
        list.extend(names.map(|name| format!("{}: {of}{name}", case.id)));
    };
    name_rest("", &case.rest, &PLAIN);
    name_rest("referral: ", &case.referral.rest, &[]);
    name_rest("consent: ", &case.consent.rest, &[]);
    for (place, visit) in case.visits.iter().enumerate() {
        name_rest(&format!("visit {}: ", place + 1), &visit.rest, &["n", "role"]);
    }
    for item in &case.at {
        name_rest(&format!("{}: ", item.id), &item.rest, &[]);
    }
    name_rest("pre_visit: ", &case.pre_visit, &["two_staff", "dog", "notes", "home_visits"]);
    if !case.onward.is_empty() {
        list.push(format!("{}: onward: kind and basis (recorded as actions)", case.id));
    }
}

fn parse_instant(text: &str) -> Option<Timestamp> {
    let (day, clock) = text.split_once('T').unwrap_or((text, "09:00"));
    let (hour, minute) = clock.split_once(':')?;
    Some(Timestamp::from_london(Date::parse_iso(day)?, hour.parse().ok()?, minute.get(..2)?.parse().ok()?))
}

fn instant<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_instant(&text).ok_or_else(|| serde::de::Error::custom("not a day or a day with a time"))
}

fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    Date::parse_iso(&text).ok_or_else(|| serde::de::Error::custom("not a day"))
}

fn days<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Date>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| Date::parse_iso(text).ok_or_else(|| serde::de::Error::custom("not a day"));
    texts.iter().map(read).collect()
}

fn maybe_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| Date::parse_iso(&text).ok_or_else(|| serde::de::Error::custom("not a day"))).transpose()
}
