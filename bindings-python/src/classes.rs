//! The classes of payloads and records, made from the core's tables.

use std::sync::OnceLock;

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use qince_leads::meta::{Kind, Others, Shape};
use qince_leads::{Endpoint, FollowUp, Record as _};

use crate::part::Part;
use crate::record::Record;
use crate::slots::Slot;

/// Where users find the classes.
const MODULE: &str = "qince_leads";

/// What a class knows of its table.
#[pyclass(frozen)]
pub(crate) struct Table {
    pub(crate) shape: &'static Shape,
    /// The operation, if the class is one's payload.
    pub(crate) endpoint: Option<&'static Endpoint>,
    names: Vec<Py<PyString>>,
    /// The same names, with the place of each.
    places: Py<PyDict>,
    /// Where a record keeps its texts.
    pub(crate) slots: OnceLock<Vec<(usize, Slot)>>,
}

impl Table {
    fn new(py: Python<'_>, shape: &'static Shape) -> PyResult<Self> {
        let endpoint = Endpoint::taking(shape);
        let places = PyDict::new(py);
        let mut names = Vec::new();
        for (place, field) in shape.fields.iter().enumerate() {
            let name = PyString::intern(py, field.name);
            places.set_item(&name, place)?;
            names.push(name.unbind());
        }
        Ok(Self { shape, endpoint, names, places: places.unbind(), slots: OnceLock::new() })
    }

    /// That of a class, or of one that is derived from it.
    pub(crate) fn of<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, Self>> {
        let py = class.py();
        // To ask the class costs ten times as much.
        if let Some(made) = all(py).iter().find(|made| made.class.is(class)) {
            return Ok(made.table.bind(py).clone());
        }
        let table = class.getattr(pyo3::intern!(py, "__table__"));
        let table = table.and_then(|table| Ok(table.cast_into::<Self>()?));
        table.map_err(|_| {
            PyTypeError::new_err(
                "this class has no table of fields: use one that is derived from it",
            )
        })
    }

    /// The place of the field of this name, which is likely `next`.
    pub(crate) fn place(&self, name: &Bound<'_, PyAny>, next: usize) -> PyResult<Option<usize>> {
        if self.names.get(next).is_some_and(|known| known.is(name)) {
            return Ok(Some(next));
        }
        let place = self.places.bind(name.py()).get_item(name)?;
        place.map(|place| place.extract()).transpose()
    }

    /// Refuses a keyword that is no field, with the nearest right one.
    pub(crate) fn unexpected(&self, class: &Bound<'_, PyType>, name: &Bound<'_, PyAny>) -> PyErr {
        let class = class.name().map(|name| name.to_string()).unwrap_or_default();
        let near = self.nearest(name).ok().flatten();
        let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
        let repr = name.repr().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("{class}() got an unexpected keyword argument {repr}{hint}"))
    }

    fn nearest(&self, name: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        let py = name.py();
        let field = |field: &&qince_leads::meta::Field| name.eq(field.wire).unwrap_or_default();
        if let Some(field) = self.shape.fields.iter().find(field) {
            return Ok(Some(field.name.to_owned()));
        }
        let close = py.import("difflib")?.getattr("get_close_matches")?;
        let close: Vec<String> = close.call1((name, self.places.bind(py).keys()))?.extract()?;
        Ok(close.into_iter().next())
    }
}

/// Whether two tables are the same one, wherever it lies.
pub(crate) fn is_same(one: &Shape, other: &Shape) -> bool {
    std::ptr::eq(one, other) || one.name == other.name
}

/// A class that was made.
struct Made {
    table: Py<Table>,
    class: Py<PyType>,
}

/// All classes.
static CLASSES: PyOnceLock<Vec<Made>> = PyOnceLock::new();

fn all(py: Python<'_>) -> &[Made] {
    CLASSES.get(py).map(Vec::as_slice).unwrap_or_default()
}

/// The class of a shape.
pub(crate) fn class_of<'py>(py: Python<'py>, shape: &Shape) -> PyResult<&'py Bound<'py, PyType>> {
    let made = all(py).iter().find(|made| is_same(made.table.get().shape, shape));
    let made = made.ok_or_else(|| PyTypeError::new_err("the module is not loaded yet"))?;
    Ok(made.class.bind(py))
}

/// Makes all classes.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let part = py.get_type::<Part>();
    let payload = abstract_class(&part, "Payload", "What an operation sends.")?;
    let query =
        abstract_class(&payload, "Query", "What a query sends, whose reply is a page of records.")?;
    let mut classes = Vec::new();
    for endpoint in Endpoint::ALL {
        let base = if endpoint.paging.is_some() { &query } else { &payload };
        add_with_parts(&mut classes, base, &part, endpoint.shape)?;
    }
    let record = py.get_type::<Record>();
    let paged = Endpoint::ALL.iter().filter_map(|endpoint| Some(endpoint.paging?.record));
    for shape in paged.chain([FollowUp::SHAPE]) {
        add_with_parts(&mut classes, &record, &record, shape)?;
    }
    for Made { table, class } in &classes {
        module.add(table.get().shape.name, class)?;
    }
    module.add("Payload", payload)?;
    module.add("Query", query)?;
    // The names depend on the tables, so the stub cannot list them.
    module.delattr("__all__")?;
    // Whoever loads the module a second time gets the classes of the first.
    let _ = CLASSES.set(py, classes);
    Ok(())
}

/// Makes the class of a shape and those of its parts, where they are not made yet.
fn add_with_parts(
    classes: &mut Vec<Made>,
    base: &Bound<'_, PyType>,
    part: &Bound<'_, PyType>,
    shape: &'static Shape,
) -> PyResult<()> {
    if classes.iter().any(|made| is_same(made.table.get().shape, shape)) {
        return Ok(());
    }
    for of in shape.fields.iter().filter_map(|field| field.kind.part()) {
        add_with_parts(classes, part, part, of)?;
    }
    classes.push(class(base, shape)?);
    Ok(())
}

fn class(base: &Bound<'_, PyType>, shape: &'static Shape) -> PyResult<Made> {
    let py = base.py();
    let is_record = base.is_subclass_of::<Record>()?;
    let doc = format!("{}\n\nVendor's name: {}.", shape.doc.trim(), shape.label);
    let members = members(py, &doc)?;
    let table = Bound::new(py, Table::new(py, shape)?)?;
    let slots = PyDict::new(py);
    for (place, field) in shape.fields.iter().enumerate() {
        let name = &table.get().names[place];
        let doc = format!("{}\n\n`{}` ({})", field.doc.trim(), field.wire, field.label);
        if is_record && field.kind == Kind::Text {
            slots.set_item(name, doc)?;
        } else {
            let attribute = Attribute { shape, of: Of::Field(place), doc };
            members.set_item(name, Bound::new(py, attribute)?)?;
        }
    }
    if shape.others == Others::Extra {
        let doc =
            "Parameters that this SDK does not know, sent after the known ones in this order.";
        let attribute = Attribute { shape, of: Of::Extra, doc: doc.to_owned() };
        members.set_item("extra", Bound::new(py, attribute)?)?;
    }
    members.set_item("__slots__", &slots)?;
    members.set_item("__table__", &table)?;
    members.set_item("__signature__", Signature)?;
    let class = make(base, shape.name, &members)?;
    let fields = shape.fields.iter().enumerate();
    let texts = fields.filter(|(_, field)| is_record && field.kind == Kind::Text);
    let slots = texts.map(|(place, field)| Ok((place, Slot::of(&class, field.name)?)));
    let slots = slots.collect::<PyResult<Vec<_>>>()?;
    table.get().slots.get_or_init(|| slots);
    Ok(Made { table: table.unbind(), class: class.unbind() })
}

fn abstract_class<'py>(
    base: &Bound<'py, PyType>,
    name: &str,
    doc: &str,
) -> PyResult<Bound<'py, PyType>> {
    let py = base.py();
    let members = members(py, doc)?;
    let alias = py.import("types")?.getattr("GenericAlias")?;
    let classmethod = py.import("builtins")?.getattr("classmethod")?;
    members.set_item("__class_getitem__", classmethod.call1((alias,))?)?;
    make(base, name, &members)
}

fn members<'py>(py: Python<'py>, doc: &str) -> PyResult<Bound<'py, PyDict>> {
    let members = PyDict::new(py);
    members.set_item("__module__", MODULE)?;
    members.set_item("__doc__", doc)?;
    members.set_item("__slots__", PyTuple::empty(py))?;
    Ok(members)
}

fn make<'py>(
    base: &Bound<'py, PyType>,
    name: &str,
    members: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyType>> {
    let class = base.py().get_type::<PyType>().call1((name, (base,), members))?;
    Ok(class.cast_into()?)
}

// Its docs are those of the field that it stands for: the class has none.
#[pyclass(frozen)]
struct Attribute {
    shape: &'static Shape,
    of: Of,
    doc: String,
}

/// What an attribute is asked for, each time anew.
enum Of {
    Field(usize),
    Extra,
}

#[pymethods]
impl Attribute {
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Bound<'py, PyAny>>,
        _owner: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(instance) = instance else { return Ok(slf.clone().into_any()) };
        let (py, attribute) = (slf.py(), slf.get());
        if let Ok(record) = instance.cast::<Record>()
            && is_same(record.get().shape(), attribute.shape)
            && let Of::Field(place) = attribute.of
        {
            return record.get().value(py, place);
        }
        if let Ok(part) = instance.cast::<Part>()
            && is_same(part.get().shape(), attribute.shape)
        {
            return match attribute.of {
                Of::Field(place) => part.get().value(py, place),
                Of::Extra => part.get().extra(py),
            };
        }
        let found = instance.get_type().name()?;
        let what = format!("this attribute belongs to {}, not to {found}", attribute.shape.name);
        Err(PyTypeError::new_err(what))
    }

    #[getter]
    fn __doc__(&self) -> &str {
        &self.doc
    }

    fn __set__(&self, instance: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(immutable(instance))
    }

    fn __delete__(&self, instance: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(immutable(instance))
    }
}

pub(crate) fn immutable(instance: &Bound<'_, PyAny>) -> PyErr {
    let class = instance.get_type().name().map(|name| name.to_string());
    let class = class.unwrap_or_default();
    PyAttributeError::new_err(format!("{class} is immutable; use replace() to get a changed copy"))
}

/// What `inspect.signature` says of a class: all fields, by keyword only.
#[pyclass(frozen)]
struct Signature;

#[pymethods]
impl Signature {
    fn __get__<'py>(
        &self,
        instance: Option<&Bound<'py, PyAny>>,
        owner: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if instance.is_some() {
            return Err(PyAttributeError::new_err("only the class has a signature"));
        }
        let py = owner.py();
        let inspect = py.import("inspect")?;
        let parameter = inspect.getattr("Parameter")?;
        let keyword_only = parameter.getattr("KEYWORD_ONLY")?;
        let none = PyDict::new(py);
        none.set_item("default", py.None())?;
        let table = Table::of(owner.cast()?)?;
        let names = table.get().names.iter().map(|name| name.clone_ref(py));
        let takes_extra = table.get().shape.others != Others::Refused;
        let extra = takes_extra.then(|| PyString::intern(py, "extra").unbind());
        let parameters =
            names.chain(extra).map(|name| parameter.call((name, &keyword_only), Some(&none)));
        let parameters = parameters.collect::<PyResult<Vec<_>>>()?;
        inspect.getattr("Signature")?.call1((parameters,))
    }
}
