//! What was read and can be sent as it stands.

use std::borrow::Cow;
use std::iter::Sum;

use crate::meta::{AsNumber, Field};
use crate::payload::{Draft, Slot};

/// How many texts stand in a piece of JSON, in how many bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Verbatim {
    pub(super) texts: usize,
    pub(super) len: usize,
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

impl Draft<'_> {
    /// What it was read from, if that was nothing but texts without escapes in the order of the table: where it is as
    /// long as what would be written, it is that.
    pub(super) fn verbatim(&self) -> Option<Verbatim> {
        if !self.is_in_order || !self.extra().is_empty() {
            return None;
        }
        let given = || self.fields().filter(|(_, slot)| !matches!(slot, Slot::Absent));
        let keys: usize = given().map(|(field, _)| field.wire.len() + r#""":"#.len()).sum();
        let commas = given().count().saturating_sub(1);
        let values: Option<Verbatim> = given().map(|(field, slot)| verbatim(field, slot)).sum();
        values.map(|values| values.longer_by(keys + commas + 2))
    }
}

fn verbatim(field: &Field, slot: &Slot<'_>) -> Option<Verbatim> {
    match slot {
        Slot::Text(Cow::Borrowed(text)) if field.as_number == AsNumber::Never => {
            Some(Verbatim { texts: 1, len: text.len() + 2 })
        }
        Slot::One(one) => one.verbatim(),
        Slot::List(rows) => {
            let commas = rows.len().saturating_sub(1);
            let rows = rows.iter().map(Draft::verbatim);
            rows.sum::<Option<Verbatim>>().map(|rows| rows.longer_by(commas + 2))
        }
        _ => None,
    }
}
