//! Finding leads: one page of those that meet a query's conditions.

use std::ops::Range;

use super::kept::{Kept, State};
use super::lead::{Family, Lead};
use super::query_group::Group;
use super::sorts::{Sort, sort};
use super::store::Leads;
use crate::api::Refusal;
use crate::clock::{DAY_MS, start_of_day};
use crate::payload::Payload;

/// A query, ready to be carried out.
pub(crate) struct Search {
    family: Family,
    id: Option<String>,
    code: Option<String>,
    linkman: Option<String>,
    mobile: Option<String>,
    emp_name: Option<String>,
    cus_name: Option<String>,
    status: Option<String>,
    created: Range<i64>,
    modified: Range<i64>,
    groups: Vec<Group>,
    sorts: Vec<Sort>,
    size: usize,
    offset: usize,
}

impl Search {
    /// Takes a query's payload, which has passed its table. No page is larger than the cap.
    pub(crate) fn parse(family: Family, payload: &Payload, page_cap: u32) -> Result<Self, Refusal> {
        let page = whole(payload.count("page").unwrap_or(1));
        let size = whole(payload.count("pageSize").unwrap_or(1000)).min(whole(page_cap.into()));
        let text = |name| payload.text(name).map(str::to_owned);
        let days = |start, end| {
            let day = |name| payload.text(name).and_then(start_of_day);
            day(start).unwrap_or(i64::MIN)..day(end).map_or(i64::MAX, |start| start + DAY_MS)
        };
        Ok(Self {
            family,
            id: payload.id("id"),
            code: text("code"),
            linkman: text("linkman"),
            mobile: text("mobile"),
            emp_name: text("emp_name"),
            cus_name: text("cus_name"),
            status: text("salesleads_status"),
            created: days("create_time_start", "create_time_end"),
            modified: days("modify_time_start", "modify_time_end"),
            groups: Group::parse_all(payload.list("query_group"))?,
            sorts: Sort::parse_all(payload.list("sorts"))?,
            size,
            offset: (page - 1).saturating_mul(size),
        })
    }

    /// Whether one of the [candidates](Leads::candidates), which have the id that is asked for, is meant.
    fn admits(&self, lead: &Kept, state: &State) -> bool {
        let keys = &state.keys;
        let meets =
            |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        !state.removed
            && lead.family == self.family
            && meets(&self.code, &keys.code)
            && meets(&self.linkman, &keys.linkman)
            && meets(&self.mobile, &keys.mobile)
            && meets(&self.emp_name, &keys.emp_name)
            && meets(&self.cus_name, &keys.cus_name)
            && self.status.as_ref().is_none_or(|status| keys.status == *status)
            && self.created.contains(&lead.created_ms)
            && self.modified.contains(&state.since_ms)
    }
}

impl Leads {
    /// The page of leads that the query asks for, as they were at a time, or as they are.
    pub(crate) fn find(&self, search: &Search, seen_until: Option<i64>) -> Vec<Lead> {
        let found = self.candidates(search, seen_until).filter_map(|lead| {
            let state = lead.at(seen_until)?;
            search.admits(lead, state).then_some((lead, state))
        });
        let unfold = |(lead, state): (&Kept, &State)| lead.unfolded(state);
        // Leads are unfolded only where their place on the page is known, or depends on what is in them.
        if search.groups.is_empty() && search.sorts.is_empty() {
            return found.skip(search.offset).take(search.size).map(unfold).collect();
        }
        let mut leads: Vec<Lead> = found.map(unfold).collect();
        leads.retain(|lead| search.groups.iter().all(|group| group.admits(lead)));
        sort(&mut leads, &search.sorts);
        leads.into_iter().skip(search.offset).take(search.size).collect()
    }

    /// The leads that may be meant, in the order of their creation.
    fn candidates<'a>(
        &'a self,
        search: &'a Search,
        seen_until: Option<i64>,
    ) -> Box<dyn Iterator<Item = &'a Kept> + 'a> {
        match (&search.id, &search.code) {
            (Some(id), _) => Box::new(self.by_id(id).into_iter()),
            // A lead may be seen by a code that it has no more.
            (None, Some(code)) if seen_until.is_none() => {
                Box::new(self.with_code(search.family, code).into_iter())
            }
            _ => Box::new(self.by_creation()),
        }
    }
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
