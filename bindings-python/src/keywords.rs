//! Objects as the keywords that make them: what repr shows and pickle keeps.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// What `__getnewargs_ex__` returns.
pub(crate) type NewArgs<'py> = (Bound<'py, PyTuple>, Bound<'py, PyDict>);

/// An object that is made from keywords alone.
pub(crate) fn new_args(keywords: Bound<'_, PyDict>) -> NewArgs<'_> {
    (PyTuple::empty(keywords.py()), keywords)
}

/// An object as the call that makes it.
pub(crate) fn shown(class: &str, keywords: &Bound<'_, PyDict>) -> PyResult<String> {
    let shown = keywords.iter().map(|(name, value)| Ok(format!("{name}={}", value.repr()?)));
    Ok(format!("{class}({})", shown.collect::<PyResult<Vec<_>>>()?.join(", ")))
}
