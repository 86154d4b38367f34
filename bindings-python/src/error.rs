//! The core's errors as the exceptions of `qince_leads.errors`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use qince_leads::meta::Allowed;
use qince_leads::{Error, Failure, HttpStatus, Progress, Violation};

/// What is known of the call that an error came of.
pub(crate) struct Origin<'c> {
    pub(crate) progress: &'c Progress,
    /// What the transport raised last.
    pub(crate) thrown: Option<&'c Py<PyAny>>,
}

/// The exception that says what an error of the core says.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error, None).map_or_else(|failed| failed, PyErr::from_value)
}

/// The same of an error that came of a call.
pub(crate) fn raised_by(py: Python<'_>, error: &Error, origin: &Origin<'_>) -> PyErr {
    exception(py, error, Some(origin)).map_or_else(|failed| failed, PyErr::from_value)
}

fn exception<'py>(
    py: Python<'py>,
    error: &Error,
    origin: Option<&Origin<'_>>,
) -> PyResult<Bound<'py, PyAny>> {
    let told = PyDict::new(py);
    let class = match error {
        Error::InvalidAccount(_) => "InvalidAccountError",
        Error::InvalidStamp(_) => "InvalidStampError",
        Error::InvalidPayload(invalid) => {
            let violations: PyResult<Vec<_>> =
                invalid.violations.iter().map(|violation| of_violation(py, violation)).collect();
            told.set_item("violations", violations?)?;
            told.set_item("more", invalid.more)?;
            "InvalidPayloadError"
        }
        Error::Rejected(rejected) => {
            told.set_item("return_code", &rejected.code)?;
            told.set_item("return_msg", &rejected.message)?;
            told.set_item("echoed_msg_id", &rejected.msg_id)?;
            "RejectedError"
        }
        Error::HttpStatus(HttpStatus { status, body }) => {
            told.set_item("status", status)?;
            told.set_item("body", PyBytes::new(py, body))?;
            "HttpStatusError"
        }
        Error::Malformed(malformed) => {
            told.set_item("reason", &malformed.reason)?;
            told.set_item("body", PyBytes::new(py, &malformed.body))?;
            "MalformedError"
        }
        Error::Transport(failure) => {
            told.set_item("failure", failure_name(*failure))?;
            "TransportError"
        }
        Error::Uncertain { .. } => "UncertainError",
        Error::Forbidden { operation } => {
            told.set_item("operation", operation)?;
            "ForbiddenError"
        }
        Error::BadSignature => "BadSignatureError",
        Error::Stale { age_ms, max_age_ms } => {
            told.set_item("age_ms", age_ms)?;
            told.set_item("max_age_ms", max_age_ms)?;
            "StaleError"
        }
        _ => "QinceError",
    };
    let exception = errors(py)?.getattr(class)?.call((error.to_string(),), Some(&told))?;
    if let Some(Origin { progress, .. }) = origin {
        exception.setattr("msg_id", &progress.msg_id)?;
        exception.setattr("attempts", progress.attempts)?;
        exception.setattr("may_have_been_carried_out", progress.may_have_been_carried_out)?;
        exception.setattr("lead_code", &progress.lead_code)?;
    }
    let cause = match error {
        Error::Uncertain { cause } => Some(self::exception(py, cause, origin)?),
        Error::Transport(_) => {
            let thrown = origin.and_then(|origin| origin.thrown);
            thrown.map(|thrown| thrown.bind(py).clone())
        }
        _ => None,
    };
    if let Some(cause) = cause {
        exception.setattr("__cause__", cause)?;
    }
    Ok(exception)
}

pub(crate) fn of_violation<'py>(
    py: Python<'py>,
    violation: &Violation,
) -> PyResult<Bound<'py, PyAny>> {
    let class = errors(py)?.getattr("Violation")?;
    class.call1((
        &violation.path,
        violation.rule.name(),
        &violation.message,
        &violation.message_zh,
        violation.label,
        violation.limit,
        violation.actual,
        labelled(py, violation.allowed)?,
    ))
}

/// The texts that a field may hold, each with its label.
pub(crate) fn labelled<'py>(
    py: Python<'py>,
    allowed: &'static [Allowed],
) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, allowed.iter().map(|allowed| (allowed.value, allowed.label)))
}

fn failure_name(failure: Failure) -> &'static str {
    match failure {
        Failure::NotSent => "not_sent",
        Failure::Unknown => "unknown",
    }
}

fn errors(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module =
        MODULE.get_or_try_init(py, || py.import("qince_leads.errors").map(Bound::unbind))?;
    Ok(module.bind(py))
}
