//! What a server does for an app without a key.

use qince_leads::dynamic::Object;
use qince_leads::{Endpoint, Error, Relayed};
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::{endpoint, operation};

/// Reads what an app sent, which may use the operations of these numbers. What it asks for is signed like any payload.
/// Answers with JSON text.
#[wasm_bindgen]
pub fn relayed(path: &str, body: &str, allow: Vec<usize>) -> Result<String, Thrown> {
    let allowed = allow.into_iter().map(endpoint).collect::<Result<Vec<&Endpoint>, Error>>()?;
    let allowed: Vec<_> = allowed.iter().map(|endpoint| endpoint.name).collect();
    let relayed = Relayed::read(path, body, &allowed)?;
    let mut told = Object::default();
    told.text("operation", &operation(relayed.operation()));
    told.text("msgId", relayed.msg_id());
    told.text("payload", relayed.payload());
    Ok(told.finish())
}
