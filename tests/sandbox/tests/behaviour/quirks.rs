//! The forms that replies come in.

use serde_json::{Value, json};

use crate::client::{Raw, Sandbox, decompressed};
use crate::samples::sample;

#[test]
fn rows_stand_where_they_are_asked_to() {
    let sandbox = one_lead();
    for (form, member) in
        [("array", None), ("rows", Some("rows")), ("list", Some("list")), ("data", Some("data"))]
    {
        set(&sandbox, json!({ "response_data": form }));
        let data = query(&sandbox).json()["response_data"].take();
        let rows = member.map_or(&data, |member| &data[member]);
        assert_eq!(rows[0]["code"], "L1", "{form}");
    }
    set(&sandbox, json!({}));
    assert!(query(&sandbox).json()["response_data"].is_string());
}

#[test]
fn return_codes_and_ids_come_as_numbers_too() {
    let sandbox = one_lead();
    set(&sandbox, json!({ "return_code": "number", "ids": "number", "response_data": "array" }));
    let reply = query(&sandbox).json();
    assert_eq!(reply["return_code"], 0);
    let id = &reply["response_data"][0]["id"];
    assert!(id.as_u64().is_some_and(|id| id > 1 << 53), "{id}");

    let lead = json!({ "empName": "甲" });
    assert!(sandbox.call("addSalesLeads", &lead)["response_data"].is_u64());
    assert_eq!(sandbox.call("addSalesLeads", &json!({}))["return_code"], 1);
}

#[test]
fn a_reply_can_be_compressed() {
    let sandbox = one_lead();
    set(&sandbox, json!({ "gzip": true }));
    let wire = sandbox.wire("querySalesLeads", &json!({ "code": "L1" }));
    assert_eq!(decompressed(&wire)["return_code"], "0");
    assert_eq!(query(&sandbox).json()["return_code"], "0");
}

#[test]
fn a_byte_order_mark_can_precede_a_reply() {
    let sandbox = one_lead();
    set(&sandbox, json!({ "bom": true }));
    assert!(query(&sandbox).text().starts_with("\u{feff}{"));
}

#[test]
fn no_page_is_larger_than_the_cap() {
    let sandbox = Sandbox::start();
    let samples = json!({ "count": 7, "family": "apaas", "code_prefix": "L" });
    sandbox.command("/_sandbox/leads", &samples);
    set(&sandbox, json!({ "page_cap": 3 }));
    let sizes = [1, 2, 3, 4].map(|page| {
        let conditions = json!({ "linkman": "联系人", "page": page, "pageSize": 5 });
        sandbox.query("querySalesLeadsForApaas", &conditions).len()
    });
    assert_eq!(sizes, [3, 3, 1, 0]);
}

#[test]
fn an_add_may_bring_a_known_code_where_codes_repeat() {
    let sandbox = one_lead();
    let again = json!({ "empName": "甲", "code": "L1" });
    assert_eq!(sandbox.refusal("addSalesLeads", &again), "线索编码(code)已存在");
    set(&sandbox, json!({ "repeat_codes": ["classic"] }));
    sandbox.add("addSalesLeads", &again);
    assert_eq!(sandbox.query("querySalesLeads", &json!({ "code": "L1" })).len(), 2);
}

#[test]
fn codes_repeat_in_the_families_that_are_named_only() {
    let sandbox = one_lead();
    set(&sandbox, json!({ "repeat_codes": ["apaas"] }));
    let classic = json!({ "empName": "甲", "code": "L1" });
    assert_eq!(sandbox.refusal("addSalesLeads", &classic), "线索编码(code)已存在");
    let apaas = json!({ "company_name": "甲", "code": "L1" });
    sandbox.add("addSalesLeadsForApaas", &apaas);
    sandbox.add("addSalesLeadsForApaas", &apaas);
}

#[test]
fn queries_see_what_was_written_only_after_a_while() {
    let sandbox = one_lead();
    let found = || sandbox.query("querySalesLeads", &json!({ "linkman": "联系人1" }));
    assert_eq!(found().len(), 1);

    set(&sandbox, json!({ "visible_after_ms": 3_600_000 }));
    assert_eq!(found().len(), 0, "the lead is younger than an hour");
    assert_eq!(sandbox.query("querySalesLeads", &json!({ "code": "L1" })).len(), 0);
    let again = json!({ "empName": "甲", "code": "L1" });
    assert_eq!(sandbox.refusal("addSalesLeads", &again), "线索编码(code)已存在");

    // The clock goes on by two hours, and what comes now is not seen yet.
    set(&sandbox, json!({ "visible_after_ms": 3_600_000, "clock_offset_ms": 7_200_000 }));
    let tel = |tel| json!({ "code": "L1", "tel": tel });
    sandbox.call("modifySalesLeads", &tel("1"));
    assert_eq!(found()[0]["tel"], "02588888888", "as it was before the modification");
    sandbox.call("removeSalesLeads", &json!({ "code": "L1", "emp_id": "1" }));
    assert_eq!(found()[0]["tel"], "02588888888", "as it was before the removal");

    set(&sandbox, json!({}));
    assert_eq!(found().len(), 0);
}

#[test]
fn the_clock_of_the_service_can_differ() {
    let sandbox = Sandbox::start();
    set(&sandbox, json!({ "clock_offset_ms": 40 * 86_400_000_i64 }));
    sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": "L1" }));
    set(&sandbox, json!({}));
    sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": "L2" }));
    let created = |code| sandbox.kept(code)[0]["created_ms"].as_i64().expect("a time");
    assert!(created("L1") - created("L2") > 39 * 86_400_000);
}

#[test]
fn quirks_are_shown_as_they_are_set_and_what_is_left_out_is_the_default() {
    let sandbox = Sandbox::start();
    let defaults = json!({
        "response_data": "text", "return_code": "text", "ids": "text",
        "gzip": false, "page_cap": 1000, "bom": false, "repeat_codes": [],
        "visible_after_ms": 0, "clock_offset_ms": 0,
    });
    assert_eq!(sandbox.get("/_sandbox/quirks").json(), defaults);
    set(&sandbox, json!({ "bom": true }));
    assert_eq!(sandbox.get("/_sandbox/quirks").json()["bom"], true);
    set(&sandbox, json!({ "gzip": true }));
    assert_eq!(sandbox.get("/_sandbox/quirks").json()["bom"], false);
}

fn one_lead() -> Sandbox {
    let sandbox = Sandbox::start();
    sandbox.add("addSalesLeads", &sample("add", json!({ "code": "L1" })));
    sandbox
}

fn set(sandbox: &Sandbox, quirks: Value) {
    let raw = sandbox.put("/_sandbox/quirks", &quirks);
    assert_eq!(raw.status, 200, "{}", raw.text());
}

fn query(sandbox: &Sandbox) -> Raw {
    sandbox.try_call("querySalesLeads", &json!({ "code": "L1" })).expect("a reply")
}
