//! The sandbox, which plays the service's side: started for a demo or a test, ended with it.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::cargo::{self, Profile};
use crate::run;

pub(crate) const BINARY: &str = "qince-sandbox";

/// A running sandbox.
pub(crate) struct Sandbox {
    _process: Process,
    account: [String; LINES.len()],
}

/// Where it listens, and as whom to connect.
const LINES: [&str; 4] = ["base_url", "openid", "app_key", "push_secret"];

/// A program that plays a part in tests. It ends with this value.
pub(crate) struct Process(Child);

impl Sandbox {
    /// Builds it, starts it on a free port of this machine, and waits until it listens.
    pub(crate) fn start(profile: Profile) -> anyhow::Result<Self> {
        let mut binary = Command::new(cargo::binary(BINARY, profile)?);
        let (process, account) = Process::start(&mut binary, LINES)?;
        Ok(Self { _process: process, account })
    }

    /// What the demos and end-to-end tests of every language read.
    pub(crate) fn environment(&self) -> [(&'static str, &str); LINES.len()] {
        let [base_url, openid, app_key, push_secret] = &self.account;
        [
            ("QINCE_BASE_URL", base_url),
            ("QINCE_OPENID", openid),
            ("QINCE_APP_KEY", app_key),
            ("QINCE_PUSH_SECRET", push_secret),
        ]
    }
}

impl Process {
    /// Starts it, and waits for the lines by which it says that it listens: each a name and a value.
    pub(crate) fn start<const N: usize>(
        command: &mut Command,
        names: [&str; N],
    ) -> anyhow::Result<(Self, [String; N])> {
        // Its standard input closes with this process, however this process ends.
        let started = command
            .arg("--exit-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", command.get_program().display()))?;
        let mut process = Self(started);
        let stdout = process.0.stdout.take().context("it has no standard output")?;
        let values = read(BufReader::new(stdout).lines(), names)?;
        Ok((process, values))
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

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the values of lines with these names.
fn read<const N: usize>(
    mut lines: impl Iterator<Item = io::Result<String>>,
    names: [&str; N],
) -> anyhow::Result<[String; N]> {
    let mut values = names.map(|_| String::new());
    for (value, name) in values.iter_mut().zip(names) {
        let line = lines.next().context("it ended before it listened")??;
        let (said, rest) = line.split_once(char::is_whitespace).unwrap_or_default();
        ensure!(said == name, "it said `{line}` where `{name}` was expected");
        *value = rest.trim().to_owned();
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_account(text: &str) -> anyhow::Result<[String; 4]> {
        read(text.lines().map(|line| Ok(line.to_owned())), LINES)
    }

    #[test]
    fn four_lines_say_where_to_connect_and_as_whom() {
        let lines = "base_url    http://127.0.0.1:1\nopenid      o\napp_key     k\npush_secret s\n";
        let account = read_account(lines).unwrap();
        assert_eq!(account, ["http://127.0.0.1:1", "o", "k", "s"]);
    }

    #[test]
    fn another_line_or_a_missing_one_is_named() {
        let error = read_account("base_url u\nwarning: x\n").unwrap_err();
        assert_eq!(error.to_string(), "it said `warning: x` where `openid` was expected");
        let error = read_account("base_url u\nopenid o\n").unwrap_err();
        assert_eq!(error.to_string(), "it ended before it listened");
    }
}
