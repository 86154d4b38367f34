//! Misbehaviour on request: a queue of faults for the next requests, and random ones after that.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::api::Operation;

/// What is to happen to a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a fault is the name of one, such as drop_after, or an object with return_code, and return_msg and carried_out if need be"
)]
pub(crate) enum Fault {
    /// One of those that have a name.
    Kind(Kind),
    /// A refusal in words of the user's own.
    Refusal(ScriptedRefusal),
}

/// A refusal as the service may word one that no page tells of, such as that of too many requests.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptedRefusal {
    pub(crate) return_code: String,
    #[serde(default)]
    pub(crate) return_msg: String,
    /// Whether the request is carried out all the same.
    #[serde(default)]
    pub(crate) carried_out: bool,
}

/// What can go wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
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
    /// HTTP 200 with a refusal of the user's own.
    #[serde(skip_deserializing)]
    Refusal,
}

impl Kind {
    /// Every fault that is one.
    const ALL: [Self; 11] = [
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
        Self::Refusal,
    ];

    /// Those that come at random where none are named.
    fn at_random() -> Vec<Fault> {
        Self::ALL.into_iter().filter(|kind| *kind != Self::Refusal).map(Fault::Kind).collect()
    }
}

impl Fault {
    /// What it counts as.
    fn kind(&self) -> Kind {
        match self {
            Self::Kind(kind) => *kind,
            Self::Refusal(_) => Kind::Refusal,
        }
    }
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
            kinds: Kind::at_random(),
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
    counts: BTreeMap<Kind, u64>,
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
            return Fault::Kind(Kind::None);
        }
        let fault = match self.plan.next.pop_front() {
            Some(fault) => fault,
            None => self.draw(),
        };
        let kind = fault.kind();
        if kind != Kind::None {
            *self.counts.entry(kind).or_default() += 1;
        }
        self.held_back += u64::from(kind == Kind::Late);
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
    pub(crate) fn delay_ms(&self) -> u64 {
        self.plan.slow_ms
    }

    /// The counts so far.
    pub(crate) fn report(&self) -> Report {
        let count = |kind| (kind, self.counts.get(&kind).copied().unwrap_or(0));
        Report {
            requests: self.requests,
            faults: Kind::ALL.into_iter().map(count).collect(),
            held_back: self.held_back,
        }
    }

    fn draw(&mut self) -> Fault {
        if self.rng.f64() < self.plan.rate {
            self.plan.kinds[self.rng.usize(..self.plan.kinds.len())].clone()
        } else {
            Fault::Kind(Kind::None)
        }
    }
}

/// How many requests came, how many met which fault, and how many are held back now.
#[derive(Serialize)]
pub(crate) struct Report {
    requests: u64,
    faults: BTreeMap<Kind, u64>,
    held_back: u64,
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Kind, Plan};
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
        assert_eq!(taken, [Kind::None, Kind::DropAfter, Kind::Slow].map(Fault::Kind));
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let draw = || {
            let mut faults = faults(r#"{"rate":0.5,"seed":7}"#);
            (0..50).map(|_| faults.take(Operation::Query)).collect::<Vec<_>>()
        };
        assert!(draw() == draw());
        assert!(draw().contains(&Fault::Kind(Kind::None)));
    }

    #[test]
    fn operations_that_are_not_named_meet_no_fault() {
        let mut faults = faults(r#"{"next":["error_500"],"operations":["add"]}"#);
        assert!(faults.take(Operation::Query) == Fault::Kind(Kind::None));
        assert!(faults.take(Operation::Add) == Fault::Kind(Kind::Error500));
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
