//! Finding leads: one page of those that meet a query's conditions.

use rusqlite::params_from_iter;
use rusqlite::types::Value as SqlValue;

use super::lead::{COLUMNS, Family, Lead};
use super::query_group::Group;
use super::sorts::{Sort, sort};
use super::store::LeadStore;
use crate::api::Refusal;
use crate::clock::{DAY_MS, start_of_day};
use crate::payload::Payload;

/// A query, ready to be carried out.
pub(crate) struct Search {
    /// Conditions that a column meets or does not, joined by AND, with a `?` for each of the values.
    conditions: Vec<String>,
    values: Vec<SqlValue>,
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
        let mut search = Self {
            conditions: vec!["removed = 0".to_owned()],
            values: Vec::new(),
            groups: Group::parse_all(payload.list("query_group"))?,
            sorts: Sort::parse_all(payload.list("sorts"))?,
            size,
            offset: (page - 1).saturating_mul(size),
        };
        search.require("family = ?", family.name().to_owned());
        search.require_given("id = ?", payload.id("id"));
        for (condition, name) in [
            ("code = ?", "code"),
            ("linkman = ?", "linkman"),
            ("mobile = ?", "mobile"),
            ("emp_name = ?", "emp_name"),
            ("cus_name = ?", "cus_name"),
            ("status = ?", "salesleads_status"),
        ] {
            search.require_given(condition, payload.text(name).map(str::to_owned));
        }
        let day = |name| payload.text(name).and_then(start_of_day);
        let end_of_day = |name| day(name).map(|start| start + DAY_MS);
        search.require_given("created_ms >= ?", day("create_time_start"));
        search.require_given("created_ms < ?", end_of_day("create_time_end"));
        search.require_given("modified_ms >= ?", day("modify_time_start"));
        search.require_given("modified_ms < ?", end_of_day("modify_time_end"));
        Ok(search)
    }

    fn require_given(&mut self, condition: &str, value: Option<impl Into<SqlValue>>) {
        if let Some(value) = value {
            self.require(condition, value);
        }
    }

    fn require(&mut self, condition: &str, value: impl Into<SqlValue>) {
        self.conditions.push(condition.to_owned());
        self.values.push(value.into());
    }
}

impl LeadStore {
    /// The page of leads that the query asks for.
    pub(crate) fn find(&self, search: &Search) -> rusqlite::Result<Vec<Lead>> {
        // The database can page by itself unless what it does not know decides about leads or their order.
        if search.groups.is_empty() && search.sorts.is_empty() {
            return self.select(search, search.size, search.offset);
        }
        let mut leads = self.select(search, usize::MAX, 0)?;
        leads.retain(|lead| search.groups.iter().all(|group| group.admits(lead)));
        sort(&mut leads, &search.sorts);
        Ok(leads.into_iter().skip(search.offset).take(search.size).collect())
    }

    fn select(&self, search: &Search, limit: usize, offset: usize) -> rusqlite::Result<Vec<Lead>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM lead WHERE {} ORDER BY created_ms, seq LIMIT {} OFFSET {}",
            search.conditions.join(" AND "),
            sql_whole(limit),
            sql_whole(offset),
        );
        self.read(|connection| {
            connection
                .prepare_cached(&sql)?
                .query_map(params_from_iter(&search.values), Lead::read)?
                .collect()
        })
    }
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// SQLite's numbers end at 63 bits.
fn sql_whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
