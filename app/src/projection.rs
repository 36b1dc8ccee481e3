//! Projections: what the page draws, and nothing else of the record.
//!
//! In: documents, content, the directory and the outbox, read by the engine. Out: plain values in ids, numbers, names and
//! content texts; words for people are put to them at the page (`wording`).
//! Built only by the engine and never decided upon: a command carries what was seen, and `decide` reads the record.
//! Source: architecture design, "The journey of one answer", room F.

pub mod answer;
pub mod build;
pub mod digest;
pub mod ground;
pub mod home;
pub mod needs_you;
pub mod people;
pub mod person;
pub mod proposal;
pub mod review;
pub mod sync_status;
pub mod team;
pub mod this_device;
pub mod today;
pub mod visit;

use doorstep_shared::ids::{PersonId, VisitId};
use serde::{Deserialize, Serialize};

pub use answer::{Answer, By, Mark, Side, Stands};
pub use home::{Home, Item, Room};
pub use needs_you::NeedsYou;
pub use people::People;
pub use person::{Banner, PersonPage};
pub use proposal::Proposal;
pub use review::{ReviewPage, ReviewQueue};
pub use sync_status::SyncStatus;
pub use team::Team;
pub use this_device::ThisDevice;
pub use today::Today;
pub use visit::VisitPage;

/// Something the page can watch. The worker sends it once, and again whenever it differs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum View {
    /// Today's visits.
    Today,
    /// The people of the team whose card answers the query; everybody for an empty one.
    People {
        /// What was typed, as typed.
        query: String,
    },
    /// One person.
    Person(PersonId),
    /// One visit.
    Visit(VisitId),
    /// Visits that wait for an OT.
    ReviewQueue,
    /// One visit as the OT reviews it.
    Review(VisitId),
    /// Clashes and refused changes.
    NeedsYou,
    /// What waits to be sent.
    SyncStatus,
    /// The team's directory.
    Team,
    /// This installation.
    ThisDevice,
}

/// What a [`View`] shows now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Projection {
    /// For [`View::Today`].
    Today(Today),
    /// For [`View::People`].
    People(People),
    /// For [`View::Person`].
    Person(PersonPage),
    /// For [`View::Visit`].
    Visit(Box<VisitPage>),
    /// For [`View::ReviewQueue`].
    ReviewQueue(ReviewQueue),
    /// For [`View::Review`].
    Review(ReviewPage),
    /// For [`View::NeedsYou`].
    NeedsYou(NeedsYou),
    /// For [`View::SyncStatus`].
    SyncStatus(SyncStatus),
    /// For [`View::Team`].
    Team(Team),
    /// For [`View::ThisDevice`].
    ThisDevice(ThisDevice),
    /// What was asked for is not known here: no document about it is held, or none may be read.
    NotKnownHere,
}
