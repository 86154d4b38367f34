//! The retry machine.

use js_sys::Array;
use qince_leads::dynamic::{self, Object};
use qince_leads::{Attempt, Failure, SignedRequest, Step};
use wasm_bindgen::prelude::*;

use crate::outcome::{crossing, reply};
use crate::thrown::Thrown;
use crate::told::told;
use crate::{Account, PolicyParts, endpoint, operation, payload, timestamp_form};

/// One call of an operation.
#[wasm_bindgen(js_name = CoreCall)]
pub struct Call(dynamic::Call);

#[wasm_bindgen(js_class = CoreCall)]
impl Call {
    /// A call that has not begun. What is wrong with the payload is said by the first step.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "an object of them would be read one by one")]
    pub fn new(
        account: &Account,
        operation: usize,
        json: &str,
        path: Option<String>,
        may_repeat: bool,
        policy: &PolicyParts,
        compact: bool,
        by_code: bool,
    ) -> Result<Self, Thrown> {
        let payload = payload(operation, json, path.as_deref(), may_repeat)?;
        let call = dynamic::Call::new(account.0.clone(), payload, policy.policy());
        let call = call.with_timestamp_form(timestamp_form(compact));
        Ok(Self(if by_code { call.by_code() } else { call }))
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

    /// What to do next: what is to be sent, or until when to wait, or what came of it. Throws what the call failed with.
    pub fn step(&mut self, now_ms: f64, msg_id: &str, random: f64) -> Result<JsValue, Thrown> {
        Ok(match self.0.step(now_ms as i64, msg_id, random) {
            Step::Send(SignedRequest { url, body, operation: name, msg_id, timestamp }) => {
                told(&("send", operation(name), msg_id, timestamp, url, body, self.0.number()))
            }
            Step::WaitUntil(time_ms) => told(&("wait", time_ms as f64)),
            Step::Done(outcome) => Array::of2(&"done".into(), &crossing(&outcome?)).into(),
        })
    }

    /// Takes a reply whose body is text, or bytes.
    pub fn replied(
        &mut self,
        msg_id: &str,
        now_ms: f64,
        status: u16,
        body: &JsValue,
        retry_after: Option<String>,
    ) {
        self.0.replied(msg_id, now_ms as i64, reply(status, body), retry_after.as_deref());
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

    /// A line for a log, where the call has ended in doubt.
    #[wasm_bindgen(getter, js_name = doubtLine)]
    pub fn doubt_line(&self) -> Option<String> {
        self.0.doubt_line()
    }

    /// Whether an add may or may not have been carried out.
    #[wasm_bindgen(getter, js_name = isInDoubt)]
    pub fn is_in_doubt(&self) -> bool {
        self.0.is_in_doubt()
    }

    /// The attempt that finished last, as JSON text.
    #[wasm_bindgen(js_name = lastAttempt)]
    pub fn last_attempt(&self) -> Option<String> {
        self.0.last_attempt().map(attempt)
    }

    /// What is known of the call beside its result, as JSON text.
    pub fn progress(&self) -> String {
        let progress = self.0.progress();
        let mut told = Object::default();
        told.number("attempts", progress.attempts);
        told.text_if("msgId", progress.msg_id.as_deref());
        told.flag("mayHaveBeenCarriedOut", progress.may_have_been_carried_out);
        told.text_if("leadCode", progress.lead_code.as_deref());
        told.finish()
    }
}

fn attempt(attempt: &Attempt) -> String {
    let mut told = Object::default();
    told.text("operation", &operation(attempt.operation));
    told.number("number", attempt.number);
    told.text("msgId", &attempt.msg_id);
    told.text("url", &attempt.url);
    if let Some(status) = attempt.status {
        told.number("status", status);
    }
    told.text("outcome", attempt.outcome);
    told.number("durationMs", attempt.duration_ms);
    told.text("line", &attempt.to_string());
    told.finish()
}
