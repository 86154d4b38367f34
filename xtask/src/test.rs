//! Every check and test, stopping at the first that fails.

use std::process::{Command, ExitCode};

use crate::lang::Language;
use crate::setup::{self, Task};
use crate::steps::Steps;
use crate::{cargo, conformance, demo, generate, run};

/// How long calls are tried against a service that misbehaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Soak {
    /// Less than a minute: for every run.
    Short,
    /// Thousands of calls, for some minutes.
    Long,
}

/// Runs all steps, and prints how long they took and how they ended.
pub(crate) fn run(languages: &[&dyn Language], soak: Soak) -> ExitCode {
    let mut steps = Steps::default();
    let outcome = all(languages, soak, &mut steps);
    if let Err(error) = &outcome {
        eprintln!("\nerror: {error:#}");
    }
    println!("\n{}", steps.summary());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn all(languages: &[&dyn Language], soak: Soak, steps: &mut Steps) -> anyhow::Result<()> {
    let tasks = [Task::Demo, Task::Conformance, Task::Test];
    steps.run("setup", || setup::prepare(&tasks, languages))?;
    repository(steps)?;
    for &language in languages {
        language.test(steps, soak)?;
        steps.run(format!("{} demo", language.name()), || demo::show(language))?;
        steps.run(format!("{} conformance", language.name()), || conformance::check(language))?;
    }
    Ok(())
}

/// What is tested once, whatever the languages.
fn repository(steps: &mut Steps) -> anyhow::Result<()> {
    steps.run("format", || run::echoed(cargo::command().args(["fmt", "--all", "--check"])))?;
    steps.run("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        run::echoed(cargo::command().args(clippy))
    })?;
    steps.run("vectors are current", || {
        let generator = ["tests/vectors/generate", "--check"];
        run::echoed(Command::new("python3").args(generator).current_dir(cargo::root()))
    })?;
    steps.run("generated files are current", generate::check)
}
