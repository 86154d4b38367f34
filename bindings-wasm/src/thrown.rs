//! Errors on their way to JavaScript.

use qince_leads::{Error, Failure};
use wasm_bindgen::JsValue;

use crate::object::Object;

/// An error as JSON text, of which the package makes an error of its own class.
pub struct Thrown(String);

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self(described(&error))
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0.into()
    }
}

pub(crate) fn described(error: &Error) -> String {
    let mut told = Object::default();
    told.text("code", error.code());
    told.text("message", &error.to_string());
    match error {
        Error::InvalidPayload(invalid) => {
            let violations = invalid.violations.iter().map(|violation| {
                let mut told = Object::default();
                told.text("path", &violation.path);
                told.text("rule", violation.rule.name());
                told.text("message", &violation.message);
                told.finish()
            });
            told.list("violations", violations);
        }
        Error::Rejected(rejected) => {
            told.text("returnCode", &rejected.code);
            told.text_if("returnMsg", rejected.message.as_deref());
            told.text_if("msgId", rejected.msg_id.as_deref());
        }
        Error::HttpStatus { status } => told.number("status", u64::from(*status)),
        Error::Malformed(malformed) => {
            told.text_if("path", malformed.path.as_deref());
            told.text("reason", &malformed.reason);
        }
        Error::Transport(failure) => told.text(
            "failure",
            match failure {
                Failure::NotSent => "not_sent",
                Failure::Unknown => "unknown",
            },
        ),
        Error::Uncertain { cause } => told.json("cause", &described(cause)),
        Error::Stale { age_ms, max_age_ms } => {
            told.number("ageMs", *age_ms);
            told.number("maxAgeMs", *max_age_ms);
        }
        _ => {}
    }
    told.finish()
}
