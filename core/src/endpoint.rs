//! An operation as data.

use crate::body::RawReply;
use crate::error::Error;
use crate::meta::{Shape, camel_case};
use crate::record::{Row, Rows};
use crate::reply::{self, Expected, Outcome};

/// What the rest of the core knows of an operation: everything on payloads, requests, replies and calls is
/// written once, over this.
///
/// [`Operation`](crate::Operation) gives it a type of its own for Rust; bindings choose it by name at run time and hand
/// payloads over as JSON text, see [`dynamic`](crate::dynamic).
///
/// ```
/// use qince_leads::Endpoint;
/// use qince_leads::dynamic::Payload;
///
/// let add = Endpoint::named("add").unwrap();
/// assert_eq!(add.path, "addSalesLeads");
/// let payload = Payload::from_json(add, r#"{"cus_name":"示例公司","empName":"负责人"}"#);
/// let body = payload.into_body()?;
/// assert_eq!(body, r#"{"empName":"负责人","cus_name":"示例公司"}"#);
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Endpoint {
    /// The operation's name in this SDK, such as `add`.
    pub name: &'static str,
    /// The path of the vendor's module in the URL, such as `salesleads/v1`.
    pub module: &'static str,
    /// The operation's name in the URL, such as `addSalesLeads`.
    pub path: &'static str,
    /// The vendor's parameter table.
    pub shape: &'static Shape,
    /// How its reply is turned page by page, if it is a query.
    pub paging: Option<Paging>,
    /// How an add whose outcome is unknown is settled. Without it, sending again is harmless.
    pub(crate) settled_by: Option<Settling>,
    reply: Expected,
}

/// How it is found out whether an add was carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settling {
    /// The query that would find what was added.
    pub(crate) query: &'static Endpoint,
    /// By which member, which add, query and record call alike.
    pub(crate) key: &'static str,
}

impl Settling {
    /// The settling whose query this is.
    pub(crate) fn by(query: &Endpoint) -> Option<Self> {
        let mut settlings = Endpoint::ALL.iter().filter_map(|endpoint| endpoint.settled_by);
        settlings.find(|settling| settling.query.name == query.name)
    }

    /// Finds a lead by its key among those that the query gave: the one with just this key, or else one whose key the
    /// service wrote in other cases or without the white space around it.
    pub(crate) fn find(self, rows: &Rows, key: &str) -> Option<usize> {
        let position = |is_same: &dyn Fn(&str) -> bool| {
            rows.iter().position(|row| row.text_by_name(self.key).is_some_and(is_same))
        };
        // White space alone would be the key of every lead without one.
        let trimmed = Some(key.trim()).filter(|trimmed| !trimmed.is_empty());
        position(&|given| given == key).or_else(|| {
            let trimmed = trimmed?;
            position(&|given| given.trim().eq_ignore_ascii_case(trimmed))
        })
    }
}

/// How a query is turned page by page.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Paging {
    /// What a page holds.
    pub record: &'static Shape,
    /// The place of the id among the record's fields.
    pub(crate) id: usize,
    /// The place of the page's number among the payload's fields.
    pub(crate) page: usize,
    /// The place of the page's size among the payload's fields.
    pub(crate) page_size: usize,
}

impl Paging {
    /// The id of a record.
    pub(crate) fn id_of(self, row: &Row) -> Option<&str> {
        row.text(self.id)
    }
}

impl Endpoint {
    pub(crate) const fn new(
        module: &'static str,
        name: &'static str,
        path: &'static str,
        shape: &'static Shape,
    ) -> Self {
        let reply = Expected::Receipt;
        Self { name, module, path, shape, paging: None, settled_by: None, reply }
    }

    pub(crate) const fn settled_by(self, settling: Settling) -> Self {
        Self { settled_by: Some(settling), ..self }
    }

    pub(crate) const fn in_pages(self, paging: Paging) -> Self {
        Self { paging: Some(paging), reply: Expected::Rows(paging.record), ..self }
    }

    /// The query that finds what this has added by its `code`; `None` of what is no add.
    #[must_use]
    pub fn found_by(&self) -> Option<&'static Self> {
        Some(self.settled_by?.query)
    }

    /// The member that a lead is looked up by: of an add, and of the query that settles it.
    pub(crate) fn key(&self) -> Option<&'static str> {
        self.settled_by.or_else(|| Settling::by(self)).map(|settling| settling.key)
    }

    /// Any endpoint of the vendor, see [`Other`](crate::Other).
    pub const OTHER: Self =
        Self { reply: Expected::Json, ..Self::new("", "other", "", Shape::NOTHING) };

    /// The name in languages whose custom is camelCase, such as `addApaas`.
    #[must_use]
    pub fn camel_name(&self) -> String {
        camel_case(self.name)
    }

    /// Reads the service's reply.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`], [`Error::HttpStatus`] or [`Error::Malformed`].
    pub fn read(&self, reply: RawReply) -> Result<Outcome, Error> {
        reply::read(reply, self.reply)
    }
}
