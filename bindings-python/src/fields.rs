//! The vendor's tables as data, for forms, imports and the like.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use qince_leads::meta::{self, Kind};

use crate::classes::{Table, class_of};
use crate::error::labelled;

/// A field of a payload or of a record, as the vendor's table has it.
#[pyclass(frozen, get_all, module = "qince_leads")]
pub(crate) struct Field {
    /// The attribute's name.
    name: &'static str,
    /// The vendor's name, as it stands in JSON.
    wire_name: &'static str,
    /// The vendor's Chinese label.
    label: &'static str,
    /// What the field does, in English.
    doc: String,
    /// What it holds: `text`, `id`, `count`, `json`, `json_list`, `json_map`, `map_or_parts`, `part` or `parts`.
    kind: &'static str,
    /// The class of its parts, or None.
    part: Option<Py<PyType>>,
    /// Its longest text in characters, or None.
    max_chars: Option<usize>,
    /// The only texts allowed, where the vendor lists them, each with its Chinese label.
    allowed: Py<PyTuple>,
    /// Whether it must be given and not be empty.
    required: bool,
}

#[pymethods]
impl Field {
    fn __repr__(&self) -> String {
        format!("<Field {}: {} ({})>", self.name, self.wire_name, self.label)
    }
}

/// The fields of a class of payloads, records or parts, in the vendor's order.
#[pyfunction]
#[pyo3(signature = (kind, /))]
pub(crate) fn fields<'py>(kind: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let py = kind.py();
    let class = kind
        .cast::<PyType>()
        .map_err(|_| PyTypeError::new_err("a class is needed, such as AddLead"))?;
    let table = Table::of(class)?;
    let fields = table.get().shape.fields.iter().map(|field| Bound::new(py, of(py, field)?));
    PyTuple::new(py, fields.collect::<PyResult<Vec<_>>>()?)
}

fn of(py: Python<'_>, field: &meta::Field) -> PyResult<Field> {
    let part = field.kind.part().map(|shape| class_of(py, shape)).transpose()?;
    Ok(Field {
        name: field.name,
        wire_name: field.wire,
        label: field.label,
        doc: field.doc.split_whitespace().collect::<Vec<_>>().join(" "),
        kind: kind_name(field.kind),
        part: part.cloned().map(Bound::unbind),
        max_chars: field.max_chars,
        allowed: labelled(py, field.allowed)?.unbind(),
        required: field.required,
    })
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Count => "count",
        Kind::Json => "json",
        Kind::JsonList => "json_list",
        Kind::JsonMap => "json_map",
        Kind::MapOrRows(_) => "map_or_parts",
        Kind::One(_) => "part",
        Kind::List(_) => "parts",
        _ => "text",
    }
}
