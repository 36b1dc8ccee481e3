//! The team's server: signs people in, keeps every change, and relays it.
//!
//! In: [`settings::Settings`]. Out: a running [`Server`] that stops without losing anything, or one clear refusal.
//! Where to start: [`routes`] (the HTTP contract), [`store::contract`] (what is kept), [`auth::policy`] (who may).
//! Rooms: `routes → auth, sync → store`. It moves opaque changes and never opens a document to relay one.

pub mod auth;
mod bundle;
mod clock;
mod demonstration;
mod error;
pub mod routes;
mod server;
pub mod settings;
mod state;
pub mod store;
mod sync;
pub mod telemetry;

pub use crate::bundle::BundleError;
pub use crate::demonstration::{Demonstration, DemonstrationError};
pub use crate::server::{Server, Start, StartError, StopError, serve};
