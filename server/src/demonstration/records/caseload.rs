//! The made-up caseload, told through the real commands and signed by an install of each worker.
//!
//! In: the drawn seed, the members. Out: batches of at most a tablet's size, in the order they were written.
//! The same seed tells the same records to the last byte, so telling them again stores nothing.

use std::collections::BTreeMap;

use doorstep_shared::decide::Worker;
use doorstep_shared::demonstration::{CASELOAD, Caseload, Documents, Telling, Written, tell as replay};
use doorstep_shared::docs::header::{Header, Scope};
use doorstep_shared::domain::entry::Author;
use doorstep_shared::ids::InstallId;
use doorstep_shared::sync::batch::{
    BATCH_BYTES_MAX, BATCH_CHANGES_MAX, Body, Manifest, Pair, SignedBatch, SignedManifest,
};
use ed25519_dalek::SigningKey;

use crate::demonstration::kept::Kept;
use crate::demonstration::records::{append, enrol, submission};
use crate::demonstration::{DemonstrationError, Member};
use crate::store::Store;
use crate::store::contract::Submission;

/// Batches stored in one transaction.
const TOGETHER: usize = 64;

/// Stores every record of the caseload.
pub(super) async fn tell(
    store: &dyn Store,
    kept: &Kept,
    members: &[Member],
) -> Result<(), DemonstrationError> {
    let workers: BTreeMap<String, Worker> =
        members.iter().map(|member| (member.staff.clone(), worker(kept, member))).collect();
    let mut submissions: Vec<Submission> = Vec::new();
    for (author, run) in runs(written(kept, &workers)?) {
        let member = members.iter().find(|member| member.account.worker == author.worker);
        let member = member.ok_or(DemonstrationError::Records { what: "somebody outside the team wrote" })?;
        let key = key(kept, member);
        enrol(store, kept, author.worker, author.install, &key).await?;
        let batch = run.sign(&key)?;
        submissions.push(submission(&member.account, kept.at(), batch));
        if submissions.len() >= TOGETHER {
            append(store, std::mem::take(&mut submissions)).await?;
        }
    }
    append(store, submissions).await
}

fn worker(kept: &Kept, member: &Member) -> Worker {
    let account = &member.account;
    let install = InstallId::from_bytes(kept.derive(&format!("install {}", member.staff)));
    Worker {
        author: Author { worker: account.worker, install, role: account.role },
        organisation: account.organisation,
        team: account.team,
    }
}

fn key(kept: &Kept, member: &Member) -> SigningKey {
    SigningKey::from_bytes(&kept.derive(&format!("install key {}", member.staff)))
}

/// Replays the caseload on the day the demonstration was drawn.
fn written(kept: &Kept, workers: &BTreeMap<String, Worker>) -> Result<Vec<Written>, DemonstrationError> {
    let caseload =
        Caseload::read(CASELOAD).map_err(|error| DemonstrationError::Caseload { why: error.to_string() })?;
    let telling = Telling::shown_on(&caseload, kept.at().london_date());
    let mut drawn = 0_u64;
    let mut chance = |bytes: &mut [u8]| {
        for part in bytes.chunks_mut(32) {
            drawn = drawn.saturating_add(1);
            let random: [u8; 32] = kept.derive(&format!("chance {drawn}"));
            part.iter_mut().zip(random).for_each(|(byte, random)| *byte = random);
        }
    };
    let mut documents = Documents::default();
    let told = replay(&caseload, workers, telling, &mut chance, &mut documents)
        .map_err(|_| DemonstrationError::Records { what: "a document of the caseload" })?;
    let refused: usize = told.iter().map(|told| told.refused.len()).sum();
    if refused > 0 {
        tracing::error!(refused, "commands of the made-up caseload were refused");
    }
    Ok(documents.into_written())
}

/// Changes of one worker in one scope, to become one batch.
struct Run {
    author: Author,
    scope: Scope,
    bytes: usize,
    written: Vec<Written>,
}

/// Runs of consecutive changes by one install in one scope, each no larger than a batch may be. The order within a
/// scope is the order of writing, so nothing comes before what it builds on.
fn runs(written: Vec<Written>) -> Vec<(Author, Run)> {
    let mut scopes: BTreeMap<Scope, Vec<Run>> = BTreeMap::new();
    for one in written {
        let (author, scope) = (one.worker.author, one.header.scope);
        let size = one.change.bytes.len();
        let runs = scopes.entry(scope).or_default();
        let fits = |run: &&mut Run| {
            run.author == author
                && run.bytes.saturating_add(size) <= BATCH_BYTES_MAX
                && run.written.len() < BATCH_CHANGES_MAX
        };
        match runs.last_mut().filter(fits) {
            Some(run) => {
                run.bytes = run.bytes.saturating_add(size);
                run.written.push(one);
            }
            None => runs.push(Run { author, scope, bytes: size, written: vec![one] }),
        }
    }
    scopes.into_values().flatten().map(|run| (run.author, run)).collect()
}

impl Run {
    fn sign(self, key: &SigningKey) -> Result<SignedBatch, DemonstrationError> {
        let Some(first) = self.written.first() else {
            return Err(DemonstrationError::Records { what: "an empty batch" });
        };
        let new = self.written.iter().filter(|written| written.change.header.is_some());
        let headers: Vec<Header> = new.map(|written| written.header.clone()).collect();
        let pairs = self.written.iter();
        let manifest = Manifest {
            organisation: first.worker.organisation,
            install: self.author.install,
            worker: self.author.worker,
            scope: self.scope,
            headers,
            pairs: pairs.map(|one| Pair { document: one.header.id, hash: one.change.hash }).collect(),
        };
        let signed = SignedManifest::sign(manifest, key)
            .map_err(|_| DemonstrationError::Records { what: "a signature" })?;
        let bodies = (0..).zip(self.written).map(|(place, one)| Body { place, bytes: one.change.bytes });
        Ok(SignedBatch { signed, bodies: bodies.collect() })
    }
}
