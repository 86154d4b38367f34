//! Headers that a user adds to requests.

use crate::error::CoreError;

/// Fails where a request may not have this header.
#[uniffi::export]
pub fn check_header(name: &str, value: &str) -> Result<(), CoreError> {
    Ok(qince_leads::check_header(name, value)?)
}
