//! The store: where everything said to be saved is.
//!
//! In: writes that belong together, from the engine. Out: rows, after a crash too.
//! Every value begins with a format-version byte ([`schema`]) and passes [`seal`] on its way in and out.
//! Never interprets a record, never retries what could be done twice. Source: device design, "Page, worker, store".

pub mod contract;
#[cfg(not(target_arch = "wasm32"))]
pub mod file;
pub mod memory;
pub mod schema;
pub mod seal;

pub use contract::{Disk, DiskFault, Row, Table, Write};
pub use seal::Sealed;
