//! Replies, and what they hold.

use js_sys::{Array, Uint32Array};
use qince_leads::dynamic::{Outcome, Rows};
use qince_leads::{Json, RawReply};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::endpoint;
use crate::thrown::Thrown;
use crate::told::{FaultParts, told};

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
    Ok(crossing(&endpoint(operation)?.read(reply)?))
}

/// A receipt as an object, its data as JSON text; of a page the stream of places, the text aside, the text, where it is
/// not the body, the message id, and the faults, if there are any.
pub(crate) fn crossing(outcome: &Outcome) -> JsValue {
    match outcome {
        Outcome::Page { msg_id, rows } => {
            let places = rows.places();
            let stream = Uint32Array::from(places.stream.as_slice());
            let (aside, text) = (places.aside.into(), places.text.into());
            Array::of5(&stream, &aside, &text, &msg_id.as_deref().into(), &faults(rows)).into()
        }
        Outcome::Receipt(receipt) => told(&ReceiptParts {
            msg_id: receipt.msg_id.as_deref(),
            id: receipt.id.as_deref(),
            data: receipt.data.as_ref().map(Json::as_str),
            settled: receipt.settled,
        }),
        _ => JsValue::UNDEFINED,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptParts<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'r str>,
    settled: bool,
}

/// What of a page is not as the vendor documents it, and of which of its records.
#[derive(Serialize)]
struct PageFaults {
    page: Vec<FaultParts>,
    leads: Vec<(usize, Vec<FaultParts>)>,
}

fn faults(rows: &Rows) -> JsValue {
    if rows.faults().len() == 0 {
        return JsValue::UNDEFINED;
    }
    let of_rows = rows.iter().map(|row| row.faults().map(FaultParts::from).collect::<Vec<_>>());
    told(&PageFaults {
        page: rows.faults().map(FaultParts::from).collect(),
        leads: of_rows.enumerate().filter(|(_, faults)| !faults.is_empty()).collect(),
    })
}
