//! The database's shape: made when new, brought forward when old, refused when newer or not ours.
//!
//! In: the writer's connection. Out: a database of exactly [`LATEST`]. Each step runs in a transaction with its number.
//! Never goes back: a step is safe under the binary before it. Source: house style, "Migrations".

use sqlx::{Connection as _, SqliteConnection};

use crate::store::contract::StoreFault;
use crate::store::sqlite::fault;

/// Marks a SQLite file as Doorstep's: `Door` in ASCII.
const APPLICATION: i64 = 0x446f_6f72;

/// Every step, in order; a step's number is its place from 1.
const STEPS: [&str; 1] = [include_str!("../../../migrations/sqlite/0001_records.sql")];

/// The shape this binary writes.
pub(super) const LATEST: i64 = STEPS.len() as i64;

/// Brings the database to [`LATEST`].
///
/// # Errors
/// [`StoreFault::Newer`] and [`StoreFault::Foreign`] for a file this binary must not touch.
pub(super) async fn bring_forward(connection: &mut SqliteConnection) -> Result<(), StoreFault> {
    let found = found(connection).await?;
    for (place, step) in STEPS.iter().enumerate() {
        // There are never more steps than an i64 holds.
        let number = place as i64 + 1;
        if number <= found {
            continue;
        }
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        sqlx::raw_sql(*step).execute(&mut *transaction).await.map_err(fault)?;
        sqlx::query("UPDATE meta SET value = ? WHERE name = 'schema'")
            .bind(number)
            .execute(&mut *transaction)
            .await
            .map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
    }
    Ok(())
}

/// The number of the last step taken; 0 for an empty file.
async fn found(connection: &mut SqliteConnection) -> Result<i64, StoreFault> {
    let application: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await.map_err(fault)?;
    if application != APPLICATION {
        let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
            .fetch_one(&mut *connection)
            .await
            .map_err(fault)?;
        return if tables == 0 && application == 0 { Ok(0) } else { Err(StoreFault::Foreign) };
    }
    let found: i64 = sqlx::query_scalar("SELECT value FROM meta WHERE name = 'schema'")
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    if found > LATEST { Err(StoreFault::Newer { found, known: LATEST }) } else { Ok(found) }
}
