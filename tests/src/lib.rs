//! What crosses crates: the real server started and broken, headless tablets on the app's own engine, caseloads replayed,
//! and the simulator.
//!
//! In: a folder, a server's address, scripts, caseload files. Out: what tablets hold, as projections and as JSON.
//! Never mocks a part of ours: the server is its binary, the tablet is its engine over a file store and HTTP.

pub mod carrier;
pub mod harness;
pub mod proxy;
pub mod replay;
pub mod script;
pub mod sim;
pub mod tablet;
