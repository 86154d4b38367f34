//! A payload as its table sees it, one slot a field: reading, checking and writing are written once.

use std::borrow::Cow;
use std::iter::Sum;

use crate::error::InvalidPayload;
use crate::json::{Cursor, Json, SyntaxError, write_key, write_member, write_string};
use crate::meta::{AsNumber, Field, Kind, Others, Shape};
use crate::payload::value::{OUT_OF_RANGE, check_text, fits_64_bits, is_in_range, is_whole_number};
use crate::payload::{JsonMap, Source};
use crate::validate::{Path, Report, Rule};

/// The vendor's name for a lead's code, the same in all payloads and records.
pub(crate) const CODE: &str = "code";

/// A group of fields with what has been given for them: a payload, or a part of one.
pub struct Draft<'t> {
    shape: &'static Shape,
    /// One for each field, in the order of the table.
    slots: Vec<Slot<'t>>,
    /// Members that the table does not know, to be sent after the known ones.
    extra: Cow<'t, JsonMap>,
    /// Whether its members were read in the order of the table, each once.
    is_in_order: bool,
    /// Whether it stands for something of another type, which was reported when it was read.
    is_mistyped: bool,
}

/// How many texts stand in a piece of JSON, in how many bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verbatim {
    pub(crate) texts: usize,
    pub(crate) len: usize,
}

impl Verbatim {
    fn longer_by(self, len: usize) -> Self {
        Self { len: self.len + len, ..self }
    }
}

impl Sum for Verbatim {
    fn sum<I: Iterator<Item = Self>>(pieces: I) -> Self {
        pieces.fold(Self::default(), |sum, piece| Self {
            texts: sum.texts + piece.texts,
            len: sum.len + piece.len,
        })
    }
}

/// What has been given for a field. Where it can, it borrows what it says.
#[derive(Default)]
pub enum Slot<'t> {
    /// Nothing, or null.
    #[default]
    Absent,
    /// Something of the wrong type, which was reported when it was read and is not judged further.
    Mistyped,
    /// Text, or an id.
    Text(Cow<'t, str>),
    /// An integer.
    Count(i64),
    /// Any JSON value.
    Json(Cow<'t, Json>),
    /// A list of JSON values.
    JsonList(Cow<'t, [Json]>),
    /// An object of JSON values.
    JsonMap(Cow<'t, JsonMap>),
    /// An object with a table of its own.
    One(Box<Draft<'t>>),
    /// A list of such objects.
    List(Vec<Draft<'t>>),
}

impl<'t> Slot<'t> {
    /// Whether it counts as given: empty text does not.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent) && self.text() != Some("")
    }

    /// Its text, if it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Reads what may stand for a field of this kind. What may not is reported.
    fn read(source: &mut Source<'_, 't>, kind: Kind) -> Result<Self, SyntaxError> {
        let first = source.cursor.peek();
        if first == b'n' && !matches!(kind, Kind::Json) {
            return source.cursor.literal().map(|_| Self::Absent);
        }
        match kind {
            Kind::Text | Kind::Id if first == b'"' => source.text().map(Self::Text),
            Kind::Id if matches!(first, b'-' | b'0'..=b'9') => {
                source.integer("text or an integer", |_, digits| Self::Text(digits.into()))
            }
            Kind::Text | Kind::Id => source.mistyped("text"),
            Kind::Count => source.count(),
            Kind::Json => source.json().map(|json| Self::Json(Cow::Owned(json))),
            Kind::JsonList if first == b'[' => {
                source.elements(|source| source.json()).map(|list| Self::JsonList(list.into()))
            }
            Kind::JsonMap | Kind::MapOrRows(_) if first == b'{' => {
                source.json_map().map(|map| Self::JsonMap(Cow::Owned(map)))
            }
            Kind::JsonMap => source.mistyped("an object"),
            Kind::One(shape) if first == b'{' => {
                Draft::read(source, shape).map(|one| Self::One(Box::new(one)))
            }
            Kind::One(_) => source.mistyped("an object"),
            // A row of the wrong type keeps its place, so that those behind it are reported where they are.
            Kind::List(shape) | Kind::MapOrRows(shape) if first == b'[' => {
                source.elements(|row| Draft::read(row, shape)).map(Self::List)
            }
            Kind::JsonList | Kind::List(_) => source.mistyped("a list"),
            Kind::MapOrRows(_) => source.mistyped("an object or a list"),
        }
    }

    /// See [`Draft::verbatim`].
    fn verbatim(&self, field: &Field) -> Option<Verbatim> {
        match self {
            Self::Text(Cow::Borrowed(text)) if field.as_number == AsNumber::Never => {
                Some(Verbatim { texts: 1, len: text.len() + 2 })
            }
            Self::One(one) => one.verbatim(),
            Self::List(rows) => {
                let commas = rows.len().saturating_sub(1);
                let rows = rows.iter().map(Draft::verbatim);
                rows.sum::<Option<Verbatim>>().map(|rows| rows.longer_by(commas + 2))
            }
            _ => None,
        }
    }

    /// Whether it need not be checked: most texts are short, and a text has at most as many characters as bytes.
    #[inline]
    fn is_surely_right(&self, field: &Field) -> bool {
        let is_free = !field.required && field.allowed.is_empty() && field.format.is_none();
        is_free
            && match self {
                Self::Absent => true,
                Self::Text(text) => field.max_chars.is_none_or(|max| text.len() <= max),
                _ => false,
            }
    }

    fn check(&self, field: &Field, path: Path<'_>, report: &mut Report) {
        match self {
            Self::Text(text) => check_text(text, field, path, report),
            Self::Count(count) if !is_in_range(*count) => {
                report.add(path, field.label, Rule::Range, &OUT_OF_RANGE);
            }
            Self::One(one) => one.check(path, report),
            Self::List(rows) => {
                for (i, row) in rows.iter().enumerate() {
                    row.check(Path::Element(&path, i), report);
                }
            }
            _ => {}
        }
    }

    /// Writes it as the service wants it.
    fn write(&self, field: &Field, out: &mut String) {
        match self {
            // Neither is sent: see `write_field`.
            Self::Absent | Self::Mistyped => {}
            Self::Text(text) if is_sent_as_number(text, field) => out.push_str(text),
            Self::Text(text) => write_string(out, text),
            Self::Count(count) => out.push_str(&count.to_string()),
            Self::Json(json) => out.push_str(json.as_str()),
            Self::JsonList(list) => {
                write_list(out, list.iter(), |json, out| out.push_str(json.as_str()));
            }
            Self::JsonMap(map) => map.write_object(out),
            Self::One(one) => one.write(out),
            Self::List(rows) => write_list(out, rows.iter(), Draft::write),
        }
    }
}

fn is_sent_as_number(text: &str, field: &Field) -> bool {
    match field.as_number {
        AsNumber::Never => false,
        AsNumber::Fitting64 => fits_64_bits(text),
        AsNumber::Digits => is_whole_number(text),
    }
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

impl<'t> Draft<'t> {
    /// A draft of slots in the order of the table, one for each field.
    #[must_use]
    pub fn new(shape: &'static Shape, slots: Vec<Slot<'t>>) -> Self {
        Self { shape, slots, extra: Cow::default(), is_in_order: true, is_mistyped: false }
    }

    /// The same draft with members that the table does not know.
    #[must_use]
    pub fn with_extra(self, extra: &'t JsonMap) -> Self {
        Self { extra: Cow::Borrowed(extra), ..self }
    }

    fn empty(shape: &'static Shape) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(shape.fields.len(), Slot::default);
        Self::new(shape, slots)
    }

    /// A draft in which one text is given.
    pub(crate) fn of_text(shape: &'static Shape, wire: &str, text: &'t str) -> Self {
        let mut draft = Self::empty(shape);
        if let Some(place) = shape.position(wire) {
            draft.set(place, Slot::Text(Cow::Borrowed(text)));
        }
        draft
    }

    /// Reads a payload or a part of one, see [`Operation::from_json`](crate::Operation::from_json).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] where its shape is wrong, with the violations of all other rules too.
    pub fn from_json(json: &'t str, shape: &'static Shape) -> Result<Self, InvalidPayload> {
        let mut report = Report::default();
        let draft = Self::parse(json, shape, &mut report);
        if !report.is_empty() {
            draft.finish(report)?;
        }
        Ok(draft)
    }

    /// Reads a payload, and reports what is of the wrong type.
    pub(crate) fn parse(json: &'t str, shape: &'static Shape, report: &mut Report) -> Self {
        let mut cursor = Cursor::new(json);
        cursor.skip_space();
        let mut source = Source { cursor: &mut cursor, path: Path::Top, label: "", report };
        let read = Self::read(&mut source, shape);
        read.and_then(|draft| cursor.finish().map(|()| draft)).unwrap_or_else(|error| {
            report.add(Path::Top, "", Rule::Type, &error);
            Self { is_mistyped: true, ..Self::empty(shape) }
        })
    }

    /// Reads an object. One of another type is reported.
    fn read(source: &mut Source<'_, 't>, shape: &'static Shape) -> Result<Self, SyntaxError> {
        let mut draft = Self::empty(shape);
        if source.cursor.peek() == b'{' {
            draft.read_members(source)?;
        } else {
            source.mistyped("an object")?;
            draft.is_mistyped = true;
        }
        Ok(draft)
    }

    /// Reads the members of the object that begins here.
    fn read_members(&mut self, source: &mut Source<'_, 't>) -> Result<(), SyntaxError> {
        let fields = self.shape.fields;
        // Members mostly come in the order of the table.
        let mut next = 0;
        let mut more = source.cursor.open(b'}');
        while more {
            let is_next = fields.get(next).is_some_and(|field| source.cursor.eat_key(field.keys));
            let name = if is_next { Cow::Borrowed(fields[next].wire) } else { source.name()? };
            let at = if is_next { Some(next) } else { self.shape.position(&name) };
            let mut member = Source {
                cursor: source.cursor,
                path: Path::Member(&source.path, &name),
                label: at.map_or("", |at| fields[at].label),
                report: source.report,
            };
            self.is_in_order &= at.is_some_and(|at| at >= next);
            if let Some(at) = at {
                self.slots[at] = Slot::read(&mut member, fields[at].kind)?;
                next = at + 1;
            } else if self.shape.others == Others::Extra && name == "extra" {
                if let Slot::JsonMap(extra) = Slot::read(&mut member, Kind::JsonMap)? {
                    self.extra = extra;
                }
            } else {
                member.unknown(self.shape, &name)?;
            }
            more = source.cursor.more(b'}')?;
        }
        Ok(())
    }

    /// The table.
    #[must_use]
    pub fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// What is given, in the order of the table.
    #[must_use]
    pub fn slots(&self) -> &[Slot<'t>] {
        &self.slots
    }

    /// The members that the table does not know.
    #[must_use]
    pub fn extra(&self) -> &JsonMap {
        &self.extra
    }

    pub(crate) fn set(&mut self, place: usize, slot: Slot<'t>) {
        self.slots[place] = slot;
    }

    /// Its slots and its extra members.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Slot<'t>>, JsonMap) {
        (self.slots, self.extra.into_owned())
    }

    /// Checks every rule.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] with all violations.
    pub fn validate(&self) -> Result<(), InvalidPayload> {
        self.finish(Report::default())
    }

    /// Checks every rule and writes the body of a request.
    pub(crate) fn to_body(&self) -> Result<String, InvalidPayload> {
        self.finish_body(Report::default())
    }

    /// What it was read from, if that was nothing but texts without escapes in the order of the table: then it is as
    /// long as what would be written, it is that.
    pub(crate) fn verbatim(&self) -> Option<Verbatim> {
        if !self.is_in_order || !self.extra.is_empty() {
            return None;
        }
        let given = || self.fields().filter(|(_, slot)| !matches!(slot, Slot::Absent));
        let keys: usize = given().map(|(field, _)| field.keys.plain.len()).sum();
        let commas = given().count().saturating_sub(1);
        let values: Option<Verbatim> = given().map(|(field, slot)| slot.verbatim(field)).sum();
        values.map(|values| values.longer_by(keys + commas + 2))
    }

    /// The lead's code, if it has one.
    pub(crate) fn code(&self) -> Option<&str> {
        let place = self.shape.position(CODE)?;
        self.slots[place].text().filter(|code| !code.is_empty())
    }

    /// Checks every rule, after what reading has found, and writes the body of a request.
    pub(crate) fn finish_body(&self, mut report: Report) -> Result<String, InvalidPayload> {
        let mut body = String::with_capacity(2048);
        body.push('{');
        for (field, slot) in self.fields() {
            if !slot.is_surely_right(field) && !self.is_mistyped {
                check_field(field, slot, Path::Top, &mut report);
            }
            write_field(field, slot, &mut body);
        }
        self.write_extra(&mut body);
        self.check_as_payload(&mut report);
        report.into_result().map(|()| body)
    }

    /// Checks every rule, after what reading has found.
    pub(crate) fn finish(&self, mut report: Report) -> Result<(), InvalidPayload> {
        self.check(Path::Top, &mut report);
        self.check_as_payload(&mut report);
        report.into_result()
    }

    fn fields(&self) -> impl Iterator<Item = (&'static Field, &Slot<'t>)> {
        self.shape.fields.iter().zip(&self.slots)
    }

    fn check(&self, path: Path<'_>, report: &mut Report) {
        if self.is_mistyped {
            return;
        }
        for (field, slot) in self.fields() {
            check_field(field, slot, path, report);
        }
    }

    /// Checks what concerns the payload as a whole: its extra members, and the rules over several fields.
    fn check_as_payload(&self, report: &mut Report) {
        if self.is_mistyped {
            return;
        }
        for (name, _) in self.extra.iter() {
            if self.shape.position(name).is_some() {
                let extra = Path::Member(&Path::Top, "extra");
                let what = format!("`{name}` has a field of its own: give it there");
                report.add(Path::Member(&extra, name), "", Rule::ForbiddenIf, &what);
            }
        }
        report.add_fields_rules(self);
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
        for (name, value) in self.extra.iter() {
            write_member(out, name, value.as_str());
        }
        out.push('}');
    }

    /// Writes what [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_fields(&mut out);
        if !self.extra.is_empty() {
            write_key(&mut out, "\"extra\":");
            self.extra.write_object(&mut out);
        }
        out.push('}');
        out
    }
}

#[inline(never)]
fn check_field(field: &Field, slot: &Slot<'_>, path: Path<'_>, report: &mut Report) {
    let path = Path::Member(&path, field.wire);
    if field.required && !slot.is_given() {
        report.add(path, field.label, Rule::Required, &"required");
    }
    slot.check(field, path, report);
}

#[inline]
fn write_field(field: &Field, slot: &Slot<'_>, out: &mut String) {
    match slot {
        Slot::Absent | Slot::Mistyped => {}
        Slot::Text(text) if field.as_number == AsNumber::Never => {
            write_key(out, field.keys.plain);
            write_string(out, text);
        }
        slot => {
            write_key(out, field.keys.plain);
            slot.write(field, out);
        }
    }
}
