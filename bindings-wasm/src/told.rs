//! Small values on their way to JavaScript.

use qince_leads::Fault;
use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;

/// A value as a plain object, without members for what is absent.
pub(crate) fn told(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}

/// What came in another shape than its record has.
#[derive(Serialize)]
pub(crate) struct FaultParts {
    path: String,
    expected: &'static str,
}

impl From<Fault> for FaultParts {
    fn from(Fault { path, expected, .. }: Fault) -> Self {
        Self { path, expected }
    }
}

/// Bytes, which become a `Uint8Array`.
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}
