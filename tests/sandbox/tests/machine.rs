//! The sandbox without its server: what it says is to be done, and when.

use qince_sandbox::{Account, Answer, Reply, Request, Sandbox, Step};
use serde_json::{Value, json};

const NOW: i64 = 1_770_000_000_000;

fn sandbox() -> Sandbox {
    Sandbox::new(Account::default(), 7)
}

fn request(method: &str, target: &str, body: &Value) -> Request {
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        body: body.to_string().into_bytes(),
    }
}

/// An add whose digest is wrong, which the service refuses only once it carries it out.
fn add() -> Request {
    let target = "/api/salesleads/v1/addSalesLeads/sandbox-openid/1770000000000/digest/m1";
    request("POST", target, &json!({ "empName": "甲" }))
}

fn plan(sandbox: &mut Sandbox, faults: &Value) {
    let reply = reply(sandbox.handle(NOW, &request("PUT", "/_sandbox/faults", faults)));
    assert_eq!(reply.status, 200);
}

fn reply(step: Step) -> Reply {
    match step {
        Step::Reply(reply) => reply,
        other => panic!("not a reply: {other:?}"),
    }
}

fn json_of(step: Step) -> Value {
    serde_json::from_slice(&reply(step).body).expect("JSON")
}

#[test]
fn a_late_request_is_carried_out_once_it_is_resumed_and_never_twice() {
    let mut sandbox = sandbox();
    plan(&mut sandbox, &json!({ "next": ["late"], "slow_ms": 250 }));
    let Step::Wait { ms: 250, ticket } = sandbox.handle(NOW, &add()) else {
        panic!("it is not held back");
    };
    let report = json_of(sandbox.handle(NOW, &request("GET", "/_sandbox/faults", &json!({}))));
    assert_eq!(report["held_back"], 1);
    assert_eq!(json_of(sandbox.resume(NOW + 250, ticket))["return_msg"], "签名校验失败");
    assert_eq!(reply(sandbox.resume(NOW + 250, ticket)).status, 500);
}

#[test]
fn a_slow_reply_waits_and_a_dropped_one_is_none() {
    let mut sandbox = sandbox();
    plan(&mut sandbox, &json!({ "next": ["slow", "drop_before", "drop_after"] }));
    let Step::Wait { ms: 3000, ticket } = sandbox.handle(NOW, &add()) else {
        panic!("it is not slow");
    };
    assert_eq!(reply(sandbox.resume(NOW + 3000, ticket)).status, 200);
    assert_eq!(sandbox.handle(NOW, &add()), Step::Close);
    assert_eq!(sandbox.handle(NOW, &add()), Step::Close);
}

#[test]
fn pushes_are_carried_one_after_the_other() {
    let mut sandbox = sandbox();
    let follow_ups = json!({ "url": "http://localhost/push", "count": 2 });
    let mut step = sandbox.handle(NOW, &request("POST", "/_sandbox/follow-ups", &follow_ups));
    for http_status in [Some(200), None] {
        let Step::Push { push, ticket } = step else {
            panic!("no push: {step:?}");
        };
        assert_eq!(push.url, "http://localhost/push");
        assert!(push.body.starts_with("msgId=") && push.body.contains("&timestamp=1770000000000&"));
        let text = r#"{"return_code":0}"#.to_owned();
        step = sandbox.delivered(NOW + 5, ticket, Answer { http_status, text });
    }
    let pushes = json_of(step)["pushes"].take();
    assert_eq!([&pushes[0]["acknowledged"], &pushes[1]["acknowledged"]], [true, false]);

    let redeliver = request("POST", "/_sandbox/redeliver", &json!({}));
    let Step::Push { push, .. } = sandbox.handle(NOW + 9, &redeliver) else {
        panic!("the push that failed does not come again");
    };
    assert!(push.body.contains("&status=2&statusTime="), "{}", push.body);
}

#[test]
fn the_seed_alone_decides_about_the_ids_of_pushes() {
    let first_push = |seed| {
        let mut sandbox = Sandbox::new(Account::default(), seed);
        let follow_ups = json!({ "url": "http://localhost/" });
        match sandbox.handle(NOW, &request("POST", "/_sandbox/follow-ups", &follow_ups)) {
            Step::Push { push, .. } => push.body,
            other => panic!("no push: {other:?}"),
        }
    };
    assert_eq!(first_push(1), first_push(1));
    assert_ne!(first_push(1), first_push(2));
}

#[test]
fn addresses_of_no_operation_and_other_methods_get_html() {
    let mut sandbox = sandbox();
    for (method, target, status) in [
        ("POST", "/", 404),
        ("POST", "/api/salesleads/v1/addSalesLeads", 404),
        ("POST", "/api/salesleads/v1/unknown/o/1/d/m", 404),
        ("POST", "/api/salesleads/v1/addSalesLeads/%FF/1/d/m", 404),
        ("GET", "/api/salesleads/v1/addSalesLeads/o/1/d/m", 405),
    ] {
        let reply = reply(sandbox.handle(NOW, &request(method, target, &json!({}))));
        assert_eq!(reply.status, status, "{method} {target}");
        assert!(reply.body.starts_with(b"<html>"));
    }
}
