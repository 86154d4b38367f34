//! Webhook body to event.

use anyhow::bail;
use qince_leads::testing::{UnsignedPush, sign_push};
use qince_leads::{Error, PushEvent, verify_push};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use crate::reply::faults;
use crate::value::{Node, compare_nodes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    body: Option<String>,
    secrets: Option<Vec<String>>,
    sign: Option<UnsignedParts>,
    secret: Option<String>,
    now_ms: i64,
    max_age_ms: Option<u64>,
    expect: Box<RawValue>,
}

/// A push that is to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnsignedParts {
    msg_id: String,
    data: String,
    data_type: String,
    timestamp_ms: i64,
    redelivery: Option<bool>,
    data_id: Option<String>,
    data_version: Option<String>,
    data_source: Option<String>,
    status_time: Option<String>,
    tenant_id: Option<String>,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let (body, secrets) = match (self.body, self.secrets, self.sign, self.secret) {
            (Some(body), Some(secrets), None, None) => (body, secrets),
            (None, None, Some(parts), Some(secret)) => {
                (sign_push(&parts.unsigned(), &secret), vec![secret])
            }
            _ => bail!("either body and secrets, or sign and secret must be given"),
        };
        let came = match verify_push(body.as_bytes(), &secrets, self.now_ms, self.max_age_ms) {
            Ok(event) => serde_json::to_string(&Accepted::of(event)?)?,
            Err(error) => json!({ "error": { "kind": kind(&error) } }).to_string(),
        };
        let (mut expected, mut came) = (Node::of(&self.expect)?, Node::read(&came)?);
        for ok in [&mut expected, &mut came].into_iter().filter_map(|node| node.member("ok")) {
            ok.sort_list("faults");
        }
        compare_nodes(&expected, &came)
    }
}

/// The vectors call it a bad signature, too, where there is no secret by which to verify.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::InvalidAccount(_) => "bad_signature",
        error => error.code(),
    }
}

impl UnsignedParts {
    fn unsigned(self) -> UnsignedPush {
        UnsignedPush {
            msg_id: self.msg_id,
            data: self.data,
            data_type: self.data_type,
            timestamp_ms: self.timestamp_ms,
            redelivery: self.redelivery.unwrap_or_default(),
            data_id: self.data_id,
            data_version: self.data_version,
            data_source: self.data_source,
            status_time: self.status_time,
            tenant_id: self.tenant_id,
        }
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
    faults: Box<RawValue>,
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
            faults: RawValue::from_string(faults(event.data.faults()))?,
        };
        Ok(Self { ok, ack })
    }
}
