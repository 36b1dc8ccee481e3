//! Headless tablets and the real server: the promises of sync, seen true with real processes and a real database.

mod day;
mod lost_server;
mod story;
mod two_tablets;
