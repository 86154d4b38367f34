//! What a server does for a program without a key.

use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::account::{Account, SignedRequest, TimestampForm, clock_ms};
use crate::error::raised;
use crate::given::{Body, Integer, Text, Texts};

/// A request of a program without a key, understood and checked, see Account.relay.
///
/// Its payload is what this SDK read, so never is a text signed that it did not write.
#[pyclass(frozen, module = "qince_leads")]
pub(crate) struct Relayed(qince_leads::Relayed);

#[pymethods]
impl Relayed {
    /// Reads what came to a relay. `path` is what follows the relay's URL and its slash, `body` the request's body, and
    /// `allow` the names of the operations that may be used, such as `add`.
    ///
    /// Raises MalformedError where the path is none of this SDK, ForbiddenError where the operation is not among those
    /// allowed, and InvalidPayloadError where the body is no payload of it or breaks its rules.
    #[classmethod]
    #[pyo3(signature = (path, body, allow))]
    fn read(class: &Bound<'_, PyType>, path: Text, body: Body, allow: Texts) -> PyResult<Self> {
        // What is no UTF-8 is no JSON either.
        let body = std::str::from_utf8(body.0.as_bytes()).unwrap_or_default();
        let relayed = qince_leads::Relayed::read(&path.0, body, &allow.0);
        relayed.map(Self).map_err(|error| raised(class.py(), &error))
    }

    /// The operation's name, such as `add`.
    #[getter]
    fn operation(&self) -> &'static str {
        self.0.operation()
    }

    /// The message id that the program gave the request.
    #[getter]
    fn msg_id(&self) -> &str {
        self.0.msg_id()
    }

    /// The payload as it will be sent, as JSON.
    #[getter]
    fn payload(&self) -> &str {
        self.0.payload()
    }

    /// Signs it for the server's own account. `now_ms` is the clock in milliseconds since the epoch, and now where it is
    /// left out.
    ///
    /// Raises InvalidStampError.
    #[pyo3(signature = (account, *, now_ms=None, timestamp_form=TimestampForm::default()))]
    fn sign(
        &self,
        py: Python<'_>,
        account: &Bound<'_, Account>,
        now_ms: Option<Integer>,
        timestamp_form: TimestampForm,
    ) -> PyResult<SignedRequest> {
        let now_ms = now_ms.map_or_else(clock_ms, |now_ms| now_ms.0);
        let signed = self.0.clone().sign(&account.get().core, now_ms, timestamp_form.0);
        signed.map(SignedRequest::from).map_err(|error| raised(py, &error))
    }

    fn __repr__(&self) -> String {
        format!("<Relayed {} {}>", self.operation(), self.msg_id())
    }
}
