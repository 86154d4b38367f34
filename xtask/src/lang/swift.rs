//! Swift: the SwiftPM package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::lang::{Language, Once};
use crate::sandbox::Sandbox;
use crate::setup::{Setup, Task};
use crate::steps::Steps;
use crate::swift;
use crate::test::Soak;
use crate::{run, uniffi};

pub(crate) struct Swift;

/// The package, and its benches, which are a package of their own.
const PACKAGE: &str = "bindings-uniffi/swift";
const BENCHES: &str = "bindings-uniffi/swift/Benchmarks";

impl Language for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn setup(&self, _task: Task, setup: &mut Setup) {
        setup.need(&swift::Swift);
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        build()?;
        run::silently(program("qince-leads-demo", &[])?.envs(sandbox.environment()))
    }

    fn test(&self, steps: &mut Steps, _soak: Soak) -> anyhow::Result<()> {
        steps.run("swift package", build)?;
        steps.run("swift tests", || {
            let sandbox = Sandbox::start(Profile::Dev)?;
            let mut test = package(PACKAGE, "test", &[])?;
            run::echoed(test.args(["--skip-build", "--quiet"]).envs(sandbox.environment()))
        })
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        build()?;
        run::echoed(program("qince-leads-conformance", &[vectors])?.arg("--vectors").arg(vectors))
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        write_core()?;
        let mut benches = package(BENCHES, "run", &[])?;
        benches.args(["--configuration", "release", "--quiet", "qince-leads-benches", "--json"]);
        bench::rows(&run::output(&mut benches)?)
    }
}

/// A subcommand of SwiftPM for one of the packages, which sees these folders too.
fn package(folder: &str, subcommand: &str, others: &[&Path]) -> anyhow::Result<Command> {
    let scratch = cargo::target_directory()?.join("swift").join(folder);
    let mut swift = swift::command(others)?;
    swift.current_dir(cargo::root().join(folder));
    swift.args([subcommand, "--scratch-path"]).arg(scratch);
    Ok(swift)
}

/// A program of the package that was built.
fn program(name: &str, others: &[&Path]) -> anyhow::Result<Command> {
    let mut program = package(PACKAGE, "run", others)?;
    program.args(["--skip-build", name]);
    Ok(program)
}

/// Compiles the package and its tests around the core, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(|| {
        write_core()?;
        run::echoed(package(PACKAGE, "build", &[])?.args(["--build-tests", "--quiet"]))
    })
}

/// Puts the core, and what UniFFI writes for it, where the package has its place.
fn write_core() -> anyhow::Result<()> {
    static WRITTEN: Once = Once::new();
    WRITTEN.run(|| {
        let folder = cargo::root().join(PACKAGE);
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
