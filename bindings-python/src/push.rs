//! Pushes.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use qince_leads::testing::{self, UnsignedPush};
use qince_leads::{Error, PushData, Record as _, dynamic};

use crate::account::clock_ms;
use crate::error::raised;
use crate::given::{Body, Integer, Text, expected};
use crate::json;
use crate::keywords::{NewArgs, new_args, shown};
use crate::record::Record;
use crate::texts::Texts;

/// A push that is verified and parsed.
#[pyclass(frozen, get_all, module = "qince_leads")]
pub(crate) struct PushEvent {
    /// `msgId` (消息ID): the same when a push comes again, so handle each only once.
    msg_id: String,
    /// `dataType`: `salesLeads_follow` for a follow-up.
    data_type: String,
    /// What is pushed: a FollowUp, or plain values where the data type is another.
    data: Py<PyAny>,
    /// `timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch.
    timestamp_ms: i64,
    /// `status` (数据同步状态) is 2: an earlier delivery failed.
    redelivery: bool,
    /// `dataId` (数据ID), or None.
    data_id: Option<String>,
    /// `dataVersion` (接口数据版本), such as `001`, or None.
    data_version: Option<String>,
    /// `dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI, or None.
    data_source: Option<String>,
    /// `tenantId` (企业ID), or None.
    tenant_id: Option<String>,
    /// `statusTime` (上次同步失败时间): when that was, yyyy-MM-dd HH:mm:ss, or None.
    status_time: Option<String>,
}

#[pymethods]
impl PushEvent {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    #[pyo3(signature = (
        *,
        msg_id,
        data_type,
        data,
        timestamp_ms,
        redelivery=false,
        data_id=None,
        data_version=None,
        data_source=None,
        tenant_id=None,
        status_time=None,
    ))]
    fn new(
        msg_id: Text,
        data_type: Text,
        data: Py<PyAny>,
        timestamp_ms: Integer,
        redelivery: bool,
        data_id: Option<Text>,
        data_version: Option<Text>,
        data_source: Option<Text>,
        tenant_id: Option<Text>,
        status_time: Option<Text>,
    ) -> Self {
        let text = |given: Option<Text>| given.map(|text| text.0);
        Self {
            msg_id: msg_id.0,
            data_type: data_type.0,
            data,
            timestamp_ms: timestamp_ms.0,
            redelivery,
            data_id: text(data_id),
            data_version: text(data_version),
            data_source: text(data_source),
            tenant_id: text(tenant_id),
            status_time: text(status_time),
        }
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, [] as [&str; 0])
    }

    /// What of the data is not as the vendor documents it; of data of an unknown type nothing.
    #[getter]
    fn faults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self.data.bind(py).cast::<Record>() {
            Ok(record) => record.get().faults(py),
            Err(_) => Ok(PyTuple::empty(py)),
        }
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<NewArgs<'py>> {
        Ok(new_args(self.members(py)?))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let py = other.py();
        let Ok(other) = other.cast::<Self>() else { return Ok(None) };
        self.members(py)?.eq(other.get().members(py)?).map(Some)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (&self.msg_id, self.timestamp_ms).into_pyobject(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown("PushEvent", &self.members(py)?)
    }
}

impl PushEvent {
    fn of(py: Python<'_>, event: qince_leads::PushEvent) -> PyResult<Self> {
        let data = match &event.data {
            PushData::FollowUp(follow_up) => {
                Record::object(py, follow_up.row().clone(), &Texts::default())?
            }
            other => json::loads(py, &other.to_json())?,
        };
        Ok(Self {
            msg_id: event.msg_id,
            data_type: event.data_type,
            data: data.unbind(),
            timestamp_ms: event.timestamp_ms,
            redelivery: event.redelivery,
            data_id: event.data_id,
            data_version: event.data_version,
            data_source: event.data_source,
            tenant_id: event.tenant_id,
            status_time: event.status_time,
        })
    }

    /// All that it says, as keywords.
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = PyDict::new(py);
        members.set_item("msg_id", &self.msg_id)?;
        members.set_item("data_type", &self.data_type)?;
        members.set_item("data", &self.data)?;
        members.set_item("timestamp_ms", self.timestamp_ms)?;
        members.set_item("redelivery", self.redelivery)?;
        let others = [
            ("data_id", &self.data_id),
            ("data_version", &self.data_version),
            ("data_source", &self.data_source),
            ("tenant_id", &self.tenant_id),
            ("status_time", &self.status_time),
        ];
        for (name, text) in others.into_iter().filter(|(_, text)| text.is_some()) {
            members.set_item(name, text)?;
        }
        Ok(members)
    }
}

/// Verifies a push and parses it.
///
/// `body` is the body of the request as it came: a form that a framework has parsed cannot be verified. `secrets` is the
/// push secret of the console, or several while one takes the place of another: any of them may have signed.
///
/// `max_age_ms` says how far the push's time may lie from now, in milliseconds, in either direction; None for any time.
/// Whether the service signs a push anew when it comes again, nights later, is not known: with a limit, be ready to see
/// those refused as stale. `now_ms` is the clock in milliseconds since the epoch, and now where it is left out.
///
/// Raises InvalidAccountError where no secret is given, or none but empty ones, BadSignatureError where none of the
/// secrets signed it, StaleError where it is older than `max_age_ms` or from further in the future, MalformedError
/// where it is no push, or its signed data is of another shape, and InvalidStampError where `max_age_ms` is negative.
#[pyfunction]
#[pyo3(signature = (body, *, secrets, max_age_ms, now_ms=None))]
pub(crate) fn verify_push(
    py: Python<'_>,
    body: RawBody,
    secrets: Secrets,
    max_age_ms: Option<Integer>,
    now_ms: Option<Integer>,
) -> PyResult<PushEvent> {
    let now_ms = now_ms.map_or_else(clock_ms, |now_ms| now_ms.0);
    let max_age_ms = max_age_ms.map(|max_age| u64::try_from(max_age.0)).transpose();
    let max_age_ms = max_age_ms.map_err(|_| {
        let what = "max_age_ms: must not be negative; None allows any age";
        raised(py, &Error::InvalidStamp(what.to_owned()))
    })?;
    let event =
        py.detach(|| qince_leads::verify_push(body.0.0.as_bytes(), &secrets.0, now_ms, max_age_ms));
    PushEvent::of(py, event.map_err(|error| raised(py, &error))?)
}

/// The body of a push, as it came.
pub(crate) struct RawBody(Body);

impl<'py> FromPyObject<'_, 'py> for RawBody {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let what = "the raw body as bytes or str, as it came, before anything parses it";
        given.extract().map(Self).map_err(|refused| match given.cast::<PyString>() {
            Ok(_) => refused,
            Err(_) => expected(what, given),
        })
    }
}

/// One push secret, or several.
pub(crate) struct Secrets(Vec<zeroize::Zeroizing<String>>);

impl<'py> FromPyObject<'_, 'py> for Secrets {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let secret = |secret: Text| zeroize::Zeroizing::new(secret.0);
        if given.is_instance_of::<PyString>() {
            return Ok(Self(vec![secret(given.extract()?)]));
        }
        let several = given.try_iter().map_err(|_| expected("str, or several of them", given))?;
        let several: PyResult<_> = several.map(|each| each?.extract().map(secret)).collect();
        Ok(Self(several?))
    }
}

/// The body of a push as the service would send it: a form, signed by this push secret. For tests of a receiver.
///
/// `data` is JSON text, and `timestamp_ms` the time of the signature in milliseconds since the epoch, now where it is left
/// out.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "keywords")]
#[pyo3(signature = (
    data,
    *,
    secret,
    msg_id,
    data_type=Text("salesLeads_follow".to_owned()),
    timestamp_ms=None,
    redelivery=false,
    data_id=None,
    data_version=None,
    data_source=None,
    tenant_id=None,
    status_time=None,
))]
pub(crate) fn sign_push(
    data: Text,
    secret: Text,
    msg_id: Text,
    data_type: Text,
    timestamp_ms: Option<Integer>,
    redelivery: bool,
    data_id: Option<Text>,
    data_version: Option<Text>,
    data_source: Option<Text>,
    tenant_id: Option<Text>,
    status_time: Option<Text>,
) -> String {
    let text = |given: Option<Text>| given.map(|text| text.0);
    let push = UnsignedPush {
        msg_id: msg_id.0,
        data: data.0,
        data_type: data_type.0,
        timestamp_ms: timestamp_ms.map_or_else(clock_ms, |timestamp_ms| timestamp_ms.0),
        redelivery,
        data_id: text(data_id),
        data_version: text(data_version),
        data_source: text(data_source),
        status_time: text(status_time),
        tenant_id: text(tenant_id),
    };
    testing::sign_push(&push, &zeroize::Zeroizing::new(secret.0))
}

/// The body of the answer that acknowledges a push, to be sent with HTTP 200 within 5 seconds.
///
/// Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly for up to ten days.
#[pyfunction]
#[pyo3(signature = (event, /))]
pub(crate) fn acknowledge(event: &Bound<'_, PushEvent>) -> String {
    dynamic::acknowledge(&event.get().msg_id)
}

/// The body of the answer that asks for a push to come again.
#[pyfunction]
#[pyo3(signature = (event, reason=Text::default(), /))]
pub(crate) fn refuse(event: &Bound<'_, PushEvent>, reason: Text) -> String {
    dynamic::refuse(&event.get().msg_id, &reason.0)
}
