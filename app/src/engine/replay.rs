//! Replay: changes the server would not take leave the document, and what a fork said is written again.
//!
//! In: own changes that were refused, by document. Out: the document without them; for forks the same entries and words
//! in new changes under a new actor, at the same places in the text. The old bytes are in the quarantine by then.
//! Never touches a change the server took. Source: sync design, "Same actor and seq with another hash".

use doorstep_shared::docs::{Change, Document, Edit, Header};
use doorstep_shared::domain::entry::Author;
use doorstep_shared::domain::record::Part;
use doorstep_shared::ids::{ActorId, ChangeHash, EntryKey, Version};
use doorstep_shared::sorted::Map;

use super::{EngineFault, library::first_header};

/// A document after some of its changes left it.
pub(super) struct Rest {
    /// The document; nothing when its first change is among those that left.
    pub(super) document: Option<Document>,
    pub(super) again: Vec<Again>,
}

/// What was written again.
pub(super) struct Again {
    /// The change that left.
    pub(super) old: ChangeHash,
    /// The one that says the same.
    pub(super) change: Change,
    /// What both say.
    pub(super) edits: Vec<Edit>,
}

/// What a replay is given.
pub(super) struct Leaving<'a> {
    pub(super) header: Header,
    /// Every change of the document, those that leave too.
    pub(super) all: Vec<Change>,
    /// Changes that leave for good.
    pub(super) refused: &'a [ChangeHash],
    /// Changes that leave and are written again, each after those it builds on.
    pub(super) forked: &'a [ChangeHash],
    /// Foreign changes kept apart because of the fork: they belong in the document now.
    pub(super) back: Vec<Change>,
    pub(super) author: Author,
    pub(super) actor: ActorId,
    /// One for each forked change.
    pub(super) fresh: Vec<ActorId>,
}

/// The document without what left it.
pub(super) fn replay(leaving: Leaving<'_>) -> Result<Rest, EngineFault> {
    let Leaving { header, all, refused, forked, back, author, actor, fresh } = leaving;
    let leaves = |hash: &ChangeHash| refused.contains(hash) || forked.contains(hash);
    let mut rest: Vec<Change> = all.iter().filter(|change| !leaves(&change.hash)).cloned().collect();
    rest.extend(back);
    if first_header(header.id, &rest).is_none() {
        return Ok(Rest { document: None, again: Vec::new() });
    }
    let Ok((mut document, _)) = Document::open(header.clone(), rest) else {
        return Ok(Rest { document: None, again: Vec::new() });
    };
    let before = Document::open(header, all.clone()).ok();
    let mut again = Vec::new();
    let mut renamed: Map<ChangeHash, ChangeHash> = Map::new();
    for (hash, fresh) in forked.iter().zip(fresh) {
        let Some(old) = all.iter().find(|change| change.hash == *hash) else { continue };
        let Some((before, _)) = &before else { continue };
        let edits = edits_of(before, old, &renamed);
        if let Some(change) = document.write(&author, actor, fresh, old.at, &edits)? {
            renamed.insert(*hash, change.hash);
            again.push(Again { old: *hash, change, edits });
        }
    }
    Ok(Rest { document: Some(document), again })
}

/// What a change did, to be done again: its entries, and its words at the place they were typed.
fn edits_of(document: &Document, change: &Change, renamed: &Map<ChangeHash, ChangeHash>) -> Vec<Edit> {
    let empty = Version::default();
    let seen = Version::new(change.deps.clone());
    let (Some(before), Some(after)) = (
        if seen == empty { Some(None) } else { document.part_at(&seen).map(Some) },
        document.part_at(&Version::new(vec![change.hash])),
    ) else {
        return Vec::new();
    };
    let held = |key: &EntryKey| {
        before.as_ref().is_some_and(|part: &Part| part.entries.iter().any(|entry| entry.at.key == *key))
    };
    let mut edits: Vec<Edit> = after
        .entries
        .iter()
        .filter(|recorded| !held(&recorded.at.key))
        .map(|recorded| Edit::Entry { key: recorded.at.key, entry: recorded.entry.clone() })
        .collect();
    let name_of = |hash: &ChangeHash| renamed.get(hash).copied().unwrap_or(*hash);
    let seen = Version::new(change.deps.iter().map(name_of).collect());
    for (name, text) in &after.notes {
        let old = before.as_ref().and_then(|part| part.notes.get(name));
        if old == Some(text) {
            continue;
        }
        edits.push(match (old, name.parse::<EntryKey>()) {
            (None, Ok(key)) => Edit::NewNote { key, text: text.clone() },
            (_, _) => Edit::Note { name: name.clone(), seen: seen.clone(), text: text.clone() },
        });
    }
    edits
}
