//! From addresses to screens: the page's whole content by where the browser is.
//!
//! In: the path the desk follows. Out: the frame with one screen in it, or the door before it.
//! A screen stays while its address stays; the addresses themselves are made and read by `address`.

use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::address::Screen;
use crate::dispatch::Desk;
use crate::features::{
    assessment, clashes, equipment, frame, notes, people, person, review, sign_in, sos, sync_status,
    this_device, today, visit,
};
use crate::part::{Part, live};
use crate::projection::visit::TaskId;

/// A person's page.
pub(crate) fn person(person: PersonId) -> String {
    Screen::Person(person).path()
}

/// A visit's task list.
pub(crate) fn visit(visit: VisitId) -> String {
    Screen::Visit(visit).path()
}

/// One page of a visit.
pub(crate) fn visit_part(visit: VisitId, task: TaskId) -> String {
    Screen::Task(visit, task).path()
}

/// One room of a visit's home safety assessment.
pub(crate) fn room(visit: VisitId, room: &str) -> String {
    Screen::Room(visit, room.to_owned()).path()
}

/// A visit as the OT reviews it.
pub(crate) fn review(visit: VisitId) -> String {
    Screen::Review(visit).path()
}

/// The whole page: the door, or the frame with a screen.
pub(crate) fn page(desk: Desk) -> AnyView {
    frame::frame(desk, move || sign_in::door(desk, move || screens(desk)))
}

fn screens(desk: Desk) -> AnyView {
    let screen = Part::new(move || desk.path.with(|path| Screen::at(path)));
    live(move || screen.get().map_or_else(frame::no_such_page, |screen| draw(desk, screen)))
}

fn draw(desk: Desk, screen: Screen) -> AnyView {
    match screen {
        Screen::Today => today::screen(desk),
        Screen::People => people::screen(desk),
        Screen::Person(person) => person::screen(desk, person),
        Screen::Plan(person) => person::plan(desk, person),
        Screen::Visit(visit) => visit::screen(desk, visit),
        Screen::Task(visit, task) => match task {
            TaskId::Here => visit::here(desk, visit),
            TaskId::Consent => visit::consent(desk, visit),
            TaskId::OwnWords => notes::screen(desk, visit),
            TaskId::Home => assessment::profile(desk, visit),
            TaskId::Readings => visit::measurements(desk, visit),
            TaskId::Equipment => equipment::screen(desk, visit),
            TaskId::Actions => visit::actions(desk, visit),
            TaskId::NextContact => visit::next_contact(desk, visit),
            TaskId::CheckAndSign => visit::sign(desk, visit),
        },
        Screen::Room(visit, room) => assessment::room(desk, visit, room),
        Screen::Queue => review::queue(desk),
        Screen::Review(visit) => review::screen(desk, visit),
        Screen::NeedsYou => clashes::screen(desk),
        Screen::SyncStatus => sync_status::screen(desk),
        Screen::Device => this_device::screen(desk),
        Screen::Sos => sos::screen(desk),
    }
}
