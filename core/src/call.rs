//! The retry machine: what to send, when, and when to stop, so that nothing is lost and nothing doubled.
//!
//! It has no clock, no randomness and no network. The host gives it the time, a random number, message
//! ids and what happened, and does what it says.

use std::fmt;

use crate::account::Account;
use crate::error::{Error, Failure};
use crate::operations::Operation;
use crate::reply::RawReply;
use crate::sign::{SignedRequest, redact};
use crate::stamp::{Stamp, TimestampForm};

/// How often and how long a [`Call`] tries. All times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// How many requests of an operation are sent at most; one is always sent.
    pub max_attempts: u32,
    /// The delay after the first failed request; it doubles with each further one.
    pub base_delay_ms: u64,
    /// The longest delay, but for one that the service asks for.
    pub max_delay_ms: u64,
    /// How long after the first request a delay may end at the latest; `None` for any time.
    pub deadline_ms: Option<u64>,
    /// By which part of itself a delay is shortened at most, from 0 to 1, so that many hosts that fail
    /// together do not come back together.
    pub jitter: f64,
}

impl Default for Policy {
    /// Four attempts within a minute, half a second apart at first and 8 seconds at most.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay_ms: 500,
            max_delay_ms: 8_000,
            deadline_ms: Some(60_000),
            jitter: 0.5,
        }
    }
}

impl Policy {
    /// The delay after the `failures`th failed request, shortened by a random number from 0 to 1.
    fn delay_ms(&self, failures: u32, random: f64) -> u64 {
        let factor = 1u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX);
        let delay = self.base_delay_ms.saturating_mul(factor).min(self.max_delay_ms);
        // What is no number shortens nothing: it becomes 0 as an integer.
        let shortening = self.jitter.clamp(0.0, 1.0) * random.clamp(0.0, 1.0);
        delay - (delay as f64 * shortening) as u64
    }
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

/// One finished attempt, for a host's logs and metrics: it holds no secret, no body and no openid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The operation that was sent; a query where an add is being settled.
    pub operation: &'static str,
    /// Which attempt of that operation it was, from 1.
    pub number: u32,
    /// Where it was sent, openid and digest replaced by `***`.
    pub url: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `ok`, `not_sent`, `unknown`, or the code of the error that the reply was.
    pub outcome: &'static str,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
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
    policy: Policy,
    timestamp_form: TimestampForm,
    state: State<O::Output>,
    in_flight: Option<InFlight>,
    /// When the first request was sent.
    began_ms: Option<i64>,
    operation: Tally,
    /// The requests of the settling that is under way.
    settling: Tally,
    /// Why an add that was sent may have been carried out.
    doubt: Option<Error>,
    /// The refusal of an add that was sent again: maybe just because the first one had worked.
    refusal: Option<Error>,
    finished: Option<Finished>,
}

enum State<T> {
    /// A request is to be sent at once, or has been.
    Due(Purpose),
    /// A request failed, and another is to follow.
    Failed {
        at_ms: i64,
        failures: u32,
        error: Error,
        retry_after_ms: Option<u64>,
        then: Purpose,
    },
    Waiting {
        until_ms: i64,
        then: Purpose,
    },
    Done(Result<T, Error>),
}

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To carry the operation out.
    Operation,
    /// To find out whether it has been.
    Settling,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    requests: u32,
    failures: u32,
}

struct InFlight {
    purpose: Purpose,
    operation: &'static str,
    number: u32,
    url: String,
    sent_ms: i64,
}

struct Finished {
    request: InFlight,
    status: Option<u16>,
    outcome: &'static str,
    at_ms: i64,
}

/// What a failed request says about whether it was carried out.
enum Verdict {
    /// It was not, and may be sent again.
    NotCarriedOut,
    /// It may have been.
    InDoubt,
    /// Sending it again would not help.
    Final,
}

impl Verdict {
    fn of_reply(error: &Error, status: u16) -> Self {
        match error {
            Error::HttpStatus { status: 429 } => Self::NotCarriedOut,
            Error::HttpStatus { status: 408 | 500..=599 } => Self::InDoubt,
            // Not even a record can be told from it: most likely only half of it came.
            Error::Malformed(malformed)
                if malformed.path.is_none() && (200..300).contains(&status) =>
            {
                Self::InDoubt
            }
            _ => Self::Final,
        }
    }
}

/// Tells how far the call is; a request under way holds openid and digest, so it is left out.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &O::NAME)
            .field("requests", &self.operation.requests)
            .field("last_attempt", &self.last_attempt())
            .finish_non_exhaustive()
    }
}

impl<O: Operation> Call<O> {
    /// A call that has not begun.
    #[must_use]
    pub fn new(account: Account, payload: O, policy: Policy) -> Self {
        Self {
            account,
            payload,
            policy,
            timestamp_form: TimestampForm::default(),
            state: State::Due(Purpose::Operation),
            in_flight: None,
            began_ms: None,
            operation: Tally::default(),
            settling: Tally::default(),
            doubt: None,
            refusal: None,
            finished: None,
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
        self.begin_wait(random);
        let purpose = match self.state {
            State::Waiting { until_ms, .. } if now_ms < until_ms => {
                return Step::WaitUntil(until_ms);
            }
            State::Waiting { then, .. } | State::Failed { then, .. } => then,
            State::Due(purpose) => purpose,
            State::Done(ref result) => return Step::Done(result.clone()),
        };
        let stamp = Stamp::new(now_ms, msg_id).with_form(self.timestamp_form);
        match self.sign(purpose, &stamp) {
            Ok(request) => {
                self.begin_request(purpose, &request, now_ms);
                Step::Send(request)
            }
            Err(error) => {
                self.state = State::Done(Err(error.clone()));
                Step::Done(Err(error))
            }
        }
    }

    /// Takes the reply to the request under way. `retry_after_ms` is how long the service asks to wait,
    /// from the reply's `Retry-After` header.
    pub fn replied(&mut self, now_ms: i64, reply: RawReply, retry_after_ms: Option<u64>) {
        let Some(request) = self.in_flight.take() else {
            return;
        };
        let purpose = request.purpose;
        let status = reply.status;
        let result = match (purpose, &O::SETTLING) {
            (Purpose::Settling, Some(settling)) => (settling.find)(&self.payload, reply),
            _ => O::read(reply).map(Some),
        };
        let outcome = result.as_ref().err().map_or("ok", Error::code);
        self.finished = Some(Finished { request, status: Some(status), outcome, at_ms: now_ms });
        match result {
            Ok(Some(output)) => self.state = State::Done(Ok(output)),
            Ok(None) => self.settle_as_missing(),
            Err(error) => {
                let verdict = Verdict::of_reply(&error, status);
                self.judge(now_ms, purpose, error, verdict, retry_after_ms);
            }
        }
    }

    /// Takes note that no reply came to the request under way.
    pub fn failed(&mut self, now_ms: i64, failure: Failure) {
        let Some(request) = self.in_flight.take() else {
            return;
        };
        let purpose = request.purpose;
        let (outcome, verdict) = match failure {
            Failure::NotSent => ("not_sent", Verdict::NotCarriedOut),
            Failure::Unknown => ("unknown", Verdict::InDoubt),
        };
        self.finished = Some(Finished { request, status: None, outcome, at_ms: now_ms });
        self.judge(now_ms, purpose, Error::Transport(failure), verdict, None);
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<Attempt> {
        let Finished { request, status, outcome, at_ms } = self.finished.as_ref()?;
        Some(Attempt {
            operation: request.operation,
            number: request.number,
            url: redact(&request.url),
            status: *status,
            outcome,
            duration_ms: at_ms.saturating_sub(request.sent_ms).max(0).unsigned_abs(),
        })
    }

    fn sign(&self, purpose: Purpose, stamp: &Stamp) -> Result<SignedRequest, Error> {
        match (purpose, &O::SETTLING) {
            (Purpose::Settling, Some(settling)) => {
                (settling.sign)(&self.payload, &self.account, stamp)
            }
            _ => self.account.sign(&self.payload, stamp),
        }
    }

    fn begin_request(&mut self, purpose: Purpose, request: &SignedRequest, now_ms: i64) {
        self.began_ms.get_or_insert(now_ms);
        self.state = State::Due(purpose);
        let tally = self.tally(purpose);
        tally.requests += 1;
        self.in_flight = Some(InFlight {
            purpose,
            operation: request.operation,
            number: tally.requests,
            url: request.url.clone(),
            sent_ms: now_ms,
        });
    }

    fn tally(&mut self, purpose: Purpose) -> &mut Tally {
        match purpose {
            Purpose::Operation => &mut self.operation,
            Purpose::Settling => &mut self.settling,
        }
    }

    fn has_attempts_left(&mut self, purpose: Purpose) -> bool {
        let max_attempts = self.policy.max_attempts;
        self.tally(purpose).requests < max_attempts
    }

    /// Decides what follows a failed request.
    fn judge(
        &mut self,
        at_ms: i64,
        purpose: Purpose,
        error: Error,
        verdict: Verdict,
        retry_after_ms: Option<u64>,
    ) {
        self.tally(purpose).failures += 1;
        let failures = self.tally(purpose).failures;
        let may_repeat = self.has_attempts_left(purpose);
        let settling = O::SETTLING.as_ref().filter(|_| purpose == Purpose::Operation);
        self.state = match (verdict, settling) {
            (Verdict::InDoubt, Some(settling)) => {
                if (settling.is_possible)(&self.payload) {
                    self.doubt = Some(error.clone());
                    self.settling = Tally::default();
                    let then = Purpose::Settling;
                    State::Failed { at_ms, failures, error, retry_after_ms, then }
                } else {
                    State::Done(Err(Error::uncertain(error)))
                }
            }
            (Verdict::NotCarriedOut | Verdict::InDoubt, _) if may_repeat => {
                State::Failed { at_ms, failures, error, retry_after_ms, then: purpose }
            }
            _ if purpose == Purpose::Settling => State::Done(Err(Error::uncertain(error))),
            _ if self.doubt.is_some() && matches!(error, Error::Rejected(_)) => {
                self.refusal = Some(error);
                self.settling = Tally::default();
                State::Due(Purpose::Settling)
            }
            _ => State::Done(Err(error)),
        };
    }

    /// The settling query found no lead: what was in doubt was not carried out.
    fn settle_as_missing(&mut self) {
        let may_repeat = self.has_attempts_left(Purpose::Operation);
        self.state = match (self.refusal.take(), &self.doubt) {
            (Some(refusal), _) => State::Done(Err(refusal)),
            (None, Some(doubt)) if !may_repeat => State::Done(Err(Error::uncertain(doubt.clone()))),
            (None, _) => State::Due(Purpose::Operation),
        };
    }

    /// Begins the wait after a failed request, or ends the call where it would last too long.
    fn begin_wait(&mut self, random: f64) {
        let State::Failed { at_ms, failures, error, retry_after_ms, then } = &self.state else {
            return;
        };
        let delay_ms = retry_after_ms.unwrap_or_else(|| self.policy.delay_ms(*failures, random));
        let until_ms = at_ms.saturating_add_unsigned(delay_ms);
        let deadline_ms = self.began_ms.zip(self.policy.deadline_ms);
        let deadline_ms = deadline_ms.map(|(began, after)| began.saturating_add_unsigned(after));
        self.state = match then {
            _ if deadline_ms.is_none_or(|deadline_ms| until_ms <= deadline_ms) => {
                State::Waiting { until_ms, then: *then }
            }
            Purpose::Settling => State::Done(Err(Error::uncertain(error.clone()))),
            Purpose::Operation => State::Done(Err(error.clone())),
        };
    }
}
