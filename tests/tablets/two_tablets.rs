//! Two tablets, one record: different things merge without a word, different answers are both kept and shown.

use doorstep_app::projection::{NeedsYou, Projection, Stands, View, VisitPage};
use doorstep_shared::decide::{Act, Holder, NewProposal, NoteName, Resolution};
use doorstep_shared::domain::entry::Value;
use doorstep_shared::domain::note::Section;
use doorstep_shared::ids::{PersonId, VisitId};
use doorstep_tests::tablet::Tablet;

use crate::story::{OT, OUTREACH, Story, register, start_visit};

fn answer(visit: VisitId, value: &str) -> Act {
    Act::AnswerItem {
        visit,
        item: "hs-ha02".into(),
        value: Value::text(value),
        how: None,
        change: None,
        observed_at: None,
    }
}

fn propose(tablet: &mut Tablet, person: PersonId, visit: VisitId, device: &str) {
    let proposal = NewProposal {
        device: device.into(),
        place: "hall".into(),
        why: "holds on to furniture".into(),
        hazards: vec!["hs-ha02".into()],
        ..NewProposal::default()
    };
    tablet.act(person, Act::Propose { visit, proposal }).unwrap();
}

fn type_own_words(tablet: &mut Tablet, person: PersonId, visit: VisitId, text: &str) {
    let note = tablet.visit(visit).unwrap().notes.remove(0);
    let act = Act::EditNote {
        doc: note.doc,
        note: NoteName::Section(Section::OwnWords),
        seen: note.version,
        text: text.into(),
    };
    tablet.act(person, act).unwrap();
}

fn rugs(page: &VisitPage) -> &doorstep_app::projection::Answer {
    let items = page.home.rooms.iter().flat_map(|room| &room.items);
    &items.into_iter().find(|item| item.id == "hs-ha02").unwrap().answer
}

fn needs_you(tablet: &mut Tablet) -> NeedsYou {
    let shown = tablet.show(&View::NeedsYou).unwrap();
    if let Projection::NeedsYou(needs_you) = shown { needs_you } else { panic!("{shown:?}") }
}

/// Everything both tablets must agree on.
fn shared_view(tablet: &mut Tablet, visit: VisitId) -> (String, Vec<(String, String)>, Vec<String>) {
    let page = tablet.visit(visit).unwrap();
    let answer = rugs(&page);
    let sides = answer.sides.iter().map(|side| (side.at.key.to_string(), format!("{:?}", side.value)));
    let proposals = page.proposals.iter().map(|proposal| proposal.at.key.to_string());
    (page.notes[0].text.clone(), sides.collect(), proposals.collect())
}

#[test]
fn two_offline_tablets_keep_both_answers_both_words_and_both_proposals() {
    let story = Story::begin();
    let mut marcus = story.tablet("marcus", OUTREACH);
    let mut asha = story.tablet("asha", OT);
    let person = register(&mut marcus);
    let visit = start_visit(&mut marcus, person);
    marcus.sync().unwrap();
    asha.sync().unwrap();

    marcus.act(person, answer(visit, "no")).unwrap();
    asha.act(person, answer(visit, "yes")).unwrap();
    type_own_words(&mut marcus, person, visit, "Stairs frighten her. ");
    type_own_words(&mut asha, person, visit, "Sleeps downstairs. ");
    propose(&mut marcus, person, visit, "at-pendant");
    propose(&mut asha, person, visit, "at-key-safe");

    marcus.sync().unwrap();
    asha.sync().unwrap();
    marcus.sync().unwrap();

    let both = shared_view(&mut marcus, visit);
    assert_eq!(shared_view(&mut asha, visit), both);
    let (text, sides, proposals) = both;
    assert!(text.contains("Stairs frighten her. ") && text.contains("Sleeps downstairs. "), "{text}");
    assert_eq!((sides.len(), proposals.len()), (2, 2));
    let page = asha.visit(visit).unwrap();
    assert_eq!(rugs(&page).stands, Stands::Clash { cautious: Some(Value::text("no")) });
    assert_eq!((needs_you(&mut marcus).clashes.len(), needs_you(&mut asha).clashes.len()), (1, 1));

    let keep = rugs(&page).sides.iter().find(|side| side.value == Value::text("no")).unwrap().at;
    let act = Act::ResolveClash {
        to: Holder::Visit(visit),
        about: "home/hs-ha02".into(),
        resolution: Resolution::Keep(keep),
        reason: "Seen together".into(),
    };
    let seen = rugs(&page).seen().collect();
    asha.act_seeing(person, act, seen).unwrap();
    asha.sync().unwrap();
    marcus.sync().unwrap();
    for tablet in [&mut marcus, &mut asha] {
        assert_eq!(rugs(&tablet.visit(visit).unwrap()).stands, Stands::Agreed(Value::text("no")));
        assert_eq!(needs_you(tablet).clashes.len(), 0);
    }
}

#[test]
fn a_tap_on_a_screen_that_did_not_yet_show_the_other_answer_does_not_silence_it() {
    let story = Story::begin();
    let mut marcus = story.tablet("marcus", OUTREACH);
    let mut asha = story.tablet("asha", OT);
    let person = register(&mut marcus);
    let visit = start_visit(&mut marcus, person);
    marcus.act(person, answer(visit, "yes")).unwrap();
    marcus.sync().unwrap();
    asha.sync().unwrap();
    let on_screen: Vec<_> = rugs(&marcus.visit(visit).unwrap()).seen().collect();

    let seen = rugs(&asha.visit(visit).unwrap()).seen().collect();
    asha.act_seeing(person, answer(visit, "no"), seen).unwrap();
    asha.sync().unwrap();
    // The other answer has merged; the page has not drawn it when the finger comes down.
    marcus.sync().unwrap();
    marcus.skew_ms = 1_000;
    marcus.act_seeing(person, answer(visit, "yes"), on_screen).unwrap();
    marcus.sync().unwrap();
    asha.sync().unwrap();
    for tablet in [&mut marcus, &mut asha] {
        let page = tablet.visit(visit).unwrap();
        let values: Vec<_> = rugs(&page).sides.iter().filter_map(|side| side.value.as_text()).collect();
        assert!(values.contains(&"no"), "{values:?}");
    }
}
