//! The retry machine.

use std::sync::{Arc, Mutex, PoisonError};

use qince_leads::{Endpoint, Failure, RawReply, dynamic};

use crate::account::{CoreAccount, CoreRequest, timestamp_form};
use crate::bytes::Bytes;
use crate::endpoint;
use crate::error::CoreError;
use crate::outcome::CoreOutcome;

/// One call of an operation.
#[derive(uniffi::Object)]
pub struct CoreCall {
    call: Mutex<dynamic::Call>,
    endpoint: &'static Endpoint,
}

#[uniffi::export]
impl CoreCall {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[uniffi::constructor]
    pub fn new(
        account: &CoreAccount,
        operation: &str,
        payload: &str,
        policy: CorePolicy,
        compact: bool,
    ) -> Result<Arc<Self>, CoreError> {
        let endpoint = endpoint(operation)?;
        let payload = dynamic::Payload::from_json(endpoint, payload);
        let account = qince_leads::Account::clone(&account.account);
        let call = dynamic::Call::new(account, payload, policy.into());
        let call = Mutex::new(call.with_timestamp_form(timestamp_form(compact)));
        Ok(Arc::new(Self { call, endpoint }))
    }

    /// What to do next.
    pub fn step(&self, now_ms: i64, msg_id: &str, random: f64) -> CoreStep {
        match self.with(|call| call.step(now_ms, msg_id, random)) {
            qince_leads::Step::Send(request) => CoreStep::Send { request: request.into() },
            qince_leads::Step::WaitUntil(time_ms) => CoreStep::WaitUntil { time_ms },
            qince_leads::Step::Done(Ok(outcome)) => {
                CoreStep::Done { outcome: CoreOutcome::of(self.endpoint, &outcome) }
            }
            qince_leads::Step::Done(Err(error)) => CoreStep::Failed { error: error.into() },
        }
    }

    /// Takes a reply.
    pub fn replied(&self, now_ms: i64, status: u16, body: Bytes, retry_after_ms: Option<u64>) {
        self.with(|call| call.replied(now_ms, RawReply::new(status, body.0), retry_after_ms));
    }

    /// Takes note that no reply came.
    pub fn failed(&self, now_ms: i64, not_sent: bool) {
        let failure = if not_sent { Failure::NotSent } else { Failure::Unknown };
        self.with(|call| call.failed(now_ms, failure));
    }

    /// Whether an add may or may not have been carried out.
    pub fn is_in_doubt(&self) -> bool {
        self.with(|call| call.is_in_doubt())
    }

    /// The attempt that finished last.
    pub fn last_attempt(&self) -> Option<CoreAttempt> {
        self.with(|call| call.last_attempt().map(CoreAttempt::of))
    }
}

impl CoreCall {
    fn with<T>(&self, work: impl FnOnce(&mut dynamic::Call) -> T) -> T {
        work(&mut self.call.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How often and how long to try.
#[derive(uniffi::Record)]
pub struct CorePolicy {
    /// How many requests are sent at most.
    pub max_attempts: u32,
    /// The first delay.
    pub base_delay_ms: u64,
    /// The longest delay.
    pub max_delay_ms: u64,
    /// How long after the first request a delay may end.
    pub deadline_ms: Option<u64>,
    /// By which part of itself a delay is shortened at most.
    pub jitter: f64,
}

impl From<CorePolicy> for qince_leads::Policy {
    fn from(policy: CorePolicy) -> Self {
        let CorePolicy { max_attempts, base_delay_ms, max_delay_ms, deadline_ms, jitter } = policy;
        Self { max_attempts, base_delay_ms, max_delay_ms, deadline_ms, jitter }
    }
}

/// What to do next.
#[derive(uniffi::Enum)]
pub enum CoreStep {
    /// Send this request.
    Send {
        /// The request.
        request: CoreRequest,
    },
    /// Wait.
    WaitUntil {
        /// Until when, in milliseconds since the epoch.
        time_ms: i64,
    },
    /// The call has succeeded.
    Done {
        /// With this.
        outcome: CoreOutcome,
    },
    /// The call has failed.
    Failed {
        /// For this reason.
        error: CoreError,
    },
}

/// An attempt that finished.
#[derive(uniffi::Record)]
pub struct CoreAttempt {
    /// The operation that was sent.
    pub operation: String,
    /// Which attempt of it, from 1.
    pub number: u32,
    /// Where it was sent, for logs.
    pub url: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `ok`, `not_sent`, `unknown`, or a code.
    pub outcome: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

impl CoreAttempt {
    fn of(attempt: qince_leads::Attempt) -> Self {
        Self {
            operation: attempt.operation.to_owned(),
            number: attempt.number,
            url: attempt.url,
            status: attempt.status,
            outcome: attempt.outcome.to_owned(),
            duration_ms: attempt.duration_ms,
        }
    }
}
