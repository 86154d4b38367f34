//! Pushes.

use qince_leads::testing::UnsignedPush;
use qince_leads::{FollowUp, PushData, PushEvent, Record, dynamic, testing, verify_push};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::told::{FaultParts, told};

/// Verifies a push and answers with the event.
#[wasm_bindgen(js_name = verifyPush)]
pub fn verify(
    body: &[u8],
    secrets: Vec<String>,
    now_ms: f64,
    max_age_ms: Option<f64>,
) -> Result<JsValue, Thrown> {
    let max_age_ms = max_age_ms.map(|max_age_ms| max_age_ms as u64);
    let event = verify_push(body, &secrets, now_ms as i64, max_age_ms)?;
    Ok(told(&EventParts::of(&event)))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventParts<'e> {
    head: HeadParts<'e>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up: Option<RecordParts<'e>>,
    /// The data of another type, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<String>,
}

/// What all pushes say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HeadParts<'e> {
    msg_id: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_id: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_version: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_source: Option<&'e str>,
    data_type: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<&'e str>,
    timestamp_ms: f64,
    redelivery: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_time: Option<&'e str>,
}

/// A record of nothing but text, as names and values; those of unknown members are JSON text.
#[derive(Serialize)]
struct RecordParts<'r> {
    known: Vec<(&'static str, &'r str)>,
    extra: Vec<(&'r str, &'r str)>,
    faults: Vec<FaultParts>,
}

impl<'e> EventParts<'e> {
    fn of(event: &'e PushEvent) -> Self {
        let (follow_up, json) = match &event.data {
            PushData::FollowUp(follow_up) => (Some(RecordParts::of(follow_up)), None),
            data => (None, Some(data.to_json())),
        };
        let head = HeadParts {
            msg_id: &event.msg_id,
            data_id: event.data_id.as_deref(),
            data_version: event.data_version.as_deref(),
            data_source: event.data_source.as_deref(),
            data_type: &event.data_type,
            tenant_id: event.tenant_id.as_deref(),
            timestamp_ms: event.timestamp_ms as f64,
            redelivery: event.redelivery,
            status_time: event.status_time.as_deref(),
        };
        Self { head, follow_up, json }
    }
}

impl<'r> RecordParts<'r> {
    fn of(record: &'r FollowUp) -> Self {
        let fields = FollowUp::SHAPE.fields.iter().enumerate();
        Self {
            known: fields
                .filter_map(|(place, field)| Some((field.wire, record.row().text(place)?)))
                .collect(),
            extra: record.extra().collect(),
            faults: record.faults().map(FaultParts::from).collect(),
        }
    }
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
