//! Storing uploads: judged, numbered and chained in one transaction.
//!
//! In: submissions, in order. Out: what each device is told once the transaction is on disk.
//! A feed number is taken while its scope's row is held, in the transaction of the insert, so numbers have no gaps and
//! commit order is feed order. Never decides what may be stored: the judge does, on facts read here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::header::Scope;
use doorstep_shared::ids::{BatchId, ChangeHash, DocId};
use doorstep_shared::sync::batch::SignedManifest;
use doorstep_shared::sync::chain::{Chain, Digest, Position, RowKind};
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::judge::{Candidate, Facts, Judgement, Upload, judge};
use doorstep_shared::sync::message::Refused;
use doorstep_shared::sync::sabotage::Soundness;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use crate::store::StoreFault;
use crate::store::contract::{Stored, Submission};
use crate::store::sqlite::facts::facts;
use crate::store::sqlite::feed::position;
use crate::store::sqlite::{fault, id};

/// Rows in one insert: nine columns of it stay far below SQLite's limit of variables.
const TOGETHER: usize = 200;

/// Where a scope's feed ends, and what is live in it.
struct Tail {
    position: Position,
    count: i64,
    sum: [u8; 32],
}

/// One row to insert.
struct FeedInsert {
    tail: Tail,
    document: DocId,
    hash: ChangeHash,
    digest: Digest,
}

/// Judges and stores submissions in order; each sees those before it.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    batches: &[Submission],
    soundness: Soundness,
) -> Result<Vec<Stored>, StoreFault> {
    let mut stored = Vec::with_capacity(batches.len());
    for batch in batches {
        stored.push(append_one(connection, batch, soundness).await?);
    }
    Ok(stored)
}

async fn append_one(
    connection: &mut SqliteConnection,
    batch: &Submission,
    soundness: Soundness,
) -> Result<Stored, StoreFault> {
    let upload = &batch.upload;
    let signed = &upload.signed;
    let facts = facts(connection, signed.manifest().install, &upload.questions()).await?;
    let judgement = judged(batch, &facts, soundness);

    let changes = changes_at(upload, &judgement.append);
    if !changes.is_empty() || !judgement.aside.is_empty() {
        insert_manifest(connection, signed).await?;
    }
    insert_headers_and_actors(connection, &judgement).await?;
    insert_changes(connection, signed.id(), &changes).await?;
    let appended = insert_feed(connection, signed.manifest().scope, &changes).await?;
    for (place, change, _) in changes_at(upload, &judgement.aside) {
        insert_aside(connection, signed.id(), place, change).await?;
    }
    for hash in &judgement.forked {
        sqlx::query("INSERT OR IGNORE INTO fork (hash) VALUES (?)")
            .bind(hash.as_bytes().as_slice())
            .execute(&mut *connection)
            .await
            .map_err(fault)?;
    }
    if !changes.is_empty() || !judgement.refused.is_empty() {
        insert_audit(connection, batch, &judgement, &changes).await?;
    }
    let appended_rows = changes.len();
    Ok(Stored { ack: judgement.ack(signed.id(), appended), appended: appended_rows })
}

/// The judge's word. Should it panic on what a device made, that batch is refused and nobody else's work is lost.
fn judged(batch: &Submission, facts: &Facts, soundness: Soundness) -> Judgement {
    let Submission { upload, sender, permission, .. } = batch;
    let judge = || judge(upload, facts, *sender, soundness, |header| permission(header));
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| {
        tracing::error!(batch = %upload.signed.id(), "judging a batch panicked");
        let refuse =
            |candidate: &Candidate| Refused { hash: candidate.pair.hash, code: RefusalCode::Malformed };
        Judgement { refused: upload.candidates.iter().map(refuse).collect(), ..Judgement::default() }
    })
}

/// The changes of an upload at some places, in the order of the places.
fn changes_at<'u>(upload: &'u Upload, places: &[u32]) -> Vec<(u32, &'u Change, DocId)> {
    let found = |place: &u32| {
        // Candidates are in the order of their places.
        let at = upload.candidates.binary_search_by_key(place, |candidate| candidate.place).ok()?;
        let candidate = upload.candidates.get(at)?;
        candidate.change.as_ref().ok().map(|change| (*place, change, candidate.pair.document))
    };
    places.iter().filter_map(found).collect()
}

async fn insert_manifest(
    connection: &mut SqliteConnection,
    signed: &SignedManifest,
) -> Result<(), StoreFault> {
    sqlx::query(
        "INSERT OR IGNORE INTO manifest (batch, install, worker, bytes, signature) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(signed.id().as_bytes().as_slice())
    .bind(signed.manifest().install.as_bytes().as_slice())
    .bind(signed.manifest().worker.as_bytes().as_slice())
    .bind(signed.bytes())
    .bind(signed.signature().as_slice())
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

async fn insert_headers_and_actors(
    connection: &mut SqliteConnection,
    judgement: &Judgement,
) -> Result<(), StoreFault> {
    for header in &judgement.headers {
        sqlx::query("INSERT INTO document (id, scope, kind, header) VALUES (?, ?, ?, ?)")
            .bind(header.id.as_bytes().as_slice())
            .bind(header.scope.to_bytes().as_slice())
            .bind(i64::from(header.kind.number()))
            .bind(header.to_bytes())
            .execute(&mut *connection)
            .await
            .map_err(fault)?;
    }
    for (actor, owner) in &judgement.actors {
        sqlx::query("INSERT INTO actor (id, install, worker) VALUES (?, ?, ?)")
            .bind(actor.as_bytes().as_slice())
            .bind(owner.install.as_bytes().as_slice())
            .bind(owner.worker.as_bytes().as_slice())
            .execute(&mut *connection)
            .await
            .map_err(fault)?;
    }
    Ok(())
}

async fn insert_changes(
    connection: &mut SqliteConnection,
    batch: BatchId,
    changes: &[(u32, &Change, DocId)],
) -> Result<(), StoreFault> {
    for some in changes.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO change (hash, document, actor, seq, manifest, place, size, bytes) ",
        );
        query.push_values(some, |mut row, (place, change, document)| {
            row.push_bind(change.hash.as_bytes().as_slice())
                .push_bind(document.as_bytes().as_slice())
                .push_bind(change.actor.as_bytes().as_slice())
                .push_bind(change.seq.cast_signed())
                .push_bind(batch.as_bytes().to_vec())
                .push_bind(i64::from(*place))
                .push_bind(length(&change.bytes))
                .push_bind(change.bytes.as_slice());
        });
        query.build().persistent(false).execute(&mut *connection).await.map_err(fault)?;
    }
    Ok(())
}

/// Appends the rows to the scope's feed and moves its counter; the position of the last row.
async fn insert_feed(
    connection: &mut SqliteConnection,
    scope: Scope,
    changes: &[(u32, &Change, DocId)],
) -> Result<Option<Position>, StoreFault> {
    if changes.is_empty() {
        return Ok(None);
    }
    let mut tail = tail(connection, scope).await?;
    let mut rows = Vec::with_capacity(changes.len());
    for (_, change, document) in changes {
        let digest = Digest::of_change(document, &change.hash);
        tail = Tail {
            position: tail.position.after(&digest),
            count: tail.count + 1,
            sum: plus(tail.sum, change.hash.as_bytes()),
        };
        let Tail { position, count, sum } = tail;
        rows.push(FeedInsert {
            tail: Tail { position, count, sum },
            document: *document,
            hash: change.hash,
            digest,
        });
    }
    sqlx::query(
        "INSERT INTO scope (id, seq, chain, count, sum) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, chain = excluded.chain, count = excluded.count, sum = excluded.sum",
    )
    .bind(scope.to_bytes().as_slice())
    .bind(number(tail.position.seq))
    .bind(tail.position.chain.as_bytes().as_slice())
    .bind(tail.count)
    .bind(tail.sum.as_slice())
    .execute(&mut *connection)
    .await
    .map_err(fault)?;
    for some in rows.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO feed (scope, seq, kind, document, content, digest, chain, count, sum) ",
        );
        query.push_values(some, |mut values, row| {
            values
                .push_bind(scope.to_bytes().to_vec())
                .push_bind(number(row.tail.position.seq))
                .push_bind(i64::from(RowKind::CHANGE.0))
                .push_bind(row.document.as_bytes().as_slice())
                .push_bind(row.hash.as_bytes().as_slice())
                .push_bind(row.digest.as_bytes().as_slice())
                .push_bind(row.tail.position.chain.as_bytes().as_slice())
                .push_bind(row.tail.count)
                .push_bind(row.tail.sum.as_slice());
        });
        query.build().persistent(false).execute(&mut *connection).await.map_err(fault)?;
    }
    Ok(Some(tail.position))
}

async fn tail(connection: &mut SqliteConnection, scope: Scope) -> Result<Tail, StoreFault> {
    let row = sqlx::query("SELECT seq, chain, count, sum FROM scope WHERE id = ?")
        .bind(scope.to_bytes().as_slice())
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    let Some(row) = row else {
        return Ok(Tail { position: Position { seq: 0, chain: Chain::START }, count: 0, sum: [0; 32] });
    };
    let chain: Vec<u8> = row.try_get(1).map_err(fault)?;
    let sum: Vec<u8> = row.try_get(3).map_err(fault)?;
    let sum: ChangeHash = id(&sum)?;
    Ok(Tail {
        position: position(row.try_get(0).map_err(fault)?, &chain)?,
        count: row.try_get(2).map_err(fault)?,
        sum: *sum.as_bytes(),
    })
}

async fn insert_aside(
    connection: &mut SqliteConnection,
    batch: BatchId,
    place: u32,
    change: &Change,
) -> Result<(), StoreFault> {
    sqlx::query("INSERT OR IGNORE INTO aside (hash, manifest, place, bytes) VALUES (?, ?, ?, ?)")
        .bind(change.hash.as_bytes().as_slice())
        .bind(batch.as_bytes().as_slice())
        .bind(i64::from(place))
        .bind(change.bytes.as_slice())
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

async fn insert_audit(
    connection: &mut SqliteConnection,
    batch: &Submission,
    judgement: &Judgement,
    changes: &[(u32, &Change, DocId)],
) -> Result<(), StoreFault> {
    let signed = &batch.upload.signed;
    let bytes: i64 = changes.iter().map(|(_, change, _)| length(&change.bytes)).sum();
    sqlx::query(
        "INSERT INTO audit (at, sender, worker, install, scope, batch, stored, refused, needed, bytes) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(batch.at.ms())
    .bind(batch.sender.as_bytes().as_slice())
    .bind(signed.manifest().worker.as_bytes().as_slice())
    .bind(signed.manifest().install.as_bytes().as_slice())
    .bind(signed.manifest().scope.to_bytes().as_slice())
    .bind(signed.id().as_bytes().as_slice())
    .bind(count(changes.len()))
    .bind(count(judgement.refused.len()))
    .bind(count(judgement.need.len()))
    .bind(bytes)
    .execute(connection)
    .await
    .map_err(fault)?;
    Ok(())
}

/// The sum of two numbers of 32 bytes, most significant first, modulo 2²⁵⁶.
fn plus(mut sum: [u8; 32], term: &[u8; 32]) -> [u8; 32] {
    let mut carry = 0_u16;
    for (digit, other) in sum.iter_mut().zip(term).rev() {
        let total = u16::from(*digit) + u16::from(*other) + carry;
        // The low byte stays, the rest is carried.
        *digit = (total & 0xff) as u8;
        carry = total >> 8;
    }
    sum
}

/// A row's number as SQLite holds it; a feed stays far below the limit.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn length(bytes: &[u8]) -> i64 {
    count(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::plus;

    #[test]
    fn a_sum_carries_and_wraps() {
        let mut one = [0; 32];
        one[31] = 1;
        let mut low = [0; 32];
        low[31] = 0xff;
        let mut carried = [0; 32];
        carried[30] = 1;
        assert_eq!(plus(low, &one), carried);
        assert_eq!(plus([0xff; 32], &one), [0; 32]);
    }
}
