//! Reading feeds: which positions are ours, and the rows after one of them.

use std::collections::BTreeSet;

use doorstep_shared::docs::header::Scope;
use doorstep_shared::ids::{ChangeHash, InstallId};
use doorstep_shared::sync::batch::{SIGNATURE_BYTES, SignedManifest};
use doorstep_shared::sync::chain::{CHAIN_BYTES, Chain, Digest, Position, RowKind};
use doorstep_shared::sync::feed::{FeedRow, FeedSlice};
use doorstep_shared::sync::message::InstallKey;
use doorstep_shared::sync::server::{Query, ReadFeed};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::store::StoreFault;
use crate::store::contract::{Answer, Log, Stored, Submission};
use crate::store::sqlite::append::append;
use crate::store::sqlite::facts::{read_id, read_position, rows};
use crate::store::sqlite::people::column;
use crate::store::sqlite::{Sqlite, fault, id};

/// Most rows in one slice, whatever their size.
const ROWS_MAX: i64 = 4_096;

impl Log for Sqlite {
    fn append(&self, batches: Vec<Submission>) -> Answer<'_, Vec<Stored>> {
        let soundness = self.soundness;
        Box::pin(
            self.writer.run(move |connection| {
                Box::pin(async move { append(connection, &batches, soundness).await })
            }),
        )
    }

    fn known(&self, queries: Vec<Query>) -> Answer<'_, Vec<Vec<bool>>> {
        Box::pin(async move {
            let mut connection = self.readers.acquire().await.map_err(fault)?;
            let mut answers = Vec::with_capacity(queries.len());
            for query in &queries {
                let mut known = Vec::with_capacity(query.positions.len());
                for position in &query.positions {
                    let found = position_at(&mut connection, query.scope, position.seq).await?;
                    known.push(found == Some(*position));
                }
                answers.push(known);
            }
            Ok(answers)
        })
    }

    fn read(&self, read: ReadFeed, reader: InstallId) -> Answer<'_, FeedSlice> {
        Box::pin(async move {
            let mut connection = self.readers.acquire().await.map_err(fault)?;
            slice(&mut connection, read, reader).await
        })
    }
}

/// The position of a row; nothing when there is no such row.
async fn position_at(
    connection: &mut SqliteConnection,
    scope: Scope,
    seq: u64,
) -> Result<Option<Position>, StoreFault> {
    if seq == 0 {
        return Ok(Some(Position::START));
    }
    let Ok(wanted) = i64::try_from(seq) else { return Ok(None) };
    let chain: Option<Vec<u8>> = sqlx::query_scalar("SELECT chain FROM feed WHERE scope = ? AND seq = ?")
        .bind(scope.to_bytes().as_slice())
        .bind(wanted)
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    chain.map(|chain| position(wanted, &chain)).transpose()
}

/// How far a slice reaches, measured before any body is read.
struct Reach {
    end: i64,
    more: bool,
}

async fn slice(
    connection: &mut SqliteConnection,
    read: ReadFeed,
    reader: InstallId,
) -> Result<FeedSlice, StoreFault> {
    let after = i64::try_from(read.after).unwrap_or(i64::MAX);
    let reach = reach(connection, read, after, reader).await?;
    let found = sqlx::query(
        "SELECT feed.seq, feed.chain, kind, feed.document, content, digest, change.manifest, place, \
             CASE WHEN ? OR manifest.install <> ? THEN change.bytes END, change.hash IS NULL \
         FROM feed LEFT JOIN change ON kind = 0 AND change.hash = feed.content \
         LEFT JOIN manifest ON manifest.batch = change.manifest \
         WHERE scope = ? AND feed.seq > ? AND feed.seq <= ? ORDER BY feed.seq",
    )
    .bind(read.whole)
    .bind(reader.as_bytes().as_slice())
    .bind(read.scope.to_bytes().as_slice())
    .bind(after)
    .bind(reach.end)
    .fetch_all(&mut *connection)
    .await
    .map_err(fault)?;
    let mut slice = FeedSlice {
        scope: read.scope,
        after: read.after,
        rows: Vec::with_capacity(found.len()),
        manifests: Vec::new(),
        keys: Vec::new(),
        end: Position::START,
        more: reach.more,
    };
    match found.last() {
        Some(last) => slice.end = read_position(last, 0)?,
        None => {
            let at = position_at(connection, read.scope, read.after).await?;
            slice.end = at.unwrap_or(Position { seq: read.after, chain: Chain::START });
        }
    }
    let mut batches = BTreeSet::new();
    for row in &found {
        let row = feed_row(row)?;
        if let FeedRow::Change { batch, body: Some(_), .. } = &row {
            batches.insert(*batch.as_bytes());
        }
        slice.rows.push(row);
    }
    let batches: Vec<&[u8]> = batches.iter().map(<[u8; 32]>::as_slice).collect();
    let mut installs = BTreeSet::new();
    for row in
        rows(connection, "SELECT bytes, signature, install FROM manifest WHERE batch IN (", &batches).await?
    {
        let signature = <[u8; SIGNATURE_BYTES]>::try_from(column::<Vec<u8>>(&row, 1)?.as_slice())
            .map_err(|_| StoreFault::Rule { code: 0 })?;
        let signed =
            SignedManifest::read(column(&row, 0)?, signature).map_err(|_| StoreFault::Rule { code: 0 })?;
        slice.manifests.push(signed);
        installs.insert(read_id::<InstallId>(&row, 2)?);
    }
    let installs: Vec<&[u8]> = installs.iter().map(|install| install.as_bytes().as_slice()).collect();
    for row in rows(connection, "SELECT install, key FROM device WHERE install IN (", &installs).await? {
        slice.keys.push(InstallKey { install: read_id(&row, 0)?, key: read_id(&row, 1)?, certificate: None });
    }
    Ok(slice)
}

/// Finds the last row that fits, at the end of a batch where that still moves forward.
async fn reach(
    connection: &mut SqliteConnection,
    read: ReadFeed,
    after: i64,
    reader: InstallId,
) -> Result<Reach, StoreFault> {
    let found = sqlx::query(
        "SELECT feed.seq, change.manifest, CASE WHEN ? OR manifest.install <> ? THEN size ELSE 0 END \
         FROM feed LEFT JOIN change ON kind = 0 AND change.hash = feed.content \
         LEFT JOIN manifest ON manifest.batch = change.manifest \
         WHERE scope = ? AND feed.seq > ? ORDER BY feed.seq LIMIT ?",
    )
    .bind(read.whole)
    .bind(reader.as_bytes().as_slice())
    .bind(read.scope.to_bytes().as_slice())
    .bind(after)
    .bind(ROWS_MAX + 1)
    .fetch_all(connection)
    .await
    .map_err(fault)?;
    let mut end = after;
    let mut batch_end = after;
    let mut bytes = 0_usize;
    let mut last: Option<Vec<u8>> = None;
    let mut more = false;
    for (place, row) in found.iter().enumerate() {
        let batch: Option<Vec<u8>> = column(row, 1)?;
        if batch.is_none() || batch != last {
            batch_end = end;
        }
        bytes = bytes.saturating_add(usize::try_from(column::<i64>(row, 2)?).unwrap_or(0));
        let full = bytes > read.max_bytes || i64::try_from(place).is_ok_and(|place| place >= ROWS_MAX);
        if full && end > after {
            more = true;
            let inside = batch.is_some() && batch == last;
            if inside && batch_end > after {
                end = batch_end;
            }
            break;
        }
        end = column(row, 0)?;
        last = batch;
    }
    Ok(Reach { end, more })
}

fn feed_row(row: &SqliteRow) -> Result<FeedRow, StoreFault> {
    let kind = RowKind(u8::try_from(column::<i64>(row, 2)?).map_err(|_| StoreFault::Rule { code: 0 })?);
    if kind != RowKind::CHANGE {
        let document: Option<Vec<u8>> = column(row, 3)?;
        let document = document.map(|document| id(&document)).transpose()?;
        return Ok(FeedRow::Control { kind, document, control: column(row, 4)? });
    }
    if row.try_get::<bool, _>(9).map_err(fault)? {
        let digest: ChangeHash = read_id(row, 5)?;
        return Ok(FeedRow::Gone { digest: Digest::from_bytes(*digest.as_bytes()) });
    }
    Ok(FeedRow::Change {
        batch: read_id(row, 6)?,
        place: u32::try_from(column::<i64>(row, 7)?).map_err(|_| StoreFault::Rule { code: 0 })?,
        body: column(row, 8)?,
    })
}

/// A position from its two columns.
pub(super) fn position(seq: i64, chain: &[u8]) -> Result<Position, StoreFault> {
    let seq = u64::try_from(seq).map_err(|_| StoreFault::Rule { code: 0 })?;
    let chain = <[u8; CHAIN_BYTES]>::try_from(chain).map_err(|_| StoreFault::Rule { code: 0 })?;
    Ok(Position { seq, chain: Chain::from_bytes(chain) })
}
