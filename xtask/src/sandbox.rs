//! The sandbox, which plays the service's side: started for a demo or a test, ended with it.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::cargo::{self, Profile};
use crate::run;

pub(crate) const BINARY: &str = "qince-sandbox";

/// A running sandbox.
pub(crate) struct Sandbox {
    process: Child,
    account: Account,
}

/// Where it listens, and as whom to connect.
#[derive(Debug, PartialEq)]
struct Account {
    base_url: String,
    openid: String,
    app_key: String,
    push_secret: String,
}

impl Sandbox {
    /// Builds it, starts it on a free port of this machine, and waits until it listens.
    pub(crate) fn start(profile: Profile) -> anyhow::Result<Self> {
        let binary = cargo::binary(BINARY, profile)?;
        // Its standard input closes with this process, however this process ends.
        let mut process = Command::new(&binary)
            .arg("--exit-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", binary.display()))?;
        let stdout = process.stdout.take().context("the sandbox has no standard output")?;
        let account = Account::read(BufReader::new(stdout).lines());
        let account = account.inspect_err(|_| end(&mut process))?;
        Ok(Self { process, account })
    }

    /// What the demos and end-to-end tests of every language read.
    pub(crate) fn environment(&self) -> [(&'static str, &str); 4] {
        [
            ("QINCE_BASE_URL", &self.account.base_url),
            ("QINCE_OPENID", &self.account.openid),
            ("QINCE_APP_KEY", &self.account.app_key),
            ("QINCE_PUSH_SECRET", &self.account.push_secret),
        ]
    }
}

/// Runs suites of tests, which mostly wait: at the same time, and each against a sandbox of its own.
pub(crate) fn side_by_side(suites: &mut [Command]) -> anyhow::Result<()> {
    let mut sandboxes = Vec::new();
    for suite in &mut *suites {
        let sandbox = Sandbox::start(Profile::Dev)?;
        suite.envs(sandbox.environment());
        sandboxes.push(sandbox);
    }
    run::together(suites)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Ends the process; both calls fail only where it has ended already.
fn end(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

impl Account {
    /// Reads the lines by which the sandbox says that it listens.
    fn read(mut lines: impl Iterator<Item = io::Result<String>>) -> anyhow::Result<Self> {
        let mut value_of = |name: &str| {
            let line = lines.next().context("the sandbox ended before it listened")??;
            let (said, value) = line.split_once(char::is_whitespace).unwrap_or_default();
            ensure!(said == name, "the sandbox said `{line}` where `{name}` was expected");
            Ok(value.trim().to_owned())
        };
        Ok(Self {
            base_url: value_of("base_url")?,
            openid: value_of("openid")?,
            app_key: value_of("app_key")?,
            push_secret: value_of("push_secret")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Account> {
        Account::read(text.lines().map(|line| Ok(line.to_owned())))
    }

    #[test]
    fn four_lines_say_where_to_connect_and_as_whom() {
        let account =
            read("base_url    http://127.0.0.1:1\nopenid      o\napp_key     k\npush_secret s\n")
                .unwrap();
        let expected = Account {
            base_url: "http://127.0.0.1:1".to_owned(),
            openid: "o".to_owned(),
            app_key: "k".to_owned(),
            push_secret: "s".to_owned(),
        };
        assert_eq!(account, expected);
    }

    #[test]
    fn another_line_or_a_missing_one_is_named() {
        let error = read("base_url u\nwarning: x\n").unwrap_err();
        assert_eq!(error.to_string(), "the sandbox said `warning: x` where `openid` was expected");
        let error = read("base_url u\nopenid o\n").unwrap_err();
        assert_eq!(error.to_string(), "the sandbox ended before it listened");
    }
}
