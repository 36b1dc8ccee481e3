//! From what a command decided to what each document is asked to write.
//!
//! In: the edits of one command, in order. Out: for each document its header when it is new, and its own edits.
//! Never decides anything: scope and retention follow from the kind, as the product design lists them.
//! Source: product design, "Documents".

use crate::decide::{self, NewDocument};
use crate::docs::edit::Edit;
use crate::docs::header::{Header, RetentionClass, Scope};
use crate::domain::kind::DocKind;
use crate::ids::{DocId, OrgId, TeamId};

/// What one command writes to one document: one change.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// The document.
    pub doc: DocId,
    /// What to create it from, when it is new.
    pub new: Option<NewDocument>,
    /// Its edits, in order.
    pub edits: Vec<Edit>,
}

/// Sorts a command's edits by document, in the order the documents are first touched.
pub fn writings(edits: Vec<decide::Edit>) -> Vec<Writing> {
    let mut out: Vec<Writing> = Vec::new();
    for edit in edits {
        let doc = edit.doc();
        let place = match out.iter().position(|writing| writing.doc == doc) {
            Some(place) => place,
            None => {
                out.push(Writing { doc, new: None, edits: Vec::new() });
                out.len() - 1
            }
        };
        let Some(writing) = out.get_mut(place) else { continue };
        match edit {
            decide::Edit::Create(new) => writing.new = Some(new),
            decide::Edit::Entry { key, entry, .. } => writing.edits.push(Edit::Entry { key, entry }),
            decide::Edit::NewNote { key, text, .. } => writing.edits.push(Edit::NewNote { key, text }),
            decide::Edit::Note { name, seen, text, .. } => {
                writing.edits.push(Edit::Note { name, seen, text });
            }
        }
    }
    out
}

/// The header of a new document; nothing for kinds whose scope is opened in another way.
pub fn header_of(new: &NewDocument, organisation: OrgId, team: TeamId) -> Option<Header> {
    let scope = match new.kind {
        DocKind::Person
        | DocKind::Equipment
        | DocKind::Summary
        | DocKind::Contact
        | DocKind::Booking
        | DocKind::Team => Scope::TeamCore(team),
        DocKind::Visit | DocKind::Home | DocKind::Plan | DocKind::Review | DocKind::NurseReview => {
            Scope::TeamClinical(team)
        }
        DocKind::Access
        | DocKind::Concern
        | DocKind::Supervision
        | DocKind::Reflection
        | DocKind::Unknown(_) => return None,
    };
    Some(Header {
        id: new.doc,
        kind: new.kind,
        scope,
        organisation,
        person: Some(new.person),
        visit: new.visit,
        retention: RetentionClass::AdultRecord,
    })
}
