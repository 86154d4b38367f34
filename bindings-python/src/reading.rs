//! Replies, and what they hold.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use qince_leads::dynamic::Outcome;
use qince_leads::{Endpoint, Json, RawReply};

use crate::classes::Table;
use crate::error::raised;
use crate::given::{Body, Status, Text};
use crate::json;
use crate::keywords::{NewArgs, new_args, shown};
use crate::other;
use crate::page::Page;

/// What the service answers to a write.
#[pyclass(frozen, eq, hash, module = "qince_leads")]
pub(crate) struct Receipt {
    core: qince_leads::Receipt,
    reply: CameAs,
}

/// The reply that something was read from, as the host had it. It is no part of what that is, nor of its pickle.
#[derive(Default)]
pub(crate) struct CameAs(OnceLock<Py<PyAny>>);

impl CameAs {
    pub(crate) fn get<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.0.get().map(|reply| reply.bind(py).clone())
    }

    pub(crate) fn set(&self, reply: Bound<'_, PyAny>) {
        // Nothing is read from two replies.
        let _ = self.0.set(reply.unbind());
    }
}

impl PartialEq for Receipt {
    fn eq(&self, other: &Self) -> bool {
        self.core == other.core
    }
}

impl Hash for Receipt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.core.hash(state);
    }
}

#[pymethods]
impl Receipt {
    #[new]
    #[pyo3(signature = (*, msg_id=None, id=None, data=None, settled=false, existed=false))]
    fn new(
        msg_id: Option<Text>,
        id: Option<Text>,
        data: Option<&Bound<'_, PyAny>>,
        settled: bool,
        existed: bool,
    ) -> PyResult<Self> {
        let mut receipt = qince_leads::Receipt::default();
        receipt.msg_id = msg_id.map(|text| text.0);
        receipt.id = id.map(|text| text.0);
        let json = data.map(json::dumps).transpose()?;
        let json = json.map(|json| Json::parse(&json)).transpose();
        receipt.data = json.map_err(|error| PyTypeError::new_err(error.to_string()))?;
        receipt.settled = settled;
        receipt.existed = existed;
        Ok(Self { core: receipt, reply: CameAs::default() })
    }

    /// `msg_id` (请求消息ID) as the service echoes it, or None.
    #[getter]
    fn msg_id(&self) -> Option<&str> {
        self.core.msg_id.as_deref()
    }

    /// The lead's id, where the service gives it, or None.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.core.id.as_deref()
    }

    /// What the service gives besides, or in place of, an id, as plain values; None where that is nothing.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.core.data.as_ref().map(|data| json::loads(py, data.as_str())).transpose()
    }

    /// Whether the request's own reply is missing and a query found the lead.
    #[getter]
    fn settled(&self) -> bool {
        self.core.settled
    }

    /// Whether there was a lead with this code already, so that nothing was added: see `ensure`.
    #[getter]
    fn existed(&self) -> bool {
        self.core.existed
    }

    /// The reply that this was read from, where a client read it, as it came.
    #[getter]
    fn reply<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.reply.get(py)
    }

    fn _came_as(&self, reply: Bound<'_, PyAny>) {
        self.reply.set(reply);
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["msg_id", "id", "data", "settled", "existed"])
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
        members.set_item("msg_id", self.msg_id())?;
        members.set_item("id", self.id())?;
        if let Some(data) = self.data(py)? {
            members.set_item("data", data)?;
        }
        if self.settled() {
            members.set_item("settled", true)?;
        }
        if self.existed() {
            members.set_item("existed", true)?;
        }
        Ok(members)
    }
}

/// Reads the service's reply to an operation, which is chosen by the class of its payload.
///
/// `status` is the HTTP status and `body` what came, as text or bytes, compressed by gzip or not. Of a write and of Other
/// comes a Receipt, of a query a Page.
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
    if other::is_other(class) {
        return Ok(&Endpoint::OTHER);
    }
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
    Ok(match outcome {
        Outcome::Page { msg_id, rows } => {
            Bound::new(py, Page::new(endpoint, msg_id, rows))?.into_any()
        }
        receipt => {
            let receipt = Receipt { core: receipt.into(), reply: CameAs::default() };
            Bound::new(py, receipt)?.into_any()
        }
    })
}
