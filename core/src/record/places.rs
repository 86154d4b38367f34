//! A page as texts and a stream of places in them: what a binding takes over in two moves.

use crate::meta::{Kind, Shape};
use crate::record::row::{Cell, Sheet};

/// A page of records for languages whose text is UTF-16: texts to slice, and where each value lies.
///
/// The stream begins with the number of records. A record is two words that say in one bit for each
/// field of its shape, and in bit 63 for members that the shape does not know, which of them are there;
/// then follows what stands for each, in order. A text is its start and length, an object a record, a
/// list its number of records and the records, a map (and the unknown members) the number of its
/// members and for each the places of name and JSON text.
///
/// Places count UTF-16 units from the beginning of the text; from its length on they lie in `aside`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The text that values lie in, where it is not the body that was read.
    pub text: Option<String>,
    /// The values that do not stand in the text as they are.
    pub aside: String,
    /// Where everything lies.
    pub stream: Vec<u32>,
}

impl Places {
    pub(super) fn of(sheet: &Sheet, rows: Cell, shape: &'static Shape) -> Self {
        let mut writer = Writer::new(sheet, Units::new(&sheet.text));
        writer.rows(rows, shape);
        Self {
            text: sheet.text_if_not_body().map(str::to_owned),
            aside: sheet.aside().to_owned(),
            stream: writer.stream,
        }
    }
}

/// Records for languages that slice UTF-8: one text, and where in it each value lies.
///
/// The stream is that of [`Places`], but its places count bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spans {
    /// The text that all values lie in, UTF-8.
    pub text: Vec<u8>,
    /// Where everything lies.
    pub stream: Vec<u32>,
}

impl Spans {
    pub(super) fn of_rows(sheet: &Sheet, rows: Cell, shape: &'static Shape) -> Self {
        Self::written(sheet, |writer| writer.rows(rows, shape))
    }

    pub(super) fn of_row(sheet: &Sheet, at: u32, shape: &'static Shape) -> Self {
        Self::written(sheet, |writer| {
            writer.stream.push(1);
            writer.row(at, shape);
        })
    }

    fn written(sheet: &Sheet, write: impl FnOnce(&mut Writer<'_, Bytes>)) -> Self {
        let mut writer = Writer::new(sheet, Bytes);
        write(&mut writer);
        Self { text: sheet.text.clone(), stream: writer.stream }
    }
}

struct Writer<'t, M> {
    sheet: &'t Sheet,
    measure: M,
    stream: Vec<u32>,
}

impl<'t, M: Measure> Writer<'t, M> {
    fn new(sheet: &'t Sheet, measure: M) -> Self {
        Self { sheet, measure, stream: Vec::with_capacity(2 * sheet.cells.len()) }
    }

    fn rows(&mut self, list: Cell, shape: &'static Shape) {
        self.stream.push(list.len);
        for row in self.sheet.run(list, 1) {
            self.row(row.start, shape);
        }
    }

    fn row(&mut self, at: u32, shape: &'static Shape) {
        let mut present = self.sheet.present(at);
        self.stream.push(present as u32);
        self.stream.push((present >> 32) as u32);
        let mut cells = self.sheet.cells[at as usize + 1..].iter();
        while present != 0
            && let Some(&cell) = cells.next()
        {
            match shape.fields.get(present.trailing_zeros() as usize).map(|field| field.kind) {
                Some(Kind::One(shape)) => self.row(cell.start, shape),
                Some(Kind::List(shape)) => self.rows(cell, shape),
                // Bit 63, behind all fields, stands for the members that the shape does not know.
                Some(Kind::JsonMap) | None => self.pairs(cell),
                Some(_) => self.text(cell),
            }
            present &= present - 1;
        }
    }

    fn pairs(&mut self, run: Cell) {
        self.stream.push(run.len);
        for &cell in self.sheet.run(run, 2) {
            self.text(cell);
        }
    }

    #[inline]
    fn text(&mut self, cell: Cell) {
        let start = cell.start as usize;
        self.stream.push(self.measure.before(start));
        self.stream.push(self.measure.between(start, start + cell.len()));
    }
}

/// In what places are counted.
trait Measure {
    /// How much stands before this byte.
    fn before(&self, byte: usize) -> u32;

    /// How much stands between these bytes.
    fn between(&self, start: usize, end: usize) -> u32;
}

/// Counts bytes. A text of more than fits is refused when it is read.
struct Bytes;

impl Measure for Bytes {
    #[inline]
    fn before(&self, byte: usize) -> u32 {
        byte as u32
    }

    #[inline]
    fn between(&self, start: usize, end: usize) -> u32 {
        (end - start) as u32
    }
}

/// Counts UTF-16 units in UTF-8.
struct Units<'t> {
    text: &'t [u8],
    /// How many units stand before every so many bytes.
    before: Vec<u32>,
}

impl<'t> Units<'t> {
    const STEP: usize = 16;

    fn new(text: &'t [u8]) -> Self {
        let (steps, _) = text.as_chunks::<{ Units::STEP }>();
        let mut before = Vec::with_capacity(steps.len() + 1);
        let mut units = 0;
        before.push(units);
        before.extend(steps.iter().map(|step| {
            units += u32::from(units_of(step));
            units
        }));
        Self { text, before }
    }

    /// The eight bytes from there, as many as there are.
    #[inline]
    fn word(&self, at: usize) -> u64 {
        let rest = &self.text[at..];
        match rest.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
        }
    }
}

impl Measure for Units<'_> {
    #[inline]
    fn before(&self, byte: usize) -> u32 {
        let step = byte / Self::STEP;
        self.before[step] + self.between(step * Self::STEP, byte)
    }

    /// One for each character, where it begins, and another one for each of four bytes. Looks at eight bytes at a time.
    #[inline]
    fn between(&self, start: usize, end: usize) -> u32 {
        let mut units = 0;
        for at in (start..end).step_by(8) {
            let word = self.word(at);
            let taken = ONES & u64::MAX >> (64 - 8 * (end - at).min(8));
            let is_high = word >> 7;
            let is_start = !(is_high & !(word >> 6)) & taken;
            let is_start_of_four = is_high & word >> 6 & word >> 5 & word >> 4 & taken;
            units += is_start.count_ones() + is_start_of_four.count_ones();
        }
        units
    }
}

/// What [`Units::between`] counts, for an engine that looks at all of these bytes at once.
fn units_of(bytes: &[u8; Units::STEP]) -> u8 {
    let units = |&byte: &u8| u8::from(byte & 0xc0 != 0x80) + u8::from(byte >= 0xf0);
    bytes.iter().map(units).sum()
}

/// The lowest bit of each of eight bytes.
const ONES: u64 = u64::from_ne_bytes([1; 8]);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn units_are_counted_as_utf16_counts_them(
            text in "[a线😀é]{0,900}",
            steps in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        ) {
            let units = Units::new(text.as_bytes());
            let bounds: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for step in steps {
                let byte = *step.get(&bounds);
                prop_assert_eq!(units.before(byte) as usize, text[..byte].encode_utf16().count());
            }
        }
    }
}
