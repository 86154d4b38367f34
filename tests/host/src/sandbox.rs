//! The sandbox from the outside: where it is, and what its admin surface does.

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

use anyhow::{Context, ensure};
use qince_leads::Account;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::{Method, Request};
use ureq::{Agent, Body};

/// Thousands of pushes are delivered in one admin request.
const TIME_OUT: Duration = Duration::from_secs(600);

/// Admin replies hold thousands of leads.
const MAX_BODY: u64 = 1 << 30;

/// How many leads are listed at once.
const LISTED_AT_ONCE: usize = 1000;

/// Where the sandbox listens and as whom to connect, from the environment variables `QINCE_BASE_URL`,
/// `QINCE_OPENID`, `QINCE_APP_KEY` and `QINCE_PUSH_SECRET`.
pub struct Environment {
    /// Who calls the operations.
    pub account: Account,
    /// What pushes are signed with.
    pub push_secret: String,
}

impl Environment {
    /// Reads the variables.
    ///
    /// # Errors
    ///
    /// Where one is missing, or the account cannot be used.
    pub fn read() -> anyhow::Result<Self> {
        let variable = |name| env::var(name).with_context(|| format!("{name} is not set; {START}"));
        let account = Account::new(&variable("QINCE_OPENID")?, &variable("QINCE_APP_KEY")?)?
            .with_base_url(&variable("QINCE_BASE_URL")?)?;
        Ok(Self { account, push_secret: variable("QINCE_PUSH_SECRET")? })
    }
}

const START: &str =
    "start the sandbox with `cargo run -p qince-sandbox`, and take the values that it prints";

/// The sandbox's admin surface.
#[derive(Debug)]
pub struct Sandbox {
    agent: Agent,
    base_url: String,
}

/// How many requests came, how many met which fault, and how many are held back.
#[derive(Clone, Debug, Deserialize)]
pub struct FaultReport {
    /// All requests of operations.
    pub requests: u64,
    /// How many of them met which fault.
    pub faults: BTreeMap<String, u64>,
    /// How many are held back now, and are still to be carried out.
    pub held_back: u64,
}

impl FaultReport {
    /// All faults, of whatever kind.
    #[must_use]
    pub fn all_faults(&self) -> u64 {
        self.faults.values().sum()
    }
}

/// A lead as the sandbox has stored it.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredLead {
    /// The lead's id.
    pub id: String,
    /// `classic` or `apaas`.
    pub family: String,
    /// The lead's code, if it has one.
    pub code: Option<String>,
    /// Whether it was removed.
    pub removed: bool,
    /// The values now.
    pub payload: Value,
    /// Every request that wrote it.
    pub writes: Vec<Write>,
}

/// A request that wrote a lead.
#[derive(Clone, Debug, Deserialize)]
pub struct Write {
    /// The operation's name, such as `add`.
    pub operation: String,
    /// Its body, word for word.
    pub body: String,
}

/// One delivery of a push.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    /// The push's message id.
    pub msg_id: String,
    /// Whether the sandbox pretended to be somebody who does not know the secret.
    pub forged: bool,
    /// What the receiver answered, if it did.
    pub http_status: Option<u16>,
    /// Whether the receiver acknowledged the push.
    pub acknowledged: bool,
    /// The body of the answer.
    pub answer: String,
}

/// What became of a push.
#[derive(Clone, Debug, Deserialize)]
pub struct JournalEntry {
    /// The push's message id.
    pub msg_id: String,
    /// How often it was delivered.
    pub attempts: u32,
    /// Whether any delivery was acknowledged.
    pub acknowledged: bool,
}

#[derive(Deserialize)]
struct Pushes<T> {
    pushes: Vec<T>,
}

#[derive(Deserialize)]
struct Listed {
    total: usize,
    leads: Vec<StoredLead>,
}

impl Sandbox {
    /// The sandbox at this address.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(TIME_OUT));
        Self { agent: config.build().into(), base_url: base_url.to_owned() }
    }

    /// Forgets leads, pushes, faults, quirks and counts.
    ///
    /// # Errors
    ///
    /// Where the sandbox does not answer as it should, like all that follows.
    pub fn forget(&self) -> anyhow::Result<()> {
        self.ask::<Value>("DELETE", "state", None).map(drop)
    }

    /// Plans faults; an empty object clears them.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn plan_faults(&self, plan: &Value) -> anyhow::Result<FaultReport> {
        self.ask("PUT", "faults", Some(plan))
    }

    /// The requests and the faults so far.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn faults(&self) -> anyhow::Result<FaultReport> {
        self.ask("GET", "faults", None)
    }

    /// Sets how the service behaves; what is left out is the default.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn set_quirks(&self, quirks: &Value) -> anyhow::Result<()> {
        self.ask::<Value>("PUT", "quirks", Some(quirks)).map(drop)
    }

    /// Creates many leads from the vendor's sample.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn create_leads(&self, leads: &Value) -> anyhow::Result<()> {
        self.ask::<Value>("POST", "leads", Some(leads)).map(drop)
    }

    /// All leads of both families, removed ones too, in the order of their creation.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn leads(&self) -> anyhow::Result<Vec<StoredLead>> {
        let mut leads = Vec::new();
        loop {
            let offset = leads.len();
            let path = format!("leads?limit={LISTED_AT_ONCE}&offset={offset}");
            let listed: Listed = self.ask("GET", &path, None)?;
            leads.extend(listed.leads);
            if leads.len() >= listed.total {
                return Ok(leads);
            }
            ensure!(leads.len() > offset, "the sandbox lists fewer leads than it has");
        }
    }

    /// The leads with this code, removed ones too.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn leads_with_code(&self, code: &str) -> anyhow::Result<Vec<StoredLead>> {
        let listed: Listed = self.ask("GET", &format!("leads?code={code}"), None)?;
        Ok(listed.leads)
    }

    /// Pushes follow-up records, and waits for what becomes of them.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn push(&self, follow_ups: &Value) -> anyhow::Result<Vec<Delivery>> {
        let pushes: Pushes<_> = self.ask("POST", "follow-ups", Some(follow_ups))?;
        Ok(pushes.pushes)
    }

    /// Pushes those again that were not acknowledged.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn redeliver(&self) -> anyhow::Result<Vec<Delivery>> {
        let pushes: Pushes<_> = self.ask("POST", "redeliver", Some(&json!({})))?;
        Ok(pushes.pushes)
    }

    /// What became of every genuine push.
    ///
    /// # Errors
    ///
    /// See [`forget`](Self::forget).
    pub fn journal(&self) -> anyhow::Result<Vec<JournalEntry>> {
        let pushes: Pushes<_> = self.ask("GET", "pushes", None)?;
        Ok(pushes.pushes)
    }

    fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        let what = || format!("the sandbox was asked to {method} {path}");
        let request = Request::builder()
            .method(Method::try_from(method)?)
            .uri(format!("{}/_sandbox/{path}", self.base_url));
        let answer = match body {
            Some(body) => self.agent.run(request.body(body.to_string())?),
            None => self.agent.run(request.body(())?),
        };
        let mut answer = answer.with_context(what)?;
        let text = read(answer.body_mut()).with_context(what)?;
        let status = answer.status();
        ensure!(
            status.is_success(),
            "{}: HTTP {status} {}",
            what(),
            String::from_utf8_lossy(&text)
        );
        serde_json::from_slice(&text).with_context(what)
    }
}

fn read(body: &mut Body) -> Result<Vec<u8>, ureq::Error> {
    body.with_config().limit(MAX_BODY).read_to_vec()
}
