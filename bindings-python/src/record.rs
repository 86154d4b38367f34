//! Records: what the service returns and pushes.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};
use qince_leads::Json;
use qince_leads::dynamic::Row;
use qince_leads::meta::{Kind, Shape};

use crate::classes::{Table, class_of, immutable};
use crate::error::raised;
use crate::given::{Text, expected};
use crate::json;
use crate::keywords::shown;
use crate::texts::Texts;

/// Something that came in another shape than the vendor documents.
#[pyclass(frozen, eq, hash, module = "qince_leads")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Fault {
    /// Which row of a page and which member of it, as in `[1].labels[0].color`; `[3]` is a row that is no record and was
    /// left out. Of a record the member alone.
    #[pyo3(get)]
    path: String,
    /// What the vendor documents there: `text`, `an object` or `a list of objects`.
    #[pyo3(get)]
    expected: String,
}

#[pymethods]
impl Fault {
    #[new]
    #[pyo3(signature = (path, expected))]
    fn new(path: Text, expected: Text) -> Self {
        Self { path: path.0, expected: expected.0 }
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(py, ["path", "expected"])
    }

    fn __getnewargs__(&self) -> (&str, &str) {
        (&self.path, &self.expected)
    }

    fn __str__(&self) -> String {
        format!("{}: not {}", self.path, self.expected)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let members = PyDict::new(py);
        members.set_item("path", &self.path)?;
        members.set_item("expected", &self.expected)?;
        shown("Fault", &members)
    }
}

impl From<qince_leads::Fault> for Fault {
    fn from(fault: qince_leads::Fault) -> Self {
        Self { path: fault.path, expected: fault.expected.to_owned() }
    }
}

/// The faults as users see them.
pub(crate) fn told<'py>(
    py: Python<'py>,
    faults: impl Iterator<Item = qince_leads::Fault>,
) -> PyResult<Bound<'py, PyTuple>> {
    let faults: PyResult<Vec<_>> = faults.map(|fault| Bound::new(py, Fault::from(fault))).collect();
    PyTuple::new(py, faults?)
}

/// Something that the service returns or pushes.
///
/// A record is a place on the page that it came with, and keeps that page in memory. Its attributes are None where the
/// service left them out.
#[pyclass(frozen, subclass, module = "qince_leads")]
pub(crate) struct Record {
    row: Row,
    texts: Texts,
}

/// A record on its way into an object of its class.
#[pyclass(frozen)]
struct Made(Row, Texts);

#[pymethods]
impl Record {
    #[new]
    #[pyo3(signature = (*args, **fields), text_signature = None)]
    #[classmethod]
    fn new(
        class: &Bound<'_, PyType>,
        args: &Bound<'_, PyTuple>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        if !args.is_empty() {
            let arg = args.get_item(0)?;
            return match arg.cast::<Made>() {
                Ok(made) => Ok(Self { row: made.get().0.clone(), texts: made.get().1.clone() }),
                Err(_) => Err(PyTypeError::new_err(
                    "fields are given by keyword: see the class's attributes",
                )),
            };
        }
        let mut members = Members::default();
        let Some(fields) = fields else { return Self::parse(class, &members.finish()) };
        for (name, value) in fields {
            members.add(class, &name, &value)?;
        }
        Self::parse(class, &members.finish())?.fitting(fields)
    }

    /// Reads JSON with the vendor's names.
    ///
    /// Raises MalformedError where the text is not a JSON object. A member of another shape is among its `faults`.
    #[classmethod]
    #[pyo3(signature = (json, /))]
    fn from_json<'py>(class: &Bound<'py, PyType>, json: Text) -> PyResult<Bound<'py, PyAny>> {
        let Self { row, texts } = Self::parse(class, &json.0)?;
        class.call1((Made(row, texts),))
    }

    /// Fills the slots.
    #[pyo3(signature = (*_args, **_fields))]
    fn __init__(
        slf: &Bound<'_, Self>,
        _args: &Bound<'_, PyTuple>,
        _fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let table = Table::of(&slf.get_type())?;
        let slots = table.get().slots.get().map(Vec::as_slice).unwrap_or_default();
        let none = py.None().into_bound(py);
        let Self { row, texts } = slf.get();
        texts.with(|maker| {
            for (place, slot) in slots {
                match row.bytes(*place) {
                    Some(bytes) => slot.set(slf, maker.text(py, bytes)?.as_any())?,
                    None => slot.set(slf, &none)?,
                }
            }
            Ok(())
        })
    }

    fn __setattr__(
        slf: &Bound<'_, Self>,
        _name: &Bound<'_, PyAny>,
        _value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        Err(immutable(slf))
    }

    fn __delattr__(slf: &Bound<'_, Self>, _name: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(immutable(slf))
    }

    /// Writes JSON with the vendor's names: known members in the order of the vendor's table, then the others as they
    /// came.
    #[pyo3(name = "to_json")]
    pub(crate) fn to_json(&self) -> String {
        self.row.to_json()
    }

    /// All that is there, by attribute name, as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.dict_of(py, |place| self.plain_value(py, place))
    }

    /// The same with some fields changed; None takes one away.
    #[pyo3(signature = (**changes))]
    fn replace<'py>(
        slf: &Bound<'py, Self>,
        changes: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let class = slf.get_type();
        let Some(changes) = changes else { return Ok(slf.clone().into_any()) };
        let row = &slf.get().row;
        let mut members = Members::default();
        for (place, field) in row.shape().fields.iter().enumerate() {
            if let (false, Some(json)) = (changes.contains(field.name)?, row.json(place)) {
                members.push(field.wire, &json);
            }
        }
        if !changes.contains("extra")? {
            row.extra().for_each(|(name, json)| members.push(name, json));
        }
        for (name, value) in changes {
            members.add(&class, &name, &value)?;
        }
        let Self { row, texts } = Self::parse(&class, &members.finish())?.fitting(changes)?;
        class.call1((Made(row, texts),))
    }

    /// The members that are not as the vendor documents them. Their attributes are None or empty, and what came stands in
    /// `extra`. A part of a record has none: its record says them.
    #[getter]
    pub(crate) fn faults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        told(py, self.row.faults())
    }

    /// The members that this SDK does not know, and those of another shape than it knows, as they came.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        json::loads_members(py, self.row.extra())
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(
        slf: &Bound<'py, Self>,
        changes: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::replace(slf, changes)
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let from_json = slf.get_type().getattr("from_json")?;
        Ok((from_json, (slf.get().to_json(),)))
    }

    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> Option<bool> {
        let other = other.cast::<Self>().ok()?;
        let is_same_class = slf.get_type().is(other.get_type());
        is_same_class.then(|| slf.get().row == other.get().row)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.row.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf.get_type().name()?.to_str()?, &slf.get().fields(slf.py())?)
    }
}

impl Record {
    /// The record that a row is.
    pub(crate) fn object<'py>(
        py: Python<'py>,
        row: Row,
        texts: &Texts,
    ) -> PyResult<Bound<'py, PyAny>> {
        class_of(py, row.shape())?.call1((Made(row, texts.clone()),))
    }

    pub(crate) fn shape(&self) -> &'static Shape {
        self.row.shape()
    }

    /// The value of the field at this place.
    pub(crate) fn value<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        let row = &self.row;
        Ok(match row.shape().fields[place].kind {
            Kind::JsonMap => json::loads_members(py, row.json_map(place))?.into_any(),
            Kind::One(_) => match row.part(place) {
                Some(part) => Self::object(py, part, &self.texts)?,
                None => py.None().into_bound(py),
            },
            Kind::List(_) => {
                let parts = row.parts(place).map(|part| Self::object(py, part, &self.texts));
                PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?)?.into_any()
            }
            _ => match row.bytes(place) {
                Some(text) => self.texts.with(|maker| maker.text(py, text))?.into_any(),
                None => py.None().into_bound(py),
            },
        })
    }

    /// The same without records in it.
    fn plain_value<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        let dict = |row| Self { row, texts: self.texts.clone() }.to_dict(py);
        Ok(match self.shape().fields[place].kind {
            Kind::One(_) => match self.row.part(place) {
                Some(part) => dict(part)?.into_any(),
                None => py.None().into_bound(py),
            },
            Kind::List(_) => {
                let dicts = self.row.parts(place).map(dict);
                PyList::new(py, dicts.collect::<PyResult<Vec<_>>>()?)?.into_any()
            }
            _ => self.value(py, place)?,
        })
    }

    fn parse(class: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
        let row = Row::from_json(json, Table::of(class)?.get().shape);
        let row = row.map_err(|error| raised(class.py(), &error))?;
        Ok(Self { row, texts: Texts::default() })
    }

    /// The record, where what was given by keyword is of the right shape: what comes may be of another one, but whoever
    /// gives something has made a mistake.
    fn fitting(self, given: &Bound<'_, PyDict>) -> PyResult<Self> {
        for fault in self.row.faults() {
            let field = self.shape().fields.iter().find(|field| field.wire == fault.path);
            if let Some(field) = field
                && given.contains(field.name)?
            {
                let what = format!("{}: must be {}", field.name, fault.expected);
                return Err(PyTypeError::new_err(what));
            }
        }
        Ok(self)
    }

    /// All that is there, as keywords.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.dict_of(py, |place| self.value(py, place))
    }

    fn dict_of<'py>(
        &self,
        py: Python<'py>,
        value: impl Fn(usize) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (place, field) in self.shape().fields.iter().enumerate() {
            if self.row.has(place) {
                dict.set_item(field.name, value(place)?)?;
            }
        }
        if self.row.extra().len() > 0 {
            dict.set_item("extra", self.extra(py)?)?;
        }
        Ok(dict)
    }
}

/// The members of a record that is being made.
#[derive(Default)]
struct Members(String);

impl Members {
    fn push(&mut self, wire: &str, json: &str) {
        for piece in [",", Json::from(wire).as_str(), ":", json] {
            self.0.push_str(piece);
        }
    }

    /// Adds what is given under a name in Python.
    fn add(
        &mut self,
        class: &Bound<'_, PyType>,
        name: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let table = Table::of(class)?;
        let place = table.get().place(name, 0)?;
        let field = place.map(|place| &table.get().shape.fields[place]);
        if field.is_none() && !name.eq("extra")? {
            return Err(table.get().unexpected(class, name));
        }
        if value.is_none() {
            return Ok(());
        }
        let mut json = String::new();
        json::write_field(field.map(|field| field.kind), name, value, &mut json)?;
        if let Some(field) = field {
            self.push(field.wire, &json);
            return Ok(());
        }
        let members = json.strip_prefix('{').and_then(|members| members.strip_suffix('}'));
        let members =
            members.ok_or_else(|| expected("a mapping for extra", value.as_borrowed()))?;
        if !members.is_empty() {
            self.0.push(',');
            self.0.push_str(members);
        }
        Ok(())
    }

    fn finish(self) -> String {
        ["{", self.0.trim_start_matches(','), "}"].concat()
    }
}
