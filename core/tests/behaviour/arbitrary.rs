//! Random payloads and records, made from their own tables.

use proptest::prelude::*;
use qince_leads::meta::{Field, Kind, Others, Shape};
use serde_json::{Map, Value};

/// Text of all that JSON can be clumsy about.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        "[线索跟进😀\u{2028}é]{0,6}",
        "[\"\\\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}&=%+|]{0,6}",
        any::<String>(),
    ]
}

/// Any JSON value.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn json_object() -> impl Strategy<Value = Value> {
    prop::collection::vec((text(), json()), 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// JSON of the right shape, with any of its fields in any order; it may break every other rule.
pub(crate) fn of_shape(shape: &'static Shape) -> BoxedStrategy<Value> {
    let fields: Vec<_> =
        shape.fields.iter().map(|field| (Just(field.wire), value(field))).collect();
    let count = fields.len();
    let members = (fields, Just((0..count).collect::<Vec<_>>()).prop_shuffle(), 0..=count);
    let known = members.prop_map(|(members, order, taken)| {
        let taken = order.into_iter().take(taken).map(|at| members[at].clone());
        taken.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()
    });
    let others = match shape.others {
        Others::Extra => prop::option::of(json_object())
            .prop_map(|extra| extra.map(|extra| ("extra".to_owned(), extra)).into_iter().collect())
            .boxed(),
        Others::Refused => Just(Map::new()).boxed(),
        _ => prop::collection::vec(("x_[a-z]{1,3}", json()), 0..3)
            .prop_map(|members| members.into_iter().collect())
            .boxed(),
    };
    (known, others)
        .prop_map(|(mut known, others): (Map<_, _>, Map<_, _>)| {
            known.extend(others);
            Value::Object(known)
        })
        .boxed()
}

fn value(field: &'static Field) -> BoxedStrategy<Value> {
    let given = match field.kind {
        Kind::Text => text().prop_map(Value::from).boxed(),
        Kind::Id => {
            prop_oneof![text().prop_map(Value::from), any::<i64>().prop_map(Value::from)].boxed()
        }
        Kind::Count => any::<i64>().prop_map(Value::from).boxed(),
        Kind::Json => json().boxed(),
        Kind::JsonList => prop::collection::vec(json(), 0..3).prop_map(Value::from).boxed(),
        Kind::JsonMap => json_object().boxed(),
        Kind::MapOrRows(row) => prop_oneof![json_object(), rows(row)].boxed(),
        Kind::One(part) => of_shape(part),
        Kind::List(part) => rows(part),
        kind => panic!("no strategy for {kind:?}"),
    };
    prop_oneof![9 => given, 1 => Just(Value::Null)].boxed()
}

fn rows(shape: &'static Shape) -> BoxedStrategy<Value> {
    prop::collection::vec(of_shape(shape), 0..3).prop_map(Value::from).boxed()
}
