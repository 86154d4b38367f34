//! Errors on their way to JavaScript.

use qince_leads::dynamic::{Object, json_list};
use qince_leads::meta::Allowed;
use qince_leads::{Error, Failure, Violation};
use wasm_bindgen::JsValue;

use crate::operation;
use crate::told::{Bytes, told};

/// An error as JSON text, of which the package makes an error of its own class, and the bytes that it keeps, if it keeps
/// any.
pub struct Thrown(JsValue);

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self(told(&(described(&error), kept(&error).map(Bytes))))
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}

/// What there is to say of an error; each kind has members of its own.
fn described(error: &Error) -> String {
    let mut told = Object::default();
    told.text("code", error.code());
    told.text("message", &error.to_string());
    match error {
        Error::InvalidPayload(invalid) => {
            told.list("violations", &invalid.violations.iter().map(violation).collect::<Vec<_>>());
            told.number("more", invalid.more as u64);
        }
        Error::Rejected(rejected) => {
            told.text("returnCode", &rejected.code);
            told.text_if("returnMsg", rejected.message.as_deref());
            told.text_if("echoedMsgId", rejected.msg_id.as_deref());
        }
        Error::HttpStatus(error) => told.number("status", error.status),
        Error::Malformed(malformed) => told.text("reason", &malformed.reason),
        Error::Transport(Failure::NotSent) => told.text("failure", "not_sent"),
        Error::Transport(Failure::Unknown) => told.text("failure", "unknown"),
        Error::Uncertain { cause } => told.json("cause", &described(cause)),
        Error::Forbidden { operation: name } => told.text("operation", &operation(name)),
        Error::Stale { age_ms, max_age_ms } => {
            told.number("ageMs", *age_ms);
            told.number("maxAgeMs", *max_age_ms);
        }
        _ => {}
    }
    told.finish()
}

/// What came, of an error that keeps it.
fn kept(error: &Error) -> Option<&[u8]> {
    match error {
        Error::HttpStatus(error) => Some(&error.body),
        Error::Malformed(malformed) => Some(&malformed.body),
        Error::Uncertain { cause } => kept(cause),
        _ => None,
    }
}

fn violation(violation: &Violation) -> String {
    let mut told = Object::default();
    told.text("path", &violation.path);
    told.text("rule", violation.rule.name());
    told.text("message", &violation.message);
    told.text("messageZh", &violation.message_zh);
    told.text("label", violation.label);
    for (name, characters) in [("limit", violation.limit), ("actual", violation.actual)] {
        if let Some(characters) = characters {
            told.number(name, characters as u64);
        }
    }
    if !violation.allowed.is_empty() {
        told.json("allowed", &allowed(violation.allowed));
    }
    told.finish()
}

/// The texts that a field may hold.
pub(crate) fn allowed(allowed: &[Allowed]) -> String {
    let texts = allowed.iter().map(|allowed| {
        let mut told = Object::default();
        told.text("value", allowed.value);
        told.text("label", allowed.label);
        told.finish()
    });
    json_list(&texts.collect::<Vec<_>>())
}
