//! Headless tablets and the real server: the promises of sync, seen true with real processes and a real database.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it says"
)]

mod command_line;
mod day;
mod lost_server;
mod story;
mod two_tablets;
