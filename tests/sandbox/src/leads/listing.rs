//! Everything that is known about leads, for assertions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kept::{Kept, Write};
use super::lead::{Family, object};
use super::store::Leads;

/// Which leads to list.
#[derive(Default)]
pub(crate) struct Listing {
    family: Option<Family>,
    code: Option<String>,
    limit: Option<u32>,
    offset: Option<u32>,
}

impl Listing {
    /// Takes the parameters of a query. The error says which of them means nothing.
    pub(crate) fn parse(
        parameters: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, String> {
        let mut listing = Self::default();
        for (name, value) in parameters {
            let wrong = || format!("{name}: `{value}` is none");
            match name.as_str() {
                "family" => {
                    let family = Family::deserialize(Value::from(value.as_str()));
                    listing.family = Some(family.map_err(|_| wrong())?);
                }
                "code" => listing.code = Some(value),
                "limit" => listing.limit = Some(value.parse().map_err(|_| wrong())?),
                "offset" => listing.offset = Some(value.parse().map_err(|_| wrong())?),
                _ => return Err(format!("{name}: there is no such parameter")),
            }
        }
        Ok(listing)
    }

    fn includes(&self, lead: &Kept) -> bool {
        self.family.is_none_or(|family| lead.family == family)
            && (self.code.is_none() || lead.now.keys.code == self.code)
    }
}

/// A part of the leads, in the order of their creation.
#[derive(Serialize)]
pub(crate) struct Listed<'a> {
    /// How many leads there are to list.
    total: usize,
    leads: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    family: Family,
    code: Option<&'a str>,
    removed: bool,
    revision: u32,
    created_ms: i64,
    /// The values now.
    payload: Map<String, Value>,
    /// What each modification carried.
    modifications: Vec<Map<String, Value>>,
    writes: &'a [Write],
}

impl Leads {
    /// Lists leads, removed ones too.
    pub(crate) fn list(&self, listing: &Listing) -> Listed<'_> {
        let limit = listing.limit.unwrap_or(1000) as usize;
        let offset = listing.offset.unwrap_or(0) as usize;
        let leads = || self.all().iter().filter(|lead| listing.includes(lead));
        Listed {
            total: leads().count(),
            leads: leads().skip(offset).take(limit).map(entry).collect(),
        }
    }
}

fn entry(lead: &Kept) -> Entry<'_> {
    let modifications = lead.writes.iter().filter(|write| write.operation.starts_with("modify"));
    Entry {
        id: lead.id(),
        family: lead.family,
        code: lead.now.keys.code.as_deref(),
        removed: lead.now.removed,
        revision: lead.revision,
        created_ms: lead.created_ms,
        payload: lead.unfolded(&lead.now).payload,
        modifications: modifications.map(|write| object(&write.body)).collect(),
        writes: &lead.writes,
    }
}
