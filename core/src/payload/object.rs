//! What every group of fields can do, whatever its table says.

use crate::error::InvalidPayload;
use crate::json::{Cursor, Json, SyntaxError, write_key, write_member};
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

/// A group of fields whose table is not known: what all of them can do is written once.
pub(crate) trait Fields {
    fn shape(&self) -> &'static Shape;

    /// Visits the values of all fields in order, those that have not been given as `None`.
    fn each<'p>(&'p self, visit: &mut dyn FnMut(Option<&'p dyn Value>));

    /// The value of the field at this place, if it has been given.
    fn value(&self, at: usize) -> Option<&dyn Value>;

    /// Reads the value of the field at this place.
    fn read_value(&mut self, at: usize, source: &mut Source<'_, '_>) -> Result<(), SyntaxError>;

    fn extra(&self) -> Option<&JsonMap> {
        None
    }

    fn extra_mut(&mut self) -> Option<&mut JsonMap> {
        None
    }
}

/// A type of such a group, with its table.
pub(crate) trait Table: Fields + Default {
    const FIELDS: &'static [Field];
    const SHAPE: &'static Shape;
}

/// Checks every rule and writes the body of a request.
pub(crate) fn to_body(payload: &dyn Fields) -> Result<String, InvalidPayload> {
    let mut report = Report::default();
    let mut body = String::with_capacity(1024);
    body.push('{');
    each_field(payload, |field, value| {
        check_field(field, value, Path::Top, &mut report);
        write_field(field, value, &mut body);
    });
    write_extra(payload, &mut body);
    check_payload(payload, &mut report);
    report.into_result().map(|()| body)
}

/// Visits every field of the table with its value.
#[inline]
fn each_field<'p>(
    object: &'p dyn Fields,
    mut visit: impl FnMut(&'static Field, Option<&'p dyn Value>),
) {
    let mut fields = object.shape().fields.iter();
    object.each(&mut |value| {
        if let Some(field) = fields.next() {
            visit(field, value);
        }
    });
}

pub(crate) fn check_fields(object: &dyn Fields, path: Path<'_>, report: &mut Report) {
    each_field(object, |field, value| check_field(field, value, path, report));
}

#[inline]
fn check_field(field: &Field, value: Option<&dyn Value>, path: Path<'_>, report: &mut Report) {
    let path = Path::Member(&path, field.wire);
    if field.required && !value.is_some_and(Value::is_given) {
        report.add(path, field.label, Rule::Required, "required");
    }
    if let Some(value) = value {
        value.check(field, path, report);
    }
}

/// Checks what concerns the payload as a whole: its extra members, and the rules over several fields.
fn check_payload(payload: &dyn Fields, report: &mut Report) {
    for (name, _) in members(payload.extra()) {
        if payload.shape().position(name).is_some() {
            let extra = Path::Member(&Path::Top, "extra");
            let what = format!("`{name}` has a field of its own: give it there");
            report.add(Path::Member(&extra, name), "", Rule::ForbiddenIf, what);
        }
    }
    report.add_fields_rules(payload);
}

fn members(map: Option<&JsonMap>) -> impl Iterator<Item = (&str, &Json)> {
    map.map(JsonMap::iter).into_iter().flatten()
}

/// Writes the object that is sent.
pub(crate) fn write_object(object: &dyn Fields, out: &mut String) {
    write_fields(object, out);
    write_extra(object, out);
}

/// Writes the members that the table does not know, and the closing brace.
fn write_extra(object: &dyn Fields, out: &mut String) {
    for (name, value) in members(object.extra()) {
        write_member(out, name, value.as_str());
    }
    out.push('}');
}

/// Writes what [`read_json`] reads.
pub(crate) fn to_json(payload: &dyn Fields) -> String {
    let mut out = String::new();
    write_fields(payload, &mut out);
    if let Some(extra) = payload.extra().filter(|extra| !extra.is_empty()) {
        write_key(&mut out, "\"extra\":");
        extra.write_object(&mut out);
    }
    out.push('}');
    out
}

/// Writes the opening brace and every field that is given.
fn write_fields(object: &dyn Fields, out: &mut String) {
    out.push('{');
    each_field(object, |field, value| write_field(field, value, out));
}

#[inline]
fn write_field(field: &Field, value: Option<&dyn Value>, out: &mut String) {
    if let Some(value) = value {
        write_key(out, field.keys.plain);
        value.write(field, out);
    }
}

/// Reads a payload. Where its shape is wrong, all violations of other rules are reported too.
pub(crate) fn read_json(json: &str, payload: &mut dyn Fields) -> Result<(), InvalidPayload> {
    let mut report = Report::default();
    let mut cursor = Cursor::new(json);
    cursor.skip_space();
    let mut source =
        Source { cursor: &mut cursor, path: Path::Top, label: "", report: &mut report };
    let read = read_object(&mut source, payload);
    if let Err(error) = read.and_then(|()| cursor.finish()) {
        report.add(Path::Top, "", Rule::Type, error);
    }
    if !report.is_empty() {
        check_fields(payload, Path::Top, &mut report);
        check_payload(payload, &mut report);
    }
    report.into_result()
}

/// Reads an object of known fields. One of another type is reported, and leaves them as they are.
pub(crate) fn read_object(
    source: &mut Source<'_, '_>,
    object: &mut dyn Fields,
) -> Result<(), SyntaxError> {
    if source.cursor.peek() != b'{' {
        return source.mistyped("an object").map(|_: Option<()>| ());
    }
    let shape = object.shape();
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
        if let Some(at) = shape.position(&name) {
            member.label = shape.fields[at].label;
            object.read_value(at, &mut member)?;
        } else if let Some(extra) = object.extra_mut().filter(|_| name == "extra") {
            if let Some(given) = JsonMap::read(&mut member)? {
                *extra = given;
            }
        } else {
            member.cursor.skip()?;
            let what = unknown_field(shape, &name);
            member.report.add(member.path, "", Rule::UnknownField, what);
        }
        more = source.cursor.more(b'}')?;
    }
    Ok(())
}

/// Says that there is no such field, and which one was likely meant.
fn unknown_field(shape: &Shape, name: &str) -> String {
    // A long name is no slip, and would take long to compare.
    let lower = if name.len() > 64 { String::new() } else { name.to_lowercase() };
    let alike = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &lower);
    let nearest = shape
        .fields
        .iter()
        .map(|field| (alike(field.wire), field.wire))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|&(alikeness, _)| alikeness > 0.75);
    match nearest {
        Some((_, nearest)) => format!("unknown field; did you mean `{nearest}`?"),
        None if shape.others == Others::Extra => {
            "unknown field; a parameter new to this SDK goes into `extra`".to_owned()
        }
        None => "unknown field".to_owned(),
    }
}

/// Reads any value, null included.
pub(crate) fn read_any(source: &mut Source<'_, '_>) -> Result<Json, SyntaxError> {
    let mut compact = String::new();
    source.cursor.copy_compact(&mut compact)?;
    Ok(Json::from_compact(compact))
}
