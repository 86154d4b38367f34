//! The soak: thousands of adds, modifications and queries by several hosts at once, against a sandbox that fails
//! at random and that the `QINCE_…` environment variables name. Then the sandbox's own state must hold: no lead
//! lost, none doubled, every modification there, a scan hands out every lead once; and of pushes, each handled
//! exactly once, none that is forged. A soak that met no fault shows nothing, and fails too.
//!
//! With `--kill` it is the hosts that fail, see [`kill`].

mod family;
mod host;
mod kill;
mod options;
mod pushes;
mod scan;
mod table;
mod tally;
mod verify;

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{anyhow, ensure};
use clap::Parser;
use qince_host::{Environment, FaultReport, Sandbox};
use serde_json::json;

use crate::host::Host;
use crate::options::{Options, SLOW};
use crate::table::Table;
use crate::tally::Tally;

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match (&options.host_in, options.kills()) {
        (Some(folder), _) => kill::be_host(&options, folder).map(|()| true),
        (None, Some(kills)) => kill::soak(&options, kills),
        (None, None) => soak(&options),
    };
    match outcome {
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

    let overtaken = match options.wants_faults() {
        true => Host::idle(options, environment.account.clone()).be_overtaken(&sandbox)?,
        false => Tally::default(),
    };
    let planned = sandbox.faults()?.all_faults();

    sandbox.plan_faults(&options.faults(0))?;
    let tally = run_hosts(options, &environment)?;
    sandbox.plan_faults(&json!({}))?;
    await_late_requests(&sandbox)?;
    let stored = sandbox.leads()?;
    let verified = verify::compare(tally.added.iter().chain(&overtaken.added), &stored);

    sandbox.plan_faults(&options.faults(1))?;
    let scanned = scan::read_all(options, &environment, &stored)?;
    let report = sandbox.plan_faults(&json!({}))?;

    let pushed = pushes::deliver(options, &environment, &sandbox)?;

    let wants_faults = options.wants_faults();
    let mut table = Table::new(options.title());
    report_faults(&mut table, &report, planned, wants_faults);
    let all = [&tally, &overtaken];
    let attempts: u64 = all.iter().map(|tally| tally.attempts).sum();
    let retries: u64 = all.iter().map(|tally| tally.retries).sum();
    table.number("attempts that the hosts made", attempts + scanned.attempts);
    table.number("  retries, settling queries included", retries + scanned.retries);
    if wants_faults {
        overtaken.report_overtaken(&mut table);
    }
    tally.report(&mut table, wants_faults);
    verified.report_adds(&mut table);
    verified.report_modifications(&mut table);
    scanned.report(&mut table);
    pushed.report(&mut table, wants_faults);
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

/// Waits until every request that was held back is carried out, so that what is stored is what it stays.
fn await_late_requests(sandbox: &Sandbox) -> anyhow::Result<()> {
    // One that a host gave up on may not even have been counted yet.
    thread::sleep(SLOW);
    let deadline = Instant::now() + 10 * SLOW;
    loop {
        let held_back = sandbox.faults()?.held_back;
        if held_back == 0 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{held_back} requests are held back for too long");
        thread::sleep(SLOW / 20);
    }
}

/// Besides the faults that were planned one by one there must be some at random, if any are wanted.
fn report_faults(table: &mut Table, report: &FaultReport, planned: u64, wants_faults: bool) {
    table.number("requests that came to the sandbox", report.requests);
    table.number("  faults, planned one by one", planned);
    table.some("  faults, at random", report.all_faults() - planned, wants_faults);
    for (kind, &count) in &report.faults {
        table.number(format!("    {kind}"), count);
    }
}
