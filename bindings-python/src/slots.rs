//! The attributes of records that hold text: Python keeps them in slots, which it reads faster than anything else.
//!
//! A slot is written through the function by which Python itself writes it. There is no safe way to that function, and
//! every other way takes longer than making the text.
#![expect(unsafe_code, reason = "two calls of Python's C API, which PyO3 has no safe words for")]

use std::ffi::c_int;
use std::mem::transmute;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The descriptor of a slot.
pub(crate) struct Slot {
    descriptor: Py<PyAny>,
    set: ffi::descrsetfunc,
}

impl Slot {
    /// That of a class under this name.
    pub(crate) fn of(class: &Bound<'_, PyType>, name: &str) -> PyResult<Self> {
        let descriptor = class.getattr(name)?;
        // SAFETY: the type is alive as long as the descriptor, and what is in this place of a type is such a function
        // or null.
        let set = unsafe {
            let set =
                ffi::PyType_GetSlot(descriptor.get_type().as_type_ptr(), ffi::Py_tp_descr_set);
            transmute::<*mut std::ffi::c_void, Option<ffi::descrsetfunc>>(set)
        };
        let set = set.ok_or_else(|| PyTypeError::new_err(format!("{name} cannot be written")))?;
        Ok(Self { descriptor: descriptor.unbind(), set })
    }

    /// Writes the slot of an object.
    pub(crate) fn set(&self, object: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: all three are objects that live through the call. The function itself checks that the descriptor
        // belongs to the object's class, and takes a reference of its own to the value.
        let failed: c_int =
            unsafe { (self.set)(self.descriptor.as_ptr(), object.as_ptr(), value.as_ptr()) };
        if failed == 0 { Ok(()) } else { Err(PyErr::fetch(object.py())) }
    }
}
