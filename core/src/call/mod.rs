//! The retry machine: what to send, when, and when to stop, so that nothing is lost and nothing doubled.
//!
//! It has no clock, no randomness and no network. The host gives it the time, a random number, message
//! ids and what happened, and does what it says. [`Call`] gives a type to what [`dynamic::Call`] does.

mod attempt;
mod machine;
mod policy;
mod retry_after;
mod save;

use std::fmt;
use std::marker::PhantomData;

pub use self::attempt::{Attempt, Progress};
pub use self::policy::Policy;
use crate::account::Account;
use crate::body::RawReply;
use crate::error::{Error, Failure};
use crate::operation::{Add, Query, Request};
use crate::sign::SignedRequest;
use crate::stamp::TimestampForm;

pub(crate) mod dynamic {
    //! A call of whatever operation.

    pub use super::machine::Call;
}

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
/// call ends as [`Error::Uncertain`]. Once an add may have been carried out, its call ends as a success or as
/// uncertain, whatever ends it. Every request is stamped and signed anew.
///
/// A host that [saves](Self::save) a call before it sends can stop at any instant and lose nothing: another one
/// [goes on](Self::resume) with it.
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
///         Step::Send(request) => {
///             // A real host sends it. Here the first reply is lost on its way, and the query that
///             // follows finds the lead.
///             sent += 1;
///             let found = r#"{"return_code":"0","response_data":[{"id":"7","code":"L1"}]}"#;
///             match sent {
///                 1 => call.failed(&request.msg_id, now_ms, Failure::Unknown),
///                 _ => call.replied(&request.msg_id, now_ms, RawReply::new(200, found), None),
///             }
///         }
///         Step::WaitUntil(time_ms) => now_ms = time_ms,
///         Step::Done(result) => break result?,
///     }
/// };
/// assert_eq!(receipt.id.as_deref(), Some("7"));
/// assert!(receipt.settled);
/// # Ok::<(), qince_leads::Error>(())
/// ```
pub struct Call<R: Request> {
    call: dynamic::Call,
    of: PhantomData<fn() -> R>,
}

/// Tells how far the call is, without payload and account.
impl<R: Request> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}

impl<A: Add> Call<A> {
    /// A call that adds the lead unless there is one with its `code`, which it has to have.
    ///
    /// It looks for the code first, then adds, and looks once more where the add is refused: someone else may have been
    /// faster. [`existed`](crate::Receipt::existed) says which it was. Two hosts that ensure the same code at once add it twice only
    /// where the service takes codes twice.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a call is what becomes of a payload")]
    pub fn ensure(account: Account, lead: A, policy: Policy) -> Self {
        let call = dynamic::Call::new(account, lead.to_payload(), policy).by_code();
        Self { call, of: PhantomData }
    }
}

impl<Q: Query> Call<Q> {
    /// A call that finds the one lead with the query's `code`, which it has to have: its page holds that lead, or none.
    ///
    /// A lead has the code if both are the same without the white space around them and regardless of ASCII case. One
    /// with exactly the code goes first.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a call is what becomes of a payload")]
    pub fn find(account: Account, query: Q, policy: Policy) -> Self {
        let call = dynamic::Call::new(account, query.to_payload(), policy).by_code();
        Self { call, of: PhantomData }
    }
}

impl<R: Request> Call<R> {
    /// A call that has not begun.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a call is what becomes of a payload")]
    pub fn new(account: Account, payload: R, policy: Policy) -> Self {
        let call = dynamic::Call::new(account, payload.to_payload(), policy);
        Self { call, of: PhantomData }
    }

    /// Which attempt of its operation the request under way is, from 1; 0 where none is. A query that settles an add is
    /// counted on its own.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.call.number()
    }

    /// One line for a log, alike in every language, of a call that has ended as [`Error::Uncertain`]: the operation, the
    /// error, and the lead's code and the message id to look it up by. `None` of any other.
    #[must_use]
    pub fn doubt_line(&self) -> Option<String> {
        self.call.doubt_line()
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
    pub fn step(&mut self, now_ms: i64, msg_id: &str, random: f64) -> Step<R::Output> {
        match self.call.step(now_ms, msg_id, random) {
            Step::Send(request) => Step::Send(request),
            Step::WaitUntil(time_ms) => Step::WaitUntil(time_ms),
            Step::Done(result) => Step::Done(result.map(Into::into)),
        }
    }

    /// Takes the reply to the request with this message id. `retry_after` is the text of the reply's `Retry-After`
    /// header, if it has one.
    ///
    /// A reply to any other request than the one under way comes too late, and changes nothing.
    pub fn replied(
        &mut self,
        msg_id: &str,
        now_ms: i64,
        reply: RawReply,
        retry_after: Option<&str>,
    ) {
        self.call.replied(msg_id, now_ms, reply, retry_after);
    }

    /// Takes note that no reply came to the request with this message id; of another request than the one under way
    /// that changes nothing.
    pub fn failed(&mut self, msg_id: &str, now_ms: i64, failure: Failure) {
        self.call.failed(msg_id, now_ms, failure);
    }

    /// Gives the call up, because it is cancelled: it is over. Where an add may have been carried out, that is the error
    /// to report.
    pub fn give_up(&mut self, now_ms: i64) -> Option<Error> {
        self.call.give_up(now_ms)
    }

    /// The call as one line of text, by which [`resume`](Self::resume) goes on with it in another process, host or
    /// language; `None` where its end is known. It holds the payload, but no secret, openid or digest.
    ///
    /// Save before sending: a request that was under way when a host ended counts as failed with
    /// [`Failure::Unknown`].
    #[must_use]
    pub fn save(&self) -> Option<String> {
        self.call.save()
    }

    /// Goes on with a call that was saved.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is damaged, of another version, or of another operation.
    pub fn resume(account: Account, policy: Policy, text: &str) -> Result<Self, Error> {
        let call = dynamic::Call::resume(account, policy, text, Some(R::NAME))?;
        Ok(Self { call, of: PhantomData })
    }

    /// Whether an add may or may not have been carried out, as far as the host has been told: one that gives the call up
    /// now, because it is cancelled, is to report [`Error::Uncertain`].
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.call.is_in_doubt()
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.call.last_attempt()
    }

    /// What is known of the call beside its result.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.call.progress()
    }
}
