//! Cards: what lists show of each person, kept with the versions of the documents it was read from.
//!
//! In: records. Out: a digest a person, and the row that keeps it in the commit that changed its documents.
//! A start reads the rows and opens only documents whose version differs from the card's marks.

use doorstep_shared::ids::{DocId, PersonId, Version};
use doorstep_shared::sorted::Map;
use doorstep_shared::time::Now;

use crate::projection::digest::{self, Digest};
use crate::store::schema::{CardRow, Stored};
use crate::store::{Disk, Write};

use super::{Engine, EngineFault};

/// One person's digest and its marks.
struct Card {
    marks: Vec<(DocId, Version)>,
    digest: Digest,
}

/// The digests of everybody held here.
#[derive(Default)]
pub(super) struct Cards {
    by_person: Map<PersonId, Card>,
}

impl Cards {
    /// Takes in a stored card; one of another build is left to be built again.
    pub(super) fn restore(&mut self, row: &CardRow) {
        if row.form != digest::FORM {
            return;
        }
        if let Ok(digest) = postcard::from_bytes(&row.card) {
            self.by_person.insert(row.person, Card { marks: row.marks.clone(), digest });
        }
    }

    pub(super) fn is_built_from(&self, person: &PersonId, versions: &[(DocId, Version)]) -> bool {
        self.by_person.get(person).is_some_and(|card| card.marks == versions)
    }

    /// Forgets a card built from what was not kept.
    pub(super) fn forget(&mut self, person: &PersonId) {
        self.by_person.remove(person);
    }

    pub(super) fn digests(&self) -> impl Iterator<Item = &Digest> {
        self.by_person.values().map(|card| &card.digest)
    }

    pub(super) fn digest(&self, person: &PersonId) -> Option<&Digest> {
        self.by_person.get(person).map(|card| &card.digest)
    }
}

impl<D: Disk> Engine<D> {
    /// Builds a person's card from the documents as they are in memory, and gives the write that keeps it.
    pub(super) async fn card_writes(
        &mut self,
        person: PersonId,
        now: Now,
    ) -> Result<Option<Write>, EngineFault> {
        let record = self.library.record_of(&mut self.disk, person).await?;
        let marks = self.library.versions_of(&person);
        let digest = digest::digest(person, &record, now);
        let card = postcard::to_allocvec(&digest).unwrap_or_default().into();
        let row = CardRow { person, marks: marks.clone(), form: digest::FORM, card };
        self.cards.by_person.insert(person, Card { marks, digest });
        Ok(Some(row.put()))
    }
}
