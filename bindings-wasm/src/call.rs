//! The retry machine.

use qince_leads::{Attempt, Failure, RawReply, SignedRequest, Step, dynamic};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::outcome::crossing;
use crate::thrown::{ProgressParts, Thrown};
use crate::told::told;
use crate::{Account, PolicyParts, endpoint, operation, payload, timestamp_form};

/// One call of an operation.
#[wasm_bindgen(js_name = CoreCall)]
pub struct Call(dynamic::Call);

#[wasm_bindgen(js_class = CoreCall)]
impl Call {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[wasm_bindgen(constructor)]
    pub fn new(
        account: &Account,
        operation: usize,
        json: &str,
        path: Option<String>,
        may_repeat: bool,
        policy: &PolicyParts,
        compact: bool,
    ) -> Result<Self, Thrown> {
        let payload = payload(operation, json, path.as_deref(), may_repeat)?;
        let call = dynamic::Call::new(account.0.clone(), payload, policy.policy());
        Ok(Self(call.with_timestamp_form(timestamp_form(compact))))
    }

    /// Goes on with a call of this operation that was saved.
    pub fn resume(
        account: &Account,
        operation: usize,
        text: &str,
        policy: &PolicyParts,
    ) -> Result<Self, Thrown> {
        let name = endpoint(operation)?.name;
        Ok(Self(dynamic::Call::resume(account.0.clone(), policy.policy(), text, Some(name))?))
    }

    /// The call as text, if its end is not known.
    pub fn save(&self) -> Option<String> {
        self.0.save()
    }

    /// What to do next; throws what the call failed with.
    pub fn step(&mut self, now_ms: f64, msg_id: &str, random: f64) -> Result<JsValue, Thrown> {
        match self.0.step(now_ms as i64, msg_id, random) {
            Step::Send(request) => Ok(told(&Next::send(&request))),
            Step::WaitUntil(time_ms) => Ok(told(&Next::Wait { until_ms: time_ms as f64 })),
            Step::Done(Ok(outcome)) => Ok(told(&Next::Done { outcome: crossing(&outcome) })),
            Step::Done(Err(error)) => Err(Thrown::by_call(&error, self.0.progress())),
        }
    }

    /// Takes a reply whose body is text.
    #[wasm_bindgen(js_name = repliedText)]
    pub fn replied_text(
        &mut self,
        msg_id: &str,
        now_ms: f64,
        status: u16,
        body: String,
        retry_after: Option<String>,
    ) {
        let reply = RawReply::new(status, body);
        self.0.replied(msg_id, now_ms as i64, reply, retry_after.as_deref());
    }

    /// Takes a reply whose body is bytes.
    #[wasm_bindgen(js_name = repliedBytes)]
    pub fn replied_bytes(
        &mut self,
        msg_id: &str,
        now_ms: f64,
        status: u16,
        body: Vec<u8>,
        retry_after: Option<String>,
    ) {
        let reply = RawReply::new(status, body);
        self.0.replied(msg_id, now_ms as i64, reply, retry_after.as_deref());
    }

    /// Takes note that no reply came.
    pub fn failed(&mut self, msg_id: &str, now_ms: f64, not_sent: bool) {
        let failure = if not_sent { Failure::NotSent } else { Failure::Unknown };
        self.0.failed(msg_id, now_ms as i64, failure);
    }

    /// Gives the call up: it is over, and its next step throws. Says whether that is the error to report.
    #[wasm_bindgen(js_name = giveUp)]
    pub fn give_up(&mut self, now_ms: f64) -> bool {
        self.0.give_up(now_ms as i64).is_some()
    }

    /// Whether an add may or may not have been carried out.
    #[wasm_bindgen(getter, js_name = isInDoubt)]
    pub fn is_in_doubt(&self) -> bool {
        self.0.is_in_doubt()
    }

    /// The attempt that finished last.
    #[wasm_bindgen(js_name = lastAttempt)]
    pub fn last_attempt(&self) -> JsValue {
        self.0.last_attempt().map_or(JsValue::UNDEFINED, |attempt| told(&AttemptParts::of(attempt)))
    }

    /// What is known of the call beside its result.
    pub fn progress(&self) -> JsValue {
        told(&ProgressParts::from(self.0.progress()))
    }
}

/// What a host does next.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Next<'s> {
    Send {
        operation: String,
        msg_id: &'s str,
        timestamp: &'s str,
        url: &'s str,
        body: &'s str,
    },
    Wait {
        until_ms: f64,
    },
    Done {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        outcome: JsValue,
    },
}

impl<'s> Next<'s> {
    fn send(request: &'s SignedRequest) -> Self {
        let SignedRequest { url, body, operation: name, msg_id, timestamp } = request;
        Self::Send { operation: operation(name), msg_id, timestamp, url, body }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptParts<'a> {
    operation: String,
    number: u32,
    msg_id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    outcome: &'static str,
    duration_ms: f64,
    line: String,
}

impl<'a> AttemptParts<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        Self {
            operation: operation(attempt.operation),
            number: attempt.number,
            msg_id: &attempt.msg_id,
            url: &attempt.url,
            status: attempt.status,
            outcome: attempt.outcome,
            duration_ms: attempt.duration_ms as f64,
            line: attempt.to_string(),
        }
    }
}
