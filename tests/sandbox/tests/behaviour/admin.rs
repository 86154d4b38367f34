//! The admin surface itself.

use serde_json::json;

use crate::client::Sandbox;
use crate::samples::sample;

#[test]
fn members_that_are_not_known_are_refused_with_a_clear_text() {
    let sandbox = Sandbox::start();
    let unknown = json!({ "surprise": 1 });
    for refused in [
        sandbox.put("/_sandbox/quirks", &unknown),
        sandbox.put("/_sandbox/faults", &unknown),
        sandbox.post("/_sandbox/leads", &unknown.to_string()).expect("a response"),
        sandbox.post("/_sandbox/follow-ups", &unknown.to_string()).expect("a response"),
        sandbox.post("/_sandbox/redeliver", &unknown.to_string()).expect("a response"),
        sandbox.get("/_sandbox/leads?surprise=1"),
    ] {
        assert_eq!(refused.status, 400);
        let error = refused.json()["error"].to_string();
        assert!(error.contains("surprise"), "{error}");
    }
}

#[test]
fn values_that_make_no_sense_are_refused() {
    let sandbox = Sandbox::start();
    for (path, command) in [
        ("/_sandbox/quirks", json!({ "page_cap": 0 })),
        ("/_sandbox/quirks", json!({ "ids": "roman" })),
        ("/_sandbox/faults", json!({ "rate": 2 })),
        ("/_sandbox/faults", json!({ "kinds": [] })),
        ("/_sandbox/faults", json!({ "next": ["earthquake"] })),
        ("/_sandbox/faults", json!({ "operations": ["addSalesLeads"] })),
        ("/_sandbox/faults", json!([])),
    ] {
        let refused = sandbox.put(path, &command);
        assert_eq!(refused.status, 400, "{path} {command}");
        assert!(refused.json()["error"].is_string());
    }
    let elsewhere = json!({ "url": "http://example.com/push" }).to_string();
    let refused = sandbox.post("/_sandbox/follow-ups", &elsewhere);
    assert_eq!(refused.expect("a response").status, 400);
}

#[test]
fn created_leads_are_those_of_the_example_with_a_code_of_their_own() {
    let sandbox = Sandbox::start();
    for family in ["classic", "apaas"] {
        let samples = json!({ "count": 2, "family": family, "code_prefix": "L" });
        assert_eq!(sandbox.command("/_sandbox/leads", &samples)["created"], 2);
    }
    let listed = sandbox.get("/_sandbox/leads?family=apaas&limit=1&offset=1").json();
    assert_eq!(listed["total"], 2);
    let [lead] = &listed["leads"].as_array().expect("leads")[..] else {
        panic!("one lead, not {listed}");
    };
    assert_eq!(lead["code"], "L2");
    assert_eq!(lead["family"], "apaas");
    assert_eq!(lead["removed"], false);
    assert_eq!(lead["payload"], sample("add_apaas", json!({ "code": "L2" })));

    let again = json!({ "count": 3, "family": "apaas", "code_prefix": "L" }).to_string();
    let refused = sandbox.post("/_sandbox/leads", &again).expect("a response");
    assert_eq!(refused.status, 400);
    assert_eq!(sandbox.get("/_sandbox/leads").json()["total"], 4);
}

#[test]
fn the_state_can_be_forgotten() {
    let sandbox = Sandbox::start();
    sandbox.add("addSalesLeads", &sample("add", json!({})));
    sandbox.put("/_sandbox/quirks", &json!({ "bom": true }));
    sandbox.put("/_sandbox/faults", &json!({ "rate": 1, "kinds": ["error_500"] }));
    assert_eq!(sandbox.delete("/_sandbox/state").status, 200);

    assert_eq!(sandbox.get("/_sandbox/leads").json()["total"], 0);
    assert_eq!(sandbox.get("/_sandbox/quirks").json()["bom"], false);
    assert_eq!(sandbox.get("/_sandbox/faults").json()["requests"], 0);
    sandbox.add("addSalesLeads", &sample("add", json!({})));
}

#[test]
fn addresses_and_methods_that_are_not_there_are_answered_with_json() {
    let sandbox = Sandbox::start();
    let missing = sandbox.get("/_sandbox/surprise");
    assert_eq!(missing.status, 404);
    assert!(missing.json()["error"].is_string());
    let wrong_method = sandbox.get("/_sandbox/state");
    assert_eq!(wrong_method.status, 405);
    assert!(wrong_method.json()["error"].is_string());
}
