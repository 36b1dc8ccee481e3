//! Starting: what is on disk becomes what is in memory, and what a crash left unfinished is finished.
//!
//! In: a disk. Out: an engine that shows today's list without opening a document.
//! Order: rows, then notes left by a crash (law 12), then cards whose marks differ from the documents they were read
//! from. Nothing is deleted that is not first written elsewhere.
//! Source: house style, "Kill the process at any arrow"; device design, "Projections".

use doorstep_shared::time::Now;

use crate::store::schema::{
    CardRow, CrashNote, DocumentRow, OutboxRow, QuarantineRow, SessionRow, Stored, from_bytes,
};
use crate::store::{Disk, Sealed, Table};

use super::cards::Cards;
use super::library::Library;
use super::outbox::Outbox;
use super::{Chance, Engine, EngineFault};

impl<D: Disk> Engine<D> {
    /// Opens the store and finishes what a crash left.
    ///
    /// # Errors
    /// An [`EngineFault`]; the disk is then as it was.
    pub async fn open(disk: D, chance: Box<dyn Chance>, now: Now) -> Result<Self, EngineFault> {
        let mut engine = Self {
            disk: Sealed::new(disk),
            chance,
            session: None,
            library: Library::default(),
            outbox: Outbox::default(),
            apart: doorstep_shared::sorted::Map::new(),
            cards: Cards::default(),
            wire: super::wire::Wire::default(),
            known: super::show::Known::default(),
            is_stale: true,
            #[cfg(feature = "testing")]
            soundness: doorstep_shared::sync::sabotage::Soundness::SOUND,
        };
        engine.refresh(now).await?;
        Ok(engine)
    }

    /// Reads everything again when memory may differ from the disk.
    pub(super) async fn refresh(&mut self, now: Now) -> Result<(), EngineFault> {
        if !self.is_stale {
            return Ok(());
        }
        self.session = match self.disk.get(Table::Session, SessionRow::KEY).await? {
            Some(bytes) => Some(from_bytes(&bytes)?),
            None => None,
        };
        self.library = Library::default();
        #[cfg(feature = "testing")]
        self.library.set_soundness(self.soundness);
        for row in self.rows::<DocumentRow>(b"").await? {
            self.library.record(row);
        }
        self.outbox = Outbox::default();
        for row in self.rows::<OutboxRow>(b"").await? {
            self.outbox.insert(row);
        }
        self.apart = self.rows::<QuarantineRow>(b"").await?.into_iter().map(|row| (row.hash, row)).collect();
        for note in self.rows::<CrashNote>(CrashNote::PREFIX).await? {
            self.library.note(note);
        }
        self.cards = Cards::default();
        for row in self.rows::<CardRow>(b"").await? {
            self.cards.restore(&row);
        }
        self.load_wire().await?;
        self.is_stale = false;
        self.finish_noted(now).await?;
        self.renew_cards(now).await
    }

    /// Every row of one kind.
    pub(super) async fn rows<T: Stored>(&mut self, prefix: &[u8]) -> Result<Vec<T>, EngineFault> {
        let rows = self.disk.load(T::TABLE, prefix).await?;
        Ok(rows.iter().map(|row| from_bytes(&row.value)).collect::<Result<_, _>>()?)
    }

    /// Builds the cards that were read from other versions than the documents have now.
    async fn renew_cards(&mut self, now: Now) -> Result<(), EngineFault> {
        let people: Vec<_> = self.library.people().collect();
        let mut writes = Vec::new();
        for person in people {
            let versions = self.library.versions_of(&person);
            if !self.cards.is_built_from(&person, &versions) {
                writes.extend(self.card_writes(person, now).await?);
            }
        }
        self.commit(writes).await
    }
}
