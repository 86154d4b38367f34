//! A lead as `querySalesLeadsForApaas` shows it.

use serde_json::{Map, Value, json};

use super::lead::Lead;

/// The record, with every member of the specification's sample and table. What the lead does not have is null.
///
/// The sandbox has no lists of options, regions and people as a tenant has them. What the specification's sample
/// has a code for is shown with it; anything else has its own name as its code.
pub(crate) fn record(lead: &Lead) -> Value {
    let text = |name| lead.text(name);
    json!({
        "card_photo": text("card_photo").map(photo),
        "code": text("code"),
        "mss_province": text("mss_province").map(region),
        "return_reason_id": text("return_reason").map(option),
        "customer_classification": text("customer_classification_name").map(option),
        "salesleads_status": salesleads_status(lead.status()),
        "source_type_id": text("source_type").map(option),
        "mss_area": text("mss_area").map(region),
        "mark_addr": text("mark_addr"),
        "tel": text("telephone"),
        "mss_street": text("mss_street").map(region),
        "id": lead.id,
        "exts": lead.exts().into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect::<Map<_, _>>(),
        "email": text("email"),
        "owner": text("responsible_person").map(owner),
        "website": text("website"),
        "mss_country": text("mss_country").map(region),
        "mobile": lead.payload.get("mobile"),
        "market_id": market(text("market_id"), text("market_name")),
        "label_names": text("labels"),
        "linkman": text("linkman"),
        "mss_city": text("mss_city").map(region),
        "pool_name": text("pool_name"),
        "company_name": text("company_name"),
        "invalid_reason_id": text("invalid_reason").map(option),
        "allocation_status": text("allocation_status").map(allocation_status),
        "removed_result": text("removed_result"),
        "position": text("position"),
        "detail": text("detail"),
        "delete_reason_id": null,
    })
}

fn labelled(code: &str, label: &str) -> Value {
    json!({ "code": code, "label": label, "content": null })
}

fn option(label: &str) -> Value {
    let code = match label {
        "会议" => "LY0002",
        "运动场馆" => "YDCG",
        "联系不上客户" => "THYY0001",
        _ => label,
    };
    labelled(code, label)
}

fn salesleads_status(status: &str) -> Value {
    match status {
        "2" => labelled("2", "跟进中"),
        "5" => labelled("5", "转换"),
        "6" => labelled("6", "未分配"),
        _ => labelled("4YJHrhGk", "待处理"),
    }
}

fn allocation_status(status: &str) -> Value {
    match status {
        "0" => labelled("0", "未分配"),
        _ => labelled("YWsaHzOn", "已分配"),
    }
}

fn region(name: &str) -> Value {
    let code = match name {
        "中国" => "86",
        "江苏省" => "320000",
        "南京市" => "320100",
        "建邺区" => "320105",
        "沙洲街道" => "320105002",
        _ => name,
    };
    json!({ "code": code, "name": name })
}

fn owner(id: &str) -> Value {
    json!({ "name": id, "id": id, "status": "1" })
}

fn market(id: Option<&str>, name: Option<&str>) -> Option<Value> {
    id.or(name).map(|_| json!({ "name": name, "id": id, "status": "1" }))
}

fn photo(path: &str) -> Value {
    json!([{ "path": path, "name": null, "url": format!("http://image.example.com/{path}") }])
}
