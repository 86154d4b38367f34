//! The core's errors as the exceptions of `qince_leads.errors`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};
use qince_leads::{Error, Failure, Violation};

/// The exception that says what an error of the core says.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    raised_from(py, error, None)
}

/// The same, where the transport raised something that the error goes back to.
pub(crate) fn raised_from(py: Python<'_>, error: &Error, thrown: Option<&Py<PyAny>>) -> PyErr {
    exception(py, error, thrown).map_or_else(|failed| failed, PyErr::from_value)
}

fn exception<'py>(
    py: Python<'py>,
    error: &Error,
    thrown: Option<&Py<PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let told = PyDict::new(py);
    let class = match error {
        Error::InvalidAccount(_) => "InvalidAccountError",
        Error::InvalidStamp(_) => "InvalidStampError",
        Error::InvalidPayload(invalid) => {
            let violations: PyResult<Vec<_>> =
                invalid.violations.iter().map(|violation| of_violation(py, violation)).collect();
            told.set_item("violations", violations?)?;
            "InvalidPayloadError"
        }
        Error::Rejected(rejected) => {
            told.set_item("return_code", &rejected.code)?;
            told.set_item("return_msg", &rejected.message)?;
            told.set_item("msg_id", &rejected.msg_id)?;
            "RejectedError"
        }
        Error::HttpStatus { status } => {
            told.set_item("status", status)?;
            "HttpStatusError"
        }
        Error::Malformed(malformed) => {
            told.set_item("path", &malformed.path)?;
            told.set_item("reason", &malformed.reason)?;
            told.set_item("body", PyBytes::new(py, &malformed.body))?;
            "MalformedError"
        }
        Error::Transport(failure) => {
            told.set_item("failure", failure_name(*failure))?;
            "TransportError"
        }
        Error::Uncertain { .. } => "UncertainError",
        Error::BadSignature => "BadSignatureError",
        Error::Stale { age_ms, max_age_ms } => {
            told.set_item("age_ms", age_ms)?;
            told.set_item("max_age_ms", max_age_ms)?;
            "StaleError"
        }
        _ => "QinceError",
    };
    let exception = errors(py)?.getattr(class)?.call((error.to_string(),), Some(&told))?;
    let cause = match error {
        Error::Uncertain { cause } => {
            Some(raised_from(py, cause, thrown).into_value(py).into_any())
        }
        Error::Transport(_) => thrown.map(|thrown| thrown.clone_ref(py)),
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
    class.call1((&violation.path, violation.rule.name(), violation.to_string()))
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
