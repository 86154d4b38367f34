//! Pushes.

use qince_leads::testing::UnsignedPush;
use qince_leads::{PushEvent, Record, dynamic, testing};

use crate::bytes::Bytes;
use crate::error::CoreError;
use crate::table::CoreTable;

/// A push that is verified and parsed.
#[derive(uniffi::Record)]
pub struct CorePush {
    /// `msgId`.
    pub msg_id: String,
    /// `dataId`.
    pub data_id: Option<String>,
    /// `dataVersion`.
    pub data_version: Option<String>,
    /// `dataSource`.
    pub data_source: Option<String>,
    /// `dataType`.
    pub data_type: String,
    /// `tenantId`.
    pub tenant_id: Option<String>,
    /// `timestamp`, in milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// Whether an earlier delivery failed.
    pub redelivery: bool,
    /// `statusTime`.
    pub status_time: Option<String>,
    /// What is pushed.
    pub data: CorePushData,
}

/// What a push holds.
#[derive(uniffi::Enum)]
pub enum CorePushData {
    /// A follow-up.
    FollowUp {
        /// The record.
        table: CoreTable,
    },
    /// The data of any other type.
    Other {
        /// As JSON text.
        json: String,
    },
}

/// Verifies a push and parses it.
#[uniffi::export]
pub fn verify_push(
    body: Bytes,
    secrets: Vec<String>,
    now_ms: i64,
    max_age_ms: Option<u64>,
) -> Result<CorePush, CoreError> {
    Ok(qince_leads::verify_push(&body, &secrets, now_ms, max_age_ms)?.into())
}

impl From<PushEvent> for CorePush {
    fn from(event: PushEvent) -> Self {
        Self {
            msg_id: event.msg_id,
            data_id: event.data_id,
            data_version: event.data_version,
            data_source: event.data_source,
            data_type: event.data_type,
            tenant_id: event.tenant_id,
            timestamp_ms: event.timestamp_ms,
            redelivery: event.redelivery,
            status_time: event.status_time,
            data: match event.data {
                qince_leads::PushData::FollowUp(follow_up) => {
                    CorePushData::FollowUp { table: CoreTable::of_row(follow_up.row()) }
                }
                data => CorePushData::Other { json: data.to_json() },
            },
        }
    }
}

/// The answer that acknowledges a push.
#[uniffi::export]
pub fn acknowledge(msg_id: &str) -> String {
    dynamic::acknowledge(msg_id)
}

/// The answer that asks for a push to come again.
#[uniffi::export]
pub fn refuse(msg_id: &str, reason: &str) -> String {
    dynamic::refuse(msg_id, reason)
}

/// A push that is to be made, for tests of a receiver.
#[derive(uniffi::Record)]
pub struct CoreUnsignedPush {
    /// `msgId`.
    pub msg_id: String,
    /// `data`: JSON text.
    pub data: String,
    /// `dataType`.
    pub data_type: String,
    /// `timestamp`, in milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// Whether it comes again.
    pub redelivery: bool,
    /// `dataId`.
    pub data_id: Option<String>,
    /// `dataVersion`.
    pub data_version: Option<String>,
    /// `dataSource`.
    pub data_source: Option<String>,
    /// `statusTime`.
    pub status_time: Option<String>,
    /// `tenantId`.
    pub tenant_id: Option<String>,
}

impl From<CoreUnsignedPush> for UnsignedPush {
    fn from(push: CoreUnsignedPush) -> Self {
        Self {
            msg_id: push.msg_id,
            data: push.data,
            data_type: push.data_type,
            timestamp_ms: push.timestamp_ms,
            redelivery: push.redelivery,
            data_id: push.data_id,
            data_version: push.data_version,
            data_source: push.data_source,
            status_time: push.status_time,
            tenant_id: push.tenant_id,
        }
    }
}

/// The body that the service would send.
#[uniffi::export]
pub fn sign_push(push: CoreUnsignedPush, secret: &str) -> String {
    testing::sign_push(&push.into(), secret)
}
