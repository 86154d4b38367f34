//! A process is killed while its add is under way; another one goes on with the call from its file.

use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use anyhow::{bail, ensure};
use qince_host::{Client, Environment, Sandbox, SavedCall, StoredLead, Transport};
use qince_leads::{AddLead, Policy};
use serde_json::json;

use crate::screen;
use crate::stage::{Stage, TIME_OUT};

const CODE: &str = "K1";

/// How long the reply stays away: far longer than the process lives.
const SLOW: Duration = TIME_OUT;

pub(crate) fn show(stage: &mut Stage) -> anyhow::Result<()> {
    let file = env::temp_dir().join(format!("qince-leads-demo-{}.call", process::id()));
    let saved = SavedCall::at(&file);
    let mut host = Command::new(env::current_exe()?);
    host.arg(&file);

    let slow = json!({ "next": ["slow"], "slow_ms": SLOW.as_millis() as u64 });
    stage.sandbox.plan_faults(&slow)?;
    let mut first = host.spawn()?;
    let stored = await_lead(&stage.sandbox, &mut first);
    first.kill()?;
    let ended = first.wait()?;
    let lead = stored?;
    screen::line("", "kill", format!("{ended}; the lead is stored, its reply was never read"));
    stage.sandbox.plan_faults(&json!({}))?;
    ensure!(saved.read()?.is_some(), "the call was not saved");

    let went_on = host.status()?;
    let forgotten = saved.read()?.is_none();
    saved.forget()?;
    ensure!(went_on.success() && forgotten, "the second process did not go on: {went_on}");
    let leads = stage.sandbox.leads_with_code(CODE)?;
    ensure!(leads.len() == 1, "{} leads have the code {CODE}", leads.len());
    screen::ok(format!("settled: id {}, the only lead that has its code {CODE}", lead.id));
    Ok(())
}

/// Waits until the first process's add has been carried out.
fn await_lead(sandbox: &Sandbox, process: &mut Child) -> anyhow::Result<StoredLead> {
    let deadline = Instant::now() + SLOW / 2;
    while Instant::now() < deadline {
        if let Some(lead) = sandbox.leads_with_code(CODE)?.pop() {
            return Ok(lead);
        }
        ensure!(process.try_wait()?.is_none(), "the first process ended by itself");
        thread::sleep(Duration::from_millis(10));
    }
    bail!("no add came")
}

/// What each of the two processes does: it goes on with the call that the file holds, or begins one.
pub(crate) fn be_host(saved: &SavedCall) -> anyhow::Result<()> {
    let account = Environment::read()?.account;
    let base_url = account.base_url().to_owned();
    let transport = Transport::new(&base_url, 2 * SLOW);
    let mut client = Client::new(account, transport, Policy::default()).with_observer(|attempt| {
        let status = attempt.status.map_or("nothing".to_owned(), |status| format!("HTTP {status}"));
        let (outcome, duration_ms) = (attempt.outcome, attempt.duration_ms);
        screen::line("", "came", format!("{status} in {duration_ms} ms: {outcome}"));
    });

    let about = if saved.read()?.is_some() { "goes on" } else { "begins" };
    screen::line(about, "", format!("process {}", process::id()));
    let lead = AddLead::new().cus_name("示例公司").emp_name("负责人").code(CODE);
    let call = client.call_in(saved, lead)?;
    let receipt = client.run(call, |call, request| -> anyhow::Result<()> {
        saved.save(call)?;
        let url = request.redacted_url();
        let path = url.strip_prefix(&base_url).unwrap_or(&url);
        screen::line(request.operation, "sent", format!("once saved: {path}"));
        Ok(())
    })?;
    ensure!(receipt.settled, "a query should have found the lead");
    Ok(saved.forget()?)
}
