//! A scan over everything, with faults on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qince_host::{Client, Environment, StoredLead, Transport};

use crate::family::Family;
use crate::options::{Options, TIME_OUT, policy};
use crate::table::Table;

pub(crate) struct Scanned {
    pub(crate) attempts: u64,
    pub(crate) retries: u64,
    stored: u64,
    scanned: u64,
    repeated: Vec<String>,
    missed: Vec<String>,
    unknown: Vec<String>,
}

/// Scans both families, and compares what is handed out with what is stored.
pub(crate) fn read_all(
    options: &Options,
    environment: &Environment,
    stored: &[StoredLead],
) -> anyhow::Result<Scanned> {
    fastrand::seed(options.seed);
    let account = environment.account.clone();
    let transport = Transport::new(account.base_url(), TIME_OUT);
    let (attempts, retries) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (all, repeated) = (Arc::clone(&attempts), Arc::clone(&retries));
    let mut client = Client::new(account, transport, policy()).with_observer(move |attempt| {
        all.fetch_add(1, Ordering::Relaxed);
        repeated.fetch_add(u64::from(attempt.number > 1), Ordering::Relaxed);
    });
    let mut ids = Vec::new();
    for family in Family::ALL {
        ids.extend(family.scan(&mut client)?);
    }

    let mut seen = BTreeSet::new();
    let repeated = ids.iter().filter(|&id| !seen.insert(id.clone()));
    let repeated = repeated.cloned().collect();
    let stored: BTreeSet<_> = stored.iter().map(|lead| lead.id.clone()).collect();
    Ok(Scanned {
        attempts: attempts.load(Ordering::Relaxed),
        retries: retries.load(Ordering::Relaxed),
        stored: stored.len() as u64,
        scanned: ids.len() as u64,
        repeated,
        missed: stored.difference(&seen).cloned().collect(),
        unknown: seen.difference(&stored).cloned().collect(),
    })
}

impl Scanned {
    pub(crate) fn report(&self, table: &mut Table) {
        table.number("leads stored", self.stored);
        table.number("  scanned", self.scanned);
        table.none("  handed out twice", &self.repeated);
        table.none("  missed", &self.missed);
        table.none("  handed out, but not stored", &self.unknown);
    }
}
