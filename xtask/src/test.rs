//! Every check and test, stopping at the first that fails.

use std::iter;
use std::process::{Command, ExitCode};

use crate::lang::Language;
use crate::setup::{self, Says, Task};
use crate::steps::{Lane, Steps};
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
pub(crate) fn run(languages: &[&dyn Language], soak: Soak) -> anyhow::Result<ExitCode> {
    let steps = Steps::new(cargo::target_directory()?.join("xtask/steps"));
    let errors = all(languages, soak, &steps);
    for error in &errors {
        eprintln!("error: {error:#}\n");
    }
    println!("{}", steps.summary());
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(languages: &[&dyn Language], soak: Soak, steps: &Steps) -> Vec<anyhow::Error> {
    let tasks = [Task::Demo, Task::Conformance, Task::Test];
    let errors = steps.side_by_side(vec![
        Box::new(|steps| steps.run("setup", || setup::prepare(&tasks, languages, Says::All))),
        Box::new(|steps| steps.run("build", cargo::build_all)),
    ]);
    if !errors.is_empty() {
        return errors;
    }
    let of_languages = languages.iter().map(|&language| -> Lane<'_> {
        Box::new(move |steps| {
            language.test(steps, soak)?;
            steps.run(format!("{} demo", language.name()), || demo::show(language))?;
            steps.run(format!("{} conformance", language.name()), || conformance::check(language))
        })
    });
    steps.side_by_side(iter::once::<Lane<'_>>(Box::new(repository)).chain(of_languages).collect())
}

/// What is tested once, whatever the languages.
fn repository(steps: &Steps) -> anyhow::Result<()> {
    steps.run("format", || run::echoed(cargo::command().args(["fmt", "--all", "--check"])))?;
    steps.run("vectors are current", || {
        let generator = ["tests/vectors/generate", "--check"];
        run::echoed(Command::new("python3").args(generator).current_dir(cargo::root()))
    })?;
    steps.run("generated files are current", generate::check)?;
    steps.run("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        run::echoed(cargo::command().args(clippy))
    })?;
    steps.run("docs", || {
        // With an example, for then cargo takes the features of what tests need, too, as clippy did.
        let doc = ["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"];
        run::echoed(cargo::command().args(doc).env("RUSTDOCFLAGS", "-D warnings"))
    })
}
