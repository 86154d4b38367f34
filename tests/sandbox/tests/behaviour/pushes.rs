//! The push of follow-up records.

use std::collections::HashSet;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::client::{Sandbox, digest};
use crate::receiver::{Push, Receiver};
use crate::samples::sample;

#[test]
fn a_push_is_signed_and_carries_a_follow_up_record() {
    let sandbox = Sandbox::start();
    let receiver = Receiver::agreeable();
    let order =
        json!({ "url": receiver.url, "follow_up": { "lead_code": "L 1&=+%", "ext_2": "🙂" } });
    let pushed = sandbox.command("/_sandbox/follow-ups", &order);

    let pushes = receiver.pushes();
    let [push] = &pushes[..] else {
        panic!("one push, not {pushes:?}");
    };
    assert!(is_signed(push, &sandbox.push_secret));
    for (name, value) in [
        ("dataVersion", "001"),
        ("dataFormat", "json"),
        ("dataSource", "biz"),
        ("status", "0"),
        ("dataType", "salesLeads_follow"),
    ] {
        assert_eq!(push[name], value, "{name}");
    }
    assert!(!push.contains_key("statusTime"));
    assert_eq!(push.len(), 11);
    let data: Value = serde_json::from_str(&push["data"]).expect("JSON");
    let expected = sample("follow_up", json!({ "lead_code": "L 1&=+%", "ext_2": "🙂" }));
    assert_eq!(data, expected);

    let receipt = &pushed["pushes"][0];
    assert_eq!(receipt["msg_id"], push["msgId"]);
    assert_eq!(receipt["forged"], false);
    assert_eq!(receipt["http_status"], 200);
    assert_eq!(receipt["acknowledged"], true);
}

#[test]
fn a_push_that_failed_comes_again_signed_anew() {
    let sandbox = Sandbox::start();
    let mut refusals = 1;
    let receiver = Receiver::start(move |_| {
        let code = refusals;
        refusals = 0;
        ("200 OK", format!(r#"{{"return_code":"{code}"}}"#))
    });
    let order = json!({ "url": receiver.url, "count": 2 });
    let pushed = sandbox.command("/_sandbox/follow-ups", &order);
    assert_eq!(acknowledged(&pushed), [false, true]);

    let again = sandbox.command("/_sandbox/redeliver", &json!({}));
    assert_eq!(acknowledged(&again), [true]);
    let pushes = receiver.pushes();
    let (first, second) = (&pushes[0], &pushes[2]);
    assert_eq!(first["msgId"], second["msgId"]);
    assert_eq!(first["data"], second["data"]);
    assert_ne!(first["timestamp"], second["timestamp"]);
    assert_eq!(second["status"], "2");
    assert_eq!(second["statusTime"].len(), "yyyy-MM-dd HH:mm:ss".len());
    assert!(is_signed(second, &sandbox.push_secret));

    let none_left = sandbox.command("/_sandbox/redeliver", &json!({}));
    assert_eq!(none_left, json!({ "pushes": [] }));
    let listed = sandbox.get("/_sandbox/pushes").json();
    assert_eq!(listed["pushes"][0]["msg_id"], first["msgId"]);
    assert_eq!(listed["pushes"][0]["attempts"], 2);
    assert_eq!(listed["pushes"][0]["acknowledged"], true);
    assert_eq!(listed["pushes"][0]["data"], sample("follow_up", json!({})));
    assert_eq!(listed["pushes"][1]["attempts"], 1);
}

#[test]
fn forged_pushes_come_on_top_and_none_of_them_verifies() {
    let sandbox = Sandbox::start();
    let receiver = Receiver::agreeable();
    let order = json!({ "url": receiver.url, "count": 8, "tamper": 0.5, "shuffle": true });
    sandbox.command("/_sandbox/follow-ups", &order);

    let pushes = receiver.pushes();
    let (forged, genuine): (Vec<&Push>, Vec<&Push>) =
        pushes.iter().partition(|push| push["msgId"].starts_with("forged-"));
    assert_eq!((forged.len(), genuine.len()), (4, 8));
    let secret = &sandbox.push_secret;
    assert!(genuine.iter().all(|push| is_signed(push, secret)));
    assert!(!forged.iter().any(|push| is_signed(push, secret)));
    let listed = sandbox.get("/_sandbox/pushes").json();
    assert_eq!(listed["pushes"].as_array().map(Vec::len), Some(8));
}

#[test]
fn the_share_to_repeat_comes_twice() {
    let sandbox = Sandbox::start();
    let receiver = Receiver::agreeable();
    let order = json!({ "url": receiver.url, "count": 10, "repeat": 0.3 });
    let pushed = sandbox.command("/_sandbox/follow-ups", &order);
    assert_eq!(acknowledged(&pushed).len(), 13);

    let pushes = receiver.pushes();
    assert_eq!(pushes.len(), 13);
    let ids: HashSet<&str> = pushes.iter().map(|push| push["msgId"].as_str()).collect();
    assert_eq!(ids.len(), 10);
}

#[test]
fn shuffled_pushes_come_out_of_order() {
    let sandbox = Sandbox::start();
    let receiver = Receiver::agreeable();
    let order = json!({ "url": receiver.url, "count": 20, "shuffle": true, "seed": 5 });
    sandbox.command("/_sandbox/follow-ups", &order);
    let arrived: Vec<String> = receiver.pushes().iter().map(|push| push["msgId"].clone()).collect();
    let listed = sandbox.get("/_sandbox/pushes").json();
    let made = listed["pushes"].as_array().expect("pushes").iter();
    let made: Vec<String> =
        made.map(|push| push["msg_id"].as_str().expect("an id").to_owned()).collect();
    assert_ne!(arrived, made);
    let same_ids = |ids: &[String]| ids.iter().cloned().collect::<HashSet<_>>();
    assert_eq!(same_ids(&arrived), same_ids(&made));
}

#[test]
fn only_a_success_with_a_return_code_of_zero_acknowledges() {
    let sandbox = Sandbox::start();
    for (status, body) in [
        ("500 Internal Server Error", r#"{"return_code":0}"#),
        ("200 OK", r#"{"return_code":1}"#),
        ("200 OK", "ok"),
        ("302 Found", r#"{"return_code":0}"#),
    ] {
        let receiver = Receiver::start(move |_| (status, body.to_owned()));
        let order = json!({ "url": receiver.url });
        let pushed = sandbox.command("/_sandbox/follow-ups", &order);
        assert_eq!(acknowledged(&pushed), [false], "{status} {body}");
        assert_eq!(pushed["pushes"][0]["answer"], body);
    }
}

#[test]
fn a_push_to_where_nobody_listens_has_no_status() {
    let sandbox = Sandbox::start();
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/", free.local_addr().expect("an address"));
    drop(free);
    let pushed = sandbox.command("/_sandbox/follow-ups", &json!({ "url": url }));
    assert_eq!(pushed["pushes"][0]["http_status"], Value::Null);
    assert_eq!(acknowledged(&pushed), [false]);
}

fn is_signed(push: &Push, secret: &str) -> bool {
    push["digest"] == digest(&push["data"], secret, &push["timestamp"])
}

fn acknowledged(pushed: &Value) -> Vec<bool> {
    let receipts = pushed["pushes"].as_array().expect("receipts");
    receipts.iter().map(|receipt| receipt["acknowledged"] == true).collect()
}
