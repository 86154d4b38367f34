//! How fast calls are begun.

use std::sync::{Arc, Mutex, PoisonError};

use qince_leads::Pace;

use crate::error::CoreError;

/// When each of many calls may begin.
#[derive(uniffi::Object)]
pub struct CorePace(Mutex<Pace>);

#[uniffi::export]
impl CorePace {
    /// A pace of so many calls a second.
    #[uniffi::constructor]
    pub fn new(per_second: f64) -> Result<Arc<Self>, CoreError> {
        Ok(Arc::new(Self(Mutex::new(Pace::new(per_second)?))))
    }

    /// When the next one may begin, in milliseconds since the epoch.
    pub fn next_ms(&self, now_ms: i64) -> i64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next_ms(now_ms)
    }
}
