//! The store: everything the server keeps, behind one contract.
//!
//! In: accounts, sessions, devices, batches. Out: the same, and each scope's feed.
//! Only this room names a database. Every promise of [`contract`] has a test in `tests/it/contract`, run on each store.

pub mod contract;
pub mod sqlite;

pub use contract::{Store, StoreFault};
