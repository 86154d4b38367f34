//! Webhook body to event.

use qince_leads::{PushEvent, verify_push};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use crate::value::compare;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    body: String,
    secrets: Vec<String>,
    now_ms: i64,
    max_age_ms: Option<u64>,
    expect: Box<RawValue>,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let verified =
            verify_push(self.body.as_bytes(), &self.secrets, self.now_ms, self.max_age_ms);
        let came = match verified {
            Ok(event) => serde_json::to_string(&Accepted::of(event)?)?,
            Err(error) => json!({ "error": { "kind": error.code() } }).to_string(),
        };
        compare(&self.expect, &came)
    }
}

/// An event and its acknowledgement as vectors write them.
#[derive(Serialize)]
struct Accepted {
    ok: EventParts,
    ack: String,
}

#[derive(Serialize)]
struct EventParts {
    msg_id: String,
    data_id: Option<String>,
    data_version: Option<String>,
    data_source: Option<String>,
    data_type: String,
    tenant_id: Option<String>,
    timestamp_ms: i64,
    redelivery: bool,
    status_time: Option<String>,
    data: Box<RawValue>,
}

impl Accepted {
    fn of(event: PushEvent) -> serde_json::Result<Self> {
        let ack = event.acknowledge();
        let ok = EventParts {
            msg_id: event.msg_id,
            data_id: event.data_id,
            data_version: event.data_version,
            data_source: event.data_source,
            data_type: event.data_type,
            tenant_id: event.tenant_id,
            timestamp_ms: event.timestamp_ms,
            redelivery: event.redelivery,
            status_time: event.status_time,
            data: RawValue::from_string(event.data.to_json())?,
        };
        Ok(Self { ok, ack })
    }
}
