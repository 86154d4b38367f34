//! `removeSalesLeads`, 删除线索数据.

use super::Payload;
use super::lead_named;
use super::table::{self, Field, Kind, field};
use crate::api::Refusal;

const TABLE: &[Field] = &[
    field("id", "线索ID", Kind::Id(40)),
    field("code", "线索编码", Kind::Text(100)),
    // In the specification's example only, so no length is known.
    field("emp_id", "操作人ID", Kind::Id(usize::MAX)),
    field("reason_id", "作废原因编码", Kind::Id(40)),
    field("content", "作废原因", Kind::Text(4000)),
];

/// Refuses what breaks the table, and a removal of no lead.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    lead_named::check(payload)
}
