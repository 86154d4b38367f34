//! Replies, and what they hold.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use qince_leads::dynamic::Outcome;
use qince_leads::{Endpoint, RawReply};

use crate::classes::Table;
use crate::error::raised;
use crate::given::{Body, Status, Text};
use crate::keywords::{NewArgs, new_args, shown};
use crate::page::Page;

/// What the service answers to a write.
#[pyclass(frozen, eq, hash, module = "qince_leads")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Receipt {
    /// `msg_id` (请求消息ID) as the service echoes it, or None.
    #[pyo3(get)]
    msg_id: Option<String>,
    /// The lead's id, where the service gives it, or None.
    #[pyo3(get)]
    id: Option<String>,
}

#[pymethods]
impl Receipt {
    #[new]
    #[pyo3(signature = (*, msg_id=None, id=None))]
    fn new(msg_id: Option<Text>, id: Option<Text>) -> Self {
        Self { msg_id: msg_id.map(|text| text.0), id: id.map(|text| text.0) }
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["msg_id", "id"])
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<NewArgs<'py>> {
        Ok(new_args(self.members(py)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown("Receipt", &self.members(py)?)
    }
}

impl Receipt {
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = PyDict::new(py);
        members.set_item("msg_id", &self.msg_id)?;
        members.set_item("id", &self.id)?;
        Ok(members)
    }
}

/// Reads the service's reply to an operation, which is chosen by the class of its payload.
///
/// `status` is the HTTP status and `body` what came, as text or bytes, compressed by gzip or not. Of a write comes a
/// Receipt, of a query a Page.
///
/// Raises RejectedError, HttpStatusError or MalformedError.
#[pyfunction]
#[pyo3(signature = (operation, status, body))]
pub(crate) fn read<'py>(
    operation: &Bound<'py, PyType>,
    status: Status,
    body: Body,
) -> PyResult<Bound<'py, PyAny>> {
    let py = operation.py();
    let endpoint = endpoint_of(operation)?;
    let reply = RawReply::new(status.0, body.0);
    let outcome = py.detach(|| endpoint.read(reply)).map_err(|error| raised(py, &error))?;
    result(py, endpoint, outcome)
}

/// The operation whose payload a class is.
fn endpoint_of(class: &Bound<'_, PyType>) -> PyResult<&'static Endpoint> {
    let endpoint = Table::of(class).ok().and_then(|table| table.get().endpoint);
    endpoint.ok_or_else(|| {
        PyTypeError::new_err("an operation is chosen by the class of its payload, such as AddLead")
    })
}

/// What an operation came to, as users see it.
pub(crate) fn result<'py>(
    py: Python<'py>,
    endpoint: &'static Endpoint,
    outcome: Outcome,
) -> PyResult<Bound<'py, PyAny>> {
    if endpoint.paging.is_some() {
        return Ok(Bound::new(py, Page::new(endpoint, outcome.rows))?.into_any());
    }
    let Outcome { receipt, .. } = outcome;
    Ok(Bound::new(py, Receipt { msg_id: receipt.msg_id, id: receipt.id })?.into_any())
}
