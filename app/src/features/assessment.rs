//! Home safety: eight questions about the home, then room by room.

mod change;
mod consequence;
mod item;
mod profile;
mod room;
mod same_day;

pub(crate) use profile::profile;
pub(crate) use room::room;
