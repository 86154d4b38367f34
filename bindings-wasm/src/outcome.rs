//! Replies, and what they hold.

use js_sys::{Array, Uint8Array, Uint32Array};
use qince_leads::dynamic::{Object, Outcome, Rows};
use qince_leads::{Body, RawReply, Receipt};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::endpoint;
use crate::thrown::Thrown;
use crate::told;

/// Reads a reply whose body is text, or bytes, compressed or not.
#[wasm_bindgen]
pub fn read(operation: usize, status: u16, body: &JsValue) -> Result<JsValue, Thrown> {
    Ok(crossing(&endpoint(operation)?.read(reply(status, body))?))
}

/// A reply with this body, which the package has seen to be text or a `Uint8Array`.
pub(crate) fn reply(status: u16, body: &JsValue) -> RawReply {
    let bytes = || Body::Bytes(body.unchecked_ref::<Uint8Array>().to_vec());
    RawReply::new(status, body.as_string().map_or_else(bytes, Body::Text))
}

/// A receipt as JSON text; of a page the stream of places, the text aside, the text, where it is not the body, the
/// message id, and the faults, if there are any.
pub(crate) fn crossing(outcome: &Outcome) -> JsValue {
    match outcome {
        Outcome::Page { msg_id, rows } => {
            let places = rows.places();
            let stream = Uint32Array::from(places.stream.as_slice());
            let (aside, text) = (places.aside.into(), places.text.into());
            Array::of5(&stream, &aside, &text, &msg_id.as_deref().into(), &faults(rows)).into()
        }
        Outcome::Receipt(receipt) => said(receipt).into(),
        _ => JsValue::UNDEFINED,
    }
}

fn said(receipt: &Receipt) -> String {
    let mut said = Object::default();
    said.text_if("msgId", receipt.msg_id.as_deref());
    said.text_if("id", receipt.id.as_deref());
    if let Some(data) = &receipt.data {
        said.json("data", data.as_str());
    }
    said.flag("settled", receipt.settled);
    if receipt.existed {
        said.flag("existed", true);
    }
    said.finish()
}

/// What of a page is not as the vendor documents it, and of which of its records, as JSON text.
fn faults(rows: &Rows) -> JsValue {
    if rows.faults().len() == 0 {
        return JsValue::UNDEFINED;
    }
    let mut of_records = Object::default();
    for (place, row) in rows.iter().enumerate() {
        if row.faults().next().is_some() {
            of_records.json(&place.to_string(), &told::faults(&mut row.faults()));
        }
    }
    let mut faults = Object::default();
    faults.json("page", &told::faults(&mut rows.faults()));
    faults.json("leads", &of_records.finish());
    faults.finish().into()
}
