//! Sync: how changes travel between devices and the server. (specification follows)

pub mod batch;
pub mod chain;
pub mod code;
pub mod codec;
pub mod message;
pub mod packed;
