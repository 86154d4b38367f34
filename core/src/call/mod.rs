//! The retry machine: what to send, when, and when to stop, so that nothing is lost and nothing doubled.
//!
//! It has no clock, no randomness and no network. The host gives it the time, a random number, message
//! ids and what happened, and does what it says. [`Call`] signs and reads; the decisions are those of
//! the machine inside it, which knows no operation.

mod machine;

use std::fmt;

pub use self::machine::{Attempt, Policy};
use self::machine::{Machine, Next, Purpose, Verdict};
use crate::account::Account;
use crate::error::{Error, Failure};
use crate::operations::Operation;
use crate::reply::RawReply;
use crate::sign::SignedRequest;
use crate::stamp::{Stamp, TimestampForm};

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
    account: Account,
    payload: O,
    timestamp_form: TimestampForm,
    machine: Machine,
    result: Option<Result<O::Output, Error>>,
}

/// Tells how far the call is, without payload and account.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &O::NAME)
            .field("last_attempt", &self.last_attempt())
            .field("is_done", &self.result.is_some())
            .finish_non_exhaustive()
    }
}

impl<O: Operation> Call<O> {
    /// A call that has not begun.
    #[must_use]
    pub fn new(account: Account, payload: O, policy: Policy) -> Self {
        let can_settle = O::SETTLING.as_ref().map(|settling| (settling.is_possible)(&payload));
        Self {
            account,
            payload,
            timestamp_form: TimestampForm::default(),
            machine: Machine::new(policy, can_settle),
            result: None,
        }
    }

    /// The same call with timestamps written in another form.
    #[must_use]
    pub fn with_timestamp_form(self, timestamp_form: TimestampForm) -> Self {
        Self { timestamp_form, ..self }
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
        self.failed(now_ms, Failure::Unknown);
        if let Some(result) = &self.result {
            return Step::Done(result.clone());
        }
        let error = match self.machine.next(now_ms, random) {
            Next::WaitUntil(time_ms) => return Step::WaitUntil(time_ms),
            Next::Fail(error) => error,
            Next::Send(purpose) => {
                let stamp = Stamp::new(now_ms, msg_id).with_form(self.timestamp_form);
                match self.sign(purpose, &stamp) {
                    Ok(request) => {
                        self.machine.sent(now_ms, purpose, &request);
                        return Step::Send(request);
                    }
                    // What is to be settled may have been carried out.
                    Err(error) if purpose == Purpose::Settling => Error::uncertain(error),
                    Err(error) => error,
                }
            }
        };
        self.result = Some(Err(error.clone()));
        Step::Done(Err(error))
    }

    fn sign(&self, purpose: Purpose, stamp: &Stamp) -> Result<SignedRequest, Error> {
        match (purpose, &O::SETTLING) {
            (Purpose::Settling, Some(settling)) => {
                (settling.sign)(&self.payload, &self.account, stamp)
            }
            _ => self.account.sign(&self.payload, stamp),
        }
    }

    /// Takes the reply to the request under way. `retry_after_ms` is how long the service asks to wait,
    /// from the reply's `Retry-After` header.
    pub fn replied(&mut self, now_ms: i64, reply: RawReply, retry_after_ms: Option<u64>) {
        let Some(purpose) = self.machine.in_flight() else { return };
        let status = reply.status;
        let result = match (purpose, &O::SETTLING) {
            (Purpose::Settling, Some(settling)) => (settling.find)(&self.payload, reply),
            _ => O::read(reply).map(Some),
        };
        let outcome = result.as_ref().err().map_or("ok", Error::code);
        self.machine.finished(now_ms, Some(status), outcome);
        match result {
            Ok(Some(output)) => self.result = Some(Ok(output)),
            Ok(None) => self.machine.settled_as_missing(),
            Err(error) => {
                let verdict = Verdict::of_reply(&error, status);
                self.machine.judge(now_ms, purpose, error, verdict, retry_after_ms);
            }
        }
    }

    /// Takes note that no reply came to the request under way.
    pub fn failed(&mut self, now_ms: i64, failure: Failure) {
        let Some(purpose) = self.machine.in_flight() else { return };
        let (outcome, verdict) = match failure {
            Failure::NotSent => ("not_sent", Verdict::NotCarriedOut),
            Failure::Unknown => ("unknown", Verdict::InDoubt),
        };
        self.machine.finished(now_ms, None, outcome);
        self.machine.judge(now_ms, purpose, Error::Transport(failure), verdict, None);
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<Attempt> {
        self.machine.last_attempt()
    }
}
