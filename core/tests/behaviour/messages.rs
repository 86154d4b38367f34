//! Messages say what is wrong, where, and what to do.

use qince_leads::{Account, AddApaasLead, AddLead, Error, Operation, QueryLeads, RawReply};

/// The violations of a payload, as a user sees them.
fn messages<O: Operation>(json: &str) -> Vec<String> {
    let refused = O::from_json(json).and_then(|payload| payload.to_body());
    let Err(Error::InvalidPayload(error)) = refused else { panic!("not refused: {json}") };
    error.violations.iter().map(ToString::to_string).collect()
}

#[test]
fn a_violation_names_the_field_its_label_the_fault_and_the_limit() {
    let long = "字".repeat(101);
    let json = format!(
        r#"{{"cus_name":"{long}","mobile_repeat":"2","code":5,"linkmann":"x",
            "exts":[{{"salesleads_ext_value":"v"}}]}}"#
    );
    assert_eq!(
        messages::<AddLead>(&json),
        [
            "code (线索编码): a number, not text",
            "linkmann: unknown field; did you mean `linkman`?",
            "cus_name (客户名称): 101 characters, at most 100",
            "mobile_repeat (手机号码是否能重复): must be one of \"0\" (不可以), \"1\" (可以)",
            "exts[0].salesleads_ext_key (自定义字段key): required",
            "at least one of these is required: empName (负责人), poolName (线索池名称)",
        ]
    );
}

#[test]
fn a_rule_that_depends_on_another_field_names_it() {
    assert_eq!(
        messages::<AddApaasLead>(r#"{"allocation_status":"0","responsible_person":"7"}"#),
        [
            "pool_name (线索池): required where allocation_status (分配状态) is \"0\" (未分配)",
            "responsible_person (负责人ID): must be left out where allocation_status (分配状态) is \"0\" (未分配)",
        ]
    );
    assert_eq!(
        messages::<QueryLeads>(
            r#"{"create_time_start":"2026-02-03","create_time_end":"2026-02-02","page":0,
                "modify_time_end":"2026-02-30"}"#
        ),
        [
            "modify_time_end (修改时间结束): must be a day as yyyy-MM-dd",
            "page (页码): must be from 1 to 2147483647",
            "create_time_end (创建时间结束): must not come before create_time_start (创建时间起始)",
        ]
    );
}

#[test]
fn a_payload_that_is_no_json_is_refused_with_the_place() {
    assert_eq!(
        messages::<AddLead>("{\"code\":\"a\",}"),
        ["not JSON: a member's name expected at byte 12"]
    );
    assert_eq!(messages::<AddLead>("[]"), ["a list, not an object"]);
}

#[test]
fn an_error_of_a_reply_says_what_came_instead() {
    let read = |status, body: &str| QueryLeads::read(RawReply::new(status, body)).unwrap_err();
    let message = |status, body| read(status, body).to_string();
    assert_eq!(
        message(200, r#"{"return_code":"1","return_msg":"编码已存在","msg_id":"m"}"#),
        "rejected with code 1: 编码已存在"
    );
    assert_eq!(message(200, "<html>"), "malformed: not a JSON object");
    assert_eq!(
        message(200, r#"{"return_code":"0","response_data":"[{\"mobile\":{}}]"}"#),
        "malformed: response_data[0].mobile: text expected"
    );
    assert_eq!(
        message(502, "<html>"),
        "HTTP status 502 without a reply of the service: check the base URL and what stands between"
    );
}

#[test]
fn an_account_error_says_what_to_do() {
    let message = |base_url: &str| {
        Account::new("o", "k").unwrap().with_base_url(base_url).unwrap_err().to_string()
    };
    assert_eq!(
        message("http://openapi.qince.com"),
        "invalid account: base_url: must begin with https:// (http:// for loopback hosts only)"
    );
    assert_eq!(
        message("openapi.qince.com"),
        "invalid account: base_url: not an absolute URL, such as https://openapi.qince.com"
    );
}
