//! Kotlin: the Maven module.

use std::env::{self, consts};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::bench::{self, Ratio};
use crate::cargo::{self, Profile};
use crate::certify;
use crate::lang::{Language, Once};
use crate::sandbox::{self, Sandbox};
use crate::setup::{Setup, Task};
use crate::steps::Steps;
use crate::test::{Soak, Wanted};
use crate::tools::Program;
use crate::{run, uniffi};

pub(crate) struct Kotlin;

/// The packages of tests: those that compile what the READMEs say, and those that mostly wait.
const SUITES: [&str; 2] = ["**/documents/*Test", "!**/documents/*Test"];

impl Language for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn setup(&self, _task: Task, setup: &mut Setup) {
        setup.need(&Program::JAVA);
        setup.need(&Program::MAVEN);
    }

    fn build(&self) -> anyhow::Result<()> {
        build()
    }

    fn was_built(&self) -> bool {
        MODULE.path().join(CLASSPATH).is_file()
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        run::silently(MODULE.java(&["qince.leads.demo.MainKt"])?.envs(sandbox.environment()))
    }

    fn test(&self, steps: &Steps, wanted: Wanted) -> anyhow::Result<()> {
        steps.run("kotlin package", build)?;
        steps.run("kotlin style", || run::echoed(MODULE.maven().arg("ktlint:check")))?;
        steps.run("kotlin tests", || {
            sandbox::side_by_side(&mut SUITES.map(|suite| {
                let mut surefire = MODULE.maven();
                surefire.arg("surefire:test").arg(format!("-Dtest={suite}"));
                surefire
            }))
        })?;
        steps.run("kotlin memory", || {
            let rounds = match wanted.soak {
                Soak::Short => "4000",
                Soak::Long => "100000",
            };
            build_benches()?;
            // With more room, a heap grows because it may.
            let main = ["-Xmx96m", "qince.leads.benches.MemoryKt"];
            run::silently(BENCHES.java(&main)?.arg(rounds))
        })?;
        steps.run("kotlin certify", || certify::check(self))
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        run::silently(
            MODULE.java(&["qince.leads.conformance.MainKt"])?.arg("--vectors").arg(vectors),
        )
    }

    fn reports(&self) -> anyhow::Result<PathBuf> {
        Ok(MODULE.path().join("target/surefire-reports"))
    }

    fn transports(&self) -> &'static [&'static str] {
        &["kotlin-okhttp", "kotlin-jdk"]
    }

    fn driver(&self) -> anyhow::Result<Command> {
        // With more room, a heap grows because it may.
        MODULE.java(&["-Xmx96m", "qince.leads.faults.MainKt"])
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        build_benches()?;
        let sandbox = Sandbox::start(Profile::Release)?;
        let mut benches = BENCHES.java(&["qince.leads.benches.MainKt"])?;
        bench::rows(&run::output(benches.arg("--json").envs(sandbox.environment()))?)
    }
}

/// Compiles the module and its tests around the core, once.
fn build() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    BUILT.run(|| {
        write_core(&MODULE.path().join("build"))?;
        MODULE.build("package")
    })
}

/// Compiles what measures the module, which takes its jar, once.
fn build_benches() -> anyhow::Result<()> {
    static BUILT: Once = Once::new();
    build()?;
    BUILT.run(|| BENCHES.build("compile"))
}

/// A folder that Maven builds.
struct Folder(&'static str);

const MODULE: Folder = Folder("bindings-uniffi/kotlin");
const BENCHES: Folder = Folder("bindings-uniffi/kotlin/benches");

/// Says, in such a folder, what its programs need.
const CLASSPATH: &str = "target/classpath.txt";

impl Folder {
    fn maven(&self) -> Command {
        let mut maven = self.command("mvn");
        // Compilers that run once are done before the better of the two machine codes pays.
        maven.env("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        maven.args(["--quiet", "--batch-mode", "-Dstyle.color=never"]);
        maven
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // The cargo that runs this set it, and it leads to a core that was built for other tests than the jar's.
        command.current_dir(self.path()).env_remove("LD_LIBRARY_PATH");
        command
    }

    /// Goes as far as this phase, and notes what its programs need.
    fn build(&self, phase: &str) -> anyhow::Result<()> {
        let mut maven = self.maven();
        maven.args([phase, "-DskipTests", "dependency:build-classpath"]);
        run::echo(maven.arg(format!("-Dmdep.outputFile={CLASSPATH}")));
        run::hushed(&mut maven)
    }

    /// A program of what was built, behind options of the machine that runs it.
    fn java(&self, main: &[&str]) -> anyhow::Result<Command> {
        let target = self.path().join("target");
        let needed = fs::read_to_string(self.path().join(CLASSPATH))?;
        let own = ["test-classes", "classes"].map(|own| target.join(own));
        let all = env::join_paths(own.into_iter().chain(env::split_paths(needed.trim())))?;
        let mut java = self.command("java");
        java.arg("-classpath").arg(all).args(main);
        Ok(java)
    }

    fn path(&self) -> PathBuf {
        cargo::root().join(self.0)
    }
}

/// Puts the core, and what UniFFI writes for it, where the module takes them from.
fn write_core(folder: &Path) -> anyhow::Result<()> {
    let library = uniffi::shared_library()?;
    let name = library.file_name().context("the library has no name")?;
    uniffi::strip(&library, &folder.join("native").join(platform()).join(name))?;
    uniffi::write("kotlin", &folder.join("uniffi"))
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
