use super::kit::{
    Device, PERSON, VISIT, asha, bryony, changed, check, hana, item, lines, marcus, register, sign,
};
use crate::decide::{Act, Answer, Change, Holder, Refusal, Resolution, Worker};
use crate::domain::entry::{How, NonAnswer, Value};
use crate::domain::home;
use crate::domain::kind::DocKind;
use crate::domain::person::{ConsentKind, ConsentState};
use crate::domain::record::Place;
use crate::domain::review::Closed;
use crate::domain::shape::Misfit;
use crate::domain::standing::{Standings, Verdict};
use crate::ids::VisitId;

#[test]
fn registering_a_person_makes_their_document_once() {
    let lines = &[
        "create Person",
        "identity/name replaces 0",
        "identity/born replaces 0",
        "identity/nhs_number replaces 0",
        "contact/address replaces 0",
        "contact/phone replaces 0",
    ];
    check(&Device::new(0), hana(), register(), Ok(lines));
    let device = Device::at_the_door();
    check(&device, hana(), register(), Err(Refusal::AlreadyRegistered { person: PERSON }));
}

#[test]
fn a_number_that_cannot_be_an_nhs_number_is_refused() {
    let Act::RegisterPerson(mut new) = register() else { unreachable!("built above") };
    new.nhs_number = Some("999 201 0313".into());
    let about = "identity/nhs_number".to_owned();
    let refusal = Refusal::Value { about, misfit: Misfit::NhsNumber };
    check(&Device::new(0), hana(), Act::RegisterPerson(new), Err(refusal));
}

#[test]
fn a_command_sent_twice_counts_once() {
    let mut device = Device::at_the_door();
    let command = device.command(item("hs-ba02", "no"));
    assert_eq!(lines(&device.sends(marcus(), &command).unwrap()), ["home/hs-ba02 replaces 0"]);
    assert_eq!(device.sends(marcus(), &command), Ok(Vec::new()));
}

#[test]
fn a_second_tap_on_a_slow_tablet_is_not_an_error_and_starts_nothing_twice() {
    let mut device = Device::at_the_door();
    check(&device, marcus(), Act::StartVisit { visit: VISIT }, Ok(&[]));
    device.does(marcus(), item("hs-ba02", "no"));
    check(&device, marcus(), item("hs-ba02", "no"), Ok(&[]));
}

#[test]
fn an_answer_replaces_the_ones_on_the_screen_and_the_pages_own_on_their_way() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-en05", Value::Whole(10)));
    check(&device, marcus(), item("hs-en05", Value::Whole(12)), Ok(&["home/hs-en05 replaces 1"]));
    // The page has not drawn its first tap yet, but knows its key.
    let before = device.screen.clone();
    let first = device.command(item("hs-en05", Value::Whole(14)));
    device.sends(marcus(), &first).unwrap();
    let mut second = device.command(item("hs-en05", Value::Whole(15)));
    second.seen = before;
    second.sent = first.keys;
    assert_eq!(lines(&device.sends(marcus(), &second).unwrap()), ["home/hs-en05 replaces 1"]);
    assert_eq!(device.stands("home/hs-en05"), (Verdict::One, Some(Value::Whole(15))));
}

#[test]
fn a_tap_on_a_screen_that_did_not_show_the_other_answer_does_not_silence_it() {
    let mut mine = Device::at_the_door();
    let mut theirs = mine.other(100);
    theirs.does(asha(), item("hs-ha02", "no"));
    mine.receives(&theirs);
    mine.asks(marcus(), item("hs-ha02", "yes")).unwrap();
    assert_eq!(mine.stands("home/hs-ha02"), (Verdict::Clash, Some("no".into())));
}

#[test]
fn the_hazard_stands_until_the_lead_visitor_or_an_ot_decides() {
    let mut mine = Device::at_the_door();
    let mut theirs = mine.other(100);
    mine.does(marcus(), item("hs-ha02", "no"));
    theirs.does(bryony(), item("hs-ha02", "yes"));
    mine.syncs(&mut theirs);
    assert_eq!(mine.stands("home/hs-ha02"), (Verdict::Clash, Some("no".into())));
    let resolve = |device: &Device, reason: &str| Act::ResolveClash {
        to: Holder::Visit(VISIT),
        about: "home/hs-ha02".into(),
        resolution: Resolution::Keep(device.find("home/hs-ha02")),
        reason: reason.into(),
    };
    let about = || "home/hs-ha02".to_owned();
    let act = resolve(&theirs, "looked again");
    check(&theirs, bryony(), act, Err(Refusal::MayNotResolve { about: about() }));
    let act = resolve(&mine, " ");
    check(&mine, marcus(), act, Err(Refusal::Value { about: about(), misfit: Misfit::Empty }));
    check(&mine, marcus(), resolve(&mine, "looked again"), Ok(&["home/hs-ha02 replaces 2"]));
    check(&mine, asha(), resolve(&mine, "looked again"), Ok(&["home/hs-ha02 replaces 2"]));
    mine.does(marcus(), resolve(&mine, "looked again"));
    theirs.receives(&mine);
    assert_eq!(theirs.stands("home/hs-ha02"), mine.stands("home/hs-ha02"));
    assert_eq!(mine.stands("home/hs-ha02").0, Verdict::One);
    check(&mine, asha(), resolve(&mine, "again"), Err(Refusal::NoClash { about: about() }));
}

#[test]
fn an_outreach_worker_who_does_not_lead_cannot_silence_anothers_answer() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-ha02", "no"));
    device.does(bryony(), changed("hs-ha02", "yes", Some(Change::Wrong)));
    assert_eq!(device.stands("home/hs-ha02"), (Verdict::Clash, Some("no".into())));
    // Their own earlier answer is theirs to change.
    device.does(bryony(), item("hs-ha02", "no"));
    assert_eq!(device.stands("home/hs-ha02"), (Verdict::One, Some("no".into())));
}

#[test]
fn a_same_day_item_is_resolved_by_an_ot_and_nobody_else() {
    let mut device = Device::at_the_door();
    device.does(bryony(), item("hs-fs01", "no"));
    device.does(marcus(), changed("hs-fs01", "yes", Some(Change::Wrong)));
    assert_eq!(device.stands("home/hs-fs01"), (Verdict::Clash, Some("no".into())));
    device.does(asha(), changed("hs-fs01", "yes", Some(Change::Wrong)));
    assert_eq!(device.stands("home/hs-fs01"), (Verdict::One, Some("yes".into())));
}

#[test]
fn a_lead_hands_over_their_own_visit_and_nobody_takes_it() {
    let mut device = Device::at_the_door();
    let to = |worker: Worker| Act::HandOver { visit: VISIT, lead: worker.author.worker };
    let leads = |device: &Device| Standings::of(&device.record).leads(VISIT);
    let mut taken = device.clone();
    taken.does(bryony(), to(bryony()));
    assert_eq!(leads(&taken), [marcus().author.worker, bryony().author.worker]);
    device.does(marcus(), to(bryony()));
    assert_eq!(leads(&device), [bryony().author.worker]);
}

#[test]
fn refused_stands_over_given_until_an_ot_decides() {
    let mut device = Device::at_the_door();
    let consent = |state| Act::RecordConsent {
        visit: VISIT,
        kind: ConsentKind::Photos,
        recipient: None,
        state,
        detail: String::new(),
        how: Some(How::Told),
    };
    device.does(marcus(), consent(ConsentState::Refused));
    device.does(bryony(), consent(ConsentState::Given));
    let about = format!("consent/{VISIT}/photos");
    let state = |device: &Device| device.stands(&about).1.and_then(|value| value.field("state").cloned());
    assert_eq!((device.stands(&about).0, state(&device)), (Verdict::Clash, Some("refused".into())));
    device.does(asha(), consent(ConsentState::Given));
    assert_eq!((device.stands(&about).0, state(&device)), (Verdict::One, Some("given".into())));
}

#[test]
fn nothing_stands_for_an_address_while_two_differ() {
    let mut mine = Device::at_the_door();
    let mut theirs = mine.other(100);
    let moved = |to: &str| {
        Act::Answer(Answer {
            to: Holder::Person,
            about: "contact/address".into(),
            value: to.into(),
            how: None,
            observed_at: None,
            reason: None,
        })
    };
    mine.does(marcus(), moved("1 First Street"));
    theirs.does(hana(), moved("2 Second Street"));
    mine.syncs(&mut theirs);
    assert_eq!(mine.stands("contact/address"), (Verdict::Clash, None));
    mine.does(hana(), moved("2 Second Street"));
    assert_eq!(mine.stands("contact/address"), (Verdict::One, Some("2 Second Street".into())));
}

#[test]
fn two_staff_stands_as_soon_as_anybody_said_so() {
    let mut mine = Device::at_the_door();
    let mut theirs = mine.other(100);
    let alert = |is| {
        Act::Answer(Answer {
            to: Holder::Person,
            about: "alert/two_staff".into(),
            value: Value::Flag(is),
            how: None,
            observed_at: None,
            reason: None,
        })
    };
    mine.does(marcus(), alert(false));
    theirs.does(hana(), alert(true));
    mine.syncs(&mut theirs);
    assert_eq!(mine.stands("alert/two_staff"), (Verdict::Clash, Some(Value::Flag(true))));
}

#[test]
fn changing_a_hazard_asks_whether_it_was_wrong_or_is_fixed() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-ha02", "no"));
    let refusal = Refusal::WrongOrFixed { item: "hs-ha02".into() };
    check(&device, marcus(), item("hs-ha02", "yes"), Err(refusal));
    let wrong = changed("hs-ha02", "yes", Some(Change::Wrong));
    check(&device, marcus(), wrong, Ok(&["home/hs-ha02 replaces 1"]));
    // Fixed keeps what was found and closes it by name.
    device.does(marcus(), changed("hs-ha02", "yes", Some(Change::Fixed(Closed::Removed))));
    assert_eq!(device.stands("home/hs-ha02"), (Verdict::One, Some("no".into())));
    let standings = Standings::of(&device.record);
    let hazards = home::hazards(&standings, &device.record, VISIT);
    assert_eq!(
        hazards.iter().map(|one| one.closed.map(|closed| closed.0)).collect::<Vec<_>>(),
        [Some(Closed::Removed)]
    );
    assert_eq!(home::open_hazards(&standings, &device.record), []);
}

#[test]
fn a_hazard_of_an_earlier_visit_is_closed_by_the_visit_that_sees_it_gone() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-ha02", "no"));
    device.does(marcus(), sign(&device));
    let later = VisitId::from_bytes([7; 16]);
    device.does(bryony(), Act::StartVisit { visit: later });
    let gone = Act::AnswerItem {
        visit: later,
        item: "hs-ha02".into(),
        value: "yes".into(),
        how: None,
        change: Some(Change::Fixed(Closed::Removed)),
        observed_at: None,
    };
    check(&device, bryony(), gone.clone(), Ok(&["fixed/+ replaces 0", "home/hs-ha02 replaces 0"]));
    device.does(bryony(), gone);
    assert_eq!(home::open_hazards(&Standings::of(&device.record), &device.record), []);
}

#[test]
fn a_sweep_answers_only_what_is_open_and_may_be_swept() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-ha02", "no"));
    // Loose rugs are answered, walkways are severe, the floor covering is open and may be swept.
    let items = ["hs-ha02", "hs-ha01", "hs-ha03"].map(str::to_owned).to_vec();
    device.does(marcus(), Act::SweepRoom { visit: VISIT, items });
    assert_eq!(device.stands("home/hs-ha02").1, Some("no".into()));
    assert_eq!(device.stands("home/hs-ha03").1, Some("yes".into()));
    let standings = Standings::of(&device.record);
    assert!(standings.get(Place::of_visit(DocKind::Visit, VISIT), "home/hs-ha01").is_none());
}

#[test]
fn an_answer_outside_the_content_is_refused_with_its_reason() {
    let device = Device::at_the_door();
    for (id, value, misfit) in [
        ("hs-ha02", Value::text("perhaps"), Misfit::Choice),
        ("hs-ha02", Value::Whole(1), Misfit::Kind),
        ("hs-en06", Value::Whole(9_000), Misfit::Range { least: 400.0, most: 1_200.0 }),
        ("hs-fs01", Value::Non(NonAnswer::NotApplicable), Misfit::AlwaysApplies),
    ] {
        let refusal = Refusal::Value { about: format!("home/{id}"), misfit };
        check(&device, marcus(), item(id, value), Err(refusal));
    }
    let elsewhere = Refusal::RecordedElsewhere { item: "hs-pe05".into() };
    check(&device, marcus(), item("hs-pe05", "no"), Err(elsewhere));
}
