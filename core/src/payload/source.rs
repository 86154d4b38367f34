//! Where a payload is read from.

use std::borrow::Cow;

use crate::json::{Cursor, Json, SyntaxError};
use crate::meta::{Others, Shape};
use crate::payload::JsonMap;
use crate::payload::draft::Slot;
use crate::payload::value::{OUT_OF_RANGE, is_integer};
use crate::validate::{Path, Report, Rule};

/// A position in JSON text, and what is known about the value there.
pub(crate) struct Source<'s, 't> {
    pub(crate) cursor: &'s mut Cursor<'t>,
    pub(crate) path: Path<'s>,
    /// The Chinese label of the field, for messages.
    pub(crate) label: &'static str,
    pub(crate) report: &'s mut Report,
}

impl<'t> Source<'_, 't> {
    /// Passes over a value and reports that it should have been another.
    pub(crate) fn mistyped(&mut self, expected: &str) -> Result<Slot<'t>, SyntaxError> {
        let found = match self.cursor.peek() {
            b'{' => "an object",
            b'[' => "a list",
            b'"' => "text",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        };
        self.cursor.skip()?;
        let what = format!("{found}, not {expected}");
        self.report.add(self.path, self.label, Rule::Type, &what);
        Ok(Slot::Mistyped)
    }

    /// Reports a member that the shape does not know, and which one was likely meant.
    pub(crate) fn unknown(&mut self, shape: &Shape, name: &str) -> Result<(), SyntaxError> {
        self.cursor.skip()?;
        let what = unknown_field(shape, name);
        self.report.add(self.path, "", Rule::UnknownField, &what);
        Ok(())
    }

    /// Reads the elements of the list that begins here.
    pub(crate) fn elements<T>(
        &mut self,
        mut read: impl FnMut(&mut Source<'_, 't>) -> Result<T, SyntaxError>,
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

    /// Reads the text that begins here.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Cow<'t, str>, SyntaxError> {
        let span = self.cursor.string()?;
        self.cursor.text_of(span)
    }

    /// Reads the name of the member that begins here.
    pub(crate) fn name(&mut self) -> Result<Cow<'t, str>, SyntaxError> {
        let key = self.cursor.key()?;
        self.cursor.text_of(key)
    }

    /// Reads an integer by its digits.
    pub(crate) fn integer(
        &mut self,
        expected: &str,
        slot: impl FnOnce(&mut Self, &'t str) -> Slot<'t>,
    ) -> Result<Slot<'t>, SyntaxError> {
        let mut ahead = self.cursor.clone();
        match ahead.literal().ok().filter(|literal| is_integer(literal)) {
            Some(digits) => {
                *self.cursor = ahead;
                Ok(slot(self, digits))
            }
            None => self.mistyped(expected),
        }
    }

    /// Reads an integer that counts something.
    pub(crate) fn count(&mut self) -> Result<Slot<'t>, SyntaxError> {
        self.integer("an integer", |source, digits| match digits.parse() {
            Ok(count) => Slot::Count(count),
            Err(_) => {
                source.report.add(source.path, source.label, Rule::Range, &OUT_OF_RANGE);
                Slot::Mistyped
            }
        })
    }

    /// Reads any value, null included.
    pub(crate) fn json(&mut self) -> Result<Json, SyntaxError> {
        let mut compact = String::new();
        self.cursor.copy_compact(&mut compact)?;
        Ok(Json::from_compact(compact))
    }

    /// Reads the object that begins here, whatever its members.
    pub(crate) fn json_map(&mut self) -> Result<JsonMap, SyntaxError> {
        let mut members = Vec::new();
        let mut more = self.cursor.open(b'}');
        while more {
            members.push((self.name()?.into_owned(), self.json()?));
            more = self.cursor.more(b'}')?;
        }
        Ok(JsonMap::of_members(members))
    }
}

/// Says that there is no such field, and which one was likely meant.
fn unknown_field(shape: &Shape, name: &str) -> String {
    // A long name is no slip, and would take long to compare.
    let lower = if name.len() > 64 { String::new() } else { name.to_ascii_lowercase() };
    let distance = |known: &str| strsim::osa_distance(&known.to_ascii_lowercase(), &lower);
    let nearest = shape
        .fields
        .iter()
        .map(|field| (distance(field.wire), field.wire))
        .min()
        .filter(|&(distance, known)| distance * 4 < known.len().max(lower.len()));
    match nearest {
        Some((_, nearest)) => format!("unknown field; did you mean `{nearest}`?"),
        None if shape.others == Others::Extra => {
            "unknown field; a parameter new to this SDK goes into `extra`".to_owned()
        }
        None => "unknown field".to_owned(),
    }
}
