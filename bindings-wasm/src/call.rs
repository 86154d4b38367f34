//! The retry machine.

use qince_leads::{Endpoint, Failure, Policy, RawReply, SignedRequest, Step, dynamic};
use wasm_bindgen::prelude::*;

use crate::object::Object;
use crate::outcome::crossing;
use crate::thrown::{Thrown, described};
use crate::{Account, endpoint, number, timestamp_form};

/// One call of an operation.
#[wasm_bindgen(js_name = CoreCall)]
pub struct Call {
    call: dynamic::Call,
    endpoint: &'static Endpoint,
}

#[wasm_bindgen(js_class = CoreCall)]
impl Call {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "one crossing")]
    pub fn new(
        account: &Account,
        operation: usize,
        payload: &str,
        max_attempts: Option<f64>,
        base_delay_ms: Option<f64>,
        max_delay_ms: Option<f64>,
        deadline_ms: Option<f64>,
        jitter: Option<f64>,
        compact: bool,
    ) -> Result<Self, Thrown> {
        let default = Policy::default();
        let policy = Policy {
            max_attempts: max_attempts.map_or(default.max_attempts, |attempts| attempts as u32),
            base_delay_ms: base_delay_ms.map_or(default.base_delay_ms, |delay| delay as u64),
            max_delay_ms: max_delay_ms.map_or(default.max_delay_ms, |delay| delay as u64),
            // Infinity stands for none.
            deadline_ms: deadline_ms.map_or(default.deadline_ms, |deadline| {
                deadline.is_finite().then_some(deadline as u64)
            }),
            jitter: jitter.unwrap_or(default.jitter),
        };
        let endpoint = endpoint(operation)?;
        let payload = dynamic::Payload::from_json(endpoint, payload);
        let call = dynamic::Call::new(account.0.clone(), payload, policy);
        Ok(Self { call: call.with_timestamp_form(timestamp_form(compact)), endpoint })
    }

    /// What to do next. Text is, behind a letter: after `s` a request to send, with the number of its operation, its URL
    /// and its body, one a line; after `w` a time to wait for; after `f` an error in JSON. All else is the result.
    pub fn step(&mut self, now_ms: f64, msg_id: &str, random: f64) -> JsValue {
        match self.call.step(now_ms as i64, msg_id, random) {
            Step::Send(SignedRequest { operation, url, body, .. }) => {
                ["s", &number(operation).to_string(), "\n", &url, "\n", &body].concat().into()
            }
            Step::WaitUntil(time_ms) => ["w", &time_ms.to_string()].concat().into(),
            Step::Done(Ok(outcome)) => crossing(self.endpoint, &outcome),
            Step::Done(Err(error)) => ["f", &described(&error)].concat().into(),
        }
    }

    /// Takes a reply whose body is text.
    #[wasm_bindgen(js_name = repliedText)]
    pub fn replied_text(
        &mut self,
        now_ms: f64,
        status: u16,
        body: String,
        retry_after_ms: Option<f64>,
    ) {
        self.replied(now_ms, RawReply::new(status, body), retry_after_ms);
    }

    /// Takes a reply whose body is bytes.
    #[wasm_bindgen(js_name = repliedBytes)]
    pub fn replied_bytes(
        &mut self,
        now_ms: f64,
        status: u16,
        body: Vec<u8>,
        retry_after_ms: Option<f64>,
    ) {
        self.replied(now_ms, RawReply::new(status, body), retry_after_ms);
    }

    fn replied(&mut self, now_ms: f64, reply: RawReply, retry_after_ms: Option<f64>) {
        self.call.replied(now_ms as i64, reply, retry_after_ms.map(|after_ms| after_ms as u64));
    }

    /// Takes note that no reply came.
    pub fn failed(&mut self, now_ms: f64, not_sent: bool) {
        let failure = if not_sent { Failure::NotSent } else { Failure::Unknown };
        self.call.failed(now_ms as i64, failure);
    }

    /// Whether an add may or may not have been carried out.
    #[wasm_bindgen(getter, js_name = isInDoubt)]
    pub fn is_in_doubt(&self) -> bool {
        self.call.is_in_doubt()
    }

    /// The attempt that finished last, as JSON text.
    #[wasm_bindgen(js_name = lastAttempt)]
    pub fn last_attempt(&self) -> Option<String> {
        let attempt = self.call.last_attempt()?;
        let mut told = Object::default();
        told.number("operation", number(attempt.operation));
        told.number("number", u64::from(attempt.number));
        told.text("url", &attempt.url);
        if let Some(status) = attempt.status {
            told.number("status", u64::from(status));
        }
        told.text("outcome", attempt.outcome);
        told.number("durationMs", attempt.duration_ms);
        Some(told.finish())
    }
}
