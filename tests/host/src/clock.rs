//! The time, as the core takes it.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z by the system's clock.
#[must_use]
pub fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

/// Sleeps until the clock shows this time.
pub(crate) fn sleep_until(time_ms: i64) {
    let wait_ms = time_ms.saturating_sub(now_ms());
    thread::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0)));
}
