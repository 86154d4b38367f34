//! How often and how long a call tries, as the package says it.

use qince_leads::Policy;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A policy; what it leaves out is as in [`Policy::default`].
    pub type PolicyParts;

    #[wasm_bindgen(method, getter, js_name = maxAttempts)]
    fn max_attempts(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = baseDelayMs)]
    fn base_delay_ms(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxDelayMs)]
    fn max_delay_ms(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = deadlineMs)]
    fn deadline_ms(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn jitter(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = settleDelayMs)]
    fn settle_delay_ms(this: &PolicyParts) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = resendAdds)]
    fn resend_adds(this: &PolicyParts) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = retryCodes)]
    fn retry_codes(this: &PolicyParts) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter, js_name = matchMsgId)]
    fn match_msg_id(this: &PolicyParts) -> Option<bool>;
}

impl PolicyParts {
    pub(crate) fn policy(&self) -> Policy {
        let default = Policy::default();
        let ms = |given: Option<f64>, default| given.map_or(default, |ms| ms as u64);
        Policy {
            max_attempts: self.max_attempts().map_or(default.max_attempts, |most| most as u32),
            base_delay_ms: ms(self.base_delay_ms(), default.base_delay_ms),
            max_delay_ms: ms(self.max_delay_ms(), default.max_delay_ms),
            // Infinity stands for none.
            deadline_ms: self.deadline_ms().map_or(default.deadline_ms, |deadline| {
                deadline.is_finite().then_some(deadline as u64)
            }),
            jitter: self.jitter().unwrap_or(default.jitter),
            settle_delay_ms: ms(self.settle_delay_ms(), default.settle_delay_ms),
            resend_adds: self.resend_adds().unwrap_or(default.resend_adds),
            retry_codes: self.retry_codes().unwrap_or(default.retry_codes),
            match_msg_id: self.match_msg_id().unwrap_or(default.match_msg_id),
        }
    }
}
