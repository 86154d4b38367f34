//! The pager: asks for page after page, and hands out every lead once.

use crate::error::{Error, Malformed};
use crate::operations::{Endpoint, Query};
use crate::record::{Record, Row};
use crate::reply::Page;

/// How many leads a page is to hold where the query does not say.
const PAGE_SIZE: i64 = 1000;

/// A scan over all pages of a query.
///
/// It ends at the first empty page: a page shorter than asked for does not end it, for the service may
/// cap the size. Leads that shifted from one page onto the next while it ran are handed out once.
///
/// ```
/// use qince_leads::{Operation, Pages, QueryLeads, RawReply};
///
/// let mut replies = [r#"[{"id":"1"},{"id":"2"}]"#, r#"[{"id":"2"},{"id":"3"}]"#, "[]"].into_iter();
/// let mut pages = Pages::new(QueryLeads::new().create_time_start("2026-01-01"));
/// let mut ids = Vec::new();
/// while let Some(query) = pages.next_query() {
///     // A real host runs a `Call` of the query.
///     let data = replies.next().unwrap();
///     let reply = RawReply::new(200, format!(r#"{{"return_code":"0","response_data":{data}}}"#));
///     let page = pages.take(QueryLeads::read(reply)?)?;
///     ids.extend(page.iter().filter_map(|lead| Some(lead.id()?.to_owned())));
///     # let _ = query;
/// }
/// assert_eq!(ids, ["1", "2", "3"]);
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pages<Q: Query> {
    query: Q,
    pager: Pager,
}

impl<Q: Query> Pages<Q> {
    /// A scan from the query's page, or from the first.
    #[must_use]
    pub fn new(query: Q) -> Self {
        let (page, page_size) = query.page();
        Self { query, pager: Pager::new(page, page_size) }
    }

    /// The query for the next page; `None` where the scan has ended.
    #[must_use]
    pub fn next_query(&self) -> Option<Q> {
        let (page, page_size) = self.pager.next()?;
        Some(self.query.clone().with_page(page, page_size))
    }

    /// Takes the page that was asked for, and hands out its leads but for those seen on the page before.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the page only repeats leads of the page before: the service does not
    /// turn the pages, and the scan would never end. It ends here.
    pub fn take(&mut self, page: Page<Q::Record>) -> Result<Vec<Q::Record>, Error> {
        let identities = page.iter().map(|lead| identity(Q::ENDPOINT, lead.row())).collect();
        let new = self.pager.take(identities)?;
        Ok(page.iter().zip(new).filter_map(|(lead, is_new)| is_new.then_some(lead)).collect())
    }
}

/// A lead's id; of a lead without one, all that it says.
fn identity(query: &Endpoint, lead: &Row) -> String {
    let id = query.paging.and_then(|paging| paging.id_of(lead));
    id.map_or_else(|| lead.to_json(), str::to_owned)
}

/// Which page comes next, and what stood on the last one.
#[derive(Clone, Debug)]
struct Pager {
    page: i64,
    page_size: i64,
    /// What stood on the page before, also what was not handed out, sorted.
    seen: Vec<String>,
    ended: bool,
}

impl Pager {
    fn new(page: Option<i64>, page_size: Option<i64>) -> Self {
        Self {
            page: page.unwrap_or(1),
            page_size: page_size.unwrap_or(PAGE_SIZE),
            seen: Vec::new(),
            ended: false,
        }
    }

    /// The next page and its size.
    fn next(&self) -> Option<(i64, i64)> {
        (!self.ended).then_some((self.page, self.page_size))
    }

    /// Takes a page, and says which of its leads are new.
    fn take(&mut self, mut identities: Vec<String>) -> Result<Vec<bool>, Error> {
        let is_new = |identity| self.seen.binary_search(identity).is_err();
        let new: Vec<_> = identities.iter().map(is_new).collect();
        self.ended = !new.contains(&true);
        if self.ended && !identities.is_empty() {
            let reason = format!("page {} only repeats leads of the page before", self.page);
            return Err(Malformed::new(reason, &[]).into());
        }
        identities.sort_unstable();
        self.seen = identities;
        self.page = self.page.saturating_add(1);
        Ok(new)
    }
}

pub(crate) mod dynamic {
    //! A scan of whatever query.

    use super::{Pager, identity};
    use crate::error::Error;
    use crate::operations::Endpoint;
    use crate::payload::{Draft, Slot};
    use crate::record::Rows;

    /// The [`Pages`](crate::Pages) of a query that is chosen at run time, with a payload in JSON.
    #[derive(Debug)]
    pub struct Pages {
        endpoint: &'static Endpoint,
        payload: String,
        pager: Pager,
    }

    impl Pages {
        /// A scan from the query's page, or from the first. An operation that is no query has no pages.
        ///
        /// # Errors
        ///
        /// [`Error::InvalidPayload`] where the payload is of another shape.
        pub fn new(endpoint: &'static Endpoint, payload: &str) -> Result<Self, Error> {
            let draft = Draft::from_json(payload, endpoint.shape)?;
            let count = |place: usize| match draft.slots()[place] {
                Slot::Count(count) => Some(count),
                _ => None,
            };
            let pager = match endpoint.paging {
                Some(paging) => Pager::new(count(paging.page), count(paging.page_size)),
                None => Pager { ended: true, ..Pager::new(None, None) },
            };
            Ok(Self { endpoint, payload: payload.to_owned(), pager })
        }

        /// The payload of the query for the next page, as JSON; `None` where the scan has ended.
        #[must_use]
        pub fn next_query(&self) -> Option<String> {
            let (page, page_size) = self.pager.next()?;
            let paging = self.endpoint.paging?;
            let mut draft = Draft::from_json(&self.payload, self.endpoint.shape).ok()?;
            draft.set(paging.page, Slot::Count(page));
            draft.set(paging.page_size, Slot::Count(page_size));
            Some(draft.to_json())
        }

        /// Takes the page that was asked for: of each lead its id, or all that it says. Tells which of
        /// them are to be handed out.
        ///
        /// # Errors
        ///
        /// [`Error::Malformed`], see [`Pages::take`](crate::Pages::take).
        pub fn take(&mut self, identities: Vec<String>) -> Result<Vec<bool>, Error> {
            self.pager.take(identities)
        }

        /// Takes the page that was asked for, see [`take`](Self::take).
        ///
        /// # Errors
        ///
        /// [`Error::Malformed`], see [`Pages::take`](crate::Pages::take).
        pub fn take_rows(&mut self, rows: &Rows) -> Result<Vec<bool>, Error> {
            self.take(rows.iter().map(|row| identity(self.endpoint, &row)).collect())
        }
    }
}
