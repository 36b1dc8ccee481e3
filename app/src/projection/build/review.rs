//! Building the OT's page of one visit.
//!
//! In: the record as it is now: an OT reads what stands, and is told what arrived after signing. Out: proposals with
//! their checks, answers hazards first, what a countersignature would cover.

use doorstep_shared::content;
use doorstep_shared::domain::assessment;
use doorstep_shared::domain::entry::EntryRef;
use doorstep_shared::domain::home;
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::record::Place;
use doorstep_shared::domain::role::Role;
use doorstep_shared::domain::signature;
use doorstep_shared::ids::VisitId;
use doorstep_shared::sorted;

use crate::projection::digest::{Digest, count};
use crate::projection::ground::{Ground, standing_in};
use crate::projection::home::Outcome;
use crate::projection::review::{AnswerRow, Countersign, ReviewPage};

use super::person::banner;
use super::proposals::proposals;
use super::visit::{notes, signatures};

/// One visit under review; nothing when its document is not held here.
pub fn review(ground: &Ground<'_>, visit: VisitId, digest: &Digest) -> Option<ReviewPage> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let listed = digest.visits.iter().find(|one| one.visit == visit)?;
    let visit_doc = ground.record.document_at(place)?;
    let parts = || ground.record.parts_at(place);
    let written_at = parts().flat_map(|part| &part.entries).map(|entry| entry.written_at).max();
    Some(ReviewPage {
        visit,
        visit_doc,
        review_doc: ground.record.document_at(Place::of_visit(DocKind::Review, visit)),
        banner: banner(ground, digest),
        lead: listed.leads.first().map(|lead| ground.around.directory.name(lead)).unwrap_or_default(),
        state: listed.state,
        written_at: written_at.unwrap_or_default(),
        may_decide: ground.around.me.role == Role::Ot,
        proposals: proposals(ground, visit),
        answers: answers(ground, visit),
        notes: notes(ground, visit),
        signatures: signatures(ground, visit),
        countersign: countersign(ground, visit, listed.proposals.saturating_sub(listed.decided)),
    })
}

/// The answers of a visit: hazards first, worst first, then the rest in content order.
fn answers(ground: &Ground<'_>, visit: VisitId) -> Vec<AnswerRow> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let found = home::answers(ground.standings, visit);
    let mut rows: Vec<AnswerRow> = content::home_safety()
        .items
        .iter()
        .filter(|item| item.shown_in_house())
        .filter_map(|item| {
            let answer = ground.answer(place, &format!("home/{}", item.id));
            if answer.sides.is_empty() {
                return None;
            }
            let outcome = super::home::outcome_of(&assessment::outcome(item, &found));
            let comments = answer.seen().flat_map(|on| comments(ground, visit, on)).collect();
            Some(AnswerRow {
                item: item.id.to_owned(),
                area: item.room.to_owned(),
                question: item.question.to_owned(),
                answer,
                outcome,
                comments,
            })
        })
        .collect();
    let rank = |row: &AnswerRow| match row.outcome {
        Outcome::Hazard { severity, same_day } => (same_day, severity),
        Outcome::Unanswered
        | Outcome::NotSeen
        | Outcome::Declined
        | Outcome::NotApplicable
        | Outcome::NotApplicableByProfile { .. }
        | Outcome::NoHazard => (false, 0),
    };
    sorted::sort_by_key(&mut rows, |row| std::cmp::Reverse(rank(row)));
    rows
}

fn comments(ground: &Ground<'_>, visit: VisitId, on: EntryRef) -> Vec<crate::projection::Answer> {
    let place = Place::of_visit(DocKind::Review, visit);
    let things = ground.standings.things(place, &format!("comment/{}/+", on.path()));
    things.into_iter().map(|thing| ground.around.thing(thing)).collect()
}

fn countersign(ground: &Ground<'_>, visit: VisitId, undecided: u32) -> Countersign {
    let place = Place::of_visit(DocKind::Visit, visit);
    let signed = signature::signatures(ground.standings, visit);
    let newest = signed.last().map(|one| one.recorded.at);
    let given = signature::countersignatures(ground.standings, visit);
    let covers: Vec<_> = ground.record.parts_at(place).map(|part| (part.doc, part.version.clone())).collect();
    let last = given.last();
    Countersign {
        undecided,
        signature: newest,
        read: standing_in(ground.standings, place),
        done: last.is_some_and(|one| Some(one.signature) == newest && one.covers == covers),
        mark: last.map(|one| ground.around.marks.entry(&one.recorded.at)),
        addenda: count(ground.standings.things(place, "addendum/+").len()),
        covers,
    }
}
