//! A call of whatever operation.

use std::fmt;

use super::Step;
use super::machine::{Attempt, Machine, Next, Policy, Purpose, Verdict};
use crate::account::Account;
use crate::error::{Error, Failure};
use crate::operations::Endpoint;
use crate::payload::dynamic::Payload;
use crate::payload::{CODE, Draft};
use crate::reply::{Outcome, RawReply, Receipt};
use crate::sign::SignedRequest;
use crate::stamp::{Stamp, TimestampForm};

/// A [`Call`](crate::Call) of an operation that is chosen at run time.
pub struct Call {
    account: Account,
    payload: Payload,
    timestamp_form: TimestampForm,
    machine: Machine,
    result: Option<Result<Outcome, Error>>,
    /// Whether the result has been handed out.
    is_told: bool,
}

/// Tells how far the call is, without payload and account.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.payload.endpoint.name)
            .field("last_attempt", &self.last_attempt())
            .field("is_done", &self.result.is_some())
            .finish_non_exhaustive()
    }
}

impl Call {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[must_use]
    pub fn new(account: Account, payload: Payload, policy: Policy) -> Self {
        let can_settle = payload.endpoint.settled_by.map(|_| payload.code.is_some());
        Self {
            account,
            payload,
            timestamp_form: TimestampForm::default(),
            machine: Machine::new(policy, can_settle),
            result: None,
            is_told: false,
        }
    }

    /// The same call with timestamps written in another form.
    #[must_use]
    pub fn with_timestamp_form(self, timestamp_form: TimestampForm) -> Self {
        Self { timestamp_form, ..self }
    }

    /// Says what to do next, see [`Call::step`](crate::Call::step).
    pub fn step(&mut self, now_ms: i64, msg_id: &str, random: f64) -> Step<Outcome> {
        self.failed(now_ms, Failure::Unknown);
        if let Some(result) = &self.result {
            self.is_told = true;
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
        self.is_told = true;
        Step::Done(Err(error))
    }

    fn sign(&self, purpose: Purpose, stamp: &Stamp) -> Result<SignedRequest, Error> {
        match (purpose, self.payload.endpoint.settled_by, &self.payload.code) {
            (Purpose::Settling, Some(query), Some(code)) => {
                let by_code = Draft::of_text(query.shape, CODE, code);
                self.account.sign_dynamic(Payload::of(query, &by_code), stamp)
            }
            _ => self.account.sign_dynamic(self.payload.clone(), stamp),
        }
    }

    /// Takes the reply to the request under way, see [`Call::replied`](crate::Call::replied).
    pub fn replied(&mut self, now_ms: i64, reply: RawReply, retry_after_ms: Option<u64>) {
        let Some(purpose) = self.machine.in_flight() else { return };
        let status = reply.status;
        let endpoint = self.payload.endpoint;
        let result = match (purpose, endpoint.settled_by) {
            (Purpose::Settling, Some(query)) => self.find(query, reply),
            _ => endpoint.read(reply).map(Some),
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

    /// Finds the lead that was added among those with its code.
    fn find(&self, query: &Endpoint, reply: RawReply) -> Result<Option<Outcome>, Error> {
        let rows = query.read(reply)?.rows;
        let found = rows.iter().find(|row| row.given(CODE) == self.payload.code.as_deref());
        Ok(found.map(|found| {
            let id = query.paging.and_then(|paging| paging.id_of(&found)).map(str::to_owned);
            Outcome::of_receipt(Receipt { msg_id: None, id })
        }))
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

    /// Whether an add may or may not have been carried out, see [`Call::is_in_doubt`](crate::Call::is_in_doubt).
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        match &self.result {
            None => self.machine.is_in_doubt(),
            Some(result) => result.is_ok() && !self.is_told && self.machine.is_add(),
        }
    }

    /// The attempt that finished last, for an observer.
    #[must_use]
    pub fn last_attempt(&self) -> Option<Attempt> {
        self.machine.last_attempt()
    }
}
