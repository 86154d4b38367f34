//! What every group of fields can do, whatever its table says.

use crate::error::InvalidPayload;
use crate::json::{Cursor, Json, SyntaxError, write_string};
use crate::meta::{Field, Kind, Others, Shape};
use crate::payload::JsonMap;
use crate::validate::{Path, Report, Rule};

/// A value of a field that has been given.
pub(crate) trait Value {
    /// Whether it counts as given: empty text does not.
    fn is_given(&self) -> bool {
        true
    }

    /// Its text, if it is text.
    fn text(&self) -> Option<&str> {
        None
    }

    /// Reports what is wrong with it.
    fn check(&self, field: &Field, path: Path<'_>, report: &mut Report);

    /// Writes it as the service wants it.
    fn write(&self, field: &Field, out: &mut String);
}

/// A value that can be read from JSON.
pub(crate) trait Readable: Value + Sized {
    const KIND: Kind;

    /// Reads it; `None` where it is null, or where its type is wrong, which is reported.
    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError>;
}

/// Where a value is read from, and what is known about it.
pub(crate) struct Source<'s, 't> {
    pub(crate) cursor: &'s mut Cursor<'t>,
    pub(crate) path: Path<'s>,
    /// The Chinese label of the field, for messages.
    pub(crate) label: &'static str,
    pub(crate) report: &'s mut Report,
}

impl Source<'_, '_> {
    /// Passes over a null.
    pub(crate) fn null(&mut self) -> Result<bool, SyntaxError> {
        let null = self.cursor.peek() == b'n';
        if null {
            self.cursor.literal()?;
        }
        Ok(null)
    }

    /// Passes over a value and reports that it should have been another.
    pub(crate) fn mistyped<T>(&mut self, expected: &str) -> Result<Option<T>, SyntaxError> {
        let found = match self.cursor.peek() {
            b'{' => "an object",
            b'[' => "a list",
            b'"' => "text",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        };
        self.cursor.skip()?;
        self.report.add(self.path, self.label, Rule::Type, format!("{found}, not {expected}"));
        Ok(None)
    }

    /// Reads the elements of the list that begins here.
    pub(crate) fn elements<T>(
        &mut self,
        mut read: impl FnMut(&mut Source<'_, '_>) -> Result<T, SyntaxError>,
    ) -> Result<Vec<T>, SyntaxError> {
        let mut list = Vec::new();
        let mut more = self.cursor.open(b']');
        while more {
            list.push(read(&mut Source {
                cursor: self.cursor,
                path: Path::Element(&self.path, list.len()),
                label: "",
                report: self.report,
            })?);
            more = self.cursor.more(b']')?;
        }
        Ok(list)
    }
}

/// A group of fields: what [`fields!`](super::fields) declares.
pub(crate) trait Fields: Default {
    const FIELDS: &'static [Field];
    const SHAPE: &'static Shape;

    /// Visits every field in order.
    fn each<'p>(&'p self, visit: impl FnMut(&'static Field, Option<&'p dyn Value>));

    /// Reads the field at this place.
    fn read_field(&mut self, at: usize, source: &mut Source<'_, '_>) -> Result<(), SyntaxError>;

    fn extra(&self) -> Option<&JsonMap> {
        None
    }

    fn extra_mut(&mut self) -> Option<&mut JsonMap> {
        None
    }

    fn value(&self, at: usize) -> Option<&dyn Value> {
        let mut places = 0..;
        let mut found = None;
        self.each(|_, value| {
            if places.next() == Some(at) {
                found = value;
            }
        });
        found
    }

    fn is_given(&self, at: usize) -> bool {
        self.value(at).is_some_and(Value::is_given)
    }

    fn text(&self, at: usize) -> Option<&str> {
        self.value(at)?.text().filter(|text| !text.is_empty())
    }

    /// Checks every rule and writes the object that is sent.
    fn to_body(&self) -> Result<String, InvalidPayload> {
        let mut report = Report::default();
        self.judge(&mut report);
        report.into_result()?;
        let mut body = String::with_capacity(1024);
        self.write_object(&mut body);
        Ok(body)
    }

    /// Checks every field, and the rules over several.
    fn judge(&self, report: &mut Report) {
        self.check_fields(Path::Top, report);
        let extra = self.extra().map(JsonMap::iter).into_iter().flatten();
        for (name, _) in extra {
            if Self::SHAPE.position(name).is_some() {
                let path = Path::Member(&Path::Top, "extra");
                let what = format!("`{name}` has a field of its own: give it there");
                report.add(Path::Member(&path, name), "", Rule::ForbiddenIf, what);
            }
        }
        report.add_fields_rules(self, self.extra().is_some_and(|extra| !extra.is_empty()));
    }

    fn check_fields(&self, path: Path<'_>, report: &mut Report) {
        self.each(|field, value| {
            let path = Path::Member(&path, field.wire);
            if field.required && !value.is_some_and(Value::is_given) {
                report.add(path, field.label, Rule::Required, "required");
            }
            if let Some(value) = value {
                value.check(field, path, report);
            }
        });
    }

    /// Writes the object that is sent.
    fn write_object(&self, out: &mut String) {
        self.write_members(out);
        for (name, value) in self.extra().map(JsonMap::iter).into_iter().flatten() {
            write_member(out, name, value.as_str());
        }
        out.push('}');
    }

    fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_members(&mut out);
        if let Some(extra) = self.extra().filter(|extra| !extra.is_empty()) {
            separate(&mut out);
            out.push_str("\"extra\":");
            extra.write_object(&mut out);
        }
        out.push('}');
        out
    }

    /// Writes the opening brace and every field that is given.
    fn write_members(&self, out: &mut String) {
        out.push('{');
        self.each(|field, value| {
            if let Some(value) = value {
                write_key(out, field);
                value.write(field, out);
            }
        });
    }

    fn from_json(json: &str) -> Result<Self, InvalidPayload> {
        let mut report = Report::default();
        let payload = read_text(json, &mut report).unwrap_or_else(|error| {
            report.add(Path::Top, "", Rule::Type, error);
            Self::default()
        });
        if !report.is_empty() {
            payload.judge(&mut report);
        }
        report.into_result().map(|()| payload)
    }
}

fn read_text<T: Fields>(json: &str, report: &mut Report) -> Result<T, SyntaxError> {
    let mut cursor = Cursor::new(json);
    cursor.skip_space();
    let mut source = Source { cursor: &mut cursor, path: Path::Top, label: "", report };
    let payload = read_object(&mut source)?.unwrap_or_default();
    cursor.finish()?;
    Ok(payload)
}

/// Reads an object of known fields.
pub(crate) fn read_object<T: Fields>(
    source: &mut Source<'_, '_>,
) -> Result<Option<T>, SyntaxError> {
    if source.cursor.peek() != b'{' {
        return source.mistyped("an object");
    }
    let mut object = T::default();
    let mut more = source.cursor.open(b'}');
    while more {
        let key = source.cursor.key()?;
        let name = source.cursor.text_of(key)?;
        let mut member = Source {
            cursor: source.cursor,
            path: Path::Member(&source.path, &name),
            label: "",
            report: source.report,
        };
        if let Some(at) = T::SHAPE.position(&name) {
            member.label = T::FIELDS[at].label;
            object.read_field(at, &mut member)?;
        } else if let Some(extra) = object.extra_mut().filter(|_| name == "extra") {
            if let Some(given) = JsonMap::read(&mut member)? {
                *extra = given;
            }
        } else {
            member.cursor.skip()?;
            let what = unknown_field(T::SHAPE, &name);
            member.report.add(member.path, "", Rule::UnknownField, what);
        }
        more = source.cursor.more(b'}')?;
    }
    Ok(Some(object))
}

/// Says that there is no such field, and which one was likely meant.
fn unknown_field(shape: &Shape, name: &str) -> String {
    let name = name.to_lowercase();
    let alike = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &name);
    let nearest = shape
        .fields
        .iter()
        .map(|field| field.wire)
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .filter(|nearest| alike(nearest) > 0.75);
    match nearest {
        Some(nearest) => format!("unknown field; did you mean `{nearest}`?"),
        None if shape.others == Others::Extra => {
            "unknown field; a parameter new to this SDK goes into `extra`".to_owned()
        }
        None => "unknown field".to_owned(),
    }
}

/// Writes a member of the user's own after the opening brace or another member.
pub(crate) fn write_member(out: &mut String, name: &str, json: &str) {
    separate(out);
    write_string(out, name);
    out.push(':');
    out.push_str(json);
}

/// Begins a field after the opening brace or another member.
#[inline]
pub(crate) fn write_key(out: &mut String, field: &Field) {
    separate(out);
    out.push_str(field.keys.plain);
}

/// No member's text ends with an opening brace, so one says that nothing came yet.
#[inline]
fn separate(out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
}

/// Reads any value, null included.
pub(crate) fn read_json(source: &mut Source<'_, '_>) -> Result<Json, SyntaxError> {
    let mut compact = String::new();
    source.cursor.copy_compact(&mut compact)?;
    Ok(Json::from_compact(compact))
}
