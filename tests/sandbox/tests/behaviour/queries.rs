//! Which leads a query finds, and in which order.

use serde_json::{Value, json};

use crate::client::Sandbox;

#[test]
fn each_condition_finds_exactly_the_leads_that_meet_it() {
    let sandbox = Sandbox::start();
    let lead = json!({ "code": "L1", "empName": "张三", "cus_name": "线索1", "linkman": "李", "mobile": "1" });
    let id = sandbox.add("addSalesLeads", &lead);
    sandbox.add("addSalesLeads", &json!({ "code": "L2", "poolName": "池" }));
    for condition in [
        json!({ "code": "L1" }),
        json!({ "id": id }),
        json!({ "id": id.parse::<u64>().expect("digits") }),
        json!({ "linkman": "李" }),
        json!({ "mobile": "1" }),
        json!({ "emp_name": "张三" }),
        json!({ "cus_name": "线索1" }),
        json!({ "salesleads_status": "1" }),
    ] {
        let found = sandbox.query("querySalesLeads", &condition);
        assert_eq!(codes(&found), ["L1"], "{condition}");
    }
    for condition in [
        json!({ "cus_name": "线索" }),
        json!({ "code": "L1", "emp_name": "李四" }),
        json!({ "salesleads_status": "5" }),
    ] {
        let found = sandbox.query("querySalesLeads", &condition);
        assert_eq!(found.len(), 0, "{condition}");
    }
    let unassigned = sandbox.query("querySalesLeads", &json!({ "salesleads_status": "6" }));
    assert_eq!(codes(&unassigned), ["L2"]);
    assert_eq!(unassigned[0]["status_value"], "未分配");
}

#[test]
fn days_are_those_of_shanghai_and_both_ends_count() {
    let sandbox = Sandbox::start();
    for (prefix, day) in [("A", "2025-12-31"), ("B", "2026-01-01"), ("C", "2026-01-02")] {
        let samples =
            json!({ "count": 1, "family": "classic", "code_prefix": prefix, "create_date": day });
        sandbox.command("/_sandbox/leads", &samples);
    }
    for (conditions, expected) in [
        (json!({ "create_time_start": "2026-01-01" }), &["B1", "C1"][..]),
        (json!({ "create_time_end": "2026-01-01" }), &["A1", "B1"]),
        (json!({ "modify_time_start": "2026-01-01", "modify_time_end": "2026-01-01" }), &["B1"]),
    ] {
        let found = sandbox.query("querySalesLeads", &conditions);
        assert_eq!(codes(&found), expected, "{conditions}");
    }
    let found = sandbox.query("querySalesLeads", &json!({ "code": "B1" }));
    assert_eq!(found[0]["create_time"], "2026-01-01 00:00");
}

#[test]
fn pages_follow_one_another_without_gap_or_overlap() {
    let sandbox = Sandbox::start();
    let samples = json!({ "count": 2500, "family": "classic", "code_prefix": "L" });
    assert_eq!(sandbox.command("/_sandbox/leads", &samples)["created"], 2500);

    let page = |page: u32| {
        let conditions = json!({ "create_time_start": "2020-01-01", "page": page });
        sandbox.query("querySalesLeads", &conditions)
    };
    let found: Vec<Value> = (1..=4).flat_map(page).collect();
    let expected: Vec<String> = (1..=2500).map(|number| format!("L{number}")).collect();
    assert_eq!(codes(&found), expected);
    assert_eq!(page(3).len(), 500);

    let conditions = json!({ "create_time_start": "2020-01-01", "page": 2, "pageSize": 3 });
    let found = sandbox.query("querySalesLeads", &conditions);
    assert_eq!(codes(&found), ["L4", "L5", "L6"]);
}

#[test]
fn sorts_order_leads_and_ties_keep_the_order_of_creation() {
    let sandbox = apaas_leads();
    let sorted = |sorts: Value| {
        let conditions = json!({ "create_time_start": "2020-01-01", "sorts": sorts });
        codes(&sandbox.query("querySalesLeadsForApaas", &conditions))
    };
    assert_eq!(sorted(json!([])), ["A", "B", "C", "D"]);
    let by = |key: &str, direction: &str| json!({ "field_key": key, "type": direction });
    assert_eq!(sorted(json!([by("create_time", "desc")])).len(), 4);
    assert_eq!(sorted(json!([by("code", "desc")])), ["D", "C", "B", "A"]);
    assert_eq!(sorted(json!([by("linkman", "asc")])), ["D", "A", "C", "B"]);
    assert_eq!(sorted(json!([by("linkman", "desc"), by("code", "desc")])), ["B", "C", "A", "D"]);
    assert_eq!(sorted(json!([by("field_amount__c", "asc")])), ["D", "B", "A", "C"]);
}

#[test]
fn groups_of_filters_are_joined_as_their_connectors_say() {
    let sandbox = apaas_leads();
    let found = |groups: Value| {
        let conditions = json!({ "query_group": groups });
        codes(&sandbox.query("querySalesLeadsForApaas", &conditions))
    };
    let group =
        |connector: &str, filters: Value| json!([{ "connector": connector, "filters": filters }]);
    let filter = |key: &str, operator: &str, values: Value| json!({ "field_key": key, "operator": operator, "field_values": values });
    let amount = |operator, value: &str| filter("field_amount__c", operator, json!([value]));
    let from_a = filter("linkman", "EQ", json!(["a"]));
    let code_b = filter("code", "EQ", json!(["B"]));

    assert_eq!(found(group("AND", json!([from_a]))), ["A", "C"]);
    assert_eq!(found(group("AND", json!([from_a, code_b]))), [""; 0]);
    assert_eq!(found(group("OR", json!([from_a, code_b]))), ["A", "B", "C"]);
    let either = json!({ "connector": "OR", "filters": [from_a, code_b] });
    let small = json!({ "connector": "AND", "filters": [amount("LT", "10")] });
    assert_eq!(found(json!([either, small])), ["A", "B"]);

    assert_eq!(found(group("AND", json!([filter("code", "EQ", json!(["A", "D"]))]))), ["A", "D"]);
    assert_eq!(found(group("AND", json!([amount("GE", "9.5")]))), ["A", "C"]);
    assert_eq!(found(group("AND", json!([amount("GT", "9.5")]))), ["C"]);
    assert_eq!(found(group("AND", json!([amount("LE", "9.5")]))), ["A", "B"]);
    assert_eq!(found(group("AND", json!([filter("field_amount__c", "ISN", json!([]))]))), ["D"]);
    let since =
        |operator, ms: &str| group("AND", json!([filter("create_time", operator, json!([ms]))]));
    assert_eq!(found(since("GT", "1617206400000")).len(), 4);
    assert_eq!(found(since("LT", "1617206400000")).len(), 0);
}

#[test]
fn filters_that_cannot_be_evaluated_are_refused() {
    let sandbox = Sandbox::start();
    for (filter, refusal) in [
        (
            json!({ "field_key": "code", "operator": "LIKE", "field_values": ["L"] }),
            "operator:不支持操作符LIKE",
        ),
        (
            json!({ "field_key": "colour", "operator": "EQ", "field_values": ["red"] }),
            "field_key:字段colour不存在",
        ),
        (
            json!({ "field_key": "code", "operator": "GT", "field_values": [] }),
            "field_values:字段值个数与操作符不符",
        ),
        (
            json!({ "field_key": "create_time", "operator": "GT", "field_values": ["2021-01-01"] }),
            "field_values:时间字段的值应为毫秒数",
        ),
        (
            json!({ "field_key": "code", "field_values": ["L"] }),
            "query_group[0].filters[0].operator(操作符):不能为空",
        ),
        (
            json!({ "field_key": "code", "operator": "EQ", "field_values": "L" }),
            "query_group[0].filters[0].field_values(字段值集合):类型错误",
        ),
    ] {
        let query = json!({ "query_group": [{ "connector": "AND", "filters": [filter] }] });
        assert_eq!(sandbox.refusal("querySalesLeadsForApaas", &query), refusal);
    }
}

fn apaas_leads() -> Sandbox {
    let sandbox = Sandbox::start();
    for (code, linkman, amount) in
        [("A", "a", "9.5"), ("B", "b", "3"), ("C", "a", "10"), ("D", "", "")]
    {
        let lead =
            json!({ "code": code, "linkman": linkman, "exts": { "field_amount__c": amount } });
        sandbox.add("addSalesLeadsForApaas", &lead);
    }
    sandbox
}

fn codes(records: &[Value]) -> Vec<String> {
    let code = |record: &Value| record["code"].as_str().expect("a code").to_owned();
    records.iter().map(code).collect()
}
