//! Headers that a user adds to requests.

use pyo3::prelude::*;

use crate::error::raised;
use crate::given::Header;

/// Raises InvalidAccountError where a request may not have this header besides its own.
#[pyfunction]
pub(crate) fn check_header(py: Python<'_>, name: Header, value: Header) -> PyResult<()> {
    qince_leads::check_header(&name.0, &value.0).map_err(|error| raised(py, &error))
}
