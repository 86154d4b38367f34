//! Kotlin: the Maven module.

use std::env::{self, consts};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::lang::{Language, Once};
use crate::sandbox::Sandbox;
use crate::setup::{Setup, Task};
use crate::steps::Steps;
use crate::test::Soak;
use crate::tools::Program;
use crate::{run, uniffi};

pub(crate) struct Kotlin;

impl Language for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn setup(&self, _task: Task, setup: &mut Setup) {
        setup.need(&Program::JAVA);
        setup.need(&Program::MAVEN);
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        build()?;
        run::silently(java("qince.leads.demo.MainKt")?.envs(sandbox.environment()))
    }

    fn test(&self, steps: &mut Steps, _soak: Soak) -> anyhow::Result<()> {
        steps.run("kotlin package", build)?;
        steps.run("kotlin tests", || {
            let sandbox = Sandbox::start(Profile::Dev)?;
            run::echoed(maven(&["surefire:test"]).envs(sandbox.environment()))
        })
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        build()?;
        run::echoed(java("qince.leads.conformance.MainKt")?.arg("--vectors").arg(vectors))
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        build()?;
        bench::rows(&run::output(java("qince.leads.benches.MainKt")?.arg("--json"))?)
    }
}

fn folder() -> PathBuf {
    cargo::root().join("bindings-uniffi/kotlin")
}

fn maven(arguments: &[&str]) -> Command {
    let mut maven = Command::new("mvn");
    maven.current_dir(folder()).args(["--quiet", "--batch-mode"]).args(arguments);
    maven
}

/// Compiles the module and its tests around the core, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(|| {
        let build = folder().join("build");
        let library = uniffi::shared_library()?;
        let name = library.file_name().context("the library has no name")?;
        uniffi::strip(&library, &build.join("native").join(platform()).join(name))?;
        uniffi::write("kotlin", &build.join("uniffi"))?;
        let classpath = [
            "test-compile",
            "dependency:build-classpath",
            "-Dmdep.outputFile=target/classpath.txt",
            "-Dmdep.includeScope=test",
        ];
        run::echoed(&mut maven(&classpath))
    })
}

/// A program of the tests or the benches.
fn java(main: &str) -> anyhow::Result<Command> {
    let folder = folder();
    let classpath = fs::read_to_string(folder.join("target/classpath.txt"))?;
    let own = ["target/test-classes", "target/classes"].map(|own| folder.join(own));
    let all = env::join_paths(own.into_iter().chain(env::split_paths(classpath.trim())))?;
    let mut java = Command::new("java");
    java.current_dir(folder).arg("-cp").arg(all).arg(main);
    Ok(java)
}

/// What JNA calls this machine.
fn platform() -> String {
    let system = match consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    format!("{system}-{}", consts::ARCH.replace('_', "-"))
}
