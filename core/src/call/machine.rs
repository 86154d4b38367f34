//! The decisions of a call, whatever its operation.

use crate::error::Error;
use crate::sign::{SignedRequest, redact};

/// How often and how long a [`Call`](crate::Call) tries. All times are in milliseconds.
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

/// What comes next.
pub(super) enum Next {
    Send(Purpose),
    WaitUntil(i64),
    Fail(Error),
}

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To carry the operation out.
    Operation,
    /// To find out whether it has been.
    Settling,
}

/// What a failed request says about whether it was carried out.
pub(super) enum Verdict {
    /// It was not, and may be sent again.
    NotCarriedOut,
    /// It may have been.
    InDoubt,
    /// Sending it again would not help.
    Final,
}

impl Verdict {
    pub(super) fn of_reply(error: &Error, status: u16) -> Self {
        match error {
            Error::HttpStatus { status: 429 } => Self::NotCarriedOut,
            Error::HttpStatus { status: 408 | 500..=599 } => Self::InDoubt,
            // Not even a record can be told from it: most likely only half of it came.
            Error::Malformed(malformed) if malformed.path.is_none() => match status {
                200..=299 | 408 | 500..=599 => Self::InDoubt,
                _ => Self::Final,
            },
            _ => Self::Final,
        }
    }
}

/// What has happened so far, and what follows.
pub(super) struct Machine {
    policy: Policy,
    /// Of an operation that must not simply be repeated: whether it can be settled.
    can_settle: Option<bool>,
    state: State,
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

enum State {
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
    Over(Error),
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

impl Machine {
    pub(super) fn new(policy: Policy, can_settle: Option<bool>) -> Self {
        Self {
            policy,
            can_settle,
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

    pub(super) fn next(&mut self, now_ms: i64, random: f64) -> Next {
        self.begin_wait(random);
        match &self.state {
            State::Waiting { until_ms, .. } if now_ms < *until_ms => Next::WaitUntil(*until_ms),
            State::Waiting { then, .. } | State::Failed { then, .. } => Next::Send(*then),
            State::Due(purpose) => Next::Send(*purpose),
            State::Over(error) => Next::Fail(error.clone()),
        }
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
            Purpose::Settling => State::Over(Error::uncertain(error.clone())),
            Purpose::Operation => State::Over(error.clone()),
        };
    }

    pub(super) fn sent(&mut self, now_ms: i64, purpose: Purpose, request: &SignedRequest) {
        self.began_ms.get_or_insert(now_ms);
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

    /// What the request under way is for.
    pub(super) fn in_flight(&self) -> Option<Purpose> {
        self.in_flight.as_ref().map(|request| request.purpose)
    }

    /// Whether an operation that must not simply be repeated may have been carried out, or may yet be.
    pub(super) fn is_in_doubt(&self) -> bool {
        let is_under_way = self.in_flight() == Some(Purpose::Operation);
        self.is_add() && (is_under_way || self.doubt.is_some())
    }

    /// Whether the operation must not simply be repeated.
    pub(super) fn is_add(&self) -> bool {
        self.can_settle.is_some()
    }

    pub(super) fn finished(&mut self, at_ms: i64, status: Option<u16>, outcome: &'static str) {
        let request = self.in_flight.take();
        self.finished = request.map(|request| Finished { request, status, outcome, at_ms });
    }

    pub(super) fn last_attempt(&self) -> Option<Attempt> {
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
    pub(super) fn judge(
        &mut self,
        at_ms: i64,
        purpose: Purpose,
        error: Error,
        verdict: Verdict,
        retry_after_ms: Option<u64>,
    ) {
        let tally = self.tally(purpose);
        tally.failures += 1;
        let failures = tally.failures;
        let may_repeat = self.has_attempts_left(purpose);
        let can_settle = self.can_settle.filter(|_| purpose == Purpose::Operation);
        self.state = match (verdict, can_settle) {
            (Verdict::InDoubt, Some(true)) => {
                self.settling = Tally::default();
                self.doubt = Some(error.clone());
                let then = Purpose::Settling;
                State::Failed { at_ms, failures, error, retry_after_ms, then }
            }
            (Verdict::InDoubt, Some(false)) => State::Over(Error::uncertain(error)),
            (Verdict::NotCarriedOut | Verdict::InDoubt, _) if may_repeat => {
                State::Failed { at_ms, failures, error, retry_after_ms, then: purpose }
            }
            _ if purpose == Purpose::Settling => State::Over(Error::uncertain(error)),
            _ if self.doubt.is_some() && matches!(error, Error::Rejected(_)) => {
                self.settling = Tally::default();
                self.refusal = Some(error);
                State::Due(Purpose::Settling)
            }
            _ => State::Over(error),
        };
    }

    /// The settling query found no lead: what was in doubt was not carried out.
    pub(super) fn settled_as_missing(&mut self) {
        let may_repeat = self.has_attempts_left(Purpose::Operation);
        self.state = match (self.refusal.take(), &self.doubt) {
            (Some(refusal), _) => State::Over(refusal),
            (None, Some(doubt)) if !may_repeat => State::Over(Error::uncertain(doubt.clone())),
            (None, _) => State::Due(Purpose::Operation),
        };
    }
}
