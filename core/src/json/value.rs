//! A JSON value that is passed through unchanged.

use std::fmt;

use serde_json::Value;

use super::{Cursor, write_string};
use crate::error::{Error, Malformed};

/// Any JSON value, kept as compact text, so that numbers keep every digit and members their order.
///
/// Stands wherever the vendor leaves the shape open: custom fields, filter values, parameters and
/// members that this SDK does not know.
///
/// ```
/// use qince_leads::Json;
///
/// let value = Json::parse(r#"{ "format": "YYYY-MM-DD", "value": null }"#)?;
/// assert_eq!(value.as_str(), r#"{"format":"YYYY-MM-DD","value":null}"#);
/// assert_eq!(Json::from("线索").as_str(), "\"线索\"");
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(String);

impl Json {
    /// Takes one JSON value from text.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is not one JSON value, or nests deeper than 128 levels.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut cursor = Cursor::new(text);
        let mut compact = String::with_capacity(text.len());
        cursor.skip_space();
        cursor
            .copy_compact(&mut compact)
            .and_then(|()| cursor.finish())
            .map_err(|error| Malformed::new(error.to_string(), text.as_bytes()))?;
        Ok(Self(compact))
    }

    /// The value as compact JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_compact(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        let mut json = String::with_capacity(text.len() + 2);
        write_string(&mut json, text);
        Self(json)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}
