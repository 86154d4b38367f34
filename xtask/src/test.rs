//! Every check and test, stopping at the first that fails.

use std::process::{Command, ExitCode};

use crate::lang::{self, Language, rust};
use crate::setup::{self, Says, Task};
use crate::steps::{Lane, Steps};
use crate::{cargo, conformance, demo, folder, generate, run, slow};

/// How long calls are tried against a service that misbehaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Soak {
    /// Less than a minute: for every run.
    Short,
    /// Thousands of calls, for some minutes.
    Long,
}

/// What is to be run, and what is to be said of it.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Only what answers within two minutes.
    pub(crate) quick: bool,
    pub(crate) soak: Soak,
    /// Which tests are the slowest.
    pub(crate) slow: bool,
}

/// It begins first, so that no other waits for it at the end.
const LONGEST_LANE: &str = "python";

/// Runs all steps, and prints how long they took and how they ended.
pub(crate) fn run(languages: &[&dyn Language], wanted: Wanted) -> anyhow::Result<ExitCode> {
    let steps = Steps::new()?;
    for language in languages {
        folder::clear(&language.reports()?)?;
    }
    let errors = if wanted.quick {
        quick(languages, wanted, &steps)
    } else {
        all(languages, wanted, &steps)
    };
    if wanted.slow {
        for language in languages {
            let tests = language.timed()?;
            if !tests.is_empty() {
                println!("{}", slow::render(language.name(), tests));
            }
        }
    }
    for error in &errors {
        eprintln!("error: {error:#}\n");
    }
    println!("{}", steps.summary());
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(languages: &[&dyn Language], wanted: Wanted, steps: &Steps) -> Vec<anyhow::Error> {
    let tasks = [Task::Demo, Task::Conformance, Task::Test];
    // One mostly waits for the network, and all that follows needs both.
    let errors = steps.side_by_side(vec![
        Box::new(|steps| steps.run("setup", || setup::prepare(&tasks, languages, Says::All))),
        Box::new(|steps| steps.run("build", cargo::build_all)),
    ]);
    if !errors.is_empty() {
        return errors;
    }
    let mut lanes: Vec<(&str, Lane<'_>)> = vec![("repository", Box::new(repository))];
    lanes.extend(languages.iter().map(|&language| -> (&str, Lane<'_>) {
        let lane = move |steps: &Steps| {
            language.test(steps, wanted)?;
            steps.run(format!("{} demo", language.name()), || demo::show(language))?;
            steps.run(format!("{} conformance", language.name()), || conformance::check(language))
        };
        (language.name(), Box::new(lane))
    }));
    lanes.sort_by_key(|(name, _)| *name != LONGEST_LANE);
    steps.side_by_side(lanes.into_iter().map(|(_, lane)| lane).collect())
}

/// For daily work: what is soon known, and the vectors in the languages that were built here before.
fn quick(languages: &[&dyn Language], wanted: Wanted, steps: &Steps) -> Vec<anyhow::Error> {
    let (ready, left_out): (Vec<&dyn Language>, Vec<_>) =
        languages.iter().copied().partition(|language| language.was_built());
    if let Err(error) = steps.run("build", cargo::build_all) {
        return vec![error];
    }
    let mut lanes: Vec<Lane<'_>> = vec![Box::new(move |steps| {
        files(steps)?;
        clippy(steps)?;
        // The vectors are among them; the code in docs is not.
        let targets = ["--lib", "--bins", "--tests"];
        steps.run(rust::TESTS, || rust::test(&targets, wanted))
    })];
    let others = ready.into_iter().filter(|language| language.name() != lang::RUST.name());
    lanes.extend(others.map(|language| -> Lane<'_> {
        Box::new(move |steps| {
            steps.run(format!("{} conformance", language.name()), || conformance::check(language))
        })
    }));
    let errors = steps.side_by_side(lanes);
    if !left_out.is_empty() {
        let names: Vec<_> = left_out.iter().map(|language| language.name()).collect();
        let options = names.iter().map(|name| format!(" --lang {name}")).collect::<String>();
        println!(
            "left out, for they were never built here: {}. This sets them up and builds them:\n\n    \
             cargo xtask conformance{options}\n",
            names.join(", ")
        );
    }
    errors
}

/// What is tested once, whatever the languages.
fn repository(steps: &Steps) -> anyhow::Result<()> {
    files(steps)?;
    clippy(steps)?;
    steps.run("docs", || {
        // With an example, for then cargo takes the features of what tests need, too, as clippy did.
        let doc = ["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"];
        run::echoed(cargo::command().args(doc).env("RUSTDOCFLAGS", "-D warnings"))
    })
}

fn clippy(steps: &Steps) -> anyhow::Result<()> {
    steps.run("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        run::echoed(cargo::command().args(clippy))
    })
}

/// Whether the files of the repository are as they should be.
fn files(steps: &Steps) -> anyhow::Result<()> {
    steps.run("format", || run::echoed(cargo::command().args(["fmt", "--all", "--check"])))?;
    steps.run("vectors are current", || {
        let generator = ["tests/vectors/generate", "--check"];
        run::echoed(Command::new("python3").args(generator).current_dir(cargo::root()))
    })?;
    steps.run("generated files are current", generate::check)
}
