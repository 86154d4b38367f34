//! Many leads at once, made from the specification's own examples.

use serde::Deserialize;
use serde_json::json;

use super::lead::{Family, object};
use super::store::{Column, KeepError, Leads};
use crate::clock::start_of_day;

/// More would take the memory of whoever runs the sandbox.
const MOST: u32 = 1_000_000;

/// How many leads to create, and which.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Samples {
    count: u32,
    family: Family,
    code_prefix: String,
    create_date: Option<String>,
}

impl Leads {
    /// Creates the leads, with codes that count from 1. The inner error says what is wrong with what is asked for.
    pub(crate) fn create_samples(
        &mut self,
        samples: &Samples,
        now_ms: i64,
    ) -> Result<Result<usize, String>, KeepError> {
        let created_ms = match samples.create_date.as_deref().map(start_of_day) {
            None => now_ms,
            Some(Some(start)) => start,
            Some(None) => return Ok(Err("create_date must be a day, yyyy-MM-dd".to_owned())),
        };
        if samples.count > MOST {
            return Ok(Err(format!("count must be at most {MOST}")));
        }
        let payload = object(match samples.family {
            Family::Classic => include_str!("../../samples/add.json"),
            Family::Apaas => include_str!("../../samples/add_apaas.json"),
        });
        let codes = || (1..=samples.count).map(|number| format!("{}{number}", samples.code_prefix));
        let taken = |code: &String| self.live(samples.family, Column::Code, code).is_some();
        if let Some(code) = codes().find(taken) {
            return Ok(Err(format!("code_prefix: a lead with the code {code} exists already")));
        }
        let payloads = codes().map(|code| {
            let mut payload = payload.clone();
            payload.insert("code".to_owned(), json!(code));
            payload
        });
        self.create(samples.family, payloads, created_ms, None).map(Ok)
    }
}
