//! The tablet: a thin page that draws, and a worker that owns the records, the store and the sync.
//!
//! Where to start: [`bridge`] (every message between the two) and [`projection`] (what the page draws).
//! Only `platform` names the browser; everything outside `platform`, `page`, `worker`, `ui` and `features` compiles
//! natively too, so that tests drive the same engine the tablet runs.

pub mod bridge;
pub mod engine;
pub mod projection;
pub mod session;
pub mod store;
