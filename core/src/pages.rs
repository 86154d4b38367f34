//! The pager: asks for page after page, and hands out every lead once.

use std::fmt;

use md5::{Digest, Md5};

use crate::endpoint::Endpoint;
use crate::error::{Error, Malformed};
use crate::json::Object;
use crate::operation::Query;
use crate::payload::{Draft, Slot};
use crate::record::{Record, Row, Rows, record};
use crate::reply::Page;
use crate::saved::{Kind, damaged};

/// How many leads a page is to hold where the query does not say.
const PAGE_SIZE: i64 = 1000;

/// How many pages running may hold nothing new: the last of them ends the scan.
const MOST_FRUITLESS: u32 = 3;

/// A scan over all pages of a query.
///
/// It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size,
/// nor does one of nothing but rows that are no leads. A lead is handed out once, wherever and however often it comes
/// again: leads shift from page to page while a scan runs. To know them, a scan keeps 8 bytes for each, or 16 where its
/// id is no number.
///
/// A scan can be [saved](Self::save) and [gone on with](Self::resume) elsewhere.
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
#[derive(Clone)]
pub struct Pages<Q: Query> {
    query: Q,
    pager: Pager,
}

/// Tells how far the scan is, without the query and the leads.
impl<Q: Query> fmt::Debug for Pages<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pager.fmt(f)
    }
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

    /// Takes the page that was asked for, and hands out its leads but for those that were handed out before.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where this is the third page running without a new lead: the service does not
    /// turn the pages, and the scan would never end. It ends here.
    pub fn take(&mut self, page: Page<Q::Record>) -> Result<Vec<Q::Record>, Error> {
        let leads: Vec<_> = page.iter().map(|lead| identity(Q::ENDPOINT, lead.row())).collect();
        let is_empty = page.is_empty() && page.faults().len() == 0;
        let new = self.pager.take(&leads, is_empty)?;
        Ok(page.iter().zip(new).filter_map(|(lead, is_new)| is_new.then_some(lead)).collect())
    }

    /// The scan as one line of text, by which [`resume`](Self::resume) goes on with it in another process, host or
    /// language; `None` where it has ended.
    #[must_use]
    pub fn save(&self) -> Option<String> {
        self.pager.save(Q::ENDPOINT, &self.query.to_json())
    }

    /// Goes on with a scan that was saved.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is damaged, of another version, or of another query.
    pub fn resume(text: &str) -> Result<Self, Error> {
        let (_, query, pager) = Pager::resume(text, Some(Q::ENDPOINT.name))?;
        Ok(Self { query: Q::from_json(&query)?, pager })
    }
}

/// A lead's id; of a lead without one, all that it says.
fn identity(query: &Endpoint, lead: &Row) -> String {
    let id = query.paging.and_then(|paging| paging.id_of(lead)).filter(|id| !id.is_empty());
    id.map_or_else(|| lead.to_json(), str::to_owned)
}

/// Which page comes next, and which leads were handed out.
#[derive(Clone)]
struct Pager {
    page: i64,
    page_size: i64,
    seen: Seen,
    /// How many pages running held nothing new.
    fruitless: u32,
    ended: bool,
}

impl fmt::Debug for Pager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("page", &self.page)
            .field("page_size", &self.page_size)
            .field("leads", &(self.seen.ids.len() + self.seen.digests.len()))
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// Which leads were handed out, sorted.
#[derive(Clone, Default)]
struct Seen {
    /// Those whose id is a number of 64 bits.
    ids: Vec<u64>,
    /// Of all others the MD5 of what tells them.
    digests: Vec<u128>,
}

impl Seen {
    /// Takes what tells the leads of a page, and says which of them are new.
    fn take(&mut self, leads: &[String]) -> Vec<bool> {
        let mut page = Self::default();
        let is_new = leads.iter().map(|lead| match id_of(lead) {
            Some(id) => is_first(&self.ids, &mut page.ids, id),
            None => {
                let digest = u128::from_be_bytes(Md5::digest(lead).into());
                is_first(&self.digests, &mut page.digests, digest)
            }
        });
        let is_new = is_new.collect();
        merge(&mut self.ids, &page.ids);
        merge(&mut self.digests, &page.digests);
        is_new
    }
}

/// An id that is a number, as long as it is written in just one way.
fn id_of(lead: &str) -> Option<u64> {
    let id = lead.parse().ok()?;
    let is_plain =
        lead.starts_with(|c: char| c.is_ascii_digit()) && (lead == "0" || !lead.starts_with('0'));
    is_plain.then_some(id)
}

/// Whether this is neither among those before nor on the page, where it is then.
fn is_first<T: Ord>(before: &[T], page: &mut Vec<T>, lead: T) -> bool {
    let is_new = before.binary_search(&lead).is_err();
    match page.binary_search(&lead) {
        Err(at) if is_new => {
            page.insert(at, lead);
            true
        }
        _ => false,
    }
}

/// Merges a sorted run into another one, from the back, so that each element moves once.
fn merge<T: Ord + Copy>(all: &mut Vec<T>, mut page: &[T]) {
    let mut left = all.len();
    all.extend_from_slice(page);
    while let Some((&last, before)) = page.split_last() {
        let at = left + before.len();
        if left > 0 && all[left - 1] > last {
            left -= 1;
            all[at] = all[left];
        } else {
            all[at] = last;
            page = before;
        }
    }
}

impl Pager {
    fn new(page: Option<i64>, page_size: Option<i64>) -> Self {
        Self {
            page: page.unwrap_or(1),
            page_size: page_size.unwrap_or(PAGE_SIZE),
            seen: Seen::default(),
            fruitless: 0,
            ended: false,
        }
    }

    /// The next page and its size.
    fn next(&self) -> Option<(i64, i64)> {
        (!self.ended).then_some((self.page, self.page_size))
    }

    /// Takes a page, and says which of its leads are new. One of nothing but rows that are no leads is not empty.
    fn take(&mut self, leads: &[String], is_empty: bool) -> Result<Vec<bool>, Error> {
        let new = self.seen.take(leads);
        self.fruitless = if new.contains(&true) { 0 } else { self.fruitless + 1 };
        // Behind the last number there is no page that could be asked for.
        self.ended =
            is_empty || self.fruitless == MOST_FRUITLESS || self.page >= i64::from(i32::MAX);
        if !is_empty && self.fruitless == MOST_FRUITLESS {
            let reason = format!(
                "page {} is the third running without a new lead: the service does not turn the pages",
                self.page
            );
            return Err(Malformed::new(reason, &[]).into());
        }
        self.page = self.page.saturating_add(1);
        Ok(new)
    }
}

record! {
    /// A scan that was saved.
    SavedPages = "" {
        /// The query's name.
        operation: text = "operation", "";
        /// Its payload, as JSON.
        query: text = "query", "";
        /// The next page.
        page: text = "page", "";
        /// Its size.
        page_size: text = "page_size", "";
        /// How many pages running held nothing new.
        fruitless: text = "fruitless", "";
        /// The ids of leads that were handed out: the first one, and how far each further one lies from that before.
        ids: text = "ids", "";
        /// The digests of other leads, likewise.
        digests: text = "digests", "";
    }
}

impl Pager {
    fn save(&self, endpoint: &Endpoint, query: &str) -> Option<String> {
        let (page, page_size) = self.next()?;
        let Seen { ids, digests } = &self.seen;
        let mut saved = Object::default();
        saved.text("operation", endpoint.name);
        saved.text("query", query);
        saved.number("page", page);
        saved.number("page_size", page_size);
        saved.number("fruitless", self.fruitless);
        saved.text("ids", &steps(&mut ids.iter().copied().map(u128::from)));
        saved.text("digests", &steps(&mut digests.iter().copied()));
        Some(Kind::Pages.seal(&saved.finish()))
    }

    /// The scan, and of which query it is one; where an operation is named, it is a query of that.
    fn resume(
        text: &str,
        operation: Option<&str>,
    ) -> Result<(&'static Endpoint, String, Self), Error> {
        let saved = SavedPages::from_json(Kind::Pages.open(text)?)?;
        let resumed = || {
            let number = |text: Option<&str>| text?.parse().ok();
            let ids = climbed(saved.ids()?)?.into_iter().map(|id| id.try_into().ok());
            let pager = Self {
                page: number(saved.page())?,
                page_size: number(saved.page_size())?,
                seen: Seen {
                    ids: ids.collect::<Option<_>>()?,
                    digests: climbed(saved.digests()?)?,
                },
                fruitless: saved.fruitless()?.parse().ok()?,
                ended: false,
            };
            let endpoint = Endpoint::named(saved.operation()?)?;
            endpoint.paging?;
            Some((endpoint, saved.query()?.to_owned(), pager))
        };
        let resumed =
            resumed().ok_or_else(|| damaged("something is missing, or not as it should be"))?;
        match operation {
            Some(operation) if operation != resumed.0.name => {
                Err(damaged("a scan of another query"))
            }
            _ => Ok(resumed),
        }
    }
}

/// Sorted numbers as the first one and the steps between, which are shorter.
fn steps(sorted: &mut dyn Iterator<Item = u128>) -> String {
    let mut steps = String::new();
    let mut before = 0;
    for number in sorted {
        if !steps.is_empty() {
            steps.push(' ');
        }
        steps += &(number - before).to_string();
        before = number;
    }
    steps
}

/// The numbers that these are the steps of.
fn climbed(steps: &str) -> Option<Vec<u128>> {
    let mut at: u128 = 0;
    let numbers = steps.split(' ').filter(|step| !step.is_empty()).map(|step| {
        at = at.checked_add(step.parse().ok()?)?;
        Some(at)
    });
    numbers.collect()
}

pub(crate) mod dynamic {
    //! A scan of whatever query.

    use super::*;

    /// The [`Pages`](crate::Pages) of a query that is chosen at run time, with a payload in JSON.
    pub struct Pages {
        endpoint: &'static Endpoint,
        query: String,
        pager: Pager,
    }

    /// Tells how far the scan is, without the query and the leads.
    impl fmt::Debug for Pages {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.pager.fmt(f)
        }
    }

    impl Pages {
        /// A scan from the query's page, or from the first. An operation that is no query has no pages.
        ///
        /// # Errors
        ///
        /// [`Error::InvalidPayload`] where the payload is of another shape.
        pub fn new(endpoint: &'static Endpoint, query: &str) -> Result<Self, Error> {
            let draft = Draft::from_json(query, endpoint.shape)?;
            let count = |place: usize| match draft.slots()[place] {
                Slot::Count(count) => Some(count),
                _ => None,
            };
            let pager = match endpoint.paging {
                Some(paging) => Pager::new(count(paging.page), count(paging.page_size)),
                None => Pager { ended: true, ..Pager::new(None, None) },
            };
            Ok(Self { endpoint, query: query.to_owned(), pager })
        }

        /// The payload of the query for the next page, as JSON; `None` where the scan has ended.
        #[must_use]
        pub fn next_query(&self) -> Option<String> {
            let (page, page_size) = self.pager.next()?;
            let paging = self.endpoint.paging?;
            let mut draft = Draft::from_json(&self.query, self.endpoint.shape).ok()?;
            draft.set(paging.page, Slot::Count(page));
            draft.set(paging.page_size, Slot::Count(page_size));
            Some(draft.to_json())
        }

        /// Takes the page that was asked for: of each lead its id, or all that it says as JSON if it has none, and
        /// whether the page is empty, without even a row that is no lead. Tells which leads are to be handed out.
        ///
        /// # Errors
        ///
        /// [`Error::Malformed`], see [`Pages::take`](crate::Pages::take).
        pub fn take(&mut self, leads: &[String], is_empty: bool) -> Result<Vec<bool>, Error> {
            self.pager.take(leads, is_empty)
        }

        /// Takes the page that was asked for, see [`take`](Self::take).
        ///
        /// # Errors
        ///
        /// [`Error::Malformed`], see [`Pages::take`](crate::Pages::take).
        pub fn take_rows(&mut self, rows: &Rows) -> Result<Vec<bool>, Error> {
            let leads: Vec<_> = rows.iter().map(|row| identity(self.endpoint, &row)).collect();
            self.take(&leads, rows.is_empty() && rows.faults().len() == 0)
        }

        /// The scan as text, see [`Pages::save`](crate::Pages::save).
        #[must_use]
        pub fn save(&self) -> Option<String> {
            self.pager.save(self.endpoint, &self.query)
        }

        /// Goes on with a scan that was saved, of this operation or, without one, of any; see
        /// [`Pages::resume`](crate::Pages::resume).
        ///
        /// # Errors
        ///
        /// [`Error::Malformed`] where the text is damaged, of another version, or of another query.
        pub fn resume(text: &str, operation: Option<&str>) -> Result<Self, Error> {
            let (endpoint, query, pager) = Pager::resume(text, operation)?;
            Draft::from_json(&query, endpoint.shape)?;
            Ok(Self { endpoint, query, pager })
        }

        /// The query's operation.
        #[must_use]
        pub fn endpoint(&self) -> &'static Endpoint {
            self.endpoint
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_seen_is_told_by_set_and_survives_saving(
            pages in prop::collection::vec(prop::collection::vec("[0-9]{1,3}|a|[{][}]", 0..6), 0..8),
        ) {
            let mut told = std::collections::HashSet::new();
            let mut seen = Seen::default();
            for page in pages {
                let expected: Vec<_> = page.iter().map(|lead| told.insert(lead.clone())).collect();
                prop_assert_eq!(seen.take(&page), expected);
                let ids: Vec<_> = seen.ids.iter().copied().map(u128::from).collect();
                prop_assert_eq!(climbed(&steps(&mut ids.iter().copied())), Some(ids));
                let digests = &mut seen.digests.iter().copied();
                prop_assert_eq!(climbed(&steps(digests)), Some(seen.digests.clone()));
            }
        }
    }
}
