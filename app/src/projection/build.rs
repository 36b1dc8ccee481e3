//! Building the pages of one person from their record.
//!
//! In: a [`Ground`](super::ground::Ground). Out: the values the page draws.

pub(super) mod home;
pub(super) mod person;
pub(super) mod proposals;
pub(super) mod review;
mod signed;
pub(super) mod visit;

pub use person::{banner, person};
pub use review::review;
pub use visit::{Drawn, visit};
