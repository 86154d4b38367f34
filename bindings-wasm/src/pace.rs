//! How fast calls are begun.

use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;

/// When each of many calls may begin.
#[wasm_bindgen(js_name = CorePace)]
pub struct Pace(qince_leads::Pace);

#[wasm_bindgen(js_class = CorePace)]
impl Pace {
    /// A pace of so many calls a second.
    #[wasm_bindgen(constructor)]
    pub fn new(per_second: f64) -> Result<Self, Thrown> {
        Ok(Self(qince_leads::Pace::new(per_second)?))
    }

    /// When the next one may begin, in milliseconds since the epoch.
    #[wasm_bindgen(js_name = nextMs)]
    pub fn next_ms(&mut self, now_ms: f64) -> f64 {
        self.0.next_ms(now_ms as i64) as f64
    }
}
