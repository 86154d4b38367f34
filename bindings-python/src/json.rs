//! Python values as JSON text, and back.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple,
};
use qince_leads::meta::{Field, Kind, Others, Shape};
use qince_leads::{Json, JsonMap};

use crate::given::Text;
use crate::part::Part;
use crate::record::Record;

/// How deep lists and dicts may nest: as deep as the core reads.
const MAX_DEPTH: usize = 128;

/// Appends a value that is given for a field under its name in Python. What has fields itself may be given as a dict, by
/// the names of either Python or the vendor.
pub(crate) fn write_field(
    kind: Option<Kind>,
    name: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
    out: &mut String,
) -> PyResult<()> {
    write(value, kind.and_then(Kind::part), out, 0).map_err(|error| {
        let py = name.py();
        match error.is_instance_of::<PyTypeError>(py) {
            true => PyTypeError::new_err(format!("{name}: {}", error.value(py))),
            false => error,
        }
    })
}

/// Appends a value, in which dicts have the fields of this shape, if it is given.
fn write(
    value: &Bound<'_, PyAny>,
    shape: Option<&'static Shape>,
    out: &mut String,
    depth: usize,
) -> PyResult<()> {
    if depth > MAX_DEPTH {
        return Err(PyTypeError::new_err(format!("values nest deeper than {MAX_DEPTH} levels")));
    }
    if value.is_none() {
        out.push_str("null");
    } else if let Ok(text) = value.cast::<PyString>() {
        write_text(text, out)?;
    } else if let Ok(boolean) = value.cast::<PyBool>() {
        out.push_str(if boolean.is_true() { "true" } else { "false" });
    } else if value.is_instance_of::<PyInt>() {
        // An enum of integers is written as its number.
        let digits = value.py().get_type::<PyInt>().call_method1("__repr__", (value,));
        let digits = digits.map_err(|_| PyTypeError::new_err("an integer of too many digits"))?;
        out.push_str(digits.cast::<PyString>()?.to_str()?);
    } else if let Ok(float) = value.cast::<PyFloat>() {
        write_float(float, out)?;
    } else if let Ok(part) = value.cast::<Part>() {
        out.push_str(&part.get().to_json(value.py())?);
    } else if let Ok(record) = value.cast::<Record>() {
        out.push_str(&record.get().to_json());
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        out.push('[');
        for (i, element) in value.try_iter()?.enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            write(&element?, shape, out, depth + 1)?;
        }
        out.push(']');
    } else if let Ok(mapping) = value.cast::<PyMapping>() {
        out.push('{');
        write_members(mapping, shape, out, depth)?;
        out.push('}');
    } else if value.is_instance_of::<PyDateTime>() {
        return Err(PyTypeError::new_err("a datetime has no JSON: give a date, or text"));
    } else if value.is_instance_of::<PyDate>() {
        write_text(value.call_method0("isoformat")?.cast::<PyString>()?, out)?;
    } else if is_decimal(value)? {
        write_decimal(value, out)?;
    } else {
        let found = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!("a value of type {found} has no JSON")));
    }
    Ok(())
}

/// Appends the members of a dict. Those that a record does not know stand below `extra`, as in `to_dict`.
fn write_members(
    mapping: &Bound<'_, PyMapping>,
    shape: Option<&'static Shape>,
    out: &mut String,
    depth: usize,
) -> PyResult<()> {
    for member in mapping.items()?.iter() {
        let member: PyResult<(Bound<'_, PyAny>, Bound<'_, PyAny>)> = member.extract();
        let (name, value) = member.map_err(|_| PyTypeError::new_err("items must be pairs"))?;
        let keeps_others = shape.is_some_and(|shape| shape.others != Others::Refused);
        if keeps_others
            && name.eq("extra")?
            && let Ok(extra) = value.cast::<PyMapping>()
        {
            write_members(extra, None, out, depth + 1)?;
            continue;
        }
        out.push_str(if out.ends_with('{') { "" } else { "," });
        let field = write_name(&name, shape, out)?;
        write(&value, field.and_then(|field| field.kind.part()), out, depth + 1)?;
    }
    Ok(())
}

/// Writes the wire name of a field of this shape, or else the name itself.
fn write_name(
    name: &Bound<'_, PyAny>,
    shape: Option<&'static Shape>,
    out: &mut String,
) -> PyResult<Option<&'static Field>> {
    let Ok(name) = name.cast::<PyString>() else {
        let found = name.get_type().name()?;
        return Err(PyTypeError::new_err(format!("names must be str, not {found}")));
    };
    let is_named =
        |field: &&Field| name.to_str().is_ok_and(|name| [field.name, field.wire].contains(&name));
    let field = shape.and_then(|shape| shape.fields.iter().find(is_named));
    match field {
        Some(field) => out.push_str(Json::from(field.wire).as_str()),
        None => write_text(name, out)?,
    }
    out.push(':');
    Ok(field)
}

fn write_text(text: &Bound<'_, PyString>, out: &mut String) -> PyResult<()> {
    let Text(text) = text.extract()?;
    out.push_str(Json::from(text).as_str());
    Ok(())
}

fn write_float(float: &Bound<'_, PyFloat>, out: &mut String) -> PyResult<()> {
    if !float.value().is_finite() {
        return Err(PyTypeError::new_err("JSON has neither infinities nor NaN"));
    }
    let digits = float.py().get_type::<PyFloat>().call_method1("__repr__", (float,))?;
    out.push_str(digits.cast::<PyString>()?.to_str()?);
    Ok(())
}

/// Python's decimals keep the digits of numbers that its floats cannot hold.
fn is_decimal(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.is_instance(decimal(value.py())?)
}

fn write_decimal(value: &Bound<'_, PyAny>, out: &mut String) -> PyResult<()> {
    let text = value.str()?;
    match Json::parse(text.to_str()?) {
        Ok(json) => out.push_str(json.as_str()),
        Err(_) => return Err(PyTypeError::new_err("JSON has neither infinities nor NaN")),
    }
    Ok(())
}

fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = || Ok::<_, PyErr>(py.import("decimal")?.getattr("Decimal")?.unbind());
    Ok(DECIMAL.get_or_try_init(py, class)?.bind(py))
}

/// A value as JSON text.
pub(crate) fn dumps(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut json = String::new();
    write(value, None, &mut json, 0)?;
    Ok(json)
}

/// The value that a JSON text stands for. A number that neither an int nor a float can hold is a decimal.
pub(crate) fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = || {
        let numbers = PyDict::new(py);
        numbers.set_item("parse_int", wrap_pyfunction!(parse_int, py)?)?;
        numbers.set_item("parse_float", wrap_pyfunction!(parse_float, py)?)?;
        let decoder = py.import("json")?.getattr("JSONDecoder")?.call((), Some(&numbers))?;
        Ok::<_, PyErr>(decoder.getattr("decode")?.unbind())
    };
    LOADS.get_or_try_init(py, make)?.bind(py).call1((json,))
}

#[pyfunction]
fn parse_int<'py>(digits: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    let int = digits.py().get_type::<PyInt>().call1((digits,));
    int.or_else(|_| decimal(digits.py())?.call1((digits,)))
}

#[pyfunction]
fn parse_float<'py>(digits: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
    let float = digits.to_str()?.parse::<f64>().unwrap_or(f64::INFINITY);
    if float.is_finite() {
        return Ok(PyFloat::new(digits.py(), float).into_any());
    }
    decimal(digits.py())?.call1((digits,))
}

/// The values that JSON texts stand for, by name.
pub(crate) fn loads_members<'py, 'm>(
    py: Python<'py>,
    members: impl Iterator<Item = (&'m str, &'m str)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, json) in members {
        dict.set_item(name, loads(py, json)?)?;
    }
    Ok(dict)
}

/// The values of an object of JSON, by name.
pub(crate) fn loads_map<'py>(py: Python<'py>, map: &JsonMap) -> PyResult<Bound<'py, PyDict>> {
    loads_members(py, map.iter().map(|(name, json)| (name, json.as_str())))
}
