//! The device's clock.

use doorstep_shared::time::Timestamp;

/// The present by the device's clock, which may be wrong.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for ever")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_ms(js_sys::Date::now() as i64)
}
