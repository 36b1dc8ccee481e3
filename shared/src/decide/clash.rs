//! Ending a clash: an entry that replaces every answer that was seen, with a reason.
//!
//! In: which answer it is. Out: one entry.
//! Never ends a clash for somebody who may not; their answer would replace only their own.
//! Source: product design, "Resolving is an entry that replaces them all".

use crate::decide::desk::{Desk, Write};
use crate::decide::{Holder, Refusal, Resolution};
use crate::domain::kind::DocKind;
use crate::domain::record::Place;
use crate::domain::shape::Misfit;
use crate::domain::standing::Question;

pub(super) fn resolve(
    desk: &mut Desk<'_>,
    to: Holder,
    about: &str,
    resolution: &Resolution,
    reason: &str,
) -> Result<(), Refusal> {
    let place = match to {
        // A clash may arrive after signing: it is then resolved as what arrived after signing.
        Holder::Visit(visit) => desk.visit(visit)?,
        Holder::Person | Holder::Equipment | Holder::Summary(_) | Holder::Review(_) => desk.place(to)?,
    };
    refuse_decided_elsewhere(place, about)?;
    let named = || about.to_owned();
    let standing = desk.standings.get(place, about).filter(|standing| standing.is_clash());
    let standing = standing.ok_or_else(|| Refusal::NoClash { about: named() })?;
    let author = desk.worker.author;
    if !desk.standings.may_resolve(Question { place, about }, author.worker, author.role) {
        return Err(Refusal::MayNotResolve { about: named() });
    }
    if reason.trim().is_empty() {
        return Err(Refusal::Value { about: named(), misfit: Misfit::Empty });
    }
    let write = match resolution {
        Resolution::Keep(at) => {
            let kept = standing
                .entries()
                .find(|recorded| recorded.at == *at)
                .ok_or(Refusal::EntryNotHere { at: *at })?;
            Write {
                how: kept.entry.how,
                observed_at: Some(kept.entry.observed_at),
                form_version: kept.entry.form_version,
                ..Write::new(place, about, kept.entry.value.clone())
            }
        }
        Resolution::Again { value, how } => Write { how: *how, ..Write::new(place, about, value.clone()) },
    };
    let seen: Vec<_> =
        standing.entries().map(|recorded| recorded.at).filter(|at| desk.was_seen(*at)).collect();
    let write = Write { reason: Some(reason.to_owned()), ..write };
    desk.check(&write)?;
    desk.put(write, &seen).map(|_| ())
}

/// Decisions and moves of supply have acts of their own, which write more than the answer.
fn refuse_decided_elsewhere(place: Place, about: &str) -> Result<(), Refusal> {
    let own_act = ["decision/", "instruction/", "supply/"].iter().any(|own| about.starts_with(own));
    if own_act && matches!(place.kind, DocKind::Review | DocKind::Equipment) {
        return Err(Refusal::UnknownField { about: about.to_owned() });
    }
    Ok(())
}
