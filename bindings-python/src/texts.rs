//! Texts of a page that were made before: leads say the same over and over, and a text that is there costs less than one
//! that must be made.

use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use foldhash::fast::FixedState;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// How many pairs of texts are kept; of three that fall on the same pair, the two that came last.
const PAIRS: usize = 256;

/// The longest text that is kept, in bytes.
const LONGEST: usize = 256;

/// The texts of a page, shared by all that lies on it.
#[derive(Clone, Default)]
pub(crate) struct Texts(Arc<Mutex<Vec<Pair>>>);

type Pair = [Option<Kept>; 2];

struct Kept {
    bytes: Box<[u8]>,
    text: Py<PyString>,
}

impl Texts {
    /// Hands what makes texts of bytes to something that needs many.
    pub(crate) fn with<T>(&self, use_them: impl FnOnce(&mut Maker<'_>) -> T) -> T {
        // A thread that would have to wait makes its texts itself.
        use_them(&mut Maker(self.0.try_lock().ok()))
    }
}

/// Makes texts of bytes.
pub(crate) struct Maker<'t>(Option<MutexGuard<'t, Vec<Pair>>>);

impl Maker<'_> {
    /// The text that these bytes are.
    pub(crate) fn text<'py>(
        &mut self,
        py: Python<'py>,
        bytes: &[u8],
    ) -> PyResult<Bound<'py, PyString>> {
        let pairs = self.0.as_mut().filter(|_| bytes.len() <= LONGEST);
        let Some(pairs) = pairs else { return PyString::from_bytes(py, bytes) };
        if pairs.is_empty() {
            pairs.resize_with(PAIRS, Pair::default);
        }
        let pair = &mut pairs[place_of(bytes)];
        if let Some(kept) = pair.iter().flatten().find(|kept| *kept.bytes == *bytes) {
            return Ok(kept.text.bind(py).clone());
        }
        let text = PyString::from_bytes(py, bytes)?;
        pair.swap(0, 1);
        pair[0] = Some(Kept { bytes: bytes.into(), text: text.clone().unbind() });
        Ok(text)
    }
}

fn place_of(bytes: &[u8]) -> usize {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(bytes);
    hasher.finish() as usize % PAIRS
}
