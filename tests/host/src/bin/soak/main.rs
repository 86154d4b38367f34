//! The soak: thousands of adds, modifications and queries by several hosts at once, against a sandbox that fails
//! at random and that the `QINCE_…` environment variables name. Then the sandbox's own state must hold: no lead
//! lost, none doubled, every modification there, a scan hands out every lead once; and of pushes, each handled
//! exactly once, none that is forged.

mod family;
mod host;
mod options;
mod pushes;
mod scan;
mod table;
mod tally;
mod verify;

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::anyhow;
use clap::Parser;
use qince_host::{Environment, FaultReport, Sandbox};
use serde_json::json;

use crate::host::Host;
use crate::options::Options;
use crate::table::Table;
use crate::tally::Tally;

fn main() -> ExitCode {
    match soak(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs everything and prints the table; the answer is whether all held.
fn soak(options: &Options) -> anyhow::Result<bool> {
    let environment = Environment::read()?;
    let sandbox = Sandbox::new(environment.account.base_url());
    sandbox.forget()?;
    let began = Instant::now();

    sandbox.plan_faults(&options.faults(0))?;
    let tally = run_hosts(options, &environment)?;
    sandbox.plan_faults(&json!({}))?;
    let stored = sandbox.leads()?;
    let verified = verify::compare(&tally.added, &stored);

    sandbox.plan_faults(&options.faults(1))?;
    let scanned = scan::read_all(options, &environment, &stored)?;
    let report = sandbox.plan_faults(&json!({}))?;

    let pushed = pushes::deliver(options, &environment, &sandbox)?;

    let mut table = Table::new(options.title());
    report_faults(&mut table, &report);
    table.number("attempts that the hosts made", tally.attempts + scanned.attempts);
    table.number("  retries, settling queries included", tally.retries + scanned.retries);
    tally.report(&mut table);
    verified.report(&mut table);
    scanned.report(&mut table);
    pushed.report(&mut table);
    table.text("seconds", format!("{:.1}", began.elapsed().as_secs_f64()));
    print!("{table}");
    Ok(table.all_held())
}

/// Lets all hosts work at once, and adds up what they did.
fn run_hosts(options: &Options, environment: &Environment) -> anyhow::Result<Tally> {
    let mut total = Tally::default();
    thread::scope(|scope| {
        let hosts: Vec<_> = (0..options.hosts.get())
            .map(|number| {
                let account = environment.account.clone();
                scope.spawn(move || Host::new(number, options, account).work())
            })
            .collect();
        for host in hosts {
            let tally = host.join().map_err(|_| anyhow!("a host panicked"))?;
            total.add(tally);
        }
        Ok(total)
    })
}

fn report_faults(table: &mut Table, report: &FaultReport) {
    table.number("requests that came to the sandbox", report.requests);
    table.number("  faults", report.faults.values().sum());
    for (kind, &count) in &report.faults {
        table.number(format!("    {kind}"), count);
    }
}
