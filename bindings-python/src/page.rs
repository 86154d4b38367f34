//! Pages of records, and scans over all pages.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PySlice, PyTuple, PyType};
use qince_leads::dynamic::{self, Row, Rows};
use qince_leads::{Endpoint, Fault, Json};

use crate::classes::class_of;
use crate::columns::{Buffers, Column};
use crate::error::raised;
use crate::given::{Integer, Text, expected};
use crate::part::Part;
use crate::reading::CameAs;
use crate::record::{Record, told};
use crate::texts::Texts;

/// A page of records, in the order of the service: a sequence, whose records are made when they are asked for.
#[pyclass(frozen, sequence, generic, module = "qince_leads")]
pub(crate) struct Page {
    endpoint: &'static Endpoint,
    msg_id: Option<String>,
    rows: Rows,
    texts: Texts,
    reply: CameAs,
}

#[pymethods]
impl Page {
    fn __len__(&self) -> usize {
        self.rows.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        if let Ok(slice) = index.cast::<PySlice>() {
            let range = slice.indices(isize::try_from(self.rows.len())?)?;
            let mut at = range.start;
            let records: PyResult<Vec<_>> = (0..range.slicelength)
                .map(|_| {
                    let record = self.record(py, at);
                    at += range.step;
                    record
                })
                .collect();
            return Ok(PyTuple::new(py, records?)?.into_any());
        }
        let Ok(index) = index.cast::<PyInt>() else {
            return Err(expected("int or slice", index.as_borrowed()));
        };
        let index = index.extract::<isize>().map_err(|_| out_of_range())?;
        let start = if index < 0 { isize::try_from(self.rows.len())? } else { 0 };
        self.record(py, start + index)
    }

    fn __iter__(slf: Bound<'_, Self>) -> Records {
        Records { page: slf.unbind(), next: 0.into() }
    }

    /// The index of the first record that equals this one.
    ///
    /// Raises ValueError where there is none.
    #[pyo3(signature = (value, start=Index(0), stop=Index(isize::MAX), /))]
    fn index(&self, value: &Bound<'_, PyAny>, start: Index, stop: Index) -> PyResult<usize> {
        let length = isize::try_from(self.rows.len())?;
        let bound = |index: Index| {
            if index.0 < 0 { (index.0 + length).max(0) } else { index.0.min(length) }
        };
        for at in bound(start)..bound(stop) {
            if self.record(value.py(), at)?.eq(value)? {
                return Ok(at.unsigned_abs());
            }
        }
        Err(PyValueError::new_err("this is not on the page"))
    }

    /// How many records equal this one.
    #[pyo3(signature = (value, /))]
    fn count(&self, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let is_equal = |row| Record::object(value.py(), row, &self.texts)?.eq(value);
        self.rows.iter().map(is_equal).try_fold(0, |count, equal| Ok(count + usize::from(equal?)))
    }

    /// `msg_id` (请求消息ID) as the service echoes it, or None.
    #[getter]
    fn msg_id(&self) -> Option<&str> {
        self.msg_id.as_deref()
    }

    /// What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is
    /// left out and listed as `[1]`; rows are counted as they came. At most 100,000 are listed.
    #[getter]
    fn faults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        told(py, self.rows.faults())
    }

    /// The reply that this was read from, where a client read it, as it came.
    #[getter]
    fn reply<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.reply.get(py)
    }

    fn _came_as(&self, reply: Bound<'_, PyAny>) {
        self.reply.set(reply);
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        // In the place of a row that was none stands something that is none either.
        let mut left_out = self.rows.faults().filter_map(|fault| row_of(&fault)).peekable();
        let mut rows = Vec::new();
        for row in self.rows.iter() {
            while left_out.next_if_eq(&rows.len()).is_some() {
                rows.push("0".to_owned());
            }
            rows.push(row.to_json());
        }
        rows.extend(left_out.map(|_| "0".to_owned()));
        let msg_id = self.msg_id.as_deref().map(Json::from);
        let msg_id = msg_id.as_ref().map_or("null", Json::as_str);
        let rows = rows.join(",");
        let body = format!(r#"{{"return_code":"0","msg_id":{msg_id},"response_data":[{rows}]}}"#);
        let operation = class_of(py, self.endpoint.shape)?.clone().into_any();
        let read = py.import("qince_leads")?.getattr("read")?;
        (read, (operation, 200, body)).into_pyobject(py)
    }

    fn __repr__(&self) -> String {
        let record = self.endpoint.paging.map_or("", |paging| paging.record.name);
        format!("<Page of {} {record}>", self.rows.len())
    }
}

impl Page {
    pub(crate) fn new(endpoint: &'static Endpoint, msg_id: Option<String>, rows: Rows) -> Self {
        Self { endpoint, msg_id, rows, texts: Texts::default(), reply: CameAs::default() }
    }

    fn record<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Bound<'py, PyAny>> {
        let row = usize::try_from(index).ok().and_then(|index| self.rows.get(index));
        Record::object(py, row.ok_or_else(out_of_range)?, &self.texts)
    }
}

/// The place of a row that was left out, if that is what the fault says.
fn row_of(fault: &Fault) -> Option<usize> {
    fault.path.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn out_of_range() -> PyErr {
    PyIndexError::new_err("page index out of range")
}

/// An index, brought into range.
struct Index(isize);

impl<'py> FromPyObject<'_, 'py> for Index {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let Integer(index) = given.extract()?;
        Ok(Self(isize::try_from(index).unwrap_or(isize::MAX)))
    }
}

/// Hands out the records of a page, one by one.
#[pyclass(frozen)]
struct Records {
    page: Py<Page>,
    next: AtomicUsize,
}

#[pymethods]
impl Records {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let page = self.page.get();
        page.rows.get(at).map(|row| Record::object(py, row, &page.texts)).transpose()
    }
}

/// A scan over all pages of a query: the pager below Client, without a network of its own.
///
/// It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size.
/// A lead is handed out once, wherever and however often it comes again: leads shift from page to page while a scan runs.
/// A scan can be saved, and gone on with elsewhere.
#[pyclass(frozen, generic, module = "qince_leads")]
pub(crate) struct Pages {
    pages: Mutex<dynamic::Pages>,
    class: Py<PyType>,
    endpoint: &'static Endpoint,
}

#[pymethods]
impl Pages {
    #[new]
    #[pyo3(signature = (query, /))]
    fn new(query: &Bound<'_, Part>) -> PyResult<Self> {
        let py = query.py();
        let endpoint = query.get().endpoint()?;
        if endpoint.paging.is_none() {
            return Err(PyTypeError::new_err(
                "expected QueryLeads or QueryApaasLeads: other operations have no pages",
            ));
        }
        let pages = dynamic::Pages::new(endpoint, &query.get().to_json(py)?);
        let pages = pages.map_err(|error| raised(py, &error))?;
        Ok(Self { pages: pages.into(), class: query.get_type().unbind(), endpoint })
    }

    /// The query for the next page; None where the scan has ended.
    fn next_query<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let query = self.locked().next_query();
        let class = self.class.bind(py);
        query.map(|json| class.call_method1("from_json", (json,))).transpose()
    }

    /// Takes the page that was asked for, and hands out its leads but for those that were handed out before.
    ///
    /// Raises MalformedError where this is the third page running without a new lead: the service does not turn the pages,
    /// and the scan would never end. It ends here.
    #[pyo3(signature = (page, /))]
    fn take<'py>(&self, page: &Bound<'py, Page>) -> PyResult<Bound<'py, PyList>> {
        let py = page.py();
        let page = page.get();
        let rows = self.new_rows(py, page)?;
        let leads: PyResult<Vec<_>> =
            rows.into_iter().map(|row| Record::object(py, row, &page.texts)).collect();
        PyList::new(py, leads?)
    }

    /// As `take`, but the members at these places, as columns; and how many leads they are of.
    fn _take_columns<'py>(
        &self,
        page: &Bound<'py, Page>,
        places: Vec<usize>,
    ) -> PyResult<(usize, Vec<Buffers<'py>>)> {
        let py = page.py();
        let rows = self.new_rows(py, page.get())?;
        let columns: Option<Vec<_>> =
            py.detach(|| places.iter().map(|&place| Column::of(&rows, place)).collect());
        let too_long = || PyOverflowError::new_err("a column of more than 2 GiB");
        let columns = columns.ok_or_else(too_long)?;
        Ok((rows.len(), columns.iter().map(|column| column.buffers(py)).collect()))
    }

    /// The scan as one line of text, by which `resume` goes on with it in another process, host or language; None where it
    /// has ended.
    fn save(&self) -> Option<String> {
        self.locked().save()
    }

    /// Goes on with a scan that was saved.
    ///
    /// Raises MalformedError where the text is damaged, or of another version.
    #[classmethod]
    #[pyo3(signature = (text, /))]
    fn resume(class: &Bound<'_, PyType>, text: Text) -> PyResult<Self> {
        let py = class.py();
        let pages = dynamic::Pages::resume(&text.0, None).map_err(|error| raised(py, &error))?;
        let endpoint = pages.endpoint();
        let class = class_of(py, endpoint.shape)?.clone().unbind();
        Ok(Self { pages: pages.into(), class, endpoint })
    }
}

impl Pages {
    /// The rows of a page that were not handed out before.
    fn new_rows(&self, py: Python<'_>, page: &Page) -> PyResult<Vec<Row>> {
        if page.endpoint.name != self.endpoint.name {
            return Err(PyTypeError::new_err(format!("expected a page of {}", self.endpoint.name)));
        }
        let is_new = py.detach(|| self.locked().take_rows(&page.rows));
        let is_new = is_new.map_err(|error| raised(py, &error))?;
        Ok(page.rows.iter().zip(is_new).filter_map(|(row, is_new)| is_new.then_some(row)).collect())
    }

    /// What a panic left behind is as good as what was there before.
    fn locked(&self) -> std::sync::MutexGuard<'_, dynamic::Pages> {
        self.pages.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
