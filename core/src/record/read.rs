//! Reading rows in one pass: every value is noted where it lies, and nothing is copied that need not be.
//!
//! A member of another shape than its field costs neither its row nor the page: it is kept as it came, among the
//! members that the shape does not know, and noted as a fault.

use std::fmt;

use crate::body::MAX_BODY;
use crate::json::{Cursor, Span, SyntaxError, repeats, write_string};
use crate::meta::{Field, Kind, Others, Shape};
use crate::record::Sheet;
use crate::record::row::{Cell, OTHERS};

/// Why rows could not be read at all.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The text is not JSON.
    Syntax(SyntaxError),
    /// It is JSON of another shape: what was expected.
    Shape(&'static str),
}

impl From<SyntaxError> for ReadError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::Shape(expected) => write!(f, "{expected} expected"),
        }
    }
}

/// A member of a row, or a row, that has another shape than its record.
#[derive(Debug)]
pub(super) struct Misfit {
    /// Which one of the list the row is.
    pub(super) index: u32,
    /// Where the row lies, or where one that is no object would.
    pub(super) row: u32,
    /// The way from the row to the member, empty for the row itself.
    pub(super) path: String,
    pub(super) expected: &'static str,
    /// While its row is read: in which member of it, and where in the text that began.
    place: usize,
    turn: usize,
}

/// How many misfits are noted at most, so that a page of nothing else does not take many times its memory.
const MOST_MISFITS: usize = 100_000;

type Result<T> = std::result::Result<T, ReadError>;

/// Collects the cells of rows.
pub(crate) struct Reader {
    cells: Vec<Cell>,
    /// Values that do not stand in the text as they are. They go behind it, from `aside_from` on.
    aside: String,
    aside_from: usize,
    /// More than values that are worth sending need: a list of empty records would take many times the memory
    /// that its text does.
    most_cells: usize,
    habits: Vec<Habit>,
    /// Rows and pairs of lists and maps that are still open.
    pending: Vec<Cell>,
    misfits: Vec<Misfit>,
}

/// How much had been read at some point.
struct Mark {
    cells: usize,
    aside: usize,
    pending: usize,
    misfits: usize,
}

/// What stands for a field.
enum Value {
    /// Null.
    Absent,
    /// A value, there.
    At(Cell),
    /// One of another shape, which has been put among the unknown members.
    Odd,
}

/// Which field followed which one in the last row of a shape: nearly always it does so again, so a
/// member's name need not be searched, nor even its end found.
struct Habit {
    shape: &'static Shape,
    /// By place, from 0 for the first of all.
    next: [u8; OTHERS + 1],
}

/// Which members of a row came more than once.
#[derive(Default)]
struct Repeats {
    /// Their places, and where in the text each further one began.
    turns: Vec<(usize, usize)>,
    /// Those that were odd before they came again, in one bit for each place.
    odd: u64,
}

impl Repeats {
    #[cold]
    fn note(&mut self, place: usize, turn: usize, odd: u64) {
        self.turns.push((place, turn));
        self.odd |= odd;
    }
}

impl Reader {
    /// A reader for a text of this many bytes.
    pub(crate) fn new(text_len: usize) -> Result<Self> {
        if text_len > MAX_BODY {
            return Err(ReadError::Shape("a text of at most 64 MiB"));
        }
        Ok(Self {
            // More than a page of leads needs, so that they need not move.
            cells: Vec::with_capacity(text_len / 24),
            aside: String::new(),
            aside_from: text_len,
            most_cells: text_len / 3 + 1024,
            habits: Vec::new(),
            pending: Vec::new(),
            misfits: Vec::new(),
        })
    }

    /// The cells together with the text they were read from, which is that of the body or taken from it.
    pub(crate) fn into_sheet(self, mut text: Vec<u8>, is_body: bool) -> Sheet {
        text.extend_from_slice(self.aside.as_bytes());
        let Self { aside_from, cells, misfits, .. } = self;
        Sheet { text, aside_from, cells, is_body, misfits }
    }

    /// Reads the rows of a page, and returns where each of them begins. What is no object is left out.
    pub(crate) fn page(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<Cell> {
        let pending = self.pending.len();
        let mut index = 0;
        let mut more = cursor.open(b']');
        while more {
            let misfits = self.misfits.len();
            let row = self.row_at(cursor, shape)?;
            match row {
                Some(row) => self.pending.push(Cell { start: row, len: 0 }),
                None => {
                    cursor.skip()?;
                    self.misfit(String::new(), "an object");
                }
            }
            let row = row.unwrap_or(self.cells.len() as u32);
            for misfit in &mut self.misfits[misfits..] {
                (misfit.index, misfit.row) = (index, row);
            }
            index += 1;
            more = cursor.more(b']')?;
        }
        Ok(self.close(pending, 1))
    }

    /// Reads the one row of a text.
    pub(crate) fn only_row(
        &mut self,
        cursor: &mut Cursor<'_>,
        shape: &'static Shape,
    ) -> Result<u32> {
        let row = self.row_at(cursor, shape)?.ok_or(ReadError::Shape("an object"))?;
        for misfit in &mut self.misfits {
            misfit.row = row;
        }
        Ok(row)
    }

    /// Reads the list that begins here; `None` where it holds anything but objects.
    fn list(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<Option<Cell>> {
        let pending = self.pending.len();
        let mut more = cursor.open(b']');
        while more {
            let misfits = self.misfits.len();
            let Some(row) = self.row_at(cursor, shape)? else { return Ok(None) };
            let index = self.pending.len() - pending;
            self.lead_to(misfits, |path| format!("[{index}].{path}"));
            self.pending.push(Cell { start: row, len: 0 });
            more = cursor.more(b']')?;
        }
        Ok(Some(self.close(pending, 1)))
    }

    /// Reads the row that begins here; `None`, and nothing read, where something else does.
    fn row_at(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<Option<u32>> {
        if cursor.peek() != b'{' {
            return Ok(None);
        }
        if self.cells.len() + self.pending.len() > self.most_cells {
            return Err(ReadError::Shape("records that hold anything"));
        }
        self.row(cursor, shape).map(Some)
    }

    /// Moves pending cells into a run of `width` cells an element.
    fn close(&mut self, pending: usize, width: usize) -> Cell {
        let start = self.cells.len() as u32;
        let len = ((self.pending.len() - pending) / width) as u32;
        self.cells.extend(self.pending.drain(pending..));
        Cell { start, len }
    }

    /// Reads the object that begins here.
    fn row(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<u32> {
        let habit = self.habit(shape);
        let begin = self.mark();
        let mut found = [Cell::default(); OTHERS + 1];
        let (mut present, mut odd): (u64, u64) = (0, 0);
        let mut repeats = Repeats::default();
        let mut before = 0;
        let mut more = cursor.open(b'}');
        while more {
            let place = match self.place(cursor, habit, before)? {
                Ok(place) => place,
                Err(name) => {
                    self.other(cursor, shape, name)?;
                    more = cursor.more(b'}')?;
                    continue;
                }
            };
            let field = &shape.fields[place];
            let bit = 1 << place;
            if (present | odd) & bit != 0 {
                repeats.note(place, cursor.position(), odd & bit);
                (present, odd) = (present & !bit, odd & !bit);
            }
            match self.value(cursor, field, place)? {
                Value::Absent => {}
                Value::At(cell) => {
                    found[place] = cell;
                    present |= bit;
                }
                Value::Odd => odd |= bit,
            }
            before = place + 1;
            more = cursor.more(b'}')?;
        }
        if !repeats.turns.is_empty() {
            self.forget(cursor, &begin, shape, &repeats, odd);
        }
        if self.pending.len() > begin.pending {
            found[OTHERS] = self.close_pairs(cursor, begin.pending);
            present |= 1 << OTHERS;
        }
        let at = self.cells.len() as u32;
        self.cells.push(Cell { start: present as u32, len: (present >> 32) as u32 });
        while present != 0 {
            self.cells.push(found[present.trailing_zeros() as usize]);
            present &= present - 1;
        }
        Ok(at)
    }

    fn mark(&self) -> Mark {
        Mark {
            cells: self.cells.len(),
            aside: self.aside.len(),
            pending: self.pending.len(),
            misfits: self.misfits.len(),
        }
    }

    /// Takes back all that was read since then.
    fn rewind(&mut self, mark: &Mark) {
        self.cells.truncate(mark.cells);
        self.aside.truncate(mark.aside);
        self.pending.truncate(mark.pending);
        self.misfits.truncate(mark.misfits);
    }

    fn misfit(&mut self, path: String, expected: &'static str) {
        if self.misfits.len() < MOST_MISFITS {
            self.misfits.push(Misfit { index: 0, row: 0, path, expected, place: 0, turn: 0 });
        }
    }

    /// Says of all misfits from there on how they are reached from one level higher.
    #[inline]
    fn lead_to(&mut self, from: usize, path: impl Fn(&str) -> String) {
        for misfit in &mut self.misfits[from..] {
            misfit.path = path(&misfit.path);
        }
    }

    /// Forgets what the row that began there said of members that it said again later: the last one counts.
    #[cold]
    fn forget(
        &mut self,
        cursor: &Cursor<'_>,
        row: &Mark,
        shape: &Shape,
        repeats: &Repeats,
        odd: u64,
    ) {
        let mut last = [0; OTHERS];
        for &(place, turn) in &repeats.turns {
            last[place] = turn;
        }
        let misfits = self.misfits.split_off(row.misfits);
        let counts = |misfit: &Misfit| misfit.turn >= last[misfit.place];
        self.misfits.extend(misfits.into_iter().filter(counts));
        // Of those that are odd in the end, too, the last one counts as of all members that are unknown.
        let no_more = repeats.odd & !odd;
        let is_no_more =
            |name: &str| shape.position(name).is_some_and(|place| no_more >> place & 1 == 1);
        if no_more != 0 {
            let pairs = self.pending.split_off(row.pending);
            let kept = pairs.chunks_exact(2).filter(|pair| !is_no_more(self.said(cursor, pair[0])));
            let kept = kept.collect::<Vec<_>>().concat();
            self.pending.extend(kept);
        }
    }

    /// The text of a cell that was read.
    fn said<'c>(&'c self, cursor: &Cursor<'c>, cell: Cell) -> &'c str {
        let (start, len) = (cell.start as usize, cell.len());
        match start.checked_sub(self.aside_from) {
            Some(start) => &self.aside[start..start + len],
            None => cursor.slice(Span { start, end: start + len, escaped: false }),
        }
    }

    /// Moves pending pairs into a run. Of several of a name the last one counts.
    fn close_pairs(&mut self, cursor: &Cursor<'_>, pending: usize) -> Cell {
        let pairs = self.pending[pending..].chunks_exact(2);
        let names: Vec<_> = pairs.map(|pair| self.said(cursor, pair[0])).collect();
        let repeats = repeats(&names);
        if !repeats.is_empty() {
            let mut counts = vec![true; names.len()];
            for (before, _) in repeats {
                counts[before] = false;
            }
            let pairs = self.pending.split_off(pending);
            let kept = pairs.chunks_exact(2).zip(counts).filter(|(_, counts)| *counts);
            self.pending.extend(kept.flat_map(|(pair, _)| pair));
        }
        self.close(pending, 2)
    }

    fn habit(&mut self, shape: &'static Shape) -> usize {
        let known = self.habits.iter().position(|habit| std::ptr::eq(habit.shape, shape));
        known.unwrap_or_else(|| {
            let next = std::array::from_fn(|place| place as u8);
            self.habits.push(Habit { shape, next });
            self.habits.len() - 1
        })
    }

    /// Reads a member's name: the place of its field, or the name itself where there is none.
    #[inline]
    fn place(
        &mut self,
        cursor: &mut Cursor<'_>,
        habit: usize,
        before: usize,
    ) -> Result<std::result::Result<usize, Span>> {
        let habit = &mut self.habits[habit];
        let likely = usize::from(habit.next[before]);
        if let Some(field) = habit.shape.fields.get(likely)
            && cursor.eat_key(field.wire)
        {
            return Ok(Ok(likely));
        }
        let name = cursor.key()?;
        let place = habit.shape.position(&cursor.text_of(name)?);
        Ok(place.inspect(|&place| habit.next[before] = place as u8).ok_or(name))
    }

    /// Reads the value of a field.
    #[inline]
    fn value(&mut self, cursor: &mut Cursor<'_>, field: &Field, place: usize) -> Result<Value> {
        if cursor.at_string() && matches!(field.kind, Kind::Text) {
            let span = cursor.string_in_place()?;
            return Ok(Value::At(self.text_cell(cursor, span)?));
        }
        if cursor.peek() == b'n' {
            cursor.literal()?;
            return Ok(Value::Absent);
        }
        let (turn, misfits) = (cursor.position(), self.misfits.len());
        let value = self.value_of_parts(cursor, field);
        for misfit in &mut self.misfits[misfits..] {
            (misfit.place, misfit.turn) = (place, turn);
        }
        value
    }

    /// Reads a value that is no plain text.
    fn value_of_parts(&mut self, cursor: &mut Cursor<'_>, field: &Field) -> Result<Value> {
        let begin = (cursor.clone(), self.mark());
        let (cell, expected) = match (field.kind, cursor.peek()) {
            (Kind::One(shape), _) => {
                let row = self.row_at(cursor, shape)?;
                (row.map(|start| Cell { start, len: 0 }), "an object")
            }
            (Kind::List(shape), b'[') => (self.list(cursor, shape)?, "a list of objects"),
            (Kind::List(_), _) => (None, "a list of objects"),
            (Kind::JsonMap, b'{') => (Some(self.json_map(cursor)?), "an object"),
            (Kind::JsonMap, _) => (None, "an object"),
            (_, b'{' | b'[') => (None, "text"),
            _ => {
                let start = cursor.position() as u32;
                let len = cursor.literal()?.len() as u32;
                (Some(Cell { start, len }), "text")
            }
        };
        if let Some(cell) = cell {
            self.lead_to(begin.1.misfits, |path| match path.starts_with('[') {
                true => format!("{}{path}", field.wire),
                false => format!("{}.{path}", field.wire),
            });
            return Ok(Value::At(cell));
        }
        *cursor = begin.0;
        self.rewind(&begin.1);
        // Some serializers have one nothing for texts, lists and objects alike.
        if matches!(field.kind, Kind::Text) || !cursor.at_nothing() {
            self.misfit(field.wire.to_owned(), expected);
        }
        let name = self.put_aside(|aside| aside.push_str(field.wire));
        self.pair(cursor, name, |cursor, out| cursor.copy_compact(out))?;
        Ok(Value::Odd)
    }

    #[inline]
    fn text_cell(&mut self, cursor: &Cursor<'_>, span: Span) -> Result<Cell> {
        if span.escaped {
            return self.escaped_cell(cursor, span);
        }
        Ok(Cell { start: span.start as u32, len: (span.end - span.start) as u32 })
    }

    #[cold]
    fn escaped_cell(&mut self, cursor: &Cursor<'_>, span: Span) -> Result<Cell> {
        let said = cursor.text_of(span)?;
        Ok(self.put_aside(|aside| aside.push_str(&said)))
    }

    fn put_aside(&mut self, write: impl FnOnce(&mut String)) -> Cell {
        let start = self.aside.len();
        write(&mut self.aside);
        let len = self.aside.len() - start;
        Cell { start: (self.aside_from + start) as u32, len: len as u32 }
    }

    /// Reads the object that begins here, whatever its members.
    fn json_map(&mut self, cursor: &mut Cursor<'_>) -> Result<Cell> {
        let pending = self.pending.len();
        let mut more = cursor.open(b'}');
        while more {
            let name = cursor.key()?;
            let name = self.text_cell(cursor, name)?;
            self.pair(cursor, name, |cursor, out| cursor.copy_compact(out))?;
            more = cursor.more(b'}')?;
        }
        Ok(self.close_pairs(cursor, pending))
    }

    /// Keeps a member that the shape does not know.
    fn other(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape, name: Span) -> Result<()> {
        let becomes_text = match (shape.others, cursor.peek()) {
            (Others::KeptAsTextWith(_), b'-' | b'0'..=b'9') => true,
            (Others::KeptAsTextWith(prefix), b't' | b'f') => {
                cursor.text_of(name)?.starts_with(prefix)
            }
            _ => false,
        };
        let name = self.text_cell(cursor, name)?;
        self.pair(cursor, name, |cursor, out| {
            if becomes_text {
                write_string(out, cursor.literal()?);
                return Ok(());
            }
            cursor.copy_compact(out)
        })
    }

    /// Adds a pair of a name and a JSON text to those that are pending.
    fn pair(
        &mut self,
        cursor: &mut Cursor<'_>,
        name: Cell,
        copy: impl FnOnce(&mut Cursor<'_>, &mut String) -> std::result::Result<(), SyntaxError>,
    ) -> Result<()> {
        let mut copied = Ok(());
        let json = self.put_aside(|aside| copied = copy(cursor, aside));
        copied?;
        self.pending.extend([name, json]);
        Ok(())
    }
}
