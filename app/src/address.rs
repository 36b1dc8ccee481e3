//! Addresses: which screen is where. No address names a person; ids are opaque.
//!
//! In: a screen, or the path in the browser's address. Out: the other of the two. A path nobody made is no screen.
//! Pure, so that every address is tested to come back as the screen it was made for. Source: device design, "Shell".

use doorstep_shared::ids::{PersonId, VisitId};

use crate::projection::visit::TaskId;

/// The parts of a visit that have a page, in the order of a visit.
const TASKS: [TaskId; 9] = [
    TaskId::Here,
    TaskId::Consent,
    TaskId::OwnWords,
    TaskId::Home,
    TaskId::Readings,
    TaskId::Equipment,
    TaskId::Actions,
    TaskId::NextContact,
    TaskId::CheckAndSign,
];

/// The word of a part in its address.
const fn slug(task: TaskId) -> &'static str {
    match task {
        TaskId::Here => "here",
        TaskId::Consent => "consent",
        TaskId::OwnWords => "notes",
        TaskId::Home => "home",
        TaskId::Readings => "measurements",
        TaskId::Equipment => "equipment",
        TaskId::Actions => "actions",
        TaskId::NextContact => "next",
        TaskId::CheckAndSign => "sign",
    }
}

fn task(name: &str) -> Option<TaskId> {
    TASKS.into_iter().find(|task| slug(*task) == name)
}

/// A screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Today.
    Today,
    /// People.
    People,
    /// A person's page.
    Person(PersonId),
    /// Planning a visit to a person.
    Plan(PersonId),
    /// A visit's task list.
    Visit(VisitId),
    /// One part of a visit.
    Task(VisitId, TaskId),
    /// One room of a visit's home safety assessment, by its id.
    Room(VisitId, String),
    /// The review queue.
    Queue,
    /// A visit as the OT reviews it.
    Review(VisitId),
    /// Needs you.
    NeedsYou,
    /// Sync status.
    SyncStatus,
    /// This device.
    Device,
    /// SOS.
    Sos,
}

impl Screen {
    /// The screen at a path; nothing for a path that is none of ours. A `/` at the end makes no difference.
    pub fn at(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Some(match parts.as_slice() {
            [] => Self::Today,
            ["people"] => Self::People,
            ["people", person] => Self::Person(person.parse().ok()?),
            ["people", person, "plan"] => Self::Plan(person.parse().ok()?),
            ["visits", visit] => Self::Visit(visit.parse().ok()?),
            ["visits", visit, name] => Self::Task(visit.parse().ok()?, task(name)?),
            ["visits", visit, "home", room] => Self::Room(visit.parse().ok()?, (*room).to_owned()),
            ["review"] => Self::Queue,
            ["review", visit] => Self::Review(visit.parse().ok()?),
            ["needs-you"] => Self::NeedsYou,
            ["sync-status"] => Self::SyncStatus,
            ["device"] => Self::Device,
            ["sos"] => Self::Sos,
            _ => return None,
        })
    }

    /// Its path.
    pub fn path(&self) -> String {
        match self {
            Self::Today => "/".to_owned(),
            Self::People => "/people".to_owned(),
            Self::Person(person) => format!("/people/{person}"),
            Self::Plan(person) => format!("/people/{person}/plan"),
            Self::Visit(visit) => format!("/visits/{visit}"),
            Self::Task(visit, task) => format!("/visits/{visit}/{}", slug(*task)),
            Self::Room(visit, room) => format!("/visits/{visit}/home/{room}"),
            Self::Queue => "/review".to_owned(),
            Self::Review(visit) => format!("/review/{visit}"),
            Self::NeedsYou => "/needs-you".to_owned(),
            Self::SyncStatus => "/sync-status".to_owned(),
            Self::Device => "/device".to_owned(),
            Self::Sos => "/sos".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Screen> {
        let (person, visit) = (PersonId::from_bytes([1; 16]), VisitId::from_bytes([2; 16]));
        let mut all = vec![
            Screen::Today,
            Screen::People,
            Screen::Person(person),
            Screen::Plan(person),
            Screen::Visit(visit),
            Screen::Room(visit, "bathroom".to_owned()),
            Screen::Queue,
            Screen::Review(visit),
            Screen::NeedsYou,
            Screen::SyncStatus,
            Screen::Device,
            Screen::Sos,
        ];
        all.extend(TASKS.map(|task| Screen::Task(visit, task)));
        all
    }

    #[test]
    fn every_screen_is_at_the_address_made_for_it_and_at_no_other() {
        for screen in all() {
            assert_eq!(Screen::at(&screen.path()).as_ref(), Some(&screen), "{}", screen.path());
            assert_eq!(all().iter().filter(|other| other.path() == screen.path()).count(), 1);
        }
    }

    #[test]
    fn a_path_nobody_made_is_no_screen() {
        let visit = VisitId::from_bytes([2; 16]);
        for path in ["/peoples", "/people/7", "/visits", "/review/x", "/sos/x", "/visits/../people"] {
            assert_eq!(Screen::at(path), None, "{path}");
        }
        assert_eq!(Screen::at(&format!("/visits/{visit}/nothing")), None);
        assert_eq!(Screen::at(&format!("/visits/{visit}/notes/x")), None);
    }

    #[test]
    fn a_stroke_at_the_end_makes_no_difference() {
        assert_eq!(Screen::at("/people/"), Some(Screen::People));
    }
}
