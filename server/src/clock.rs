//! The server's clock: the one place that reads the time.
//!
//! Out: instants for rows, sessions and leases. Never decides an order: the feed's numbers do.

use std::time::{SystemTime, UNIX_EPOCH};

use doorstep_shared::time::Timestamp;

/// This instant. A clock before 1970 reads as 1970.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
