//! Modifications and removals say which lead they are about.

use super::Payload;
use crate::api::Refusal;

/// Refuses a payload that says neither by id nor by code which lead it is about.
pub(super) fn check(payload: &Payload) -> Result<(), Refusal> {
    if payload.has("id") || payload.has("code") {
        return Ok(());
    }
    Err(Refusal::new("线索ID(id)与线索编码(code)不能同时为空"))
}
