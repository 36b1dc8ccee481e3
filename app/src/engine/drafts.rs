//! Drafts: what is being typed, kept half a second behind the keys.
//!
//! In: the text of one field and the command that leaving it would ask. Out: one row a field, replaced each time.
//! At start the words typed into a note become a change at the version they were typed on; other text is given back to
//! its field, because a half-typed answer is not an answer. Source: device design, "Page, worker, store".

use doorstep_shared::decide::{Act, Command};
use doorstep_shared::time::Now;

use crate::bridge::Restored;
use crate::store::Disk;
use crate::store::schema::{DraftRow, Stored};

use super::{CommandError, Engine, EngineFault};

impl<D: Disk> Engine<D> {
    /// Replaces the draft of one field.
    ///
    /// # Errors
    /// An [`EngineFault`] of the disk; the draft before it is then kept.
    pub async fn draft(
        &mut self,
        field: String,
        text: String,
        command: &Command,
        now: Now,
    ) -> Result<(), EngineFault> {
        self.refresh(now).await?;
        let command = postcard::to_allocvec(command).unwrap_or_default().into();
        self.commit(vec![DraftRow { field, text, command, typed_at: now.at }.put()]).await
    }

    /// Makes changes of the notes that were being typed when the app stopped, and gives the other drafts back.
    ///
    /// # Errors
    /// An [`EngineFault`]; drafts that were not finished are kept.
    pub async fn finish_drafts(&mut self, now: Now) -> Result<Vec<Restored>, EngineFault> {
        self.refresh(now).await?;
        if self.session.is_none() {
            return Ok(Vec::new());
        }
        let mut restored = Vec::new();
        for row in self.rows::<DraftRow>(b"").await? {
            let command: Option<Command> = postcard::from_bytes(&row.command).ok();
            let note = command.filter(|command| matches!(command.act, Act::EditNote { .. }));
            let Some(command) = note else {
                restored.push(Restored { field: row.field, text: row.text });
                continue;
            };
            match self.command(&command, Some(&row.field), now).await {
                Ok(()) => {}
                // Signed meanwhile, or its document is gone: the words go back to their field.
                Err(CommandError::Refused(_)) => {
                    restored.push(Restored { field: row.field, text: row.text });
                }
                Err(CommandError::Fault(fault)) => return Err(fault),
            }
        }
        Ok(restored)
    }
}
