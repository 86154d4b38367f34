//! Pushes.

use qince_leads::dynamic::{self, Object, Row};
use qince_leads::testing::UnsignedPush;
use qince_leads::{PushData, PushEvent, Record, testing, verify_push};
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::told::faults;

/// Verifies a push and answers with the event, as JSON text.
#[wasm_bindgen(js_name = verifyPush)]
pub fn verify(
    body: &[u8],
    secrets: Vec<String>,
    now_ms: f64,
    max_age_ms: Option<f64>,
) -> Result<String, Thrown> {
    let max_age_ms = max_age_ms.map(|max_age_ms| max_age_ms as u64);
    Ok(event(&verify_push(body, &secrets, now_ms as i64, max_age_ms)?))
}

/// An event as the package hands it out.
fn event(event: &PushEvent) -> String {
    let (name, data) = match &event.data {
        PushData::FollowUp(follow_up) => ("follow_up", record(follow_up.row())),
        data => ("other", data.to_json()),
    };
    let mut told = Object::default();
    told.text("type", name);
    told.text("msgId", &event.msg_id);
    told.text_if("dataId", event.data_id.as_deref());
    told.text_if("dataVersion", event.data_version.as_deref());
    told.text_if("dataSource", event.data_source.as_deref());
    told.text("dataType", &event.data_type);
    told.text_if("tenantId", event.tenant_id.as_deref());
    told.number("timestampMs", event.timestamp_ms);
    told.flag("redelivery", event.redelivery);
    told.text_if("statusTime", event.status_time.as_deref());
    told.json("data", &data);
    told.finish()
}

/// A record of nothing but text.
fn record(row: &Row) -> String {
    let mut told = Object::default();
    for (place, field) in row.shape().fields.iter().enumerate() {
        told.text_if(field.wire, row.text(place));
    }
    if row.extra().len() > 0 {
        let mut extra = Object::default();
        for (name, json) in row.extra() {
            extra.json(name, json);
        }
        told.json("extra", &extra.finish());
    }
    if row.faults().next().is_some() {
        told.json("faults", &faults(&mut row.faults()));
    }
    told.finish()
}

/// The answer that acknowledges a push.
#[wasm_bindgen]
pub fn acknowledge(msg_id: &str) -> String {
    dynamic::acknowledge(msg_id)
}

/// The answer that asks for a push to come again.
#[wasm_bindgen]
pub fn refuse(msg_id: &str, reason: &str) -> String {
    dynamic::refuse(msg_id, reason)
}

#[wasm_bindgen]
extern "C" {
    /// A push that is to be made, for tests of a receiver.
    pub type PushParts;

    #[wasm_bindgen(method, getter, js_name = msgId)]
    fn msg_id(this: &PushParts) -> String;
    #[wasm_bindgen(method, getter)]
    fn data(this: &PushParts) -> String;
    #[wasm_bindgen(method, getter, js_name = dataType)]
    fn data_type(this: &PushParts) -> String;
    #[wasm_bindgen(method, getter, js_name = timestampMs)]
    fn timestamp_ms(this: &PushParts) -> f64;
    #[wasm_bindgen(method, getter)]
    fn redelivery(this: &PushParts) -> bool;
    #[wasm_bindgen(method, getter, js_name = dataId)]
    fn data_id(this: &PushParts) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = dataVersion)]
    fn data_version(this: &PushParts) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = dataSource)]
    fn data_source(this: &PushParts) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = statusTime)]
    fn status_time(this: &PushParts) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = tenantId)]
    fn tenant_id(this: &PushParts) -> Option<String>;
}

/// The body that the service would send.
#[wasm_bindgen(js_name = signPush)]
pub fn sign_push(push: &PushParts, secret: &str) -> String {
    let push = UnsignedPush {
        msg_id: push.msg_id(),
        data: push.data(),
        data_type: push.data_type(),
        timestamp_ms: push.timestamp_ms() as i64,
        redelivery: push.redelivery(),
        data_id: push.data_id(),
        data_version: push.data_version(),
        data_source: push.data_source(),
        status_time: push.status_time(),
        tenant_id: push.tenant_id(),
    };
    testing::sign_push(&push, secret)
}
