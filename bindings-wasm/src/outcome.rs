//! Replies, and what they hold.

use js_sys::{Array, Uint32Array};
use qince_leads::dynamic::Outcome;
use qince_leads::{Endpoint, RawReply};
use wasm_bindgen::prelude::*;

use crate::endpoint;
use crate::object::Object;
use crate::thrown::Thrown;

/// Reads a reply whose body is text.
#[wasm_bindgen(js_name = readText)]
pub fn read_text(operation: usize, status: u16, body: String) -> Result<JsValue, Thrown> {
    read(operation, RawReply::new(status, body))
}

/// Reads a reply whose body is bytes, compressed or not.
#[wasm_bindgen(js_name = readBytes)]
pub fn read_bytes(operation: usize, status: u16, body: Vec<u8>) -> Result<JsValue, Thrown> {
    read(operation, RawReply::new(status, body))
}

fn read(operation: usize, reply: RawReply) -> Result<JsValue, Thrown> {
    let endpoint = endpoint(operation)?;
    Ok(crossing(endpoint, &endpoint.read(reply)?))
}

/// A receipt as JSON text; of a page the stream of places, the text aside, and the text, where it is not the
/// body.
pub(crate) fn crossing(endpoint: &Endpoint, outcome: &Outcome) -> JsValue {
    if endpoint.paging.is_none() {
        let mut receipt = Object::default();
        receipt.text_if("msgId", outcome.receipt.msg_id.as_deref());
        receipt.text_if("id", outcome.receipt.id.as_deref());
        return receipt.finish().into();
    }
    let places = outcome.rows.places();
    let stream = Uint32Array::from(places.stream.as_slice());
    Array::of3(&stream, &places.aside.into(), &places.text.into()).into()
}
