//! Arguments that Python hands over, where PyO3's own conversions raise what is no error of this package.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyFloat, PyInt, PyMemoryView, PyString};

/// Text. One with lone surrogates has no UTF-8, and is no text that could be sent.
#[derive(Default)]
pub(crate) struct Text(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = given.cast::<PyString>().map_err(|_| expected("str", given))?;
        match text.to_str() {
            Ok(text) => Ok(Self(text.to_owned())),
            Err(_) => {
                Err(PyTypeError::new_err("text with lone surrogates cannot be sent as UTF-8"))
            }
        }
    }
}

/// Several texts, and not a single one, whose characters would pass for them.
#[derive(Default)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let several = given.try_iter().ok().filter(|_| !given.is_instance_of::<PyString>());
        let several = several.ok_or_else(|| expected("several str", given))?;
        let texts: PyResult<_> = several.map(|text| Ok(text?.extract::<Text>()?.0)).collect();
        Ok(Self(texts?))
    }
}

/// The text of a header. Lone surrogates are replaced: no header that means anything has them.
pub(crate) struct Header(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Header {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = given.cast::<PyString>().map_err(|_| expected("str", given))?;
        Ok(Self(text.to_string_lossy().into_owned()))
    }
}

/// An integer, brought into range where it has more than 64 bits: the core says what is wrong with it.
pub(crate) struct Integer(pub(crate) i64);

impl<'py> FromPyObject<'_, 'py> for Integer {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let integer = given.cast::<PyInt>().map_err(|_| expected("int", given))?;
        Ok(Self(match integer.extract() {
            Ok(integer) => integer,
            Err(_) if integer.lt(0)? => i64::MIN,
            Err(_) => i64::MAX,
        }))
    }
}

/// A number of milliseconds, which is not negative.
pub(crate) struct Span(pub(crate) u64);

impl<'py> FromPyObject<'_, 'py> for Span {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let Integer(span) = given.extract()?;
        Ok(Self(span.try_into().unwrap_or_default()))
    }
}

/// A number, as which an integer may be given.
pub(crate) struct Number(pub(crate) f64);

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_number = given.is_instance_of::<PyFloat>() || given.is_instance_of::<PyInt>();
        let number = is_number.then(|| given.extract().ok()).flatten();
        number.map(Self).ok_or_else(|| expected("float", given))
    }
}

/// An HTTP status.
pub(crate) struct Status(pub(crate) u16);

impl<'py> FromPyObject<'_, 'py> for Status {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let Integer(status) = given.extract()?;
        Ok(Self(status.clamp(0, u16::MAX.into()).try_into().unwrap_or_default()))
    }
}

/// The body of a reply or of a push.
pub(crate) struct Body(pub(crate) qince_leads::Body);

impl<'py> FromPyObject<'_, 'py> for Body {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let body = if let Ok(bytes) = given.cast::<PyBytes>() {
            bytes.as_bytes().into()
        } else if given.is_instance_of::<PyString>() {
            given.extract::<Text>()?.0.into()
        } else if let Ok(bytes) = given.cast::<PyByteArray>() {
            bytes.to_vec().into()
        } else if given.is_instance_of::<PyMemoryView>() {
            given.call_method0("tobytes")?.cast::<PyBytes>()?.as_bytes().into()
        } else {
            return Err(expected("bytes or str", given));
        };
        Ok(Self(body))
    }
}

pub(crate) fn expected(what: &str, given: Borrowed<'_, '_, PyAny>) -> PyErr {
    let found = given.get_type().name().map(|name| name.to_string());
    PyTypeError::new_err(format!("expected {what}, got {}", found.unwrap_or_default()))
}
