//! The pager, page by page.

use anyhow::{Context, bail, ensure};
use qince_leads::{Error, Page, Pages, Query, QueryApaasLeads, QueryLeads, RawReply};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{compare, reply_error};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    op: String,
    payload: Value,
    script: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Expect(Value),
    Give(Given),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    ids: Vec<String>,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.op.as_str() {
            "query" => run::<QueryLeads>(self),
            "query_apaas" => run::<QueryApaasLeads>(self),
            other => bail!("`{other}` has no pages"),
        }
    }
}

fn run<Q: Query>(case: Case) -> anyhow::Result<()> {
    let mut pages = Pages::new(Q::from_json(&case.payload.to_string())?);
    let mut leads: Option<Result<Vec<String>, Error>> = None;
    for (i, event) in case.script.into_iter().enumerate() {
        match event {
            Event::Give(Given { ids }) => {
                ensure!(leads.is_none(), "event {i}: the leads before were not expected");
                let taken = pages.take(page::<Q>(&ids)?);
                let taken = taken.map(|leads| leads.iter().filter_map(id::<Q>).collect::<Vec<_>>());
                // An empty page hands nothing out.
                leads = Some(taken).filter(|taken| !matches!(taken, Ok(ids) if ids.is_empty()));
            }
            Event::Expect(expected) => {
                let came = match (leads.take(), pages.next_query()) {
                    (Some(Ok(ids)), _) => json!({ "leads": ids }),
                    (Some(Err(error)), _) => json!({ "error": reply_error(&error) }),
                    (None, None) => json!({ "end": true }),
                    (None, Some(query)) => {
                        let (page, page_size) = query.page();
                        json!({ "page": page, "page_size": page_size })
                    }
                };
                compare(&expected, &came).with_context(|| format!("event {i}"))?;
            }
        }
    }
    Ok(())
}

fn id<Q: Query>(lead: &Q::Record) -> Option<String> {
    Q::id(lead).map(str::to_owned)
}

/// A page with leads of these ids.
fn page<Q: Query>(ids: &[String]) -> Result<Page<Q::Record>, Error> {
    let rows: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let reply = json!({ "return_code": "0", "response_data": rows });
    Q::read(RawReply::new(200, reply.to_string()))
}
