//! What the service answers, always with HTTP 200, and with the quirks that were asked for.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Refusal;
use crate::faults::ScriptedRefusal;
use crate::http::Reply;
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

/// The JSON of a reply, as bytes.
pub(super) struct Envelope {
    body: Vec<u8>,
    gzip: bool,
}

impl Envelope {
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
        Self::of(code, message, echo, data, quirks)
    }

    /// The refusal that a script asks for, whatever became of the request.
    pub(super) fn scripted(refusal: &ScriptedRefusal, msg_id: &str, quirks: &Quirks) -> Self {
        let message = json!(refusal.return_msg);
        Self::of(&refusal.return_code, message, json!(msg_id), Value::Null, quirks)
    }

    fn of(code: &str, message: Value, echo: Value, data: Value, quirks: &Quirks) -> Self {
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

    /// The reply that carries it.
    pub(super) fn reply(self) -> Reply {
        let plain = Reply::empty(200).with("content-type", "application/json;charset=UTF-8");
        if self.gzip {
            plain.with("content-encoding", "gzip").carrying(gzip(&self.body))
        } else {
            plain.carrying(self.body)
        }
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
