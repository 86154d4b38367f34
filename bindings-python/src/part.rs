//! Payloads, and the parts that they are made of.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString, PyTuple, PyType};
use qince_leads::dynamic::{Draft, Payload, Slot};
use qince_leads::meta::{Kind, Others, Shape};
use qince_leads::{Endpoint, Json, JsonMap};

use crate::classes::{Table, class_of, is_same};
use crate::error::{of_violation, raised};
use crate::given::Text;
use crate::json;
use crate::keywords::shown;

/// A group of fields that a user gives: a payload, or a part of one.
///
/// Immutable, and equal where it sends the same.
#[pyclass(frozen, subclass, module = "qince_leads")]
pub(crate) struct Part {
    shape: &'static Shape,
    held: Box<[Held]>,
    extra: JsonMap,
}

/// What is held for a field.
enum Held {
    Absent,
    Text(Py<PyString>),
    Count(i64),
    Json(Json),
    JsonList(Vec<Json>),
    JsonMap(JsonMap),
    One(Py<Part>),
    List(Vec<Py<Part>>),
}

/// A part on its way into an object of its class.
#[pyclass(frozen)]
struct Made(Mutex<Option<Part>>);

#[pymethods]
impl Part {
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
            let made = arg.cast::<Made>().ok();
            let made = made.and_then(|made| made.get().0.lock().ok()?.take());
            return made.ok_or_else(|| {
                PyTypeError::new_err("fields are given by keyword: see the class's attributes")
            });
        }
        let table = Table::of(class)?;
        match fields {
            Some(fields) => Self::of_fields(class, table.get(), fields),
            None => Ok(Self::empty(table.get().shape)),
        }
    }

    /// Reads JSON with the vendor's names; `extra` holds members that are to be sent after the known ones.
    ///
    /// What breaks a rule is said when the payload is signed; here only what has the wrong type or no meaning.
    ///
    /// Raises InvalidPayloadError where a value has the wrong type or a member is unknown, with all violations.
    #[classmethod]
    #[pyo3(signature = (json, /))]
    fn from_json<'py>(class: &Bound<'py, PyType>, json: Text) -> PyResult<Bound<'py, PyAny>> {
        let part = Self::parse(class.py(), Table::of(class)?.get().shape, &json.0)?;
        part.into_object(class)
    }

    /// Writes JSON with the vendor's names: what `from_json` reads.
    #[pyo3(name = "to_json")]
    fn py_to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.to_json(py)
    }

    /// All that is given, by attribute name, as plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.dict_of(py, |held| {
            Ok(match held {
                Held::One(part) => part.get().to_dict(py)?.into_any(),
                Held::List(parts) => {
                    let dicts: PyResult<Vec<_>> =
                        parts.iter().map(|part| part.get().to_dict(py)).collect();
                    PyList::new(py, dicts?)?.into_any()
                }
                plain => plain.value(py)?,
            })
        })
    }

    /// The same with some fields changed; None takes one away.
    #[pyo3(signature = (**changes))]
    fn replace<'py>(
        slf: &Bound<'py, Self>,
        changes: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let class = slf.get_type();
        let Some(changes) = changes else { return Ok(slf.clone().into_any()) };
        slf.get().changed(&class, changes)?.into_object(&class)
    }

    /// Everything that is wrong with it, at most 100 violations: an empty tuple where it can be sent.
    fn violations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let checked = self.to_draft(py)?.validate();
        let invalid = checked.err().map_or(Vec::new(), |invalid| invalid.violations);
        let violations: PyResult<Vec<_>> =
            invalid.iter().map(|violation| of_violation(py, violation)).collect();
        PyTuple::new(py, violations?)
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
        Ok((from_json, (slf.get().to_json(slf.py())?,)))
    }

    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let py = slf.py();
        let Ok(other) = other.cast::<Self>() else { return Ok(None) };
        if !slf.get_type().is(other.get_type()) {
            return Ok(None);
        }
        Ok(Some(slf.get().to_json(py)? == other.get().to_json(py)?))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<u64> {
        let mut hasher = DefaultHasher::new();
        (self.shape.name, self.to_json(py)?).hash(&mut hasher);
        Ok(hasher.finish())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf.get_type().name()?.to_str()?, &slf.get().fields(slf.py())?)
    }
}

impl Part {
    fn empty(shape: &'static Shape) -> Self {
        let held = shape.fields.iter().map(|_| Held::Absent).collect();
        Self { shape, held, extra: JsonMap::new() }
    }

    fn of_fields(
        class: &Bound<'_, PyType>,
        table: &Table,
        fields: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let mut part = Self::empty(table.shape);
        let mut next = 0;
        for (name, value) in fields.iter() {
            let Some(place) = table.place(&name, next)? else {
                let is_extra = table.shape.others == Others::Extra && name.eq("extra")?;
                if !is_extra {
                    return Err(table.unexpected(class, &name));
                }
                return Self::by_json(table, fields);
            };
            match Held::plainly(table.shape.fields[place].kind, &value) {
                Some(held) => part.held[place] = held,
                None => return Self::by_json(table, fields),
            }
            next = place + 1;
        }
        Ok(part)
    }

    /// The same with what is changed taken from another that was made of the changes.
    fn changed(&self, class: &Bound<'_, PyType>, changes: &Bound<'_, PyDict>) -> PyResult<Self> {
        let py = class.py();
        let table = Table::of(class)?;
        let Ok(mut part) = Self::of_fields(class, table.get(), changes) else {
            // What is wrong is said of the whole.
            let fields = self.fields(py)?;
            fields.update(changes.as_mapping())?;
            return Self::of_fields(class, table.get(), &fields);
        };
        let changed: HashSet<_> = changes.keys().iter().map(|name| name.to_string()).collect();
        for (place, field) in self.shape.fields.iter().enumerate() {
            if !changed.contains(field.name) {
                part.held[place] = self.held[place].clone_ref(py);
            }
        }
        if !changed.contains("extra") {
            part.extra = self.extra.clone();
        }
        Ok(part)
    }

    /// Takes what is not plainly of the right type the way that all languages share.
    fn by_json(table: &Table, fields: &Bound<'_, PyDict>) -> PyResult<Self> {
        let py = fields.py();
        let mut out = "{".to_owned();
        for (name, value) in fields.iter() {
            out.push_str(if out.len() > 1 { "," } else { "" });
            let field = table.place(&name, 0)?.map(|place| &table.shape.fields[place]);
            let wire = field.map_or("extra", |field| field.wire);
            out.push_str(Json::from(wire).as_str());
            out.push(':');
            let kind = field.map(|field| field.kind);
            json::write_field(kind, &name, &value, &mut out)?;
        }
        out.push('}');
        Self::parse(py, table.shape, &out)
    }

    fn parse(py: Python<'_>, shape: &'static Shape, json: &str) -> PyResult<Self> {
        match Draft::from_json(json, shape) {
            Ok(draft) => Self::of_draft(py, draft),
            Err(invalid) => Err(raised(py, &invalid.into())),
        }
    }

    fn of_draft(py: Python<'_>, draft: Draft<'_>) -> PyResult<Self> {
        let shape = draft.shape();
        let (slots, extra) = draft.into_parts();
        let held: PyResult<Box<[Held]>> =
            slots.into_iter().map(|slot| Held::of_slot(py, slot)).collect();
        Ok(Self { shape, held: held?, extra })
    }

    /// Makes it an object of a class.
    fn into_object<'py>(self, class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
        class.call1((Made(Mutex::new(Some(self))),))
    }

    pub(crate) fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// What is given for the field at this place.
    pub(crate) fn value<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        self.held[place].value(py)
    }

    /// The parameters that this SDK does not know.
    pub(crate) fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(json::loads_map(py, &self.extra)?.into_any())
    }

    fn to_draft<'t>(&'t self, py: Python<'_>) -> PyResult<Draft<'t>> {
        let slots: PyResult<Vec<_>> = self.held.iter().map(|held| held.to_slot(py)).collect();
        Ok(Draft::new(self.shape, slots?).with_extra(&self.extra))
    }

    pub(crate) fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.to_draft(py)?.to_json())
    }

    /// The operation's payload, checked and written.
    pub(crate) fn to_payload(&self, py: Python<'_>) -> PyResult<Payload> {
        Ok(Payload::of(self.endpoint()?, &self.to_draft(py)?))
    }

    /// The operation that it is the payload of.
    pub(crate) fn endpoint(&self) -> PyResult<&'static Endpoint> {
        Endpoint::taking(self.shape).ok_or_else(|| {
            PyTypeError::new_err(format!(
                "{} is a part of a payload, not a payload",
                self.shape.name
            ))
        })
    }

    /// All that is given, as keywords.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.dict_of(py, |held| held.value(py))
    }

    fn dict_of<'py>(
        &self,
        py: Python<'py>,
        value: impl Fn(&Held) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (field, held) in self.shape.fields.iter().zip(&self.held) {
            if !matches!(held, Held::Absent) {
                dict.set_item(field.name, value(held)?)?;
            }
        }
        if !self.extra.is_empty() {
            dict.set_item("extra", self.extra(py)?)?;
        }
        Ok(dict)
    }
}

impl Held {
    /// Takes what is of the right type as it is; `None` where it is not, or the core has to look closer.
    fn plainly(kind: Kind, value: &Bound<'_, PyAny>) -> Option<Self> {
        match kind {
            Kind::Json => None,
            _ if value.is_none() => Some(Self::Absent),
            Kind::Text | Kind::Id => {
                let text = value.cast_exact::<PyString>().ok()?;
                text.to_str().ok()?;
                Some(Self::Text(text.clone().unbind()))
            }
            Kind::Count => value.cast_exact::<PyInt>().ok()?.extract().ok().map(Self::Count),
            Kind::One(shape) => part_of(shape, value).map(Self::One),
            Kind::List(shape) | Kind::MapOrRows(shape) => {
                let parts: Option<_> = match value.cast::<PyList>() {
                    Ok(list) => list.iter().map(|part| part_of(shape, &part)).collect(),
                    Err(_) => {
                        let tuple = value.cast::<PyTuple>().ok()?;
                        tuple.iter().map(|part| part_of(shape, &part)).collect()
                    }
                };
                parts.map(Self::List)
            }
            _ => None,
        }
    }

    fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Text(text) => Self::Text(text.clone_ref(py)),
            Self::Count(count) => Self::Count(*count),
            Self::Json(json) => Self::Json(json.clone()),
            Self::JsonList(list) => Self::JsonList(list.clone()),
            Self::JsonMap(map) => Self::JsonMap(map.clone()),
            Self::One(part) => Self::One(part.clone_ref(py)),
            Self::List(parts) => Self::List(parts.iter().map(|part| part.clone_ref(py)).collect()),
        }
    }

    fn of_slot(py: Python<'_>, slot: Slot<'_>) -> PyResult<Self> {
        let object = |draft: Draft<'_>| {
            let class = class_of(py, draft.shape())?;
            Ok(Part::of_draft(py, draft)?.into_object(class)?.cast_into::<Part>()?.unbind())
        };
        Ok(match slot {
            Slot::Absent | Slot::Mistyped => Self::Absent,
            Slot::Text(text) => Self::Text(PyString::new(py, &text).unbind()),
            Slot::Count(count) => Self::Count(count),
            Slot::Json(json) => Self::Json(json.into_owned()),
            Slot::JsonList(list) => Self::JsonList(list.into_owned()),
            Slot::JsonMap(map) => Self::JsonMap(map.into_owned()),
            Slot::One(draft) => Self::One(object(*draft)?),
            Slot::List(drafts) => {
                Self::List(drafts.into_iter().map(object).collect::<PyResult<_>>()?)
            }
        })
    }

    fn to_slot<'t>(&'t self, py: Python<'_>) -> PyResult<Slot<'t>> {
        Ok(match self {
            Self::Absent => Slot::Absent,
            Self::Text(text) => Slot::Text(Cow::Borrowed(text.to_str(py)?)),
            Self::Count(count) => Slot::Count(*count),
            Self::Json(json) => Slot::Json(Cow::Borrowed(json)),
            Self::JsonList(list) => Slot::JsonList(Cow::Borrowed(list)),
            Self::JsonMap(map) => Slot::JsonMap(Cow::Borrowed(map)),
            Self::One(part) => Slot::One(Box::new(part.get().to_draft(py)?)),
            Self::List(parts) => {
                let drafts: PyResult<_> =
                    parts.iter().map(|part| part.get().to_draft(py)).collect();
                Slot::List(drafts?)
            }
        })
    }

    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self {
            Self::Absent => py.None().into_bound(py),
            Self::Text(text) => text.bind(py).clone().into_any(),
            Self::Count(count) => count.into_pyobject(py)?.into_any(),
            Self::Json(json) => json::loads(py, json.as_str())?,
            Self::JsonList(list) => {
                let values: PyResult<Vec<_>> =
                    list.iter().map(|json| json::loads(py, json.as_str())).collect();
                PyList::new(py, values?)?.into_any()
            }
            Self::JsonMap(map) => json::loads_map(py, map)?.into_any(),
            Self::One(part) => part.bind(py).clone().into_any(),
            Self::List(parts) => PyTuple::new(py, parts)?.into_any(),
        })
    }
}

fn part_of(shape: &Shape, value: &Bound<'_, PyAny>) -> Option<Py<Part>> {
    let part = value.cast::<Part>().ok()?;
    is_same(part.get().shape, shape).then(|| part.clone().unbind())
}
