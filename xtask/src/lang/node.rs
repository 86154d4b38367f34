//! JavaScript: the npm package.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::certify;
use crate::folder;
use crate::lang::{Language, Once};
use crate::npm::Package;
use crate::run;
use crate::sandbox::Sandbox;
use crate::setup::{Setup, Task};
use crate::steps::Steps;
use crate::test::Wanted;
use crate::tools::{NodeJs, Program};
use crate::wasm::{self, Toolchain};

pub(crate) struct Node;

const PACKAGE: Package = Package("bindings-wasm");
const BENCHES: Package = Package("bindings-wasm/benches");

impl Language for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn setup(&self, task: Task, setup: &mut Setup) {
        setup.need(&NodeJs);
        setup.need(&wasm::Sources);
        if task == Task::Test {
            setup.need(&Program::CHROMIUM);
            setup.need(&Program::FIREFOX);
        }
    }

    fn build(&self) -> anyhow::Result<()> {
        build()
    }

    fn was_built(&self) -> bool {
        PACKAGE.path().join("dist").is_dir()
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        run::silently(node("tests/demo/main.js").envs(sandbox.environment()))
    }

    fn test(&self, steps: &Steps, _wanted: Wanted) -> anyhow::Result<()> {
        steps.run("node package", build)?;
        steps.run("node style", || {
            run::echoed(PACKAGE.command("npm").args(["run", "--silent", "lint"]))
        })?;
        steps.run("node crate tests", test_the_crate)?;
        steps.run("node behaviour tests", || run_tests("tests/behaviour", None))?;
        for folder in ["tests/sandbox", "tests/documents"] {
            steps.run(format!("node {folder}"), || {
                run_tests(folder, Some(&Sandbox::start(Profile::Dev)?))
            })?;
        }
        steps.run("node packaging tests", || run::echoed(&mut node("tests/packaging/main.js")))?;
        steps.run("node certify", || certify::check(self))
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        run::echoed(node("tests/conformance/main.js").arg("--vectors").arg(vectors))
    }

    fn transports(&self) -> &'static [&'static str] {
        &["node-fetch", "bun-fetch", "deno-fetch", "workerd-fetch", "chromium-fetch"]
    }

    fn driver(&self) -> anyhow::Result<Command> {
        Ok(node("tests/faults/main.js"))
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        build()?;
        BENCHES.install()?;
        bench::rows(&run::output(BENCHES.command("node").args(["main.js", "--json"]))?)
    }
}

fn node(script: &str) -> Command {
    let mut command = PACKAGE.command("node");
    command.arg(script);
    command
}

/// Builds the package, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(build_now)
}

fn build_now() -> anyhow::Result<()> {
    PACKAGE.install()?;
    let core = wasm::build_library("qince-leads-wasm")?;
    let bindgen = cargo::binary("qince-leads-wasm-bindgen", Profile::Dev)?;
    run::silently(Command::new(bindgen).arg(core).arg(cargo::root().join("bindings-wasm/build")))?;
    run::echoed(PACKAGE.command("npm").args(["run", "--silent", "build"]))
}

/// Runs the tests of the crate, without the package, in the engine.
fn test_the_crate() -> anyhow::Result<()> {
    let runner = cargo::binary("qince-leads-wasm-test-runner", Profile::Dev)?;
    let toolchain = Toolchain::find().context("no way to compile for wasm")?;
    let mut test = toolchain.cargo("test")?;
    test.args(["-p", "qince-leads-wasm", "--tests"]);
    run::echoed(test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}

/// Runs the test files of a folder.
fn run_tests(tests: &str, sandbox: Option<&Sandbox>) -> anyhow::Result<()> {
    let mut names = folder::names(&cargo::root().join("bindings-wasm").join(tests))?;
    names.retain(|name| name.ends_with(".test.js"));
    let mut test = node("--test");
    // What passes is counted; what fails is shown.
    test.args(["--test-reporter", "dot", "--test-reporter-destination", "stdout"]);
    let report = Node.reports()?.join(format!("{}.xml", tests.replace('/', "-")));
    test.args(["--test-reporter", "junit", "--test-reporter-destination"]).arg(report);
    test.args(names.iter().map(|name| format!("{tests}/{name}")));
    if let Some(sandbox) = sandbox {
        test.envs(sandbox.environment());
    }
    run::echoed(&mut test)
}
