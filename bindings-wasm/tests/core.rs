//! The crate by itself, in a real engine: what crosses, before the package gives it its shape.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Uint32Array};
use qince_leads_wasm::{Account, Call, Pages, check, read_bytes, read_text, redact, verify};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const ADD: usize = 0;
const QUERY: usize = 5;
const LEAD: &str = r#"{"empName":"负责人","cus_name":"示例公司"}"#;

fn account() -> Account {
    Account::new("openid", "key", None).ok().unwrap()
}

/// What is thrown, as JSON text.
fn thrown<T>(result: Result<T, impl Into<JsValue>>) -> String {
    let Err(thrown) = result else { panic!("nothing was thrown") };
    thrown.into().as_string().unwrap()
}

#[wasm_bindgen_test]
fn a_request_crosses_as_its_url_and_its_body() {
    let signed = account().sign(ADD, LEAD, 1_617_206_400_000.0, "m1", false).ok().unwrap();
    let (url, body) = signed.split_once('\n').unwrap();
    // md5 of the body, "|key|" and the time, worked out elsewhere.
    assert!(url.ends_with("/openid/1617206400000/a0f6ff8fdb23061c449951f22bfa3066/m1"), "{url}");
    assert_eq!(body, LEAD);
    assert!(redact(url.to_owned()).ends_with("/addSalesLeads/***/1617206400000/***/m1"));
}

#[wasm_bindgen_test]
fn an_error_crosses_as_json_with_its_code() {
    let error = thrown(check(ADD, r#"{"mobile_repeat":"7"}"#));
    assert!(
        error.starts_with(r#"{"code":"invalid_payload","message":"invalid payload: "#),
        "{error}"
    );
    assert!(error.contains(r#"{"path":"mobile_repeat","rule":"allowed_values","message":"#));
    assert!(thrown(Account::new("", "key", None)).starts_with(r#"{"code":"invalid_account""#));
    let refused = r#"{"return_code":"1","return_msg":"no \"code\"","msg_id":"m1"}"#;
    let expected = r#"{"code":"rejected","message":"rejected with code 1: no \"code\"","returnCode":"1","returnMsg":"no \"code\"","msgId":"m1"}"#;
    assert_eq!(thrown(read_text(ADD, 200, refused.to_owned())), expected);
}

#[wasm_bindgen_test]
fn an_operation_that_is_none_is_refused() {
    assert!(thrown(check(99, "{}")).contains("no operation has the number 99"));
}

#[wasm_bindgen_test]
fn a_page_crosses_as_places_in_utf16() {
    let body =
        r#"{"return_code":"0","response_data":"[{\"id\":7,\"cus_name\":\"😀线索\",\"x\":[1]}]"}"#;
    let page = read_text(QUERY, 200, body.to_owned()).ok().unwrap();
    let [stream, aside, text] = parts(&page);
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
    assert!(text.is_undefined());

    let page = read_bytes(QUERY, 200, body.as_bytes().to_vec()).ok().unwrap();
    assert_eq!(parts(&page)[0].clone().unchecked_into::<Uint32Array>().to_vec(), stream);
}

fn parts(page: &JsValue) -> [JsValue; 3] {
    let page: &Array = page.unchecked_ref();
    [page.get(0), page.get(1), page.get(2)]
}

#[wasm_bindgen_test]
fn a_push_crosses_as_an_event() {
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
fn a_call_is_driven_step_by_step() {
    let policy = || (Some(4.0), Some(500.0), Some(8000.0), None, Some(0.0));
    let (attempts, base, max, deadline, jitter) = policy();
    let account = account();
    let mut call =
        Call::new(&account, QUERY, r#"{"code":"c"}"#, attempts, base, max, deadline, jitter, false)
            .ok()
            .unwrap();
    let step = |call: &mut Call, now_ms| call.step(now_ms, "m1", 0.5);
    let sent = step(&mut call, 0.0).as_string().unwrap();
    assert!(sent.starts_with("s5\nhttps://") && sent.ends_with("\n{\"code\":\"c\"}"), "{sent}");
    call.failed(10.0, false);
    assert!(call.last_attempt().unwrap().contains(r#""outcome":"unknown","durationMs":10"#));
    assert_eq!(step(&mut call, 10.0).as_string().unwrap(), "w510");
    assert!(step(&mut call, 510.0).as_string().unwrap().starts_with("s5\n"));
    call.replied_text(520.0, 503, "busy".to_owned(), Some(70_000.0));
    assert!(step(&mut call, 520.0).as_string().unwrap().starts_with(r#"f{"code":"http_status""#));
    assert!(!call.is_in_doubt());
}

#[wasm_bindgen_test]
fn pages_are_turned_until_one_is_empty() {
    let mut pages = Pages::new(QUERY, r#"{"code":"c"}"#).ok().unwrap();
    assert_eq!(pages.next().unwrap(), r#"{"code":"c","page":1,"pageSize":1000}"#);
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(pages.take(ids(&["1", "2"])).ok().unwrap(), [1, 1]);
    assert_eq!(pages.take(ids(&["2", "3"])).ok().unwrap(), [0, 1]);
    assert!(pages.take(ids(&[])).ok().unwrap().is_empty());
    assert!(pages.next().is_none());
}
