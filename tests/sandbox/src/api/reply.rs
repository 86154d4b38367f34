//! Replies, with the quirks that were asked for.

use std::io::Write;

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Refusal;
use crate::quirks::{Quirks, ResponseData, Scalar};

/// What became of a request.
pub(super) enum Outcome {
    /// A lead came into being under this id.
    Added(String),
    /// A lead was changed or removed.
    Changed,
    /// These records were found.
    Found(Vec<Value>),
    /// Nothing was done.
    Refused(Refusal),
}

/// A reply of the service, always HTTP 200.
pub(super) struct Reply {
    body: Vec<u8>,
    gzip: bool,
}

impl Reply {
    pub(super) fn new(outcome: Outcome, msg_id: &str, quirks: &Quirks) -> Self {
        let echo = match outcome {
            Outcome::Found(_) => Value::Null,
            _ => json!(msg_id),
        };
        let (code, message, data) = match outcome {
            Outcome::Added(id) => ("0", Value::Null, as_number(json!(id), quirks.ids)),
            Outcome::Changed => ("0", Value::Null, Value::Null),
            Outcome::Found(records) => ("0", Value::Null, wrap(records, quirks)),
            Outcome::Refused(refusal) => ("1", json!(refusal.text()), Value::Null),
        };
        let envelope = json!({
            "return_code": as_number(json!(code), quirks.return_code),
            "return_msg": message,
            "msg_id": echo,
            "response_data": data,
        });
        let mark = if quirks.bom { "\u{feff}" } else { "" };
        Self { body: format!("{mark}{envelope}").into_bytes(), gzip: quirks.gzip }
    }

    /// The same reply, but its end is missing.
    pub(super) fn cut_in_half(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// The same reply, compressed.
    pub(super) fn compressed(mut self) -> Self {
        self.gzip = true;
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
        const GZIP: HeaderValue = HeaderValue::from_static("gzip");

        let body = if self.gzip { gzip(&self.body) } else { self.body };
        let mut response = body.into_response();
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        if self.gzip {
            response.headers_mut().insert(CONTENT_ENCODING, GZIP);
        }
        response
    }
}

fn wrap(mut records: Vec<Value>, quirks: &Quirks) -> Value {
    if quirks.ids == Scalar::Number {
        records.iter_mut().for_each(unquote_ids);
    }
    match quirks.response_data {
        ResponseData::Text => Value::String(Value::Array(records).to_string()),
        ResponseData::Array => Value::Array(records),
        ResponseData::Rows => json!({ "rows": records }),
        ResponseData::List => json!({ "list": records }),
        ResponseData::Data => json!({ "data": records }),
    }
}

/// Turns every `id` in a record, its owner's and its labels' too, into a number.
fn unquote_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "id" {
                    *member = as_number(member.take(), Scalar::Number);
                } else {
                    unquote_ids(member);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(unquote_ids),
        _ => {}
    }
}

/// The value, or the number that its text holds where numbers are asked for.
fn as_number(value: Value, form: Scalar) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
    match (form, number) {
        (Scalar::Number, Some(number)) => json!(number),
        _ => value,
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).expect("writing to memory never fails")
}
