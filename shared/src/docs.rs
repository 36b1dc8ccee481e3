//! Documents.
pub mod header;
