use super::*;
use crate::docs::change::CHANGE_BYTES_MAX;
use crate::docs::header::{RetentionClass, Scope};
use crate::domain::entry::{Entry, Value};
use crate::domain::kind::DocKind;
use crate::domain::role::Role;
use crate::ids::EntryKey;
use crate::ids::{DocId, InstallId, OrgId, TeamId, WorkerId};

const AT: Timestamp = Timestamp::from_ms(1_760_000_000_000);

fn author(number: u8) -> Author {
    Author {
        worker: WorkerId::from_bytes([number; 16]),
        install: InstallId::from_bytes([number; 16]),
        role: Role::OutreachWorker,
    }
}

fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([number; 16])
}

fn header(number: u8) -> Header {
    Header {
        id: DocId::from_bytes([number; 16]),
        kind: DocKind::Visit,
        scope: Scope::TeamClinical(TeamId::from_bytes([1; 16])),
        organisation: OrgId::from_bytes([1; 16]),
        person: None,
        visit: None,
        retention: RetentionClass::AdultRecord,
    }
}

fn answer(key: u8, value: &str) -> Edit {
    Edit::Entry {
        key: EntryKey::from_random([key; 6]),
        entry: Entry {
            about: "home/hs-ba02".to_owned(),
            value: Value::text(value),
            how: None,
            observed_at: AT,
            form_version: None,
            replaces: Vec::new(),
            replaces_elsewhere: Vec::new(),
            reason: None,
        },
    }
}

fn new_document() -> (Document, Change) {
    Document::create(header(1), &["words"], &author(1), actor(1), AT, &[answer(1, "yes")]).unwrap()
}

fn answers(document: &Document) -> Vec<String> {
    document
        .part()
        .entries
        .iter()
        .filter_map(|recorded| recorded.entry.value.as_text().map(str::to_owned))
        .collect()
}

fn note(text: &str, seen: Version) -> Edit {
    Edit::Note { name: "words".to_owned(), seen, text: text.to_owned() }
}

#[test]
fn a_change_carries_its_author_and_reads_back_from_its_bytes() {
    let (_, change) = new_document();
    let read = Change::read(&change.bytes).unwrap();
    assert_eq!(read, change);
    assert_eq!((read.author, read.actor, read.seq), (Some(author(1)), actor(1), 1));
    assert_eq!(read.header, Some(header(1)));
}

#[test]
fn changes_open_to_the_same_document_in_any_order_and_any_number_of_times() {
    let (mut document, first) = new_document();
    let second = document.write(&author(1), actor(1), actor(9), AT, &[answer(2, "no")]).unwrap().unwrap();
    let third =
        document.write(&author(2), actor(2), actor(8), AT, &[answer(3, "not sure")]).unwrap().unwrap();
    let shuffled = vec![third.clone(), first.clone(), third, second.clone(), first, second];
    let (opened, received) = Document::open(header(1), shuffled).unwrap();
    assert_eq!(received.rejected, Vec::new());
    assert_eq!(opened.part(), document.part());
}

#[test]
fn two_people_typing_in_one_note_keep_both_their_words() {
    let (mut mine, first) = new_document();
    let start = mine.version();
    let (mut theirs, _) = Document::open(header(1), vec![first]).unwrap();
    let a = mine.write(&author(1), actor(1), actor(9), AT, &[note("Stairs frighten her. ", start.clone())]);
    let b = theirs.write(&author(2), actor(2), actor(8), AT, &[note("Sleeps downstairs. ", start)]);
    mine.receive(vec![b.unwrap().unwrap()]);
    theirs.receive(vec![a.unwrap().unwrap()]);
    let text = mine.part().notes.get("words").cloned().unwrap();
    assert_eq!(theirs.part().notes.get("words"), Some(&text));
    assert!(text.contains("Stairs frighten her. ") && text.contains("Sleeps downstairs. "), "{text}");
}

#[test]
fn words_that_arrived_meanwhile_are_not_erased_by_what_was_typed_on_the_older_text() {
    let (mut mine, first) = new_document();
    let seen = mine.version();
    let (mut theirs, _) = Document::open(header(1), vec![first]).unwrap();
    let arrived = theirs.write(&author(2), actor(2), actor(8), AT, &[note("Uses a frame.", seen.clone())]);
    mine.receive(vec![arrived.unwrap().unwrap()]);
    let change =
        mine.write(&author(1), actor(1), actor(9), AT, &[note("Lives alone.", seen)]).unwrap().unwrap();
    assert_eq!(change.actor, actor(9));
    let text = mine.part().notes.get("words").cloned().unwrap();
    assert!(text.contains("Uses a frame.") && text.contains("Lives alone."), "{text}");
}

#[test]
fn a_change_whose_dependency_is_missing_waits_and_says_what_it_needs() {
    let (mut document, first) = new_document();
    let second = document.write(&author(1), actor(1), actor(9), AT, &[answer(2, "no")]).unwrap().unwrap();
    let third = document.write(&author(1), actor(1), actor(9), AT, &[answer(3, "later")]).unwrap().unwrap();
    let (mut opened, _) = Document::open(header(1), vec![first, third]).unwrap();
    assert_eq!(answers(&opened), ["yes"]);
    assert_eq!(opened.missing(), BTreeSet::from([second.hash]));
    opened.receive(vec![second]);
    assert_eq!(opened.part(), document.part());
}

#[test]
fn a_cloned_device_is_kept_out_alone_and_so_is_what_builds_on_it() {
    let (mut document, first) = new_document();
    let (mut clone, _) = Document::open(header(1), vec![first]).unwrap();
    document.write(&author(1), actor(1), actor(9), AT, &[answer(2, "mine")]).unwrap();
    let fork = clone.write(&author(1), actor(1), actor(8), AT, &[answer(3, "clone")]).unwrap().unwrap();
    let child = clone.write(&author(1), actor(1), actor(8), AT, &[answer(4, "child")]).unwrap().unwrap();
    let received = document.receive(vec![child.clone(), fork.clone()]);
    assert_eq!(received.rejected, [(fork.hash, RejectReason::Fork), (child.hash, RejectReason::ForkChild)]);
    assert_eq!(answers(&document), ["yes", "mine"]);
}

#[test]
fn another_documents_first_change_is_not_let_in() {
    let (mut document, _) = new_document();
    let (_, other) = Document::create(header(2), &[], &author(1), actor(3), AT, &[]).unwrap();
    let received = document.receive(vec![other.clone()]);
    assert_eq!(received.rejected, [(other.hash, RejectReason::OtherDocument)]);
}

#[test]
fn an_earlier_version_is_drawn_as_it_was() {
    let (mut document, _) = new_document();
    let then = document.version();
    document
        .write(&author(1), actor(1), actor(9), AT, &[answer(2, "no"), note("Added.", then.clone())])
        .unwrap();
    let part = document.part_at(&then).unwrap();
    assert_eq!((part.entries.len(), part.notes.get("words").map(String::as_str)), (1, Some("")));
    assert_eq!(document.part_at(&Version::new(vec![ChangeHash::from_bytes([9; 32])])), None);
}

#[test]
fn an_edit_that_is_too_large_leaves_the_document_as_it_was() {
    let (mut document, _) = new_document();
    let before = document.part();
    let long = note(&"x".repeat(CHANGE_BYTES_MAX), document.version());
    let error = document.write(&author(1), actor(1), actor(9), AT, &[long]).unwrap_err();
    assert!(matches!(error, WriteError::TooLarge { .. }));
    assert_eq!(document.part(), before);
}

/// Changes written with the library directly, as a hostile or broken device might.
fn hostile(edit: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) -> Result<Change, ChangeError> {
    let (document, _) = new_document();
    let mut am = document.am.clone();
    become_writer(&mut am, &author(2), actor(7));
    let mut transaction = am.transaction();
    edit(&mut transaction);
    let (hash, _) = transaction.commit();
    let parsed = am.get_change_by_hash(&hash.unwrap()).unwrap();
    Change::read(parsed.raw_bytes())
}

#[test]
fn an_entry_cannot_be_overwritten_or_removed_by_anyone() {
    let key = EntryKey::from_random([1; 6]);
    let entries = |transaction: &automerge::transaction::Transaction<'_>| {
        transaction.get(automerge::ROOT, ROOT_ENTRIES).unwrap().unwrap().1
    };
    let overwritten = hostile(|transaction| {
        let entries = entries(transaction);
        transaction.put(&entries, key.as_str(), ScalarValue::Bytes(vec![1])).unwrap();
    });
    assert_eq!(overwritten, Err(ChangeError::Operation { at: 0 }));
    let removed = hostile(|transaction| {
        let entries = entries(transaction);
        transaction.delete(&entries, key.as_str()).unwrap();
    });
    assert_eq!(removed, Err(ChangeError::Operation { at: 0 }));
    let root = hostile(|transaction| transaction.delete(automerge::ROOT, ROOT_ENTRIES).unwrap());
    assert_eq!(root, Err(ChangeError::Operation { at: 0 }));
}

#[test]
fn a_compressed_change_is_refused_before_it_is_parsed() {
    let (mut document, _) = new_document();
    let seen = document.version();
    let long = note(&"warm ".repeat(2_000), seen);
    document.write(&author(1), actor(1), actor(9), AT, &[long]).unwrap();
    let mut parsed = document.am.get_changes(&[]).pop().unwrap();
    let compressed = parsed.bytes().to_vec();
    assert_ne!(compressed, parsed.raw_bytes());
    assert_eq!(Change::read(&compressed), Err(ChangeError::Compressed));
}

#[test]
fn bytes_that_are_no_change_are_refused_and_trailing_bytes_too() {
    let (_, change) = new_document();
    assert_eq!(Change::read(&[]), Err(ChangeError::Format));
    for cut in 0..change.bytes.len() {
        assert!(Change::read(&change.bytes[..cut]).is_err());
    }
    let mut longer = change.bytes.clone();
    longer.push(0);
    assert_eq!(Change::read(&longer), Err(ChangeError::Format));
}
