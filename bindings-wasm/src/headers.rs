//! Headers that a user adds to requests.

use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;

/// Throws where a request may not have this header.
#[wasm_bindgen(js_name = checkHeader)]
pub fn check_header(name: &str, value: &str) -> Result<(), Thrown> {
    Ok(qince_leads::check_header(name, value)?)
}
