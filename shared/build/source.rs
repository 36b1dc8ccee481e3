//! The home safety items as they are written in JSON, and their way into the types a tablet holds.
//!
//! In: the text of `content/home_safety.json`. Out: the content with every rule parsed.
//! Runs at build time only. Never corrects content: what does not fit is a problem with its item and reason.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::expression::Expression;
use crate::home_safety::{
    AnswerKind, Escalation, Flag, HomeSafety, Item, ItemDocument, NotApplicableWhen, ProfileQuestion, Room,
    TieRule, UsualHow, Words,
};
use crate::parse::{Names, parse};

/// What is wrong with one thing in a content file.
#[derive(Debug, PartialEq)]
pub(crate) struct Problem {
    /// The item, device or field.
    pub(crate) at: String,
    /// What is wrong.
    pub(crate) reason: String,
}

impl Problem {
    /// A problem with one thing.
    pub(crate) fn new(at: &str, reason: impl Into<String>) -> Self {
        Self { at: at.to_owned(), reason: reason.into() }
    }
}

/// The compiled content, and what else the checks need of the text.
pub(crate) struct Read {
    /// What a tablet holds.
    pub(crate) content: HomeSafety,
    /// For every item in content order: an answer that is no hazard.
    pub(crate) safe_examples: Vec<SafeExample>,
}

/// An answer that is no hazard.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum SafeExample {
    /// A choice.
    Choice(&'static str),
    /// A number.
    Number(f64),
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct SourceFile {
    version: u32,
    complete_pct: u8,
    severities: Vec<Words>,
    rooms: Vec<Room>,
    profile: Vec<ProfileQuestion>,
    flags: Vec<Flag>,
    items: Vec<SourceItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEscalation {
    when: String,
    severity: u8,
    same_day: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceItem {
    id: &'static str,
    room: &'static str,
    topic: &'static str,
    question: &'static str,
    answer: AnswerKind,
    hazard_when: String,
    #[serde(default)]
    escalate: Vec<SourceEscalation>,
    safe_example: SafeExample,
    how: UsualHow,
    means: &'static str,
    severity: u8,
    same_day: bool,
    core: bool,
    sweepable: bool,
    must_be_seen: bool,
    may_be_not_applicable: bool,
    #[serde(default, borrow)]
    not_applicable_when: BTreeMap<&'static str, Vec<&'static str>>,
    needs: Option<String>,
    action: &'static str,
    #[serde(borrow)]
    devices: Vec<&'static str>,
    #[serde(borrow)]
    refer: Vec<&'static str>,
    document: ItemDocument,
    #[serde(default)]
    emergency: bool,
    banner_when: Option<&'static str>,
    tie: TieRule,
    #[serde(default)]
    readings_apart: bool,
    hhsrs_hazard: Option<u8>,
}

/// Reads the items and parses their rules.
///
/// # Errors
/// Every rule that does not parse, or the place where the JSON is not the schema's.
pub(crate) fn read_home_safety(text: &'static str) -> Result<Read, Vec<Problem>> {
    let file: SourceFile =
        serde_json::from_str(text).map_err(|error| vec![Problem::new("JSON", error.to_string())])?;
    let flags: Vec<String> = file.flags.iter().map(|flag| flag.id.to_owned()).collect();
    let mut problems = Vec::new();
    let safe_examples = file.items.iter().map(|item| item.safe_example).collect();
    let items = file.items.into_iter().map(|item| compile(item, &flags, &mut problems)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let content = HomeSafety {
        version: file.version,
        complete_pct: file.complete_pct,
        severities: file.severities,
        rooms: file.rooms,
        profile: file.profile,
        flags: file.flags,
        items,
    };
    Ok(Read { content, safe_examples })
}

fn compile(item: SourceItem, flags: &[String], problems: &mut Vec<Problem>) -> Item {
    let options: Vec<String> = match &item.answer {
        AnswerKind::Choice { options, .. } => options.iter().map(|option| (*option).to_owned()).collect(),
        AnswerKind::Number { .. } => Vec::new(),
    };
    let names = Names { options: &options, flags };
    let mut rule = |field: &str, text: &str| {
        parse(text, &names).unwrap_or_else(|reason| {
            problems.push(Problem::new(item.id, format!("{field} `{text}`: {reason}")));
            Expression::Never
        })
    };
    let hazard_when = rule("hazard_when", &item.hazard_when);
    let needs = item.needs.as_deref().map(|text| rule("needs", text));
    let escalate = item
        .escalate
        .iter()
        .map(|line| Escalation {
            when: rule("escalate", &line.when),
            severity: line.severity,
            same_day: line.same_day,
        })
        .collect();
    Item {
        id: item.id,
        room: item.room,
        topic: item.topic,
        question: item.question,
        answer: item.answer,
        hazard_when,
        escalate,
        how: item.how,
        means: item.means,
        severity: item.severity,
        same_day: item.same_day,
        core: item.core,
        sweepable: item.sweepable,
        must_be_seen: item.must_be_seen,
        may_be_not_applicable: item.may_be_not_applicable,
        not_applicable_when: item
            .not_applicable_when
            .into_iter()
            .map(|(question, options)| NotApplicableWhen { question, options })
            .collect(),
        needs,
        action: item.action,
        devices: item.devices,
        refer: item.refer,
        document: item.document,
        emergency: item.emergency,
        banner_when: item.banner_when,
        tie: item.tie,
        readings_apart: item.readings_apart,
        hhsrs_hazard: item.hhsrs_hazard,
    }
}
