//! What an observer of a call is told.

use std::fmt;

/// One finished attempt, for a host's logs and metrics: it holds no secret, no body and no openid.
///
/// Tests make one with what they need and `..Attempt::default()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The operation that was sent; a query where an add is being settled.
    pub operation: &'static str,
    /// Which attempt of that operation it was, from 1.
    pub number: u32,
    /// The message id (请求消息ID) of the request.
    pub msg_id: String,
    /// Where it was sent, openid and digest replaced by `***`.
    pub url: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was.
    pub outcome: &'static str,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// One line for a log, alike in every language.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, number, msg_id, url, status, outcome, duration_ms } = self;
        write!(f, "{operation} attempt {number}: {outcome}")?;
        if let Some(status) = status {
            write!(f, " (HTTP {status})")?;
        }
        write!(f, " after {duration_ms} ms, msg_id {msg_id}, POST {url}")
    }
}

/// What is known of a call beside its result: for the errors of a host's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many requests were sent, those that settle an add included.
    pub attempts: u32,
    /// The message id (请求消息ID) of the last request.
    pub msg_id: Option<String>,
    /// Whether the operation may have been carried out without its reply being read: by an attempt before a refusal, too.
    pub may_have_been_carried_out: bool,
    /// The code (线索编码) of the lead that is added, by which an add in doubt is looked up.
    pub lead_code: Option<String>,
}
