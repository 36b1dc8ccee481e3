//! The browser: the only place that names web-sys.
//!
//! In: plain values and callbacks. Out: what the browser said, as plain values or named faults.
//! Never decides what an answer means, never holds records, never words anything for people.
//! Each browser call that can fail gives a `Result`; nothing is swallowed but what is said so beside it.

pub(crate) mod address;
pub(crate) mod chance;
pub(crate) mod clock;
pub(crate) mod dom;
pub(crate) mod http;
pub(crate) mod indexed_db;
pub(crate) mod page_life;
pub(crate) mod panic;
pub(crate) mod socket;
pub(crate) mod storage;
pub(crate) mod timer;
pub(crate) mod web_lock;
pub(crate) mod worker_link;
pub(crate) mod worker_scope;
