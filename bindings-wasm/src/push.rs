//! Pushes.

use qince_leads::{PushData, PushEvent, Record, dynamic, verify_push};
use wasm_bindgen::prelude::*;

use crate::object::Object;
use crate::thrown::Thrown;

/// Verifies a push and answers with the event as JSON text.
#[wasm_bindgen(js_name = verifyPush)]
pub fn verify(
    body: &[u8],
    secrets: Vec<String>,
    now_ms: f64,
    max_age_ms: Option<f64>,
) -> Result<String, Thrown> {
    let max_age_ms = max_age_ms.map(|max_age_ms| max_age_ms as u64);
    Ok(crossing(&verify_push(body, &secrets, now_ms as i64, max_age_ms)?))
}

fn crossing(event: &PushEvent) -> String {
    let mut told = Object::default();
    let (kind, data) = match &event.data {
        PushData::FollowUp(follow_up) => ("follow_up", record(follow_up)),
        data => ("other", data.to_json()),
    };
    told.text("type", kind);
    told.text("msgId", &event.msg_id);
    told.text_if("dataId", event.data_id.as_deref());
    told.text_if("dataVersion", event.data_version.as_deref());
    told.text_if("dataSource", event.data_source.as_deref());
    told.text("dataType", &event.data_type);
    told.text_if("tenantId", event.tenant_id.as_deref());
    told.json("timestampMs", &event.timestamp_ms.to_string());
    told.json("redelivery", if event.redelivery { "true" } else { "false" });
    told.text_if("statusTime", event.status_time.as_deref());
    told.json("data", &data);
    told.finish()
}

/// A record of nothing but text, its unknown members apart.
fn record<R: Record>(record: &R) -> String {
    let mut told = Object::default();
    for (place, field) in R::SHAPE.fields.iter().enumerate() {
        told.text_if(field.wire, record.row().text(place));
    }
    let mut extra = Object::default();
    for (name, json) in record.extra() {
        extra.json(name, json);
    }
    if record.extra().next().is_some() {
        told.json("extra", &extra.finish());
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
