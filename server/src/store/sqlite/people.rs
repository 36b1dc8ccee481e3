//! Accounts, sessions and devices in SQLite.

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{InstallId, WorkerId};
use doorstep_shared::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::store::StoreFault;
use crate::store::contract::{
    Account, Answer, Credential, Device, Enrolment, Identity, People, Session, Team, TokenDigest,
};
use crate::store::sqlite::{Sqlite, epoch, fault, id};

const ACCOUNT: &str = "SELECT account.worker, sign_in, account.name, password, disabled_at, role, team, organisation \
     FROM account JOIN membership USING (worker) JOIN team ON team.id = membership.team";

impl People for Sqlite {
    fn identity(&self) -> Answer<'_, Identity> {
        Box::pin(async move {
            let demonstration: Option<i64> =
                sqlx::query_scalar("SELECT value FROM meta WHERE name = 'demonstration'")
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(fault)?;
            Ok(Identity { epoch: epoch(&self.readers).await?, demonstration: demonstration == Some(1) })
        })
    }

    fn seed(&self, team: Team, accounts: Vec<Credential>, demonstration: bool) -> Answer<'_, bool> {
        Box::pin(self.writer.run(move |connection| {
            Box::pin(async move { seed(connection, &team, &accounts, demonstration).await })
        }))
    }

    fn team(&self) -> Answer<'_, Option<Team>> {
        Box::pin(async move {
            let row = sqlx::query(
                "SELECT organisation.id, organisation.name, team.id, team.name \
                 FROM team JOIN organisation ON organisation.id = team.organisation ORDER BY team.id LIMIT 1",
            )
            .fetch_optional(&self.readers)
            .await
            .map_err(fault)?;
            row.map(|row| {
                Ok(Team {
                    organisation: id(&column::<Vec<u8>>(&row, 0)?)?,
                    organisation_name: column(&row, 1)?,
                    team: id(&column::<Vec<u8>>(&row, 2)?)?,
                    team_name: column(&row, 3)?,
                })
            })
            .transpose()
        })
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        Box::pin(async move {
            let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNT} ORDER BY sign_in")))
                .fetch_all(&self.readers)
                .await
                .map_err(fault)?;
            rows.iter().map(account).collect()
        })
    }

    fn credential(&self, sign_in: String) -> Answer<'_, Option<Credential>> {
        Box::pin(async move {
            let row = sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE sign_in = ?")))
                .bind(sign_in)
                .fetch_optional(&self.readers)
                .await
                .map_err(fault)?;
            row.map(|row| Ok(Credential { account: account(&row)?, password: column(&row, 3)? })).transpose()
        })
    }

    fn account(&self, worker: WorkerId) -> Answer<'_, Option<Account>> {
        Box::pin(async move {
            let row = sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE account.worker = ?")))
                .bind(worker.as_bytes().as_slice())
                .fetch_optional(&self.readers)
                .await
                .map_err(fault)?;
            row.as_ref().map(account).transpose()
        })
    }

    fn open_session(
        &self,
        token: TokenDigest,
        worker: WorkerId,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Answer<'_, ()> {
        Box::pin(self.writer.run(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM session WHERE ends_at <= ?")
                    .bind(now.ms())
                    .execute(&mut *connection)
                    .await
                    .map_err(fault)?;
                sqlx::query("INSERT INTO session (token, worker, opened_at, ends_at) VALUES (?, ?, ?, ?)")
                    .bind(token.as_slice())
                    .bind(worker.as_bytes().as_slice())
                    .bind(now.ms())
                    .bind(ends_at.ms())
                    .execute(connection)
                    .await
                    .map_err(fault)?;
                Ok(())
            })
        }))
    }

    fn session(&self, token: TokenDigest, now: Timestamp) -> Answer<'_, Option<Session>> {
        Box::pin(async move {
            let row = sqlx::query(
                "SELECT account.worker, sign_in, account.name, password, disabled_at, role, team, organisation, ends_at \
                 FROM session JOIN account USING (worker) JOIN membership USING (worker) \
                 JOIN team ON team.id = membership.team \
                 WHERE token = ? AND ends_at > ? AND disabled_at IS NULL",
            )
            .bind(token.as_slice())
            .bind(now.ms())
            .fetch_optional(&self.readers)
            .await
            .map_err(fault)?;
            row.map(|row| {
                Ok(Session { account: account(&row)?, ends_at: Timestamp::from_ms(column(&row, 8)?) })
            })
            .transpose()
        })
    }

    fn close_session(&self, token: TokenDigest) -> Answer<'_, ()> {
        Box::pin(self.writer.run(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM session WHERE token = ?")
                    .bind(token.as_slice())
                    .execute(connection)
                    .await
                    .map_err(fault)?;
                Ok(())
            })
        }))
    }

    fn enrol(&self, device: Device) -> Answer<'_, Enrolment> {
        Box::pin(self.writer.run(move |connection| Box::pin(async move { enrol(connection, device).await })))
    }

    fn device(&self, install: InstallId) -> Answer<'_, Option<Device>> {
        Box::pin(async move {
            let mut connection = self.readers.acquire().await.map_err(fault)?;
            device(&mut connection, install).await
        })
    }
}

async fn seed(
    connection: &mut SqliteConnection,
    team: &Team,
    accounts: &[Credential],
    demonstration: bool,
) -> Result<bool, StoreFault> {
    let seeded: i64 = sqlx::query_scalar("SELECT count(*) FROM organisation")
        .fetch_one(&mut *connection)
        .await
        .map_err(fault)?;
    if seeded > 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO meta (name, value) VALUES ('demonstration', ?)")
        .bind(i64::from(demonstration))
        .execute(&mut *connection)
        .await
        .map_err(fault)?;
    sqlx::query("INSERT INTO organisation (id, name) VALUES (?, ?)")
        .bind(team.organisation.as_bytes().as_slice())
        .bind(&team.organisation_name)
        .execute(&mut *connection)
        .await
        .map_err(fault)?;
    sqlx::query("INSERT INTO team (id, organisation, name) VALUES (?, ?, ?)")
        .bind(team.team.as_bytes().as_slice())
        .bind(team.organisation.as_bytes().as_slice())
        .bind(&team.team_name)
        .execute(&mut *connection)
        .await
        .map_err(fault)?;
    for Credential { account, password } in accounts {
        sqlx::query("INSERT INTO account (worker, sign_in, name, password) VALUES (?, ?, ?, ?)")
            .bind(account.worker.as_bytes().as_slice())
            .bind(&account.sign_in)
            .bind(&account.name)
            .bind(password)
            .execute(&mut *connection)
            .await
            .map_err(fault)?;
        sqlx::query("INSERT INTO membership (worker, team, role) VALUES (?, ?, ?)")
            .bind(account.worker.as_bytes().as_slice())
            .bind(account.team.as_bytes().as_slice())
            .bind(i64::from(account.role.number()))
            .execute(&mut *connection)
            .await
            .map_err(fault)?;
    }
    Ok(true)
}

async fn enrol(connection: &mut SqliteConnection, asked: Device) -> Result<Enrolment, StoreFault> {
    if let Some(found) = device(connection, asked.install).await? {
        let same = found.worker == asked.worker && found.key == asked.key && found.revoked_at.is_none();
        return Ok(if same { Enrolment::Enrolled(found) } else { Enrolment::Taken });
    }
    sqlx::query("INSERT INTO device (install, worker, key, name, enrolled_at) VALUES (?, ?, ?, ?, ?)")
        .bind(asked.install.as_bytes().as_slice())
        .bind(asked.worker.as_bytes().as_slice())
        .bind(asked.key.as_bytes().as_slice())
        .bind(&asked.name)
        .bind(asked.enrolled_at.ms())
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(Enrolment::Enrolled(asked))
}

pub(super) async fn device(
    connection: &mut SqliteConnection,
    install: InstallId,
) -> Result<Option<Device>, StoreFault> {
    let row = sqlx::query("SELECT worker, key, name, enrolled_at, revoked_at FROM device WHERE install = ?")
        .bind(install.as_bytes().as_slice())
        .fetch_optional(connection)
        .await
        .map_err(fault)?;
    row.map(|row| {
        Ok(Device {
            install,
            worker: id(&column::<Vec<u8>>(&row, 0)?)?,
            key: id(&column::<Vec<u8>>(&row, 1)?)?,
            name: column(&row, 2)?,
            enrolled_at: Timestamp::from_ms(column(&row, 3)?),
            revoked_at: column::<Option<i64>>(&row, 4)?.map(Timestamp::from_ms),
        })
    })
    .transpose()
}

fn account(row: &SqliteRow) -> Result<Account, StoreFault> {
    let role = u8::try_from(column::<i64>(row, 5)?).ok().and_then(Role::from_number);
    Ok(Account {
        worker: id(&column::<Vec<u8>>(row, 0)?)?,
        sign_in: column(row, 1)?,
        name: column(row, 2)?,
        disabled_at: column::<Option<i64>>(row, 4)?.map(Timestamp::from_ms),
        role: role.ok_or(StoreFault::Rule { code: 0 })?,
        team: id(&column::<Vec<u8>>(row, 6)?)?,
        organisation: id(&column::<Vec<u8>>(row, 7)?)?,
    })
}

/// One column of a row, in the type it was written with.
pub(super) fn column<'r, T>(row: &'r SqliteRow, place: usize) -> Result<T, StoreFault>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(place).map_err(fault)
}
