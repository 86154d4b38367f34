//! `addSalesLeads`, 新增线索数据.

use super::Payload;
use super::extension::PAIR;
use super::table::{self, Field, Kind, field};
use crate::api::Refusal;

const TABLE: &[Field] = &[
    field("empName", "负责人", Kind::Text(100)),
    field("poolName", "线索池名称", Kind::Text(100)),
    field("code", "线索编码", Kind::Text(100)),
    field("cus_name", "客户名称", Kind::Text(100)),
    field("source_type", "线索来源", Kind::Text(100)),
    field("market_name", "市场活动名称", Kind::Text(100)),
    field("linkman", "联系人", Kind::Text(100)),
    field("mobile_country", "手机号码国家码", Kind::Text(32)),
    field("mobile", "手机号码", Kind::Text(100)),
    field("mobile_repeat", "手机号码是否能重复", Kind::OneOf(&["0", "1"])),
    field("tel", "固话", Kind::Text(100)),
    field("customer_classification_name", "线索类型", Kind::Text(100)),
    field("position", "职务", Kind::Text(100)),
    field("detail", "线索详情", Kind::Text(4000)),
    field("mssProvinceName", "省名称", Kind::Text(100)),
    field("mssCityName", "市名称", Kind::Text(100)),
    field("mssAreaName", "区县名称", Kind::Text(100)),
    field("mssStreetName", "乡镇街道名称", Kind::Text(100)),
    field("mark_addr", "地址", Kind::Text(100)),
    field("email", "邮箱", Kind::Text(100)),
    field("website", "网址", Kind::Text(100)),
    field("latlon", "标注位置", Kind::Text(400)),
    field("address", "标注位置", Kind::Text(4000)),
    field("exts", "自定义字段列表", Kind::List(PAIR)),
];

/// Refuses what breaks the table, and a lead that belongs to neither a person nor a pool.
pub(crate) fn check(payload: &Payload) -> Result<(), Refusal> {
    table::check(payload, TABLE)?;
    if !payload.has("empName") && !payload.has("poolName") {
        return Err(Refusal::new("负责人(empName)与线索池名称(poolName)二者必填其一"));
    }
    Ok(())
}
