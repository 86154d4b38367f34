//! Rows as columns of texts, laid out as Apache Arrow does: no value becomes an object of Python's.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qince_leads::Json;
use qince_leads::dynamic::Row;
use qince_leads::meta::Kind;

/// One column.
#[derive(Default)]
pub(crate) struct Column {
    /// Where each text ends; the first is where the first begins.
    ends: Vec<i32>,
    text: Vec<u8>,
    /// One bit for each row that has a text.
    validity: Vec<u8>,
    absent: usize,
}

/// Offsets, text, validity, and in how many rows there is none.
pub(crate) type Buffers<'py> =
    (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, usize);

impl Column {
    /// The values at this place of these rows; behind the last field of their shape those that it does not know. What is
    /// nested is JSON text. `None` where they are longer than Arrow's offsets.
    pub(crate) fn of(rows: &[Row], place: usize) -> Option<Self> {
        let mut column = Self { ends: vec![0], ..Self::default() };
        for (index, row) in rows.iter().enumerate() {
            match row.shape().fields.get(place).map(|field| field.kind) {
                Some(Kind::Text) => column.push(index, row.bytes(place)),
                Some(_) => column.push(index, nested(row.json(place)).as_deref()),
                None => column.push(index, extra(row).as_deref()),
            }
            column.ends.push(column.text.len().try_into().ok()?);
        }
        Some(column)
    }

    fn push(&mut self, index: usize, value: Option<&[u8]>) {
        if index.is_multiple_of(8) {
            self.validity.push(0);
        }
        match value {
            Some(text) => {
                self.text.extend_from_slice(text);
                self.validity[index / 8] |= 1 << (index % 8);
            }
            None => self.absent += 1,
        }
    }

    pub(crate) fn buffers<'py>(&self, py: Python<'py>) -> Buffers<'py> {
        let ends: Vec<u8> = self.ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
        let [ends, text, validity] =
            [&ends, &self.text, &self.validity].map(|bytes| PyBytes::new(py, bytes));
        (ends, text, validity, self.absent)
    }
}

/// The JSON text of a list or an object, unless it is empty.
fn nested(json: Option<String>) -> Option<Vec<u8>> {
    json.filter(|json| json.len() > 2).map(String::into_bytes)
}

/// The members that the shape does not know, as an object.
fn extra(row: &Row) -> Option<Vec<u8>> {
    let members: Vec<String> =
        row.extra().map(|(name, json)| format!("{}:{json}", Json::from(name).as_str())).collect();
    (!members.is_empty()).then(|| format!("{{{}}}", members.join(",")).into_bytes())
}
