//! `querySalesLeads`, 线索数据查询.

use super::Payload;
use super::table::{self, Field, Kind, field};
use crate::api::Refusal;

const TABLE: &[Field] = &[
    field("code", "线索编码", Kind::Text(100)),
    field("id", "线索id", Kind::Id(100)),
    field("linkman", "联系人", Kind::Text(100)),
    field("mobile", "手机号码", Kind::Text(40)),
    field("emp_name", "负责人", Kind::Text(100)),
    field("cus_name", "线索名称", Kind::Text(100)),
    field("create_time_start", "创建时间起始", Kind::Day),
    field("create_time_end", "创建时间结束", Kind::Day),
    field("modify_time_start", "修改时间起始", Kind::Day),
    field("modify_time_end", "修改时间结束", Kind::Day),
    field("salesleads_status", "线索状态", STATUS),
    field("page", "页码", Kind::Count),
    field("pageSize", "分页大小", Kind::Count),
];

/// The statuses that can be asked for.
pub(super) const STATUS: Kind = Kind::OneOf(&["1", "2", "3", "5", "6"]);

/// Refuses what breaks the table, and a query without a condition.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    check_has_condition(payload)
}

/// Refuses a query without a condition. Which page is wanted, and in which order, is none.
pub(super) fn check_has_condition(payload: &Payload) -> Result<(), Refusal> {
    let is_condition = |name: &str| !matches!(name, "page" | "pageSize" | "sorts");
    if payload.given().any(|(name, _)| is_condition(name)) {
        return Ok(());
    }
    Err(Refusal::new("查询条件至少需要填写一个参数"))
}
