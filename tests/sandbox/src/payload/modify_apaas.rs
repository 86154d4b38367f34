//! `modifySalesLeadsForApaas`, 修改apaas线索数据.

use super::Payload;
use super::allocation::{self, MOBILE};
use super::lead_named;
use super::table::{self, Field, Kind, field};
use crate::api::Refusal;

const TABLE: &[Field] = &[
    field("id", "线索ID", Kind::BigInt),
    field("code", "线索编码", Kind::Text(100)),
    field("company_name", "企业名称", Kind::Text(100)),
    field("source_type", "来源", Kind::Text(100)),
    field("customer_classification_name", "线索类型", Kind::Text(100)),
    field("return_reason", "退回原因", Kind::Text(100)),
    field("invalid_reason", "作废原因", Kind::Text(100)),
    field("market_name", "市场活动名称", Kind::Text(100)),
    field("market_id", "市场活动id", Kind::Text(100)),
    field("linkman", "联系人", Kind::Text(100)),
    field("mobile", "手机号码", Kind::Object(MOBILE)),
    field("telephone", "固话", Kind::Text(100)),
    field("position", "职位", Kind::Text(100)),
    field("detail", "销售线索详情", Kind::Text(4000)),
    field("mss_country", "国家名称", Kind::Text(32)),
    field("mss_province", "省名称", Kind::Text(32)),
    field("mss_city", "市名称", Kind::Text(32)),
    field("mss_area", "区县名称", Kind::Text(32)),
    field("mss_street", "乡镇街道名称", Kind::Text(32)),
    field("mark_address", "地址", Kind::Text(200)),
    field("email", "邮箱", Kind::Text(100)),
    field("website", "地址", Kind::Text(200)),
    field("allocation_status", "分配状态", Kind::OneOf(&["0", "1"])),
    field("salesleads_status", "跟进状态", Kind::OneOf(&["1", "2", "5"])),
    field("pool_name", "线索池", Kind::Text(100)),
    field("removed_result", "作废补充说明", Kind::Text(100)),
    // `salesleads_label` in the specification's example.
    field("labels", "线索标签", Kind::Text(100)),
    field("responsible_person", "负责人id", Kind::Text(32)),
    field("card_photo", "名片", Kind::Text(100)),
    field("exts", "扩展字段集合", Kind::Map),
];

/// Refuses what breaks the table or the rules of `allocation_status`, and a change of no lead.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    lead_named::check(payload)?;
    allocation::check(payload)
}
