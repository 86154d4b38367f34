//! A sheet of values: the text that came, and where in it each value lies.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::error::{Error, Malformed};
use crate::json::{Cursor, write_key, write_member, write_string};
use crate::meta::{Kind, Shape};
use crate::record::read::{Misfit, ReadError};
use crate::record::{Places, Reader, Record, Spans};

/// Something that came in another shape than its record has. It is kept as it came, but for a row that is no object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Which row of a page, and which member of it: `[1].labels[0].color`, or `[3]` for a row that is no record; of a
    /// record the member alone.
    pub path: String,
    /// What the vendor documents there, in English: `text`, `an object` or `a list of objects`.
    pub expected: &'static str,
}

/// Where a value lies. Of text and JSON: bytes of the sheet's text. Of lists and maps: further cells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Cell {
    pub(crate) fn len(self) -> usize {
        self.len as usize
    }
}

/// The place in a row of the members that its shape does not know.
pub(crate) const OTHERS: usize = 63;

/// Texts and cells of any number of rows.
///
/// A row is a cell that says in one bit for each field which of them are there, and then a cell for
/// each that is. A list is a run of cells that each say where a row begins; a map is a run of pairs
/// of cells, name and JSON text.
#[derive(Default)]
pub(crate) struct Sheet {
    /// What came, and behind it every value that did not stand there as it is. It is valid UTF-8, and
    /// cells begin and end between characters.
    pub(super) text: Vec<u8>,
    /// Where those begin.
    pub(super) aside_from: usize,
    pub(super) cells: Vec<Cell>,
    /// Whether the text begins with the body that was read, unchanged.
    pub(super) is_body: bool,
    /// What has another shape than it should, in the order of the rows.
    pub(super) misfits: Vec<Misfit>,
}

impl Sheet {
    /// What came, if it is not the body.
    pub(super) fn text_if_not_body(&self) -> Option<&str> {
        (!self.is_body).then(|| self.slice(0, self.aside_from))
    }

    /// What did not stand in what came as it is.
    pub(super) fn aside(&self) -> &str {
        self.slice(self.aside_from, self.text.len())
    }

    /// Which fields of the row that begins there are given, in one bit for each, and in bit [`OTHERS`] whether
    /// there are members that its shape does not know.
    #[inline]
    pub(super) fn present(&self, row: u32) -> u64 {
        let mask = self.cells[row as usize];
        u64::from(mask.start) | u64::from(mask.len) << 32
    }

    fn text(&self, cell: Cell) -> &str {
        std::str::from_utf8(self.bytes(cell)).unwrap_or_default()
    }

    /// The bytes that a cell says.
    fn bytes(&self, cell: Cell) -> &[u8] {
        let start = cell.start as usize;
        self.text.get(start..start + cell.len()).unwrap_or_default()
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        let bytes = self.text.get(start..end).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The cells of a run, of which each element takes as many as `width`.
    pub(super) fn run(&self, run: Cell, width: usize) -> &[Cell] {
        &self.cells[run.start as usize..][..width * run.len()]
    }

    fn pairs(&self, run: Cell) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.run(run, 2).chunks_exact(2).map(|pair| (self.text(pair[0]), self.text(pair[1])))
    }
}

/// The rows of a page, whatever their shape.
#[derive(Clone)]
pub struct Rows {
    sheet: Arc<Sheet>,
    list: Cell,
    shape: &'static Shape,
}

impl Default for Rows {
    fn default() -> Self {
        Self::none(Shape::NOTHING)
    }
}

impl Rows {
    pub(crate) fn new(sheet: Sheet, list: Cell, shape: &'static Shape) -> Self {
        Self { sheet: Arc::new(sheet), list, shape }
    }

    /// No rows of this shape.
    pub(crate) fn none(shape: &'static Shape) -> Self {
        Self::new(Sheet::default(), Cell::default(), shape)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row> {
        Row::run(&self.sheet, self.list, self.shape)
    }

    /// The one at this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Row> {
        let cell = self.sheet.run(self.list, 1).get(index)?;
        Some(Row::new(&self.sheet, self.shape, cell.start))
    }

    /// The one at this index alone, or none.
    pub(crate) fn just(&self, index: Option<usize>) -> Self {
        let at =
            |index: usize| self.list.start.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        let list = index.map_or_else(Cell::default, |index| Cell { start: at(index), len: 1 });
        Self { list, ..self.clone() }
    }

    /// What of the page is not as the vendor documents it, in the order of its rows. At most 100,000 are listed.
    pub fn faults(&self) -> impl ExactSizeIterator<Item = Fault> {
        self.sheet.misfits.iter().map(|misfit| {
            let Misfit { index, path, expected, .. } = misfit;
            let dot = if path.is_empty() { "" } else { "." };
            Fault { path: format!("[{index}]{dot}{path}"), expected }
        })
    }

    /// The rows as texts and places in them, for languages whose text is UTF-16.
    #[must_use]
    pub fn places(&self) -> Places {
        Places::of(&self.sheet, self.list, self.shape)
    }

    /// The rows as a text and places in it, for languages that slice UTF-8.
    #[must_use]
    pub fn spans(&self) -> Spans {
        Spans::of_rows(&self.sheet, self.list, self.shape)
    }
}

/// A record, whatever its shape: a place on the page that it came with.
#[derive(Clone)]
pub struct Row {
    sheet: Arc<Sheet>,
    shape: &'static Shape,
    at: u32,
}

impl Row {
    pub(crate) fn new(sheet: &Arc<Sheet>, shape: &'static Shape, at: u32) -> Self {
        Self { sheet: Arc::clone(sheet), shape, at }
    }

    /// Reads a record from JSON, see [`Record::from_json`].
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is not a JSON object.
    pub fn from_json(json: &str, shape: &'static Shape) -> Result<Self, Error> {
        let mut cursor = Cursor::of_service(json);
        cursor.skip_space();
        let mut read = || {
            let mut reader = Reader::new(json.len())?;
            let row = reader.only_row(&mut cursor, shape)?;
            cursor.finish()?;
            Ok((reader, row))
        };
        let (reader, at) =
            read().map_err(|error: ReadError| Malformed::new(error, json.as_bytes()))?;
        Ok(Self::new(&Arc::new(reader.into_sheet(json.into(), true)), shape, at))
    }

    /// What of the record is not as the vendor documents it; of a part of a record nothing: its record says that.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        let misfits = &self.sheet.misfits;
        let from = misfits.partition_point(|misfit| misfit.row < self.at);
        let of_row = misfits[from..].iter().take_while(|misfit| misfit.row == self.at);
        let members = of_row.filter(|misfit| !misfit.path.is_empty());
        members.map(|misfit| Fault { path: misfit.path.clone(), expected: misfit.expected })
    }

    /// The cell of the field at this place, if it is there.
    #[inline]
    fn cell(&self, place: usize) -> Option<Cell> {
        if place > OTHERS {
            return None;
        }
        let present = self.sheet.present(self.at);
        let before = (present & ((1 << place) - 1)).count_ones();
        let there = present >> place & 1 == 1;
        there.then(|| self.sheet.cells[(self.at + 1 + before) as usize])
    }

    /// The text of the field at this place; `None` where it holds none.
    #[must_use]
    pub fn text(&self, place: usize) -> Option<&str> {
        self.text_cell(place).map(|cell| self.sheet.text(cell))
    }

    /// The text of the field at this place, as UTF-8 that nobody has looked at again; `None` where it holds none.
    #[must_use]
    pub fn bytes(&self, place: usize) -> Option<&[u8]> {
        self.text_cell(place).map(|cell| self.sheet.bytes(cell))
    }

    #[inline]
    fn text_cell(&self, place: usize) -> Option<Cell> {
        let is_text =
            self.shape.fields.get(place).is_some_and(|field| matches!(field.kind, Kind::Text));
        self.cell(place).filter(|_| is_text)
    }

    /// The one row as [`Rows::spans`] gives several.
    #[must_use]
    pub fn spans(&self) -> Spans {
        Spans::of_row(&self.sheet, self.at, self.shape)
    }

    /// The table of its members.
    #[must_use]
    pub fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// Whether the field at this place is there.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.cell(place).is_some()
    }

    /// The record in the field at this place.
    #[must_use]
    pub fn part(&self, place: usize) -> Option<Self> {
        let Kind::One(shape) = self.shape.fields.get(place)?.kind else { return None };
        self.cell(place).map(|cell| Self::new(&self.sheet, shape, cell.start))
    }

    /// The records in the list in the field at this place.
    pub fn parts(&self, place: usize) -> impl ExactSizeIterator<Item = Self> {
        let kind = self.shape.fields.get(place).map(|field| field.kind);
        let (list, shape) = match kind {
            Some(Kind::List(shape)) => (self.cell(place).unwrap_or_default(), shape),
            _ => (Cell::default(), Shape::NOTHING),
        };
        Self::run(&self.sheet, list, shape)
    }

    pub(crate) fn one<R: Record>(&self, place: usize) -> Option<R> {
        self.cell(place).map(|cell| R::at(Self::new(&self.sheet, R::SHAPE, cell.start)))
    }

    /// The text of the field with the vendor's name.
    pub(crate) fn text_by_name(&self, wire: &str) -> Option<&str> {
        self.shape.position(wire).and_then(|place| self.text(place))
    }

    pub(crate) fn list<R: Record>(&self, place: usize) -> impl ExactSizeIterator<Item = R> {
        self.rows(place, R::SHAPE).map(R::at)
    }

    fn rows(&self, place: usize, shape: &'static Shape) -> impl ExactSizeIterator<Item = Self> {
        Self::run(&self.sheet, self.cell(place).unwrap_or_default(), shape)
    }

    /// The rows of a list.
    pub(crate) fn run(
        sheet: &Arc<Sheet>,
        list: Cell,
        shape: &'static Shape,
    ) -> impl ExactSizeIterator<Item = Self> {
        sheet.run(list, 1).iter().map(move |cell| Self::new(sheet, shape, cell.start))
    }

    /// The names and JSON texts of the object in the field at this place; none where it holds something else.
    pub fn json_map(&self, place: usize) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let is_map =
            self.shape.fields.get(place).is_some_and(|field| matches!(field.kind, Kind::JsonMap));
        self.pairs(place, is_map)
    }

    fn pairs(&self, place: usize, are_there: bool) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.sheet.pairs(self.cell(place).filter(|_| are_there).unwrap_or_default())
    }

    /// The JSON text of the field at this place.
    #[must_use]
    pub fn json(&self, place: usize) -> Option<String> {
        let mut out = String::new();
        self.write_field(self.shape.fields.get(place)?.kind, place, self.cell(place)?, &mut out);
        Some(out)
    }

    /// The members that its table does not know, in the order they came: names and JSON texts.
    pub fn extra(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs(OTHERS, true)
    }

    /// Writes it as JSON, see [`Record::to_json`].
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.push('{');
        for (place, field) in self.shape.fields.iter().enumerate() {
            if let Some(cell) = self.cell(place) {
                write_key(out, field.wire);
                self.write_field(field.kind, place, cell, out);
            }
        }
        write_members(out, self.extra());
        out.push('}');
    }

    fn write_field(&self, kind: Kind, place: usize, cell: Cell, out: &mut String) {
        match kind {
            Kind::One(shape) => Self::new(&self.sheet, shape, cell.start).write(out),
            Kind::List(shape) => {
                out.push('[');
                for (i, row) in self.rows(place, shape).enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    row.write(out);
                }
                out.push(']');
            }
            Kind::JsonMap => {
                out.push('{');
                write_members(out, self.pairs(place, true));
                out.push('}');
            }
            _ => write_string(out, self.sheet.text(cell)),
        }
    }
}

fn write_members<'m>(out: &mut String, members: impl Iterator<Item = (&'m str, &'m str)>) {
    for (name, json) in members {
        write_member(out, name, json);
    }
}

// Rows are equal where they say the same, wherever that lies.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.to_json() == other.to_json()
    }
}

impl Eq for Row {}

impl Hash for Row {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_json().hash(state);
    }
}
