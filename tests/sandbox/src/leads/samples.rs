//! Many leads at once, made from the specification's own examples.

use serde::Deserialize;
use serde_json::json;

use super::lead::{Family, object};
use super::store::{LeadStore, insert, live};
use crate::clock::{now_ms, start_of_day};

/// How many leads to create, and which.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Samples {
    count: u32,
    family: Family,
    code_prefix: String,
    create_date: Option<String>,
}

impl LeadStore {
    /// Creates the leads in one transaction, with codes that count from 1. The inner error says what is wrong
    /// with what is asked for.
    pub(crate) fn create(&self, samples: &Samples) -> rusqlite::Result<Result<u32, String>> {
        let created_ms = match samples.create_date.as_deref().map(start_of_day) {
            None => now_ms(),
            Some(Some(start)) => start,
            Some(None) => return Ok(Err("create_date must be a day, yyyy-MM-dd".to_owned())),
        };
        let mut payload = object(match samples.family {
            Family::Classic => include_str!("../../samples/add.json"),
            Family::Apaas => include_str!("../../samples/add_apaas.json"),
        });
        let code = |number| format!("{}{number}", samples.code_prefix);
        self.write(|transaction| {
            for code in (1..=samples.count).map(code) {
                if live(transaction, samples.family, "code", &code)?.is_some() {
                    return Ok(Err(format!(
                        "code_prefix: a lead with the code {code} exists already"
                    )));
                }
            }
            for code in (1..=samples.count).map(code) {
                payload.insert("code".to_owned(), json!(code));
                insert(transaction, samples.family, &payload, created_ms)?;
            }
            Ok(Ok(samples.count))
        })
    }
}
