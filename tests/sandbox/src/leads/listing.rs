//! Everything that is known about leads, for assertions.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lead::{COLUMNS, Family, Lead, object};
use super::store::LeadStore;

/// Which leads to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    family: Option<Family>,
    code: Option<String>,
    limit: Option<u32>,
    offset: Option<u32>,
}

/// A part of the leads, in the order of their creation.
#[derive(Serialize)]
pub(crate) struct Listed {
    /// How many leads there are to list.
    total: i64,
    leads: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    family: Family,
    code: Option<String>,
    removed: bool,
    revision: u32,
    created_ms: i64,
    /// The values now.
    payload: Map<String, Value>,
    /// What each modification carried.
    modifications: Vec<Map<String, Value>>,
    /// Every request that wrote the lead.
    writes: Vec<Write>,
}

#[derive(Serialize)]
struct Write {
    operation: String,
    msg_id: String,
    /// Word for word.
    body: String,
}

impl LeadStore {
    /// Lists leads, removed ones too.
    pub(crate) fn list(&self, listing: &Listing) -> rusqlite::Result<Listed> {
        const WHICH: &str = "(?1 IS NULL OR family = ?1) AND (?2 IS NULL OR code = ?2)";

        let Listing { family, code, .. } = listing;
        let limit = listing.limit.unwrap_or(1000);
        let offset = listing.offset.unwrap_or(0);
        self.read(|connection| {
            let total = connection.query_row(
                &format!("SELECT count(*) FROM lead WHERE {WHICH}"),
                params![family, code],
                |row| row.get(0),
            )?;
            let leads: Vec<Lead> = connection
                .prepare(&format!(
                    "SELECT {COLUMNS} FROM lead WHERE {WHICH} ORDER BY seq LIMIT ?3 OFFSET ?4"
                ))?
                .query_map(params![family, code, limit, offset], Lead::read)?
                .collect::<Result<_, _>>()?;
            let leads =
                leads.into_iter().map(|lead| entry(connection, lead)).collect::<Result<_, _>>()?;
            Ok(Listed { total, leads })
        })
    }
}

fn entry(connection: &Connection, lead: Lead) -> rusqlite::Result<Entry> {
    let writes = writes(connection, lead.seq)?;
    let modifications = writes
        .iter()
        .filter(|write| write.operation.starts_with("modify"))
        .map(|write| object(&write.body))
        .collect();
    Ok(Entry {
        code: lead.text("code").map(str::to_owned),
        id: lead.id,
        family: lead.family,
        removed: lead.removed,
        revision: lead.revision,
        created_ms: lead.created_ms,
        payload: lead.payload,
        modifications,
        writes,
    })
}

fn writes(connection: &Connection, lead: i64) -> rusqlite::Result<Vec<Write>> {
    connection
        .prepare_cached(
            "SELECT operation, msg_id, body FROM written WHERE lead = ?1 ORDER BY rowid",
        )?
        .query_map([lead], |row| {
            Ok(Write { operation: row.get(0)?, msg_id: row.get(1)?, body: row.get(2)? })
        })?
        .collect()
}
