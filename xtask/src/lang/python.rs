//! Python: the PyPI package.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::certify;
use crate::lang::{Language, Once};
use crate::run;
use crate::sandbox::{self, Sandbox};
use crate::setup::{Setup, Task};
use crate::steps::Steps;
use crate::test::Wanted;
use crate::tools::{NodeJs, Program, Python3};
use crate::venv::Environment;

pub(crate) struct Python;

const ENVIRONMENT: Environment =
    Environment { name: "python", requirements: "bindings-python/requirements/test.txt" };

/// The programs whose types are checked besides those of the package.
const CHECKED: [&str; 9] = [
    "benches",
    "examples",
    "tests/behaviour",
    "tests/cli",
    "tests/conformance",
    "tests/demo",
    "tests/documents",
    "tests/faults",
    "tests/sandbox",
];

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn setup(&self, task: Task, setup: &mut Setup) {
        setup.need(&Python3);
        if task == Task::Test {
            // It runs a checker of types.
            setup.need(&NodeJs);
            // A test runs a command for it that the package wrote.
            setup.need(&Program::CURL);
        }
    }

    fn build(&self) -> anyhow::Result<()> {
        build()
    }

    fn was_built(&self) -> bool {
        ENVIRONMENT.is_installed().unwrap_or(false)
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        run::silently(python("tests/demo")?.envs(sandbox.environment()))
    }

    fn test(&self, steps: &Steps, _wanted: Wanted) -> anyhow::Result<()> {
        steps.run("python package", build)?;
        steps.run("python style", check_style)?;
        steps.run("python types", check_types)?;
        steps.run("python end-to-end tests", || {
            let folders = ["tests/sandbox", "tests/cli", "tests/documents"];
            let suites: anyhow::Result<Vec<_>> = folders.into_iter().map(suite).collect();
            sandbox::side_by_side(&mut suites?)
        })?;
        // They run the tests of behaviour, on what they install.
        steps.run("python packaging tests", || {
            let sandbox = Sandbox::start(Profile::Dev)?;
            let mut packaging = python("tests/packaging")?;
            packaging.env("CARGO_TARGET_DIR", cargo::target_directory()?);
            packaging.env("QINCE_REPORTS", Python.reports()?);
            run::echoed(packaging.envs(sandbox.environment()))
        })?;
        steps.run("python certify", || certify::check(self))
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        run::echoed(python("tests/conformance")?.arg("--vectors").arg(vectors))
    }

    fn transports(&self) -> &'static [&'static str] {
        &[
            "python-httpx",
            "python-httpx-async",
            "python-urllib",
            "python-requests",
            "python-aiohttp",
        ]
    }

    fn driver(&self) -> anyhow::Result<Command> {
        python("tests/faults")
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        build()?;
        let sandbox = Sandbox::start(Profile::Release)?;
        let mut benches = python("benches")?;
        bench::rows(&run::output(benches.arg("--json").envs(sandbox.environment()))?)
    }
}

/// A script of the package's folder, in the environment.
fn python(script: &str) -> anyhow::Result<Command> {
    let mut command = program("python")?;
    command.arg(script);
    Ok(command)
}

/// A program of the environment, in the package's folder.
fn program(name: &str) -> anyhow::Result<Command> {
    let mut command = ENVIRONMENT.program(name)?;
    command.current_dir(folder());
    Ok(command)
}

fn folder() -> PathBuf {
    cargo::root().join("bindings-python")
}

/// Builds the package into the environment, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(build_now)
}

fn build_now() -> anyhow::Result<()> {
    ENVIRONMENT.install()?;
    let mut maturin = program("maturin")?;
    run::echo(maturin.args(["develop", "--release", "--quiet"]));
    run::hushed(maturin.env("CARGO_TARGET_DIR", cargo::target_directory()?))
}

fn check_style() -> anyhow::Result<()> {
    for check in [["format", "--check"].as_slice(), &["check"]] {
        run::echoed(program("ruff")?.args(check).args(["--no-cache", "."]))?;
    }
    Ok(())
}

fn check_types() -> anyhow::Result<()> {
    run::echoed(mypy()?.args(["--package", "qince_leads"]))?;
    for folder in CHECKED {
        run::echoed(mypy()?.arg(folder))?;
    }
    let python = ENVIRONMENT.program("python")?;
    run::echoed(program("pyright")?.arg("--pythonpath").arg(python.get_program()).arg("python"))
}

fn mypy() -> anyhow::Result<Command> {
    let mut mypy = program("mypy")?;
    mypy.arg("--cache-dir").arg(cargo::target_directory()?.join("mypy"));
    Ok(mypy)
}

/// The tests of a folder.
fn suite(folder: &str) -> anyhow::Result<Command> {
    let mut pytest = program("pytest")?;
    let report = Python.reports()?.join(format!("{}.xml", folder.replace('/', "-")));
    pytest.args(["--quiet", folder, "--junit-xml"]).arg(report);
    Ok(pytest)
}
