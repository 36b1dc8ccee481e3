//! Screens: each folder draws what one worker does.
//!
//! In: projections watched at the desk. Out: views; acts asked at the desk.
//! Never decides, never names the store, the engine, sync or the browser's own types.
//! Half-typed text is a local signal; everything else is read from a projection. Source: screens design.

pub(crate) mod answers;
pub(crate) mod assessment;
pub(crate) mod clashes;
pub(crate) mod equipment;
pub(crate) mod frame;
pub(crate) mod notes;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod review;
pub(crate) mod sign_in;
pub(crate) mod sos;
pub(crate) mod sync_status;
pub(crate) mod this_device;
pub(crate) mod today;
pub(crate) mod visit;
