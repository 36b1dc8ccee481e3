//! The server as a process: started, used over HTTP, broken, stopped.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it says"
)]

mod contract;
mod demonstration;
mod disk;
mod harness;
mod hostile;
mod refusals;
mod sign_in;
mod socket;
mod tablet;
mod upload;
