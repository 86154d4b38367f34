//! How much is done, and how often it goes wrong.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use qince_leads::Policy;
use serde_json::{Value, json};

/// How long a host waits for a reply; `slow` and `late` ones take longer.
pub(crate) const TIME_OUT: Duration = Duration::from_millis(300);

/// How much later `slow` replies and `late` requests are.
pub(crate) const SLOW: Duration = TIME_OUT.saturating_mul(2);

/// So many attempts that none but a broken call uses them up.
pub(crate) fn policy() -> Policy {
    Policy {
        max_attempts: 40,
        base_delay_ms: 5,
        max_delay_ms: 80,
        deadline_ms: None,
        ..Policy::default()
    }
}

/// Adds, modifies and queries leads against a failing sandbox, and checks that nothing is lost or doubled.
#[derive(Parser)]
pub(crate) struct Options {
    /// How many leads are added [default: 400, or 10000 with --long; with --kill 400 and 2000]
    #[arg(long)]
    adds: Option<usize>,
    /// How many hosts work at once
    #[arg(long, default_value = "4")]
    pub(crate) hosts: NonZeroUsize,
    /// What faults, jitter and pushes are drawn from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The share of requests that go wrong; with 0, the soak does not insist on faults
    #[arg(long, default_value_t = 0.2)]
    fault_rate: f64,
    /// The long form
    #[arg(long)]
    long: bool,
    /// Adds leads by a host that is killed at random instants; the next one goes on from its files
    #[arg(long)]
    kill: bool,
    /// Be such a host, whose files are in this folder
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub(crate) host_in: Option<PathBuf>,
}

/// What goes wrong most of the time.
const OFTEN: [&str; 8] = [
    "drop_before",
    "drop_after",
    "error_500",
    "error_500_after",
    "bad_gateway",
    "truncated",
    "slow",
    "gzip",
];

/// The faults that have an add overtake its repetition: the first request is held back until after the query that
/// finds nothing, and HTTP 429 keeps the repetition from coming before it.
pub(crate) fn overtaking() -> Value {
    json!({ "next": ["late", "none", "too_many"], "slow_ms": slow_ms() })
}

fn slow_ms() -> u64 {
    SLOW.as_millis() as u64
}

impl Options {
    pub(crate) fn adds(&self) -> usize {
        self.adds.unwrap_or(match (self.long, self.kill) {
            (false, _) => 400,
            (true, false) => 10_000,
            (true, true) => 2_000,
        })
    }

    /// How many hosts are killed, if any.
    pub(crate) fn kills(&self) -> Option<usize> {
        self.kill.then_some(self.adds() / 4)
    }

    /// Whether a soak without faults would show nothing.
    pub(crate) fn wants_faults(&self) -> bool {
        self.fault_rate != 0.0
    }

    /// How many follow-ups are pushed.
    pub(crate) fn pushes(&self) -> usize {
        self.adds() / 4
    }

    pub(crate) fn title(&self) -> String {
        let (adds, seed) = (self.adds(), self.seed);
        let percent = self.fault_rate * 100.0;
        let (soak, hosts) = match self.kills() {
            Some(kills) => ("kill soak", format!("hosts of which up to {kills} are killed")),
            None => ("soak", format!("{} hosts", self.hosts)),
        };
        format!("{soak}: {adds} adds by {hosts}, faults at {percent} %, seed {seed}")
    }

    /// The plan of faults for one part of the soak.
    pub(crate) fn faults(&self, part: u64) -> Value {
        // One asks for a second's wait, the other costs a time-out, so they come less often than the others.
        self.faults_of(&[&OFTEN.repeat(5)[..], &["too_many", "late", "late"]].concat(), part)
    }

    /// Faults for hosts that are killed: often slow replies, so that most die waiting for one. None is held back, for
    /// where codes repeat, what is carried out after it was looked for is there twice, and no client can know.
    pub(crate) fn timely_faults(&self) -> Value {
        self.faults_of(&[&OFTEN.repeat(2)[..], &["slow"; 16], &["too_many"]].concat(), 0)
    }

    fn faults_of(&self, kinds: &[&str], part: u64) -> Value {
        json!({
            "rate": self.fault_rate, "seed": self.seed + part, "kinds": kinds, "slow_ms": slow_ms(),
        })
    }
}
