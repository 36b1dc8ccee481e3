//! Scripts of a headless tablet: what a worker does, as JSON.
//!
//! In: a list of steps. Out: them done, in order, and what the tablet holds after.
//! Ids are whatever the script says: 32 hexadecimal digits. A step may name its entry and later ones refer to it.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use doorstep_app::projection::View;
use doorstep_shared::decide::Act;
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::ids::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::tablet::{NotDone, Tablet};

/// The format, as `--help` prints it.
pub const FORMAT: &str = r#"A script is a JSON list of steps, done in order:

  {"sync": {}}                         connect until nothing waits and nothing new comes
  {"connect": {}}                      one connection, whatever it achieves
  {"act": {"person": ID, "act": ACT}}  carry out an act; everything held about the person is on the screen
      "seen": [{"doc": ID, "key": KEY}]   only these entries are on the screen
      "name": "rail"                      names the act's first entry
      "refused": "same_day_without_action"  the refusal that is expected; any other outcome stops the script
  {"show": VIEW}                       adds a view to what is printed: "today", {"visit": ID} …
  {"crash": {}}                        ends this process's tablet without a word and opens its store again

ID is 32 hexadecimal digits of one's own. ACT is an act of the app, by its snake-case name:

  {"start_visit": {"visit": ID}}
  {"answer_item": {"visit": ID, "item": "hs-ba02", "value": {"Text": "no"}, "how": null, "change": null, "observed_at": null}}

"$rail" anywhere is the entry that was named: {"doc": ID, "key": KEY}.
"#;

/// One step.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Step {
    Sync {},
    Connect {},
    Act(Box<Acting>),
    Show(Shown),
    Crash {},
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acting {
    person: PersonId,
    act: Act,
    #[serde(default)]
    seen: Option<Vec<EntryRef>>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    refused: Option<String>,
}

/// The views a script can ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    Today,
    People(String),
    Person(PersonId),
    Visit(doorstep_shared::ids::VisitId),
    ReviewQueue,
    Review(doorstep_shared::ids::VisitId),
    NeedsYou,
    SyncStatus,
    ThisDevice,
    Team,
}

impl From<Shown> for View {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Today => Self::Today,
            Shown::People(query) => Self::People { query },
            Shown::Person(person) => Self::Person(person),
            Shown::Visit(visit) => Self::Visit(visit),
            Shown::ReviewQueue => Self::ReviewQueue,
            Shown::Review(visit) => Self::Review(visit),
            Shown::NeedsYou => Self::NeedsYou,
            Shown::SyncStatus => Self::SyncStatus,
            Shown::ThisDevice => Self::ThisDevice,
            Shown::Team => Self::Team,
        }
    }
}

/// What a tablet holds, as printed.
#[derive(Debug, Serialize)]
pub struct Held {
    /// Every document with its entries and notes.
    pub documents: Vec<Json>,
    /// The state of sync.
    pub sync: Json,
    /// The views the script asked for, in order.
    pub shown: Vec<Json>,
}

/// Does every step of a script, then says what the tablet holds.
///
/// # Errors
/// The first step that could not be done, by its number.
pub fn run(mut tablet: Tablet, script: &str, url: &str) -> anyhow::Result<Held> {
    let steps: Vec<Json> = serde_json::from_str(script).context("read the script: not a JSON list")?;
    let mut named: BTreeMap<String, Json> = BTreeMap::new();
    let mut shown = Vec::new();
    for (number, step) in (1..).zip(steps) {
        let step: Step =
            serde_json::from_value(replaced(step, &named)?).with_context(|| format!("read step {number}"))?;
        let in_step = || format!("do step {number}");
        match step {
            Step::Sync {} => {
                tablet.sync().with_context(in_step)?;
            }
            Step::Connect {} => {
                tablet.connect().with_context(in_step)?;
            }
            Step::Act(acting) => act(&mut tablet, *acting, &mut named).with_context(in_step)?,
            Step::Show(view) => {
                let projection = tablet.show(&view.into()).with_context(in_step)?;
                shown.push(serde_json::to_value(&projection).with_context(in_step)?);
            }
            Step::Crash {} => tablet = tablet.crash(url).with_context(in_step)?,
        }
    }
    let documents = tablet.parts()?.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    Ok(Held { documents, sync: serde_json::to_value(tablet.status()?)?, shown })
}

fn act(tablet: &mut Tablet, acting: Acting, named: &mut BTreeMap<String, Json>) -> anyhow::Result<()> {
    let Acting { person, act, seen, name, refused } = acting;
    let seen = match seen {
        Some(seen) => seen,
        None => {
            let parts = tablet.parts()?;
            let about = parts.iter().filter(|part| part.person == Some(person));
            about.flat_map(|part| &part.entries).map(|entry| entry.at).collect()
        }
    };
    let keys = match (tablet.act_seeing(person, act, seen), refused) {
        (Ok(keys), None) => keys,
        (Ok(_), Some(code)) => bail!("it was carried out, and should have been refused as {code}"),
        (Err(NotDone::Refused(refusal)), Some(code)) if code_of(&refusal)? == code => return Ok(()),
        (Err(other), _) => return Err(other.into()),
    };
    if let Some(name) = name {
        let parts = tablet.parts()?;
        let entry =
            parts.iter().flat_map(|part| &part.entries).find(|entry| keys.first() == Some(&entry.at.key));
        let at = entry.context("it wrote no entry to name")?.at;
        named.insert(name, serde_json::to_value(at)?);
    }
    Ok(())
}

/// A refusal's stable name.
fn code_of(refusal: &doorstep_shared::decide::Refusal) -> anyhow::Result<String> {
    Ok(match serde_json::to_value(refusal)? {
        Json::String(code) => code,
        Json::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => String::new(),
    })
}

fn replaced(value: Json, named: &BTreeMap<String, Json>) -> anyhow::Result<Json> {
    Ok(match value {
        Json::String(text) => match text.strip_prefix('$') {
            Some(name) => named.get(name).cloned().with_context(|| format!("nothing is named {name:?}"))?,
            None => Json::String(text),
        },
        Json::Array(values) => {
            Json::Array(values.into_iter().map(|value| replaced(value, named)).collect::<Result<_, _>>()?)
        }
        Json::Object(fields) => Json::Object(
            fields
                .into_iter()
                .map(|(name, value)| Ok((name, replaced(value, named)?)))
                .collect::<anyhow::Result<_>>()?,
        ),
        plain @ (Json::Null | Json::Bool(_) | Json::Number(_)) => plain,
    })
}
