//! The vendor's tables as data.

use qince_leads::meta::{Field, Kind, Shape};
use qince_leads::{Endpoint, FollowUp, Record};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::thrown::AllowedParts;
use crate::told::told;

/// The fields of the payload, record or part of this name, if there is one.
#[wasm_bindgen]
pub fn fields(name: &str) -> JsValue {
    let payloads = Endpoint::ALL.iter().map(|endpoint| endpoint.shape);
    let records = Endpoint::ALL.iter().filter_map(|endpoint| Some(endpoint.paging?.record));
    let shape =
        payloads.chain(records).chain([FollowUp::SHAPE]).find_map(|shape| within(shape, name));
    let Some(shape) = shape else { return JsValue::UNDEFINED };
    told(&shape.fields.iter().map(FieldParts::of).collect::<Vec<_>>())
}

/// The shape of this name: this one, or a part of it.
fn within(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    if shape.name == name {
        return Some(shape);
    }
    shape.fields.iter().filter_map(|field| field.kind.part()).find_map(|part| within(part, name))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldParts {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_chars: Option<usize>,
    allowed: Vec<AllowedParts>,
    required: bool,
}

impl FieldParts {
    fn of(field: &'static Field) -> Self {
        Self {
            name: field.wire,
            label: field.label,
            kind: kind(field.kind),
            part: field.kind.part().map(|part| part.name),
            max_chars: field.max_chars,
            allowed: field.allowed.iter().map(AllowedParts::from).collect(),
            required: field.required,
        }
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Count => "count",
        Kind::Json => "json",
        Kind::JsonList => "json_list",
        Kind::JsonMap => "json_map",
        Kind::MapOrRows(_) => "map_or_parts",
        Kind::One(_) => "part",
        Kind::List(_) => "parts",
        _ => "text",
    }
}
