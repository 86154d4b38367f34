//! What the service refuses, and how it says so.

use serde_json::{Value, json};

use crate::client::{Sandbox, digest, refusal_in};
use crate::samples::sample;

#[test]
fn a_request_signed_as_published_is_accepted_and_one_signed_otherwise_is_not() {
    let sandbox = Sandbox::start_with(&["--app-key", "2EV5i30kYI6r7Hz817"]);
    let body = r#"{"org_status":"1"}"#;
    let refusal = |digest: &str| {
        let openid = &sandbox.openid;
        let address =
            format!("/api/salesleads/v1/querySalesLeads/{openid}/1617206400000/{digest}/m1");
        refusal_in(&sandbox.post(&address, body).expect("a reply").json())
    };
    let published = "b7b7d9810bbb0786e9560751dc2b6597";
    assert_eq!(refusal(published), "org_status:参数不存在");
    assert_eq!(refusal(&published.to_uppercase()), "签名校验失败");
    assert_eq!(refusal(&published.replace('b', "c")), "签名校验失败");
}

#[test]
fn the_digest_is_that_of_the_exact_text_sent() {
    let sandbox = Sandbox::start();
    let address = sandbox.address("querySalesLeads", r#"{"code":"L1"}"#);
    let reply = sandbox.post(&address, r#"{"code": "L1"}"#);
    assert_eq!(refusal_in(&reply.expect("a reply").json()), "签名校验失败");
}

#[test]
fn an_openid_that_is_not_known_is_refused_before_all_else() {
    let sandbox = Sandbox::start();
    let reply = sandbox.post("/api/salesleads/v1/addSalesLeads/someone-else/x/x/m1", "not JSON");
    let reply = reply.expect("a reply").json();
    assert_eq!(refusal_in(&reply), "openid不存在");
    assert_eq!(reply["msg_id"], "m1");
}

#[test]
fn a_timestamp_has_thirteen_digits_or_is_a_time_of_fourteen() {
    let sandbox = Sandbox::start();
    let reply = |timestamp: &str| {
        let body = r#"{"code":"L1"}"#;
        let openid = &sandbox.openid;
        let digest = digest(body, &sandbox.app_key, timestamp);
        let address =
            format!("/api/salesleads/v1/querySalesLeads/{openid}/{timestamp}/{digest}/m1");
        sandbox.post(&address, body).expect("a reply").json()
    };
    assert_eq!(reply("1617206400000")["return_code"], "0");
    assert_eq!(reply("20210401000000")["return_code"], "0");
    for wrong in ["1617206400", "20211301000000", "16172064000x0"] {
        assert!(refusal_in(&reply(wrong)).contains("时间戳"), "{wrong}");
    }
}

#[test]
fn a_body_must_be_a_json_object() {
    let sandbox = Sandbox::start();
    for body in ["", "[]", "{", "null", "\u{feff}{}"] {
        let reply = sandbox.post(&sandbox.address("addSalesLeads", body), body);
        let refusal = refusal_in(&reply.expect("a reply").json());
        assert_eq!(refusal, "请求体不是JSON对象", "{body:?}");
    }
}

#[test]
fn a_payload_that_breaks_its_table_or_its_rules_is_refused() {
    let sandbox = Sandbox::start();
    let long = "长".repeat(101);
    for (operation, payload, refusal) in [
        ("addSalesLeads", json!({ "emp_name": "甲" }), "emp_name:参数不存在"),
        ("addSalesLeads", json!({ "cus_name": 1 }), "cus_name(客户名称):类型错误"),
        ("addSalesLeads", json!({ "cus_name": long }), "cus_name(客户名称):长度为101,不能超过100"),
        (
            "addSalesLeads",
            json!({ "mobile_repeat": "2" }),
            "mobile_repeat(手机号码是否能重复):取值应为0、1之一",
        ),
        (
            "addSalesLeads",
            json!({ "exts": [{ "salesleads_ext_value": "值" }] }),
            "exts[0].salesleads_ext_key(自定义字段key):不能为空",
        ),
        (
            "addSalesLeads",
            json!({ "empName": "", "poolName": null }),
            "负责人(empName)与线索池名称(poolName)二者必填其一",
        ),
        (
            "addSalesLeadsForApaas",
            json!({ "mobile": { "phone": long } }),
            "mobile.phone(手机号):长度为101,不能超过100",
        ),
        ("addSalesLeadsForApaas", json!({ "mobile": "18811111111" }), "mobile(手机号码):类型错误"),
        ("addSalesLeadsForApaas", json!({ "exts": [] }), "exts(自定义字段列表):类型错误"),
        (
            "addSalesLeadsForApaas",
            json!({ "allocation_status": "0" }),
            "pool_name(线索池):未分配的线索必填",
        ),
        (
            "addSalesLeadsForApaas",
            json!({ "allocation_status": "0", "pool_name": "池", "responsible_person": "1" }),
            "responsible_person(负责人ID):未分配的线索应为空",
        ),
        (
            "addSalesLeadsForApaas",
            json!({ "allocation_status": "1" }),
            "responsible_person(负责人ID):已分配的线索必填",
        ),
        ("modifySalesLeads", json!({ "tel": "1" }), "线索ID(id)与线索编码(code)不能同时为空"),
        ("modifySalesLeads", json!({ "id": 1 }), "线索不存在"),
        ("modifySalesLeadsForApaas", json!({ "id": "SK1" }), "id(线索ID):类型错误"),
        (
            "modifySalesLeadsForApaas",
            json!({ "code": "L1", "allocation_status": "1" }),
            "responsible_person(负责人ID):已分配的线索必填",
        ),
        ("removeSalesLeads", json!({ "code": "L1" }), "线索不存在"),
        ("querySalesLeads", json!({}), "查询条件至少需要填写一个参数"),
        (
            "querySalesLeads",
            json!({ "page": 1, "pageSize": 10, "code": "" }),
            "查询条件至少需要填写一个参数",
        ),
        (
            "querySalesLeadsForApaas",
            json!({ "sorts": [{ "field_key": "code" }] }),
            "查询条件至少需要填写一个参数",
        ),
        ("querySalesLeads", json!({ "sorts": [] }), "sorts:参数不存在"),
        (
            "querySalesLeads",
            json!({ "create_time_start": "2021-2-1" }),
            "create_time_start(创建时间起始):日期格式应为yyyy-MM-dd",
        ),
        ("querySalesLeads", json!({ "code": "L1", "page": 0 }), "page(页码):应为正整数"),
    ] {
        assert_eq!(sandbox.refusal(operation, &payload), refusal, "{payload}");
    }
}

#[test]
fn a_code_belongs_to_one_lead_only() {
    let sandbox = Sandbox::start();
    let lead = |code: &str| json!({ "empName": "甲", "code": code });
    sandbox.add("addSalesLeads", &lead("L1"));
    let id = sandbox.add("addSalesLeads", &lead("L2"));
    let taken = "线索编码(code)已存在";
    assert_eq!(sandbox.refusal("addSalesLeads", &lead("L1")), taken);
    let rename = json!({ "id": id, "code": "L1" });
    assert_eq!(sandbox.refusal("modifySalesLeads", &rename), taken);
    let same = json!({ "id": id, "code": "L2" });
    assert_eq!(sandbox.call("modifySalesLeads", &same)["return_code"], "0");
}

#[test]
fn a_phone_number_that_must_not_repeat_is_refused_when_another_lead_has_it() {
    let sandbox = Sandbox::start();
    let lead =
        |code: &str, repeat: &str| sample("add", json!({ "code": code, "mobile_repeat": repeat }));
    sandbox.add("addSalesLeads", &lead("L1", "0"));
    sandbox.add("addSalesLeads", &lead("L2", "1"));
    let refusal = sandbox.refusal("addSalesLeads", &lead("L3", "0"));
    assert_eq!(refusal, "手机号码(mobile)已存在");
}

#[test]
fn a_removal_that_names_two_leads_is_refused() {
    let sandbox = Sandbox::start();
    let id = sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": "L1" }));
    sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": "L2" }));
    let refusal = sandbox.refusal("removeSalesLeads", &json!({ "id": id, "code": "L2" }));
    assert_eq!(refusal, "线索ID(id)与线索编码(code)不是同一条线索");
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let sandbox = Sandbox::start();
    sandbox.refusal("addSalesLeads", &json!({ "code": "L1" }));
    assert_eq!(sandbox.get("/_sandbox/leads").json()["total"], 0);
}

#[test]
fn a_wrong_address_or_method_is_answered_with_html() {
    let sandbox = Sandbox::start();
    let address = sandbox.address("addSalesLead", "{}");
    let missing = sandbox.post(&address, "{}").expect("a response");
    assert_eq!(missing.status, 404);
    let elsewhere = sandbox.get("/");
    assert_eq!(elsewhere.status, 404);
    let wrong_method = sandbox.get(&sandbox.address("addSalesLeads", "{}"));
    assert_eq!(wrong_method.status, 405);
    for page in [missing, elsewhere, wrong_method] {
        assert_eq!(page.header("content-type"), Some("text/html;charset=utf-8"));
        assert!(serde_json::from_str::<Value>(page.text()).is_err());
    }
}
