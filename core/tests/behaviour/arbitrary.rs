//! Random payloads and records, made from their own tables.

use proptest::prelude::*;
use qince_leads::meta::{Field, Format, Kind, Others, Shape};
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

/// JSON of the right shape, with any of its fields in any order. Most of it is valid, but it may break
/// every rule besides the shape.
pub(crate) fn of_shape(shape: &'static Shape) -> BoxedStrategy<Value> {
    let fields: Vec<_> =
        shape.fields.iter().map(|field| (Just(field.wire), value(field))).collect();
    let count = fields.len();
    let order = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
    let members = (fields, order, 0..=count, mostly());
    let known = members.prop_map(|(members, order, taken, with_required)| {
        let is_given =
            |&(i, at): &(usize, usize)| i < taken || (with_required && shape.fields[at].required);
        let given = order.into_iter().enumerate().filter(is_given);
        let given = given.map(|(_, at)| members[at].clone());
        given.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()
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

fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.95)
}

fn value(field: &'static Field) -> BoxedStrategy<Value> {
    let given = match field.kind {
        Kind::Text => text_of(field).prop_map(Value::from).boxed(),
        Kind::Id => id(field),
        Kind::Count => prop_oneof![9 => 1..=i64::from(i32::MAX), 1 => any::<i64>()]
            .prop_map(Value::from)
            .boxed(),
        Kind::Json => json().boxed(),
        Kind::JsonList => prop::collection::vec(json(), 0..3).prop_map(Value::from).boxed(),
        Kind::JsonMap => json_object().boxed(),
        Kind::MapOrRows(row) => prop_oneof![json_object(), rows(row)].boxed(),
        Kind::One(part) => of_shape(part),
        Kind::List(part) => rows(part),
        kind => panic!("no strategy for {kind:?}"),
    };
    let weight = if field.required { 39 } else { 9 };
    prop_oneof![weight => given, 1 => Just(Value::Null)].boxed()
}

fn id(field: &'static Field) -> BoxedStrategy<Value> {
    if field.format == Some(Format::Integer64) {
        let number = (0..=i64::MAX).prop_map(Value::from);
        return prop_oneof![6 => text_of(field).prop_map(Value::from), 4 => number].boxed();
    }
    prop_oneof![
        text_of(field).prop_map(Value::from),
        // Past 64 signed bits, but not past what a `Value` keeps as an integer.
        "[1-9][0-9]{0,18}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
    ]
    .boxed()
}

/// Text that mostly keeps to the field's own rules.
fn text_of(field: &'static Field) -> BoxedStrategy<String> {
    if !field.allowed.is_empty() {
        let allowed = field.allowed.iter().map(|allowed| allowed.value.to_owned());
        let choice = prop::sample::select(allowed.chain([String::new()]).collect::<Vec<_>>());
        return prop_oneof![9 => choice, 1 => text()].boxed();
    }
    match (field.format, field.max_chars) {
        (Some(Format::Date), _) => prop_oneof![9 => date(), 1 => text()].boxed(),
        (Some(Format::Integer64), _) => {
            let digits = (0..=i64::MAX).prop_map(|number| number.to_string());
            prop_oneof![9 => digits, 1 => text()].boxed()
        }
        (None, _) if field.required => prop_oneof![39 => "[a-z_]{1,12}", 1 => text()].boxed(),
        (None, Some(max)) => prop_oneof![
            500 => text(),
            5 => "[线é😀a]".prop_map(move |character| character.repeat(max)),
            2 => "[线é😀a]".prop_map(move |character| character.repeat(max + 1)),
        ]
        .boxed(),
        _ => text().boxed(),
    }
}

/// A day that every month has, or one that only some years have.
fn date() -> impl Strategy<Value = String> {
    let day = (1990..2040u16, 1..=12u8, 1..=28u8);
    prop_oneof![
        19 => day.prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}")),
        1 => (0..100u16).prop_map(|year| format!("{}-02-29", 2000 + year)),
    ]
}

fn rows(shape: &'static Shape) -> BoxedStrategy<Value> {
    prop::collection::vec(of_shape(shape), 0..3).prop_map(Value::from).boxed()
}
