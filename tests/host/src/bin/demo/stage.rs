//! What every step of the demo needs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use qince_host::{Client, Environment, Sandbox, Transport};
use qince_leads::{Attempt, Error, Operation, Policy, Request};

use crate::screen;

/// How long a reply may take.
pub(crate) const TIME_OUT: Duration = Duration::from_secs(10);

pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) sandbox: Sandbox,
    pub(crate) push_secret: String,
    base_url: String,
    seen: Arc<Mutex<Vec<Attempt>>>,
}

impl Stage {
    /// Connects to the sandbox, and empties it.
    pub(crate) fn set() -> anyhow::Result<Self> {
        let Environment { account, push_secret } = Environment::read()?;
        let base_url = account.base_url().to_owned();
        let sandbox = Sandbox::new(&base_url);
        sandbox.forget()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let observer = Arc::clone(&seen);
        let transport = Transport::new(&base_url, TIME_OUT);
        let client =
            Client::new(account, transport, Policy::default()).with_observer(move |attempt| {
                let mut seen = observer.lock().unwrap_or_else(PoisonError::into_inner);
                seen.push(attempt.clone());
            });
        Ok(Self { client, sandbox, push_secret, base_url, seen })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The attempts that the observer saw since this was asked last.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Calls, and prints what was sent and what came back.
    pub(crate) fn show<O: Operation>(
        &mut self,
        payload: O,
        describe: impl Fn(&O::Output) -> String,
    ) -> anyhow::Result<Result<O::Output, Error>> {
        let body = payload.to_body()?;
        let result = self.client.call(payload);
        let attempts = self.attempts();
        let attempt = attempts.last().context("nothing was sent")?;
        screen::line(O::NAME, "sent", self.path(attempt));
        screen::line("", "", body);
        let came = match &result {
            Ok(output) => describe(output),
            Err(error) => error.to_string(),
        };
        let status = attempt.status.map_or("nothing".to_owned(), |status| format!("HTTP {status}"));
        let duration_ms = attempt.duration_ms;
        screen::line("", "came", format!("{status} in {duration_ms} ms: {came}"));
        Ok(result)
    }

    /// Where an attempt went, without the base URL that the title names.
    pub(crate) fn path<'a>(&self, attempt: &'a Attempt) -> &'a str {
        attempt.url.strip_prefix(&self.base_url).unwrap_or(&attempt.url)
    }

    pub(crate) fn summary(&self) -> anyhow::Result<String> {
        let requests = self.sandbox.faults()?.requests;
        let steps = "All as it should be: seven steps";
        Ok(format!("{steps}, {requests} requests, no lead lost, none doubled."))
    }
}
