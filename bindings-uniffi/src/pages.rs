//! Scans over all pages of a query.

use std::sync::{Arc, Mutex, PoisonError};

use qince_leads::dynamic;

use crate::endpoint;
use crate::error::CoreError;

/// A scan over all pages of a query.
#[derive(uniffi::Object)]
pub struct CorePages(Mutex<dynamic::Pages>);

#[uniffi::export]
impl CorePages {
    /// A scan from the query's page, or from the first.
    #[uniffi::constructor]
    pub fn new(operation: &str, payload: &str) -> Result<Arc<Self>, CoreError> {
        let pages = dynamic::Pages::new(endpoint(operation)?, payload)?;
        Ok(Arc::new(Self(Mutex::new(pages))))
    }

    /// A scan of this query that was saved.
    #[uniffi::constructor]
    pub fn resume(operation: &str, text: &str) -> Result<Arc<Self>, CoreError> {
        let pages = dynamic::Pages::resume(text, Some(operation))?;
        Ok(Arc::new(Self(Mutex::new(pages))))
    }

    /// The payload of the query for the next page, as JSON text.
    pub fn next(&self) -> Option<String> {
        self.with(|pages| pages.next_query())
    }

    /// Takes of each lead of a page its id, or all that it says, and whether the page is empty; answers with 1 for each that
    /// is new.
    pub fn take(&self, identities: Vec<String>, is_empty: bool) -> Result<Vec<u8>, CoreError> {
        let taken = self.with(|pages| pages.take(&identities, is_empty))?;
        Ok(taken.into_iter().map(u8::from).collect())
    }

    /// The scan as text, unless it has ended.
    pub fn save(&self) -> Option<String> {
        self.with(|pages| pages.save())
    }
}

impl CorePages {
    fn with<T>(&self, work: impl FnOnce(&mut dynamic::Pages) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
