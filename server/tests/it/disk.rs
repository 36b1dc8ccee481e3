//! A disk that fills and a file that was tampered with.

use doorstep_server::store::contract::{Log as _, Store as _};
use doorstep_server::store::sqlite::{Opening, Sqlite};
use sqlx::ConnectOptions as _;

use crate::contract::{seeded, submission};

#[cfg(feature = "testing")]
#[tokio::test]
async fn a_full_disk_stores_nothing_of_a_batch_says_so_and_goes_on_reading() {
    let folder = tempfile::tempdir().unwrap();
    let opening = Opening { epoch: [1; 16], pages_max: Some(60), ..Opening::default() };
    let store = Sqlite::open(folder.path(), opening).await.unwrap();
    let [writer, _] = seeded(&store).await;
    let mut stored = 0;
    let fault = loop {
        let (header, changes) = writer.visit(40);
        match store.append(vec![submission(&writer, writer.batch(&header, &changes))]).await {
            Ok(_) => stored += 40,
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, doorstep_server::store::StoreFault::DiskFull);
    assert!(stored > 0);
    store.ready().await.unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await.unwrap();
    drop(store);

    // With room again it goes on where it was.
    let store = Sqlite::open(folder.path(), Opening::default()).await.unwrap();
    let (header, changes) = writer.visit(40);
    let after = store.append(vec![submission(&writer, writer.batch(&header, &changes))]).await.unwrap();
    assert_eq!(after[0].ack.at.unwrap().seq, stored + 40);
}

#[tokio::test]
async fn a_check_names_a_missing_row_a_broken_chain_and_an_altered_change() {
    for (statement, finding) in [
        ("DELETE FROM feed WHERE seq = 3", "row 3: is missing"),
        ("UPDATE feed SET chain = zeroblob(16) WHERE seq = 2", "row 2: its chain does not follow"),
        ("UPDATE feed SET content = zeroblob(32) WHERE seq = 4", "row 4: its digest is not its content's"),
        (
            "UPDATE change SET bytes = zeroblob(80) WHERE hash = (SELECT content FROM feed WHERE seq = 1)",
            "row 1: its change was altered",
        ),
        ("UPDATE scope SET seq = 9", "its counter is not the end of its feed"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path(), Opening::default()).await.unwrap();
        let [writer, _] = seeded(&store).await;
        let (header, changes) = writer.visit(5);
        store.append(vec![submission(&writer, writer.batch(&header, &changes))]).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        store.close().await.unwrap();
        drop(store);

        let path = folder.path().join("doorstep.sqlite");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = options.connect().await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        let store = Sqlite::open(folder.path(), Opening::default()).await.unwrap();
        let findings = store.check().await.unwrap();
        assert!(findings.iter().any(|found| found.contains(finding)), "{statement}: {findings:?}");
    }
}
