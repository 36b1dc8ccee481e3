//! Every decision Doorstep makes, and no IO: no clock, no chance, no threads, no printing.
//!
//! Where to start: [`domain::entry`] (what a record is made of), [`docs`] (how entries become changes),
//! [`sync`] (how changes travel), [`decide`] (what a worker's command does).
//! Modules look one way only: `ids, time, content → domain → decide → docs` and `ids, time → docs::Change → sync`.

pub mod content;
pub mod decide;
#[cfg(feature = "demonstration")]
pub mod demonstration;
pub mod docs;
pub mod domain;
pub mod ids;
pub mod nhs_number;
pub mod sorted;
pub mod sync;
pub mod time;
