use proptest::prelude::*;

use super::*;
use crate::domain::entry::{Author, Entry};
use crate::domain::record::Part;
use crate::ids::{DocId, EntryKey, InstallId, Version};
use crate::time::Timestamp;

const VISIT: VisitId = VisitId::from_bytes([1; 16]);
const PLACE: Place = Place::of_visit(DocKind::Visit, VISIT);

fn at(document: u8, number: u8) -> EntryRef {
    EntryRef { doc: DocId::from_bytes([document; 16]), key: EntryKey::from_random([number; 6]) }
}

/// An entry of document 1 by an OT, who may replace anybody's.
fn entry(number: u8, about: &str, value: impl Into<Value>, replaces: &[u8]) -> Recorded {
    Recorded {
        at: at(1, number),
        entry: Entry {
            about: about.to_owned(),
            value: value.into(),
            how: None,
            observed_at: Timestamp::from_ms(0),
            form_version: None,
            replaces: replaces.iter().map(|number| at(1, *number).key).collect(),
            replaces_elsewhere: Vec::new(),
            reason: None,
        },
        by: Author {
            worker: WorkerId::from_bytes([number; 16]),
            install: InstallId::from_bytes([number; 16]),
            role: Role::Ot,
        },
        written_at: Timestamp::from_ms(i64::from(number)),
    }
}

fn record(entries: Vec<Recorded>) -> Record {
    let mut record = Record::default();
    for recorded in entries {
        let doc = recorded.at.doc;
        if record.part(doc).is_none() {
            record.parts.push(Part {
                doc,
                kind: DocKind::Visit,
                person: None,
                visit: Some(VISIT),
                version: Version::default(),
                entries: Vec::new(),
                notes: Map::new(),
            });
        }
        if let Some(part) = record.parts.iter_mut().find(|part| part.doc == doc) {
            part.entries.push(recorded);
        }
    }
    record
}

/// What stands, as plain data: the verdict, the value, and the names of the standing entries.
fn stands(record: &Record, about: &str) -> (Verdict, Option<Value>, Set<EntryRef>) {
    let standings = Standings::of(record);
    let standing = standings.get(PLACE, about).unwrap();
    (standing.verdict, standing.value().cloned(), standing.entries().map(|entry| entry.at).collect())
}

#[track_caller]
fn check(entries: Vec<Recorded>, verdict: Verdict, value: Option<Value>) {
    let about = entries[0].entry.about.clone();
    let (found_verdict, found, _) = stands(&record(entries), &about);
    assert_eq!((found_verdict, found), (verdict, value));
}

#[test]
fn one_answer_stands_and_equal_ones_agree() {
    check(vec![entry(1, "home/hs-ha02", "no", &[])], Verdict::One, Some("no".into()));
    let agreed = vec![entry(1, "home/hs-ha02", "no", &[]), entry(2, "home/hs-ha02", "no", &[])];
    check(agreed, Verdict::One, Some("no".into()));
    let whole_or_not = vec![
        entry(1, "home/hs-wa01", Value::Whole(17), &[]),
        entry(2, "home/hs-wa01", Value::Number(17.0), &[]),
    ];
    check(whole_or_not, Verdict::One, Some(Value::Number(17.0)));
}

#[test]
fn the_more_cautious_outcome_stands_whichever_word_it_is() {
    let cases: [(&str, Value, Value, Verdict, Option<Value>); 14] = [
        ("home/hs-ha02", "yes".into(), "no".into(), Verdict::Clash, Some("no".into())),
        ("home/hs-en11", "yes".into(), "no".into(), Verdict::Clash, Some("yes".into())),
        (
            "home/hs-ha02",
            "yes".into(),
            Value::Non(NonAnswer::NotApplicable),
            Verdict::Clash,
            Some("yes".into()),
        ),
        ("home/hs-ha02", "yes".into(), Value::Non(NonAnswer::NotSeen), Verdict::One, Some("yes".into())),
        ("home/hs-ha02", "no".into(), Value::Non(NonAnswer::Declined), Verdict::One, Some("no".into())),
        ("home/hs-en05", Value::Whole(60), Value::Whole(55), Verdict::SideBySide, Some(Value::Whole(60))),
        ("home/hs-en06", Value::Whole(700), Value::Whole(720), Verdict::SideBySide, Some(Value::Whole(700))),
        ("home/hs-wa01", Value::Whole(17), Value::Whole(19), Verdict::Clash, Some(Value::Whole(17))),
        ("home/hs-wa01", Value::Whole(19), Value::Whole(21), Verdict::SideBySide, None),
        ("home/hs-pe06", Value::Whole(5), Value::Whole(8), Verdict::Clash, Some(Value::Whole(8))),
        (
            "flag/carer_breaking_down",
            Value::Flag(true),
            Value::Flag(false),
            Verdict::Clash,
            Some(Value::Flag(true)),
        ),
        ("seen_alone", Value::Flag(true), Value::Flag(false), Verdict::Clash, None),
        (
            "proposal/KEY/swl_kg",
            Value::Whole(120),
            Value::Whole(190),
            Verdict::Clash,
            Some(Value::Whole(120)),
        ),
        ("proposal/KEY/size", "m".into(), "l".into(), Verdict::Clash, None),
    ];
    for (about, a, b, verdict, value) in cases {
        check(vec![entry(1, about, a.clone(), &[]), entry(2, about, b.clone(), &[])], verdict, value.clone());
        check(vec![entry(1, about, b, &[]), entry(2, about, a, &[])], verdict, value);
    }
}

#[test]
fn readings_of_weight_take_the_heavier_and_of_other_things_neither() {
    let reading = |number: i64| Value::map([("reading", Value::Whole(number)), ("place", "x".into())]);
    let two = |about: &str| vec![entry(1, about, reading(58), &[]), entry(2, about, reading(61), &[])];
    check(two("measure/body_weight_kg/person"), Verdict::Clash, Some(reading(61)));
    check(two("measure/pan_height_mm/bathroom"), Verdict::Clash, None);
}

#[test]
fn things_of_a_list_unite_and_a_start_seen_twice_keeps_the_earliest() {
    let list = vec![entry(1, "action/+", "a", &[]), entry(2, "action/+", "b", &[])];
    assert_eq!(Standings::of(&record(list)).things(PLACE, "action/+").len(), 2);
    let starts = vec![
        entry(1, "visit/started", Value::Whole(50), &[]),
        entry(2, "visit/started", Value::Whole(40), &[]),
    ];
    check(starts, Verdict::SideBySide, Some(Value::Whole(40)));
}

#[test]
fn two_entries_that_share_a_key_both_count_and_are_replaced_together() {
    let mut other = entry(2, "home/hs-ha02", "no", &[]);
    other.at = at(1, 1);
    let shared = vec![entry(1, "home/hs-ha02", "yes", &[]), other];
    check(shared.clone(), Verdict::Clash, Some("no".into()));
    let resolved = [shared, vec![entry(3, "home/hs-ha02", "yes", &[1])]].concat();
    check(resolved, Verdict::One, Some("yes".into()));
}

#[test]
fn entries_that_replace_each_other_in_a_ring_all_stand() {
    let ring = vec![entry(1, "home/hs-ha02", "yes", &[2]), entry(2, "home/hs-ha02", "no", &[1])];
    check(ring, Verdict::Clash, Some("no".into()));
}

#[test]
fn an_entry_replaces_nothing_of_another_question() {
    let other = entry(2, "home/hs-ha03", "yes", &[1]);
    check(vec![entry(1, "home/hs-ha02", "no", &[]), other], Verdict::One, Some("no".into()));
}

#[test]
fn what_an_answer_taken_back_leaves_is_open() {
    let back = entry(2, "home/hs-ha02", Value::Non(NonAnswer::Unanswered), &[1]);
    check(vec![entry(1, "home/hs-ha02", "no", &[]), back], Verdict::Open, None);
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::text("yes")),
        Just(Value::text("no")),
        Just(Value::Non(NonAnswer::NotSeen)),
        Just(Value::Non(NonAnswer::NotApplicable)),
    ]
}

/// One drawn answer: its value, document, writer, whether an OT, and what stood on the screen.
type Drawn = (Value, u8, u8, bool, Vec<(u8, u8)>);

fn drawn_answer((number, (value, doc, worker, is_ot, seen)): (usize, Drawn)) -> Recorded {
    let mut one = entry(u8::try_from(number).unwrap(), "home/hs-ha02", value, &[]);
    one.at.doc = at(doc, 0).doc;
    one.by.worker = WorkerId::from_bytes([worker; 16]);
    one.by.role = if is_ot { Role::Ot } else { Role::OutreachWorker };
    let named = seen.iter().map(|(doc, key)| at(*doc, *key));
    one.entry.replaces_elsewhere = named.map(|seen| (seen.doc, seen.key)).collect();
    one
}

prop_compose! {
    /// Entries of one visit in three documents, by workers of every kind, who saw any others.
    fn entries()(drawn in proptest::collection::vec(
        (value(), 1u8..4, 0u8..4, any::<bool>(), proptest::collection::vec((1u8..4, 0u8..12), 0..4)),
        1..12,
    )) -> Vec<Recorded> {
        let lead = entry(200, LEAD, Value::Bytes(vec![0; 16]), &[]);
        std::iter::once(lead).chain(drawn.into_iter().enumerate().map(drawn_answer)).collect()
    }
}

proptest! {
    #[test]
    fn any_order_repetition_and_partition_of_the_documents_gives_the_same_answer(
        (entries, shuffled) in entries().prop_flat_map(|entries| {
            let twice = [entries.clone(), entries.clone()].concat();
            (Just(entries), Just(twice).prop_shuffle())
        }),
        cut in 0usize..24,
    ) {
        let whole = stands(&record(entries), "home/hs-ha02");
        // The same document held in two halves, each entry anywhere, some of them in both.
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        let mut halves = record(first.to_vec());
        halves.parts.extend(record(second.to_vec()).parts);
        prop_assert_eq!(stands(&halves, "home/hs-ha02"), whole);
    }

    #[test]
    fn an_answer_never_vanishes_without_one_that_counts(entries in entries()) {
        let (_, _, standing) = stands(&record(entries), "home/hs-ha02");
        prop_assert!(!standing.is_empty());
    }
}
