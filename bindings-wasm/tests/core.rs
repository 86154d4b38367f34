//! The crate by itself, in a real engine: what crosses, before the package gives it its shape.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, JSON, Object, Uint32Array};
use qince_leads_wasm::{
    Account, Call, Pages, PolicyParts, PushParts, check, fields, read, redact, relayed, sign_push,
    verify,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const ADD: usize = 0;
const QUERY: usize = 5;
const OTHER: usize = 7;
const LEAD: &str = r#"{"empName":"负责人","cus_name":"示例公司"}"#;

fn account() -> Account {
    Account::new("openid", "key", None).ok().unwrap()
}

/// What is thrown, as JSON text.
fn thrown<T>(result: Result<T, impl Into<JsValue>>) -> String {
    let Err(thrown) = result else { panic!("nothing was thrown") };
    let [json, _] = parts(&thrown.into());
    json.as_string().unwrap()
}

/// The elements of an array.
fn parts<const N: usize>(array: &JsValue) -> [JsValue; N] {
    let array: &Array = array.unchecked_ref();
    std::array::from_fn(|i| array.get(i as u32))
}

fn read_text(operation: usize, status: u16, body: &str) -> Result<JsValue, impl Into<JsValue>> {
    read(operation, status, &body.into())
}

/// A value as JSON text.
fn shown(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// A plain object, of which the core reads what it knows.
fn object<T: JsCast>(json: &str) -> T {
    JSON::parse(json).unwrap().unchecked_into()
}

#[wasm_bindgen_test]
fn a_request_crosses_as_its_timestamp_its_url_and_its_body() {
    let signed = account().sign(ADD, LEAD, None, 1_617_206_400_000.0, "m1", false).ok().unwrap();
    let [timestamp, url, body] = signed.split('\n').collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(timestamp, "1617206400000");
    // md5 of the body, "|key|" and the time, worked out elsewhere.
    assert!(url.ends_with("/openid/1617206400000/a0f6ff8fdb23061c449951f22bfa3066/m1"), "{url}");
    assert_eq!(body, LEAD);
    assert!(redact(url, url).ends_with("/addSalesLeads/***/1617206400000/***/m1"));
    let in_app = Account::relay("https://example.com/qince").ok().unwrap();
    let signed = in_app.sign(ADD, LEAD, None, 0.0, "m1", false).ok().unwrap();
    assert_eq!(
        signed,
        format!("0\nhttps://example.com/qince/salesleads/v1/addSalesLeads/m1\n{LEAD}")
    );
}

#[wasm_bindgen_test]
fn a_request_to_any_endpoint_has_its_path_beside_it() {
    let path = || Some("customer/v1/queryCustomer".to_owned());
    let signed = account().sign(OTHER, "[1.10]", path(), 0.0, "m1", false).ok().unwrap();
    assert!(signed.contains("/api/customer/v1/queryCustomer/openid/0/"), "{signed}");
    assert!(signed.ends_with("\n[1.10]"), "{signed}");
    assert!(thrown(check(OTHER, "7", path())).contains(r#""rule":"type""#));
}

#[wasm_bindgen_test]
fn an_error_crosses_as_json_text_and_the_bytes_that_it_keeps() {
    let error = thrown(check(ADD, r#"{"mobile_repeat":"7"}"#, None));
    assert!(
        error.starts_with(r#"{"code":"invalid_payload","message":"invalid payload: "#),
        "{error}"
    );
    for part in [
        r#"{"path":"mobile_repeat","rule":"allowed_values","message":"#,
        r#""messageZh":"手机号码是否能重复：只能是"#,
        r#""allowed":[{"value":"0","label":"不可以"},{"value":"1","label":"可以"}]"#,
        r#""more":0"#,
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(thrown(Account::new("", "key", None)).starts_with(r#"{"code":"invalid_account""#));
    let refused = r#"{"return_code":"1","return_msg":"no \"code\"","msg_id":"m1"}"#;
    let expected = r#"{"code":"rejected","message":"rejected with code 1: no \"code\"","returnCode":"1","returnMsg":"no \"code\"","echoedMsgId":"m1"}"#;
    assert_eq!(thrown(read_text(ADD, 200, refused)), expected);
    let [json, body] = parts(&read_text(ADD, 502, "<html>").err().unwrap().into());
    assert!(json.as_string().unwrap().ends_with(r#","status":502}"#));
    assert_eq!(body.unchecked_into::<js_sys::Uint8Array>().to_vec(), b"<html>");
}

#[wasm_bindgen_test]
fn a_receipt_crosses_as_json_text() {
    let reply = r#"{"return_code":"0","msg_id":"m1","response_data":{"id":7,"n":1.10}}"#;
    let receipt = read_text(ADD, 200, reply).ok().unwrap();
    let expected = r#"{"msgId":"m1","id":"7","data":{"id":7,"n":1.10},"settled":false}"#;
    assert_eq!(receipt.as_string().unwrap(), expected);
}

#[wasm_bindgen_test]
fn an_operation_that_is_none_is_refused() {
    assert!(thrown(check(99, "{}", None)).contains("no operation has the number 99"));
}

#[wasm_bindgen_test]
fn a_page_crosses_as_places_in_utf16() {
    let body =
        r#"{"return_code":"0","response_data":"[{\"id\":7,\"cus_name\":\"😀线索\",\"x\":[1]}]"}"#;
    let page = read_text(QUERY, 200, body).ok().unwrap();
    let [stream, aside, text, msg_id, faults] = parts(&page);
    let stream = stream.unchecked_into::<Uint32Array>().to_vec();
    let units: Vec<u16> = body.encode_utf16().collect();
    let at = |place: usize| {
        let (start, len) = (stream[place] as usize, stream[place + 1] as usize);
        let within = units.get(start..start + len).map(String::from_utf16_lossy);
        within.unwrap_or_else(|| {
            let aside = aside.as_string().unwrap();
            aside[start - units.len()..][..len].to_owned()
        })
    };
    // One record; id and cus_name, the first two fields, and unknown members.
    assert_eq!(stream[..3], [1, 0b11, 1 << 31]);
    assert_eq!((at(3), at(5)), ("7".to_owned(), "😀线索".to_owned()));
    assert_eq!((stream[7], at(8), at(10)), (1, "x".to_owned(), "[1]".to_owned()));
    assert!(text.is_undefined() && msg_id.is_undefined() && faults.is_undefined());

    let bytes = js_sys::Uint8Array::from(body.as_bytes());
    let [again, ..] = parts::<5>(&read(QUERY, 200, &bytes).ok().unwrap());
    assert_eq!(again.unchecked_into::<Uint32Array>().to_vec(), stream);
}

#[wasm_bindgen_test]
fn faults_of_a_page_cross_with_their_records() {
    let body =
        r#"{"return_code":"0","msg_id":"m1","response_data":[7,{"id":"1","cus_name":["a"]}]}"#;
    let page = read_text(QUERY, 200, body).ok().unwrap();
    let [_, _, _, msg_id, faults] = parts(&page);
    assert_eq!(msg_id.as_string().unwrap(), "m1");
    let expected = r#"{"page":[{"path":"[0]","expected":"an object"},{"path":"[1].cus_name","expected":"text"}],"leads":{"0":[{"path":"cus_name","expected":"text"}]}}"#;
    assert_eq!(faults.as_string().unwrap(), expected);
}

#[wasm_bindgen_test]
fn a_push_crosses_as_an_event_in_json_text() {
    let body = b"msgId=m1&data=%7B%22lead_ID%22%3A%227%22%7D&timestamp=1617206400000&dataType=salesLeads_follow&digest=99683e6380a5c7e76a09e8f0113f81fe";
    let secrets = || vec!["secret".to_owned()];
    let event = verify(body, secrets(), 1_617_206_400_500.0, Some(1000.0)).ok().unwrap();
    let expected = r#"{"type":"follow_up","msgId":"m1","dataType":"salesLeads_follow","timestampMs":1617206400000,"redelivery":false,"data":{"lead_ID":"7"}}"#;
    assert_eq!(event, expected);
    assert!(thrown(verify(body, vec!["other".to_owned()], 0.0, None)).contains("bad_signature"));
    let stale = thrown(verify(body, secrets(), 0.0, Some(1000.0)));
    assert!(stale.ends_with(r#""ageMs":1617206400000,"maxAgeMs":1000}"#), "{stale}");
}

#[wasm_bindgen_test]
fn a_push_is_signed_for_tests() {
    let push: PushParts = object(
        r#"{"msgId":"m1","data":"[1.10]","dataType":"t","timestampMs":5,"redelivery":true,"dataId":"d"}"#,
    );
    let body = sign_push(&push, "secret");
    let event = verify(body.as_bytes(), vec!["secret".to_owned()], 0.0, None).ok().unwrap();
    let expected = r#"{"type":"other","msgId":"m1","dataId":"d","dataType":"t","timestampMs":5,"redelivery":true,"data":[1.10]}"#;
    assert_eq!(event, expected);
}

#[wasm_bindgen_test]
fn what_an_app_asks_for_crosses_once_it_is_allowed() {
    let read = |allow| relayed("salesleads/v1/addSalesLeads/m1", LEAD, allow);
    let expected = r#"{"operation":"add","msgId":"m1","payload":"{\"empName\":\"负责人\",\"cus_name\":\"示例公司\"}"}"#;
    assert_eq!(read(vec![QUERY, ADD]).ok().unwrap(), expected);
    let forbidden = thrown(read(vec![QUERY, OTHER]));
    assert!(forbidden.contains(r#""code":"forbidden""#), "{forbidden}");
    assert!(forbidden.contains(r#""operation":"add""#), "{forbidden}");
}

#[wasm_bindgen_test]
fn tables_cross_as_lists_of_fields() {
    let add = fields("AddLead").unwrap();
    for field in [
        r#"{"name":"empName","label":"负责人","kind":"text","maxChars":100,"allowed":[],"required":false}"#,
        r#"{"name":"exts","label":"自定义字段列表","kind":"parts","part":"LeadExtField","allowed":[],"required":false}"#,
    ] {
        assert!(add.contains(field), "{add}");
    }
    assert!(fields("LeadExtField").unwrap().contains(r#""required":true"#));
    assert!(fields("Nothing").is_none());
}

#[wasm_bindgen_test]
fn a_call_is_driven_step_by_step() {
    let policy: PolicyParts = Object::new().unchecked_into();
    let new =
        |json| Call::new(&account(), QUERY, json, None, true, &policy, false, false).ok().unwrap();
    let mut call = new(r#"{"code":"c"}"#);
    let step = |call: &mut Call, now_ms| call.step(now_ms, "m1", 0.0).map(|next| shown(&next));
    let sent = step(&mut call, 0.0).ok().unwrap();
    let head = r#"["send","query","m1","0","https://"#;
    assert!(sent.starts_with(head), "{sent}");
    assert!(sent.ends_with(r#","{\"code\":\"c\"}",1]"#), "{sent}");
    let saved = call.save().unwrap();
    call.failed("m1", 10.0, false);
    let attempt = call.last_attempt().unwrap();
    let line = r#""outcome":"unknown","durationMs":10,"line":"query attempt 1: unknown after 10 ms, msg_id m1, POST https://"#;
    assert!(attempt.contains(line), "{attempt}");
    assert_eq!(step(&mut call, 10.0).ok().unwrap(), r#"["wait",510]"#);
    assert!(step(&mut call, 510.0).is_ok());
    call.replied("m1", 520.0, 503, &"busy".into(), Some("70".to_owned()));
    let failed = thrown(call.step(520.0, "m1", 0.0));
    assert!(failed.starts_with(r#"{"code":"http_status""#), "{failed}");
    let progress = r#"{"attempts":2,"msgId":"m1","mayHaveBeenCarriedOut":true}"#;
    assert_eq!(call.progress(), progress);
    assert!(!call.is_in_doubt() && call.save().is_none());

    let resume = |operation, text: &str| Call::resume(&account(), operation, text, &policy);
    let mut resumed = resume(QUERY, &saved).ok().unwrap();
    assert!(step(&mut resumed, 10.0).ok().unwrap().contains("wait"));
    assert!(thrown(resume(ADD, &saved)).contains("a call of another operation"));
    assert!(!resumed.give_up(20.0));
    assert!(thrown(resumed.step(20.0, "m2", 0.0)).starts_with(r#"{"code":"transport""#));
}

#[wasm_bindgen_test]
fn a_policy_crosses_member_by_member() {
    let policy: PolicyParts = object(
        r#"{"maxAttempts":3,"baseDelayMs":100,"jitter":0,"retryCodes":["42"],"settleDelayMs":900}"#,
    );
    let mut call =
        Call::new(&account(), ADD, LEAD, None, true, &policy, false, false).ok().unwrap();
    for now_ms in [0.0, 100.0] {
        assert!(call.step(now_ms, "m", 0.0).is_ok());
        call.replied("m", now_ms, 200, &r#"{"return_code":"42"}"#.into(), None);
    }
    let next = call.step(100.0, "m", 0.0).ok().unwrap();
    assert_eq!(shown(&next), r#"["wait",300]"#);
}

#[wasm_bindgen_test]
fn pages_are_turned_until_one_is_empty() {
    let mut pages = Pages::new(QUERY, r#"{"code":"c"}"#).ok().unwrap();
    assert_eq!(pages.next().unwrap(), r#"{"code":"c","page":1,"pageSize":1000}"#);
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(pages.take(ids(&["1", "2"]), false).ok().unwrap(), [1, 1]);
    assert_eq!(pages.take(ids(&["2", "3"]), false).ok().unwrap(), [0, 1]);
    assert!(pages.take(ids(&[]), true).ok().unwrap().is_empty());
    assert!(pages.next().is_none() && pages.save().is_none());
}

#[wasm_bindgen_test]
fn a_scan_that_was_saved_goes_on() {
    let mut pages = Pages::new(QUERY, r#"{"code":"c"}"#).ok().unwrap();
    pages.take(vec!["1".to_owned()], false).ok().unwrap();
    let saved = pages.save().unwrap();
    let mut resumed = Pages::resume(QUERY, &saved).ok().unwrap();
    assert_eq!(resumed.take(vec!["1".to_owned(), "2".to_owned()], false).ok().unwrap(), [0, 1]);
    assert!(thrown(Pages::resume(QUERY + 1, &saved)).contains("a scan of another query"));
}
