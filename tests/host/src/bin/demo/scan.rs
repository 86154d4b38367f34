//! A scan over more leads than a page holds.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use qince_host::grouped;
use qince_leads::{Operation, Query, QueryLeads, Request};
use serde_json::json;

use crate::screen;
use crate::stage::Stage;

const LEADS: usize = 2500;

pub(crate) fn show(stage: &mut Stage) -> anyhow::Result<()> {
    let before: BTreeSet<_> = ids(stage)?;
    stage.sandbox.create_leads(&json!({
        "count": LEADS, "family": "classic", "code_prefix": "P", "create_date": "2026-01-01",
    }))?;
    let created: BTreeSet<_> = ids(stage)?.difference(&before).cloned().collect();

    let query = QueryLeads::new()
        .create_time_start("2026-01-01")
        .create_time_end("2026-01-01")
        .with_page(1, 1000);
    let body = query.to_body()?;
    let mut read = Vec::new();
    for lead in stage.client.scan(query) {
        read.push(lead?.id().context("a lead has no id")?.to_owned());
    }
    let attempts = stage.attempts();
    let first = attempts.first().context("nothing was sent")?;
    screen::line(QueryLeads::NAME, "sent", stage.path(first));
    screen::line("", "", body);
    let requests = attempts.len();
    let leads = grouped(read.len() as u64);
    let came = format!("{leads} leads in {requests} requests; the last page was empty");
    screen::line("", "came", came);

    let unique: BTreeSet<_> = read.iter().cloned().collect();
    ensure!(read.len() == LEADS, "{} leads were read", read.len());
    ensure!(unique.len() == LEADS, "a lead was handed out twice");
    ensure!(unique == created, "the leads read are not those that were created");
    screen::ok("every lead once, and just those that the sandbox has");
    Ok(())
}

fn ids(stage: &Stage) -> anyhow::Result<BTreeSet<String>> {
    let leads = stage.sandbox.leads()?;
    Ok(leads.into_iter().map(|lead| lead.id).collect())
}
