//! Needs you: what only a person can settle.
//!
//! In: clashes over the records held here, the quarantine. Out: both sides of each, and refused changes with why.

use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{ChangeHash, DocId, PersonId, VisitId};
use doorstep_shared::sorted;
use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::digest::{ClashDigest, Digest};
use super::ground::Around;

/// What waits for a person to settle it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NeedsYou {
    /// Questions with two different answers, oldest first.
    pub clashes: Vec<Clash>,
    /// Changes the server or this device would not take, oldest first.
    pub refused: Vec<RefusedChange>,
}

/// One question with two different answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clash {
    /// Whose record it is in.
    pub person: PersonId,
    /// `HOLLOWAY, Edna`.
    pub name: String,
    /// The visit it is in; nothing for a fact about the person.
    pub visit: Option<VisitId>,
    /// The document a resolving entry is written to.
    pub doc: DocId,
    /// The question's words from the content; empty where the page words it from `about`.
    pub question: String,
    /// Both sides.
    pub answer: Answer,
    /// This worker may resolve it; otherwise their answer replaces only their own.
    pub may_resolve: bool,
}

/// One change that was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusedChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its document.
    pub doc: DocId,
    /// What the document holds, where its header is known.
    pub kind: Option<DocKind>,
    /// Whose record it is in, where that is known.
    pub person: Option<PersonId>,
    /// `HOLLOWAY, Edna`; empty when not known here.
    pub name: String,
    /// Why.
    pub why: QuarantineReason,
    /// Since when.
    pub at: Timestamp,
    /// It was written on this installation.
    pub mine: bool,
    /// What it said, as question and value, where it can be read.
    pub said: Vec<Answer>,
    /// What was typed into notes by it, where it can be read.
    pub typed: Vec<String>,
}

/// Why a change is in quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuarantineReason {
    /// The server refused it.
    Refused {
        /// The protocol's code.
        code: String,
    },
    /// Another device wrote under the same writer: it was written again, and these are the old bytes.
    Forked,
    /// Applying it stopped the app twice.
    Crashed,
    /// It could not be read or does not belong to its document.
    Unreadable,
}

/// The clashes of everybody held here that this worker may settle, or whose record they lead.
pub fn clashes<'a>(digests: impl Iterator<Item = &'a Digest>, around: &Around<'_>) -> Vec<Clash> {
    let mut all: Vec<Clash> = digests
        .flat_map(|digest| digest.clashes.iter().map(move |clash| (digest, clash)))
        .map(|(digest, clash)| clash_of(digest, clash, around))
        .filter(|clash| clash.may_resolve || clash.answer.sides.iter().any(|side| side.by.mine))
        .collect();
    let since = |clash: &Clash| clash.answer.sides.iter().map(|side| side.observed_at).max();
    sorted::sort_by(&mut all, |a, b| {
        (since(a), &a.answer.about, a.doc).cmp(&(since(b), &b.answer.about, b.doc))
    });
    all
}

fn clash_of(digest: &Digest, clash: &ClashDigest, around: &Around<'_>) -> Clash {
    let mut answer = clash.answer.clone();
    around.dress(&mut answer);
    let of_person = matches!(clash.place.kind, DocKind::Person | DocKind::Equipment | DocKind::Summary);
    let role = around.me.role;
    let may_resolve = if clash.ot_only || role == Role::Ot {
        role == Role::Ot
    } else if of_person {
        role.is_clinical() || role == Role::CareCoordinator
    } else {
        clash.led_by.contains(&around.me.worker)
    };
    Clash {
        person: digest.person,
        name: digest.name.clone(),
        visit: clash.place.visit,
        doc: clash.doc,
        question: clash.question.clone(),
        answer,
        may_resolve,
    }
}
