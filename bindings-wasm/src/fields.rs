//! The vendor's tables as data.

use qince_leads::dynamic::{Object, json_list};
use qince_leads::meta::{Field, Kind, Shape};
use qince_leads::{Endpoint, FollowUp, Record};
use wasm_bindgen::prelude::*;

use crate::thrown::allowed;

/// The fields of the payload, record or part of this name, if there is one, as JSON text.
#[wasm_bindgen]
pub fn fields(name: &str) -> Option<String> {
    let payloads = Endpoint::ALL.iter().map(|endpoint| endpoint.shape);
    let records = Endpoint::ALL.iter().filter_map(|endpoint| Some(endpoint.paging?.record));
    let shape =
        payloads.chain(records).chain([FollowUp::SHAPE]).find_map(|shape| within(shape, name))?;
    Some(json_list(&shape.fields.iter().map(told).collect::<Vec<_>>()))
}

/// The shape of this name: this one, or a part of it.
fn within(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    if shape.name == name {
        return Some(shape);
    }
    shape.fields.iter().filter_map(|field| field.kind.part()).find_map(|part| within(part, name))
}

fn told(field: &Field) -> String {
    let mut told = Object::default();
    told.text("name", field.wire);
    told.text("label", field.label);
    told.text("kind", kind(field.kind));
    told.text_if("part", field.kind.part().map(|part| part.name));
    if let Some(max_chars) = field.max_chars {
        told.number("maxChars", max_chars as u64);
    }
    told.json("allowed", &allowed(field.allowed));
    told.flag("required", field.required);
    told.finish()
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
