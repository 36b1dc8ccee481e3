//! What the writer promises, on a database in memory.

use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use super::*;

async fn database() -> SqliteConnection {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let shape = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
         CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)";
    sqlx::raw_sql(shape).execute(&mut connection).await.unwrap();
    connection
}

async fn insert(writer: &Writer, id: i64) -> Result<(), StoreFault> {
    writer
        .run(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO parent VALUES (?)")
                    .bind(id)
                    .execute(connection)
                    .await
                    .map_err(fault)?;
                Ok(())
            })
        })
        .await
}

async fn count(writer: &Writer) -> i64 {
    writer
        .run(|connection| {
            Box::pin(async move {
                sqlx::query_scalar("SELECT count(*) FROM parent").fetch_one(connection).await.map_err(fault)
            })
        })
        .await
        .unwrap()
}

/// Holds the writer inside a transaction until the sender speaks, so that what is asked meanwhile waits together.
async fn hold(writer: &Writer) -> oneshot::Sender<()> {
    let (held, is_held) = oneshot::channel();
    let (release, released) = oneshot::channel();
    let writer = writer.clone();
    tokio::spawn(async move {
        let held = writer.run(move |_| {
            Box::pin(async move {
                held.send(()).unwrap();
                released.await.unwrap();
                Ok(())
            })
        });
        held.await.unwrap();
    });
    is_held.await.unwrap();
    release
}

/// Asks for ten inserts while the writer is held, and `among` them as the sixth.
async fn ten_and(writer: &Writer, among: Result<(), StoreFault>) -> Vec<Result<(), StoreFault>> {
    let release = hold(writer).await;
    let mut asked = Vec::new();
    for id in 0..11 {
        let job_of = writer.clone();
        let among = among.clone();
        asked.push(tokio::spawn(async move {
            if id == 5 {
                job_of.run(move |_| Box::pin(async move { among })).await
            } else {
                insert(&job_of, id).await
            }
        }));
        // In the order they were asked, all behind the one that is held.
        while writer.jobs.max_capacity() - writer.jobs.capacity() <= usize::try_from(id).unwrap() {
            tokio::task::yield_now().await;
        }
    }
    release.send(()).unwrap();
    let mut answers = Vec::new();
    for asked in asked {
        answers.push(asked.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn jobs_that_waited_together_share_one_transaction_and_its_fate() {
    let writer = Writer::start(database().await, Soundness::SOUND);
    let answers = ten_and(&writer, Err(StoreFault::DiskFull)).await;
    assert!(answers.iter().all(|answer| *answer == Err(StoreFault::DiskFull)), "{answers:?}");
    assert_eq!(count(&writer).await, 0);
}

#[tokio::test]
async fn a_job_that_breaks_a_rule_takes_nothing_of_the_others_with_it() {
    let writer = Writer::start(database().await, Soundness::SOUND);
    let answers = ten_and(&writer, Err(StoreFault::Rule { code: 19 })).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
    assert_eq!(count(&writer).await, 10);
}

/// A job whose rows the commit itself refuses.
async fn orphan(writer: &Writer) -> Result<(), StoreFault> {
    writer
        .run(|connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO child VALUES (404)").execute(connection).await.map_err(fault)?;
                Ok(())
            })
        })
        .await
}

#[tokio::test]
async fn nothing_is_answered_before_the_commit() {
    let writer = Writer::start(database().await, Soundness::SOUND);
    assert!(orphan(&writer).await.is_err());
    assert_eq!(insert(&writer, 1).await, Ok(()), "the writer goes on");
    assert_eq!(count(&writer).await, 1);
}

#[cfg(feature = "testing")]
#[tokio::test]
async fn a_writer_that_answers_before_the_commit_is_caught() {
    let writer = Writer::start(database().await, Soundness::broken(Sabotage::AckBeforeCommit));
    assert_eq!(orphan(&writer).await, Ok(()), "it said stored what was not");
}

#[tokio::test]
async fn a_stop_commits_what_waits_and_later_jobs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("test.sqlite"))
        .create_if_missing(true);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)").execute(&mut connection).await.unwrap();
    let writer = Writer::start(connection, Soundness::SOUND);
    let release = hold(&writer).await;
    let waiting = writer.clone();
    let asked = tokio::spawn(async move { insert(&waiting, 1).await });
    while writer.jobs.capacity() == writer.jobs.max_capacity() {
        tokio::task::yield_now().await;
    }
    let stopping = writer.clone();
    let stopped = tokio::spawn(async move { stopping.stop().await });
    release.send(()).unwrap();
    assert_eq!(asked.await.unwrap(), Ok(()));
    stopped.await.unwrap();
    assert_eq!(insert(&writer, 2).await, Err(StoreFault::Closed));
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let found: i64 =
        sqlx::query_scalar("SELECT count(*) FROM parent").fetch_one(&mut connection).await.unwrap();
    assert_eq!(found, 1);
}
