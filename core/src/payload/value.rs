//! The types that a payload's fields have.

use std::fmt;
use std::hash::{Hash, Hasher};

use indexmap::IndexMap;

use crate::json::{Json, SyntaxError, write_member, write_string};
use crate::meta::{AsNumber, Field, Format, Kind};
use crate::payload::object::read_any;
use crate::payload::{Readable, Source, Table, Value, check_fields, read_object, write_object};
use crate::validate::{Path, Report, Rule, is_date};

impl Value for String {
    fn is_given(&self) -> bool {
        !self.is_empty()
    }

    fn text(&self) -> Option<&str> {
        Some(self)
    }

    fn check(&self, field: &Field, path: Path<'_>, report: &mut Report) {
        check_text(self, field, path, report);
    }

    fn write(&self, _: &Field, out: &mut String) {
        write_string(out, self);
    }
}

impl Readable for String {
    const KIND: Kind = Kind::Text;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        if !source.cursor.at_string() {
            return source.mistyped("text");
        }
        let span = source.cursor.string()?;
        Ok(Some(source.cursor.text_of(span)?.into_owned()))
    }
}

/// Passes what is surely right: a text has at most as many characters as bytes, so most need no counting.
#[inline]
fn check_text(text: &str, field: &Field, path: Path<'_>, report: &mut Report) {
    let is_free = field.allowed.is_empty() && field.format.is_none();
    let is_short = text.len() <= field.max_chars.unwrap_or(usize::MAX);
    if !(is_free && is_short || text.is_empty()) {
        judge_text(text, field, path, report);
    }
}

fn judge_text(text: &str, field: &Field, path: Path<'_>, report: &mut Report) {
    if let Some(max) = field.max_chars {
        let length = text.chars().count();
        if length > max {
            let what = format!("{length} characters, at most {max}");
            report.add(path, field.label, Rule::MaxLength, what);
        }
    }
    let mut allowed = field.allowed.iter();
    if !field.allowed.is_empty() && !allowed.any(|allowed| allowed.value == text) {
        let known: Vec<_> = field
            .allowed
            .iter()
            .map(|allowed| match allowed.label {
                "" => format!("\"{}\"", allowed.value),
                label => format!("\"{}\" ({label})", allowed.value),
            })
            .collect();
        let what = format!("must be one of {}", known.join(", "));
        report.add(path, field.label, Rule::AllowedValues, what);
    }
    match field.format {
        Some(Format::Date) if !is_date(text) => {
            report.add(path, field.label, Rule::Format, "must be a day as yyyy-MM-dd");
        }
        Some(Format::Integer64) if !fits_64_bits(text) => {
            report.add(path, field.label, Rule::Format, "must be an integer of at most 64 bits");
        }
        _ => {}
    }
}

/// An id: text that an integer can be made into.
///
/// Ids have 19 digits, more than a floating-point number holds, so they are kept as text.
///
/// ```
/// use qince_leads::Id;
///
/// assert_eq!(Id::from(6789690485561771524_i64), Id::from("6789690485561771524"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Id(String);

impl Id {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<i64> for Id {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl From<u64> for Id {
    fn from(id: u64) -> Self {
        Self(id.to_string())
    }
}

impl Value for Id {
    fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    fn text(&self) -> Option<&str> {
        Some(&self.0)
    }

    fn check(&self, field: &Field, path: Path<'_>, report: &mut Report) {
        check_text(&self.0, field, path, report);
    }

    fn write(&self, field: &Field, out: &mut String) {
        let as_number = match field.as_number {
            AsNumber::Never => false,
            AsNumber::Fitting64 => fits_64_bits(&self.0),
            AsNumber::Digits => is_whole_number(&self.0),
        };
        if as_number { out.push_str(&self.0) } else { write_string(out, &self.0) }
    }
}

impl Readable for Id {
    const KIND: Kind = Kind::Id;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if !matches!(source.cursor.peek(), b'-' | b'0'..=b'9') {
            return Ok(String::read(source)?.map(Self));
        }
        let mut ahead = source.cursor.clone();
        let literal = ahead.literal()?;
        if !is_integer(literal) {
            return source.mistyped("text or an integer");
        }
        *source.cursor = ahead;
        Ok(Some(Self(literal.to_owned())))
    }
}

/// Whether a JSON number is written without fraction and exponent.
fn is_integer(literal: &str) -> bool {
    literal.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
}

/// Whether a text is digits that can stand as a JSON number.
fn is_whole_number(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text.len() == 1 || !text.starts_with('0'))
}

fn fits_64_bits(text: &str) -> bool {
    is_whole_number(text) && text.parse::<i64>().is_ok()
}

impl Value for i64 {
    fn check(&self, field: &Field, path: Path<'_>, report: &mut Report) {
        if !(1..=i64::from(i32::MAX)).contains(self) {
            report.add(path, field.label, Rule::Range, OUT_OF_RANGE);
        }
    }

    fn write(&self, _: &Field, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

const OUT_OF_RANGE: &str = "must be from 1 to 2147483647";

impl Readable for i64 {
    const KIND: Kind = Kind::Count;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        let mut ahead = source.cursor.clone();
        let digits = ahead.literal().ok().filter(|literal| is_integer(literal));
        let Some(digits) = digits else {
            return source.mistyped("an integer");
        };
        *source.cursor = ahead;
        let count = digits.parse().ok();
        if count.is_none() {
            source.report.add(source.path, source.label, Rule::Range, OUT_OF_RANGE);
        }
        Ok(count)
    }
}

impl<T: Table> Value for T {
    fn check(&self, _: &Field, path: Path<'_>, report: &mut Report) {
        check_fields(self, path, report);
    }

    fn write(&self, _: &Field, out: &mut String) {
        write_object(self, out);
    }
}

impl<T: Table> Readable for T {
    const KIND: Kind = Kind::One(T::SHAPE);

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        let mut object = Self::default();
        read_object(source, &mut object)?;
        Ok(Some(object))
    }
}

impl<T: Table> Value for Vec<T> {
    fn check(&self, _: &Field, path: Path<'_>, report: &mut Report) {
        for (i, row) in self.iter().enumerate() {
            check_fields(row, Path::Element(&path, i), report);
        }
    }

    fn write(&self, _: &Field, out: &mut String) {
        write_list(out, self, |row, out| write_object(row, out));
    }
}

impl<T: Table> Readable for Vec<T> {
    const KIND: Kind = Kind::List(T::SHAPE);

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        if source.cursor.peek() != b'[' {
            return source.mistyped("a list");
        }
        // A row of the wrong type keeps its place, so that those behind it are reported where they are.
        let rows = source.elements(|source| {
            let mut row = T::default();
            read_object(source, &mut row)?;
            Ok(row)
        });
        rows.map(Some)
    }
}

fn write_list<T>(out: &mut String, list: &[T], write: impl Fn(&T, &mut String)) {
    out.push('[');
    for (i, element) in list.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(element, out);
    }
    out.push(']');
}

impl Value for Json {
    fn check(&self, _: &Field, _: Path<'_>, _: &mut Report) {}

    fn write(&self, _: &Field, out: &mut String) {
        out.push_str(self.as_str());
    }
}

impl Readable for Json {
    const KIND: Kind = Kind::Json;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        read_any(source).map(Some)
    }
}

impl Value for Vec<Json> {
    fn check(&self, _: &Field, _: Path<'_>, _: &mut Report) {}

    fn write(&self, _: &Field, out: &mut String) {
        write_list(out, self, |value, out| out.push_str(value.as_str()));
    }
}

impl Readable for Vec<Json> {
    const KIND: Kind = Kind::JsonList;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        if source.cursor.peek() != b'[' {
            return source.mistyped("a list");
        }
        source.elements(read_any).map(Some)
    }
}

/// JSON values under names of the user's own, in the order given.
///
/// ```
/// use qince_leads::JsonMap;
///
/// let exts = JsonMap::from([("field_kig9p__cywdzm9", "10000.00")]);
/// assert_eq!(exts.get("field_kig9p__cywdzm9").unwrap().as_str(), "\"10000.00\"");
/// ```
#[derive(Clone, Debug, Default)]
pub struct JsonMap(IndexMap<String, Json>);

impl JsonMap {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; one of the same name is replaced where it stands.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn write_object(&self, out: &mut String) {
        out.push('{');
        for (name, value) in self.iter() {
            write_member(out, name, value.as_str());
        }
        out.push('}');
    }
}

impl<K: Into<String>, V: Into<Json>> FromIterator<(K, V)> for JsonMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<K: Into<String>, V: Into<Json>, const N: usize> From<[(K, V); N]> for JsonMap {
    fn from(values: [(K, V); N]) -> Self {
        values.into_iter().collect()
    }
}

// Order counts: it is the order on the wire.
impl PartialEq for JsonMap {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice() == other.0.as_slice()
    }
}

impl Eq for JsonMap {}

impl Hash for JsonMap {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_slice().hash(state);
    }
}

impl Value for JsonMap {
    fn check(&self, _: &Field, _: Path<'_>, _: &mut Report) {}

    fn write(&self, _: &Field, out: &mut String) {
        self.write_object(out);
    }
}

impl Readable for JsonMap {
    const KIND: Kind = Kind::JsonMap;

    fn read(source: &mut Source<'_, '_>) -> Result<Option<Self>, SyntaxError> {
        if source.null()? {
            return Ok(None);
        }
        if source.cursor.peek() != b'{' {
            return source.mistyped("an object");
        }
        let mut map = Self::new();
        let mut more = source.cursor.open(b'}');
        while more {
            let key = source.cursor.key()?;
            let name = source.cursor.text_of(key)?;
            map.insert(name, read_any(source)?);
            more = source.cursor.more(b'}')?;
        }
        Ok(Some(map))
    }
}
