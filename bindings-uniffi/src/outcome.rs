//! Replies, and what they hold.

use qince_leads::{Endpoint, RawReply, Receipt, dynamic};

use crate::bytes::Bytes;
use crate::endpoint;
use crate::error::CoreError;
use crate::table::CoreTable;

/// What an operation came to.
#[derive(uniffi::Enum)]
pub enum CoreOutcome {
    /// What the service answered to a write.
    Receipt {
        /// The message id as the service echoes it.
        msg_id: Option<String>,
        /// The lead's id.
        id: Option<String>,
    },
    /// What a query found.
    Page {
        /// The records.
        table: CoreTable,
    },
}

impl CoreOutcome {
    /// What an operation of this endpoint came to.
    pub(crate) fn of(endpoint: &Endpoint, outcome: &dynamic::Outcome) -> Self {
        if endpoint.paging.is_some() {
            return Self::Page { table: outcome.rows.spans().into() };
        }
        let Receipt { msg_id, id, .. } = outcome.receipt.clone();
        Self::Receipt { msg_id, id }
    }
}

/// Reads a reply, compressed or not.
#[uniffi::export]
pub fn read(operation: &str, status: u16, body: Bytes) -> Result<CoreOutcome, CoreError> {
    let endpoint = endpoint(operation)?;
    Ok(CoreOutcome::of(endpoint, &endpoint.read(RawReply::new(status, body.0))?))
}
