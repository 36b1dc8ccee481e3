//! The laws that hold on one tablet, each broken on purpose by the disk, the server or another device.

use doorstep_shared::decide::{Act, Command, DOCS_PER_COMMAND, NewPerson, NoteName};
use doorstep_shared::docs::Change;
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::note::Section;
use doorstep_shared::domain::person::PersonName;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{
    BatchId, ChangeHash, DocId, EntryKey, InstallId, OrgId, PersonId, TeamId, VisitId, WorkerId,
};
use doorstep_shared::sync::batch::Pair;
use doorstep_shared::sync::code::RefusalCode;
use doorstep_shared::sync::state::{
    ClientState, Keep, ReceivedChange, RefusedChange, ScopeState, StoredMark,
};
use doorstep_shared::time::{Date, Now, Timestamp};

use super::*;
use crate::projection::{Mark, Projection, View, VisitPage};
use crate::store::Table;
use crate::store::contract::at_once;
use crate::store::memory::{MemoryDisk, Trouble};
use crate::store::schema::{
    Apart, ChangeRow, CrashNote, OutboxRow, SessionRow, Stored, TrailRow, from_bytes,
};

const NOW: Now = Now::at(Timestamp::from_ms(1_790_000_000_000));

/// Chance that a test repeats.
struct Counting(u64);

impl Chance for Counting {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoChance> {
        for byte in into {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 33) as u8;
        }
        Ok(())
    }
}

fn session(number: u8) -> SessionRow {
    SessionRow {
        account: "marcus.dell".into(),
        worker: WorkerId::from_bytes([number; 16]),
        name: "Marcus Dell".into(),
        role: Role::OutreachWorker,
        team: TeamId::from_bytes([7; 16]),
        team_name: "Riverside".into(),
        organisation: OrgId::from_bytes([8; 16]),
        organisation_name: "Testford".into(),
        install: InstallId::from_bytes([number; 16]),
        device_seed: [number; 32].into(),
        device_name: "Tablet".into(),
        enrolled_at: NOW.at,
        demonstration: true,
    }
}

fn open(disk: MemoryDisk, seed: u64) -> Engine<MemoryDisk> {
    at_once(Engine::open(disk, Box::new(Counting(seed)), NOW)).unwrap()
}

fn signed_in(number: u8) -> Engine<MemoryDisk> {
    let mut disk = MemoryDisk::new();
    at_once(disk.commit(vec![session(number).put()])).unwrap();
    open(disk, u64::from(number))
}

/// A page that draws keys.
struct Page {
    next: u8,
    number: u8,
}

impl Page {
    fn command(&mut self, act: Act) -> Command {
        let mut draw = || {
            self.next += 1;
            [self.number, self.next, 0, 0, 0, 0]
        };
        let keys = (0..act.keys_wanted()).map(|_| EntryKey::from_random(draw())).collect();
        let docs = (0..DOCS_PER_COMMAND)
            .map(|_| {
                let mut id = [self.number; 16];
                id[..6].copy_from_slice(&draw());
                DocId::from_bytes(id)
            })
            .collect();
        Command { person: PERSON, keys, docs, seen: Vec::new(), sent: Vec::new(), act }
    }
}

const PERSON: PersonId = PersonId::from_bytes([5; 16]);
const VISIT: VisitId = VisitId::from_bytes([6; 16]);

/// A person, a visit under way, an answer: what the tests do to break it.
fn acts() -> Vec<Act> {
    vec![
        Act::RegisterPerson(NewPerson {
            name: PersonName { title: String::new(), given: "Edna".into(), family: "Holloway".into() },
            born: Date::parse_iso("1939-03-14").unwrap(),
            nhs_number: None,
            no_number: Some(doorstep_shared::domain::person::NoNumber::NotKnown),
            address: "7 Sampler Row".into(),
            phone: String::new(),
        }),
        Act::StartVisit { visit: VISIT },
        answer("hs-ba02", "no"),
    ]
}

fn answer(item: &str, value: &str) -> Act {
    Act::AnswerItem {
        visit: VISIT,
        item: item.into(),
        value: Value::text(value),
        how: None,
        change: None,
        observed_at: None,
    }
}

fn visit(engine: &mut Engine<MemoryDisk>) -> Option<VisitPage> {
    let shown = at_once(engine.show(&View::Visit(VISIT), NOW)).unwrap();
    if let Projection::Visit(page) = shown { Some(*page) } else { None }
}

fn started(number: u8) -> (Engine<MemoryDisk>, Page) {
    let mut engine = signed_in(number);
    let mut page = Page { next: 0, number };
    for act in acts() {
        at_once(engine.command(&page.command(act), None, NOW)).unwrap();
    }
    (engine, page)
}

fn rows<T: Stored>(engine: &mut Engine<MemoryDisk>) -> Vec<T> {
    let rows = at_once(engine.disk_mut().load(T::TABLE, b"")).unwrap();
    rows.iter().map(|row| from_bytes(&row.value).unwrap()).collect()
}

/// Every change is either in the outbox or known to be with the server, and every outbox row has its change.
fn check_law_two(engine: &mut Engine<MemoryDisk>) {
    let changes: Vec<ChangeHash> = rows::<ChangeRow>(engine).iter().map(|row| row.hash).collect();
    let waiting: Vec<ChangeHash> = rows::<OutboxRow>(engine).iter().map(|row| row.hash).collect();
    let stored: Vec<ChangeHash> = rows::<TrailRow>(engine).iter().map(|row| row.hash).collect();
    assert!(changes.iter().all(|hash| waiting.contains(hash) || stored.contains(hash)));
    assert!(waiting.iter().all(|hash| changes.contains(hash)));
}

#[test]
fn whenever_the_power_goes_everything_said_to_be_saved_is_there_and_waits_to_be_sent() {
    for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
        for commit in 1..8 {
            let mut engine = signed_in(1);
            engine.disk_mut().plan(commit, trouble);
            let mut page = Page { next: 0, number: 1 };
            let saved = acts()
                .into_iter()
                .take_while(|act| at_once(engine.command(&page.command(act.clone()), None, NOW)).is_ok())
                .count();
            let disk = engine.into_disk().restarted();
            let mut engine = open(disk, 9);
            check_law_two(&mut engine);
            let seen = match visit(&mut engine) {
                Some(visit) if visit.home.totals.hazards == 1 => 3,
                Some(_) => 2,
                None if engine.library.people().next().is_some() => 1,
                None => 0,
            };
            assert!(seen >= saved, "{trouble:?} at commit {commit}: {saved} saved, {seen} there");
        }
    }
}

#[test]
fn a_full_disk_refuses_one_command_and_forgets_nothing() {
    let (mut engine, mut page) = started(1);
    let next = engine.disk_mut().commits();
    engine.disk_mut().plan(next, Trouble::Full);
    let command = page.command(answer("hs-ha02", "no"));
    let fault = at_once(engine.command(&command, None, NOW)).unwrap_err();
    assert_eq!(fault, CommandError::Fault(EngineFault::Disk(DiskFault::Full)));
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 1);
    at_once(engine.command(&command, None, NOW)).unwrap();
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 2);
    check_law_two(&mut engine);
}

#[test]
fn a_document_that_is_not_as_recorded_is_not_written_to_and_says_so() {
    let (mut engine, mut page) = started(1);
    let newest = rows::<OutboxRow>(&mut engine).into_iter().max_by_key(|row| row.order).unwrap();
    let gone = crate::store::Write::Delete {
        table: Table::Change,
        key: ChangeRow::key_of(&newest.doc, &newest.hash),
    };
    let mut disk = engine.into_disk();
    at_once(disk.commit(vec![gone])).unwrap();
    let mut engine = open(disk, 9);
    let fault = at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap_err();
    assert_eq!(fault, CommandError::Fault(EngineFault::NotAsRecorded { doc: newest.doc }));
    let alert = Act::Answer(doorstep_shared::decide::Answer {
        to: doorstep_shared::decide::Holder::Person,
        about: "alert/dog".into(),
        value: Value::Flag(true),
        how: None,
        observed_at: None,
        reason: None,
    });
    at_once(engine.command(&page.command(alert), None, NOW)).unwrap();
}

/// What the law of recorded versions is for, seen by leaving it out: a lost change goes unnoticed.
#[cfg(feature = "testing")]
#[test]
fn without_the_comparison_of_versions_a_lost_change_goes_unnoticed() {
    let (mut engine, mut page) = started(1);
    let newest = rows::<OutboxRow>(&mut engine).into_iter().max_by_key(|row| row.order).unwrap();
    let key = ChangeRow::key_of(&newest.doc, &newest.hash);
    let mut disk = engine.into_disk();
    at_once(disk.commit(vec![crate::store::Write::Delete { table: Table::Change, key }])).unwrap();
    let mut engine = open(disk, 9);
    at_once(engine.break_at(doorstep_shared::sync::sabotage::Sabotage::HeadsUnchecked)).unwrap();
    at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 1);
}

/// Everything one tablet wrote, as the server would send it to another.
fn sent_by(engine: &mut Engine<MemoryDisk>) -> Keep {
    let mut keep = Keep::default();
    let mut waiting = rows::<OutboxRow>(engine);
    waiting.sort_by_key(|row| row.order);
    for (row, seq) in waiting.iter().zip(1..) {
        let key = ChangeRow::key_of(&row.doc, &row.hash);
        let bytes = at_once(engine.disk_mut().get(Table::Change, &key)).unwrap().unwrap();
        let change = Change::read(&from_bytes::<ChangeRow>(&bytes).unwrap().bytes).unwrap();
        keep.received.push(ReceivedChange {
            document: row.doc,
            change,
            batch: BatchId::from_bytes([3; 32]),
            scope: row.scope,
            seq,
        });
    }
    let scope = waiting.first().unwrap().scope;
    keep.state = ClientState { scopes: vec![ScopeState::new(scope)], ..ClientState::default() };
    keep
}

#[test]
fn changes_of_another_tablet_and_the_cursor_past_them_are_kept_together_or_not_at_all() {
    let (mut theirs, _) = started(2);
    let keep = sent_by(&mut theirs);
    for (trouble, arrived) in [(Trouble::CrashBefore, false), (Trouble::CrashAfter, true)] {
        let mut mine = signed_in(1);
        let next = mine.disk_mut().commits();
        mine.disk_mut().plan(next, trouble);
        at_once(mine.keep(&keep, NOW)).unwrap_err();
        let mut mine = open(mine.into_disk().restarted(), 9);
        assert_eq!(visit(&mut mine).is_some(), arrived);
        assert_eq!(!mine.wire.row.state.scopes.is_empty(), arrived);
    }
}

#[test]
fn the_same_page_taken_twice_changes_nothing() {
    let (mut theirs, _) = started(2);
    let keep = sent_by(&mut theirs);
    let mut mine = signed_in(1);
    at_once(mine.keep(&keep, NOW)).unwrap();
    let first = visit(&mut mine).unwrap();
    assert_eq!((first.home.totals.hazards, first.mark), (1, Mark::Stored));
    at_once(mine.keep(&keep, NOW)).unwrap();
    assert_eq!(visit(&mut mine).unwrap(), first);
    let notes = at_once(mine.disk_mut().load(Table::Meta, CrashNote::PREFIX)).unwrap();
    assert_eq!(notes, Vec::new());
}

#[test]
fn what_stopped_the_app_twice_is_kept_apart_and_the_document_opens_without_it() {
    let (mut theirs, _) = started(2);
    let keep = sent_by(&mut theirs);
    let mut mine = signed_in(1);
    at_once(mine.keep(&keep, NOW)).unwrap();
    let mut again = Page { next: 100, number: 2 };
    at_once(theirs.command(&again.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    let next = sent_by(&mut theirs);
    // The app dies while applying: the note is on disk, and the commit after it never comes.
    let before = mine.disk_mut().commits();
    mine.disk_mut().plan(before + 1, Trouble::CrashBefore);
    at_once(mine.keep(&next, NOW)).unwrap_err();
    let mut disk = mine.into_disk().restarted();
    // It dies again at the next start, after saying that it tries once more.
    let before = disk.commits();
    disk.plan(before + 1, Trouble::CrashBefore);
    at_once(Engine::open(&mut disk, Box::new(Counting(9)), NOW)).map(|_| ()).unwrap_err();
    let mut mine = open(disk.restarted(), 10);
    assert_eq!(visit(&mut mine).unwrap().home.totals.hazards, 1);
    let apart: Vec<Apart> = mine.apart.values().map(|row| row.why).collect();
    assert_eq!(apart, [Apart::Crashed]);
    let Projection::NeedsYou(needs_you) = at_once(mine.show(&View::NeedsYou, NOW)).unwrap() else {
        panic!("needs you");
    };
    assert_eq!(needs_you.refused[0].said[0].about, "home/hs-ha02");
}

#[test]
fn what_the_server_refuses_is_kept_apart_where_a_person_sees_it() {
    let (mut engine, mut page) = started(1);
    at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    let refused = rows::<OutboxRow>(&mut engine).into_iter().max_by_key(|row| row.order).unwrap();
    at_once(engine.keep(&refusal(&refused, RefusalCode::Absent), NOW)).unwrap();
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 1);
    let Projection::NeedsYou(needs_you) = at_once(engine.show(&View::NeedsYou, NOW)).unwrap() else {
        panic!("needs you");
    };
    assert_eq!(needs_you.refused[0].said[0].value(), Some(&Value::text("no")));
    let mut engine = open(engine.into_disk(), 9);
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 1);
    at_once(engine.command(&page.command(answer("hs-ha05", "no")), None, NOW)).unwrap();
}

#[test]
fn what_a_fork_said_is_written_again_under_a_new_writer() {
    let (mut engine, mut page) = started(1);
    at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    let note = visit(&mut engine).unwrap().notes.remove(0);
    let typing = Act::EditNote {
        doc: note.doc,
        note: NoteName::Section(Section::OwnWords),
        seen: note.version,
        text: "Fell twice".into(),
    };
    at_once(engine.command(&page.command(typing), None, NOW)).unwrap();
    let before = visit(&mut engine).unwrap();
    let mut waiting = rows::<OutboxRow>(&mut engine);
    waiting.sort_by_key(|row| row.order);
    let forked: Vec<OutboxRow> = waiting.split_off(waiting.len() - 2);
    let mut keep = refusal(&forked[0], RefusalCode::Fork);
    keep.refused.extend(refusal(&forked[1], RefusalCode::ForkChild).refused);
    at_once(engine.keep(&keep, NOW)).unwrap();
    let after = visit(&mut engine).unwrap();
    assert_eq!(after.home.totals, before.home.totals);
    assert_eq!(after.notes[0].text, "Fell twice");
    let now_waiting: Vec<ChangeHash> = rows::<OutboxRow>(&mut engine).iter().map(|row| row.hash).collect();
    assert!(forked.iter().all(|row| !now_waiting.contains(&row.hash)));
    assert_eq!(now_waiting.len(), waiting.len() + 2);
    assert_eq!(engine.apart.len(), 2);
    let mut engine = open(engine.into_disk(), 9);
    assert_eq!(visit(&mut engine).unwrap().notes[0].text, "Fell twice");
    check_law_two(&mut engine);
}

/// The newest waiting change.
fn newest(engine: &mut Engine<MemoryDisk>) -> OutboxRow {
    rows::<OutboxRow>(engine).into_iter().max_by_key(|row| row.order).unwrap()
}

/// A visit with two answers, and the change of each; the second builds on the first.
fn answered_twice() -> (Engine<MemoryDisk>, OutboxRow, OutboxRow) {
    let (mut engine, mut page) = started(1);
    at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    let first = newest(&mut engine);
    at_once(engine.command(&page.command(answer("hs-ha05", "no")), None, NOW)).unwrap();
    let second = newest(&mut engine);
    (engine, first, second)
}

fn stored(row: &OutboxRow) -> Keep {
    let mark = StoredMark { hash: row.hash, scope: row.scope, seq: 40 };
    Keep { stored: vec![mark], ..Keep::default() }
}

#[test]
fn an_own_answer_that_builds_on_a_fork_is_written_again_even_where_the_server_holds_it() {
    let (mut engine, forked, above) = answered_twice();
    let before = visit(&mut engine).unwrap().home.totals;
    at_once(engine.keep(&stored(&above), NOW)).unwrap();
    at_once(engine.keep(&refusal(&forked, RefusalCode::Fork), NOW)).unwrap();
    assert_eq!(visit(&mut engine).unwrap().home.totals, before);
    let mut engine = open(engine.into_disk(), 9);
    assert_eq!(visit(&mut engine).unwrap().home.totals, before);
    let apart: Vec<ChangeHash> = engine.apart.keys().copied().collect();
    assert!([forked.hash, above.hash].iter().all(|hash| apart.contains(hash)));
    check_law_two(&mut engine);
}

#[test]
fn what_builds_on_a_refused_change_is_kept_apart_with_it_and_a_person_sees_both() {
    let (mut engine, refused, above) = answered_twice();
    at_once(engine.keep(&refusal(&refused, RefusalCode::Absent), NOW)).unwrap();
    let Projection::NeedsYou(needs_you) = at_once(engine.show(&View::NeedsYou, NOW)).unwrap() else {
        panic!("needs you");
    };
    assert_eq!(needs_you.refused.len(), 2);
    let waiting: Vec<ChangeHash> = rows::<OutboxRow>(&mut engine).iter().map(|row| row.hash).collect();
    assert!(![refused.hash, above.hash].iter().any(|hash| waiting.contains(hash)));
    assert_eq!(visit(&mut engine).unwrap().home.totals.hazards, 1);
}

#[test]
fn a_refused_change_that_the_server_holds_after_all_is_back_in_its_document() {
    let (mut engine, mut page) = started(1);
    at_once(engine.command(&page.command(answer("hs-ha02", "no")), None, NOW)).unwrap();
    let refused = newest(&mut engine);
    let before = visit(&mut engine).unwrap().home.totals;
    at_once(engine.keep(&refusal(&refused, RefusalCode::Absent), NOW)).unwrap();
    assert_ne!(visit(&mut engine).unwrap().home.totals, before);
    at_once(engine.keep(&stored(&refused), NOW)).unwrap();
    assert_eq!(visit(&mut engine).unwrap().home.totals, before);
    let mut engine = open(engine.into_disk(), 9);
    assert_eq!(visit(&mut engine).unwrap().home.totals, before);
    assert!(engine.apart.is_empty());
    check_law_two(&mut engine);
}

#[test]
fn another_tablets_answer_that_builds_on_a_fork_is_not_written_again_here() {
    let (mut theirs, _) = started(2);
    let keep = sent_by(&mut theirs);
    let mut mine = signed_in(1);
    at_once(mine.keep(&keep, NOW)).unwrap();
    let first = keep.received.iter().max_by_key(|received| received.seq).unwrap();
    let pair = Pair { document: first.document, hash: first.change.hash };
    let refused = RefusedChange { pair, batch: BatchId::from_bytes([3; 32]), code: RefusalCode::Fork };
    at_once(mine.keep(&Keep { refused: vec![refused], ..Keep::default() }, NOW)).unwrap();
    assert_eq!(rows::<OutboxRow>(&mut mine), []);
    assert!(mine.apart.contains_key(&pair.hash));
}

fn refusal(row: &OutboxRow, code: RefusalCode) -> Keep {
    let pair = Pair { document: row.doc, hash: row.hash };
    let refused = RefusedChange { pair, batch: BatchId::from_bytes([3; 32]), code };
    Keep { refused: vec![refused], ..Keep::default() }
}

#[test]
fn a_start_shows_todays_list_without_opening_a_document() {
    let (engine, _) = started(1);
    let mut engine = open(engine.into_disk(), 9);
    let Projection::Today(today) = at_once(engine.show(&View::Today, NOW)).unwrap() else { panic!("today") };
    assert_eq!(today.to_finish.len(), 1);
    assert_eq!(engine.library.open_count(), 0);
}
