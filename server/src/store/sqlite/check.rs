//! A thorough look: damaged pages, rows that name what is not there, gaps, chains that do not hold, altered changes.
//!
//! In: a connection. Out: one sentence a finding, naming scopes and numbers, never content. Empty is good.

use doorstep_shared::docs::header::Scope;
use doorstep_shared::sync::batch::body_hash;
use doorstep_shared::sync::chain::{Digest, Position, RowKind};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::store::StoreFault;
use crate::store::sqlite::facts::{read_id, read_position};
use crate::store::sqlite::people::column;
use crate::store::sqlite::{fault, id};

/// Rows read at a time.
const STEP: i64 = 1_000;

/// Looks through everything.
pub(super) async fn check(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreFault> {
    let mut findings: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&mut *connection).await.map_err(fault)?;
    findings.retain(|line| line != "ok");
    if !findings.is_empty() {
        // What the file itself gets wrong would only be found again by everything built on it.
        return Ok(findings);
    }
    findings.extend(
        sqlx::query_scalar::<_, String>(
            "SELECT DISTINCT 'a row of ' || \"table\" || ' names one that is not there' FROM pragma_foreign_key_check",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?,
    );
    let scopes =
        sqlx::query("SELECT id, seq, chain FROM scope").fetch_all(&mut *connection).await.map_err(fault)?;
    for row in &scopes {
        let scope = Scope::from_bytes(&column::<Vec<u8>>(row, 0)?).ok_or(StoreFault::Rule { code: 0 })?;
        let end = check_feed(connection, scope, &mut findings).await?;
        if end != Some(read_position(row, 1)?) && findings.is_empty() {
            findings.push(format!("{scope}: its counter is not the end of its feed"));
        }
    }
    Ok(findings)
}

/// Follows one feed from its start; its end, or nothing after the first finding.
async fn check_feed(
    connection: &mut SqliteConnection,
    scope: Scope,
    findings: &mut Vec<String>,
) -> Result<Option<Position>, StoreFault> {
    let mut at = Position::START;
    loop {
        let rows = sqlx::query(
            "SELECT feed.seq, feed.chain, kind, feed.document, content, digest, change.bytes \
             FROM feed LEFT JOIN change ON kind = 0 AND change.hash = feed.content \
             WHERE scope = ? AND feed.seq > ? ORDER BY feed.seq LIMIT ?",
        )
        .bind(scope.to_bytes().as_slice())
        .bind(at.seq.cast_signed())
        .bind(STEP)
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?;
        if rows.is_empty() {
            return Ok(Some(at));
        }
        for row in &rows {
            match check_row(row, at)? {
                Ok(next) => at = next,
                Err(wrong) => {
                    findings.push(format!("{scope}: row {}: {wrong}", at.seq.saturating_add(1)));
                    return Ok(None);
                }
            }
        }
    }
}

/// Whether one row follows from the one before: its position, or what is wrong.
fn check_row(row: &SqliteRow, before: Position) -> Result<Result<Position, &'static str>, StoreFault> {
    let found = read_position(row, 0)?;
    let digest =
        Digest::from_bytes(*id::<doorstep_shared::ids::ChangeHash>(&column::<Vec<u8>>(row, 5)?)?.as_bytes());
    if found.seq != before.seq.saturating_add(1) {
        return Ok(Err("is missing"));
    }
    if before.after(&digest) != found {
        return Ok(Err("its chain does not follow"));
    }
    if column::<i64>(row, 2)? == i64::from(RowKind::CHANGE.0) {
        let hash = read_id(row, 4)?;
        if Digest::of_change(&read_id(row, 3)?, &hash) != digest {
            return Ok(Err("its digest is not its content's"));
        }
        let bytes: Option<Vec<u8>> = column(row, 6)?;
        if bytes.is_some_and(|bytes| body_hash(&bytes) != Some(hash)) {
            return Ok(Err("its change was altered"));
        }
    }
    Ok(Ok(found))
}
