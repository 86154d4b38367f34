//! The decisions of a call: one state, and what follows what.
//!
//! ```text
//! Due ──step──▶ InFlight ──replied, failed──▶ Over
//!  ▲               │                           ▲
//!  │               ▼                           │
//!  └──step────  Waiting ──────deadline─────────┘
//! ```
//!
//! A request has one of two purposes: to carry the operation out, or, where an add may have been carried out, to settle
//! whether it was. Once an add may have been carried out, `doubt` says why, and stays: whatever ends the call then, it ends
//! as a success or as [`Error::Uncertain`].

use std::fmt;

use super::{Attempt, Policy, Progress, Step, retry_after};
use crate::account::Account;
use crate::body::RawReply;
use crate::endpoint::{Endpoint, Settling};
use crate::error::{Error, Failure, Malformed, in_a_line};
use crate::payload::dynamic::{Payload, Repeat};
use crate::payload::{Draft, Slot};
use crate::record::Rows;
use crate::reply::{Outcome, Receipt};
use crate::stamp::{Stamp, TimestampForm};

/// A [`Call`](crate::Call) of an operation that is chosen at run time.
pub struct Call {
    pub(super) account: Account,
    pub(super) payload: Payload,
    pub(super) policy: Policy,
    pub(super) timestamp_form: TimestampForm,
    pub(super) state: State,
    /// The host's clock as it was seen last.
    pub(super) clock_ms: Option<i64>,
    /// When the first request was sent.
    pub(super) began_ms: Option<i64>,
    pub(super) operation: Tally,
    /// The requests of the settling that is under way.
    pub(super) settling: Tally,
    /// All requests.
    pub(super) attempts: u32,
    /// Why an add that was sent may have been carried out.
    pub(super) doubt: Option<Error>,
    /// The refusal of an add that may have been refused just because a lead has its code: by an add before it, or one that
    /// was to be found.
    pub(super) refusal: Option<Error>,
    pub(super) aim: Aim,
    /// Whether any request may have been carried out without its reply being read.
    pub(super) may_have_been_carried_out: bool,
    pub(super) last_attempt: Option<Attempt>,
}

pub(super) enum State {
    /// A request is to be sent at once.
    Due(Purpose),
    /// One has been sent.
    InFlight(InFlight),
    /// One failed, and another is to follow.
    Waiting { until_ms: i64, then: Purpose },
    /// Nothing is to be sent any more.
    Over { result: Result<Outcome, Error>, is_told: bool },
}

/// What a call is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// That the operation is carried out.
    CarryOut,
    /// That there is a lead with the add's key: it is looked for first.
    Ensure,
    /// The one lead with the query's key.
    Find,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To carry the operation out.
    Operation,
    /// To find out whether it has been.
    Settling,
}

/// The requests for one purpose.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) requests: u32,
    pub(super) failures: u32,
}

/// A request that was sent.
pub(super) struct InFlight {
    pub(super) purpose: Purpose,
    pub(super) operation: &'static str,
    pub(super) number: u32,
    pub(super) msg_id: String,
    /// Without openid and digest.
    pub(super) url: String,
    pub(super) sent_ms: i64,
    /// A number from 0 to 1 for the delay that follows if it fails.
    pub(super) random: f64,
}

/// What a failed request says about whether it was carried out.
#[derive(Clone, Copy)]
enum Verdict {
    /// It was not, and may be sent again.
    NotCarriedOut,
    /// It may have been.
    InDoubt,
    /// Sending it again would not help.
    Final,
}

/// Tells how far the call is, without payload and account.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.payload.endpoint.name)
            .field("last_attempt", &self.last_attempt)
            .field("is_done", &matches!(self.state, State::Over { .. }))
            .finish_non_exhaustive()
    }
}

impl Call {
    /// A call that has not begun. What is wrong with payload or policy is said by the first step.
    #[must_use]
    pub fn new(account: Account, payload: Payload, policy: Policy) -> Self {
        Self {
            account,
            payload,
            policy,
            timestamp_form: TimestampForm::default(),
            state: State::Due(Purpose::Operation),
            clock_ms: None,
            began_ms: None,
            operation: Tally::default(),
            settling: Tally::default(),
            attempts: 0,
            doubt: None,
            refusal: None,
            aim: Aim::CarryOut,
            may_have_been_carried_out: false,
            last_attempt: None,
        }
    }

    /// The same call by the lead's code: of an add one that [ensures](crate::Call::ensure) the lead, of a query one that
    /// [finds](crate::Call::find) it. Of any other operation it is the same call.
    #[must_use]
    pub fn by_code(mut self) -> Self {
        let endpoint = self.payload.endpoint;
        if endpoint.key().is_none() {
            return self;
        }
        self.payload = self.payload.with_key();
        self.aim = if endpoint.paging.is_some() { Aim::Find } else { Aim::Ensure };
        // What is wrong with the payload is said where it would be sent.
        if self.aim == Aim::Ensure && self.payload.body().is_ok() {
            self.state = State::Due(Purpose::Settling);
        }
        self
    }

    /// The same call with timestamps written in another form.
    #[must_use]
    pub fn with_timestamp_form(self, timestamp_form: TimestampForm) -> Self {
        Self { timestamp_form, ..self }
    }

    /// Says what to do next, see [`Call::step`](crate::Call::step).
    pub fn step(&mut self, now_ms: i64, msg_id: &str, random: f64) -> Step<Outcome> {
        self.set_clock(now_ms);
        if let Some(lost) = self.take_in_flight() {
            self.lost(now_ms, lost, Failure::Unknown);
        }
        let purpose = match &mut self.state {
            State::Over { result, is_told } => {
                *is_told = true;
                return Step::Done(result.clone());
            }
            State::Waiting { until_ms, .. } if now_ms < *until_ms => {
                return Step::WaitUntil(*until_ms);
            }
            State::Waiting { then: purpose, .. }
            | State::Due(purpose)
            | State::InFlight(InFlight { purpose, .. }) => *purpose,
        };
        self.send(purpose, now_ms, msg_id, random)
    }

    /// Takes the reply to a request, see [`Call::replied`](crate::Call::replied).
    pub fn replied(
        &mut self,
        msg_id: &str,
        now_ms: i64,
        reply: RawReply,
        retry_after: Option<&str>,
    ) {
        self.set_clock(now_ms);
        let Some(request) = self.take_in_flight_of(msg_id) else { return };
        let status = reply.status;
        let (result, verdict) = match self.endpoint_for(request.purpose).read(reply) {
            Ok(outcome) => (Ok(outcome), Verdict::Final),
            Err(error) => {
                let verdict = self.verdict_on(&error, status);
                (Err(error), verdict)
            }
        };
        let (result, verdict) = match self.belongs_to(&request, &result) {
            Ok(()) => (result, verdict),
            Err(stray) => (Err(stray), Verdict::InDoubt),
        };
        let outcome = result.as_ref().err().map_or("ok", Error::code);
        self.note(now_ms, &request, Some(status), outcome);
        match result {
            Ok(outcome) => self.succeeded(request.purpose, outcome),
            Err(error) => {
                let asked_ms = retry_after.and_then(|header| retry_after::delay_ms(header, now_ms));
                self.failed_with(now_ms, &request, error, verdict, asked_ms);
            }
        }
    }

    /// Takes note that no reply came to a request, see [`Call::failed`](crate::Call::failed).
    pub fn failed(&mut self, msg_id: &str, now_ms: i64, failure: Failure) {
        self.set_clock(now_ms);
        if let Some(request) = self.take_in_flight_of(msg_id) {
            self.lost(now_ms, request, failure);
        }
    }

    /// Gives the call up, see [`Call::give_up`](crate::Call::give_up).
    pub fn give_up(&mut self, now_ms: i64) -> Option<Error> {
        self.set_clock(now_ms);
        let in_doubt = self.is_in_doubt();
        self.may_have_been_carried_out |= in_doubt;
        if let Some(request) = self.take_in_flight() {
            self.may_have_been_carried_out |= request.purpose == Purpose::Operation;
            self.note(now_ms, &request, None, "cancelled");
        }
        let cause = self.doubt.clone().unwrap_or(Error::Transport(Failure::Unknown));
        let error = if in_doubt { Error::uncertain(cause) } else { cause };
        self.state = State::Over { result: Err(error.clone()), is_told: true };
        in_doubt.then_some(error)
    }

    /// Whether an add may or may not have been carried out, see [`Call::is_in_doubt`](crate::Call::is_in_doubt).
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        let is_add = self.payload.repeat != Repeat::Freely;
        match &self.state {
            State::Over { is_told: true, .. } => false,
            State::Over { result: Ok(Outcome::Receipt(receipt)), .. } => is_add && !receipt.existed,
            State::Over { result, .. } => {
                is_add && matches!(result, Ok(_) | Err(Error::Uncertain { .. }))
            }
            State::InFlight(request) if request.purpose == Purpose::Operation => is_add,
            _ => self.doubt.is_some(),
        }
    }

    /// Which attempt of its operation the request under way is, see [`Call::number`](crate::Call::number).
    #[must_use]
    pub fn number(&self) -> u32 {
        match &self.state {
            State::InFlight(request) => request.number,
            _ => 0,
        }
    }

    /// The doubt that the call has ended in, see [`Call::doubt_line`](crate::Call::doubt_line).
    #[must_use]
    pub fn doubt_line(&self) -> Option<String> {
        let State::Over { result: Err(error @ Error::Uncertain { .. }), .. } = &self.state else {
            return None;
        };
        let Progress { msg_id, lead_code, .. } = self.progress();
        let code = lead_code
            .map_or_else(|| "no code".to_owned(), |code| format!("code {}", in_a_line(&code)));
        let msg_id = msg_id.as_deref().unwrap_or("none");
        Some(format!("{}: {error} ({code}, msg_id {msg_id})", self.operation()))
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.last_attempt.as_ref()
    }

    /// What is known of the call beside its result.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let under_way = match &self.state {
            State::InFlight(request) => Some(request),
            _ => None,
        };
        let last = self.last_attempt.as_ref().map(|attempt| &attempt.msg_id);
        let is_operation = |request: &InFlight| request.purpose == Purpose::Operation;
        Progress {
            attempts: self.attempts,
            msg_id: under_way.map(|request| &request.msg_id).or(last).cloned(),
            may_have_been_carried_out: self.may_have_been_carried_out
                || under_way.is_some_and(is_operation),
            lead_code: self.settling().map(|(_, key)| key.to_owned()),
        }
    }

    /// A host's clock that was set back takes along what is left of waits and deadline.
    fn set_clock(&mut self, now_ms: i64) {
        let back_ms = self.clock_ms.map_or(0, |seen_ms| seen_ms.saturating_sub(now_ms).max(0));
        let began_ms = self.began_ms.as_mut();
        let other_ms = match &mut self.state {
            State::Waiting { until_ms, .. } => Some(until_ms),
            State::InFlight(request) => Some(&mut request.sent_ms),
            State::Due(_) | State::Over { .. } => None,
        };
        for time_ms in began_ms.into_iter().chain(other_ms) {
            *time_ms = time_ms.saturating_sub(back_ms);
        }
        self.clock_ms = Some(now_ms);
    }

    fn send(&mut self, purpose: Purpose, now_ms: i64, msg_id: &str, random: f64) -> Step<Outcome> {
        let stamp = Stamp::new(now_ms, msg_id).with_form(self.timestamp_form);
        let signed = self.policy.check();
        let signed =
            signed.and_then(|()| self.account.sign_dynamic(self.payload_for(purpose), &stamp));
        let request = match signed {
            Ok(request) => request,
            Err(error) => {
                self.end(error);
                return self.step(now_ms, msg_id, random);
            }
        };
        self.began_ms.get_or_insert(now_ms);
        self.attempts += 1;
        let tally = self.tally(purpose);
        tally.requests += 1;
        self.state = State::InFlight(InFlight {
            purpose,
            operation: request.operation,
            number: tally.requests,
            msg_id: request.msg_id.clone(),
            url: request.redacted_url(),
            sent_ms: now_ms,
            random,
        });
        Step::Send(request)
    }

    fn settling(&self) -> Option<(Settling, &str)> {
        Some((self.payload.endpoint.settled_by?, self.payload.key.as_deref()?))
    }

    fn payload_for(&self, purpose: Purpose) -> Payload {
        match self.settling().filter(|_| purpose == Purpose::Settling) {
            Some((settling, key)) => {
                let shape = settling.query.shape;
                let mut by_key = Draft::empty(shape);
                if let Some(place) = shape.position(settling.key) {
                    by_key.set(place, Slot::Text(key.into()));
                }
                Payload::of(settling.query, &by_key)
            }
            None => self.payload.clone(),
        }
    }

    fn endpoint_for(&self, purpose: Purpose) -> &'static Endpoint {
        match self.settling().filter(|_| purpose == Purpose::Settling) {
            Some((settling, _)) => settling.query,
            None => self.payload.endpoint,
        }
    }

    /// The request under way, if it is this one. The state then waits to be set.
    fn take_in_flight_of(&mut self, msg_id: &str) -> Option<InFlight> {
        match &self.state {
            State::InFlight(request) if request.msg_id == msg_id => self.take_in_flight(),
            _ => None,
        }
    }

    fn take_in_flight(&mut self) -> Option<InFlight> {
        let State::InFlight(request) = &self.state else { return None };
        let due = State::Due(request.purpose);
        match std::mem::replace(&mut self.state, due) {
            State::InFlight(request) => Some(request),
            _ => None,
        }
    }

    /// Whether a reply is one to this request, as far as its message id tells.
    fn belongs_to(&self, request: &InFlight, result: &Result<Outcome, Error>) -> Result<(), Error> {
        let echoed = match result {
            Ok(outcome) => outcome.msg_id(),
            Err(Error::Rejected(rejected)) => rejected.msg_id.as_deref(),
            Err(_) => None,
        };
        let plain = |id: &str| id.replace('-', "").to_ascii_lowercase();
        match echoed.filter(|echoed| self.policy.match_msg_id && !echoed.is_empty()) {
            Some(echoed) if plain(echoed) != plain(&request.msg_id) => {
                let reason = format!("a reply to another request, whose msg_id is `{echoed}`");
                Err(Malformed::new(reason, &[]).into())
            }
            _ => Ok(()),
        }
    }

    fn verdict_on(&self, error: &Error, status: u16) -> Verdict {
        match (error, status) {
            (Error::HttpStatus(_), 429) => Verdict::NotCarriedOut,
            (Error::HttpStatus(_), 408 | 500..=599) => Verdict::InDoubt,
            (Error::Malformed(_), 200..=299 | 408 | 500..=599) => Verdict::InDoubt,
            (Error::Rejected(rejected), _) if self.policy.is_retry_code(&rejected.code) => {
                Verdict::NotCarriedOut
            }
            _ => Verdict::Final,
        }
    }

    fn note(
        &mut self,
        now_ms: i64,
        request: &InFlight,
        status: Option<u16>,
        outcome: &'static str,
    ) {
        let duration_ms = now_ms.saturating_sub(request.sent_ms).max(0).unsigned_abs();
        self.last_attempt = Some(Attempt {
            operation: request.operation,
            number: request.number,
            msg_id: request.msg_id.clone(),
            url: request.url.clone(),
            status,
            outcome,
            duration_ms,
        });
    }

    /// No reply came to a request.
    fn lost(&mut self, now_ms: i64, request: InFlight, failure: Failure) {
        let (outcome, verdict) = match failure {
            Failure::NotSent => ("not_sent", Verdict::NotCarriedOut),
            Failure::Unknown => ("unknown", Verdict::InDoubt),
        };
        self.note(now_ms, &request, None, outcome);
        self.failed_with(now_ms, &request, Error::Transport(failure), verdict, None);
    }

    fn succeeded(&mut self, purpose: Purpose, outcome: Outcome) {
        match purpose {
            Purpose::Operation => self.succeed(self.narrowed(outcome)),
            Purpose::Settling => match self.receipt_of(&outcome.into_rows()) {
                Some(receipt) => self.succeed(Outcome::Receipt(receipt)),
                None => self.settled_as_missing(),
            },
        }
    }

    fn succeed(&mut self, outcome: Outcome) {
        self.state = State::Over { result: Ok(outcome), is_told: false };
    }

    /// What a query for one lead came to: that lead, or none.
    fn narrowed(&self, outcome: Outcome) -> Outcome {
        match (self.aim, outcome) {
            (Aim::Find, Outcome::Page { msg_id, rows }) => {
                let settling = Settling::by(self.payload.endpoint);
                let found = settling.zip(self.payload.key.as_deref());
                let found = found.and_then(|(settling, key)| settling.find(&rows, key));
                Outcome::Page { msg_id, rows: rows.just(found) }
            }
            (_, outcome) => outcome,
        }
    }

    /// The receipt for the lead that the query found, if it did.
    fn receipt_of(&self, rows: &Rows) -> Option<Receipt> {
        let (settling, key) = self.settling()?;
        let found = rows.get(settling.find(rows, key)?)?;
        let id = settling.query.paging.and_then(|paging| paging.id_of(&found)).map(str::to_owned);
        let settled = self.doubt.is_some();
        Some(Receipt { id, settled, existed: !settled, ..Receipt::default() })
    }

    /// The query found no lead: what was in doubt was not carried out, as far as the service shows.
    fn settled_as_missing(&mut self) {
        let may_resend = self.policy.resend_adds && self.has_attempts_left(Purpose::Operation);
        match (self.refusal.take(), &self.doubt) {
            // The first one may be stored and not shown yet.
            (Some(refusal), _) => self.end(refusal),
            (None, Some(doubt)) if !may_resend => self.end(doubt.clone()),
            (None, _) => self.state = State::Due(Purpose::Operation),
        }
    }

    /// Decides what follows a failed request.
    fn failed_with(
        &mut self,
        now_ms: i64,
        request: &InFlight,
        error: Error,
        verdict: Verdict,
        asked_ms: Option<u64>,
    ) {
        let purpose = request.purpose;
        let tally = self.tally(purpose);
        tally.failures += 1;
        let failures = tally.failures;
        let delay_ms = asked_ms.unwrap_or_else(|| self.policy.delay_ms(failures, request.random));
        let is_operation = purpose == Purpose::Operation;
        if is_operation && matches!(verdict, Verdict::InDoubt) {
            self.may_have_been_carried_out = true;
            if self.payload.repeat != Repeat::Freely {
                self.doubt = Some(error.clone());
            }
        }
        match (verdict, self.payload.repeat) {
            (Verdict::InDoubt, Repeat::OnceSettled) if is_operation => {
                self.settling = Tally::default();
                let delay_ms = delay_ms.max(self.policy.settle_delay_ms);
                self.wait(now_ms, delay_ms, Purpose::Settling, error);
            }
            (Verdict::InDoubt, Repeat::Never) if is_operation => self.end(error),
            (Verdict::NotCarriedOut | Verdict::InDoubt, _) if self.has_attempts_left(purpose) => {
                self.wait(now_ms, delay_ms, purpose, error);
            }
            // The lead may be there: by an add that was in doubt, or by someone else.
            (Verdict::Final, Repeat::OnceSettled)
                if is_operation
                    && (self.doubt.is_some() || self.aim == Aim::Ensure)
                    && matches!(error, Error::Rejected(_)) =>
            {
                self.settling = Tally::default();
                self.refusal = Some(error);
                self.state = State::Due(Purpose::Settling);
            }
            _ => self.end(error),
        }
    }

    /// Waits before the next request, or ends the call where that would last too long.
    fn wait(&mut self, now_ms: i64, delay_ms: u64, then: Purpose, error: Error) {
        let until_ms = now_ms.saturating_add_unsigned(delay_ms);
        let deadline_ms = self.began_ms.zip(self.policy.deadline_ms);
        let deadline_ms = deadline_ms.map(|(began, after)| began.saturating_add_unsigned(after));
        if deadline_ms.is_some_and(|deadline_ms| until_ms > deadline_ms) {
            self.end(error);
        } else {
            self.state = State::Waiting { until_ms, then };
        }
    }

    /// Ends the call: as uncertain where an add may have been carried out, whatever ended it; as refused where it just
    /// could not be found out whether a lead is the reason.
    fn end(&mut self, error: Error) {
        let error = match (&self.doubt, self.refusal.take()) {
            (Some(_), _) => Error::uncertain(error),
            (None, refusal) => refusal.unwrap_or(error),
        };
        self.state = State::Over { result: Err(error), is_told: false };
    }

    fn tally(&mut self, purpose: Purpose) -> &mut Tally {
        match purpose {
            Purpose::Operation => &mut self.operation,
            Purpose::Settling => &mut self.settling,
        }
    }

    fn has_attempts_left(&self, purpose: Purpose) -> bool {
        let tally = match purpose {
            Purpose::Operation => self.operation,
            Purpose::Settling => self.settling,
        };
        tally.requests < self.policy.max_attempts
    }
}
