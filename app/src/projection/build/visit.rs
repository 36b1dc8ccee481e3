//! Building a visit's pages: the task list and everything behind its lines.
//!
//! In: the record as it is, and for a signed visit as it was signed. Out: one value for every page of the visit.
//! What is drawn of a signed visit is what was read at signing; decisions, addenda and what arrived later are of now.

use doorstep_shared::content;
use doorstep_shared::decide::NoteName;
use doorstep_shared::domain::entry::{EntryRef, Recorded, Value};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::note::Section;
use doorstep_shared::domain::record::{Part, Place};
use doorstep_shared::domain::{measure, signature, visit as facts};
use doorstep_shared::ids::{DocId, VisitId};
use doorstep_shared::sorted::{self, Map};

use crate::projection::answer::{Answer, Mark};
use crate::projection::digest::{Digest, count};
use crate::projection::ground::{Ground, standing_in, text_of};
use crate::projection::home::{Home, Outcome};
use crate::projection::today::VisitState;
use crate::projection::visit::{
    Action, Addendum, CheckAndSign, Here, Note, Present, ReadingField, SignBlock, Signature, Task, TaskId,
    TaskState, VisitPage,
};

use super::person::{banner, consents, day_of, open_hazards};
use super::proposals::{proposals, reading_of};

/// A visit to be drawn.
pub struct Drawn<'a> {
    /// The record as it is now.
    pub now: Ground<'a>,
    /// The record with the visit's documents as they were signed; the same as `now` before signing.
    pub read: Ground<'a>,
    /// Entries that arrived after the version that was signed.
    pub after: Vec<&'a Recorded>,
}

/// One visit; nothing when its document is not held here.
pub fn visit(drawn: &Drawn<'_>, visit: VisitId, digest: &Digest) -> Option<VisitPage> {
    let ground = &drawn.read;
    let place = Place::of_visit(DocKind::Visit, visit);
    let doc = drawn.now.record.document_at(place)?;
    let known = facts::facts(ground.standings, visit)?;
    let listed = digest.visits.iter().find(|one| one.visit == visit)?;
    let me = ground.around.me;
    let home = super::home::home(ground, visit);
    let proposals = proposals(ground, visit);
    let consents = consents(&drawn.now, Some(visit));
    let notes = notes(ground, visit);
    let here = here(ground, visit);
    let actions = actions(ground, visit);
    let safety_net = ground.answer(place, "safety_net");
    let next_contact = ground.answer(place, "next_contact");
    let taken = measure::readings(ground.standings, visit);
    let readings: Vec<_> = taken.iter().map(|reading| reading_of(ground, visit, reading)).collect();
    let check = check_and_sign(drawn, visit, &home, listed.state);
    let mut page = VisitPage {
        visit,
        doc,
        banner: banner(&drawn.now, digest),
        plan: known.plan,
        state: listed.state,
        started_at: known.started_at,
        planned_end: ground.answer(place, "visit/expected_end"),
        ends_at: known.expected_end,
        ended_at: known.ended_at,
        outcome: known.outcome,
        lead: ground.answer(place, "visit/lead"),
        lead_name: known
            .leads
            .iter()
            .map(|lead| ground.around.directory.name(lead))
            .collect::<Vec<_>>()
            .join(" / "),
        delegation: ground.answer(place, "visit/delegation"),
        may_write: me.role.is_clinical() && listed.state < VisitState::Signed,
        tasks: Vec::new(),
        here,
        consents,
        notes,
        home,
        earlier_hazards: open_hazards(&drawn.now, Some(visit)),
        readings,
        fields: fields(&proposals),
        proposals,
        catalogue: super::home::catalogue(me.role),
        actions,
        safety_net,
        next_contact,
        check,
        mark: drawn
            .now
            .record
            .parts
            .iter()
            .filter(|part| part.visit == Some(visit))
            .map(|part| ground.around.marks.document(&part.doc))
            .min()
            .unwrap_or(Mark::Stored),
    };
    page.tasks = tasks(&page);
    Some(page)
}

fn here(ground: &Ground<'_>, visit: VisitId) -> Here {
    let place = Place::of_visit(DocKind::Visit, visit);
    let person = Place::of_person(DocKind::Person);
    let shown = ["identity/name", "identity/born", "contact/address", "identity/nhs_number", "contact/phone"];
    let present = ground.standings.things(place, "present/+").into_iter().map(|thing| Present {
        at: thing.at,
        who: text_of(&thing.entry.value, "who"),
        by_phone: thing.entry.value.field("by_phone").and_then(Value::as_flag) == Some(true),
        by: ground.around.by(&thing.by),
    });
    Here {
        identifiers: shown.iter().map(|about| ground.answer(person, about)).collect(),
        checked: ground.answer(place, "identifiers/checked"),
        present: present.collect(),
        seen_alone: ground.answer(place, "seen_alone"),
        interpreter: ground.answer(person, "contact/interpreter"),
    }
}

/// The sections of every visit, then the notes added to it.
pub(super) fn notes(ground: &Ground<'_>, visit: VisitId) -> Vec<Note> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let mut notes = Vec::new();
    for part in ground.record.parts_at(place) {
        for section in Section::ALL {
            if let Some(text) = part.notes.get(section.code()) {
                notes.push(note(ground, part, NoteName::Section(*section), section.code(), text, ""));
            }
        }
    }
    for thing in ground.standings.things(place, "note/+") {
        let Some(part) = ground.record.part(thing.at.doc) else { continue };
        let name = thing.at.key.as_str();
        if let Some(text) = part.notes.get(name) {
            let item = text_of(&thing.entry.value, "item");
            notes.push(note(ground, part, NoteName::Added(thing.at.key), name, text, &item));
        }
    }
    notes
}

fn note(ground: &Ground<'_>, part: &Part, name: NoteName, stored: &str, text: &str, item: &str) -> Note {
    Note {
        doc: part.doc,
        name,
        item: item.to_owned(),
        text: text.to_owned(),
        version: part.version.clone(),
        mark: ground.around.marks.note(part.doc, stored),
    }
}

/// The actions of a visit, oldest first.
pub(in crate::projection) fn actions(ground: &Ground<'_>, visit: VisitId) -> Vec<Action> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let summary = Place::of_visit(DocKind::Summary, visit);
    ground
        .standings
        .things(place, "action/+")
        .into_iter()
        .map(|thing| Action {
            at: thing.at,
            what: text_of(&thing.entry.value, "what"),
            owner: text_of(&thing.entry.value, "owner"),
            due: day_of(&thing.entry.value, "due"),
            item: text_of(&thing.entry.value, "item"),
            outcome: ground.answer(summary, &format!("became/{}", thing.at.path())),
            by: ground.around.by(&thing.by),
        })
        .collect()
}

fn fields(proposals: &[crate::projection::Proposal]) -> Vec<ReadingField> {
    let mut needed: Map<&str, Vec<EntryRef>> = Map::new();
    for proposal in proposals.iter().filter(|proposal| !proposal.withdrawn) {
        for reading in &proposal.readings {
            let by = needed.entry(&reading.field).or_default();
            if !by.contains(&proposal.at) {
                by.push(proposal.at);
            }
        }
    }
    content::catalogue()
        .measurements
        .iter()
        .filter(|field| !field.restricted)
        .map(|field| ReadingField {
            id: field.id.to_owned(),
            how_to: field.how.to_owned(),
            kind: super::proposals::kind_of(&field.kind),
            needed_by: needed.get(field.id).cloned().unwrap_or_default(),
        })
        .collect()
}

fn tasks(page: &VisitPage) -> Vec<Task> {
    let state = |done: usize, of: usize| match (done, of) {
        (0, _) => TaskState::NotStarted,
        (done, of) if of > 0 && done < of => TaskState::Started,
        (_, _) => TaskState::Completed,
    };
    let answered = |answer: &Answer| usize::from(!answer.sides.is_empty());
    let task = |id, done: usize, of: usize, clashes: usize| Task {
        id,
        state: state(done, of),
        done: count(done),
        of: count(of),
        clashes: count(clashes),
    };
    let clashing = |answers: &[&Answer]| answers.iter().filter(|answer| answer.is_clash()).count();
    let here = [&page.here.checked, &page.here.seen_alone];
    let consented = page.consents.iter().filter(|consent| !consent.answer.sides.is_empty()).count();
    let own_words = page.notes.iter().filter(|note| note.name == NoteName::Section(Section::OwnWords));
    let words = own_words.filter(|note| !note.text.trim().is_empty()).count();
    let needed: Vec<&ReadingField> = page.fields.iter().filter(|field| !field.needed_by.is_empty()).collect();
    let measured =
        needed.iter().filter(|field| page.readings.iter().any(|reading| reading.field == field.id)).count();
    let totals = &page.home.totals;
    let proposed = page.proposals.iter().filter(|proposal| !proposal.withdrawn).count();
    let proposal_clashes: usize = page
        .proposals
        .iter()
        .map(|one| clashing(&[&one.device, &one.place, &one.need, &one.safe_load_kg, &one.urgency]))
        .sum();
    let actions = page.actions.len() + answered(&page.safety_net);
    let consent_clashes = page.consents.iter().filter(|consent| consent.answer.is_clash()).count();
    let mut sign = task(TaskId::CheckAndSign, page.check.signatures.len(), 1, 0);
    if page.check.blocked_by.iter().any(|block| matches!(block, SignBlock::SameDay { .. })) {
        sign.state = TaskState::Blocked;
    }
    vec![
        task(TaskId::Here, here.iter().map(|answer| answered(answer)).sum(), here.len(), clashing(&here)),
        task(TaskId::Consent, consented, page.consents.len(), consent_clashes),
        task(TaskId::OwnWords, words, 1, 0),
        task(TaskId::Home, totals.answered as usize, totals.applicable as usize, totals.clashes as usize),
        task(TaskId::Readings, measured, needed.len(), 0),
        task(TaskId::Equipment, proposed, 0, proposal_clashes),
        task(TaskId::Actions, actions, 0, clashing(&[&page.safety_net])),
        task(TaskId::NextContact, answered(&page.next_contact), 1, clashing(&[&page.next_contact])),
        sign,
    ]
}

fn check_and_sign(drawn: &Drawn<'_>, visit: VisitId, home: &Home, state: VisitState) -> CheckAndSign {
    let (now, ground) = (&drawn.now, &drawn.read);
    let place = Place::of_visit(DocKind::Visit, visit);
    let mut blocked_by: Vec<SignBlock> = home
        .rooms
        .iter()
        .flat_map(|room| &room.items)
        .filter(|item| matches!(item.outcome, Outcome::Hazard { same_day: true, .. }) && item.told.is_none())
        .map(|item| SignBlock::SameDay { item: item.id.clone(), means: item.means.clone() })
        .collect();
    if state == VisitState::Planned {
        blocked_by.push(SignBlock::NotStarted);
    }
    let leads = now.standings.leads(visit);
    let seconds = now.standings.things(place, "visit/second/+");
    let me = now.around.me.worker;
    let is_second =
        seconds.iter().any(|second| second.entry.value.as_bytes() == Some(me.as_bytes().as_slice()));
    if !(leads.is_empty() || leads.contains(&me) || is_second) {
        blocked_by.push(SignBlock::NotLead);
    }
    let covers: Vec<(DocId, _)> =
        now.record.parts_at(place).map(|part| (part.doc, part.version.clone())).collect();
    let unanswered =
        home.rooms.iter().flat_map(|room| &room.items).filter(|item| item.outcome == Outcome::Unanswered);
    CheckAndSign {
        blocked_by,
        unanswered: unanswered.map(|item| item.id.clone()).collect(),
        part: !home.totals.complete,
        goes_to: now.around.directory.team.clone(),
        covers,
        lines: super::signed::lines(ground, visit),
        form_version: home.form_version,
        read: standing_in(now.standings, place),
        signatures: signatures(now, visit),
        addenda: now
            .standings
            .things(place, "addendum/+")
            .into_iter()
            .map(|thing| Addendum {
                at: thing.at,
                text: text_of(&thing.entry.value, "text"),
                reason: text_of(&thing.entry.value, "reason"),
                by: now.around.by(&thing.by),
                written_at: thing.written_at,
            })
            .collect(),
        after_signing: drawn.after.iter().map(|recorded| now.around.thing(recorded)).collect(),
    }
}

/// Signatures and countersignatures of a visit, earliest first.
pub(super) fn signatures(ground: &Ground<'_>, visit: VisitId) -> Vec<Signature> {
    let signed = signature::signatures(ground.standings, visit).into_iter().map(|one| Signature {
        at: one.recorded.at,
        name: one.typed_name.to_owned(),
        by: ground.around.by(&one.recorded.by),
        signed_at: one.recorded.written_at,
        countersign: None,
        mark: ground.around.marks.entry(&one.recorded.at),
    });
    let counter = signature::countersignatures(ground.standings, visit).into_iter().map(|one| Signature {
        at: one.recorded.at,
        name: String::new(),
        by: ground.around.by(&one.recorded.by),
        signed_at: one.recorded.written_at,
        countersign: Some((one.outcome, one.detail.to_owned())),
        mark: ground.around.marks.entry(&one.recorded.at),
    });
    let mut all: Vec<Signature> = signed.chain(counter).collect();
    sorted::sort_by_key(&mut all, |one| (one.signed_at, one.at));
    all
}
