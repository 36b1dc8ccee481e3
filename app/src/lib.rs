//! The tablet: a thin page that draws, and a worker that owns the records, the store and the sync.
//!
//! Where to start: [`bridge`] (every message between the two) and [`projection`] (what the page draws).
//! Only `platform` names the browser; everything outside `platform`, `page`, `worker`, `ui` and `features` compiles
//! natively too, so that tests drive the same engine the tablet runs.

pub mod address;
pub mod bridge;
pub mod engine;
pub mod projection;
pub mod session;
pub mod store;
pub mod typing;
pub mod wording;

#[cfg(target_arch = "wasm32")]
mod dispatch;
#[cfg(target_arch = "wasm32")]
mod features;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod part;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod routes;
#[cfg(target_arch = "wasm32")]
mod ui;
#[cfg(target_arch = "wasm32")]
mod worker;

#[cfg(target_arch = "wasm32")]
pub use {page::start_page, worker::start_worker};
