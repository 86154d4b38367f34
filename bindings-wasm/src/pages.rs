//! Scans over all pages of a query.

use qince_leads::dynamic;
use wasm_bindgen::prelude::*;

use crate::endpoint;
use crate::thrown::Thrown;

/// A scan over all pages of a query.
#[wasm_bindgen(js_name = CorePages)]
pub struct Pages(dynamic::Pages);

#[wasm_bindgen(js_class = CorePages)]
impl Pages {
    /// A scan from the query's page, or from the first.
    #[wasm_bindgen(constructor)]
    pub fn new(operation: usize, payload: &str) -> Result<Self, Thrown> {
        Ok(Self(dynamic::Pages::new(endpoint(operation)?, payload)?))
    }

    /// Goes on with a scan of this query that was saved.
    pub fn resume(operation: usize, text: &str) -> Result<Self, Thrown> {
        Ok(Self(dynamic::Pages::resume(text, Some(endpoint(operation)?.name))?))
    }

    /// The scan as text, if it has not ended.
    pub fn save(&self) -> Option<String> {
        self.0.save()
    }

    /// The payload of the query for the next page, as JSON text.
    pub fn next(&self) -> Option<String> {
        self.0.next_query()
    }

    /// Takes of each lead of a page its id, or all that it says, and whether the page is empty; answers with 1 for each
    /// that is new.
    pub fn take(&mut self, identities: Vec<String>, is_empty: bool) -> Result<Vec<u8>, Thrown> {
        Ok(self.0.take(&identities, is_empty)?.into_iter().map(u8::from).collect())
    }
}
