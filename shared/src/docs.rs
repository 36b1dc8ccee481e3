//! Documents: entries and notes as changes, and changes as entries and notes again.
//!
//! In: entries and note texts to write; changes from anywhere. Out: changes to keep and send; parts for the rules.
//! Never decides what may be written, never draws chance, never lets a foreign change overwrite or delete an entry.
//! The only module that names the CRDT library. Source: product design; decision 0002.

pub mod change;
pub mod document;
pub mod edit;
pub mod header;
pub mod writing;

pub use change::{CHANGE_BYTES_MAX, Change, ChangeError};
pub use document::{Document, OpenError, Received, RejectReason};
pub use edit::{Edit, WriteError};
pub use header::{Header, RetentionClass, Scope};
pub use writing::{Writing, header_of, writings};
