//! What the aPaaS operations have in common: the object `mobile`, and the rules of `allocation_status`.

use super::Payload;
use super::table::{Field, Kind, field};
use crate::api::Refusal;

/// The members of `mobile`.
pub(super) const MOBILE: &[Field] =
    &[field("phone", "手机号", Kind::Text(100)), field("code", "国家编码", Kind::Text(100))];

/// A lead that is not allocated goes to a pool and has no one responsible; one that is allocated has someone.
pub(super) fn check(payload: &Payload) -> Result<(), Refusal> {
    let refuse = |what: &str| Err(Refusal::new(what));
    match payload.text("allocation_status") {
        Some("0") if !payload.has("pool_name") => refuse("pool_name(线索池):未分配的线索必填"),
        Some("0") if payload.has("responsible_person") => {
            refuse("responsible_person(负责人ID):未分配的线索应为空")
        }
        Some("1") if !payload.has("responsible_person") => {
            refuse("responsible_person(负责人ID):已分配的线索必填")
        }
        _ => Ok(()),
    }
}
