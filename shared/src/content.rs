//! The content of the field: home safety items and the assistive technology catalogue.
//!
//! In: one blob the build made and checked from `content/*.json`. Out: the same content for every caller.
//! Never reads a file and never parses text. No clinician has reviewed the wording or the rules.

use std::sync::OnceLock;

pub use self::catalogue::*;
pub use self::expression::{Expression, Observed};
pub use self::home_safety::*;

mod catalogue;
mod expression;
mod home_safety;

/// Written by `build.rs`, which has read every byte of it back.
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/content.postcard"));

fn content() -> &'static (HomeSafety, Catalogue) {
    static CONTENT: OnceLock<(HomeSafety, Catalogue)> = OnceLock::new();
    CONTENT.get_or_init(|| {
        postcard::from_bytes(BLOB).expect("the build wrote this blob from these very types and read it back")
    })
}

/// Everything asked about a home.
pub fn home_safety() -> &'static HomeSafety {
    &content().0
}

/// Every device, measurement, condition and move.
pub fn catalogue() -> &'static Catalogue {
    &content().1
}

impl HomeSafety {
    /// An item by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// A room by its id.
    pub fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// A profile question by its id.
    pub fn profile_question(&self, id: &str) -> Option<&ProfileQuestion> {
        self.profile.iter().find(|question| question.id == id)
    }

    /// A flag by its id.
    pub fn flag(&self, id: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.id == id)
    }

    /// The items of one room that are shown in the house: core items first, then the rest, each in content order.
    pub fn items_in(&self, room: &str) -> Vec<&Item> {
        let shown = || self.items.iter().filter(move |item| item.room == room && item.shown_in_house());
        shown().filter(|item| item.core).chain(shown().filter(|item| !item.core)).collect()
    }

    /// The items asked first, at the door.
    pub fn emergencies(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.emergency)
    }

    /// What a severity of 1 to 4 means; empty for any other.
    pub fn severity_text(&self, severity: u8) -> &'static str {
        let place = usize::from(severity).wrapping_sub(1);
        self.severities.get(place).map_or("", |words| words.0)
    }
}

impl Item {
    /// Whether the item may be seen on a screen in the house.
    pub fn shown_in_house(&self) -> bool {
        self.document == ItemDocument::Visit
    }

    /// Whether a same-day answer interrupts before the worker leaves the room.
    pub fn interrupts(&self) -> bool {
        self.document == ItemDocument::Visit
    }

    /// Whether the item is asked only when the person is seen alone.
    pub fn only_when_seen_alone(&self) -> bool {
        self.document == ItemDocument::Concern
    }

    /// The flags this item's hazard brings up, by the answer that does.
    pub fn asked_flags(&self) -> impl Iterator<Item = (&'static Flag, &'static str)> {
        let id = self.id;
        home_safety().flags.iter().filter_map(move |flag| match flag.from {
            FlagFrom::AskedWhen { item, answer } if item == id => Some((flag, answer)),
            FlagFrom::AskedWhen { .. }
            | FlagFrom::Profile { .. }
            | FlagFrom::Team
            | FlagFrom::AskedWith { .. }
            | FlagFrom::DistressConversation => None,
        })
    }
}

impl Catalogue {
    /// A device by its id.
    pub fn device(&self, id: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == id)
    }

    /// A measurement field by its id.
    pub fn measurement(&self, id: &str) -> Option<&MeasurementField> {
        self.measurements.iter().find(|field| field.id == id)
    }

    /// A condition by its id.
    pub fn condition(&self, id: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.id == id)
    }

    /// What a state needs.
    pub fn state(&self, state: State) -> Option<&StateNeeds> {
        self.states.iter().find(|needs| needs.id == state)
    }
}
