//! A lead as `querySalesLeads` shows it.

use serde_json::{Map, Value, json};

use super::lead::Lead;
use crate::account::digest;
use crate::clock::minute;

/// The record, with every member of the specification's sample. What the sandbox knows nothing of is empty.
pub(crate) fn record(lead: &Lead) -> Value {
    let text = |name| lead.text(name).unwrap_or_default();
    let (created, modified) = (minute(lead.created_ms), minute(lead.modified_ms));
    let texts = [
        ("id", lead.id.as_str()),
        ("cus_name", text("cus_name")),
        ("code", text("code")),
        ("source_type_name", text("source_type")),
        ("market_name", text("market_name")),
        ("linkman", text("linkman")),
        ("mobile_country", text("mobile_country")),
        ("mobile", text("mobile")),
        ("tel", text("tel")),
        ("position", text("position")),
        ("detail", text("detail")),
        ("mss_province", text("mssProvinceName")),
        ("mss_city", text("mssCityName")),
        ("mss_area", text("mssAreaName")),
        ("mss_street", text("mssStreetName")),
        ("mark_addr", text("mark_addr")),
        ("email", text("email")),
        ("website", text("website")),
        ("emp_name", text("empName")),
        ("status_value", status_value(lead.status())),
        ("emp_id_str", ""),
        ("create_time", &created),
        ("owner_change_time", ""),
        ("result", ""),
        ("disable_reason_name", ""),
        ("disable_reason_ext", ""),
        ("creator_name", "系统"),
        ("follow_name", ""),
        ("follow_time", ""),
        ("modifyier_name", "系统"),
        ("transf_time", ""),
        ("modify_time", &modified),
        ("pool_name", text("poolName")),
        ("distribution_name", ""),
        ("distribution_take_time", ""),
        ("return_reason_name", ""),
        ("delete_reason_name", ""),
        ("delete_reason_ext", ""),
        ("customer_classification_name", text("customer_classification_name")),
        ("cm_code", ""),
        ("cm_name", ""),
    ];
    let mut record: Map<String, Value> =
        texts.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect();
    let exts = lead.exts().into_iter().map(extension).collect();
    record.insert("labels".to_owned(), json!([]));
    record.insert("exts".to_owned(), Value::Array(exts));
    Value::Object(record)
}

/// A classic lead is with someone or in a pool; no operation brings it further.
fn status_value(status: &str) -> &'static str {
    if status == "6" { "未分配" } else { "待处理" }
}

fn extension((key, value): (&str, &Value)) -> Value {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    json!({ "ext_column": column(key), "ext_key": key, "ext_value": text })
}

/// A column of its own for each name, and always the same one.
fn column(key: &str) -> String {
    format!("ext_{}", &digest(key.as_bytes(), "", "")[..10])
}
