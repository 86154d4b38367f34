//! What a criterion benchmark measured, read from the files that it leaves.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use crate::{cargo, run};

/// How often everything is measured, each time shortly. A shared machine changes its speed from one second to the
/// next; two figures of the same round are close enough to compare, and the median passes over the others.
const ROUNDS: usize = 25;

/// The measurements of several rounds.
pub(crate) struct Criterion {
    rounds: Vec<PathBuf>,
}

impl Criterion {
    /// Runs a benchmark, in a folder from which the figures of earlier runs are gone.
    pub(crate) fn measure(package: &str, bench: &str) -> anyhow::Result<Self> {
        let arguments = ["bench", "-p", package, "--bench", bench];
        run::echoed(cargo::command().args(arguments).arg("--no-run"))?;

        let folder = cargo::target_directory()?.join("criterion");
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        let rounds: Vec<_> =
            (1..=ROUNDS).map(|round| folder.join(format!("round-{round}"))).collect();
        println!("measuring in {ROUNDS} rounds, which takes a minute or two");
        for round in &rounds {
            run::hushed(cargo::command().args(arguments).env("CRITERION_HOME", round))?;
        }
        Ok(Self { rounds })
    }

    /// The median time of one benchmark in that of another, by group and name: the median of the rounds.
    pub(crate) fn ratio(&self, a: (&str, &str), b: (&str, &str)) -> anyhow::Result<f64> {
        let ratios = self.rounds.iter().map(|round| {
            let (a, b) = (time(round, a)?, time(round, b)?);
            anyhow::Ok(a / b)
        });
        let mut ratios = ratios.collect::<anyhow::Result<Vec<_>>>()?;
        ratios.sort_by(f64::total_cmp);
        Ok(ratios[ratios.len() / 2])
    }
}

fn time(round: &Path, (group, name): (&str, &str)) -> anyhow::Result<f64> {
    let folder = round.join(file_name(group)).join(file_name(name));
    let estimates = folder.join("new/estimates.json");
    median(&estimates)
        .with_context(|| format!("no figure of {group}/{name} in {}", estimates.display()))
}

fn median(estimates: &Path) -> anyhow::Result<f64> {
    let estimates: Value = serde_json::from_slice(&fs::read(estimates)?)?;
    estimates["median"]["point_estimate"].as_f64().context("no median")
}

/// The folder that criterion makes of a name.
fn file_name(name: &str) -> String {
    name.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_")
}
