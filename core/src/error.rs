//! One stable list of what can go wrong.

use std::fmt;

use std::sync::Arc;

use crate::violation::InvalidPayload;

/// Everything this SDK reports as an error, by its stable code.
///
/// Messages say what is wrong, where, and what to do. None of them holds an app key, a push secret or
/// a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The account cannot be used, nor what else is configured (policy, push secrets): see the message. Nothing was
    /// signed.
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
    #[error("{0}")]
    HttpStatus(HttpStatus),
    /// What came is not a reply or push of the service, or of another shape. The raw text is kept.
    #[error("{0}")]
    Malformed(Malformed),
    /// No reply came, and no attempt is left. This is how the last attempt failed; an earlier one of an
    /// operation that may be repeated may still have been carried out.
    #[error("transport: {0}")]
    Transport(Failure),
    /// It may or may not have been carried out: an add, or another request that must not be repeated. Look it up
    /// before sending it again; an add with a `code` lets the call do so by itself.
    #[error(
        "uncertain: it may or may not have been carried out ({cause}); look it up before sending it again"
    )]
    Uncertain {
        /// What left it open, or ended the call before it was settled.
        #[source]
        cause: Box<Error>,
    },
    /// An app asked a relay for an operation that it may not use.
    #[error("forbidden: this relay does not allow `{operation}`")]
    Forbidden {
        /// The operation's name.
        operation: &'static str,
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
        "forbidden",
    ];

    /// The stable code of this kind of error, one of [`CODES`](Self::CODES).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidAccount(_) => "invalid_account",
            Self::InvalidStamp(_) => "invalid_stamp",
            Self::InvalidPayload(_) => "invalid_payload",
            Self::Rejected(_) => "rejected",
            Self::HttpStatus(_) => "http_status",
            Self::Malformed(_) => "malformed",
            Self::Transport(_) => "transport",
            Self::Uncertain { .. } => "uncertain",
            Self::BadSignature => "bad_signature",
            Self::Stale { .. } => "stale",
            Self::Forbidden { .. } => "forbidden",
        }
    }
}

impl From<InvalidPayload> for Error {
    fn from(error: InvalidPayload) -> Self {
        Self::InvalidPayload(error)
    }
}

/// A text from outside as it may stand in a line: nobody writes lines of their own.
pub(crate) fn in_a_line(text: &str) -> String {
    // Escapes of the standard library bring its tables of what can be printed, which take 5 kB.
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
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

impl std::error::Error for Rejected {}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.as_deref().unwrap_or("no message");
        write!(f, "rejected with code {}: {message}", self.code)
    }
}

/// An HTTP status outside 200-299 without a reply of the service.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpStatus {
    /// The HTTP status.
    pub status: u16,
    /// What came with it, unchanged: often the page of something that stands between.
    pub body: Arc<[u8]>,
}

impl HttpStatus {
    pub(crate) fn new(status: u16, body: &[u8]) -> Self {
        Self { status, body: body.into() }
    }
}

impl fmt::Display for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = "without a reply of the service: check the base URL and what stands between";
        write!(f, "HTTP status {} {what}", self.status)
    }
}

/// Gives the body's length, not its content.
impl fmt::Debug for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpStatus")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Something that came and is not what the service sends.
#[derive(Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong with it.
    pub reason: String,
    /// What came, unchanged, so that nothing is lost: the body of a reply, the form of a push, or the data
    /// of a push whose form is right; empty where a page as a whole is at fault, and after a call was resumed. It may hold
    /// what people wrote, and a push's digest.
    pub body: Arc<[u8]>,
}

impl Malformed {
    pub(crate) fn new(reason: impl fmt::Display, body: &[u8]) -> Self {
        Self { reason: reason.to_string(), body: body.into() }
    }
}

impl From<Malformed> for Error {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed: {}", self.reason)
    }
}

/// Gives the body's length, not its content: it holds what people said to each other.
impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Malformed")
            .field("reason", &self.reason)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_of_its_own_among_all_codes() {
        let rejected = Rejected { code: "1".to_owned(), message: None, msg_id: None };
        let invalid = InvalidPayload { violations: Vec::new(), more: 0 };
        let errors = [
            Error::InvalidAccount(String::new()),
            Error::InvalidStamp(String::new()),
            Error::InvalidPayload(invalid),
            Error::Rejected(rejected),
            Error::HttpStatus(HttpStatus::new(404, b"")),
            Malformed::new("", b"").into(),
            Error::Transport(Failure::Unknown),
            Error::uncertain(Error::Transport(Failure::Unknown)),
            Error::BadSignature,
            Error::Stale { age_ms: 1, max_age_ms: 0 },
            Error::Forbidden { operation: "add" },
        ];
        assert!(errors.iter().map(Error::code).eq(Error::CODES.iter().copied()));
    }
}
