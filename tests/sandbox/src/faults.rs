//! Misbehaviour on request: a queue of faults for the next requests, and random ones after that.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::Operation;

/// What can go wrong with a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// Nothing goes wrong.
    None,
    /// The connection is closed, and nothing is carried out.
    DropBefore,
    /// The request is carried out, and the connection is closed without a reply.
    DropAfter,
    /// HTTP 500 without a body; nothing is carried out.
    #[serde(rename = "error_500")]
    Error500,
    /// The request is carried out, and answered with HTTP 500 without a body.
    #[serde(rename = "error_500_after")]
    Error500After,
    /// HTTP 502 with HTML; nothing is carried out.
    BadGateway,
    /// The request is carried out; the reply is cut in half.
    Truncated,
    /// The request is carried out; the reply is late.
    Slow,
    /// The request is held back, and only then carried out and answered.
    Late,
    /// The request is carried out; the reply is compressed.
    Gzip,
    /// HTTP 429 with `Retry-After: 1`; nothing is carried out.
    TooMany,
}

impl Fault {
    /// Every fault that is one.
    const ALL: [Self; 10] = [
        Self::DropBefore,
        Self::DropAfter,
        Self::Error500,
        Self::Error500After,
        Self::BadGateway,
        Self::Truncated,
        Self::Slow,
        Self::Late,
        Self::Gzip,
        Self::TooMany,
    ];
}

/// Which faults are to come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Plan {
    rate: f64,
    seed: u64,
    kinds: Vec<Fault>,
    slow_ms: u64,
    operations: Option<Vec<Operation>>,
    next: VecDeque<Fault>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            rate: 0.0,
            seed: 1,
            kinds: Fault::ALL.to_vec(),
            slow_ms: 3000,
            operations: None,
            next: VecDeque::new(),
        }
    }
}

impl Plan {
    /// What is wrong with the plan, if anything.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        if !(0.0..=1.0).contains(&self.rate) {
            Some("rate must lie between 0 and 1")
        } else if self.kinds.is_empty() {
            Some("kinds must not be empty")
        } else {
            None
        }
    }

    fn concerns(&self, operation: Operation) -> bool {
        self.operations.as_ref().is_none_or(|operations| operations.contains(&operation))
    }
}

/// The faults to come and a count of those that were.
#[derive(Default)]
pub(crate) struct Faults {
    plan: Plan,
    rng: fastrand::Rng,
    requests: u64,
    counts: BTreeMap<Fault, u64>,
    held_back: u64,
}

impl Faults {
    /// Follows another plan from now on; the counts go on.
    pub(crate) fn follow(&mut self, plan: Plan) {
        self.rng = fastrand::Rng::with_seed(plan.seed);
        self.plan = plan;
    }

    /// The fault for one more request.
    pub(crate) fn take(&mut self, operation: Operation) -> Fault {
        self.requests += 1;
        if !self.plan.concerns(operation) {
            return Fault::None;
        }
        let fault = match self.plan.next.pop_front() {
            Some(fault) => fault,
            None => self.draw(),
        };
        if fault != Fault::None {
            *self.counts.entry(fault).or_default() += 1;
        }
        self.held_back += u64::from(fault == Fault::Late);
        fault
    }

    /// A request that was held back is through.
    pub(crate) fn let_through(&mut self) {
        self.held_back = self.held_back.saturating_sub(1);
    }

    /// Forgets plan and counts, but not that requests are held back: they still come.
    pub(crate) fn forget(&mut self) {
        *self = Self { held_back: self.held_back, ..Self::default() };
    }

    /// How late a slow reply is, and how long a late request is held back.
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.plan.slow_ms)
    }

    /// The counts so far.
    pub(crate) fn report(&self) -> Report {
        let count = |fault| (fault, self.counts.get(&fault).copied().unwrap_or(0));
        Report {
            requests: self.requests,
            faults: Fault::ALL.into_iter().map(count).collect(),
            held_back: self.held_back,
        }
    }

    fn draw(&mut self) -> Fault {
        if self.rng.f64() < self.plan.rate {
            self.plan.kinds[self.rng.usize(..self.plan.kinds.len())]
        } else {
            Fault::None
        }
    }
}

/// How many requests came, how many met which fault, and how many are held back now.
#[derive(Serialize)]
pub(crate) struct Report {
    requests: u64,
    faults: BTreeMap<Fault, u64>,
    held_back: u64,
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Plan};
    use crate::api::Operation;

    fn faults(plan: &str) -> Faults {
        let plan: Plan = serde_json::from_str(plan).expect("a plan");
        let mut faults = Faults::default();
        faults.follow(plan);
        faults
    }

    #[test]
    fn the_queue_comes_before_the_random_faults() {
        let mut faults = faults(r#"{"rate":1,"kinds":["slow"],"next":["none","drop_after"]}"#);
        let taken = [(); 3].map(|()| faults.take(Operation::Add));
        assert!(taken == [Fault::None, Fault::DropAfter, Fault::Slow]);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let draw = || {
            let mut faults = faults(r#"{"rate":0.5,"seed":7}"#);
            (0..50).map(|_| faults.take(Operation::Query)).collect::<Vec<_>>()
        };
        assert!(draw() == draw());
        assert!(draw().contains(&Fault::None));
    }

    #[test]
    fn operations_that_are_not_named_meet_no_fault() {
        let mut faults = faults(r#"{"next":["error_500"],"operations":["add"]}"#);
        assert!(faults.take(Operation::Query) == Fault::None);
        assert!(faults.take(Operation::Add) == Fault::Error500);
    }

    #[test]
    fn a_late_request_counts_as_held_back_until_it_is_through_whatever_is_forgotten() {
        let mut faults = faults(r#"{"next":["late"]}"#);
        faults.take(Operation::Add);
        faults.forget();
        assert_eq!((faults.report().requests, faults.report().held_back), (0, 1));
        faults.let_through();
        assert_eq!(faults.report().held_back, 0);
    }
}
