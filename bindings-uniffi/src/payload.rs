//! Payloads, of operations and for any endpoint.

use qince_leads::dynamic::Payload;

use crate::endpoint;
use crate::error::CoreError;

/// What is to be sent.
#[derive(uniffi::Enum)]
pub enum CorePayload {
    /// By an operation of this SDK.
    Known {
        /// Its name.
        operation: String,
        /// What is sent, as JSON text with the vendor's names.
        json: String,
    },
    /// To any endpoint of the vendor.
    Other {
        /// Which one.
        path: String,
        /// What is sent, JSON.
        json: String,
        /// Whether it may be sent again where it may have been carried out.
        repeat: bool,
    },
}

impl CorePayload {
    /// The payload, checked and written.
    pub(crate) fn read(&self) -> Result<Payload, CoreError> {
        Ok(match self {
            Self::Known { operation, json } => Payload::from_json(endpoint(operation)?, json),
            Self::Other { path, json, repeat } => Payload::other(path, json, *repeat),
        })
    }
}

/// Checks a payload.
#[uniffi::export]
pub fn check(payload: CorePayload) -> Result<(), CoreError> {
    payload.read()?.into_body()?;
    Ok(())
}
