//! Drives the host through the faults of `tests/faults`: `faults [rust-ureq] [bounds | chaos N]`, with the address of
//! its control server in `QINCE_FAULTS`.

use std::env;
use std::fs;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use qince_host::{Client, Route, Transport};
use qince_leads::{Account, AddLead, Attempt, Error, Failure, Policy, QueryLeads};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::Agent;

const TRANSPORT: &str = "rust-ureq";

/// How many adds are under way at once where there are many.
const AT_ONCE: usize = 10;

#[derive(Deserialize)]
struct Run {
    run: u32,
    openid: String,
    app_key: String,
    timeout_ms: u64,
    connect_timeout_ms: u64,
    ca_pem: String,
    #[serde(default)]
    cases: Vec<Case>,
    #[serde(default)]
    base_url: String,
    #[serde(default)]
    leads: Vec<Lead>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    base_url: String,
    proxy: Option<String>,
    trust: bool,
    warm_up: bool,
    pause_ms: u64,
    lead: Lead,
}

#[derive(Deserialize)]
struct Lead {
    cus_name: String,
    emp_name: String,
    code: Option<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(failed) if failed.is_empty() => ExitCode::SUCCESS,
        Ok(failed) => {
            failed.iter().for_each(|line| println!("{TRANSPORT}: {line}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the words say, and gives what is not as it should be.
fn run() -> anyhow::Result<Vec<String>> {
    let mut words: Vec<_> = env::args().skip(1).collect();
    words.retain(|word| word != TRANSPORT);
    let control = Control::from_environment()?;
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let judgement = match words[..] {
        [] => table(&control)?,
        ["bounds"] => bounds(&control)?,
        ["chaos", adds] => chaos(&control, adds.parse()?)?,
        _ => bail!("usage: faults [{TRANSPORT}] [bounds | chaos N]"),
    };
    Ok(serde_json::from_value(judgement["failed"].clone())?)
}

/// Each case in a thread of its own.
fn table(control: &Control) -> anyhow::Result<Value> {
    let run = control.begin(&json!({ "transport": TRANSPORT }))?;
    let reports = thread::scope(|scope| {
        let cases: Vec<_> = run.cases.iter().map(|case| scope.spawn(|| run.add(case))).collect();
        let joined = cases.into_iter().map(|case| case.join().ok().context("a case panicked")?);
        joined.collect::<anyhow::Result<Vec<_>>>()
    })?;
    control.end(&run, &json!({ "cases": reports }))
}

/// One case after the other, for the memory that they take.
fn bounds(control: &Control) -> anyhow::Result<Value> {
    let run = control.begin(&json!({ "transport": TRANSPORT, "kind": "bounds" }))?;
    let reports = run.cases.iter().map(|case| run.add(case));
    let reports = reports.collect::<anyhow::Result<Vec<_>>>()?;
    control.end(&run, &json!({ "cases": reports, "peak_mib": peak_mib()? }))
}

/// Many adds, some at once.
fn chaos(control: &Control, adds: usize) -> anyhow::Result<Value> {
    let wanted = json!({ "transport": TRANSPORT, "kind": "chaos", "adds": adds });
    let run = control.begin(&wanted)?;
    let route = run.route(None, false);
    let transport = Transport::by(&run.base_url, &route)?;
    let policy =
        Policy { max_attempts: 4, base_delay_ms: 20, max_delay_ms: 200, ..Policy::default() };
    let next = Mutex::new(run.leads.iter().enumerate());
    let (ended, ends) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            let account = run.account(&run.base_url)?;
            let mut client = Client::new(account, transport.clone(), policy.clone());
            let (ended, next) = (ended.clone(), &next);
            scope.spawn(move || {
                let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some((at, lead)) = take() {
                    let (end, failure) = end_of(&client.call(lead.payload()).err());
                    // The receiver lasts longer than this scope.
                    let _ = ended.send((at, json!([end, failure])));
                }
            });
        }
        anyhow::Ok(())
    })?;
    drop(ended);
    let mut ends: Vec<_> = ends.into_iter().collect();
    ends.sort_by_key(|(at, _)| *at);
    let ends: Vec<_> = ends.into_iter().map(|(_, end)| end).collect();
    control.end(&run, &json!({ "ends": ends }))
}

impl Run {
    fn account(&self, base_url: &str) -> anyhow::Result<Account> {
        Ok(Account::new(&self.openid, &self.app_key)?.with_base_url(base_url)?)
    }

    fn route(&self, proxy: Option<&str>, trust: bool) -> Route {
        Route {
            time_out: Duration::from_millis(self.timeout_ms),
            connect_time_out: Duration::from_millis(self.connect_timeout_ms),
            proxy: proxy.map(str::to_owned),
            authority: trust.then(|| self.ca_pem.clone()),
        }
    }

    /// Adds the lead of a case, and tells what became of it.
    fn add(&self, case: &Case) -> anyhow::Result<Value> {
        let route = self.route(case.proxy.as_deref(), case.trust);
        let transport = Transport::by(&case.base_url, &route)?;
        let policy =
            Policy { max_attempts: 3, base_delay_ms: 20, max_delay_ms: 50, ..Policy::default() };
        let adds = Arc::new(Mutex::new(Vec::new()));
        let observer = Arc::clone(&adds);
        let mut client = Client::new(self.account(&case.base_url)?, transport, policy)
            .with_observer(move |attempt: &Attempt| {
                if attempt.operation == "add" {
                    let mut adds = observer.lock().unwrap_or_else(PoisonError::into_inner);
                    adds.push(attempt.outcome);
                }
            });
        if case.warm_up {
            client.call(QueryLeads::new().code("warm-up"))?;
            thread::sleep(Duration::from_millis(case.pause_ms));
        }
        let error = client.call(case.lead.payload()).err();
        let (end, failure) = end_of(&error);
        let message = error.map(|error| {
            let why = client.why_lost().unwrap_or_default();
            format!("{error}: {why}")
        });
        let adds = adds.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(json!({
            "id": case.id, "adds": adds, "end": end, "failure": failure, "message": message,
        }))
    }
}

impl Lead {
    fn payload(&self) -> AddLead {
        let lead = AddLead::new().cus_name(&*self.cus_name).emp_name(&*self.emp_name);
        match &self.code {
            Some(code) => lead.code(&**code),
            None => lead,
        }
    }
}

/// An end as the control server wants to be told it.
fn end_of(error: &Option<Error>) -> (&'static str, Option<&'static str>) {
    let failure = match error {
        Some(Error::Transport(Failure::NotSent)) => Some("not_sent"),
        Some(Error::Transport(Failure::Unknown)) => Some("unknown"),
        _ => None,
    };
    (error.as_ref().map_or("ok", Error::code), failure)
}

/// The most memory that this process has taken.
fn peak_mib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    Ok(peak.context("the system does not tell the peak")?.parse::<u64>()? / 1024)
}

/// Who says what is to be done, and judges it.
struct Control {
    agent: Agent,
    url: String,
}

impl Control {
    fn from_environment() -> anyhow::Result<Self> {
        let url = env::var("QINCE_FAULTS").context("QINCE_FAULTS is not set")?;
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        Ok(Self { agent: config.build().into(), url })
    }

    fn begin(&self, wanted: &Value) -> anyhow::Result<Run> {
        self.post("runs", wanted)
    }

    fn end(&self, run: &Run, report: &Value) -> anyhow::Result<Value> {
        self.post(&format!("runs/{}", run.run), report)
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> anyhow::Result<T> {
        let request = self.agent.post(format!("{}/{path}", self.url));
        let mut reply = request.content_type("application/json").send(body.to_string())?;
        let text = reply.body_mut().read_to_string()?;
        ensure!(reply.status().is_success(), "{path}: {} {text}", reply.status());
        Ok(serde_json::from_str(&text)?)
    }
}
