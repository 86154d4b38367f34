//! Requests to any endpoint of the vendor, and whatever else can be signed and called.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use qince_leads::Endpoint;
use qince_leads::dynamic::Payload;

use crate::error::raised;
use crate::given::{Text, expected};
use crate::json;
use crate::keywords::shown;
use crate::part::Part;

/// A request to any endpoint of the vendor: signed, tried again and read as the operations of this SDK are, and checked by
/// nobody but the service. What comes back is the receipt's `data`.
///
/// `path` stands between `/api/` and the openid, such as `customer/v1/queryCustomer`; `payload` is an object or a list,
/// sent as it stands. `repeat` says whether it may be sent again where it may have been carried out, as a query may; where
/// not, its call then ends with an UncertainError.
///
/// Raises InvalidPayloadError where it cannot be sent.
#[pyclass(frozen, eq, module = "qince_leads")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Other {
    /// Between `/api/` and the openid, such as `customer/v1/queryCustomer`.
    #[pyo3(get)]
    path: String,
    json: String,
    /// Whether it may be sent again where it may have been carried out.
    #[pyo3(get)]
    repeat: bool,
}

#[pymethods]
impl Other {
    #[new]
    #[pyo3(signature = (path, payload, *, repeat=true))]
    fn new(path: Text, payload: &Bound<'_, PyAny>, repeat: bool) -> PyResult<Self> {
        Self::checked(payload.py(), path.0, &json::dumps(payload)?, repeat)
    }

    /// The same with the payload as JSON text: its numbers keep their digits.
    ///
    /// Raises InvalidPayloadError where it cannot be sent.
    #[classmethod]
    #[pyo3(signature = (path, json, repeat=true))]
    fn from_json(
        class: &Bound<'_, PyType>,
        path: Text,
        json: Text,
        repeat: bool,
    ) -> PyResult<Self> {
        Self::checked(class.py(), path.0, &json.0, repeat)
    }

    /// What is sent, as plain values.
    #[getter]
    fn payload<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::loads(py, &self.json)
    }

    /// Writes the payload as JSON: what is sent.
    #[pyo3(name = "to_json")]
    fn py_to_json(&self) -> &str {
        &self.json
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let Self { path, json, repeat } = slf.get();
        let from_json = slf.get_type().getattr("from_json")?;
        (from_json, (path, json, repeat)).into_pyobject(slf.py())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let members = PyDict::new(py);
        members.set_item("path", &self.path)?;
        members.set_item("payload", self.payload(py)?)?;
        members.set_item("repeat", self.repeat)?;
        shown("Other", &members)
    }
}

impl Other {
    fn checked(py: Python<'_>, path: String, json: &str, repeat: bool) -> PyResult<Self> {
        let body = Payload::other(&path, json, repeat).into_body();
        Ok(Self { json: body.map_err(|error| raised(py, &error))?, path, repeat })
    }
}

/// What can be signed and called.
pub(crate) enum Given<'py> {
    Part(Bound<'py, Part>),
    Other(Bound<'py, Other>),
}

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(part) = given.cast::<Part>() {
            return Ok(Self::Part(part.to_owned()));
        }
        match given.cast::<Other>() {
            Ok(other) => Ok(Self::Other(other.to_owned())),
            Err(_) => Err(expected("a payload, such as AddLead", given)),
        }
    }
}

impl Given<'_> {
    /// Its payload, checked and written.
    pub(crate) fn to_payload(&self, py: Python<'_>) -> PyResult<Payload> {
        match self {
            Self::Part(part) => part.get().to_payload(py),
            Self::Other(other) => {
                let Other { path, json, repeat } = other.get();
                Ok(Payload::other(path, json, *repeat))
            }
        }
    }

    pub(crate) fn endpoint(&self) -> PyResult<&'static Endpoint> {
        match self {
            Self::Part(part) => part.get().endpoint(),
            Self::Other(_) => Ok(&Endpoint::OTHER),
        }
    }
}

/// Whether a class is that of requests to any endpoint.
pub(crate) fn is_other(class: &Bound<'_, PyType>) -> bool {
    class.is(class.py().get_type::<Other>())
}
