//! The pager, page by page.

use std::mem;

use anyhow::{Context, bail, ensure};
use qince_leads::{Error, Page, Pages, Query, QueryApaasLeads, QueryLeads, RawReply};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::reply_error;
use crate::value::compare;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    op: String,
    payload: Box<RawValue>,
    script: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Expect(Box<RawValue>),
    Give(Given),
    Resume(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    ids: Vec<Option<String>>,
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
    let ends_in_expect = matches!(case.script.last(), Some(Event::Expect(_)));
    ensure!(ends_in_expect, "the script does not end in an `expect`");
    let mut pages = Pages::new(Q::from_json(case.payload.get())?);
    let mut leads: Option<Result<Vec<String>, Error>> = None;
    let mut asked = false;
    for (i, event) in case.script.into_iter().enumerate() {
        match event {
            Event::Give(Given { ids }) => {
                ensure!(mem::take(&mut asked), "event {i}: no page was asked for");
                let taken = pages.take(page::<Q>(&ids)?);
                let taken = taken.map(|leads| leads.iter().filter_map(id::<Q>).collect::<Vec<_>>());
                // An empty page ends the scan; one of leads that were handed out before does not.
                leads = Some(taken).filter(|_| !ids.is_empty());
            }
            Event::Resume(IgnoredAny) => {
                let saved = pages.save().with_context(|| format!("event {i}: nothing to save"))?;
                pages = Pages::resume(&saved)?;
            }
            Event::Expect(expected) => {
                let came = match (leads.take(), pages.next_query()) {
                    (Some(Ok(ids)), _) => json!({ "leads": ids }),
                    (Some(Err(error)), _) => json!({ "error": reply_error(&error) }),
                    (None, None) => json!({ "end": true }),
                    (None, Some(query)) => {
                        let (page, page_size) = query.page();
                        asked = true;
                        json!({ "page": page, "page_size": page_size })
                    }
                };
                compare(&expected, &came.to_string()).with_context(|| format!("event {i}"))?;
            }
        }
    }
    Ok(())
}

fn id<Q: Query>(lead: &Q::Record) -> Option<String> {
    Q::id(lead).map(str::to_owned)
}

/// A page with leads of these ids.
fn page<Q: Query>(ids: &[Option<String>]) -> Result<Page<Q::Record>, Error> {
    let rows: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let reply = json!({ "return_code": "0", "response_data": rows });
    Q::read(RawReply::new(200, reply.to_string()))
}
