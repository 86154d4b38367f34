//! The many forms that replies of the service have been seen in, and what it may do otherwise than its page says.

use serde::{Deserialize, Serialize};

use crate::leads::Family;

/// How replies are written, and which codes are taken. Each default is what the specification shows.
#[derive(Clone, Serialize, Deserialize)]
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
    /// The families whose adds may bring a code that a lead has already.
    pub(crate) repeat_codes: Vec<Family>,
    /// How long queries do not see what was written.
    pub(crate) visible_after_ms: u64,
    /// How far the service's clock is ahead; behind, if negative.
    pub(crate) clock_offset_ms: i64,
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
            repeat_codes: Vec::new(),
            visible_after_ms: 0,
            clock_offset_ms: 0,
        }
    }
}

impl Quirks {
    /// What is wrong with them, if anything.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        const LONGEST_MS: u64 = 100 * 366 * 86_400_000;

        if self.page_cap == 0 {
            Some("page_cap must be at least 1")
        } else if self.visible_after_ms > LONGEST_MS
            || self.clock_offset_ms.unsigned_abs() > LONGEST_MS
        {
            Some("visible_after_ms and clock_offset_ms must be a hundred years at most")
        } else {
            None
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
