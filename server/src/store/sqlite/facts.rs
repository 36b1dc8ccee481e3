//! What the store knows about one upload, read inside the transaction that will store it.

use doorstep_shared::docs::header::{Header, Scope};
use doorstep_shared::ids::{ActorId, ChangeHash, DocId, InstallId};
use doorstep_shared::sync::chain::Position;
use doorstep_shared::sync::judge::{Device, Facts, Owner, Questions, Slot, StoredAt};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::store::StoreFault;
use crate::store::sqlite::feed::position;
use crate::store::sqlite::people::{column, device};
use crate::store::sqlite::{fault, id};

/// Keys in one question: far below SQLite's limit of variables.
const TOGETHER: usize = 500;

/// Answers the questions of an upload signed by `install`.
pub(super) async fn facts(
    connection: &mut SqliteConnection,
    install: InstallId,
    questions: &Questions,
) -> Result<Facts, StoreFault> {
    let mut facts = Facts { device: signer(connection, install).await?, ..Facts::default() };
    let documents: Vec<&[u8]> = questions.documents.iter().map(|id| id.as_bytes().as_slice()).collect();
    for row in rows(connection, "SELECT id, header FROM document WHERE id IN (", &documents).await? {
        let header = Header::from_bytes(&column::<Vec<u8>>(&row, 1)?).ok_or(StoreFault::Rule { code: 0 })?;
        facts.headers.insert(read_id::<DocId>(&row, 0)?, header);
    }
    let hashes: Vec<&[u8]> = questions.hashes.iter().map(|hash| hash.as_bytes().as_slice()).collect();
    let stored = "SELECT content, document, scope, seq, chain FROM feed WHERE kind = 0 AND content IN (";
    for row in rows(connection, stored, &hashes).await? {
        let at = StoredAt {
            document: read_id(&row, 1)?,
            scope: Scope::from_bytes(&column::<Vec<u8>>(&row, 2)?).ok_or(StoreFault::Rule { code: 0 })?,
            position: read_position(&row, 3)?,
        };
        facts.stored.insert(read_id(&row, 0)?, at);
    }
    for row in rows(connection, "SELECT hash FROM fork WHERE hash IN (", &hashes).await? {
        facts.forked.insert(read_id(&row, 0)?);
    }
    let actors: Vec<&[u8]> = questions.actors.iter().map(|actor| actor.as_bytes().as_slice()).collect();
    for row in rows(connection, "SELECT id, install, worker FROM actor WHERE id IN (", &actors).await? {
        let owner = Owner { install: read_id(&row, 1)?, worker: read_id(&row, 2)? };
        facts.actors.insert(read_id::<ActorId>(&row, 0)?, owner);
    }
    for slot in &questions.slots {
        if let Some(hash) = taken(connection, slot).await? {
            facts.taken.insert(*slot, hash);
        }
    }
    Ok(facts)
}

/// The install that signed, when it is known and not revoked.
async fn signer(connection: &mut SqliteConnection, install: InstallId) -> Result<Option<Device>, StoreFault> {
    let Some(found) = device(connection, install).await?.filter(|found| found.revoked_at.is_none()) else {
        return Ok(None);
    };
    let organisation: Vec<u8> = sqlx::query_scalar(
        "SELECT organisation FROM membership JOIN team ON team.id = membership.team WHERE worker = ?",
    )
    .bind(found.worker.as_bytes().as_slice())
    .fetch_one(connection)
    .await
    .map_err(fault)?;
    Ok(Some(Device { key: found.key, organisation: id(&organisation)?, workers: vec![found.worker] }))
}

async fn taken(connection: &mut SqliteConnection, slot: &Slot) -> Result<Option<ChangeHash>, StoreFault> {
    let hash: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM change WHERE document = ? AND actor = ? AND seq = ?")
            .bind(slot.document.as_bytes().as_slice())
            .bind(slot.actor.as_bytes().as_slice())
            // Any number a device may claim has one form of its own.
            .bind(slot.seq.cast_signed())
            .fetch_optional(connection)
            .await
            .map_err(fault)?;
    hash.map(|hash| id(&hash)).transpose()
}

/// The rows `question` finds for `keys`, which close its parenthesis.
pub(super) async fn rows(
    connection: &mut SqliteConnection,
    question: &'static str,
    keys: &[&[u8]],
) -> Result<Vec<SqliteRow>, StoreFault> {
    let mut found = Vec::new();
    for some in keys.chunks(TOGETHER) {
        let mut query = QueryBuilder::<Sqlite>::new(question);
        let mut list = query.separated(", ");
        for key in some {
            list.push_bind(*key);
        }
        query.push(")");
        found.extend(query.build().persistent(false).fetch_all(&mut *connection).await.map_err(fault)?);
    }
    Ok(found)
}

/// A column that holds an id.
pub(super) fn read_id<T: for<'a> TryFrom<&'a [u8]>>(row: &SqliteRow, place: usize) -> Result<T, StoreFault> {
    id(&column::<Vec<u8>>(row, place)?)
}

/// Two columns that hold a row's number and its chain.
pub(super) fn read_position(row: &SqliteRow, place: usize) -> Result<Position, StoreFault> {
    position(column(row, place)?, &column::<Vec<u8>>(row, place + 1)?)
}
