//! `addSalesLeadsForApaas`, 新增apaas线索数据.

use super::Payload;
use super::allocation::{self, MOBILE};
use super::table::{self, Field, Kind, field};
use crate::api::Refusal;

const TABLE: &[Field] = &[
    field("code", "线索编码", Kind::Text(100)),
    field("company_name", "企业名称", Kind::Text(100)),
    field("source_type", "线索来源", Kind::Text(100)),
    field("customer_classification_name", "线索类型", Kind::Text(100)),
    field("return_reason", "退回原因", Kind::Text(100)),
    field("invalid_reason", "作废原因", Kind::Text(100)),
    field("market_name", "市场活动名称", Kind::Text(100)),
    field("market_id", "市场活动id", Kind::Text(100)),
    field("linkman", "联系人", Kind::Text(100)),
    field("mobile", "手机号码", Kind::Object(MOBILE)),
    field("mobile_duplicate", "手机号码是否能重复", Kind::OneOf(&["0", "1"])),
    field("telephone", "固话", Kind::Text(100)),
    field("position", "职务", Kind::Text(100)),
    field("detail", "线索详情", Kind::Text(4000)),
    field("mss_country", "国家", Kind::Text(100)),
    field("mss_province", "省名称", Kind::Text(100)),
    field("mss_city", "市名称", Kind::Text(100)),
    field("mss_area", "区县名称", Kind::Text(100)),
    field("mss_street", "乡镇街道名称", Kind::Text(100)),
    field("latitude", "纬度", Kind::Text(400)),
    field("longitude", "经度", Kind::Text(400)),
    field("address", "标注位置", Kind::Text(100)),
    field("mark_addr", "地址", Kind::Text(100)),
    field("email", "邮箱", Kind::Text(100)),
    field("website", "网址", Kind::Text(100)),
    field("allocation_status", "分配状态", Kind::OneOf(&["0", "1"])),
    field("salesleads_status", "跟进状态", Kind::OneOf(&["1", "2", "5"])),
    field("pool_name", "线索池", Kind::Text(100)),
    // The specification's table has `remove_result`, its example and every other operation this.
    field("removed_result", "作废补充说明", Kind::Text(100)),
    field("labels", "线索标签", Kind::Text(100)),
    field("responsible_person", "负责人ID", Kind::Text(100)),
    field("card_photo", "名片", Kind::Text(100)),
    // A list in the specification's table, a map in its example.
    field("exts", "自定义字段列表", Kind::Map),
];

/// Refuses what breaks the table or the rules of `allocation_status`.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    allocation::check(payload)
}
