//! Reading payloads from JSON with the vendor's names.

use std::borrow::Cow;

use crate::json::{Cursor, Json, SyntaxError};
use crate::meta::{Kind, Others, Shape};
use crate::payload::{Draft, JsonMap, Slot, is_integer};
use crate::violation::InvalidPayload;
use crate::violation::{Found, Path, Problem, Report, Wanted};

impl<'t> Draft<'t> {
    /// Reads a payload or a part of one, see [`Operation::from_json`](crate::Operation::from_json).
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] where its shape is wrong, with the violations of all other rules too.
    pub fn from_json(json: &'t str, shape: &'static Shape) -> Result<Self, InvalidPayload> {
        let mut report = Report::default();
        let draft = Self::parse(json, shape, &mut report);
        if !report.is_empty() {
            draft.checked(report)?;
        }
        Ok(draft)
    }

    /// Reads a payload, and reports what is of the wrong type.
    pub(super) fn parse(json: &'t str, shape: &'static Shape, report: &mut Report) -> Self {
        let mut cursor = Cursor::new(json);
        cursor.skip_space();
        // A row that holds anything takes so many characters, and some are empty for a reason.
        let mut rows_left = json.len() / 12 + 100;
        let mut source = Source {
            cursor: &mut cursor,
            path: Path::Top,
            label: "",
            report,
            rows_left: &mut rows_left,
        };
        let read = Self::read(&mut source, shape);
        read.and_then(|draft| cursor.finish().map(|()| draft)).unwrap_or_else(|error| {
            report.add(Path::Top, "", &not_json(error));
            let mut nothing = Self::empty(shape);
            nothing.is_mistyped = true;
            nothing
        })
    }

    /// Reads an object. One of another type is reported.
    fn read(source: &mut Source<'_, 't>, shape: &'static Shape) -> Result<Self, SyntaxError> {
        let mut draft = Self::empty(shape);
        if source.cursor.peek() == b'{' {
            draft.read_members(source)?;
        } else {
            source.mistyped(Wanted::Object)?;
            draft.is_mistyped = true;
        }
        Ok(draft)
    }

    /// Reads the members of the object that begins here.
    fn read_members(&mut self, source: &mut Source<'_, 't>) -> Result<(), SyntaxError> {
        let shape = self.shape();
        let fields = shape.fields;
        // Members mostly come in the order of the table.
        let mut next = 0;
        let mut more = source.cursor.open(b'}');
        while more {
            let is_next = fields.get(next).is_some_and(|field| source.cursor.eat_key(field.wire));
            let name = if is_next { Cow::Borrowed(fields[next].wire) } else { source.name()? };
            let at = if is_next { Some(next) } else { shape.position(&name) };
            let mut member = Source {
                cursor: source.cursor,
                path: Path::Member(&source.path, &name),
                label: at.map_or("", |at| fields[at].label),
                report: source.report,
                rows_left: source.rows_left,
            };
            self.is_in_order &= at.is_some_and(|at| at >= next);
            if let Some(at) = at {
                let slot = member.slot(fields[at].kind)?;
                self.set(at, slot);
                next = at + 1;
            } else if shape.others == Others::Extra && name == "extra" {
                if let Slot::JsonMap(extra) = member.slot(Kind::JsonMap)? {
                    self.extra = extra;
                }
            } else {
                member.unknown(shape, &name)?;
            }
            more = source.cursor.more(b'}')?;
        }
        Ok(())
    }
}

/// A position in JSON text, and what is known about the value there.
struct Source<'s, 't> {
    cursor: &'s mut Cursor<'t>,
    path: Path<'s>,
    /// The Chinese label of the field, for messages.
    label: &'static str,
    report: &'s mut Report,
    /// How many rows of lists are still read: empty ones take many times the memory that their text does.
    rows_left: &'s mut usize,
}

impl<'t> Source<'_, 't> {
    /// Reads what may stand for a field of this kind. What may not is reported.
    fn slot(&mut self, kind: Kind) -> Result<Slot<'t>, SyntaxError> {
        let first = self.cursor.peek();
        if first == b'n' && !matches!(kind, Kind::Json) {
            return self.cursor.literal().map(|_| Slot::Absent);
        }
        match kind {
            Kind::Text | Kind::Id if first == b'"' => self.text().map(Slot::Text),
            Kind::Id if matches!(first, b'-' | b'0'..=b'9') => self.id(),
            Kind::Text | Kind::Id => self.mistyped(Wanted::Text),
            Kind::Count => self.count(),
            Kind::Json => self.json().map(|json| Slot::Json(Cow::Owned(json))),
            Kind::JsonList if first == b'[' => {
                self.elements(|source| source.json()).map(|list| Slot::JsonList(list.into()))
            }
            Kind::JsonMap | Kind::MapOrRows(_) if first == b'{' => {
                self.json_map().map(|map| Slot::JsonMap(Cow::Owned(map)))
            }
            Kind::JsonMap => self.mistyped(Wanted::Object),
            Kind::One(shape) if first == b'{' => {
                Draft::read(self, shape).map(|one| Slot::One(Box::new(one)))
            }
            Kind::One(_) => self.mistyped(Wanted::Object),
            Kind::List(shape) | Kind::MapOrRows(shape) if first == b'[' => self.rows(shape),
            Kind::JsonList | Kind::List(_) => self.mistyped(Wanted::List),
            Kind::MapOrRows(_) => self.mistyped(Wanted::ObjectOrList),
        }
    }

    /// Passes over a value and reports that it should have been another.
    fn mistyped(&mut self, expected: Wanted) -> Result<Slot<'t>, SyntaxError> {
        let found = Found::of(self.cursor.peek());
        self.cursor.skip()?;
        self.report.add(self.path, self.label, &Problem::Mistyped { found, expected });
        Ok(Slot::Mistyped)
    }

    /// Reports a member that the shape does not know.
    fn unknown(&mut self, shape: &Shape, name: &str) -> Result<(), SyntaxError> {
        self.cursor.skip()?;
        self.report.add(self.path, "", &Problem::Unknown { shape, name });
        Ok(())
    }

    /// Reads the rows of the list that begins here. One of the wrong type keeps its place, so that those behind it are
    /// reported where they are.
    fn rows(&mut self, shape: &'static Shape) -> Result<Slot<'t>, SyntaxError> {
        let begin = self.cursor.clone();
        let rows = self.elements(|row| {
            *row.rows_left = row.rows_left.saturating_sub(1);
            match row.rows_left {
                0 => row.cursor.skip().map(|_| None),
                _ => Draft::read(row, shape).map(Some),
            }
        })?;
        let rows: Option<Vec<_>> = rows.into_iter().collect();
        let Some(rows) = rows else {
            *self.cursor = begin;
            self.cursor.skip()?;
            self.report.add(self.path, self.label, &Problem::TooManyEmptyRows);
            return Ok(Slot::Mistyped);
        };
        Ok(Slot::List(rows))
    }

    /// Reads the elements of the list that begins here.
    fn elements<T>(
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
                rows_left: self.rows_left,
            })?);
            more = self.cursor.more(b']')?;
        }
        Ok(list)
    }

    /// Reads the text that begins here.
    #[inline]
    fn text(&mut self) -> Result<Cow<'t, str>, SyntaxError> {
        let span = self.cursor.string_in_place()?;
        self.cursor.text_of(span)
    }

    /// Reads the name of the member that begins here.
    fn name(&mut self) -> Result<Cow<'t, str>, SyntaxError> {
        let key = self.cursor.key()?;
        self.cursor.text_of(key)
    }

    /// Reads the digits of an integer, if one stands here.
    fn digits(&mut self) -> Option<&'t str> {
        let mut ahead = self.cursor.clone();
        let digits = ahead.literal().ok().filter(|literal| is_integer(literal))?;
        *self.cursor = ahead;
        Some(digits)
    }

    /// Reads an id that is given as an integer.
    fn id(&mut self) -> Result<Slot<'t>, SyntaxError> {
        match self.digits() {
            Some(digits) => Ok(Slot::Text(digits.into())),
            None => self.mistyped(Wanted::TextOrInteger),
        }
    }

    /// Reads an integer that counts something.
    fn count(&mut self) -> Result<Slot<'t>, SyntaxError> {
        match self.digits().map(str::parse) {
            Some(Ok(count)) => Ok(Slot::Count(count)),
            Some(Err(_)) => {
                self.report.add(self.path, self.label, &Problem::OutOfRange);
                Ok(Slot::Mistyped)
            }
            None => self.mistyped(Wanted::Integer),
        }
    }

    /// Reads any value, null included.
    fn json(&mut self) -> Result<Json, SyntaxError> {
        Json::at(self.cursor)
    }

    /// Reads the object that begins here, whatever its members.
    fn json_map(&mut self) -> Result<JsonMap, SyntaxError> {
        let mut members = Vec::new();
        let mut more = self.cursor.open(b'}');
        while more {
            members.push((self.name()?.into_owned(), self.json()?));
            more = self.cursor.more(b'}')?;
        }
        Ok(JsonMap::of_members(members))
    }
}

pub(super) fn not_json(error: SyntaxError) -> Problem<'static> {
    Problem::NotJson { why: error.to_string(), at: error.at }
}
