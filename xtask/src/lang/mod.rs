//! The languages that the SDK exists in: one module each, and one line in [`ALL`].

mod kotlin;
mod node;
mod python;
pub(crate) mod rust;
mod swift;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, anyhow};

use crate::bench::Ratio;
use crate::cargo;
use crate::sandbox::Sandbox;
use crate::setup::{Setup, Task};
use crate::slow::{self, Timed};
use crate::steps::Steps;
use crate::test::Wanted;

/// The one that needs nothing but the toolchain that this was built with.
pub(crate) const RUST: &dyn Language = &rust::Rust;

/// All languages, in the order in which they run.
pub(crate) const ALL: &[&dyn Language] =
    &[RUST, &node::Node, &python::Python, &kotlin::Kotlin, &swift::Swift];

/// What a language does for each subcommand.
pub(crate) trait Language: Send + Sync {
    /// What `--lang` calls it.
    fn name(&self) -> &'static str;

    /// Names the tools that the task needs for this language alone.
    fn setup(&self, task: Task, setup: &mut Setup);

    /// Builds, once, what the demo and the vectors run.
    fn build(&self) -> anyhow::Result<()>;

    /// Whether that was done here before, so that what it needs is there and little of it is to be done again.
    fn was_built(&self) -> bool;

    /// Runs the main job, as built, against a sandbox of its own.
    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()>;

    /// Runs what only this language tests; demo and conformance come after it.
    fn test(&self, steps: &Steps, wanted: Wanted) -> anyhow::Result<()>;

    /// Runs the vector files of this folder through the public API, as built.
    fn conformance(&self, vectors: &Path) -> anyhow::Result<()>;

    /// The transports that it ships or shows, as `tests/faults/expected.json` calls them.
    fn transports(&self) -> &'static [&'static str];

    /// The program that takes a transport through the faults, as built. It takes the transport's name, and after it
    /// nothing, `bounds`, or `chaos` and a number.
    fn driver(&self) -> anyhow::Result<Command>;

    /// The folder in which the runners of tests report, as JUnit does.
    fn reports(&self) -> anyhow::Result<PathBuf> {
        Ok(cargo::target_directory()?.join("xtask/reports").join(self.name()))
    }

    /// The tests that ran, with their times.
    fn timed(&self) -> anyhow::Result<Vec<Timed>> {
        slow::in_reports(&self.reports()?)
    }

    /// Measures the SDK beside its peers.
    fn bench(&self) -> anyhow::Result<Vec<Ratio>>;
}

/// Something that is done at most once, however often it is asked for.
pub(crate) struct Once(OnceLock<Result<(), String>>);

impl Once {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Does it, or says again how it went.
    pub(crate) fn run(&self, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let outcome = self.0.get_or_init(|| work().map_err(|error| format!("{error:#}")));
        outcome.clone().map_err(|error| anyhow!(error))
    }
}

/// These languages, each once, in the order in which they run.
pub(crate) fn in_order(chosen: &[&dyn Language]) -> Vec<&'static dyn Language> {
    let is_chosen = |name| chosen.iter().any(|chosen| chosen.name() == name);
    ALL.iter().copied().filter(|language| is_chosen(language.name())).collect()
}

/// The language of this name.
pub(crate) fn named(name: &str) -> anyhow::Result<&'static dyn Language> {
    let mut all = ALL.iter().copied();
    all.find(|language| language.name() == name)
        .with_context(|| format!("no language is called `{name}`"))
}
