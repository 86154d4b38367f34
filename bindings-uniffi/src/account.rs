//! Accounts and signing.

use std::sync::Arc;

use qince_leads::dynamic::Payload;
use qince_leads::{DEFAULT_BASE_URL, SignedRequest, TimestampForm};

use crate::error::CoreError;
use crate::{endpoint, lane};

/// An account, with its app key.
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
        let account = Arc::new(match base_url {
            Some(base_url) => account.with_base_url(&base_url)?,
            None => account,
        });
        Ok(Arc::new(Self { lane: lane::Place::of(&account), account }))
    }

    /// The address that requests go to.
    pub fn base_url(&self) -> String {
        self.account.base_url().to_owned()
    }

    /// Signs a payload, given as JSON text.
    pub fn sign(
        &self,
        operation: &str,
        payload: &str,
        stamp: CoreStamp,
    ) -> Result<CoreRequest, CoreError> {
        let payload = Payload::from_json(endpoint(operation)?, payload);
        Ok(self.account.sign_dynamic(payload, &stamp.into())?.into())
    }

    /// By which number the fast lane knows it.
    pub fn lane(&self) -> u64 {
        self.lane.number()
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

/// Checks a payload, given as JSON text.
#[uniffi::export]
pub fn check(operation: &str, payload: &str) -> Result<(), CoreError> {
    Payload::from_json(endpoint(operation)?, payload).into_body()?;
    Ok(())
}

/// The URL of a request as logs may hold it.
#[uniffi::export]
pub fn redact(url: String) -> String {
    let (body, operation, msg_id, timestamp) = Default::default();
    SignedRequest { url, body, operation, msg_id, timestamp }.redacted_url()
}

/// The vendor's own address.
#[uniffi::export]
pub fn default_base_url() -> String {
    DEFAULT_BASE_URL.to_owned()
}
