//! An add is carried out, but its reply never comes.

use anyhow::ensure;
use qince_leads::AddLead;
use serde_json::json;

use crate::screen;
use crate::stage::Stage;

const CODE: &str = "D1";

pub(crate) fn show(stage: &mut Stage) -> anyhow::Result<()> {
    let lead = AddLead::new().cus_name("示例公司").emp_name("负责人").code(CODE);
    stage.sandbox.plan_faults(&json!({ "next": ["drop_after"] }))?;
    let receipt = stage.client.call(lead)?;
    stage.sandbox.plan_faults(&json!({}))?;

    let attempts = stage.attempts();
    for attempt in &attempts {
        screen::line(attempt.operation, "sent", stage.path(attempt));
        let status = match attempt.status {
            Some(status) => format!("HTTP {status}"),
            None => "the connection was closed without a reply".to_owned(),
        };
        let (outcome, duration_ms) = (attempt.outcome, attempt.duration_ms);
        let came = format!("{status} in {duration_ms} ms: {outcome}");
        screen::line("", "came", came);
    }
    let seen: Vec<_> =
        attempts.iter().map(|attempt| (attempt.operation, attempt.outcome)).collect();
    ensure!(seen == [("add", "unknown"), ("query", "ok")], "the attempts were {seen:?}");

    let stored = stage.sandbox.leads_with_code(CODE)?;
    ensure!(stored.len() == 1, "{} leads have the code {CODE}", stored.len());
    ensure!(receipt.id.as_ref() == Some(&stored[0].id), "the query found another lead");
    let id = &stored[0].id;
    screen::ok(format!("found by its code {CODE}: id {id}, the only lead that has it"));
    Ok(())
}
