//! Errors on their way to JavaScript.

use qince_leads::meta::Allowed;
use qince_leads::{Error, Failure, Progress, Violation};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::operation;
use crate::told::{Bytes, told};

/// An error as an object, of which the package makes an error of its own class.
pub struct Thrown(JsValue);

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self(told(&Described::of(&error)))
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}

impl Thrown {
    /// The error that a call ends with.
    pub(crate) fn by_call(error: &Error, progress: Progress) -> Self {
        Self(told(&Described { progress: Some(progress.into()), ..Described::of(error) }))
    }
}

/// What there is to say of an error; each kind has members of its own.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'e> {
    code: &'static str,
    message: String,
    violations: Option<Vec<ViolationParts<'e>>>,
    more: Option<usize>,
    return_code: Option<&'e str>,
    return_msg: Option<&'e str>,
    echoed_msg_id: Option<&'e str>,
    status: Option<u16>,
    body: Option<Bytes<'e>>,
    reason: Option<&'e str>,
    failure: Option<&'static str>,
    cause: Option<Box<Self>>,
    operation: Option<String>,
    age_ms: Option<f64>,
    max_age_ms: Option<f64>,
    progress: Option<ProgressParts>,
}

impl<'e> Described<'e> {
    fn of(error: &'e Error) -> Self {
        let kind = match error {
            Error::InvalidPayload(invalid) => Self {
                violations: Some(invalid.violations.iter().map(ViolationParts::from).collect()),
                more: Some(invalid.more),
                ..Self::default()
            },
            Error::Rejected(rejected) => Self {
                return_code: Some(&rejected.code),
                return_msg: rejected.message.as_deref(),
                echoed_msg_id: rejected.msg_id.as_deref(),
                ..Self::default()
            },
            Error::HttpStatus(error) => Self {
                status: Some(error.status),
                body: Some(Bytes(&error.body)),
                ..Self::default()
            },
            Error::Malformed(malformed) => Self {
                reason: Some(&malformed.reason),
                body: Some(Bytes(&malformed.body)),
                ..Self::default()
            },
            Error::Transport(failure) => {
                let failure = match failure {
                    Failure::NotSent => "not_sent",
                    Failure::Unknown => "unknown",
                };
                Self { failure: Some(failure), ..Self::default() }
            }
            Error::Uncertain { cause } => {
                Self { cause: Some(Box::new(Self::of(cause))), ..Self::default() }
            }
            Error::Forbidden { operation: name } => {
                Self { operation: Some(operation(name)), ..Self::default() }
            }
            Error::Stale { age_ms, max_age_ms } => Self {
                age_ms: Some(*age_ms as f64),
                max_age_ms: Some(*max_age_ms as f64),
                ..Self::default()
            },
            _ => Self::default(),
        };
        Self { code: error.code(), message: error.to_string(), ..kind }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViolationParts<'e> {
    path: &'e str,
    rule: &'static str,
    message: &'e str,
    message_zh: &'e str,
    label: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<AllowedParts>,
}

impl<'e> From<&'e Violation> for ViolationParts<'e> {
    fn from(violation: &'e Violation) -> Self {
        Self {
            path: &violation.path,
            rule: violation.rule.name(),
            message: &violation.message,
            message_zh: &violation.message_zh,
            label: violation.label,
            limit: violation.limit,
            actual: violation.actual,
            allowed: violation.allowed.iter().map(AllowedParts::from).collect(),
        }
    }
}

/// A text that a field may hold.
#[derive(Serialize)]
pub(crate) struct AllowedParts {
    value: &'static str,
    label: &'static str,
}

impl From<&'static Allowed> for AllowedParts {
    fn from(allowed: &'static Allowed) -> Self {
        Self { value: allowed.value, label: allowed.label }
    }
}

/// What is known of a call beside its result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProgressParts {
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_id: Option<String>,
    may_have_been_carried_out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_code: Option<String>,
}

impl From<Progress> for ProgressParts {
    fn from(progress: Progress) -> Self {
        Self {
            attempts: progress.attempts,
            msg_id: progress.msg_id,
            may_have_been_carried_out: progress.may_have_been_carried_out,
            lead_code: progress.lead_code,
        }
    }
}
