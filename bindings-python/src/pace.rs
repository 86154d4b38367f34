//! How fast calls are begun.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use crate::error::raised;
use crate::given::{Integer, Number};

/// Says when each of many calls may begin, so that no more than `per_second` begin in a second.
///
/// Raises InvalidAccountError where that is no number above 0, or less than one call a day.
#[pyclass(frozen, module = "qince_leads._core")]
pub(crate) struct Pace(Mutex<qince_leads::Pace>);

#[pymethods]
impl Pace {
    #[new]
    fn new(py: Python<'_>, per_second: Number) -> PyResult<Self> {
        let pace = qince_leads::Pace::new(per_second.0).map_err(|error| raised(py, &error))?;
        Ok(Self(Mutex::new(pace)))
    }

    /// When the next call may begin, in milliseconds since the epoch: now, or later.
    fn next_ms(&self, now_ms: Integer) -> i64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next_ms(now_ms.0)
    }
}
