//! Small values on their way to JavaScript.

use qince_leads::Fault;
use qince_leads::dynamic::{Object, json_list};
use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;

/// A value, such as a tuple, which becomes an array.
pub(crate) fn told(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}

/// Bytes, which become a `Uint8Array`.
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// What came in another shape than its record has, as a list in JSON text.
pub(crate) fn faults(faults: &mut dyn Iterator<Item = Fault>) -> String {
    let faults = faults.map(|Fault { path, expected, .. }| {
        let mut told = Object::default();
        told.text("path", &path);
        told.text("expected", expected);
        told.finish()
    });
    json_list(&faults.collect::<Vec<_>>())
}
