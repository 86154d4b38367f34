//! Running commands, and saying which one failed.

use std::ffi::OsStr;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use crate::cargo;
use crate::output::{self, say};

/// A command ran and reported failure.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` failed ({status})")]
pub(crate) struct CommandError {
    command: String,
    /// How it ended.
    pub(crate) status: ExitStatus,
}

/// Runs a command under a line that shows it.
pub(crate) fn echoed(command: &mut Command) -> anyhow::Result<()> {
    echo(command);
    silently(command)
}

/// Prints a command as one would type it.
pub(crate) fn echo(command: &Command) {
    say!("$ {}{}", variables(command), shown(command));
}

/// Runs a command whose output says enough.
pub(crate) fn silently(command: &mut Command) -> anyhow::Result<()> {
    output::join(command)?;
    let status = command.status().with_context(|| not_started(command))?;
    succeeded(command, status)
}

/// Runs a command, and shows what it prints only if it fails.
pub(crate) fn hushed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| not_started(command))?;
    if !output.status.success() {
        show(&output);
    }
    succeeded(command, output.status)
}

/// Runs commands at the same time, and shows each with what it prints in the order in which they are given.
pub(crate) fn together(commands: &mut [Command]) -> anyhow::Result<()> {
    let outputs = thread::scope(|scope| {
        let running: Vec<_> =
            commands.iter_mut().map(|command| scope.spawn(|| command.output())).collect();
        running.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut outcome = Ok(());
    for (command, output) in commands.iter().zip(outputs) {
        let output = output.map_err(|_| anyhow!("{}", not_started(command)))?;
        let output = output.with_context(|| not_started(command))?;
        echo(command);
        show(&output);
        outcome = outcome.and(succeeded(command, output.status));
    }
    outcome
}

/// Prints what a command printed.
fn show(output: &Output) {
    for printed in [&output.stdout, &output.stderr] {
        output::write(format_args!("{}", String::from_utf8_lossy(printed)));
    }
}

/// What a command prints to standard output.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    output::join_errors(command)?;
    let output = command.output().with_context(|| not_started(command))?;
    succeeded(command, output.status)?;
    Ok(String::from_utf8(output.stdout)?)
}

/// What a tool prints about itself, in one line; `None` where it cannot be run.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next().unwrap_or_default().to_owned();
    output.status.success().then_some(line)
}

/// Runs a command whose output says enough, and ends it when its time is over.
pub(crate) fn silently_within(limit: Duration, command: &mut Command) -> anyhow::Result<()> {
    output::join(command)?;
    within(limit, command)
}

/// Runs a command without any output, and ends it when its time is over.
pub(crate) fn hushed_within(limit: Duration, command: &mut Command) -> anyhow::Result<()> {
    within(limit, command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()))
}

fn within(limit: Duration, command: &mut Command) -> anyhow::Result<()> {
    let mut child = command.spawn().with_context(|| not_started(command))?;
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return succeeded(command, status);
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    bail!("`{}` took longer than {} s", shown(command), limit.as_secs())
}

fn succeeded(command: &Command, status: ExitStatus) -> anyhow::Result<()> {
    if !status.success() {
        return Err(CommandError { command: shown(command), status }.into());
    }
    Ok(())
}

fn not_started(command: &Command) -> String {
    format!("`{}` could not be started", shown(command))
}

/// A command as one would type it, without its variables, some of which hold keys.
fn shown(command: &Command) -> String {
    let program = command.get_program();
    let program = if program == cargo::program() { OsStr::new("cargo") } else { program };
    let words = [program].into_iter().chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// The variables that a command sets, as one would type them before it.
fn variables(command: &Command) -> String {
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    set.map(|(name, value)| format!("{}={} ", name.display(), quoted(value))).collect()
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut doc = cargo::command();
        doc.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(variables(&doc), "RUSTDOCFLAGS='-D warnings' ");
        assert_eq!(shown(&doc), "cargo doc --no-deps");
        assert_eq!(shown(Command::new("echo").args(["it's", ""])), r"echo 'it'\''s' ''");
    }

    #[test]
    fn a_failure_names_the_command_and_keeps_its_exit_status() {
        let error =
            silently(cargo::command().args(["--version", "--no-such-flag"]).stderr(Stdio::null()));
        let error = error.unwrap_err().downcast::<CommandError>().unwrap();
        assert!(error.to_string().starts_with("`cargo --version --no-such-flag` failed"));
        assert_eq!(error.status.code(), Some(1));
    }

    #[test]
    fn a_command_that_hangs_is_ended_and_fails() {
        let limit = Duration::from_millis(200);
        let error = silently_within(limit, Command::new("sleep").arg("600")).unwrap_err();
        assert_eq!(error.to_string(), "`sleep 600` took longer than 0 s");
        silently_within(Duration::from_secs(600), Command::new("sleep").arg("0")).unwrap();
    }

    #[test]
    fn commands_run_at_the_same_time_and_one_that_fails_fails_all() {
        let sleep = || {
            let mut sleep = Command::new("sleep");
            sleep.arg("0.5");
            sleep
        };
        let started = Instant::now();
        together(&mut [sleep(), sleep(), sleep()]).unwrap();
        assert!(started.elapsed() < Duration::from_millis(1400));
        let error = together(&mut [Command::new("false"), Command::new("true")]).unwrap_err();
        assert!(error.to_string().starts_with("`false` failed"), "{error}");
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let error =
            within(Duration::from_millis(100), Command::new("sleep").arg("60")).unwrap_err();
        assert!(error.to_string().contains("took longer"));
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
