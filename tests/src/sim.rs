//! The simulator: real client and server machines, real documents, and a world that does its worst to them.
//!
//! In: a seed. Out: nothing, or the first promise that was broken. One seed is one schedule, for ever: time, chance,
//! crashes, restores and the network all follow from it.
//! Never waits and never reads a clock. Source: sync design, "What must be tested".

pub mod chance;
pub mod device;
pub mod disk;
pub mod oracle;
pub mod server;
pub mod world;

pub use oracle::Broken;
pub use world::{Breakage, Outcome, World};
