//! `querySalesLeadsForApaas`, 线索apaas数据查询.

use super::Payload;
use super::query::{STATUS, check_has_condition};
use super::table::{self, Field, Kind, field, required};
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
    // `sort` in the specification's table; an array, as its siblings are in working clients.
    field("sorts", "排序", Kind::List(SORT)),
    field("query_group", "查询条件列表", Kind::List(GROUP)),
    field("page", "页码", Kind::Count),
    field("pageSize", "分页大小", Kind::Count),
];

const SORT: &[Field] = &[
    required("field_key", "排序字段", Kind::Text(30)),
    field("type", "排序类型", Kind::OneOf(&["asc", "desc"])),
];

const GROUP: &[Field] = &[
    field("connector", "组内查询条件", Kind::OneOf(&["AND", "OR"])),
    field("filters", "组内查询条件", Kind::List(FILTER)),
];

const FILTER: &[Field] = &[
    required("field_key", "字段key", Kind::Text(30)),
    required("operator", "操作符", Kind::Text(32)),
    field("field_values", "字段值集合", Kind::Values),
];

/// Refuses what breaks the table, and a query without a condition.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    check_has_condition(payload)
}
