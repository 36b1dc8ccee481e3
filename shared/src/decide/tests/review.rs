use std::collections::BTreeMap;

use super::kit::{
    Device, START, VISIT, asha, bryony, check, decide_act, hana, item, lines, marcus, propose, sign, weight,
    worker,
};
use crate::content::State;
use crate::decide::{Act, Decision, NoteName, Refusal, SameDayAction};
use crate::domain::entry::{EntryRef, Value};
use crate::domain::equipment::{self, CheckKind, MoveRefusal};
use crate::domain::kind::DocKind;
use crate::domain::note::Section;
use crate::domain::record::Place;
use crate::domain::review::{CountersignOutcome, DeclinedBy, SupplyKind};
use crate::domain::role::Role;
use crate::domain::standing::Standings;
use crate::domain::visit::{Plan, VisitKind, VisitMode, VisitOutcome};
use crate::domain::{field, proposal, signature};
use crate::ids::{DocId, EntryKey, VisitId};
use crate::time::Date;

#[test]
fn only_a_same_day_item_without_an_action_stops_signing() {
    let mut device = Device::at_the_door();
    device.does(marcus(), item("hs-fs01", "no"));
    let refusal = Refusal::SameDayWithoutAction { items: vec!["hs-fs01".into()] };
    check(&device, marcus(), sign(&device), Err(refusal));
    let action = SameDayAction::Told { who: "fire service".into(), how: "phone".into(), at: START };
    device.does(marcus(), Act::RecordSameDayAction { visit: VISIT, item: "hs-fs01".into(), action });
    let lines = &["signature/+ replaces 0", "create Summary", "summary/+ replaces 0"];
    check(&device, marcus(), sign(&device), Ok(lines));
}

#[test]
fn what_arrived_while_reading_stops_a_signature_and_a_note_does_too() {
    let mut mine = Device::at_the_door();
    let mut theirs = mine.other(100);
    theirs.does(bryony(), item("hs-ha02", "no"));
    let read = sign(&mine);
    mine.receives(&theirs);
    let docs = mine.versions(DocKind::Visit).into_iter().map(|(doc, _)| doc).collect();
    let refusal = Refusal::ChangedWhileReading { entries: Vec::new(), docs };
    check(&mine, marcus(), read, Err(refusal));
    // The versions are the present ones, but the screen never showed the answer.
    let entries = vec![mine.find("home/hs-ha02")];
    let refusal = Refusal::ChangedWhileReading { entries, docs: Vec::new() };
    check(&mine, marcus(), sign(&mine), Err(refusal));
}

#[test]
fn a_signed_visit_takes_addenda_and_nothing_else() {
    let mut device = Device::at_the_door();
    let addendum = Act::Addendum { visit: VISIT, text: "The daughter rang.".into(), reason: String::new() };
    check(&device, marcus(), addendum.clone(), Err(Refusal::NotSigned { visit: VISIT }));
    check(
        &device,
        bryony(),
        sign(&device),
        Err(Refusal::NotYourVisit { visit: VISIT, leads: vec![marcus().author.worker] }),
    );
    device.does(marcus(), sign(&device));
    let signed = Refusal::AlreadySigned { visit: VISIT };
    check(&device, marcus(), item("hs-ha02", "no"), Err(signed.clone()));
    check(&device, marcus(), sign(&device), Err(signed));
    check(&device, bryony(), addendum, Ok(&["addendum/+ replaces 0"]));
}

#[test]
fn either_of_two_leads_signs_and_both_versions_are_kept() {
    let mut device = Device::at_the_door();
    let take = Act::HandOver { visit: VISIT, lead: bryony().author.worker };
    device.does(bryony(), take);
    device.does(marcus(), sign(&device));
    device.does(bryony(), sign(&device));
    assert_eq!(signature::signatures(&Standings::of(&device.record), VISIT).len(), 2);
}

#[test]
fn a_device_only_an_ot_may_recommend_is_asked_for_and_never_proposed_by_others() {
    let device = Device::at_the_door();
    let refusal = Refusal::AskOtToAssess { device: "at-bed-lever".into() };
    check(&device, marcus(), propose("at-bed-lever", None), Err(refusal));
    let Act::Propose { visit, proposal } = propose("at-bed-lever", None) else { unreachable!() };
    let mut asked = device.clone();
    asked.does(marcus(), Act::AskToAssess { visit, proposal });
    assert!(proposal::proposals(&Standings::of(&asked.record), VISIT)[0].ask);
}

/// The checks that stop what the OT asks.
#[track_caller]
fn stops(device: &Device, act: Act) -> Vec<(CheckKind, equipment::Verdict)> {
    match device.clone().asks(asha(), act) {
        Err(Refusal::NotApprovable { checks }) => {
            checks.iter().map(|check| (check.kind, check.verdict)).collect()
        }
        other => panic!("not stopped by a check: {other:?}"),
    }
}

#[test]
fn an_approval_writes_its_instruction_in_the_same_act() {
    let mut device = Device::at_the_door();
    device.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = device.find("proposal/+");
    let approve = || decide_act(at, Decision::Approve);
    check(
        &device,
        marcus(),
        approve(),
        Err(Refusal::RoleMayNotAnswer { role: Role::OutreachWorker, about: proposal::decision_about(at) }),
    );
    assert_eq!(stops(&device, approve()), [(CheckKind::Load, equipment::Verdict::Unknown)]);
    let mut heavy = device.clone();
    heavy.does(marcus(), weight(191.0));
    assert_eq!(stops(&heavy, approve()), [(CheckKind::Load, equipment::Verdict::Fail)]);
    device.does(marcus(), weight(58.0));
    let edits = device.does(asha(), approve());
    let doc = at.doc;
    assert_eq!(
        lines(&edits),
        [
            "create Review".to_owned(),
            format!("decision/{doc} replaces 0"),
            "create Equipment".to_owned(),
            format!("instruction/{doc} replaces 0"),
        ]
    );
    assert_eq!(device.status(at).state, Some(State::Approved));
}

#[test]
fn a_proposal_that_changed_while_the_ot_was_reading_is_not_decided() {
    let mut mine = Device::at_the_door();
    mine.does(marcus(), weight(58.0));
    mine.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = mine.find("proposal/+");
    let mut theirs = mine.other(100);
    let smaller = Act::SetProposalField { proposal: at, field: "swl_kg".into(), value: Value::Number(50.0) };
    mine.does(marcus(), smaller);
    theirs.receives(&mine);
    let entries = vec![mine.find(&format!("proposal/{}/swl_kg", at.key))];
    let refusal = Refusal::ChangedWhileReading { entries, docs: Vec::new() };
    check(&theirs, asha(), decide_act(at, Decision::Approve), Err(refusal));
}

#[test]
fn a_decision_on_an_earlier_version_orders_nothing_until_it_is_confirmed() {
    let mut mine = Device::at_the_door();
    mine.does(marcus(), weight(58.0));
    mine.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = mine.find("proposal/+");
    let mut theirs = mine.other(100);
    let elsewhere = Act::SetProposalField { proposal: at, field: "place".into(), value: "en suite".into() };
    mine.does(marcus(), elsewhere);
    theirs.does(asha(), decide_act(at, Decision::Approve));
    mine.syncs(&mut theirs);
    assert!(theirs.status(at).earlier_version);
    let on = Date::new(2025, 10, 10).unwrap();
    let order = || Act::RecordSupply { proposal: at, event: SupplyKind::Ordered, on, detail: String::new() };
    check(&theirs, asha(), order(), Err(Refusal::DecidedOnEarlierVersion));
    theirs.does(asha(), Act::ConfirmDecision { proposal: at, reason: "the same frame fits there".into() });
    assert!(!theirs.status(at).earlier_version);
    theirs.does(asha(), order());
    assert_eq!(theirs.status(at).state, Some(State::Ordered));
}

#[test]
fn two_ots_who_decide_differently_stop_supply_until_one_resolves_it() {
    let mut mine = Device::at_the_door();
    mine.does(marcus(), weight(58.0));
    mine.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = mine.find("proposal/+");
    let mut theirs = mine.other(100);
    mine.does(asha(), decide_act(at, Decision::Approve));
    theirs.does(worker(5, Role::Ot), decide_act(at, Decision::Decline { by: DeclinedBy::Ot }));
    mine.syncs(&mut theirs);
    let status = mine.status(at);
    assert_eq!((status.state, status.clash), (Some(State::Declined), true));
    mine.does(asha(), decide_act(at, Decision::Approve));
    let status = mine.status(at);
    assert_eq!((status.state, status.clash), (Some(State::Approved), false));
}

#[test]
fn a_proposal_whose_device_clashes_cannot_be_approved() {
    let mut device = Device::at_the_door();
    device.does(marcus(), weight(58.0));
    device.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = device.find("proposal/+");
    let other = Act::SetProposalField { proposal: at, field: "device".into(), value: "at-bath-board".into() };
    device.does(bryony(), other);
    let about = format!("proposal/{}/device", at.key);
    check(&device, asha(), decide_act(at, Decision::Approve), Err(Refusal::ProposalClashes { about }));
}

#[test]
fn supply_follows_the_allowed_moves_and_the_register_alone_tells_the_coordinator() {
    let mut device = Device::at_the_door();
    device.does(marcus(), weight(58.0));
    device.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = device.find("proposal/+");
    let on = Date::new(2025, 10, 10).unwrap();
    let move_to = |event| Act::RecordSupply { proposal: at, event, on, detail: String::new() };
    check(&device, hana(), move_to(SupplyKind::Ordered), Err(Refusal::NothingDecided));
    device.does(asha(), decide_act(at, Decision::Approve));
    // A coordinator holds no visit and no review.
    device.record.parts.retain(|part| !matches!(part.kind, DocKind::Visit | DocKind::Review));
    assert_eq!(device.status(at).state, Some(State::Approved));
    let refusal =
        Refusal::Move(MoveRefusal::NoSuchMove { from: State::Approved, to: State::FittedDemonstrated });
    check(&device, hana(), move_to(SupplyKind::FittedAndShown), Err(refusal));
    device.does(hana(), move_to(SupplyKind::Ordered));
    device.does(hana(), move_to(SupplyKind::Delivered));
    device.does(marcus(), move_to(SupplyKind::FittedAndShown));
    assert_eq!(device.status(at).state, Some(State::FittedDemonstrated));
    assert_eq!(device.status(at).review_due, Some(on.plus_days(28)));
}

#[test]
fn a_proposal_whose_documents_are_not_held_here_is_not_known_here() {
    let device = Device::at_the_door();
    let elsewhere = EntryRef { doc: DocId::from_bytes([99; 16]), key: EntryKey::from_random([9; 6]) };
    assert_eq!(device.status(elsewhere).state, None);
}

#[test]
fn what_the_ot_asked_is_answered_after_signing() {
    let mut device = Device::at_the_door();
    device.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let at = device.find("proposal/+");
    device.does(marcus(), sign(&device));
    device.does(asha(), decide_act(at, Decision::Ask { whom: marcus().author.worker }));
    assert_eq!(device.status(at).state, Some(State::Asked));
    device.does(marcus(), Act::AnswerOt { proposal: at, text: "Weighed today: 58 kg.".into() });
    assert_eq!(device.status(at).state, Some(State::OtReview));
}

#[test]
fn a_countersignature_names_the_version_that_was_read() {
    let mut device = Device::at_the_door();
    device.does(marcus(), sign(&device));
    let counter = |device: &Device| Act::Countersign {
        visit: VISIT,
        signature: device.find("signature/+"),
        covers: device.versions(DocKind::Visit),
        outcome: CountersignOutcome::Agree,
        detail: String::new(),
    };
    assert_eq!(signature::awaiting_countersign(&Standings::of(&device.record), VISIT).len(), 1);
    let about = "countersign/+".to_owned();
    let role = Role::OutreachWorker;
    check(&device, bryony(), counter(&device), Err(Refusal::RoleMayNotAnswer { role, about }));
    let read = counter(&device);
    device.does(bryony(), Act::Addendum { visit: VISIT, text: "And a mat.".into(), reason: String::new() });
    let docs = device.versions(DocKind::Visit).into_iter().map(|(doc, _)| doc).collect();
    check(&device, asha(), read, Err(Refusal::ChangedWhileReading { entries: Vec::new(), docs }));
    device.does(asha(), counter(&device));
    let standings = Standings::of(&device.record);
    assert_eq!(signature::countersignatures(&standings, VISIT)[0].covers, device.versions(DocKind::Visit));
    assert!(signature::awaiting_countersign(&standings, VISIT).is_empty());
}

#[test]
fn a_coordinator_writes_no_visit_and_decides_no_equipment() {
    let device = Device::at_the_door();
    let refusal = Refusal::RoleMayNotAnswer { role: Role::CareCoordinator, about: "home/hs-ha02".into() };
    check(&device, hana(), item("hs-ha02", "no"), Err(refusal));
    let visit = VisitId::from_bytes([6; 16]);
    let about = "visit/started".to_owned();
    let refusal = Refusal::RoleMayNotAnswer { role: Role::CareCoordinator, about };
    check(&device, hana(), Act::StartVisit { visit }, Err(refusal));
}

#[test]
fn words_already_written_are_not_written_again() {
    let mut device = Device::at_the_door();
    let (doc, seen) = device.versions(DocKind::Visit).remove(0);
    let note = NoteName::Section(Section::OwnWords);
    let type_in = |text: &str| Act::EditNote { doc, note, seen: seen.clone(), text: text.into() };
    check(&device, marcus(), type_in("Something steady."), Ok(&["own_words Something steady."]));
    device.does(marcus(), type_in("Something steady."));
    check(&device, marcus(), type_in("Something steady."), Ok(&[]));
    let unknown = NoteName::Added(EntryKey::from_random([3; 6]));
    let act = Act::EditNote { doc, note: unknown, seen: seen.clone(), text: "?".into() };
    let about = format!("note/{}", EntryKey::from_random([3; 6]));
    check(&device, marcus(), act, Err(Refusal::UnknownField { about }));
}

#[test]
fn a_visit_that_did_not_take_place_ends_without_having_started() {
    let mut device = Device::at_the_door();
    let visit = VisitId::from_bytes([6; 16]);
    let plan = Plan {
        starts_at: START,
        ends_at: START.plus_ms(3_600_000),
        kind: VisitKind::Outreach,
        mode: VisitMode::Home,
        purpose: "first visit".into(),
    };
    device.does(marcus(), Act::PlanVisit { visit, plan, lead: marcus().author.worker, delegation: None });
    let end = |outcome| Act::EndVisit { visit, outcome };
    check(&device, marcus(), end(VisitOutcome::Attended), Err(Refusal::NotStarted { visit }));
    let lines = &["visit/ended replaces 0", "visit/outcome replaces 0"];
    check(&device, marcus(), end(VisitOutcome::NoAccess), Ok(lines));
}

#[test]
fn a_list_thing_leaves_its_list_and_stays_in_the_history() {
    let mut device = Device::at_the_door();
    device.does(marcus(), Act::AddPresent { visit: VISIT, who: "daughter".into(), by_phone: true });
    let thing = device.find("present/+");
    device.does(marcus(), Act::Withdraw { thing, reason: "was the neighbour".into() });
    let standings = Standings::of(&device.record);
    let place = Place::of_visit(DocKind::Visit, VISIT);
    assert!(standings.things(place, "present/+").is_empty());
    assert_eq!(standings.get(place, "present/+").unwrap().history.len(), 1);
}

#[test]
fn a_page_that_draws_too_few_keys_is_told_how_many() {
    let mut device = Device::at_the_door();
    let mut command = device.command(propose("at-toilet-frame-seat", None));
    command.keys.truncate(1);
    let wanted = command.act.keys_wanted();
    assert_eq!(device.sends(marcus(), &command), Err(Refusal::TooFewKeys { given: 1, wanted }));
}

#[test]
fn every_path_a_test_wrote_is_in_the_table_with_a_document_of_its_own_kind() {
    let mut device = Device::at_the_door();
    device.does(marcus(), weight(58.0));
    device.does(marcus(), propose("at-toilet-frame-seat", Some(190.0)));
    let kinds: BTreeMap<DocId, DocKind> =
        device.record.parts.iter().map(|part| (part.doc, part.kind)).collect();
    for recorded in device.record.parts.iter().flat_map(|part| &part.entries) {
        let found = field::find(kinds[&recorded.at.doc], &recorded.entry.about);
        assert!(found.is_some(), "{}", recorded.entry.about);
    }
}
