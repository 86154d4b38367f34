//! The sandbox: a machine that is handed requests and says what to do.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::admin;
use crate::api::{self, Held};
use crate::faults::Faults;
use crate::http::{Reply, Request};
use crate::leads::{Keep, Leads};
use crate::pushes::{Answer, Deliveries, Journal, Outgoing};
use crate::quirks::Quirks;

/// The service's side of the API, without I/O: no socket, no clock, no thread. Whoever has it hands it requests
/// together with the time, and does what the [`Step`]s say.
pub struct Sandbox {
    pub(crate) account: Account,
    pub(crate) push_hosts: Vec<String>,
    pub(crate) leads: Leads,
    pub(crate) quirks: Quirks,
    pub(crate) faults: Faults,
    pub(crate) pushes: Journal,
    pub(crate) rng: fastrand::Rng,
    waiting: BTreeMap<Ticket, Waiting>,
    tickets: Ticket,
}

/// Names what waits to be taken up again.
pub type Ticket = u32;

/// What is to be done for a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this reply. There is nothing more to do.
    Reply(Reply),
    /// Close the connection without a reply. There is nothing more to do.
    Close,
    /// Let this time pass, then call [`Sandbox::resume`], be the client still there or not.
    Wait {
        /// Milliseconds from now.
        ms: u64,
        /// What to come back with.
        ticket: Ticket,
    },
    /// Carry this push to its receiver, then call [`Sandbox::delivered`].
    Push {
        /// What to send, and where to.
        push: Outgoing,
        /// What to come back with.
        ticket: Ticket,
    },
}

enum Waiting {
    /// A request that is not carried out yet.
    Request(Held),
    /// A request that is carried out, and not answered yet.
    Step(Step),
    /// The deliveries of pushes that someone asked for.
    Deliveries(Deliveries),
}

impl Sandbox {
    /// A sandbox that knows this account and no lead. The seed decides about the ids of pushes alone, of which
    /// receivers remember those that they have seen.
    #[must_use]
    pub fn new(account: Account, seed: u64) -> Self {
        Self {
            account,
            push_hosts: Vec::new(),
            leads: Leads::default(),
            quirks: Quirks::default(),
            faults: Faults::default(),
            pushes: Journal::default(),
            rng: fastrand::Rng::with_seed(seed),
            waiting: BTreeMap::new(),
            tickets: 0,
        }
    }

    /// Takes over the leads that the keeper has, and has it keep those to come.
    ///
    /// # Errors
    ///
    /// What the keeper says.
    pub fn keep_in(&mut self, keeper: Box<dyn Keep>) -> Result<(), crate::leads::KeepError> {
        self.leads = Leads::kept_in(keeper)?;
        Ok(())
    }

    /// Lets pushes go to this host also, which is not this machine.
    pub fn push_to(&mut self, host: impl Into<String>) {
        self.push_hosts.push(host.into());
    }

    /// What to do for a request that comes now: milliseconds since the epoch.
    pub fn handle(&mut self, now_ms: i64, request: &Request) -> Step {
        let now_ms = self.clock(now_ms);
        if request.is_for_sandbox() {
            admin::answer(self, now_ms, request)
        } else {
            api::answer(self, now_ms, request)
        }
    }

    /// What to do now that a [`Step::Wait`] is over.
    pub fn resume(&mut self, now_ms: i64, ticket: Ticket) -> Step {
        let now_ms = self.clock(now_ms);
        match self.waiting.remove(&ticket) {
            Some(Waiting::Request(held)) => api::carry_out_held(self, now_ms, held),
            Some(Waiting::Step(step)) => step,
            Some(Waiting::Deliveries(_)) | None => Step::Reply(Reply::page(500)),
        }
    }

    /// What to do now that a [`Step::Push`] was carried to its receiver.
    pub fn delivered(&mut self, now_ms: i64, ticket: Ticket, answer: Answer) -> Step {
        let now_ms = self.clock(now_ms);
        match self.waiting.remove(&ticket) {
            Some(Waiting::Deliveries(mut deliveries)) => {
                deliveries.note(&mut self.pushes, now_ms, answer);
                self.carry(deliveries)
            }
            Some(Waiting::Request(_) | Waiting::Step(_)) | None => Step::Reply(Reply::page(500)),
        }
    }

    /// The next delivery, or a reply that tells what became of all.
    pub(crate) fn carry(&mut self, deliveries: Deliveries) -> Step {
        match deliveries.next() {
            Some(push) => {
                Step::Push { push, ticket: self.wait_with(Waiting::Deliveries(deliveries)) }
            }
            None => Step::Reply(Reply::json(200, &deliveries.report())),
        }
    }

    /// Holds a request back.
    pub(crate) fn hold(&mut self, ms: u64, held: Held) -> Step {
        Step::Wait { ms, ticket: self.wait_with(Waiting::Request(held)) }
    }

    /// Holds a reply back.
    pub(crate) fn after(&mut self, ms: u64, step: Step) -> Step {
        Step::Wait { ms, ticket: self.wait_with(Waiting::Step(step)) }
    }

    /// Forgets everything but the account and the requests that are held back.
    pub(crate) fn forget(&mut self) -> Result<(), crate::leads::KeepError> {
        self.leads.clear()?;
        self.quirks = Quirks::default();
        self.faults.forget();
        self.pushes = Journal::default();
        Ok(())
    }

    /// What the service's clock shows, which may differ from the host's.
    fn clock(&self, now_ms: i64) -> i64 {
        now_ms.saturating_add(self.quirks.clock_offset_ms)
    }

    fn wait_with(&mut self, waiting: Waiting) -> Ticket {
        self.tickets = self.tickets.wrapping_add(1);
        self.waiting.insert(self.tickets, waiting);
        self.tickets
    }
}
