//! What a client sees of each fault, and whether its request was carried out.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Raw, Sandbox, decompressed};

#[test]
fn a_connection_dropped_before_leaves_nothing_behind() {
    let (sandbox, reply) = add_with("drop_before");
    assert!(reply.is_err(), "{reply:?}");
    assert!(!carried_out(&sandbox));
}

#[test]
fn a_connection_dropped_after_leaves_a_lead_behind() {
    let (sandbox, reply) = add_with("drop_after");
    assert!(reply.is_err(), "{reply:?}");
    assert!(carried_out(&sandbox));
}

#[test]
fn an_error_500_leaves_nothing_behind() {
    let (sandbox, reply) = add_with("error_500");
    let reply = reply.expect("a reply");
    assert_eq!((reply.status, reply.text()), (500, ""));
    assert!(!carried_out(&sandbox));
}

#[test]
fn an_error_500_after_leaves_a_lead_behind() {
    let (sandbox, reply) = add_with("error_500_after");
    let reply = reply.expect("a reply");
    assert_eq!((reply.status, reply.text()), (500, ""));
    assert!(carried_out(&sandbox));
}

#[test]
fn a_bad_gateway_answers_with_html() {
    let (sandbox, reply) = add_with("bad_gateway");
    let reply = reply.expect("a reply");
    assert_eq!(reply.status, 502);
    assert!(reply.text().starts_with("<html>"), "{}", reply.text());
    assert!(!carried_out(&sandbox));
}

#[test]
fn a_truncated_reply_is_complete_http_but_not_json() {
    let (sandbox, reply) = add_with("truncated");
    let reply = reply.expect("a reply");
    assert_eq!(reply.status, 200);
    let length = reply.body.len().to_string();
    assert_eq!(reply.header("content-length"), Some(length.as_str()));
    assert!(reply.text().starts_with(r#"{"return_code":"0""#));
    assert!(serde_json::from_str::<Value>(reply.text()).is_err());
    assert!(carried_out(&sandbox));
}

#[test]
fn a_slow_reply_is_late_but_right() {
    let began = Instant::now();
    let (sandbox, reply) = add_with("slow");
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(reply.expect("a reply").json()["return_code"], "0");
    assert!(carried_out(&sandbox));
}

#[test]
fn a_slow_reply_keeps_no_other_client_waiting() {
    let sandbox = Sandbox::start();
    let plan = json!({ "next": ["slow"], "slow_ms": 2000, "operations": ["add"] });
    sandbox.put("/_sandbox/faults", &plan);
    std::thread::scope(|scope| {
        scope.spawn(|| sandbox.add("addSalesLeads", &lead()));
        while !carried_out(&sandbox) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let began = Instant::now();
        sandbox.query("querySalesLeads", &json!({ "code": "L1" }));
        assert!(began.elapsed() < Duration::from_millis(1500));
    });
}

#[test]
fn a_late_request_is_carried_out_after_its_time_and_then_answered() {
    let sandbox = Sandbox::start();
    let plan = json!({ "next": ["late"], "slow_ms": 1500, "operations": ["add"] });
    sandbox.put("/_sandbox/faults", &plan);
    std::thread::scope(|scope| {
        let began = Instant::now();
        let late = scope.spawn(|| sandbox.call("addSalesLeads", &lead()));
        wait_until(|| held_back(&sandbox) == 1);
        assert_eq!(sandbox.query("querySalesLeads", &json!({ "code": "L1" })), [Value::Null; 0]);
        assert!(began.elapsed() < Duration::from_millis(1500));
        assert_eq!(late.join().expect("a reply")["return_code"], "0");
        assert!(began.elapsed() >= Duration::from_millis(1500));
    });
    assert!(carried_out(&sandbox));
    let report = sandbox.get("/_sandbox/faults").json();
    assert_eq!((&report["faults"]["late"], &report["held_back"]), (&json!(1), &json!(0)));
}

#[test]
fn a_late_request_is_carried_out_though_its_client_has_left() {
    let sandbox = Sandbox::start();
    drop(late(&sandbox, "addSalesLeads", &lead()));
    assert!(!carried_out(&sandbox));
    wait_until(|| held_back(&sandbox) == 0);
    assert!(carried_out(&sandbox));
}

#[test]
fn a_late_add_of_a_code_that_came_meanwhile_is_refused() {
    let sandbox = Sandbox::start();
    let apaas = json!({ "company_name": "甲", "code": "L1" });
    for (operation, lead) in [("addSalesLeads", lead()), ("addSalesLeadsForApaas", apaas)] {
        let connection = late(&sandbox, operation, &lead);
        sandbox.add(operation, &lead);
        wait_until(|| held_back(&sandbox) == 0);
        drop(connection);
    }
    let kept = sandbox.kept("L1");
    assert_eq!(kept.len(), 2, "one of each family: {kept:?}");
}

#[test]
fn a_compressed_reply_is_right() {
    let sandbox = Sandbox::start();
    sandbox.next_faults(&["gzip"]);
    let wire = sandbox.wire("addSalesLeads", &lead());
    assert_eq!(decompressed(&wire)["return_code"], "0");
    assert!(carried_out(&sandbox));
}

#[test]
fn a_dropped_connection_brings_not_a_single_byte() {
    let sandbox = Sandbox::start();
    sandbox.next_faults(&["drop_before", "drop_after"]);
    assert_eq!(sandbox.wire("addSalesLeads", &lead()), b"");
    assert_eq!(sandbox.wire("addSalesLeads", &lead()), b"");
}

#[test]
fn too_many_requests_say_when_to_come_again() {
    let (sandbox, reply) = add_with("too_many");
    let reply = reply.expect("a reply");
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert!(!carried_out(&sandbox));
}

#[test]
fn a_refusal_in_words_of_ones_own_comes_with_or_without_the_deed() {
    let sandbox = Sandbox::start();
    let limit = json!({ "return_code": "110014", "return_msg": "调用过于频繁" });
    let lost = json!({ "return_code": "1", "return_msg": "系统繁忙", "carried_out": true });
    let faults = json!({ "next": [limit, "none", lost] });
    assert_eq!(sandbox.put("/_sandbox/faults", &faults).status, 200);

    let refused = sandbox.call("addSalesLeads", &lead());
    assert_eq!(refused["return_code"], "110014");
    assert_eq!(refused["return_msg"], "调用过于频繁");
    assert!(!carried_out(&sandbox));
    sandbox.add("addSalesLeads", &lead());
    let another = json!({ "empName": "甲", "code": "L2" });
    assert_eq!(sandbox.call("addSalesLeads", &another)["return_msg"], "系统繁忙");
    assert_eq!(sandbox.kept("L2").len(), 1);

    let report = sandbox.get("/_sandbox/faults").json();
    assert_eq!(report["faults"]["refusal"], 2);
}

#[test]
fn the_queue_is_taken_request_by_request_and_counted() {
    let sandbox = Sandbox::start();
    sandbox.next_faults(&["none", "error_500", "too_many"]);
    let conditions = json!({ "code": "L1" });
    let statuses = [(); 4].map(|()| {
        let reply = sandbox.try_call("querySalesLeads", &conditions);
        reply.expect("a reply").status
    });
    assert_eq!(statuses, [200, 500, 429, 200]);

    let report = sandbox.get("/_sandbox/faults").json();
    assert_eq!(report["requests"], 4);
    assert_eq!(report["faults"]["error_500"], 1);
    assert_eq!(report["faults"]["too_many"], 1);
    assert_eq!(report["faults"]["drop_before"], 0);
}

#[test]
fn random_faults_come_at_their_rate_until_they_are_cleared() {
    let sandbox = Sandbox::start();
    let plan = json!({ "rate": 0.5, "seed": 3, "kinds": ["error_500", "bad_gateway"] });
    sandbox.put("/_sandbox/faults", &plan);
    let failed = || {
        let conditions = json!({ "code": "L1" });
        let reply = |()| sandbox.try_call("querySalesLeads", &conditions);
        let replies = [(); 100].map(reply);
        let is_failure = |reply: &Result<Raw, _>| reply.as_ref().expect("a reply").status != 200;
        replies.iter().filter(|reply| is_failure(reply)).count()
    };
    let failures = failed();
    assert!((30..=70).contains(&failures), "{failures} of 100");
    sandbox.put("/_sandbox/faults", &json!({}));
    assert_eq!(failed(), 0);
}

#[test]
fn faults_can_be_kept_to_some_operations() {
    let sandbox = Sandbox::start();
    let plan = json!({ "rate": 1, "kinds": ["error_500"], "operations": ["query_apaas"] });
    sandbox.put("/_sandbox/faults", &plan);
    sandbox.add("addSalesLeads", &lead());
    let reply = sandbox.try_call("querySalesLeadsForApaas", &json!({ "code": "L1" }));
    assert_eq!(reply.expect("a reply").status, 500);
}

fn lead() -> Value {
    json!({ "empName": "甲", "code": "L1" })
}

fn add_with(fault: &str) -> (Sandbox, Result<Raw, ureq::Error>) {
    let sandbox = Sandbox::start();
    sandbox.next_faults(&[fault]);
    let reply = sandbox.try_call("addSalesLeads", &lead());
    assert_eq!(sandbox.get("/_sandbox/faults").json()["faults"][fault], 1);
    (sandbox, reply)
}

fn wait_until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "it never came to be");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A connection whose request is held back for a second.
fn late(sandbox: &Sandbox, operation: &str, lead: &Value) -> TcpStream {
    sandbox.put("/_sandbox/faults", &json!({ "next": ["late"], "slow_ms": 1000 }));
    let connection = sandbox.ask(operation, lead);
    wait_until(|| held_back(sandbox) == 1);
    connection
}

fn held_back(sandbox: &Sandbox) -> u64 {
    sandbox.get("/_sandbox/faults").json()["held_back"].as_u64().expect("a count")
}

fn carried_out(sandbox: &Sandbox) -> bool {
    !sandbox.kept("L1").is_empty()
}
