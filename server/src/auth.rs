//! Who is asking, and what they may do.
//!
//! In: cookies, passwords, roles. Out: a session or a refusal; scopes and kinds a role may hold and write.
//! A refusal on the device is courtesy; [`policy`] is the law. Never keeps a password or a token in the clear.

pub(crate) mod extract;
pub(crate) mod passwords;
pub mod policy;
pub(crate) mod rate;
pub(crate) mod sessions;
