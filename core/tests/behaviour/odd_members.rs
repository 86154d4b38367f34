//! Records whose members have any shape: nothing is lost, nothing stops the page, and every fault is listed.

use proptest::prelude::*;
use qince_leads::meta::{Kind, Others, Shape};
use qince_leads::{
    ApaasLead, FollowUp, Lead, Query, QueryApaasLeads, QueryLeads, RawReply, Record,
};
use serde_json::{Map, Value, json};

use crate::arbitrary;

/// A row of which most members are as they should be, and some are anything.
fn odd_row(shape: &'static Shape) -> impl Strategy<Value = Value> {
    let names: Vec<_> = shape.fields.iter().map(|field| field.wire).collect();
    let parts: Vec<_> = shape.fields.iter().filter_map(|field| field.kind.part()).collect();
    let nested = match parts.is_empty() {
        true => arbitrary::json().boxed(),
        false => prop::sample::select(parts)
            .prop_flat_map(|part| {
                let members = prop::sample::select(
                    part.fields.iter().map(|field| field.wire).collect::<Vec<_>>(),
                );
                prop::collection::vec((members, arbitrary::json()), 0..3).prop_map(object)
            })
            .boxed(),
    };
    let value = prop_oneof![
        2 => arbitrary::json(),
        1 => nested.clone(),
        1 => prop::collection::vec(nested, 0..3).prop_map(Value::from),
        1 => prop::sample::select(vec![json!(""), json!([]), json!({}), json!([[]]), json!([{}, 1])]),
    ];
    let odd = prop::collection::vec((prop::sample::select(names), value), 0..4).prop_map(object);
    (arbitrary::of_shape(shape), odd).prop_map(|(mut row, odd)| {
        row.as_object_mut().unwrap().extend(odd.as_object().unwrap().clone());
        row
    })
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What a record is to give back of this object, and what it is to list.
fn expected(
    row: &Map<String, Value>,
    shape: &Shape,
    path: &str,
    faults: &mut Vec<String>,
) -> Value {
    let mut given_back = Map::new();
    for (name, value) in row {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let field = shape.fields.iter().find(|field| field.wire == name);
        let literal = || match value {
            Value::String(_) => value.clone(),
            literal => literal.to_string().into(),
        };
        let nothing = [json!(""), json!([]), json!({})].contains(value);
        let value = match (field.map(|field| field.kind), value) {
            (Some(_), Value::Null) => continue,
            (Some(Kind::Text), Value::String(_) | Value::Number(_) | Value::Bool(_)) => literal(),
            (Some(Kind::One(part)), Value::Object(members)) => {
                expected(members, part, &path, faults)
            }
            (Some(Kind::List(part)), Value::Array(rows)) if rows.iter().all(Value::is_object) => {
                let rows =
                    rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.as_object()?)));
                rows.map(|(i, row)| expected(row, part, &format!("{path}[{i}]"), faults)).collect()
            }
            (Some(Kind::JsonMap), Value::Object(_)) => value.clone(),
            (Some(kind), value) => {
                if kind == Kind::Text || !nothing {
                    faults.push(path);
                }
                value.clone()
            }
            (None, Value::Number(_)) if matches!(shape.others, Others::KeptAsTextWith(_)) => {
                literal()
            }
            (None, Value::Bool(_)) => match shape.others {
                Others::KeptAsTextWith(prefix) if name.starts_with(prefix) => literal(),
                _ => value.clone(),
            },
            (None, value) => value.clone(),
        };
        given_back.insert(name.clone(), value);
    }
    Value::Object(given_back)
}

fn check_record<R: Record>(row: &Value) -> Result<(), TestCaseError> {
    let record = R::from_json(&row.to_string())?;
    let mut faults = Vec::new();
    let expected = expected(row.as_object().unwrap(), R::SHAPE, "", &mut faults);
    prop_assert_eq!(serde_json::from_str::<Value>(&record.to_json())?, expected);
    check_faults(record.faults().map(|fault| fault.path).collect(), faults)
}

fn check_faults(mut told: Vec<String>, mut expected: Vec<String>) -> Result<(), TestCaseError> {
    told.sort();
    expected.sort();
    prop_assert_eq!(told, expected);
    Ok(())
}

fn check_page<Q: Query>(rows: &[Value], as_text: bool) -> Result<(), TestCaseError> {
    let data = Value::from(rows.to_vec());
    let data = if as_text { data.to_string().into() } else { data };
    let reply = json!({ "return_code": "0", "response_data": data }).to_string();
    let page = Q::read(RawReply::new(200, reply))?;
    let mut faults = Vec::new();
    let mut leads = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        match row.as_object() {
            Some(row) => {
                let mut of_row = Vec::new();
                leads.push(expected(row, Q::Record::SHAPE, "", &mut of_row));
                faults.extend(of_row.into_iter().map(|path| format!("[{i}].{path}")));
            }
            None => faults.push(format!("[{i}]")),
        }
    }
    let told = page.iter().map(|lead| serde_json::from_str::<Value>(&lead.to_json()));
    prop_assert_eq!(told.collect::<Result<Vec<_>, _>>()?, leads);
    check_faults(page.faults().map(|fault| fault.path).collect(), faults)
}

fn rows(shape: &'static Shape) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![6 => odd_row(shape), 1 => arbitrary::json()], 0..5)
}

proptest! {
    #[test]
    fn of_a_lead_nothing_is_lost_and_every_fault_is_listed(row in odd_row(Lead::SHAPE)) {
        check_record::<Lead>(&row)?;
    }

    #[test]
    fn nor_of_an_apaas_lead(row in odd_row(ApaasLead::SHAPE)) {
        check_record::<ApaasLead>(&row)?;
    }

    #[test]
    fn nor_of_a_follow_up(row in odd_row(FollowUp::SHAPE)) {
        check_record::<FollowUp>(&row)?;
    }

    #[test]
    fn nor_of_a_page(rows in rows(Lead::SHAPE), as_text in any::<bool>()) {
        check_page::<QueryLeads>(&rows, as_text)?;
    }

    #[test]
    fn nor_of_an_apaas_page(rows in rows(ApaasLead::SHAPE), as_text in any::<bool>()) {
        check_page::<QueryApaasLeads>(&rows, as_text)?;
    }
}
