//! The retry machine.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::{PyBaseException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use qince_leads::{Endpoint, Failure, RawReply, Step, dynamic};

use crate::account::{Account, SignedRequest, TimestampForm};
use crate::error::{Origin, raised, raised_by};
use crate::given::{Body, Header, Integer, Number, Span, Status, Text, Texts};
use crate::keywords::{NewArgs, new_args, shown};
use crate::other::Given;
use crate::reading::result;

/// How often and how long a call tries. All times are in milliseconds.
///
/// The defaults are four attempts, half a second apart at first and 8 seconds at most; no delay ends later than a
/// minute after the first request.
#[pyclass(frozen, module = "qince_leads")]
pub(crate) struct Policy(qince_leads::Policy);

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (
        *,
        max_attempts=Integer(qince_leads::Policy::default().max_attempts.into()),
        base_delay_ms=Span(qince_leads::Policy::default().base_delay_ms),
        max_delay_ms=Span(qince_leads::Policy::default().max_delay_ms),
        deadline_ms=qince_leads::Policy::default().deadline_ms.map(Span),
        jitter=Number(qince_leads::Policy::default().jitter),
        settle_delay_ms=Span(qince_leads::Policy::default().settle_delay_ms),
        resend_adds=qince_leads::Policy::default().resend_adds,
        retry_codes=Texts(qince_leads::Policy::default().retry_codes),
        match_msg_id=qince_leads::Policy::default().match_msg_id,
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords")]
    fn new(
        max_attempts: Integer,
        base_delay_ms: Span,
        max_delay_ms: Span,
        deadline_ms: Option<Span>,
        jitter: Number,
        settle_delay_ms: Span,
        resend_adds: bool,
        retry_codes: Texts,
        match_msg_id: bool,
    ) -> Self {
        Self(qince_leads::Policy {
            max_attempts: max_attempts.0.clamp(1, u32::MAX.into()).try_into().unwrap_or(u32::MAX),
            base_delay_ms: base_delay_ms.0,
            max_delay_ms: max_delay_ms.0,
            deadline_ms: deadline_ms.map(|deadline| deadline.0),
            jitter: jitter.0,
            settle_delay_ms: settle_delay_ms.0,
            resend_adds,
            retry_codes: retry_codes.0,
            match_msg_id,
        })
    }

    /// How many requests of an operation are sent at most; one is always sent.
    #[getter]
    fn max_attempts(&self) -> u32 {
        self.0.max_attempts
    }

    /// The delay after the first failed request; it doubles with each further one.
    #[getter]
    fn base_delay_ms(&self) -> u64 {
        self.0.base_delay_ms
    }

    /// The longest delay, but for one that the service asks for.
    #[getter]
    fn max_delay_ms(&self) -> u64 {
        self.0.max_delay_ms
    }

    /// How long after the first request a delay may end at the latest; None for any time.
    #[getter]
    fn deadline_ms(&self) -> Option<u64> {
        self.0.deadline_ms
    }

    /// By which part of itself a delay is shortened at most, from 0 to 1, so that many hosts that fail together do not
    /// come back together.
    #[getter]
    fn jitter(&self) -> f64 {
        self.0.jitter
    }

    /// How long to wait at least before an add that may have been carried out is looked for: as long as the service may
    /// take to show what it stored.
    #[getter]
    fn settle_delay_ms(&self) -> u64 {
        self.0.settle_delay_ms
    }

    /// Whether an add that may have been carried out is sent again once a query has not found it. Without it such a call
    /// ends with an UncertainError.
    #[getter]
    fn resend_adds(&self) -> bool {
        self.0.resend_adds
    }

    /// Return codes by which this tenant's service says that it has not carried out a request and that it may be sent
    /// again: a rate limit that comes as HTTP 200, say.
    #[getter]
    fn retry_codes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.retry_codes)
    }

    /// Whether the tenant's service echoes message ids: then a reply with another one is another request's.
    #[getter]
    fn match_msg_id(&self) -> bool {
        self.0.match_msg_id
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> Option<bool> {
        Some(self.0 == other.cast::<Self>().ok()?.get().0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyTuple::new(py, self.members(py)?.values())?.hash()
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<NewArgs<'py>> {
        Ok(new_args(self.members(py)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown("Policy", &self.members(py)?)
    }
}

impl Policy {
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = PyDict::new(py);
        members.set_item("max_attempts", self.0.max_attempts)?;
        members.set_item("base_delay_ms", self.0.base_delay_ms)?;
        members.set_item("max_delay_ms", self.0.max_delay_ms)?;
        members.set_item("deadline_ms", self.0.deadline_ms)?;
        members.set_item("jitter", self.0.jitter)?;
        members.set_item("settle_delay_ms", self.0.settle_delay_ms)?;
        members.set_item("resend_adds", self.0.resend_adds)?;
        members.set_item("retry_codes", self.retry_codes(py)?)?;
        members.set_item("match_msg_id", self.0.match_msg_id)?;
        Ok(members)
    }
}

/// One finished attempt, for logs and metrics: it holds no secret, no body and no openid.
#[pyclass(frozen, eq, module = "qince_leads")]
#[derive(PartialEq)]
pub(crate) struct Attempt(qince_leads::Attempt);

/// What comes of an attempt that ends with no error of the core's.
const OUTCOMES: [&str; 4] = ["ok", "not_sent", "unknown", "cancelled"];

#[pymethods]
impl Attempt {
    #[new]
    #[pyo3(signature = (
        *,
        operation,
        number=Integer(1),
        msg_id=Text::default(),
        url=Text::default(),
        status=None,
        outcome=Text("ok".to_owned()),
        duration_ms=Span(0),
    ))]
    fn new(
        operation: Text,
        number: Integer,
        msg_id: Text,
        url: Text,
        status: Option<Status>,
        outcome: Text,
        duration_ms: Span,
    ) -> PyResult<Self> {
        let endpoints = Endpoint::ALL.iter().copied().chain([&Endpoint::OTHER]);
        let operation = named(endpoints.map(|endpoint| endpoint.name), &operation, "operation")?;
        let outcomes = OUTCOMES.iter().chain(qince_leads::Error::CODES).copied();
        Ok(Self(qince_leads::Attempt {
            operation,
            number: number.0.clamp(0, u32::MAX.into()).try_into().unwrap_or_default(),
            msg_id: msg_id.0,
            url: url.0,
            status: status.map(|status| status.0),
            outcome: named(outcomes, &outcome, "outcome")?,
            duration_ms: duration_ms.0,
        }))
    }

    /// The operation that was sent; a query where an add is being settled.
    #[getter]
    fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Which attempt of that operation it was, from 1.
    #[getter]
    fn number(&self) -> u32 {
        self.0.number
    }

    /// The message id of the request.
    #[getter]
    fn msg_id(&self) -> &str {
        &self.0.msg_id
    }

    /// Where it was sent, openid and digest replaced by `***`.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// The HTTP status, or None if no reply came.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// `ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was.
    #[getter]
    fn outcome(&self) -> &'static str {
        self.0.outcome
    }

    /// How long it took, in milliseconds.
    #[getter]
    fn duration_ms(&self) -> u64 {
        self.0.duration_ms
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<NewArgs<'py>> {
        Ok(new_args(self.members(py)?))
    }

    /// One line for a log.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown("Attempt", &self.members(py)?)
    }
}

impl Attempt {
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let members = PyDict::new(py);
        members.set_item("operation", self.0.operation)?;
        members.set_item("number", self.0.number)?;
        members.set_item("msg_id", &self.0.msg_id)?;
        members.set_item("url", &self.0.url)?;
        members.set_item("status", self.0.status)?;
        members.set_item("outcome", self.0.outcome)?;
        members.set_item("duration_ms", self.0.duration_ms)?;
        Ok(members)
    }
}

/// The one of these names that is given.
fn named(
    mut names: impl Iterator<Item = &'static str>,
    given: &Text,
    what: &str,
) -> PyResult<&'static str> {
    let refused = || PyTypeError::new_err(format!("there is no {what} {:?}", given.0));
    names.find(|name| *name == given.0).ok_or_else(refused)
}

/// What is known of a call beside its result.
#[pyclass(frozen, get_all, module = "qince_leads")]
pub(crate) struct Progress {
    /// How many requests were sent, those that settle an add included.
    attempts: u32,
    /// The message id of the last request, or None.
    msg_id: Option<String>,
    /// Whether the operation may have been carried out without its reply being read.
    may_have_been_carried_out: bool,
    /// The code (线索编码) of the lead that is added, by which an add in doubt is looked up, or None.
    lead_code: Option<String>,
}

#[pymethods]
impl Progress {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let members = PyDict::new(py);
        members.set_item("attempts", self.attempts)?;
        members.set_item("msg_id", &self.msg_id)?;
        members.set_item("may_have_been_carried_out", self.may_have_been_carried_out)?;
        members.set_item("lead_code", &self.lead_code)?;
        shown("Progress", &members)
    }
}

/// A step of a call: send this request, and tell the call what came of it.
#[pyclass(frozen, get_all, module = "qince_leads")]
pub(crate) struct Send {
    /// The request.
    request: Py<SignedRequest>,
    /// Which attempt of its operation it is, from 1.
    number: u32,
}

#[pymethods]
impl Send {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["request"])
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Send({})", self.request.bind(py).repr()?))
    }
}

/// A step of a call: ask again at this time.
#[pyclass(frozen, get_all, module = "qince_leads")]
pub(crate) struct Wait {
    /// The time, in milliseconds since the epoch.
    until_ms: i64,
}

#[pymethods]
impl Wait {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["until_ms"])
    }

    fn __repr__(&self) -> String {
        format!("Wait({})", self.until_ms)
    }
}

/// A step of a call: it is over.
#[pyclass(frozen, get_all, generic, module = "qince_leads")]
pub(crate) struct Done {
    /// What it came to: a Receipt or a Page.
    result: Py<PyAny>,
}

#[pymethods]
impl Done {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["result"])
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Done({})", self.result.bind(py).repr()?))
    }
}

/// One call of an operation, from the first request to the result: the retry machine below Client, without clock,
/// randomness and network of its own.
///
/// Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again: if
/// it has a `code`, the call first queries for that code; if it has none, the call ends with an UncertainError. Once an
/// add may have been carried out, its call ends as a success or with an UncertainError, whatever ends it.
///
/// With `by_code` an add only adds the lead where none has its code, which the receipt then says (`existed`), and a query
/// finds the one lead that has its code; both need one.
///
/// Whoever saves a call before it sends can stop at any instant and lose nothing: another process goes on with it.
#[pyclass(frozen, generic, module = "qince_leads")]
pub(crate) struct Call {
    endpoint: &'static Endpoint,
    state: Mutex<State>,
}

struct State {
    call: dynamic::Call,
    /// What the transport raised last.
    thrown: Option<Py<PyAny>>,
}

#[pymethods]
impl Call {
    #[new]
    #[pyo3(signature = (
        account,
        payload,
        *,
        policy=None,
        timestamp_form=TimestampForm::default(),
        by_code=false,
    ))]
    fn new(
        py: Python<'_>,
        account: &Bound<'_, Account>,
        payload: Given<'_>,
        policy: Option<&Bound<'_, Policy>>,
        timestamp_form: TimestampForm,
        by_code: bool,
    ) -> PyResult<Self> {
        let (account, policy) = (account.get().core.clone(), policy_of(policy));
        let call = dynamic::Call::new(account, payload.to_payload(py)?, policy);
        let call = call.with_timestamp_form(timestamp_form.0);
        let call = if by_code { call.by_code() } else { call };
        Ok(Self { endpoint: payload.endpoint()?, state: State { call, thrown: None }.into() })
    }

    /// Goes on with a call that was saved.
    ///
    /// Raises MalformedError where the text is damaged, or of another version.
    #[classmethod]
    #[pyo3(signature = (account, text, *, policy=None))]
    fn resume(
        class: &Bound<'_, PyType>,
        account: &Bound<'_, Account>,
        text: Text,
        policy: Option<&Bound<'_, Policy>>,
    ) -> PyResult<Self> {
        let (account, policy) = (account.get().core.clone(), policy_of(policy));
        let call = dynamic::Call::resume(account, policy, &text.0, None);
        let call = call.map_err(|error| raised(class.py(), &error))?;
        let endpoint = Endpoint::named(call.operation()).unwrap_or(&Endpoint::OTHER);
        Ok(Self { endpoint, state: State { call, thrown: None }.into() })
    }

    /// The call as one line of text, by which `resume` goes on with it in another process, host or language; None where
    /// its end is known. It holds the payload, but no secret, openid or digest.
    ///
    /// Save before sending: a request that was under way when a host ended counts as failed, in an unknown way.
    fn save(&self) -> Option<String> {
        self.locked().call.save()
    }

    /// The operation's name, such as `add`.
    #[getter]
    fn operation(&self) -> &'static str {
        self.endpoint.name
    }

    /// Says what to do next: Send, Wait or Done.
    ///
    /// `now_ms` is the clock in milliseconds since the epoch, `msg_id` the id of the next request, used only if one is
    /// to be sent, and `random` a number from 0 to 1, for the jitter of delays.
    ///
    /// Whoever asks while a request is under way has lost track of it: it then counts as failed, in an unknown way.
    ///
    /// Raises a QinceError where the call has failed.
    fn step<'py>(
        &self,
        py: Python<'py>,
        now_ms: Integer,
        msg_id: Text,
        random: Number,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut state = self.locked();
        let step = state.call.step(now_ms.0, &msg_id.0, random.0);
        let number = state.call.number();
        let progress = state.call.progress();
        let thrown = state.thrown.as_ref().map(|thrown| thrown.clone_ref(py));
        drop(state);
        Ok(match step {
            Step::Send(request) => {
                let request = Py::new(py, SignedRequest::from(request))?;
                Bound::new(py, Send { request, number })?.into_any()
            }
            Step::WaitUntil(until_ms) => Bound::new(py, Wait { until_ms })?.into_any(),
            Step::Done(Ok(outcome)) => {
                let result = result(py, self.endpoint, outcome)?.unbind();
                Bound::new(py, Done { result })?.into_any()
            }
            Step::Done(Err(error)) => {
                let origin = Origin { progress: &progress, thrown: thrown.as_ref() };
                return Err(raised_by(py, &error, &origin));
            }
        })
    }

    /// Takes the reply to the request with this message id; `retry_after` is the text of its `Retry-After` header, if it
    /// has one. A reply to any other request than the one under way comes too late, and changes nothing.
    #[pyo3(signature = (msg_id, now_ms, status, body, retry_after=None))]
    fn replied(
        &self,
        py: Python<'_>,
        msg_id: Text,
        now_ms: Integer,
        status: Status,
        body: Body,
        retry_after: Option<Header>,
    ) {
        let reply = RawReply::new(status.0, body.0);
        let retry_after = retry_after.as_ref().map(|header| header.0.as_str());
        py.detach(|| self.locked().call.replied(&msg_id.0, now_ms.0, reply, retry_after));
    }

    /// Takes note that no reply came to the request with this message id: `not_sent` where nothing left this host, else
    /// `unknown`. `cause` is what the transport raised, and becomes the error's cause. Of any other request than the one
    /// under way that changes nothing.
    #[pyo3(signature = (msg_id, now_ms, failure, cause=None))]
    fn failed(
        &self,
        msg_id: Text,
        now_ms: Integer,
        failure: Text,
        cause: Option<Bound<'_, PyBaseException>>,
    ) -> PyResult<()> {
        let failure = match failure.0.as_str() {
            "not_sent" => Failure::NotSent,
            "unknown" => Failure::Unknown,
            _ => return Err(PyTypeError::new_err("failure must be 'not_sent' or 'unknown'")),
        };
        let mut state = self.locked();
        if state.call.progress().msg_id.as_deref() == Some(&msg_id.0) {
            state.thrown = cause.map(|cause| cause.into_any().unbind());
        }
        state.call.failed(&msg_id.0, now_ms.0, failure);
        Ok(())
    }

    /// Gives the call up, because it is cancelled: it is over. Where an add may have been carried out, that is the error
    /// to report, else None.
    fn give_up<'py>(
        &self,
        py: Python<'py>,
        now_ms: Integer,
    ) -> Option<Bound<'py, PyBaseException>> {
        let mut state = self.locked();
        let error = state.call.give_up(now_ms.0);
        let progress = state.call.progress();
        drop(state);
        let origin = Origin { progress: &progress, thrown: None };
        error.map(|error| raised_by(py, &error, &origin).into_value(py).into_bound(py))
    }

    /// Whether an add may or may not have been carried out: whoever gives the call up now does not know.
    #[getter]
    fn is_in_doubt(&self) -> bool {
        self.locked().call.is_in_doubt()
    }

    /// What is known of the call beside its result.
    #[getter]
    fn progress(&self) -> Progress {
        let progress = self.locked().call.progress();
        Progress {
            attempts: progress.attempts,
            msg_id: progress.msg_id,
            may_have_been_carried_out: progress.may_have_been_carried_out,
            lead_code: progress.lead_code,
        }
    }

    /// One line for a log, of a call that has ended in doubt: the operation, the error, and the lead's code and the
    /// message id to look it up by; None of any other.
    #[getter]
    fn doubt_line(&self) -> Option<String> {
        self.locked().call.doubt_line()
    }

    /// The attempt that finished last, for an observer; None before.
    #[getter]
    fn last_attempt(&self) -> Option<Attempt> {
        self.locked().call.last_attempt().cloned().map(Attempt)
    }

    fn __repr__(&self) -> String {
        format!("<Call of {}>", self.endpoint.name)
    }
}

fn policy_of(policy: Option<&Bound<'_, Policy>>) -> qince_leads::Policy {
    policy.map(|policy| policy.get().0.clone()).unwrap_or_default()
}

impl Call {
    /// What a panic left behind is as good as what was there before.
    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
