//! The runner: performs what the shared machine asks, one effect at a time, for one connection.
//!
//! In: hellos and hints. Out: answers to send. It reads and appends through the store, asks the policy, and tells the
//! hub after each commit. Never decides anything of the protocol, never logs what a change or a name says.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use doorstep_shared::docs::header::Scope;
use doorstep_shared::ids::{BatchId, InstallId};
use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::judge::{Permit, Upload};
use doorstep_shared::sync::message::{Answer, Hello};
use doorstep_shared::sync::server::{Effect, Exchange, Found, Input, Query, ReadFeed};

use crate::auth::policy;
use crate::clock;
use crate::state::AppState;
use crate::store::StoreFault;
use crate::store::contract::{Account, Permission, Stored, Submission};
use crate::sync::hub::Hint;
use crate::sync::reading;

/// Waiting time a device is told when the store cannot be used, in milliseconds.
const RETRY_MS: u32 = 5_000;

/// One connection's work.
pub(crate) struct Runner {
    state: AppState,
    account: Account,
    install: InstallId,
    exchange: Exchange,
}

/// Performs one hello of a worker who signed in, on a new connection. The runner is there for more when the install is
/// this worker's.
pub(crate) async fn open(
    state: &AppState,
    account: Account,
    hello: Box<Hello>,
) -> (Vec<Answer>, Option<Runner>) {
    let turn = hello.turn;
    let refused =
        |code, retry_ms| (vec![Answer { turn, code: Some(code), retry_ms, ..Answer::default() }], None);
    let Some(install) = hello.install else { return refused(MessageCode::OtherInstall, None) };
    match state.store.device(install).await {
        Ok(Some(device)) if device.worker == account.worker && device.revoked_at.is_none() => {}
        Ok(_) => return refused(MessageCode::OtherInstall, None),
        Err(fault) => {
            tracing::error!(%fault, "looking up a device");
            return refused(MessageCode::Busy, Some(RETRY_MS));
        }
    }
    let mut runner = Runner { state: state.clone(), account, install, exchange: Exchange::new(install) };
    let answers = runner.receive(hello).await;
    (answers, Some(runner))
}

impl Runner {
    /// Performs a hello.
    pub(crate) async fn receive(&mut self, hello: Box<Hello>) -> Vec<Answer> {
        if !hello.kept_out.is_empty() {
            tracing::warn!(changes = hello.kept_out.len(), "a device keeps foreign changes out of documents");
        }
        self.perform(Input::Received(hello)).await
    }

    /// Performs a hint: pushes what the feed holds after what was sent.
    pub(crate) async fn hear(&mut self, hint: Hint) -> Vec<Answer> {
        if !self.exchange.is_live() {
            return Vec::new();
        }
        match hint {
            Hint::Grew(scope) => self.perform(Input::Told(scope)).await,
            Hint::Missed => {
                let mut answers = Vec::new();
                for scope in self.scopes() {
                    answers.extend(self.perform(Input::Told(scope)).await);
                }
                answers
            }
        }
    }

    /// Takes over what the account says now.
    pub(crate) fn refresh(&mut self, account: Account) {
        self.account = account;
    }

    fn scopes(&self) -> Vec<Scope> {
        policy::scopes(self.account.role, self.account.team)
    }

    async fn perform(&mut self, input: Input) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut effects: VecDeque<Effect> = self.exchange.step(input).into();
        while let Some(effect) = effects.pop_front() {
            let outcome = match effect {
                Effect::Send(mut answer) => {
                    if answer.code == Some(MessageCode::Busy) {
                        answer.retry_ms = Some(RETRY_MS);
                    }
                    answers.push(*answer);
                    continue;
                }
                Effect::LookUp(queries) => self.look_up(queries).await.map(Input::Found),
                Effect::Append(batches) => self.append(batches).await,
                Effect::ReadFeed(read) => self.read(read).await,
            };
            let input = outcome.unwrap_or_else(|fault| {
                tracing::error!(%fault, "the store failed during sync");
                Input::Failed
            });
            effects.extend(self.exchange.step(input));
        }
        answers
    }

    async fn look_up(&self, queries: Vec<Query>) -> Result<Found, StoreFault> {
        Ok(Found {
            epoch: Some(self.state.identity.epoch),
            scopes: self.scopes(),
            known: self.state.store.known(queries).await?,
            backed_up: Vec::new(),
        })
    }

    async fn read(&self, read: ReadFeed) -> Result<Input, StoreFault> {
        if !self.scopes().contains(&read.scope) {
            return Ok(Input::Feed(None));
        }
        Ok(Input::Feed(Some(self.state.store.read(read, self.install).await?)))
    }

    async fn append(&self, batches: Vec<SignedBatch>) -> Result<Input, StoreFault> {
        let uploads = reading::uploads(batches).await.ok_or(StoreFault::Closed)?;
        let mut submissions = Vec::with_capacity(uploads.len());
        for upload in uploads {
            submissions.push(self.submission(upload).await?);
        }
        let scopes: BTreeMap<BatchId, Scope> = submissions
            .iter()
            .map(|batch| (batch.upload.signed.id(), batch.upload.signed.manifest().scope))
            .collect();
        let stored = self.state.store.append(submissions).await?;
        for batch in &stored {
            report(batch);
            if let Some(scope) = scopes.get(&batch.ack.batch).filter(|_| batch.appended > 0) {
                self.state.hub.tell(*scope);
            }
        }
        Ok(Input::Appended(stored.into_iter().map(|batch| batch.ack).collect()))
    }

    /// A batch with policy's word on whoever signed it; the sender must hold the scope too.
    async fn submission(&self, upload: Upload) -> Result<Submission, StoreFault> {
        let writer = self.state.store.account(upload.signed.manifest().worker).await?;
        let held = self.scopes();
        let permission: Permission = Arc::new(move |header| {
            let writes = writer
                .as_ref()
                .is_some_and(|writer| policy::may_write(writer.role, writer.team, header.kind, header.scope));
            if writes && held.contains(&header.scope) { Permit::Granted } else { Permit::Absent }
        });
        Ok(Submission { upload, sender: self.install, permission, at: clock::now() })
    }
}

/// One log line a batch that refused something: how many for which reason, never of what.
fn report(batch: &Stored) {
    let mut codes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for refused in &batch.ack.refused {
        *codes.entry(refused.code.name()).or_default() += 1;
    }
    if !codes.is_empty() {
        tracing::warn!(batch = %batch.ack.batch, stored = batch.appended, refused = ?codes, "changes were refused");
    }
}
