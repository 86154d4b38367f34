//! Values on their way to Kotlin and Swift: one text, and where in it each lies.

use qince_leads::Json;
use qince_leads::dynamic::{Draft, Row, Spans};

use crate::draft::spans;
use crate::error::CoreError;
use crate::shape::Known;

/// Payloads, parts or records, as [`Spans`] gives them.
#[derive(uniffi::Record)]

pub struct CoreTable {
    /// The text that all values lie in, UTF-8.
    pub text: Vec<u8>,
    /// Where everything lies, in words of four bytes, the lowest first.
    pub places: Vec<u8>,
}

impl From<Spans> for CoreTable {
    fn from(spans: Spans) -> Self {
        let places = spans.stream.iter().flat_map(|word| word.to_le_bytes()).collect();
        Self { text: spans.text, places }
    }
}

/// Reads a payload, a part of one or a record from JSON with the vendor's names.
#[uniffi::export]
pub fn parse(shape: &str, json: &str) -> Result<CoreTable, CoreError> {
    Ok(match Known::named(shape)? {
        Known::Given(shape) => {
            spans(&Draft::from_json(json, shape).map_err(qince_leads::Error::from)?)
        }
        Known::Returned(shape) => Row::from_json(json, shape)?.spans(),
    }
    .into())
}

/// Sees whether a text is one JSON value.
#[uniffi::export]
pub fn check_json(json: &str) -> Result<(), CoreError> {
    Json::parse(json)?;
    Ok(())
}
