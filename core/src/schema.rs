//! JSON Schema of payloads and records, from their tables.

use serde_json::{Map, Value, json};

use crate::meta::{Field, FieldsRule, Format, Kind, Others, Shape};

/// The JSON Schema (draft 2020-12) of a shape: what its `from_json` takes.
///
/// Of payloads it holds every rule but three, which JSON Schema cannot say: the order of dates, that the digits of
/// an id fit 64 bits, and how long an id that is given as an integer may be. An empty text, list or map counts as not
/// given here too.
#[must_use]
pub fn of(shape: &'static Shape) -> Value {
    let mut schema = object(shape);
    let mut head = Map::new();
    head.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    head.insert("title".to_owned(), shape.name.into());
    head.append(&mut schema);
    Value::Object(head)
}

fn object(shape: &'static Shape) -> Map<String, Value> {
    let is_payload = matches!(shape.others, Others::Extra | Others::Refused);
    let mut properties = Map::new();
    for field in shape.fields {
        let described = if is_payload { given(field) } else { returned(field) };
        properties.insert(field.wire.to_owned(), described);
    }
    if shape.others == Others::Extra {
        let doc = "Parameters that the SDK does not know, sent after the known ones.";
        properties.insert("extra".to_owned(), json!({ "description": doc, "type": "object" }));
    }
    let mut schema = Map::new();
    schema.insert("description".to_owned(), description(shape.label, shape.doc));
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if is_payload {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    let mut rules: Vec<Value> = Vec::new();
    let required = shape.fields.iter().filter(|field| field.required);
    rules.extend(required.map(not_empty));
    rules.extend(shape.rules.iter().filter_map(|rule| fields_rule(shape, rule)));
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), rules.into());
    }
    schema
}

fn description(label: &str, doc: &str) -> Value {
    let doc = doc.split('\n').map(str::trim).filter(|line| !line.is_empty());
    format!("{label}: {}", doc.collect::<Vec<_>>().join(" ")).into()
}

/// A field of a payload: null counts as not given.
fn given(field: &Field) -> Value {
    let mut schema = match field.kind {
        Kind::Text => json!({ "type": ["string", "null"] }),
        Kind::Id => json!({ "type": ["string", "integer", "null"] }),
        Kind::Count => json!({ "type": ["integer", "null"], "minimum": 1, "maximum": i32::MAX }),
        Kind::Json => json!({}),
        Kind::JsonList => json!({ "type": ["array", "null"] }),
        Kind::JsonMap => json!({ "type": ["object", "null"] }),
        Kind::MapOrRows(row) => {
            json!({ "anyOf": [{ "type": "array", "items": object(row) }, { "type": ["object", "null"] }] })
        }
        Kind::One(part) => json!({ "anyOf": [object(part), { "type": "null" }] }),
        Kind::List(part) => json!({ "type": ["array", "null"], "items": object(part) }),
    };
    schema["description"] = description(field.label, field.doc);
    if let Some(max) = field.max_chars {
        schema["maxLength"] = max.into();
    }
    if !field.allowed.is_empty() {
        let values = field.allowed.iter().map(|allowed| Value::from(allowed.value));
        schema["enum"] = values.chain(["".into(), Value::Null]).collect();
    }
    match field.format {
        Some(Format::Date) => {
            let digits = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
            schema["anyOf"] =
                json!([{ "enum": ["", null] }, { "format": "date", "pattern": digits }]);
        }
        Some(Format::Integer64) => {
            schema["pattern"] = r"^(0|[1-9][0-9]{0,18})?$".into();
            schema["minimum"] = 0.into();
            schema["maximum"] = i64::MAX.into();
        }
        None => {}
    }
    schema
}

/// A member of a record: null counts as absent, and literals as text.
fn returned(field: &Field) -> Value {
    let mut schema = match field.kind {
        Kind::One(record) => json!({ "anyOf": [object(record), { "type": "null" }] }),
        Kind::List(record) => json!({ "type": ["array", "null"], "items": object(record) }),
        Kind::JsonMap => json!({ "type": ["object", "null"] }),
        _ => json!({ "type": ["string", "number", "boolean", "null"] }),
    };
    schema["description"] = description(field.label, field.doc);
    schema
}

/// Says that a field is there and holds more than null or an empty text, list or map.
fn not_empty(field: &Field) -> Value {
    let nothing = json!({ "enum": [null, "", [], {}] });
    json!({ "required": [field.wire], "properties": { field.wire: { "not": nothing } } })
}

fn fields_rule(shape: &Shape, rule: &FieldsRule) -> Option<Value> {
    let any_of = |fields: &mut dyn Iterator<Item = &Field>| {
        let any: Vec<_> = fields.map(not_empty).collect();
        json!({ "anyOf": any })
    };
    let decided = |when: usize, is: &str| {
        let when = shape.fields[when].wire;
        json!({ "required": [when], "properties": { when: { "const": is } } })
    };
    Some(match *rule {
        FieldsRule::OneOf(fields) => any_of(&mut fields.iter().map(|&at| &shape.fields[at])),
        FieldsRule::OneBesides(ignored) => {
            let counting = (0..shape.fields.len()).filter(|at| !ignored.contains(at));
            let mut rule = any_of(&mut counting.map(|at| &shape.fields[at]));
            let extra =
                json!({ "required": ["extra"], "properties": { "extra": { "minProperties": 1 } } });
            rule["anyOf"].as_array_mut()?.push(extra);
            rule
        }
        FieldsRule::RequiredIf { field, when, is } => {
            json!({ "if": decided(when, is), "then": not_empty(&shape.fields[field]) })
        }
        FieldsRule::ForbiddenIf { field, when, is } => {
            json!({ "if": decided(when, is), "then": { "not": not_empty(&shape.fields[field]) } })
        }
        FieldsRule::DateOrder { .. } => return None,
    })
}
