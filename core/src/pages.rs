//! The pager: asks for page after page, and hands out every lead once.

use std::collections::BTreeSet;

use crate::error::{Error, Malformed};
use crate::operations::Query;
use crate::record::Record;
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
    page: i64,
    page_size: i64,
    /// What stood on the page before, also what was not handed out.
    seen: BTreeSet<String>,
    ended: bool,
}

impl<Q: Query> Pages<Q> {
    /// A scan from the query's page, or from the first.
    #[must_use]
    pub fn new(query: Q) -> Self {
        let (page, page_size) = query.page();
        Self {
            query,
            page: page.unwrap_or(1),
            page_size: page_size.unwrap_or(PAGE_SIZE),
            seen: BTreeSet::new(),
            ended: false,
        }
    }

    /// The query for the next page; `None` where the scan has ended.
    #[must_use]
    pub fn next_query(&self) -> Option<Q> {
        (!self.ended).then(|| self.query.clone().with_page(self.page, self.page_size))
    }

    /// Takes the page that was asked for, and hands out its leads but for those seen on the page before.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the page only repeats leads of the page before: the service does not
    /// turn the pages, and the scan would never end. It ends here.
    pub fn take(&mut self, page: Page<Q::Record>) -> Result<Vec<Q::Record>, Error> {
        let is_new = |lead: &Q::Record| !self.seen.contains(&identity::<Q>(lead));
        let leads: Vec<_> = page.iter().filter(is_new).collect();
        self.ended = leads.is_empty();
        if self.ended && !page.is_empty() {
            let reason = format!("page {} only repeats leads of the page before", self.page);
            return Err(Malformed::new(reason, &[]).into());
        }
        self.seen = page.iter().map(|lead| identity::<Q>(&lead)).collect();
        self.page = self.page.saturating_add(1);
        Ok(leads)
    }
}

/// A lead's id; of a lead without one, all that it says.
fn identity<Q: Query>(lead: &Q::Record) -> String {
    Q::id(lead).map_or_else(|| lead.to_json(), str::to_owned)
}
