//! The retry machine.

use std::sync::{Arc, Mutex, PoisonError};

use qince_leads::{Account, Failure, RawReply, dynamic};

use crate::account::{CoreAccount, CoreRequest, timestamp_form};
use crate::bytes::Bytes;
use crate::error::CoreError;
use crate::outcome::CoreOutcome;
use crate::payload::CorePayload;

/// One call of an operation.
#[derive(uniffi::Object)]
pub struct CoreCall(Mutex<dynamic::Call>);

#[uniffi::export]
impl CoreCall {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[uniffi::constructor]
    pub fn new(
        account: &CoreAccount,
        payload: CorePayload,
        policy: CorePolicy,
        compact: bool,
        by_code: bool,
    ) -> Result<Arc<Self>, CoreError> {
        let account = Account::clone(&account.account);
        let call = dynamic::Call::new(account, payload.read()?, policy.into());
        let call = call.with_timestamp_form(timestamp_form(compact));
        let call = if by_code { call.by_code() } else { call };
        Ok(Arc::new(Self(Mutex::new(call))))
    }

    /// A call of this operation that was saved.
    #[uniffi::constructor]
    pub fn resume(
        account: &CoreAccount,
        operation: &str,
        policy: CorePolicy,
        text: &str,
    ) -> Result<Arc<Self>, CoreError> {
        let account = Account::clone(&account.account);
        let call = dynamic::Call::resume(account, policy.into(), text, Some(operation))?;
        Ok(Arc::new(Self(Mutex::new(call))))
    }

    /// What to do next.
    pub fn step(&self, now_ms: i64, msg_id: &str, random: f64) -> CoreStep {
        let (step, number) = self.with(|call| (call.step(now_ms, msg_id, random), call.number()));
        match step {
            qince_leads::Step::Send(request) => CoreStep::Send { request: request.into(), number },
            qince_leads::Step::WaitUntil(time_ms) => CoreStep::WaitUntil { time_ms },
            qince_leads::Step::Done(Ok(outcome)) => CoreStep::Done { outcome: outcome.into() },
            qince_leads::Step::Done(Err(error)) => CoreStep::Failed { error: error.into() },
        }
    }

    /// Takes the reply to the request with this message id, and its `Retry-After` header.
    pub fn replied(
        &self,
        msg_id: &str,
        now_ms: i64,
        status: u16,
        body: Bytes,
        retry_after: Option<String>,
    ) {
        let reply = RawReply::new(status, body.0);
        self.with(|call| call.replied(msg_id, now_ms, reply, retry_after.as_deref()));
    }

    /// Takes note that no reply came to the request with this message id.
    pub fn failed(&self, msg_id: &str, now_ms: i64, not_sent: bool) {
        let failure = if not_sent { Failure::NotSent } else { Failure::Unknown };
        self.with(|call| call.failed(msg_id, now_ms, failure));
    }

    /// Gives the call up; answers with the error to report, if there is one.
    pub fn give_up(&self, now_ms: i64) -> Option<CoreError> {
        self.with(|call| call.give_up(now_ms)).map(CoreError::from)
    }

    /// A line for a log, where the call has ended in doubt.
    pub fn doubt_line(&self) -> Option<String> {
        self.with(|call| call.doubt_line())
    }

    /// The call as text, unless its end is known.
    pub fn save(&self) -> Option<String> {
        self.with(|call| call.save())
    }

    /// Whether an add may or may not have been carried out.
    pub fn is_in_doubt(&self) -> bool {
        self.with(|call| call.is_in_doubt())
    }

    /// The attempt that finished last.
    pub fn last_attempt(&self) -> Option<CoreAttempt> {
        self.with(|call| call.last_attempt().cloned()).map(CoreAttempt::from)
    }

    /// What is known of the call beside its result.
    pub fn progress(&self) -> CoreProgress {
        let qince_leads::Progress {
            attempts, msg_id, may_have_been_carried_out, lead_code, ..
        } = self.with(|call| call.progress());
        CoreProgress { attempts, msg_id, may_have_been_carried_out, lead_code }
    }
}

impl CoreCall {
    fn with<T>(&self, work: impl FnOnce(&mut dynamic::Call) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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
    /// How long to wait at least before an add in doubt is looked for.
    pub settle_delay_ms: u64,
    /// Whether an add in doubt that was not found is sent again.
    pub resend_adds: bool,
    /// Return codes of requests that were not carried out and may be sent again.
    pub retry_codes: Vec<String>,
    /// Whether a reply with another message id is another request's.
    pub match_msg_id: bool,
}

impl From<CorePolicy> for qince_leads::Policy {
    fn from(policy: CorePolicy) -> Self {
        let CorePolicy { max_attempts, base_delay_ms, max_delay_ms, deadline_ms, jitter, .. } =
            policy;
        let CorePolicy { settle_delay_ms, resend_adds, retry_codes, match_msg_id, .. } = policy;
        Self {
            max_attempts,
            base_delay_ms,
            max_delay_ms,
            deadline_ms,
            jitter,
            settle_delay_ms,
            resend_adds,
            retry_codes,
            match_msg_id,
        }
    }
}

/// What to do next.
#[derive(uniffi::Enum)]
pub enum CoreStep {
    /// Send this request.
    Send {
        /// The request.
        request: CoreRequest,
        /// Which attempt of its operation it is, from 1.
        number: u32,
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
    /// The message id of the request.
    pub msg_id: String,
    /// Where it was sent, for logs.
    pub url: String,
    /// The HTTP status, if a reply came.
    pub status: Option<u16>,
    /// `ok`, `not_sent`, `unknown`, `cancelled`, or a code.
    pub outcome: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// All that as a line for a log.
    pub line: String,
}

impl From<qince_leads::Attempt> for CoreAttempt {
    fn from(attempt: qince_leads::Attempt) -> Self {
        let line = attempt.to_string();
        Self {
            line,
            operation: attempt.operation.to_owned(),
            number: attempt.number,
            msg_id: attempt.msg_id,
            url: attempt.url,
            status: attempt.status,
            outcome: attempt.outcome.to_owned(),
            duration_ms: attempt.duration_ms,
        }
    }
}

/// What is known of a call beside its result.
#[derive(uniffi::Record)]
pub struct CoreProgress {
    /// How many requests were sent.
    pub attempts: u32,
    /// The message id of the last one.
    pub msg_id: Option<String>,
    /// Whether the operation may have been carried out without its reply being read.
    pub may_have_been_carried_out: bool,
    /// The code of the lead that is added.
    pub lead_code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADD: &str = r#"{"empName":"负责人","cus_name":"示例公司"}"#;

    fn policy() -> CorePolicy {
        CorePolicy {
            max_attempts: 4,
            base_delay_ms: 500,
            max_delay_ms: 8_000,
            deadline_ms: None,
            jitter: 0.0,
            settle_delay_ms: 0,
            resend_adds: true,
            retry_codes: Vec::new(),
            match_msg_id: false,
        }
    }

    fn add(account: &CoreAccount) -> Arc<CoreCall> {
        let payload = CorePayload::Known { operation: "add".to_owned(), json: ADD.to_owned() };
        CoreCall::new(account, payload, policy(), false, false).unwrap()
    }

    fn account() -> Arc<CoreAccount> {
        CoreAccount::new("openid", "app key", None).unwrap()
    }

    #[test]
    fn a_call_goes_on_from_its_text_as_its_own_operation_only() {
        let account = account();
        let call = add(&account);
        assert!(matches!(call.step(0, "m1", 0.0), CoreStep::Send { .. }));
        let saved = call.save().unwrap();
        let other = CoreCall::resume(&account, "modify", policy(), &saved);
        assert!(matches!(other, Err(CoreError::Malformed { .. })));
        let resumed = CoreCall::resume(&account, "add", policy(), &saved).unwrap();
        // It has no code, and nobody knows whether it arrived.
        let step = resumed.step(1, "m2", 0.0);
        assert!(matches!(step, CoreStep::Failed { error: CoreError::Uncertain { .. } }));
        let progress = resumed.progress();
        assert_eq!((progress.attempts, progress.msg_id.as_deref()), (1, Some("m1")));
        assert!(progress.may_have_been_carried_out);
        assert!(resumed.save().is_none());
    }

    #[test]
    fn a_call_that_is_given_up_tells_what_it_leaves_open() {
        let account = account();
        assert!(add(&account).give_up(0).is_none());
        let call = add(&account);
        call.step(0, "m1", 0.0);
        assert!(matches!(call.give_up(7), Some(CoreError::Uncertain { .. })));
        let attempt = call.last_attempt().unwrap();
        assert_eq!((attempt.outcome.as_str(), attempt.msg_id.as_str()), ("cancelled", "m1"));
        assert_eq!(attempt.duration_ms, 7);
    }
}
