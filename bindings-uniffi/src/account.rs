//! Accounts and signing.

use std::sync::Arc;

use qince_leads::{SignedRequest, TimestampForm, dynamic};

use crate::error::CoreError;
use crate::lane;
use crate::payload::CorePayload;

/// An account, with its app key or without one.
#[derive(uniffi::Object)]
pub struct CoreAccount {
    pub(crate) account: Arc<qince_leads::Account>,
    lane: lane::Place,
}

#[uniffi::export]
impl CoreAccount {
    /// An account at this address, or at the vendor's own.
    #[uniffi::constructor]
    pub fn new(
        openid: &str,
        app_key: &str,
        base_url: Option<String>,
    ) -> Result<Arc<Self>, CoreError> {
        let account = qince_leads::Account::new(openid, app_key)?;
        Ok(Self::of(match base_url {
            Some(base_url) => account.with_base_url(&base_url)?,
            None => account,
        }))
    }

    /// An account without a key, whose requests go to a relay.
    #[uniffi::constructor]
    pub fn relay(relay_url: &str) -> Result<Arc<Self>, CoreError> {
        Ok(Self::of(qince_leads::Account::relay(relay_url)?))
    }

    /// The address that requests go to.
    pub fn base_url(&self) -> String {
        self.account.base_url().to_owned()
    }

    /// Signs a payload.
    pub fn sign(&self, payload: CorePayload, stamp: CoreStamp) -> Result<CoreRequest, CoreError> {
        Ok(self.account.sign_dynamic(payload.read()?, &stamp.into())?.into())
    }

    /// By which number the fast lane knows it.
    pub fn lane(&self) -> u64 {
        self.lane.number()
    }
}

impl CoreAccount {
    fn of(account: qince_leads::Account) -> Arc<Self> {
        let account = Arc::new(account);
        Arc::new(Self { lane: lane::Place::of(&account), account })
    }
}

/// What makes a request differ from all others.
#[derive(uniffi::Record)]
pub struct CoreStamp {
    /// When it is signed, in milliseconds since the epoch.
    pub now_ms: i64,
    /// Its message id.
    pub msg_id: String,
    /// Whether the timestamp is written as `yyyyMMddHHmmss`.
    pub compact: bool,
}

impl From<CoreStamp> for qince_leads::Stamp {
    fn from(stamp: CoreStamp) -> Self {
        Self::new(stamp.now_ms, stamp.msg_id).with_form(timestamp_form(stamp.compact))
    }
}

pub(crate) fn timestamp_form(compact: bool) -> TimestampForm {
    if compact { TimestampForm::Compact } else { TimestampForm::EpochMs }
}

/// A request that is ready to be sent.
#[derive(uniffi::Record)]
pub struct CoreRequest {
    /// The operation's name.
    pub operation: String,
    /// Where to send it; holds openid and digest.
    pub url: String,
    /// The same for logs.
    pub redacted_url: String,
    /// The exact text to send.
    pub body: String,
    /// The message id of the stamp.
    pub msg_id: String,
    /// The timestamp as it stands in the URL.
    pub timestamp: String,
}

impl From<SignedRequest> for CoreRequest {
    fn from(request: SignedRequest) -> Self {
        let redacted_url = request.redacted_url();
        let SignedRequest { url, body, operation, msg_id, timestamp } = request;
        Self { operation: operation.to_owned(), url, redacted_url, body, msg_id, timestamp }
    }
}

/// A text without the openid and the digest of a request with this URL.
#[uniffi::export]
pub fn redact(text: &str, url: &str) -> String {
    dynamic::redact(text, url)
}
