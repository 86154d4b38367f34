//! The many forms that replies of the service have been seen in, and what it may do otherwise than its page says.

use serde::{Deserialize, Serialize};

/// How replies are written, and which codes are taken. Each default is what the specification shows.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Quirks {
    /// What a query's rows stand in.
    pub(crate) response_data: ResponseData,
    /// How `return_code` is written.
    pub(crate) return_code: Scalar,
    /// How ids are written.
    pub(crate) ids: Scalar,
    /// Whether every reply comes compressed.
    pub(crate) gzip: bool,
    /// The largest page that is served, whatever was asked for.
    pub(crate) page_cap: u32,
    /// Whether a byte order mark precedes the JSON.
    pub(crate) bom: bool,
    /// Whether an add may bring a code that a lead has already.
    pub(crate) repeat_codes: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            response_data: ResponseData::Text,
            return_code: Scalar::Text,
            ids: Scalar::Text,
            gzip: false,
            page_cap: 1000,
            bom: false,
            repeat_codes: false,
        }
    }
}

/// What a query's rows stand in.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResponseData {
    /// JSON text inside a JSON string.
    Text,
    /// An array.
    Array,
    /// An object's member `rows`.
    Rows,
    /// An object's member `list`.
    List,
    /// An object's member `data`.
    Data,
}

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scalar {
    /// As digits in quotes.
    Text,
    /// As a JSON number.
    Number,
}
