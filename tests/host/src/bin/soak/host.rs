//! One of several hosts that work at once.

use std::sync::{Arc, Mutex, PoisonError};

use qince_host::{Client, Sandbox, Transport};
use qince_leads::{Account, Attempt};

use crate::family::Family;
use crate::options::{self, Options, TIME_OUT, policy};
use crate::tally::{Added, Modified, Tally};

pub(crate) struct Host {
    number: usize,
    adds: usize,
    seed: u64,
    client: Client,
    seen: Arc<Mutex<Vec<Attempt>>>,
    tally: Tally,
}

impl Host {
    /// A host that does its share of the adds.
    pub(crate) fn new(number: usize, options: &Options, account: Account) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let observer = Arc::clone(&seen);
        let transport = Transport::new(account.base_url(), TIME_OUT);
        let client = Client::new(account, transport, policy()).with_observer(move |attempt| {
            let mut seen = observer.lock().unwrap_or_else(PoisonError::into_inner);
            seen.push(attempt.clone());
        });
        let rest = usize::from(number < options.adds() % options.hosts);
        Self {
            number,
            adds: options.adds() / options.hosts + rest,
            seed: options.seed,
            client,
            seen,
            tally: Tally::default(),
        }
    }

    /// A host that has no share of the adds.
    pub(crate) fn idle(options: &Options, account: Account) -> Self {
        Self { adds: 0, ..Self::new(options.hosts.get(), options, account) }
    }

    /// Adds a lead after the other; modifies every second of them, and queries for every third.
    pub(crate) fn work(mut self) -> Tally {
        fastrand::seed(self.seed.wrapping_add(self.number as u64));
        for n in 0..self.adds {
            let family = Family::ALL[n / 2 % 2];
            let code = format!("S{}-{}-{n}", self.seed, self.number);
            let mut added = self.add(family, code);
            if n % 2 == 0 && added.id.is_ok() {
                self.modify(&mut added);
            }
            if n % 3 == 0 && added.id.is_ok() {
                self.query(&added);
            }
            self.tally.added.push(added);
        }
        self.tally
    }

    /// Adds a lead of each family whose repetition is overtaken by the first request.
    pub(crate) fn be_overtaken(mut self, sandbox: &Sandbox) -> anyhow::Result<Tally> {
        for family in Family::ALL {
            sandbox.plan_faults(&options::overtaking())?;
            let code = format!("S{}-overtaken-{}", self.seed, family.name());
            let added = self.add(family, code);
            self.tally.added.push(added);
        }
        Ok(self.tally)
    }

    fn add(&mut self, family: Family, code: String) -> Added {
        let result = family.add(&mut self.client, &code);
        let attempts = self.attempts();
        self.tally.note_add(&code, &attempts, result.is_ok());
        Added { family, code, id: result.map(|receipt| receipt.id), modified: None }
    }

    fn modify(&mut self, added: &mut Added) {
        let detail = format!("修改 {}", added.code);
        let result = added.family.modify(&mut self.client, &added.code, &detail);
        let attempts = self.attempts();
        self.tally.note(&attempts);
        added.modified = Some(Modified { detail, result: result.map(drop) });
    }

    /// Whether just the lead that was added is found, as it was modified.
    fn query(&mut self, added: &Added) {
        let result = added.family.query(&mut self.client, &added.code);
        let attempts = self.attempts();
        self.tally.note(&attempts);
        self.tally.queries += 1;
        let is_right = result.is_ok_and(|found| {
            found.len() == 1
                && found[0].code.as_ref() == Some(&added.code)
                && added.id.as_ref().is_ok_and(|id| *id == found[0].id)
                && added.modified.as_ref().is_none_or(|modified| {
                    modified.result.is_err() || found[0].detail.as_ref() == Some(&modified.detail)
                })
        });
        if !is_right {
            self.tally.wrong_queries.push(added.code.clone());
        }
    }

    /// The attempts of the last call.
    fn attempts(&self) -> Vec<Attempt> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
