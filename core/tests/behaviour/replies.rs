//! Replies: any bytes end in a value or a typed error, and rows say the same however they are wrapped.

use proptest::prelude::*;
use qince_leads::meta::{Kind, Others, Shape};
use qince_leads::{
    AddApaasLead, AddLead, ApaasLead, Error, FollowUp, Lead, ModifyApaasLead, ModifyLead,
    Operation, Pages, Query, QueryApaasLeads, QueryLeads, RawReply, Record, RemoveLead,
};
use serde_json::{Value, json};

use crate::arbitrary;

/// Reads a reply as every operation, and checks that what comes is a value or an error of reading.
fn read_as_any(reply: &RawReply) -> Result<(), TestCaseError> {
    let errors = [
        AddLead::read(reply.clone()).err(),
        AddApaasLead::read(reply.clone()).err(),
        ModifyLead::read(reply.clone()).err(),
        ModifyApaasLead::read(reply.clone()).err(),
        RemoveLead::read(reply.clone()).err(),
        QueryLeads::read(reply.clone()).err(),
        QueryApaasLeads::read(reply.clone()).err(),
    ];
    for error in errors.into_iter().flatten() {
        match &error {
            Error::Malformed(malformed) => {
                prop_assert_eq!(&*malformed.body, reply.body.as_bytes());
            }
            Error::HttpStatus(status) => {
                prop_assert_eq!(&*status.body, reply.body.as_bytes());
            }
            other => prop_assert_eq!(other.code(), "rejected"),
        }
    }
    Ok(())
}

/// A reply whose data is text or JSON of rows that are nearly right.
fn nearly_a_reply() -> impl Strategy<Value = String> {
    let rows = prop::collection::vec(
        prop_oneof![arbitrary::of_shape(Lead::SHAPE), arbitrary::of_shape(ApaasLead::SHAPE)],
        0..3,
    );
    let data = prop_oneof![
        3 => rows.clone().prop_map(|rows| Value::from(Value::from(rows).to_string())),
        1 => rows.prop_map(Value::from),
        1 => arbitrary::json(),
        1 => arbitrary::text().prop_map(Value::from),
    ];
    data.prop_map(|data| json!({ "return_code": "0", "response_data": data }).to_string())
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_value_or_an_error(
        status in 100u16..600,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        read_as_any(&RawReply::new(status, body))?;
    }

    #[test]
    fn any_damage_to_a_reply_ends_in_a_value_or_an_error(
        reply in nearly_a_reply(),
        at in any::<prop::sample::Index>(),
        cut in 0usize..4,
        put in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut body = reply.into_bytes();
        let at = at.index(body.len());
        let end = body.len().min(at + cut);
        body.splice(at..end, put);
        read_as_any(&RawReply::new(200, body))?;
    }

    #[test]
    fn any_truncated_reply_is_malformed(
        reply in nearly_a_reply(),
        at in any::<prop::sample::Index>(),
    ) {
        let body = &reply.as_bytes()[..at.index(reply.len())];
        let read = QueryLeads::read(RawReply::new(200, body));
        prop_assert!(matches!(read, Err(Error::Malformed(_))));
    }

    #[test]
    fn leads_are_read_as_they_were_dumped(json in arbitrary::of_shape(Lead::SHAPE)) {
        check_record::<Lead>(&json)?;
    }

    #[test]
    fn apaas_leads_are_read_as_they_were_dumped(json in arbitrary::of_shape(ApaasLead::SHAPE)) {
        check_record::<ApaasLead>(&json)?;
    }

    #[test]
    fn follow_ups_are_read_as_they_were_dumped(json in arbitrary::of_shape(FollowUp::SHAPE)) {
        check_record::<FollowUp>(&json)?;
    }

    #[test]
    fn rows_say_the_same_however_they_are_wrapped(
        rows in prop::collection::vec(arbitrary::of_shape(Lead::SHAPE), 0..4),
    ) {
        check_wraps::<QueryLeads>(rows.into())?;
    }

    #[test]
    fn apaas_rows_say_the_same_however_they_are_wrapped(
        rows in prop::collection::vec(arbitrary::of_shape(ApaasLead::SHAPE), 0..4),
    ) {
        check_wraps::<QueryApaasLeads>(rows.into())?;
    }
}

fn check_record<R: Record + PartialEq + std::fmt::Debug>(
    json: &Value,
) -> Result<(), TestCaseError> {
    let record = R::from_json(&json.to_string())?;
    prop_assert_eq!(&R::from_json(&record.to_json())?, &record);
    // Nothing is lost but nulls, and nothing is made up.
    let dumped: Value = serde_json::from_str(&record.to_json())?;
    prop_assert_eq!(sorted(&dumped, R::SHAPE), sorted(json, R::SHAPE));
    Ok(())
}

/// A record's members by name, nulls of known members left out, and numbers as the record takes them.
fn sorted(json: &Value, shape: &'static Shape) -> Value {
    let members = json.as_object().into_iter().flatten();
    let mut members: Vec<_> = members
        .filter_map(|(name, value)| {
            let field = shape.fields.iter().find(|field| field.wire == name);
            let value = match field.map(|field| field.kind) {
                Some(_) if value.is_null() => return None,
                Some(Kind::One(part)) => sorted(value, part),
                Some(Kind::List(part)) => {
                    value.as_array()?.iter().map(|element| sorted(element, part)).collect()
                }
                None if value.is_number() && matches!(shape.others, Others::KeptAsTextWith(_)) => {
                    value.to_string().into()
                }
                _ => value.clone(),
            };
            Some((name.clone(), value))
        })
        .collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    Value::Object(members.into_iter().collect())
}

/// Rows as JSON, and as text in several spellings, in each holder.
fn check_wraps<Q: Query>(rows: Value) -> Result<(), TestCaseError>
where
    Q::Record: PartialEq + std::fmt::Debug,
{
    let compact = rows.to_string();
    let ascii = |text: &str| {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    };
    let spellings = [
        compact.clone(),
        Value::from(compact.as_str()).to_string(),
        Value::from(serde_json::to_string_pretty(&rows)?).to_string(),
        Value::from(compact.as_str()).to_string().replace('/', "\\/"),
        ascii(&compact),
        json!({ "total": 1, "rows": rows }).to_string(),
        Value::from(json!({ "list": rows }).to_string()).to_string(),
        Value::from(json!({ "data": rows, "more": [1] }).to_string()).to_string(),
    ];
    let read = |data: &str| -> Result<Vec<Q::Record>, Error> {
        let body = format!(r#"{{"response_data": {data}, "return_code": 0}}"#);
        Ok(Q::read(RawReply::new(200, body))?.iter().collect())
    };
    let expected = read(&compact)?;
    prop_assert_eq!(expected.len(), rows.as_array().map_or(0, Vec::len));
    for spelling in &spellings {
        prop_assert_eq!(&read(spelling)?, &expected, "{}", spelling);
    }
    Ok(())
}

#[test]
fn deep_nesting_ends_in_an_error() {
    let deep = ["[", "{\"a\":", "[{\"a\":"].map(|open| open.repeat(200_000));
    for deep in deep {
        for body in [
            deep.clone(),
            format!("{{\"return_code\":\"0\",\"response_data\":{deep}"),
            format!("{{\"return_code\":\"0\",\"response_data\":[{{\"x\":{deep}"),
            json!({ "return_code": "0", "response_data": deep }).to_string(),
            json!({ "return_code": "0", "response_data": format!("[{{\"x\":{deep}") }).to_string(),
        ] {
            let error = QueryLeads::read(RawReply::new(200, body)).unwrap_err();
            assert_eq!(error.code(), "malformed");
        }
    }
}

fn gzip(text: &[u8], times: usize) -> Vec<u8> {
    use std::io::Write;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..times {
        encoder.write_all(text).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_small_body_cannot_unfold_without_bound() {
    let bomb = gzip(&vec![0; 1 << 20], 65);
    let Err(Error::Malformed(malformed)) = QueryLeads::read(RawReply::new(200, bomb)) else {
        panic!("accepted");
    };
    assert_eq!(malformed.reason, "gzip that unfolds to more than 67108864 bytes");
}

#[test]
fn a_list_of_empty_records_does_not_take_memory_without_bound() {
    let rows = format!("[{}{{}}]", "{},".repeat(100_000));
    for data in [rows.clone(), Value::from(rows).to_string()] {
        let body = format!("{{\"return_code\":\"0\",\"response_data\":{data}}}");
        let read = QueryLeads::read(RawReply::new(200, body)).map(|page| page.len());
        let error = read.unwrap_err();
        assert_eq!(error.to_string(), "malformed: records that hold anything expected");
    }
}

#[test]
fn a_record_outlives_its_page_and_crosses_threads() {
    let reply = json!({ "return_code": "0", "response_data": [{ "id": 7, "labels": [{ "name": "重复" }] }] });
    let lead = {
        let page = QueryLeads::read(RawReply::new(200, reply.to_string())).unwrap();
        page.iter().next().unwrap()
    };
    let told = std::thread::spawn(move || {
        let name = lead.labels().next().and_then(|label| label.name().map(str::to_owned));
        (lead.id().map(str::to_owned), name)
    });
    assert_eq!(told.join().unwrap(), (Some("7".to_owned()), Some("重复".to_owned())));
}

#[test]
fn members_that_repeat_cost_no_more_than_others() {
    let many = 30_000;
    let odd = "\"linkman\":[],".repeat(many);
    let unknown: String = (0..many).map(|i| format!("\"x{i}\":{i},")).collect();
    let again = "\"x\":1,".repeat(many);
    let labels = format!("\"labels\":[{}{{}}],", "{\"color\":[]},".repeat(many));
    let parts = "\"labels\":[{\"color\":[]}],".repeat(many);
    let row = format!("{{{unknown}{odd}{again}{labels}{parts}\"linkman\":\"a\",\"id\":\"7\"}}");
    let body = format!("{{\"return_code\":\"0\",\"response_data\":[{row}]}}");
    let page = QueryLeads::read(RawReply::new(200, body)).unwrap();
    let lead = page.iter().next().unwrap();
    assert_eq!((lead.linkman(), lead.extra().count()), (Some("a"), many + 1));
    let faults: Vec<_> = page.faults().map(|fault| fault.path).collect();
    assert_eq!(faults, ["[0].labels[0].color"]);
}

#[test]
fn a_page_of_nothing_but_rows_that_are_no_leads_does_not_end_a_scan() {
    let mut pages = Pages::new(QueryLeads::new().code("c"));
    let mut turn = |rows: &str| {
        let body = format!(r#"{{"return_code":"0","response_data":{rows}}}"#);
        let taken = pages.take(QueryLeads::read(RawReply::new(200, body)).unwrap());
        (taken.map(|leads| leads.len()).ok(), pages.next_query().is_some())
    };
    assert_eq!(turn("[7]"), (Some(0), true));
    assert_eq!(turn(r#"[{"id":"1"}]"#), (Some(1), true));
    assert_eq!(turn("[]"), (Some(0), false));
}
