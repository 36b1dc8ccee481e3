//! A server that lost what it had acknowledged: tablets notice by themselves and make it whole.

use doorstep_app::projection::Mark;
use doorstep_shared::decide::Act;
use doorstep_shared::domain::entry::Value;

use crate::story::{OT, OTHER_OUTREACH, OUTREACH, Story, register, start_visit};

#[test]
fn an_old_database_put_back_is_given_everything_again_own_changes_and_other_peoples() {
    let mut story = Story::begin();
    let mut marcus = story.tablet("marcus", OUTREACH);
    let mut asha = story.tablet("asha", OT);
    let first = register(&mut marcus);
    marcus.sync().unwrap();
    asha.sync().unwrap();
    story.stop();
    let backup = story.data.back_up().unwrap();

    story.start();
    marcus.move_to(&story.url());
    asha.move_to(&story.url());
    let visit = start_visit(&mut marcus, first);
    marcus.sync().unwrap();
    let second = register(&mut asha);
    asha.sync().unwrap();
    let later = start_visit(&mut asha, second);
    asha.sync().unwrap();
    marcus.sync().unwrap();
    assert_eq!(asha.visit(visit).unwrap().mark, Mark::Stored);
    story.stop();
    story.data.put_back(&backup).unwrap();
    story.start();

    // Only Asha's tablet comes back: it brings her own changes and those of Marcus.
    asha.move_to(&story.url());
    let status = asha.sync().unwrap();
    assert_eq!(status.unsent, 0);
    let mut bryony = story.tablet("bryony", OTHER_OUTREACH);
    bryony.sync().unwrap();
    assert!(bryony.visit(visit).is_ok(), "the visit another worker brought back");
    assert!(bryony.visit(later).is_ok());

    marcus.move_to(&story.url());
    marcus.sync().unwrap();
    let answer = Act::AnswerItem {
        visit,
        item: "hs-ba02".into(),
        value: Value::text("no"),
        how: None,
        change: None,
        observed_at: None,
    };
    marcus.act(first, answer).unwrap();
    marcus.sync().unwrap();
    asha.sync().unwrap();
    assert_eq!(asha.visit(visit).unwrap().home.totals.hazards, 1);
}
