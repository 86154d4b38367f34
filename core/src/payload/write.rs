//! Writing payloads: as the body that is sent, and as the JSON that is read.

use crate::json::{write_key, write_member, write_string};
use crate::meta::{AsNumber, Field};
use crate::payload::check::{self, fits_64_bits};
use crate::payload::{Draft, JsonMap, Slot, is_whole_number};
use crate::violation::InvalidPayload;
use crate::violation::{Path, Report};

impl Draft<'_> {
    /// Checks every rule and writes the body of a request.
    pub(crate) fn to_body(&self) -> Result<String, InvalidPayload> {
        self.checked_body(Report::default())
    }

    /// Checks every rule, after what reading has found, and writes the body of a request: both on one way through the
    /// fields.
    pub(super) fn checked_body(&self, mut report: Report) -> Result<String, InvalidPayload> {
        let mut body = String::with_capacity(2048);
        body.push('{');
        for (field, slot) in self.fields() {
            if !check::is_surely_right(field, slot) && !self.is_mistyped {
                check::check_field(field, slot, Path::Top, &mut report);
            }
            write_field(field, slot, &mut body);
        }
        self.write_extra(&mut body);
        check::check_as_whole(self, &mut report);
        report.into_result().map(|()| body)
    }

    /// Writes what [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_fields(&mut out);
        if !self.extra().is_empty() {
            write_key(&mut out, "extra");
            write_map(self.extra(), &mut out);
        }
        out.push('}');
        out
    }

    /// Writes the object that is sent.
    fn write(&self, out: &mut String) {
        self.write_fields(out);
        self.write_extra(out);
    }

    /// Writes the opening brace and every field that is given.
    fn write_fields(&self, out: &mut String) {
        out.push('{');
        for (field, slot) in self.fields() {
            write_field(field, slot, out);
        }
    }

    /// Writes the members that the table does not know, and the closing brace.
    fn write_extra(&self, out: &mut String) {
        for (name, value) in self.extra().iter() {
            write_member(out, name, value.as_str());
        }
        out.push('}');
    }
}

#[inline]
fn write_field(field: &Field, slot: &Slot<'_>, out: &mut String) {
    match slot {
        Slot::Absent | Slot::Mistyped => {}
        Slot::Text(text) if field.as_number == AsNumber::Never => {
            write_key(out, field.wire);
            write_string(out, text);
        }
        slot => {
            write_key(out, field.wire);
            write_value(field, slot, out);
        }
    }
}

/// Writes what is given for a field as the service wants it.
fn write_value(field: &Field, slot: &Slot<'_>, out: &mut String) {
    match slot {
        // Neither is sent: see `write_field`.
        Slot::Absent | Slot::Mistyped => {}
        Slot::Text(text) if is_sent_as_number(text, field) => out.push_str(text),
        Slot::Text(text) => write_string(out, text),
        Slot::Count(count) => out.push_str(&count.to_string()),
        Slot::Json(json) => out.push_str(json.as_str()),
        Slot::JsonList(list) => {
            write_list(out, list.iter(), |json, out| out.push_str(json.as_str()));
        }
        Slot::JsonMap(map) => write_map(map, out),
        Slot::One(one) => one.write(out),
        Slot::List(rows) => write_list(out, rows.iter(), Draft::write),
    }
}

fn is_sent_as_number(text: &str, field: &Field) -> bool {
    match field.as_number {
        AsNumber::Never => false,
        AsNumber::Fitting64 => fits_64_bits(text),
        AsNumber::Digits => is_whole_number(text),
    }
}

fn write_map(map: &JsonMap, out: &mut String) {
    out.push('{');
    for (name, value) in map.iter() {
        write_member(out, name, value.as_str());
    }
    out.push('}');
}

fn write_list<T>(out: &mut String, list: impl Iterator<Item = T>, write: impl Fn(T, &mut String)) {
    out.push('[');
    for (i, element) in list.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(element, out);
    }
    out.push(']');
}
