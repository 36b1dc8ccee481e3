//! The wire: the sync machine, and its effects performed on this store.
//!
//! In: what the carrier of bytes saw happen, the time. Out: bytes to send, when to dial, what can be said about sync.
//! Every effect that keeps something is one commit; the machine hears that it is kept only after it is.
//! Never names a carrier: a browser's socket, a request a message, or the simulator's network do alike.
//! Source: sync design; architecture design, rooms G to J.

use std::collections::VecDeque;

use doorstep_shared::docs::Header;
use doorstep_shared::sync::batch::{Body, SignedBatch, SignedManifest};
use doorstep_shared::sync::client::{Client, Effect, Input, Session, Status};
use doorstep_shared::sync::outbox::{KnownHeader, Outgoing, Wanted};
use doorstep_shared::time::{Now, Timestamp};
use ed25519_dalek::SigningKey;

use crate::store::schema::{ChangeRow, ManifestRow, OutboxRow, SyncRow, from_bytes};
use crate::store::{Disk, Table};

use super::{Engine, EngineFault};

/// What the carrier of bytes is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carry {
    /// Send these bytes over the connection.
    Send(Vec<u8>),
    /// Dial at this time, or at once if it has passed; then say opened or closed.
    DialAt(Timestamp),
    /// End the connection; then say closed.
    HangUp,
}

/// The machine and what is remembered around it.
#[derive(Default)]
pub(super) struct Wire {
    client: Option<Client>,
    /// What was written here and the machine has not heard of yet.
    queued: Vec<Outgoing>,
    headers: Vec<KnownHeader>,
    pub(super) status: Status,
    pub(super) row: SyncRow,
    /// When the next dial is due, while there is no connection.
    pub(super) dial_at: Option<Timestamp>,
    /// The server asked who this is.
    pub(super) session_ended: bool,
    /// A connection is being tried.
    pub(super) is_trying: bool,
    /// When the server last answered.
    pub(super) confirmed_at: Option<Timestamp>,
    /// The server forgot something since this start.
    pub(super) server_forgot: bool,
    /// The last fault met while keeping what the machine wanted kept.
    pub(super) fault: Option<EngineFault>,
}

impl Wire {
    pub(super) fn queue(&mut self, row: &OutboxRow, header: Header, header_stored: bool) {
        self.queued.push(outgoing(row));
        self.headers.push(KnownHeader { header, stored: header_stored });
    }
}

pub(super) fn outgoing(row: &OutboxRow) -> Outgoing {
    Outgoing {
        document: row.doc,
        hash: row.hash,
        scope: row.scope,
        bytes: usize::try_from(row.length).unwrap_or(usize::MAX),
        batch: row.batch,
    }
}

impl<D: Disk> Engine<D> {
    /// Makes the machine from what is kept, with every outbox row queued.
    pub(super) async fn load_wire(&mut self) -> Result<(), EngineFault> {
        let row = match self.disk.get(Table::Meta, SyncRow::KEY).await? {
            Some(bytes) => from_bytes(&bytes)?,
            None => SyncRow::default(),
        };
        let was_forgetting = self.wire.server_forgot;
        let confirmed_at = row.confirmed_at;
        self.wire = Wire { row, confirmed_at, server_forgot: was_forgetting, ..Wire::default() };
        let Some(session) = &self.session else { return Ok(()) };
        let who = Session {
            organisation: session.organisation,
            install: session.install,
            worker: session.worker,
            app: super::APP_VERSION.to_owned(),
        };
        let key = SigningKey::from_bytes(&session.device_seed);
        let seed = u64::from_le_bytes(self.draw()?);
        self.wire.client = Some(self.machine(who, key, seed));
        for row in self.outbox.in_order() {
            if let Some(document) = self.library.row(&row.doc) {
                self.wire.queue(row, document.header.clone(), document.header_stored);
            } else {
                self.wire.queued.push(outgoing(row));
            }
        }
        Ok(())
    }

    #[cfg(not(feature = "testing"))]
    fn machine(&self, who: Session, key: SigningKey, seed: u64) -> Client {
        Client::new(who, key, self.wire.row.state.clone(), seed)
    }

    #[cfg(feature = "testing")]
    fn machine(&self, who: Session, key: SigningKey, seed: u64) -> Client {
        Client::new(who, key, self.wire.row.state.clone(), seed).with_soundness(self.soundness)
    }

    /// Tells the machine what was written since it was last told.
    ///
    /// # Errors
    /// An [`EngineFault`] of reading what is to be sent.
    pub async fn pump(&mut self, now: Now) -> Result<Vec<Carry>, EngineFault> {
        self.refresh(now).await?;
        if self.wire.queued.is_empty() {
            return Ok(Vec::new());
        }
        let changes = std::mem::take(&mut self.wire.queued);
        let headers = std::mem::take(&mut self.wire.headers);
        self.carry(Input::Queued { changes, headers }, now).await
    }

    /// Tells the machine what happened and performs everything that follows from it.
    ///
    /// # Errors
    /// An [`EngineFault`]. What the machine wanted kept and was not is asked of it again later.
    pub async fn carry(&mut self, input: Input, now: Now) -> Result<Vec<Carry>, EngineFault> {
        self.refresh(now).await?;
        let mut inputs = VecDeque::from([input]);
        let mut carries = Vec::new();
        while let Some(input) = inputs.pop_front() {
            match &input {
                Input::Opened { .. } => self.wire.is_trying = true,
                Input::Closed => self.wire.is_trying = false,
                Input::Received(_) => {
                    self.wire.confirmed_at = Some(now.at);
                    self.wire.session_ended = false;
                }
                Input::Woken
                | Input::Queued { .. }
                | Input::Kept { .. }
                | Input::NotKept { .. }
                | Input::Read { .. }
                | Input::Tick => {}
            }
            let Some(client) = &mut self.wire.client else { break };
            for effect in client.step(now.at, input) {
                match effect {
                    Effect::Keep(keep) => match self.keep(&keep, now).await {
                        Ok(then) => {
                            self.wire.fault = None;
                            inputs.extend(then);
                        }
                        Err(fault) => {
                            inputs.push_back(Input::NotKept { token: keep.token });
                            self.wire.fault = Some(fault);
                        }
                    },
                    Effect::Read { token, wanted } => {
                        let batches = self.read_batches(&wanted).await?;
                        inputs.push_back(Input::Read { token, batches });
                    }
                    Effect::Send(bytes) => carries.push(Carry::Send(bytes)),
                    Effect::HangUp => carries.push(Carry::HangUp),
                    Effect::DialAt(at) => {
                        self.wire.dial_at = Some(at);
                        carries.push(Carry::DialAt(at));
                    }
                    Effect::Status(status) => self.wire.status = status,
                }
            }
        }
        Ok(carries)
    }

    /// The manifests asked for, each with the changes asked for. What is not held is left out.
    async fn read_batches(&mut self, wanted: &[Wanted]) -> Result<Vec<SignedBatch>, EngineFault> {
        let mut batches = Vec::with_capacity(wanted.len());
        for part in wanted {
            let Some(signed) = self.manifest(&part.batch).await? else { continue };
            let mut bodies = Vec::with_capacity(part.hashes.len());
            for (place, pair) in (0_u32..).zip(&signed.manifest().pairs) {
                if !part.hashes.contains(&pair.hash) {
                    continue;
                }
                let key = ChangeRow::key_of(&pair.document, &pair.hash);
                if let Some(bytes) = self.disk.get(Table::Change, &key).await? {
                    let row: ChangeRow = from_bytes(&bytes)?;
                    bodies.push(Body { place, bytes: row.bytes.into() });
                }
            }
            batches.push(SignedBatch { signed, bodies });
        }
        Ok(batches)
    }

    async fn manifest(
        &mut self,
        batch: &doorstep_shared::ids::BatchId,
    ) -> Result<Option<SignedManifest>, EngineFault> {
        let Some(bytes) = self.disk.get(Table::Manifest, &ManifestRow::key_of(batch)).await? else {
            return Ok(None);
        };
        let row: ManifestRow = from_bytes(&bytes)?;
        let signed = SignedManifest::read(row.bytes.into(), *row.signature)
            .map_err(|_| crate::store::DiskFault::Corrupt)?;
        Ok(Some(signed))
    }
}
