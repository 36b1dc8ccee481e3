//! What the record means: entries and what stands, and the rules of visits, homes and equipment.
//!
//! In: entries with their authors, content, the date. Out: answers, clashes, hazards, states, words for none of them.
//! Never writes, never asks the time, never knows how entries are stored or sent.

pub mod assessment;
pub mod caution;
pub mod checks;
pub mod coded;
pub mod entry;
pub mod equipment;
pub mod field;
pub mod home;
pub mod kind;
pub mod measure;
pub mod measurement;
pub mod note;
pub mod person;
pub mod proposal;
pub mod record;
pub mod review;
pub mod role;
pub mod shape;
pub mod signature;
pub mod slug;
pub mod standing;
pub mod visit;
