//! One stable list of what can go wrong.

use std::fmt;

use crate::validate::Violation;

/// Everything this SDK reports as an error, by its stable code.
///
/// Messages say what is wrong, where, and what to do. None of them holds an app key, a push secret or
/// a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The account cannot be used: see the message. Nothing was signed.
    #[error("invalid account: {0}")]
    InvalidAccount(String),
    /// The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999.
    /// Nothing was signed.
    #[error("invalid stamp: {0}")]
    InvalidStamp(String),
    /// The payload breaks at least one rule. Nothing was signed; mend all violations at once.
    #[error("invalid payload: {0}")]
    InvalidPayload(InvalidPayload),
    /// The service understood the request and refused it. Sending it again does not help.
    #[error("{0}")]
    Rejected(Rejected),
    /// The HTTP status is outside 200-299 and the body is no reply of the service.
    #[error(
        "HTTP status {status} without a reply of the service: check the base URL and what stands between"
    )]
    HttpStatus {
        /// The HTTP status.
        status: u16,
    },
    /// What came is not a reply or push of the service, or of another shape. The raw text is kept.
    #[error("{0}")]
    Malformed(Box<Malformed>),
    /// No reply came, and no attempt is left. This is how the last attempt failed; an earlier one of an
    /// operation that may be repeated may still have been carried out.
    #[error("transport: {0}")]
    Transport(Failure),
    /// An add may or may not have been carried out. Look the lead up before adding it again; an add
    /// with a `code` lets the call do so by itself.
    #[error(
        "uncertain: the lead may or may not have been added ({cause}); look it up before adding it again"
    )]
    Uncertain {
        /// The failure that left it open.
        cause: Box<Error>,
    },
    /// No secret of those given signed this push: whoever sent it does not know one of them.
    #[error("bad signature: the digest matches none of the push secrets; do not act on this push")]
    BadSignature,
    /// The push is signed, but its time lies too far from now.
    #[error("stale: the push was signed {age_ms} ms from now, at most {max_age_ms} ms are allowed")]
    Stale {
        /// How far its timestamp lies from the host's clock, in milliseconds.
        age_ms: u64,
        /// How far it may lie, in milliseconds.
        max_age_ms: u64,
    },
}

/// How a request failed without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The host knows that nothing left it: no connection was made.
    NotSent,
    /// The request may have arrived: it timed out, or the connection broke.
    Unknown,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "the request could not be sent; check the connection and the base URL",
            Self::Unknown => "the request was sent, but no reply came",
        })
    }
}

impl Error {
    pub(crate) fn uncertain(cause: Self) -> Self {
        Self::Uncertain { cause: Box::new(cause) }
    }

    /// The stable codes of all kinds of errors, the same in every language.
    pub const CODES: &'static [&'static str] = &[
        "invalid_account",
        "invalid_stamp",
        "invalid_payload",
        "rejected",
        "http_status",
        "malformed",
        "transport",
        "uncertain",
        "bad_signature",
        "stale",
    ];

    /// The stable code of this kind of error, one of [`CODES`](Self::CODES).
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODES[match self {
            Self::InvalidAccount(_) => 0,
            Self::InvalidStamp(_) => 1,
            Self::InvalidPayload(_) => 2,
            Self::Rejected(_) => 3,
            Self::HttpStatus { .. } => 4,
            Self::Malformed(_) => 5,
            Self::Transport(_) => 6,
            Self::Uncertain { .. } => 7,
            Self::BadSignature => 8,
            Self::Stale { .. } => 9,
        }]
    }
}

/// All that is wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPayload {
    /// Every violation: wrong types and unknown fields first, then each field in the order of the vendor's
    /// table, and rules over several fields last.
    pub violations: Vec<Violation>,
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.violations.iter().enumerate() {
            write!(f, "{}{violation}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl From<InvalidPayload> for Error {
    fn from(error: InvalidPayload) -> Self {
        Self::InvalidPayload(error)
    }
}

/// A refusal by the service, its words unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// `return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix.
    pub code: String,
    /// `return_msg` (响应说明), free text.
    pub message: Option<String>,
    /// `msg_id` (请求消息ID) of the refused request, as far as the service echoes it.
    pub msg_id: Option<String>,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.as_deref().unwrap_or("no message");
        write!(f, "rejected with code {}: {message}", self.code)
    }
}

/// Something that came and is not what the service sends.
#[derive(Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Which record, or which member of one, is at fault, as in `response_data[3].mobile`.
    pub path: Option<String>,
    /// What is wrong with it.
    pub reason: String,
    /// What came, unchanged, so that nothing is lost: the body of a reply, the form of a push, or the data
    /// of a push whose form is right; empty where a page as a whole is at fault. It may hold what people wrote, and
    /// a push's digest.
    pub body: Vec<u8>,
}

impl Malformed {
    pub(crate) fn new(reason: impl Into<String>, body: &[u8]) -> Self {
        Self { path: None, reason: reason.into(), body: body.to_vec() }
    }
}

impl From<Malformed> for Error {
    fn from(error: Malformed) -> Self {
        Self::Malformed(Box::new(error))
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "malformed: {path}: {}", self.reason),
            None => write!(f, "malformed: {}", self.reason),
        }
    }
}

/// Gives the body's length, not its content: it holds what people said to each other.
impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Malformed")
            .field("path", &self.path)
            .field("reason", &self.reason)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
