//! Webhook body to event.

use qince_leads::verify_push;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::compare;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    body: String,
    secrets: Vec<String>,
    now_ms: i64,
    max_age_ms: Option<u64>,
    expect: Value,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let verified =
            verify_push(self.body.as_bytes(), &self.secrets, self.now_ms, self.max_age_ms);
        let came = match verified {
            Ok(event) => json!({
                "ok": {
                    "msg_id": event.msg_id,
                    "data_id": event.data_id,
                    "data_version": event.data_version,
                    "data_source": event.data_source,
                    "data_type": event.data_type,
                    "tenant_id": event.tenant_id,
                    "timestamp_ms": event.timestamp_ms,
                    "redelivery": event.redelivery,
                    "status_time": event.status_time,
                    "data": serde_json::from_str::<Value>(&event.data.to_json())?,
                },
                "ack": event.acknowledge(),
            }),
            Err(error) => json!({ "error": { "kind": error.code() } }),
        };
        compare(&self.expect, &came)
    }
}
