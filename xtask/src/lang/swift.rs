//! Swift: the SwiftPM package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::certify;
use crate::lang::{Language, Once};
use crate::sandbox::Sandbox;
use crate::setup::{Setup, Task};
use crate::slow::{self, Timed};
use crate::steps::{self, Steps};
use crate::swift;
use crate::test::{Soak, Wanted};
use crate::{run, uniffi};

pub(crate) struct Swift;

const FOLDER: &str = "bindings-uniffi/swift";

const BENCHES: &str = "qince-leads-benchmarks";

/// The step that runs the tests.
const TESTS: &str = "swift tests";

/// Whose style is checked: all that is written by hand, or by the generator.
const STYLED: [&str; 7] = [
    "Package.swift",
    "Package.release.swift",
    "Sources/QinceLeads",
    "Sources/QinceLeadsCurl",
    "Sources/QinceLeadsTesting",
    "Benchmarks",
    "Tests",
];

impl Language for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn setup(&self, _task: Task, setup: &mut Setup) {
        setup.need(&swift::Swift);
    }

    fn build(&self) -> anyhow::Result<()> {
        build()
    }

    fn was_built(&self) -> bool {
        scratch().is_ok_and(|scratch| scratch.is_dir())
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        run::silently(program("qince-leads-demo", &[])?.envs(sandbox.environment()))
    }

    fn test(&self, steps: &Steps, wanted: Wanted) -> anyhow::Result<()> {
        steps.run("swift package", build)?;
        steps.run("swift style", check_style)?;
        steps.run(TESTS, || {
            let sandbox = Sandbox::start(Profile::Dev)?;
            let mut test = package("test", &[])?;
            test.args(["--skip-build", "--disable-xctest"]);
            if !wanted.slow {
                // Otherwise each test says its time.
                test.arg("--quiet");
            }
            run::echoed(test.envs(sandbox.environment()))
        })?;
        steps.run("swift memory", || {
            let rounds = match wanted.soak {
                Soak::Short => "30000",
                Soak::Long => "100000",
            };
            run::echoed(program(BENCHES, &[])?.args(["--memory", rounds]))
        })?;
        steps.run("swift certify", || certify::check(self))
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        run::echoed(program("qince-leads-conformance", &[vectors])?.arg("--vectors").arg(vectors))
    }

    fn timed(&self) -> anyhow::Result<Vec<Timed>> {
        Ok(slow::in_log_of_swift(&fs::read_to_string(steps::log(TESTS)?).unwrap_or_default()))
    }

    fn transports(&self) -> &'static [&'static str] {
        &["swift-urlsession", "swift-curl"]
    }

    fn driver(&self) -> anyhow::Result<Command> {
        program("qince-leads-faults", &[])
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        write_core()?;
        let sandbox = Sandbox::start(Profile::Release)?;
        let mut benches = package("run", &[])?;
        benches.args(["--configuration", "release", "--quiet", BENCHES, "--json"]);
        bench::rows(&run::output(benches.envs(sandbox.environment()))?)
    }
}

/// A subcommand of SwiftPM, which sees these folders besides the workspace.
fn package(subcommand: &str, others: &[&Path]) -> anyhow::Result<Command> {
    let mut swift = swift::command(others)?;
    swift.current_dir(cargo::root().join(FOLDER));
    swift.args([subcommand, "--scratch-path"]).arg(scratch()?);
    Ok(swift)
}

/// Where it builds.
fn scratch() -> anyhow::Result<PathBuf> {
    Ok(cargo::target_directory()?.join("swift"))
}

/// A program of the package that was built.
fn program(name: &str, others: &[&Path]) -> anyhow::Result<Command> {
    let mut program = package("run", others)?;
    program.args(["--skip-build", name]);
    Ok(program)
}

fn check_style() -> anyhow::Result<()> {
    let mut swift = swift::command(&[])?;
    swift.current_dir(cargo::root().join(FOLDER));
    let lint = ["format", "lint", "--strict", "--parallel", "--recursive"];
    run::echoed(swift.args(lint).args(STYLED))
}

/// Compiles the package and its tests around the core, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(|| {
        write_core()?;
        let strict = ["--build-tests", "--quiet", "-Xswiftc", "-warnings-as-errors"];
        run::echoed(package("build", &[])?.args(strict))
    })
}

/// Puts the core, and what UniFFI writes for it, where the package has its place.
fn write_core() -> anyhow::Result<()> {
    static WRITTEN: Once = Once::new();
    WRITTEN.run(|| {
        let folder = cargo::root().join(FOLDER);
        let written = cargo::target_directory()?.join("uniffi-swift");
        uniffi::write("swift", &written)?;
        let copies = [
            (written.join("QinceLeadsCore.swift"), "Sources/QinceLeadsCore/QinceLeadsCore.swift"),
            (written.join("QinceLeadsFFI.h"), "Sources/QinceLeadsFFI/include/QinceLeadsFFI.h"),
            (
                written.join("QinceLeadsFFI.modulemap"),
                "Sources/QinceLeadsFFI/include/module.modulemap",
            ),
            (uniffi::static_library()?, "build/libqince_leads_uniffi.a"),
        ];
        copies.into_iter().try_for_each(|(from, to)| replace(&from, &folder.join(to)))
    })
}

/// Copies a file where it differs, so that what is current is not built again.
fn replace(from: &PathBuf, to: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(from)?;
    if fs::read(to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    Ok(fs::write(to, bytes)?)
}
