//! Accounts and signing.

use std::time::SystemTime;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use qince_leads::{Stamp, dynamic};
use zeroize::Zeroizing;

use crate::error::raised;
use crate::given::{Integer, Text};
use crate::other::Given;

/// An account of the OpenAPI: openid and app key, and the address of its tenant.
///
/// No output shows openid or app key. Pickling keeps both: whoever reads the pickle can use the account.
///
/// Raises InvalidAccountError where it cannot be used.
#[pyclass(frozen, module = "qince_leads")]
pub(crate) struct Account {
    pub(crate) core: qince_leads::Account,
    /// Of an account without a key none.
    key: Option<Key>,
}

#[derive(PartialEq)]
struct Key {
    openid: Zeroizing<String>,
    app_key: Zeroizing<String>,
}

#[pymethods]
impl Account {
    #[new]
    #[pyo3(signature = (openid, app_key, base_url=None))]
    fn new(py: Python<'_>, openid: Text, app_key: Text, base_url: Option<Text>) -> PyResult<Self> {
        let (openid, app_key) = (Zeroizing::new(openid.0), Zeroizing::new(app_key.0));
        let core =
            qince_leads::Account::new(&openid, &app_key).and_then(|account| match base_url {
                Some(base_url) => account.with_base_url(&base_url.0),
                None => Ok(account),
            });
        let core = core.map_err(|error| raised(py, &error))?;
        Ok(Self { core, key: Some(Key { openid, app_key }) })
    }

    /// An account without a key, for programs that must not hold one: requests go, unsigned, to a relay on a server of
    /// one's own, which signs them anew, see Relayed.
    ///
    /// Raises InvalidAccountError where the URL cannot be used.
    #[classmethod]
    #[pyo3(signature = (url, /))]
    fn relay(class: &Bound<'_, PyType>, url: Text) -> PyResult<Self> {
        let core = qince_leads::Account::relay(&url.0);
        let core = core.map_err(|error| raised(class.py(), &error))?;
        Ok(Self { core, key: None })
    }

    /// The address that requests go to, without a trailing slash.
    #[getter]
    fn base_url(&self) -> &str {
        self.core.base_url()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let class = py.get_type::<Self>();
        let base_url = self.core.base_url();
        match &self.key {
            Some(key) => {
                let args = (key.openid.as_str(), key.app_key.as_str(), base_url);
                (class, args).into_pyobject(py)
            }
            None => (class.getattr("relay")?, (base_url,)).into_pyobject(py),
        }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        let other = other.cast::<Self>().ok()?.get();
        Some(self.key == other.key && self.core.base_url() == other.core.base_url())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        let key = self.key.as_ref().map(|key| (key.openid.as_str(), key.app_key.as_str()));
        (key, self.core.base_url()).into_pyobject(py)?.hash()
    }

    fn __repr__(&self) -> String {
        let base_url = self.core.base_url();
        match self.key {
            Some(_) => format!("Account(base_url='{base_url}')"),
            None => format!("Account.relay('{base_url}')"),
        }
    }
}

/// A request that is sent as it stands: POST `url` with `headers` and `body`, unchanged.
///
/// Its URL holds openid and digest; logs take `redacted_url`, and so does repr. One to a relay holds neither.
#[pyclass(frozen, module = "qince_leads")]
pub(crate) struct SignedRequest {
    core: qince_leads::SignedRequest,
    headers: Vec<(String, String)>,
}

impl From<qince_leads::SignedRequest> for SignedRequest {
    fn from(core: qince_leads::SignedRequest) -> Self {
        let content_type = qince_leads::SignedRequest::CONTENT_TYPE;
        Self { core, headers: vec![("Content-Type".to_owned(), content_type.to_owned())] }
    }
}

#[pymethods]
impl SignedRequest {
    /// The HTTP method: POST.
    #[getter]
    fn method(&self) -> &'static str {
        qince_leads::SignedRequest::METHOD
    }

    /// Where to send it. It holds openid and digest: keep it out of logs.
    #[getter]
    fn url(&self) -> &str {
        &self.core.url
    }

    /// The headers to send it with.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in &self.headers {
            headers.set_item(name, value)?;
        }
        Ok(headers)
    }

    /// The same request with more headers, each in place of one of the same name.
    #[pyo3(signature = (headers, /))]
    fn with_headers(&self, headers: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut all = self.headers.clone();
        for (name, value) in headers {
            let (name, value) = (name.extract::<Text>()?.0, value.extract::<Text>()?.0);
            all.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            all.push((name, value));
        }
        Ok(Self { core: self.core.clone(), headers: all })
    }

    /// The exact bytes to send: JSON in UTF-8.
    #[getter]
    fn body(&self) -> &[u8] {
        self.core.body.as_bytes()
    }

    /// The operation's name, such as `add`.
    #[getter]
    fn operation(&self) -> &'static str {
        self.core.operation
    }

    /// The message id of the request.
    #[getter]
    fn msg_id(&self) -> &str {
        &self.core.msg_id
    }

    /// The timestamp that was signed.
    #[getter]
    fn timestamp(&self) -> &str {
        &self.core.timestamp
    }

    /// The URL for logs: openid and digest are replaced by `***`.
    #[getter]
    fn redacted_url(&self) -> String {
        self.core.redacted_url()
    }

    /// A text in which openid and digest of this request are replaced by `***`: the words of an error, say, that an HTTP
    /// library raised.
    #[pyo3(signature = (text, /))]
    fn redact(&self, text: Text) -> String {
        self.core.redact(&text.0)
    }

    fn __repr__(&self) -> String {
        format!(
            "SignedRequest(operation='{}', url='{}')",
            self.core.operation,
            self.core.redacted_url()
        )
    }
}

/// Checks a payload, writes its body, and signs it: a request that is ready to be sent.
///
/// `now_ms` is the clock in milliseconds since the epoch, `msg_id` the id of this request, usually a UUID; both are made
/// where they are left out. Every attempt is to be signed anew. `timestamp_form` is `epoch_ms`, or `compact` for
/// yyyyMMddHHmmss in UTC+8.
///
/// Raises InvalidPayloadError with all violations, or InvalidStampError.
#[pyfunction]
#[pyo3(signature = (account, payload, *, now_ms=None, msg_id=None, timestamp_form=TimestampForm::default()))]
pub(crate) fn sign(
    py: Python<'_>,
    account: &Bound<'_, Account>,
    payload: Given<'_>,
    now_ms: Option<Integer>,
    msg_id: Option<Text>,
    timestamp_form: TimestampForm,
) -> PyResult<SignedRequest> {
    let now_ms = now_ms.map_or_else(clock_ms, |now_ms| now_ms.0);
    let msg_id = match msg_id {
        Some(msg_id) => msg_id.0,
        None => py.import("uuid")?.call_method0("uuid4")?.str()?.extract()?,
    };
    let stamp = Stamp::new(now_ms, msg_id).with_form(timestamp_form.0);
    let payload = payload.to_payload(py)?;
    let signed = account.get().core.sign_dynamic(payload, &stamp);
    signed.map(SignedRequest::from).map_err(|error| raised(py, &error))
}

/// A text in which openid and digest of a signed request's URL are replaced by `***`.
#[pyfunction]
#[pyo3(signature = (text, url, /))]
pub(crate) fn redact(text: Text, url: Text) -> String {
    dynamic::redact(&text.0, &url.0)
}

/// How a request's timestamp is written.
#[derive(Default)]
pub(crate) struct TimestampForm(pub(crate) qince_leads::TimestampForm);

impl<'py> FromPyObject<'_, 'py> for TimestampForm {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.extract::<Text>()?.0.as_str() {
            "epoch_ms" => Ok(Self(qince_leads::TimestampForm::EpochMs)),
            "compact" => Ok(Self(qince_leads::TimestampForm::Compact)),
            _ => Err(PyTypeError::new_err("timestamp_form must be 'epoch_ms' or 'compact'")),
        }
    }
}

/// The clock in milliseconds since the epoch.
pub(crate) fn clock_ms() -> i64 {
    let since_epoch = SystemTime::UNIX_EPOCH.elapsed();
    since_epoch.map_or(0, |time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}
