//! Sync on the server: the shared machine decides, these rooms perform.
//!
//! In: bytes from a device whose worker signed in. Out: answers, each after what it says is on disk.
//! Nothing of the protocol is decided here. Source: `doorstep_shared::sync`.

pub(crate) mod hub;
pub(crate) mod reading;
pub(crate) mod runner;
