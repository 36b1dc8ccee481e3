//! One tablet through an ordinary day: no signal, crashes, signal again.

use doorstep_app::bridge::ToWorker;
use doorstep_app::projection::{Mark, Projection, View};
use doorstep_shared::decide::{Act, Command, NoteName};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::note::Section;
use doorstep_shared::ids::{DocId, EntryKey};
use doorstep_tests::tablet::random;

use crate::story::{OT, OUTREACH, Story, register, start_visit};

#[test]
fn what_was_recorded_without_a_server_survives_a_crash_and_is_stored_when_it_is_back() {
    let mut story = Story::begin();
    let mut tablet = story.tablet("one", OUTREACH);
    tablet.sync().unwrap();
    story.stop();
    let person = register(&mut tablet);
    let visit = start_visit(&mut tablet, person);
    let answer = Act::AnswerItem {
        visit,
        item: "hs-ba02".into(),
        value: Value::text("no"),
        how: None,
        change: None,
        observed_at: None,
    };
    tablet.act(person, answer).unwrap();
    assert!(tablet.sync().is_err());
    let mut tablet = tablet.crash(&story.url()).unwrap();
    let page = tablet.visit(visit).unwrap();
    assert_eq!((page.home.totals.hazards, page.mark), (1, Mark::Saved));
    story.start();
    tablet.move_to(&story.url());
    let status = tablet.sync();
    // The cookie was in the process that crashed.
    assert!(status.is_err());
    tablet.sign_in(OUTREACH, doorstep_tests::harness::PASSWORD).unwrap();
    assert_eq!(tablet.sync().unwrap().unsent, 0);
    assert_eq!(tablet.visit(visit).unwrap().mark, Mark::Stored);
    let mut other = story.tablet("two", OT);
    other.sync().unwrap();
    assert_eq!(other.visit(visit).unwrap().home.totals.hazards, 1);
    let Projection::People(people) = other.show(&View::People { query: "zenob 99977".into() }).unwrap()
    else {
        panic!("people");
    };
    assert_eq!(people.cards[0].name, "QUILLFEATHER, Zenobia (Mrs)");
}

#[test]
fn a_command_sent_twice_counts_once() {
    let story = Story::begin();
    let mut tablet = story.tablet("one", OUTREACH);
    let person = register(&mut tablet);
    let visit = start_visit(&mut tablet, person);
    let command = Command {
        person,
        keys: vec![EntryKey::from_random(random())],
        docs: (0..3).map(|_| DocId::from_bytes(random())).collect(),
        seen: Vec::new(),
        sent: Vec::new(),
        act: Act::AddPresent { visit, who: "daughter".into(), by_phone: true },
    };
    tablet.send(command.clone()).unwrap();
    let unsent = tablet.status().unwrap().unsent;
    tablet.send(command).unwrap();
    assert_eq!(tablet.status().unwrap().unsent, unsent);
    assert_eq!(tablet.visit(visit).unwrap().here.present.len(), 1);
}

#[test]
fn words_that_were_being_typed_when_the_power_went_are_in_the_note() {
    let story = Story::begin();
    let mut tablet = story.tablet("one", OUTREACH);
    let person = register(&mut tablet);
    let visit = start_visit(&mut tablet, person);
    let note = tablet.visit(visit).unwrap().notes.remove(0);
    let typed = "She fell twice on the stairs";
    let act = Act::EditNote {
        doc: note.doc,
        note: NoteName::Section(Section::OwnWords),
        seen: note.version,
        text: typed.into(),
    };
    let command = Command {
        person,
        keys: vec![EntryKey::from_random(random())],
        docs: (0..3).map(|_| DocId::from_bytes(random())).collect(),
        seen: Vec::new(),
        sent: Vec::new(),
        act,
    };
    tablet.page(ToWorker::Draft {
        field: "own_words".into(),
        text: typed.into(),
        command: Box::new(command),
    });
    let mut tablet = tablet.crash(&story.url()).unwrap();
    assert_eq!(tablet.visit(visit).unwrap().notes[0].text, typed);
}
