//! Errors on their way to Kotlin and Swift.

use qince_leads::meta::Allowed;
use qince_leads::{Error, Failure, HttpStatus, Malformed, Rejected};

use crate::bytes::Bytes;

/// What went wrong, with the words that say so.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[allow(missing_docs, reason = "the variants and their fields are those of `qince_leads::Error`")]
pub enum CoreError {
    #[error("{text}")]
    InvalidAccount { text: String },
    #[error("{text}")]
    InvalidStamp { text: String },
    #[error("{text}")]
    InvalidPayload { text: String, violations: Vec<CoreViolation>, more: u64 },
    #[error("{text}")]
    Rejected {
        text: String,
        return_code: String,
        return_msg: Option<String>,
        msg_id: Option<String>,
    },
    #[error("{text}")]
    HttpStatus { text: String, status: u16, body: Bytes },
    #[error("{text}")]
    Malformed { text: String, reason: String, body: Bytes },
    #[error("{text}")]
    Transport { text: String, not_sent: bool },
    #[error("{text}")]
    Uncertain { text: String, origin: Box<CoreError> },
    #[error("{text}")]
    Forbidden { text: String, operation: String },
    #[error("{text}")]
    BadSignature { text: String },
    #[error("{text}")]
    Stale { text: String, age_ms: u64, max_age_ms: u64 },
}

/// One way in which a payload is wrong.
#[derive(Debug, uniffi::Record)]
pub struct CoreViolation {
    /// Where, as in `exts[0].salesleads_ext_key`.
    pub path: String,
    /// Which rule, by its stable name.
    pub rule: String,
    /// What is wrong and what to do about it.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
    /// The field's Chinese label, or nothing.
    pub label: String,
    /// How many characters are allowed, where there are too many.
    pub limit: Option<u64>,
    /// How many there are.
    pub actual: Option<u64>,
    /// The texts that are allowed, where the text is none of them.
    pub allowed: Vec<CoreAllowed>,
}

impl From<qince_leads::Violation> for CoreViolation {
    fn from(violation: qince_leads::Violation) -> Self {
        let characters = |count: Option<usize>| count.map(|count| count as u64);
        Self {
            path: violation.path,
            rule: violation.rule.name().to_owned(),
            message: violation.message,
            message_zh: violation.message_zh,
            label: violation.label.to_owned(),
            limit: characters(violation.limit),
            actual: characters(violation.actual),
            allowed: CoreAllowed::all(violation.allowed),
        }
    }
}

/// A text that a field may hold, where it may not hold any.
#[derive(Debug, uniffi::Record)]
pub struct CoreAllowed {
    /// The text.
    pub value: String,
    /// Its Chinese label, or nothing.
    pub label: String,
}

impl CoreAllowed {
    /// All that a field may hold.
    pub(crate) fn all(allowed: &[Allowed]) -> Vec<Self> {
        let owned = |Allowed { value, label, .. }: &Allowed| Self {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
        };
        allowed.iter().map(owned).collect()
    }
}

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::InvalidAccount(_) => Self::InvalidAccount { text },
            Error::InvalidPayload(invalid) => {
                let violations = invalid.violations.into_iter().map(CoreViolation::from);
                let violations = violations.collect();
                Self::InvalidPayload { text, violations, more: invalid.more as u64 }
            }
            Error::Rejected(Rejected { code, message, msg_id }) => {
                Self::Rejected { text, return_code: code, return_msg: message, msg_id }
            }
            Error::HttpStatus(HttpStatus { status, body }) => {
                Self::HttpStatus { text, status, body: Bytes(body.to_vec()) }
            }
            Error::Malformed(Malformed { reason, body }) => {
                Self::Malformed { text, reason, body: Bytes(body.to_vec()) }
            }
            Error::Transport(failure) => {
                Self::Transport { text, not_sent: failure == Failure::NotSent }
            }
            Error::Uncertain { cause } => {
                Self::Uncertain { text, origin: Box::new((*cause).into()) }
            }
            Error::Forbidden { operation } => {
                Self::Forbidden { text, operation: operation.to_owned() }
            }
            Error::BadSignature => Self::BadSignature { text },
            Error::Stale { age_ms, max_age_ms } => Self::Stale { text, age_ms, max_age_ms },
            _ => Self::InvalidStamp { text },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{CorePayload, check};

    fn violations(json: &str) -> (Vec<CoreViolation>, u64) {
        let payload = CorePayload::Known { operation: "add".to_owned(), json: json.to_owned() };
        match check(payload) {
            Err(CoreError::InvalidPayload { violations, more, .. }) => (violations, more),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_violation_is_data_too() {
        let long = "名".repeat(101);
        let json = format!(r#"{{"empName":"a","cus_name":"{long}","mobile_repeat":"9"}}"#);
        let (violations, more) = violations(&json);
        let [length, allowed] = &violations[..] else { panic!("{violations:?}") };
        assert_eq!((length.limit, length.actual, more), (Some(100), Some(101), 0));
        assert_eq!(length.message_zh, "客户名称：101个字符，最多100个");
        assert_eq!(length.label, "客户名称");
        assert!(length.allowed.is_empty());
        assert!(allowed.allowed.iter().any(|one| one.value == "1" && !one.label.is_empty()));
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let members: Vec<_> = (0..120).map(|i| format!("\"unknown_{i}\":1")).collect();
        let (listed, more) = violations(&format!("{{{}}}", members.join(",")));
        assert_eq!(listed.len(), 100);
        assert!(more >= 20, "{more}");
    }
}
