//! Every operation, record and push has vectors.

use std::fs;
use std::path::Path;

use qince_leads::Endpoint;
use qince_leads::dynamic::Push;
use serde_json::Value;

/// The project's own cases.
fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    files
        .flat_map(|path| {
            let suite: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            suite["cases"].as_array().unwrap().clone()
        })
        .collect()
}

#[test]
fn every_operation_is_signed_read_and_called_and_every_query_turned() {
    let cases = cases();
    let has = |kind: &str, op: &str, succeeds: &dyn Fn(&Value) -> bool| {
        cases.iter().any(|case| case["kind"] == kind && case["op"] == op && succeeds(case))
    };
    for endpoint in Endpoint::ALL.iter().copied().chain([&Endpoint::OTHER]) {
        let op = endpoint.name;
        assert!(has("sign", op, &|case| case["expect"]["body"].is_string()), "sign {op}");
        assert!(has("sign", op, &|case| case["expect"]["violations"].is_array()), "refuse {op}");
        // Of a query, one with a record in it.
        let reads = |case: &Value| match endpoint.paging {
            Some(_) => case["expect"]["ok"]["leads"][0].is_object(),
            None => case["expect"]["ok"].is_object(),
        };
        assert!(has("reply", op, &reads), "reply {op}");
        assert!(has("call", op, &|_| true), "call {op}");
        assert_eq!(has("pages", op, &|_| true), endpoint.paging.is_some(), "pages {op}");
    }
}

#[test]
fn every_push_is_verified() {
    let cases = cases();
    for push in Push::ALL {
        let is_of_it = |case: &&Value| case["expect"]["ok"]["data_type"] == push.data_type;
        assert!(cases.iter().any(|case| is_of_it(&case)), "{}", push.data_type);
    }
}
