//! Payloads: what is signed is what is sent, and JSON goes in and out unchanged.

use std::fmt::Debug;

use md5::{Digest, Md5};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use qince_leads::{
    Account, AddApaasLead, AddLead, Error, Json, ModifyApaasLead, ModifyLead, Operation,
    QueryApaasLeads, QueryLeads, RemoveLead, Stamp,
};
use serde_json::Value;

use crate::arbitrary;

/// One module of properties for each payload.
macro_rules! properties_of_payloads {
    ($($module:ident: $payload:ty;)+) => {
        $(mod $module {
            use super::*;

            #[test]
            fn many_random_payloads_can_be_signed() {
                let bodies = signed_bodies::<$payload>();
                assert!(bodies.len() >= SAMPLES / 3, "{} of {SAMPLES}", bodies.len());
            }

            proptest! {
                #[test]
                fn what_is_dumped_is_read_back(
                    json in arbitrary::of_shape(<$payload>::SHAPE)
                ) {
                    check_round_trip::<$payload>(&json)?;
                }

                #[test]
                fn what_is_signed_is_what_is_sent(
                    json in arbitrary::of_shape(<$payload>::SHAPE),
                    app_key in "[^\\pZ\\pC]([^\\pC]{0,18}[^\\pZ\\pC])?",
                    msg_id in "[^.].{0,19}",
                    now_ms in 0i64..4_000_000_000_000,
                ) {
                    check_signature::<$payload>(&json, &app_key, Stamp::new(now_ms, msg_id))?;
                }

                #[test]
                fn any_text_ends_in_a_payload_or_in_violations(text in ".{0,60}") {
                    let refused = <$payload>::from_json(&text).err();
                    prop_assert!(refused.is_none_or(|error| error.code() == "invalid_payload"));
                }

                #[test]
                fn any_json_ends_in_a_payload_or_in_violations(json in arbitrary::json()) {
                    let refused = <$payload>::from_json(&json.to_string()).err();
                    prop_assert!(refused.is_none_or(|error| error.code() == "invalid_payload"));
                }
            }
        })+
    };
}

properties_of_payloads! {
    add: AddLead;
    add_apaas: AddApaasLead;
    modify: ModifyLead;
    modify_apaas: ModifyApaasLead;
    remove: RemoveLead;
    query: QueryLeads;
    query_apaas: QueryApaasLeads;
}

/// How many payloads are drawn to see that the properties do not just meet refused ones.
const SAMPLES: usize = 200;

/// The bodies of those random payloads that can be signed, the same in every run.
fn signed_bodies<O: Operation>() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let strategy = arbitrary::of_shape(O::SHAPE);
    let mut draw = || strategy.new_tree(&mut runner).unwrap().current().to_string();
    let account = Account::new("openid", "key").unwrap();
    let sign = |json: String| account.sign(&O::from_json(&json).unwrap(), &Stamp::new(1, "m"));
    (0..SAMPLES).filter_map(|_| sign(draw()).ok()).map(|request| request.body).collect()
}

#[test]
fn random_queries_that_can_be_signed_ask_for_pages() {
    for bodies in [signed_bodies::<QueryLeads>(), signed_bodies::<QueryApaasLeads>()] {
        let with_page = |body: &String| {
            let body: Value = serde_json::from_str(body).unwrap();
            body.get("page").is_some()
        };
        assert!(bodies.iter().any(with_page));
    }
}

fn check_round_trip<O: Operation + PartialEq + Debug>(json: &Value) -> Result<(), TestCaseError> {
    let payload = O::from_json(&json.to_string())?;
    prop_assert_eq!(O::from_json(&payload.to_json())?, payload);
    Ok(())
}

fn check_signature<O: Operation>(
    json: &Value,
    app_key: &str,
    stamp: Stamp,
) -> Result<(), TestCaseError> {
    let account = Account::new("openid", app_key)?;
    let payload = O::from_json(&json.to_string())?;
    let request = match account.sign(&payload, &stamp) {
        Ok(request) => request,
        Err(Error::InvalidPayload(error)) => {
            prop_assert!(!error.violations.is_empty());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let segments: Vec<_> = request.url.split('/').collect();
    let [.., operation, openid, timestamp, digest, _msg_id] = segments[..] else {
        return Err(TestCaseError::fail(request.url.clone()));
    };
    let signed = format!("{}|{app_key}|{timestamp}", request.body);
    prop_assert_eq!(digest, hex::encode(Md5::digest(signed)));
    prop_assert_eq!((operation, openid), (O::PATH, "openid"));
    // The body is compact JSON of just what was given.
    let body: Value = serde_json::from_str(&request.body)?;
    prop_assert_eq!(&body.to_string(), &request.body);
    Ok(())
}

proptest! {
    #[test]
    fn json_is_what_serde_json_takes_for_it(
        json in arbitrary::json(),
        cut in any::<prop::sample::Index>(),
        put in "[\\[\\]{}:,\"\\\\0-9eE+.\\-a-u \n\u{1}]{0,3}",
    ) {
        let mut text = serde_json::to_string_pretty(&json)?;
        let at = cut.index(text.len() + 1);
        if text.is_char_boundary(at) {
            text.insert_str(at, &put);
        }
        // serde_json alone bounds numbers: it refuses 1e999.
        prop_assume!(!text.contains(['e', 'E']) || !put.contains(['e', 'E']));
        let expected = serde_json::from_str::<Value>(&text).ok();
        let parsed = Json::parse(&text).ok();
        let parsed = parsed.map(|json| serde_json::from_str(json.as_str())).transpose()?;
        prop_assert_eq!(parsed, expected);
    }
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let deep = open.repeat(200_000);
        assert_eq!(Json::parse(&deep).unwrap_err().code(), "malformed");
        let payload = format!("{{\"code\":\"c\",\"exts\":{deep}");
        assert_eq!(ModifyLead::from_json(&payload).unwrap_err().code(), "invalid_payload");
    }
}

#[test]
fn numbers_and_order_pass_through_unchanged() {
    let exts = r#"{"b":1.10,"a":123456789012345678901234567890,"c":-0.0e+5,"b2":null}"#;
    let json = format!(r#"{{"company_name":"x","exts":{exts},"extra":{{"z":1e2,"y":[null]}}}}"#);
    let body = AddApaasLead::from_json(&json).unwrap().to_body().unwrap();
    assert_eq!(body, format!(r#"{{"company_name":"x","exts":{exts},"z":1e2,"y":[null]}}"#));
}

#[test]
fn many_faults_are_reported_in_reasonable_time() {
    let rows = vec!["5"; 50_000].join(",");
    let error = AddLead::from_json(&format!(r#"{{"exts":[{rows}]}}"#)).unwrap_err();
    let Error::InvalidPayload(error) = error else { panic!("{error}") };
    assert_eq!(error.violations.len(), 100);
    assert!(error.more > 1000);
    assert!(error.to_string().ends_with(&format!("; and {} more", error.more)));
}

#[test]
fn an_extra_parameter_that_has_a_field_of_its_own_is_refused() {
    let lead = AddLead::new().emp_name("a").extra("cus_name", "b");
    let Err(Error::InvalidPayload(error)) = lead.to_body() else { panic!("accepted") };
    assert_eq!(error.violations.len(), 1);
    assert_eq!(error.violations[0].path, "extra.cus_name");
    assert_eq!(error.violations[0].rule.name(), "forbidden_if");
}

#[test]
fn a_stamp_that_cannot_be_written_is_refused() {
    let account = Account::new("o", "k").unwrap();
    let lead = AddLead::new().emp_name("a");
    for stamp in [Stamp::new(0, ""), Stamp::new(-1, "m"), Stamp::new(i64::MAX, "m")] {
        assert_eq!(account.sign(&lead, &stamp).unwrap_err().code(), "invalid_stamp");
    }
}

#[test]
fn payloads_go_through_serde() {
    let lead = AddLead::new().emp_name("a").extra("new", "b");
    let value = serde_json::to_value(&lead).unwrap();
    assert_eq!(value, serde_json::json!({ "empName": "a", "extra": { "new": "b" } }));
    assert_eq!(serde_json::from_value::<AddLead>(value).unwrap(), lead);
}

#[test]
fn serde_keeps_every_digit() {
    let json = r#"{"id":"1","exts":{"a":1.50,"b":123456789012345678901234}}"#;
    let lead: ModifyLead = serde_json::from_str(json).unwrap();
    assert_eq!(lead, ModifyLead::from_json(json).unwrap());
    assert_eq!(serde_json::to_string(&lead).unwrap(), lead.to_json());
}
