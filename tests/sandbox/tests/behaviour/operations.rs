//! Each operation with the specification's own example.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::Sandbox;
use crate::samples::sample;

#[test]
fn an_added_lead_is_found_with_all_that_was_written() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeads", &sample("add", json!({})));
    assert_eq!(id.len(), 19);

    let found = sandbox.query("querySalesLeads", &json!({ "code": "code" }));
    let [lead] = &found[..] else {
        panic!("one lead, not {found:?}");
    };
    assert_eq!(member_names(lead), record_names("classic_record"));
    for (name, value) in [
        ("id", id.as_str()),
        ("cus_name", "api专用"),
        ("source_type_name", "客户介绍"),
        ("mobile", "18811111111"),
        ("mss_province", "江苏省"),
        ("mss_street", "沙洲街道"),
        ("emp_name", "负责人"),
        ("pool_name", "线索池名称"),
        ("status_value", "待处理"),
        ("disable_reason_name", ""),
    ] {
        assert_eq!(lead[name], value, "{name}");
    }
    assert_eq!(lead["labels"], json!([]));
    assert_eq!(lead["exts"][0]["ext_key"], "自定义字段1");
    assert_eq!(lead["exts"][1]["ext_value"], "测试用");
    assert_eq!(lead["create_time"].as_str().map(str::len), Some(16));
}

#[test]
fn an_added_apaas_lead_is_found_with_all_that_was_written() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeadsForApaas", &sample("add_apaas", json!({})));

    let found = sandbox.query("querySalesLeadsForApaas", &json!({ "code": "L90188053235235" }));
    let [lead] = &found[..] else {
        panic!("one lead, not {found:?}");
    };
    assert!(member_names(lead).is_superset(&record_names("apaas_record")));
    let option = |label: &str| json!({ "code": label, "label": label, "content": null });
    for (name, value) in [
        ("id", json!(id)),
        ("company_name", json!("示例公司")),
        ("source_type_id", option("客户介绍")),
        ("mss_city", json!({ "code": "320100", "name": "南京市" })),
        ("mobile", json!({ "phone": "18912804466", "code": "86" })),
        ("tel", json!("02588888888")),
        ("owner", json!({ "name": "负责人ID", "id": "负责人ID", "status": "1" })),
        ("allocation_status", json!({ "code": "YWsaHzOn", "label": "已分配", "content": null })),
        ("label_names", json!("示例标签")),
        ("removed_result", json!("暂无")),
    ] {
        assert_eq!(lead[name], value, "{name}");
    }
    assert_eq!(lead["exts"]["field_db3nn__ctvj575"], "2024-07-26");
}

#[test]
fn a_reply_to_a_write_echoes_its_msg_id_and_a_query_does_not() {
    let sandbox = Sandbox::start();
    let body = json!({ "poolName": "池", "code": "L1" }).to_string();
    let address = sandbox.address("addSalesLeads", &body);
    let reply = sandbox.post(&address, &body).expect("a reply").json();
    let (_, msg_id) = address.rsplit_once('/').expect("an address");
    assert_eq!(reply["msg_id"], msg_id);
    assert_eq!(reply["return_msg"], Value::Null);

    let reply = sandbox.call("querySalesLeads", &json!({ "code": "L1" }));
    assert_eq!(reply["msg_id"], Value::Null);
}

#[test]
fn a_modified_lead_has_its_new_values_and_keeps_the_others() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeads", &sample("add", json!({})));
    let change = sample("modify", json!({ "id": numeric(&id) }));
    let reply = sandbox.call("modifySalesLeads", &change);
    assert_eq!(reply["return_code"], "0", "{reply}");
    assert_eq!(reply["response_data"], Value::Null);

    let found = sandbox.query("querySalesLeads", &json!({ "id": id }));
    assert_eq!(found[0]["code"], "codezs");
    assert_eq!(found[0]["mark_addr"], "南京市铁心桥");
    assert_eq!(found[0]["emp_name"], "负责人");

    let kept = &sandbox.kept("codezs")[0];
    assert_eq!(kept["revision"], 1);
    assert_eq!(kept["modifications"], json!([change]));
    assert_eq!(kept["writes"][1]["body"], change.to_string());
}

#[test]
fn a_modified_apaas_lead_has_its_new_values_and_keeps_the_others() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeadsForApaas", &sample("add_apaas", json!({})));
    let change = sample("modify_apaas", json!({ "id": numeric(&id) }));
    let reply = sandbox.call("modifySalesLeadsForApaas", &change);
    assert_eq!(reply["return_code"], "0", "{reply}");

    let found = sandbox.query("querySalesLeadsForApaas", &json!({ "id": id }));
    assert_eq!(found[0]["company_name"], "掌控网络");
    assert_eq!(found[0]["customer_classification"]["code"], "YDCG");
    assert_eq!(found[0]["mark_addr"], "江苏省南京市建邺区国家广告产业园");
    assert_eq!(found[0]["tel"], "02588888888", "an empty text changes nothing");
    assert_eq!(found[0]["label_names"], "示例标签", "null changes nothing");
}

#[test]
fn a_lead_can_be_named_by_its_code_alone() {
    let sandbox = Sandbox::start();
    sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": "L1" }));
    let change = json!({ "code": "L1", "tel": "1", "exts": { "自定义字段1": "值" } });
    let reply = sandbox.call("modifySalesLeads", &change);
    assert_eq!(reply["return_code"], "0", "{reply}");
    let found = sandbox.query("querySalesLeads", &json!({ "code": "L1" }));
    assert_eq!(found[0]["tel"], "1");
    assert_eq!(found[0]["exts"][0]["ext_value"], "值");
}

#[test]
fn a_removed_lead_is_found_no_more_and_frees_its_code() {
    let sandbox = Sandbox::start();
    let lead = sample("add", json!({ "code": "codezs" }));
    sandbox.add("addSalesLeads", &lead);
    let reply = sandbox.call("removeSalesLeads", &sample("remove", json!({})));
    assert_eq!(reply["return_code"], "0", "{reply}");

    let found = sandbox.query("querySalesLeads", &json!({ "code": "codezs" }));
    assert_eq!(found, [Value::Null; 0]);
    assert_eq!(sandbox.kept("codezs")[0]["removed"], true);

    sandbox.add("addSalesLeads", &lead);
    assert_eq!(sandbox.kept("codezs").len(), 2);
}

#[test]
fn a_removal_serves_both_families() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeadsForApaas", &sample("add_apaas", json!({})));
    let reply = sandbox.call("removeSalesLeads", &json!({ "id": id }));
    assert_eq!(reply["return_code"], "0", "{reply}");
    let found = sandbox.query("querySalesLeadsForApaas", &json!({ "id": id }));
    assert_eq!(found, [Value::Null; 0]);
}

#[test]
fn the_two_families_do_not_see_each_other() {
    let sandbox = Sandbox::start();
    sandbox.add("addSalesLeads", &sample("add", json!({ "code": "L1" })));
    sandbox.add("addSalesLeadsForApaas", &sample("add_apaas", json!({ "code": "L1" })));
    for operation in ["querySalesLeads", "querySalesLeadsForApaas"] {
        let found = sandbox.query(operation, &json!({ "code": "L1" }));
        assert_eq!(found.len(), 1, "{operation}");
    }
}

#[test]
fn the_examples_of_queries_are_accepted() {
    let sandbox = Sandbox::start();
    let none = [Value::Null; 0];
    let found = sandbox.query("querySalesLeads", &sample("query", json!({})));
    assert_eq!(found, none);
    let found = sandbox.query("querySalesLeadsForApaas", &sample("query_apaas", json!({})));
    assert_eq!(found, none);
}

#[test]
fn an_assigned_apaas_lead_can_go_back_to_the_pool() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeadsForApaas", &sample("add_apaas", json!({})));
    let change = json!({ "id": id, "allocation_status": "0", "pool_name": "池" });
    let reply = sandbox.call("modifySalesLeadsForApaas", &change);
    assert_eq!(reply["return_code"], "0", "{reply}");
    let found = sandbox.query("querySalesLeadsForApaas", &json!({ "id": id }));
    assert_eq!(found[0]["owner"], Value::Null);
    assert_eq!(found[0]["allocation_status"]["label"], "未分配");
    assert_eq!(found[0]["pool_name"], "池");
}

fn numeric(id: &str) -> Value {
    json!(id.parse::<u64>().expect("digits"))
}

fn member_names(record: &Value) -> BTreeSet<String> {
    let members = record.as_object().expect("a record");
    members.keys().cloned().collect()
}

fn record_names(name: &str) -> BTreeSet<String> {
    member_names(&sample(name, json!({})))
}
