//! What a server does for an app without a key.

use qince_leads::{Endpoint, Error, Relayed};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::told::told;
use crate::{endpoint, operation};

/// Reads what an app sent, which may use the operations of these numbers. What it asks for is signed like any payload.
#[wasm_bindgen]
pub fn relayed(path: &str, body: &str, allow: Vec<usize>) -> Result<JsValue, Thrown> {
    let allowed = allow.into_iter().map(endpoint).collect::<Result<Vec<&Endpoint>, Error>>()?;
    let allowed: Vec<_> = allowed.iter().map(|endpoint| endpoint.name).collect();
    let relayed = Relayed::read(path, body, &allowed)?;
    Ok(told(&RelayedParts {
        operation: operation(relayed.operation()),
        msg_id: relayed.msg_id(),
        payload: relayed.payload(),
    }))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RelayedParts<'r> {
    operation: String,
    msg_id: &'r str,
    payload: &'r str,
}
