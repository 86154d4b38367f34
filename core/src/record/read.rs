//! Reading rows in one pass: every value is noted where it lies, and nothing is copied that need not be.

use crate::error::{Error, Malformed};
use crate::json::{Cursor, Span, SyntaxError, write_string};
use crate::meta::{Field, Kind, Others, Shape};
use crate::record::Sheet;
use crate::record::row::{Cell, OTHERS};

/// The longest text that is read, in bytes: places in it and in what is put aside fit 32 bits.
const MAX_TEXT: usize = 1 << 30;

/// Why rows could not be read.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The text is not JSON.
    Syntax(SyntaxError),
    /// It is JSON of another shape.
    Shape {
        /// Which record, or member of one; empty where it is neither.
        path: String,
        expected: &'static str,
    },
}

impl From<SyntaxError> for Fault {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

impl Fault {
    pub(crate) fn shape(expected: &'static str) -> Self {
        Self::Shape { path: String::new(), expected }
    }

    /// The same fault, seen from the object of which it lies in this member.
    pub(crate) fn below_member(self, name: &str) -> Self {
        self.below(|rest| match rest.as_bytes().first() {
            None | Some(b'[') => format!("{name}{rest}"),
            Some(_) => format!("{name}.{rest}"),
        })
    }

    fn below_element(self, index: usize) -> Self {
        self.below_member(&format!("[{index}]"))
    }

    fn below(self, within: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Shape { path, expected } => Self::Shape { path: within(&path), expected },
            syntax => syntax,
        }
    }

    /// The same fault, seen from the reply, if it is one of a record.
    pub(crate) fn below_response_data(self) -> Self {
        match self {
            Self::Shape { ref path, .. } if path.is_empty() => self,
            fault => fault.below_member("response_data"),
        }
    }

    pub(crate) fn into_malformed(self, body: Vec<u8>) -> Error {
        let (path, reason) = match self {
            Self::Syntax(error) => (None, error.to_string()),
            Self::Shape { path, expected } => {
                (Some(path).filter(|path| !path.is_empty()), format!("{expected} expected"))
            }
        };
        Malformed { path, reason, body }.into()
    }
}

type Result<T> = std::result::Result<T, Fault>;

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
}

/// Which field followed which one in the last row of a shape: nearly always it does so again, so a
/// member's name need not be searched, nor even its end found.
struct Habit {
    shape: &'static Shape,
    /// By place, from 0 for the first of all.
    next: [u8; OTHERS + 1],
}

impl Reader {
    /// A reader for a text of this many bytes.
    pub(crate) fn new(text_len: usize) -> Result<Self> {
        if text_len > MAX_TEXT {
            return Err(Fault::shape("a text of at most 1 GiB"));
        }
        Ok(Self {
            // More than a page of leads needs, so that they need not move.
            cells: Vec::with_capacity(text_len / 24),
            aside: String::new(),
            aside_from: text_len,
            most_cells: text_len / 3 + 1024,
            habits: Vec::new(),
            pending: Vec::new(),
        })
    }

    /// The cells together with the text they were read from, which is that of the body or taken from it.
    pub(crate) fn into_sheet(self, mut text: Vec<u8>, is_body: bool) -> Sheet {
        text.extend_from_slice(self.aside.as_bytes());
        Sheet { text, aside_from: self.aside_from, cells: self.cells, is_body }
    }

    /// Reads a row; where its shape is wrong, still makes sure that all of it is JSON.
    pub(crate) fn whole_row(
        &mut self,
        cursor: &mut Cursor<'_>,
        shape: &'static Shape,
    ) -> Result<u32> {
        let begin = cursor.clone();
        let row = self.row(cursor, shape);
        if let Err(Fault::Shape { .. }) = row {
            *cursor = begin;
            cursor.skip()?;
        }
        row
    }

    /// Reads a list of rows, and returns where each of them begins.
    pub(crate) fn list(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<Cell> {
        if cursor.peek() != b'[' {
            return Err(Fault::shape("a list"));
        }
        let pending = self.pending.len();
        let mut more = cursor.open(b']');
        while more {
            let index = self.pending.len() - pending;
            let row = self.row(cursor, shape).map_err(|fault| fault.below_element(index))?;
            self.pending.push(Cell { start: row, len: 0 });
            if self.cells.len() + self.pending.len() > self.most_cells {
                return Err(Fault::shape("records that hold anything"));
            }
            more = cursor.more(b']')?;
        }
        Ok(self.close(pending, 1))
    }

    /// Moves pending cells into a run of `width` cells an element.
    fn close(&mut self, pending: usize, width: usize) -> Cell {
        let start = self.cells.len() as u32;
        let len = ((self.pending.len() - pending) / width) as u32;
        self.cells.extend(self.pending.drain(pending..));
        Cell { start, len }
    }

    fn row(&mut self, cursor: &mut Cursor<'_>, shape: &'static Shape) -> Result<u32> {
        if cursor.peek() != b'{' {
            return Err(Fault::shape("an object"));
        }
        let habit = self.habit(shape);
        let pending = self.pending.len();
        let mut found = [Cell::default(); OTHERS + 1];
        let mut present: u64 = 0;
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
            match self.value(cursor, field).map_err(|fault| fault.below_member(field.wire))? {
                Some(cell) => {
                    found[place] = cell;
                    present |= 1 << place;
                }
                None => present &= !(1 << place),
            }
            before = place + 1;
            more = cursor.more(b'}')?;
        }
        if self.pending.len() > pending {
            found[OTHERS] = self.close(pending, 2);
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
            && cursor.eat_key(field.keys)
        {
            return Ok(Ok(likely));
        }
        let name = cursor.key()?;
        let place = habit.shape.position(&cursor.text_of(name)?);
        Ok(place.inspect(|&place| habit.next[before] = place as u8).ok_or(name))
    }

    /// Reads the value of a field; `None` where it is null.
    #[inline]
    fn value(&mut self, cursor: &mut Cursor<'_>, field: &Field) -> Result<Option<Cell>> {
        if cursor.at_string() && matches!(field.kind, Kind::Text) {
            let span = cursor.string()?;
            return Ok(Some(self.text_cell(cursor, span)?));
        }
        if cursor.peek() == b'n' {
            cursor.literal()?;
            return Ok(None);
        }
        match field.kind {
            Kind::One(shape) => {
                let row = self.row(cursor, shape)?;
                Ok(Some(Cell { start: row, len: 0 }))
            }
            Kind::List(shape) => self.list(cursor, shape).map(Some),
            Kind::JsonMap => self.json_map(cursor).map(Some),
            _ if matches!(cursor.peek(), b'{' | b'[') => Err(Fault::shape("text")),
            _ => {
                let start = cursor.position();
                let literal = cursor.literal()?;
                let len = literal.len() as u32;
                Ok(Some(Cell { start: start as u32, len }))
            }
        }
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

    fn json_map(&mut self, cursor: &mut Cursor<'_>) -> Result<Cell> {
        if cursor.peek() != b'{' {
            return Err(Fault::shape("an object"));
        }
        let pending = self.pending.len();
        let mut more = cursor.open(b'}');
        while more {
            let name = cursor.key()?;
            self.pair(cursor, name, |cursor, out| cursor.copy_compact(out))?;
            more = cursor.more(b'}')?;
        }
        Ok(self.close(pending, 2))
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
        name: Span,
        copy: impl FnOnce(&mut Cursor<'_>, &mut String) -> std::result::Result<(), SyntaxError>,
    ) -> Result<()> {
        let name = self.text_cell(cursor, name)?;
        let mut copied = Ok(());
        let json = self.put_aside(|aside| copied = copy(cursor, aside));
        copied?;
        self.pending.extend([name, json]);
        Ok(())
    }
}
