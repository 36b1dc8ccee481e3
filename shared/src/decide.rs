//! What a worker's command does to a person's record, or why it may not.
//!
//! In: a command, the record held here, the worker, the present. Out: edits to write in one transaction, or a refusal.
//! Never reads a clock, draws a key or touches a document. A repeated command gives no edits.
//! Source: product design, "The record is made of entries"; the server's policy is the law, this is the courtesy.

mod assessment;
mod clash;
mod command;
mod content;
mod desk;
mod edit;
mod equipment;
mod person;
mod refusal;
mod request;
mod review;
mod sign;
mod visit;

pub use command::{Act, Command, DOCS_PER_COMMAND};
pub use edit::{Edit, NewDocument};
pub use refusal::Refusal;
pub use request::{
    Answer, Change, Decision, Holder, Measured, NewAction, NewPerson, NewProposal, NoteName, Resolution,
    SameDayAction,
};

use crate::decide::desk::Desk;
use crate::domain::entry::Author;
use crate::domain::record::Record;
use crate::ids::{OrgId, TeamId};
use crate::time::Now;

/// Who asks: the stamp the worker's device puts on a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Worker, install and role.
    pub author: Author,
    /// The worker's organisation.
    pub organisation: OrgId,
    /// The team they work in now.
    pub team: TeamId,
}

/// Decides what `command` does to `record`, or why it may not.
///
/// A command whose keys are recorded already, and an answer the worker gave already, do nothing. An answer is never
/// refused for being stale: it stands beside what it did not see.
///
/// # Errors
/// The first [`Refusal`] that applies. Nothing is written then.
pub fn decide(command: &Command, record: &Record, worker: &Worker, now: Now) -> Result<Vec<Edit>, Refusal> {
    let wanted = command.act.keys_wanted();
    if command.keys.len() < wanted {
        return Err(Refusal::TooFewKeys { given: command.keys.len(), wanted });
    }
    if command.docs.len() < DOCS_PER_COMMAND {
        return Err(Refusal::TooFewKeys { given: command.docs.len(), wanted: DOCS_PER_COMMAND });
    }
    let mut desk = Desk::new(command, record, worker, now);
    // The answer to the first sending got lost, not the command.
    if desk.is_repeat() {
        return Ok(Vec::new());
    }
    match &command.act {
        Act::RegisterPerson(new) => person::register(&mut desk, new)?,
        Act::Answer(answer) => person::answer(&mut desk, answer)?,
        Act::Add { to, about, value } => person::add(&mut desk, *to, about, value)?,
        Act::Withdraw { thing, reason } => person::withdraw(&mut desk, *thing, reason)?,
        Act::RecordConsent { visit, kind, recipient, state, detail, how } => {
            let said = person::Said { recipient: recipient.as_deref(), state: *state, detail, how: *how };
            person::consent(&mut desk, *visit, *kind, said)?;
        }
        Act::PlanVisit { visit, plan, lead, delegation } => {
            visit::plan(&mut desk, *visit, plan, *lead, delegation.as_ref())?;
        }
        Act::HandOver { visit, lead } => visit::hand_over(&mut desk, *visit, *lead)?,
        Act::StartVisit { visit } => visit::start(&mut desk, *visit)?,
        Act::ExpectEnd { visit, ends_at } => visit::expect_end(&mut desk, *visit, *ends_at)?,
        Act::EndVisit { visit, outcome } => visit::end(&mut desk, *visit, *outcome)?,
        Act::AddPresent { visit, who, by_phone } => visit::present(&mut desk, *visit, who, *by_phone)?,
        Act::CheckIdentifiers { visit, fields } => visit::identifiers(&mut desk, *visit, fields)?,
        Act::AddAction { visit, action } => visit::action(&mut desk, *visit, action)?,
        Act::SetActionOutcome { visit, action, became } => {
            visit::action_outcome(&mut desk, *visit, *action, became)?;
        }
        Act::SetNextContact { visit, on, detail } => visit::next_contact(&mut desk, *visit, *on, detail)?,
        Act::SetSafetyNet { visit, watch_for, call } => {
            visit::safety_net(&mut desk, *visit, watch_for, call)?;
        }
        Act::AddNote { visit, item, text } => visit::note(&mut desk, *visit, item.as_deref(), text)?,
        Act::EditNote { doc, note, seen, text } => visit::edit_note(&mut desk, *doc, *note, seen, text)?,
        Act::AnswerProfile { visit, question, option } => {
            assessment::profile(&mut desk, *visit, question, option)?;
        }
        Act::AnswerItem { visit, item, value, how, change, observed_at } => {
            let given = assessment::Given { value, how: *how, change: *change, observed_at: *observed_at };
            assessment::item(&mut desk, *visit, item, given)?;
        }
        Act::SetFlag { visit, flag, is } => assessment::flag(&mut desk, *visit, flag, *is)?,
        Act::SweepRoom { visit, items } => assessment::sweep(&mut desk, *visit, items)?,
        Act::CloseHazard { visit, hazard, closed, detail } => {
            assessment::close(&mut desk, *visit, *hazard, *closed, detail)?;
        }
        Act::RecordSameDayAction { visit, item, action } => {
            assessment::same_day(&mut desk, *visit, item, action)?;
        }
        Act::Measure { visit, measured } => equipment::measure(&mut desk, *visit, measured)?,
        Act::Propose { visit, proposal } => equipment::propose(&mut desk, *visit, proposal, false)?,
        Act::AskToAssess { visit, proposal } => equipment::propose(&mut desk, *visit, proposal, true)?,
        Act::SetProposalField { proposal, field, value } => {
            equipment::set_field(&mut desk, *proposal, field, value)?;
        }
        Act::AnswerOt { proposal, text } => equipment::answer_ot(&mut desk, *proposal, text)?,
        Act::RecordSupply { proposal, event, on, detail } => {
            equipment::supply(&mut desk, *proposal, *event, *on, detail)?;
        }
        Act::Sign { .. } => sign::sign(&mut desk)?,
        Act::Addendum { visit, text, reason } => sign::addendum(&mut desk, *visit, text, reason)?,
        Act::Decide { proposal, decision, reason } => {
            review::decide(&mut desk, *proposal, decision, reason)?;
        }
        Act::ConfirmDecision { proposal, reason } => review::confirm(&mut desk, *proposal, reason)?,
        Act::Comment { visit, on, text } => review::comment(&mut desk, *visit, *on, text)?,
        Act::Countersign { .. } => review::countersign(&mut desk)?,
        Act::ResolveClash { to, about, resolution, reason } => {
            clash::resolve(&mut desk, *to, about, resolution, reason)?;
        }
    }
    Ok(desk.into_edits())
}

#[cfg(test)]
mod tests;
