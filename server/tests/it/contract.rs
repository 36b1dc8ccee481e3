//! The store's promises, as plain functions over any store, run here on SQLite.
//!
//! A second store plugs in with a [`Stand`] of its own and one more line at the end of this file.

use std::pin::Pin;
use std::sync::Arc;

use doorstep_server::store::contract::{
    Account, Credential, Device, Enrolment, Permission, Stored, Submission, Team,
};
use doorstep_server::store::sqlite::{Opening, Sqlite};
use doorstep_server::store::{Store, StoreFault};
use doorstep_shared::docs::header::{Header, Scope};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{ActorId, DeviceKey, InstallId, OrgId, TeamId, WorkerId};
use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::chain::{Chain, Digest, Position};
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::feed::{FeedRow, FeedSlice};
use doorstep_shared::sync::judge::{Permit, Upload};
use doorstep_shared::sync::server::{Query, ReadFeed};
use doorstep_shared::time::Timestamp;

use crate::tablet::{Writer, unique};

/// Opens the same database again and again.
pub(crate) trait Stand: Sync {
    fn open(&self) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + Send + '_>>;
}

/// A SQLite database in a folder of its own.
pub(crate) struct SqliteStand(tempfile::TempDir);

impl SqliteStand {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Stand for SqliteStand {
    fn open(&self) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + Send + '_>> {
        Box::pin(async {
            let opening = Opening { epoch: unique(), ..Opening::default() };
            Arc::new(Sqlite::open(self.0.path(), opening).await.unwrap()) as Arc<dyn Store>
        })
    }
}

const NOW: Timestamp = Timestamp::from_ms(1_780_000_000_000);

fn team() -> Team {
    Team {
        organisation: OrgId::from_bytes([1; 16]),
        organisation_name: "A network".to_owned(),
        team: TeamId::from_bytes([2; 16]),
        team_name: "A team".to_owned(),
    }
}

fn credential(number: u8, role: Role) -> Credential {
    let account = Account {
        worker: WorkerId::from_bytes([number; 16]),
        sign_in: format!("worker.{number}"),
        name: format!("Worker {number}"),
        role,
        team: team().team,
        organisation: team().organisation,
        disabled_at: None,
    };
    Credential { account, password: "$argon2id$".to_owned() }
}

/// A seeded store with two enrolled writers.
pub(crate) async fn seeded(store: &dyn Store) -> [Writer; 2] {
    let accounts = vec![credential(10, Role::OutreachWorker), credential(11, Role::Ot)];
    assert!(store.seed(team(), accounts.clone(), true).await.unwrap());
    let mut writers = Vec::new();
    for Credential { account, .. } in accounts {
        let writer = Writer::made_up(&account);
        store.enrol(device(&writer)).await.unwrap();
        writers.push(writer);
    }
    writers.try_into().unwrap_or_else(|_| panic!("two writers"))
}

fn device(writer: &Writer) -> Device {
    Device {
        install: writer.author.install,
        worker: writer.author.worker,
        key: DeviceKey::from_bytes(writer.key.verifying_key().to_bytes()),
        name: "A tablet".to_owned(),
        enrolled_at: NOW,
        revoked_at: None,
    }
}

pub(crate) fn submission(writer: &Writer, batch: SignedBatch) -> Submission {
    let permission: Permission =
        Arc::new(
            |header: &Header| {
                if header.kind == DocKind::Plan { Permit::Absent } else { Permit::Granted }
            },
        );
    Submission { upload: Upload::read(batch), sender: writer.author.install, permission, at: NOW }
}

async fn store_visit(store: &dyn Store, writer: &Writer, count: usize) -> Stored {
    let (header, changes) = writer.visit(count);
    let batch = submission(writer, writer.batch(&header, &changes));
    store.append(vec![batch]).await.unwrap().remove(0)
}

async fn read(store: &dyn Store, scope: Scope, after: u64, max_bytes: usize, reader: InstallId) -> FeedSlice {
    store.read(ReadFeed { scope, after, max_bytes, whole: false }, reader).await.unwrap()
}

const STRANGER: InstallId = InstallId::from_bytes([0xee; 16]);

/// Follows a whole feed by its own chain and counts its rows.
async fn follow(store: &dyn Store, scope: Scope) -> (Position, Vec<Digest>) {
    let mut at = Position::START;
    let mut digests = Vec::new();
    loop {
        let slice = read(store, scope, at.seq, 10_000, STRANGER).await;
        assert_eq!(slice.after, at.seq);
        for row in &slice.rows {
            let FeedRow::Change { batch, place, body: Some(_) } = row else { panic!("{row:?}") };
            let signed = slice.manifests.iter().find(|signed| signed.id() == *batch).unwrap();
            let pair = signed.pair(*place).unwrap();
            let digest = Digest::of_change(&pair.document, &pair.hash);
            at = at.after(&digest);
            digests.push(digest);
        }
        assert_eq!(at, slice.end, "the slice's end is the chain over its rows");
        if !slice.more {
            return (at, digests);
        }
        assert!(!slice.rows.is_empty(), "more is said only after moving forward");
    }
}

async fn an_empty_store_is_seeded_once_and_keeps_its_first_team(stand: &dyn Stand) {
    let store = stand.open().await;
    assert_eq!(store.team().await.unwrap(), None);
    assert!(store.seed(team(), vec![credential(10, Role::Ot)], true).await.unwrap());
    assert!(!store.seed(team(), vec![credential(12, Role::Ot)], false).await.unwrap());
    assert_eq!(store.team().await.unwrap(), Some(team()));
    assert_eq!(store.accounts().await.unwrap(), vec![credential(10, Role::Ot).account]);
    assert!(store.identity().await.unwrap().demonstration);
    assert!(store.credential("worker.12".to_owned()).await.unwrap().is_none());
    let worker = WorkerId::from_bytes([10; 16]);
    assert_eq!(store.account(worker).await.unwrap().unwrap().role, Role::Ot);
}

async fn a_session_is_found_by_its_digest_until_it_ends(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let ends_at = NOW.plus_ms(1_000);
    store.open_session([7; 32], writer.author.worker, NOW, ends_at).await.unwrap();
    let session = store.session([7; 32], NOW).await.unwrap().unwrap();
    assert_eq!((session.account.worker, session.ends_at), (writer.author.worker, ends_at));
    assert!(store.session([8; 32], NOW).await.unwrap().is_none());
    assert!(store.session([7; 32], ends_at).await.unwrap().is_none());
    store.close_session([7; 32]).await.unwrap();
    store.close_session([7; 32]).await.unwrap();
    assert!(store.session([7; 32], NOW).await.unwrap().is_none());
}

async fn an_install_keeps_its_first_worker_and_key(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, other] = seeded(store.as_ref()).await;
    let asked = device(&writer);
    assert_eq!(store.enrol(asked.clone()).await.unwrap(), Enrolment::Enrolled(asked.clone()));
    let another_key = Device { key: device(&other).key, ..asked.clone() };
    assert_eq!(store.enrol(another_key).await.unwrap(), Enrolment::Taken);
    let another_worker = Device { worker: other.author.worker, ..asked.clone() };
    assert_eq!(store.enrol(another_worker).await.unwrap(), Enrolment::Taken);
    assert_eq!(store.device(asked.install).await.unwrap(), Some(asked));
}

async fn many_at_once_are_numbered_without_gaps_and_each_is_there_once(stand: &dyn Stand) {
    let store = stand.open().await;
    let [one, two] = seeded(store.as_ref()).await;
    let scope = one.clinical();
    let mut tasks = Vec::new();
    for number in 0..40 {
        let store = Arc::clone(&store);
        let writer = if number % 2 == 0 { one.clone() } else { two.clone() };
        tasks.push(tokio::spawn(async move { store_visit(store.as_ref(), &writer, 3).await }));
    }
    let mut told = Vec::new();
    for task in tasks {
        told.push(task.await.unwrap().ack.at.unwrap());
    }
    let (end, digests) = follow(store.as_ref(), scope).await;
    assert_eq!(end.seq, 120);
    let distinct: std::collections::HashSet<_> = digests.iter().map(|digest| *digest.as_bytes()).collect();
    assert_eq!(distinct.len(), 120);
    let known = store.known(vec![Query { scope, positions: told }]).await.unwrap();
    assert!(known[0].iter().all(|known| *known), "every acknowledged position is in the feed");
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

async fn scopes_are_numbered_apart(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    store_visit(store.as_ref(), &writer, 3).await;
    let header = writer.header(DocKind::Person, writer.core());
    let changes = writer.document(&header, ActorId::from_bytes(unique()), 2);
    let stored = store.append(vec![submission(&writer, writer.batch(&header, &changes))]).await.unwrap();
    assert_eq!(stored[0].ack.at.unwrap().seq, 2);
    assert_eq!(follow(store.as_ref(), writer.core()).await.0.seq, 2);
    assert_eq!(follow(store.as_ref(), writer.clinical()).await.0.seq, 3);
}

async fn the_same_batch_again_stores_nothing_and_is_answered_the_same(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let (header, changes) = writer.visit(4);
    let batch = submission(&writer, writer.batch(&header, &changes));
    let first = store.append(vec![batch.clone(), batch.clone()]).await.unwrap();
    assert_eq!((first[0].appended, first[1].appended), (4, 0));
    let again = store.append(vec![batch]).await.unwrap();
    assert_eq!(again[0].ack, first[0].ack);
    assert_eq!(first[1].ack, first[0].ack);
    assert_eq!(follow(store.as_ref(), writer.clinical()).await.0.seq, 4);
}

async fn a_batch_sees_those_before_it_and_names_what_it_lacks(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let (header, changes) = writer.visit(4);
    let late = submission(&writer, writer.batch(&header, &changes[2..]));
    let stored = store.append(vec![late]).await.unwrap();
    assert_eq!(stored[0].ack.need.iter().map(|pair| pair.hash).collect::<Vec<_>>(), [changes[1].hash]);
    let early = submission(&writer, writer.batch(&header, &changes[..2]));
    let (other, others) = writer.visit(2);
    let halves = [&others[..1], &others[1..]].map(|half| submission(&writer, writer.batch(&other, half)));
    let stored = store.append([vec![early], halves.to_vec()].concat()).await.unwrap();
    assert!(stored.iter().all(|stored| stored.ack.need.is_empty() && stored.ack.refused.is_empty()));
}

async fn a_refused_change_takes_nothing_else_with_it(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let plan = writer.header(DocKind::Plan, writer.clinical());
    let refused = writer.document(&plan, ActorId::from_bytes(unique()), 1);
    let (header, changes) = writer.visit(2);
    let stored = store
        .append(vec![
            submission(&writer, writer.batch(&plan, &refused)),
            submission(&writer, writer.batch(&header, &changes)),
        ])
        .await
        .unwrap();
    assert_eq!(stored[0].ack.refused[0].code, RefusalCode::Absent);
    assert_eq!((stored[0].appended, stored[1].appended), (0, 2));
    assert_eq!(follow(store.as_ref(), writer.clinical()).await.0.seq, 2);
}

async fn a_position_is_known_only_with_its_chain(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let at = store_visit(store.as_ref(), &writer, 3).await.ack.at.unwrap();
    let other = Chain::from_bytes([9; 16]);
    let positions = vec![
        Position::START,
        at,
        Position { chain: other, ..at },
        Position { seq: at.seq + 1, chain: at.chain },
        Position { seq: u64::MAX, chain: at.chain },
        Position { seq: 0, chain: other },
    ];
    let scope = writer.clinical();
    let known = store.known(vec![Query { scope, positions }]).await.unwrap();
    assert_eq!(known, [[true, true, false, false, false, false]]);
    let elsewhere = Query { scope: writer.core(), positions: vec![Position::START, at] };
    assert_eq!(store.known(vec![elsewhere]).await.unwrap(), [[true, false]]);
}

async fn a_slice_ends_with_a_batch_where_it_can_and_always_moves_forward(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    for _ in 0..3 {
        store_visit(store.as_ref(), &writer, 4).await;
    }
    let scope = writer.clinical();
    let whole = read(store.as_ref(), scope, 0, usize::MAX, STRANGER).await;
    assert_eq!((whole.rows.len(), whole.more, whole.manifests.len(), whole.keys.len()), (12, false, 3, 1));
    let size = whole.body_bytes() / 12;
    let some = read(store.as_ref(), scope, 0, size * 6, STRANGER).await;
    assert_eq!((some.rows.len(), some.more, some.end.seq), (4, true, 4));
    let one = read(store.as_ref(), scope, 5, 1, STRANGER).await;
    assert_eq!((one.rows.len(), one.more, one.after, one.end.seq), (1, true, 5, 6));
    let none = read(store.as_ref(), scope, 12, usize::MAX, STRANGER).await;
    assert_eq!((none.rows.len(), none.more, none.end), (0, false, whole.end));
}

async fn a_readers_own_rows_come_by_name_unless_it_asks_for_the_whole(stand: &dyn Stand) {
    let store = stand.open().await;
    let [one, two] = seeded(store.as_ref()).await;
    store_visit(store.as_ref(), &one, 2).await;
    store_visit(store.as_ref(), &two, 2).await;
    let bodies = |slice: &FeedSlice| -> Vec<bool> {
        slice.rows.iter().map(|row| matches!(row, FeedRow::Change { body: Some(_), .. })).collect()
    };
    let own = read(store.as_ref(), one.clinical(), 0, usize::MAX, one.author.install).await;
    assert_eq!(bodies(&own), [false, false, true, true]);
    assert_eq!(own.manifests.len(), 1);
    let read = ReadFeed { scope: one.clinical(), after: 0, max_bytes: usize::MAX, whole: true };
    let whole = store.read(read, one.author.install).await.unwrap();
    assert_eq!(bodies(&whole), [true; 4]);
}

async fn what_was_answered_is_there_when_the_store_is_opened_again(stand: &dyn Stand) {
    let store = stand.open().await;
    let [writer, _] = seeded(store.as_ref()).await;
    let at = store_visit(store.as_ref(), &writer, 5).await.ack.at.unwrap();
    let identity = store.identity().await.unwrap();
    store.close().await.unwrap();
    assert_eq!(store.append(Vec::new()).await.unwrap_err(), StoreFault::Closed);
    assert_eq!(store.ready().await.unwrap_err(), StoreFault::Closed);
    drop(store);

    let store = stand.open().await;
    assert_eq!(store.identity().await.unwrap(), identity);
    assert_eq!(follow(store.as_ref(), writer.clinical()).await.0, at);
    let next = store_visit(store.as_ref(), &writer, 1).await.ack.at.unwrap();
    assert_eq!(next.seq, 6);
}

macro_rules! on {
    ($name:ident, $stand:expr; $($promise:ident)+) => {
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    super::$promise(&$stand).await;
                }
            )+
        }
    };
}

on! {
    sqlite, super::SqliteStand::new();
    an_empty_store_is_seeded_once_and_keeps_its_first_team
    a_session_is_found_by_its_digest_until_it_ends
    an_install_keeps_its_first_worker_and_key
    many_at_once_are_numbered_without_gaps_and_each_is_there_once
    scopes_are_numbered_apart
    the_same_batch_again_stores_nothing_and_is_answered_the_same
    a_batch_sees_those_before_it_and_names_what_it_lacks
    a_refused_change_takes_nothing_else_with_it
    a_position_is_known_only_with_its_chain
    a_slice_ends_with_a_batch_where_it_can_and_always_moves_forward
    a_readers_own_rows_come_by_name_unless_it_asks_for_the_whole
    what_was_answered_is_there_when_the_store_is_opened_again
}
