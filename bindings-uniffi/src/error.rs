//! Errors on their way to Kotlin and Swift.

use qince_leads::{Error, Failure, Rejected};

/// What went wrong, with the words that say so.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[allow(missing_docs, reason = "the variants and their fields are those of `qince_leads::Error`")]
pub enum CoreError {
    #[error("{text}")]
    InvalidAccount { text: String },
    #[error("{text}")]
    InvalidStamp { text: String },
    #[error("{text}")]
    InvalidPayload { text: String, violations: Vec<CoreViolation> },
    #[error("{text}")]
    Rejected {
        text: String,
        return_code: String,
        return_msg: Option<String>,
        msg_id: Option<String>,
    },
    #[error("{text}")]
    HttpStatus { text: String, status: u16 },
    #[error("{text}")]
    Malformed { text: String, path: Option<String>, reason: String, body: Vec<u8> },
    #[error("{text}")]
    Transport { text: String, not_sent: bool },
    #[error("{text}")]
    Uncertain { text: String, origin: Box<CoreError> },
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
}

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::InvalidAccount(_) => Self::InvalidAccount { text },
            Error::InvalidPayload(invalid) => {
                let violations = invalid.violations.into_iter().map(|violation| CoreViolation {
                    rule: violation.rule.name().to_owned(),
                    path: violation.path,
                    message: violation.message,
                });
                Self::InvalidPayload { text, violations: violations.collect() }
            }
            Error::Rejected(Rejected { code, message, msg_id }) => {
                Self::Rejected { text, return_code: code, return_msg: message, msg_id }
            }
            Error::HttpStatus { status } => Self::HttpStatus { text, status },
            Error::Malformed(malformed) => Self::Malformed {
                text,
                path: malformed.path,
                reason: malformed.reason,
                body: malformed.body,
            },
            Error::Transport(failure) => {
                Self::Transport { text, not_sent: failure == Failure::NotSent }
            }
            Error::Uncertain { cause } => {
                Self::Uncertain { text, origin: Box::new((*cause).into()) }
            }
            Error::BadSignature => Self::BadSignature { text },
            Error::Stale { age_ms, max_age_ms } => Self::Stale { text, age_ms, max_age_ms },
            _ => Self::InvalidStamp { text },
        }
    }
}
