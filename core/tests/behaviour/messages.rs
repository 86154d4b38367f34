//! Messages say what is wrong, where, and what to do.

use qince_leads::{Account, AddApaasLead, AddLead, Error, Operation, QueryLeads, RawReply, Record};

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
        message(200, r#"{"return_code":"0","response_data":"{\"total\":1}"}"#),
        "malformed: `rows`, `list` or `data` expected"
    );
    assert_eq!(
        message(502, "<html>"),
        "HTTP status 502 without a reply of the service: check the base URL and what stands between"
    );
}

#[test]
fn a_fault_says_where_and_what_was_expected() {
    let rows = r#"[{"id":"1","linkman":[],"labels":[{"color":{}}]},7]"#;
    let body = format!(r#"{{"return_code":"0","response_data":{rows}}}"#);
    let page = QueryLeads::read(RawReply::new(200, body)).unwrap();
    let faults: Vec<_> = page.faults().map(|fault| (fault.path, fault.expected)).collect();
    let expected = [("[0].linkman", "text"), ("[0].labels[0].color", "text"), ("[1]", "an object")];
    assert_eq!(faults, expected.map(|(path, expected)| (path.to_owned(), expected)));
    let lead = page.iter().next().unwrap();
    let faults: Vec<_> = lead.faults().map(|fault| fault.path).collect();
    assert_eq!(faults, ["linkman", "labels[0].color"]);
    assert_eq!(lead.extra().collect::<Vec<_>>(), [("linkman", "[]")]);
    assert_eq!(lead.to_json(), r#"{"id":"1","labels":[{"color":{}}],"linkman":[]}"#);
}

#[test]
fn a_violation_says_in_both_languages_and_as_data_what_is_wrong() {
    let lead = AddLead::new().cus_name("a".repeat(101)).mobile_repeat("2");
    let Err(Error::InvalidPayload(error)) = lead.to_body() else { panic!("accepted") };
    let [long, choice, missing] = &error.violations[..] else { panic!("{error}") };
    assert_eq!(long.message, "cus_name (客户名称): 101 characters, at most 100");
    assert_eq!(long.message_zh, "客户名称：101个字符，最多100个");
    assert_eq!((long.label, long.limit, long.actual), ("客户名称", Some(100), Some(101)));
    assert_eq!(choice.message_zh, "手机号码是否能重复：只能是\"0\" (不可以)、\"1\" (可以)");
    assert_eq!(choice.allowed.iter().map(|one| one.value).collect::<Vec<_>>(), ["0", "1"]);
    assert_eq!(missing.message_zh, "以下至少填写一项：负责人、线索池名称");
    assert_eq!((missing.label, missing.limit, missing.allowed.len()), ("", None, 0));
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
    assert!(message("https://例子.中国").contains("punycode"));
    for port in ["", "0", "65536"] {
        assert!(message(&format!("https://h:{port}")).contains("1 to 65535"), "{port}");
        assert!(message(&format!("https://h:{port}/qince")).contains("1 to 65535"), "{port}");
    }
    let pasted = Account::new("o", "key\n").unwrap_err().to_string();
    assert!(
        pasted.starts_with("invalid account: app_key: begins or ends with white space"),
        "{pasted}"
    );
}
