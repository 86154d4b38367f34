//! A host is killed at random instants, hundreds of times, and each time another one goes on from its files. The
//! sandbox fails as well, and takes a code as often as it comes: a lead that is added twice is there twice.

mod host;
mod journal;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::ensure;
use qince_host::{Environment, Sandbox};
use qince_leads::Policy;
use serde_json::json;

pub(crate) use self::host::be_host;
use self::journal::{Entry, Journal};
use crate::family::Family;
use crate::options::{self, Options};
use crate::table::Table;
use crate::tally::Added;
use crate::verify;

/// How many calls a host runs at once, so that each kill hits several.
const AT_ONCE: usize = 16;

/// How long an add in doubt is left alone before it is looked for: far longer than what a host sent before it was killed
/// lies in a buffer.
const SETTLE_DELAY: Duration = Duration::from_millis(100);

/// How long hosts live on the average, to begin with.
const LIFE: Duration = Duration::from_millis(200);

fn policy() -> Policy {
    Policy { settle_delay_ms: SETTLE_DELAY.as_millis() as u64, ..options::policy() }
}

/// The leads to be added, one by one, each with the family that it is of.
fn leads(options: &Options) -> impl Iterator<Item = (Family, String)> {
    let seed = options.seed;
    (0..options.adds()).map(move |n| (Family::ALL[n / AT_ONCE % 2], format!("K{seed}-{n}")))
}

/// Kills as many hosts as are wanted while they add leads, lets the last one finish, and prints the table; the answer
/// is whether all held.
pub(crate) fn soak(options: &Options, kills: usize) -> anyhow::Result<bool> {
    let environment = Environment::read()?;
    let sandbox = Sandbox::new(environment.account.base_url());
    sandbox.forget()?;
    sandbox.set_quirks(&json!({ "repeat_codes": ["classic", "apaas"] }))?;
    sandbox.plan_faults(&options.timely_faults())?;
    let folder = Folder::new()?;
    let began = Instant::now();

    let killed = kill_hosts(options, kills, &folder.0)?;
    let report = sandbox.plan_faults(&json!({}))?;
    let entries = Journal::all(&folder.0)?;
    let added = added(options, &entries);
    let verified = verify::compare(&added, &sandbox.leads()?);

    let mut table = Table::new(options.title());
    table.number("requests that came to the sandbox", report.requests);
    table.some("  faults, at random", report.all_faults(), options.wants_faults());
    table.some("hosts killed", killed as u64, true);
    let count = |is: fn(&Entry) -> bool| entries.iter().filter(|entry| is(entry)).count() as u64;
    table.some("  calls gone on with", count(|entry| matches!(entry, Entry::WentOn { .. })), true);
    table.number("adds", options.adds() as u64);
    table.number("  ended ok", added.len() as u64);
    table.none("  ended otherwise, or not at all", &others(options, &added, &entries));
    let is_settled = |entry: &Entry| matches!(entry, Entry::Ended { settled: true, .. });
    table.some("  settled: found by a query", count(is_settled), true);
    table.number("  sent again", sent_again(&entries));
    verified.report_adds(&mut table);
    table.text("seconds", format!("{:.1}", began.elapsed().as_secs_f64()));
    print!("{table}");
    Ok(table.all_held())
}

/// Starts host after host until one has nothing left to do, and kills so many of them.
fn kill_hosts(options: &Options, kills: usize, folder: &Path) -> anyhow::Result<usize> {
    let mut luck = fastrand::Rng::with_seed(options.seed);
    let mut life = LIFE;
    for killed in 0..kills {
        let mut host = start_host(options, folder)?;
        if ends_within(life.mul_f64(2.0 * luck.f64()), &mut host)? {
            return Ok(killed);
        }
        host.kill()?;
        host.wait()?;
        // So that the kills are spread over the adds, however fast this machine is.
        let is_ahead = Journal::ended(folder)? * kills > killed * options.adds();
        life = life.mul_f64(if is_ahead { 0.8 } else { 1.25 });
    }
    let status = start_host(options, folder)?.wait()?;
    ensure!(status.success(), "the last host: {status}");
    Ok(kills)
}

fn start_host(options: &Options, folder: &Path) -> anyhow::Result<Child> {
    let (adds, seed) = (options.adds().to_string(), options.seed.to_string());
    let mut host = Command::new(env::current_exe()?);
    host.args(["--adds", &adds, "--seed", &seed, "--host-in"]).arg(folder);
    Ok(host.spawn()?)
}

/// Whether the host ends by itself in this time.
fn ends_within(time: Duration, host: &mut Child) -> anyhow::Result<bool> {
    let end = Instant::now() + time;
    loop {
        if let Some(status) = host.try_wait()? {
            ensure!(status.success(), "a host that nobody killed: {status}");
            return Ok(true);
        }
        if Instant::now() >= end {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// The adds that ended ok. One that ended just before its host was killed may be there twice, as it ended again.
fn added(options: &Options, entries: &[Entry]) -> Vec<Added> {
    let ended = entries.iter().filter_map(|entry| match entry {
        Entry::Ended { code, id, .. } => Some((code.as_str(), id)),
        _ => None,
    });
    let ended: BTreeMap<_, _> = ended.collect();
    let added = leads(options).filter_map(|(family, code)| {
        let id = Ok((*ended.get(code.as_str())?).clone());
        Some(Added { family, code, id, modified: None })
    });
    added.collect()
}

/// The adds that did not end ok, each with how it ended.
fn others(options: &Options, added: &[Added], entries: &[Entry]) -> Vec<String> {
    let is_ok = |code: &String| added.iter().any(|added| added.code == *code);
    let how = |code: &String| {
        let failed = entries.iter().find_map(|entry| match entry {
            Entry::Failed { code: failed, error } if failed == code => Some(error.as_str()),
            _ => None,
        });
        failed.unwrap_or("not at all")
    };
    let others = leads(options).map(|(_, code)| code).filter(|code| !is_ok(code));
    others.map(|code| format!("{code}: {}", how(&code))).collect()
}

/// How many adds were sent more than once.
fn sent_again(entries: &[Entry]) -> u64 {
    let mut sent = BTreeMap::<_, u32>::new();
    for entry in entries {
        if let Entry::Sent { code, operation } = entry
            && operation.starts_with("add")
        {
            *sent.entry(code).or_default() += 1;
        }
    }
    sent.values().filter(|&&times| times > 1).count() as u64
}

/// A folder that is gone when the soak is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let folder = env::temp_dir().join(format!("qince-leads-soak-{}", process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left there holds nothing that anybody needs.
        let _ = fs::remove_dir_all(&self.0);
    }
}
