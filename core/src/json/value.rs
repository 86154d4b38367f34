//! A JSON value that is passed through unchanged.

use std::fmt;

use serde_json::Value;

use super::{Cursor, SyntaxError, write_string};
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
        Self::read(Cursor::new(text)).map_err(|error| Malformed::new(error, text.as_bytes()).into())
    }

    /// Takes all that is left of a text.
    pub(crate) fn read(mut cursor: Cursor<'_>) -> Result<Self, SyntaxError> {
        cursor.skip_space();
        let json = Self::at(&mut cursor)?;
        cursor.finish()?;
        Ok(json)
    }

    /// Takes the value that begins here.
    pub(crate) fn at(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let mut compact = String::new();
        cursor.copy_compact(&mut compact)?;
        Ok(Self(compact))
    }

    /// What it says, if it is text.
    pub(crate) fn text(&self) -> Option<String> {
        let cursor = &mut Cursor::new(&self.0);
        let span = cursor.at_string().then(|| cursor.string().ok())??;
        Some(cursor.text_of(span).ok()?.into_owned())
    }

    /// The text or number that this member of an object is; of several of the name the last one counts.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        let mut cursor = Cursor::new(&self.0);
        let mut found = None;
        let mut more = cursor.peek() == b'{' && cursor.open(b'}');
        while more {
            let key = cursor.key().ok()?;
            let is_named = cursor.text_of(key).ok()? == name;
            let value = cursor.skip().ok()?;
            let value = Self(cursor.slice(value).to_owned());
            if is_named {
                let is_number = matches!(value.0.as_bytes()[0], b'-' | b'0'..=b'9');
                found = if is_number { Some(value.0) } else { value.text() };
            }
            more = cursor.more(b'}').ok()?;
        }
        found
    }

    /// The value as compact JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
