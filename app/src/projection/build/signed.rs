//! What a signature covers, as lines a person reads.
//!
//! In: the visit as it is drawn. Out: every standing answer and every note, each with what it is about. Ids that only
//! machines read become names here, where the content and the directory are; the page words them and takes the digest
//! of exactly those words. Which entries are covered is named apart, by the version of each document.

use doorstep_shared::content;
use doorstep_shared::decide::NoteName;
use doorstep_shared::domain::entry::{Recorded, Value};
use doorstep_shared::domain::field;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::record::Place;
use doorstep_shared::domain::shape::{Part, Shape};
use doorstep_shared::ids::{VisitId, WorkerId};
use doorstep_shared::time::Timestamp;

use crate::projection::ground::Ground;
use crate::projection::today::device_name;
use crate::projection::visit::{Said, SignedLine};

use super::visit::notes;

/// Every standing answer in the order of its path, then every note.
pub(super) fn lines(ground: &Ground<'_>, visit: VisitId) -> Vec<SignedLine> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let mut lines = Vec::new();
    for (about, standing) in ground.standings.at(place).filter(|(about, _)| is_read(about)) {
        let of = of(ground, place, about);
        lines.extend(standing.entries().map(|recorded| SignedLine {
            about: about.to_owned(),
            of: of.clone(),
            said: said(ground, recorded),
        }));
    }
    for note in notes(ground, visit).into_iter().filter(|note| !note.text.is_empty()) {
        let section = match note.name {
            NoteName::Section(section) => section.code(),
            NoteName::Added(_) => "",
        };
        lines.push(SignedLine {
            about: format!("note/{section}"),
            of: note.item,
            said: Said::Value(Value::Text(note.text)),
        });
    }
    lines
}

/// Signatures and addenda are drawn apart; a thing's birth is read with its parts.
fn is_read(about: &str) -> bool {
    let apart = ["signature/", "addendum/", "note/"].iter().any(|list| about.starts_with(list));
    !(apart || about == "proposal/+")
}

/// What the path's ids stand for: a question, a device, a unit. Empty where the path says it by itself.
fn of(ground: &Ground<'_>, place: Place, about: &str) -> String {
    let mut ids = about.split('/');
    let (kind, id) = (ids.next().unwrap_or_default(), ids.next().unwrap_or_default());
    let content = content::home_safety();
    match kind {
        "home" => content.item(id).map(|item| item.question.to_owned()),
        "same_day" => content.item(id).map(|item| item.means.to_owned()),
        "profile" => content.profile_question(id).map(|profile| profile.question.to_owned()),
        "flag" => content.flag(id).map(|flag| flag.question.to_owned()),
        "measure" => Some(super::proposals::unit(id)),
        "proposal" if !about.ends_with("/device") => ground
            .standings
            .value(place, &format!("proposal/{id}/device"))
            .and_then(Value::as_text)
            .map(device_name),
        _ => None,
    }
    .unwrap_or_default()
}

fn said(ground: &Ground<'_>, recorded: &Recorded) -> Said {
    let entry = &recorded.entry;
    let shape = field::find(DocKind::Visit, &entry.about).map(|found| found.field.shape);
    shaped(ground, shape, &entry.value)
}

/// A value as its shape means it. A value that does not have its shape is shown as it is.
fn shaped(ground: &Ground<'_>, shape: Option<Shape>, value: &Value) -> Said {
    let as_it_is = || Said::Value(value.clone());
    match (shape, value) {
        (Some(Shape::Time | Shape::TimeOrNotYet), Value::Whole(ms)) => Said::At(Timestamp::from_ms(*ms)),
        (Some(Shape::Worker), Value::Bytes(bytes)) => {
            let worker = <[u8; 16]>::try_from(bytes.as_slice()).map(WorkerId::from_bytes);
            worker.map_or_else(|_| as_it_is(), |worker| name(ground, &worker))
        }
        (Some(Shape::Device), Value::Text(id)) => Said::Value(Value::Text(device_name(id))),
        (Some(Shape::Form(parts)), Value::Map(_)) => {
            Said::Form(parts.iter().filter_map(|part| part_said(ground, part, value)).collect())
        }
        _ => as_it_is(),
    }
}

fn part_said(ground: &Ground<'_>, part: &Part, form: &Value) -> Option<(String, Said)> {
    // Which entries are meant is named by the signature's versions, not read.
    if matches!(part.shape, Shape::Ref | Shape::Refs | Shape::Covers) {
        return None;
    }
    let value = form.field(part.name).filter(|value| value.as_text() != Some(""))?;
    Some((part.name.to_owned(), shaped(ground, Some(part.shape), value)))
}

fn name(ground: &Ground<'_>, worker: &WorkerId) -> Said {
    Said::Value(Value::Text(ground.around.directory.name(worker)))
}
