//! The retry machine: what to send, when, and when to stop, so that nothing is lost and nothing doubled.
//!
//! It has no clock, no randomness and no network. The host gives it the time, a random number, message
//! ids and what happened, and does what it says. [`Call`] gives a type to what [`dynamic::Call`] does: sign
//! and read; the decisions are those of the machine inside that.

pub(crate) mod dynamic;
mod machine;

use std::fmt;
use std::marker::PhantomData;

pub use self::machine::{Attempt, Policy};
use crate::account::Account;
use crate::error::{Error, Failure};
use crate::operations::Operation;
use crate::reply::RawReply;
use crate::sign::SignedRequest;
use crate::stamp::TimestampForm;

/// What a host does next.
#[derive(Clone, Debug)]
pub enum Step<T> {
    /// Send this request and say what came of it: [`Call::replied`] or [`Call::failed`].
    Send(SignedRequest),
    /// Wait until the host's clock shows this time, in milliseconds since the epoch, and ask again.
    WaitUntil(i64),
    /// The call is over.
    Done(Result<T, Error>),
}

/// One call of an operation, from the first request to the result.
///
/// Failures are tried again where that is harmless. An add that may have been carried out is never
/// simply sent again: if it has a `code`, the call first queries for that code; if it has none, the
/// call ends as [`Error::Uncertain`]. Every request is stamped and signed anew.
///
/// ```
/// use qince_leads::{Account, AddLead, Call, Failure, Policy, RawReply, Step};
///
/// let account = Account::new("openid", "app key")?;
/// let lead = AddLead::new().emp_name("负责人").code("L1");
/// let mut call = Call::new(account, lead, Policy::default());
///
/// let (mut now_ms, mut sent) = (1_617_206_400_000, 0);
/// let receipt = loop {
///     match call.step(now_ms, &format!("m{sent}"), 0.5) {
///         Step::Send(_request) => {
///             // A real host sends it. Here the first reply is lost on its way, and the query that
///             // follows finds the lead.
///             sent += 1;
///             let found = r#"{"return_code":"0","response_data":[{"id":"7","code":"L1"}]}"#;
///             match sent {
///                 1 => call.failed(now_ms, Failure::Unknown),
///                 _ => call.replied(now_ms, RawReply::new(200, found), None),
///             }
///         }
///         Step::WaitUntil(time_ms) => now_ms = time_ms,
///         Step::Done(result) => break result?,
///     }
/// };
/// assert_eq!(receipt.id.as_deref(), Some("7"));
/// # Ok::<(), qince_leads::Error>(())
/// ```
pub struct Call<O: Operation> {
    call: dynamic::Call,
    of: PhantomData<fn() -> O>,
}

/// Tells how far the call is, without payload and account.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}

impl<O: Operation> Call<O> {
    /// A call that has not begun.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a call is what becomes of a payload")]
    pub fn new(account: Account, payload: O, policy: Policy) -> Self {
        let call = dynamic::Call::new(account, payload.to_dynamic(), policy);
        Self { call, of: PhantomData }
    }

    /// The same call with timestamps written in another form.
    #[must_use]
    pub fn with_timestamp_form(self, timestamp_form: TimestampForm) -> Self {
        Self { call: self.call.with_timestamp_form(timestamp_form), ..self }
    }

    /// Says what to do next.
    ///
    /// `now_ms` is the host's clock in milliseconds since the epoch. `msg_id` is the id of the next
    /// request, usually a UUID; it is used only where the answer is [`Step::Send`]. `random` is a
    /// number from 0 to 1, for the jitter of delays.
    ///
    /// Whoever asks while a request is under way has lost track of it: it then counts as failed with
    /// [`Failure::Unknown`].
    pub fn step(&mut self, now_ms: i64, msg_id: &str, random: f64) -> Step<O::Output> {
        match self.call.step(now_ms, msg_id, random) {
            Step::Send(request) => Step::Send(request),
            Step::WaitUntil(time_ms) => Step::WaitUntil(time_ms),
            Step::Done(result) => Step::Done(result.map(Into::into)),
        }
    }

    /// Takes the reply to the request under way. `retry_after_ms` is how long the service asks to wait,
    /// from the reply's `Retry-After` header.
    pub fn replied(&mut self, now_ms: i64, reply: RawReply, retry_after_ms: Option<u64>) {
        self.call.replied(now_ms, reply, retry_after_ms);
    }

    /// Takes note that no reply came to the request under way.
    pub fn failed(&mut self, now_ms: i64, failure: Failure) {
        self.call.failed(now_ms, failure);
    }

    /// Whether an add may or may not have been carried out, as far as the host has been told: one that gives the call up
    /// now, because it is cancelled, is to report [`Error::Uncertain`].
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.call.is_in_doubt()
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<Attempt> {
        self.call.last_attempt()
    }
}
