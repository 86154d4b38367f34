//! The tools that every language's work here needs.

use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::setup::Tool;
use crate::{apt, cargo, run};

/// How long rustup may take to fetch something.
pub(crate) const RUSTUP_LIMIT: Duration = Duration::from_secs(90);

/// Runs the generator of the conformance vectors, and the Python package.
pub(crate) struct Python3;

impl Tool for Python3 {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn find(&self) -> Option<String> {
        // Debian has what makes environments in a package of its own.
        let version = "import ensurepip, platform, sys, venv; \
                       print(platform.python_version()); sys.exit(sys.version_info < (3, 11))";
        run::first_line(Command::new("python3").args(["-c", version]))
    }

    fn install(&self) -> anyhow::Result<()> {
        apt::install(&["python3", "python3-venv"]).context("install Python 3.11 or later")
    }
}

/// A program that Debian has in a package of the same or another name.
pub(crate) struct Program {
    name: &'static str,
    command: &'static str,
    /// How it is asked for its version.
    version: &'static [&'static str],
    package: &'static str,
}

impl Program {
    pub(crate) const CHROMIUM: Self = Self::new("Chromium", "chromium", "chromium");
    pub(crate) const FIREFOX: Self = Self::new("Firefox", "firefox-esr", "firefox-esr");
    pub(crate) const CURL: Self = Self::new("curl", "curl", "curl");
    pub(crate) const JAVA: Self = Self::new("Java compiler", "javac", "default-jdk-headless");
    /// It writes its version in colours, but for the number alone.
    pub(crate) const MAVEN: Self =
        Self { version: &["--quiet", "--version"], ..Self::new("Maven", "mvn", "maven") };

    const fn new(name: &'static str, command: &'static str, package: &'static str) -> Self {
        Self { name, command, version: &["--version"], package }
    }
}

impl Tool for Program {
    fn name(&self) -> &'static str {
        self.name
    }

    fn find(&self) -> Option<String> {
        run::first_line(Command::new(self.command).args(self.version))
    }

    fn install(&self) -> anyhow::Result<()> {
        apt::install(&[self.package])
    }
}

/// Runs the npm package and builds it.
pub(crate) struct NodeJs;

impl Tool for NodeJs {
    fn name(&self) -> &'static str {
        "Node.js"
    }

    fn find(&self) -> Option<String> {
        let is_new = "if (parseInt(process.versions.node) < 20) process.exit(1); console.log(process.version)";
        let version = run::first_line(Command::new("node").args(["-e", is_new]))?;
        let npm = run::first_line(Command::new("npm").arg("--version"))?;
        Some(format!("{version}, npm {npm}"))
    }

    fn install(&self) -> anyhow::Result<()> {
        apt::install(&["nodejs", "npm"]).context("install Node.js 20 or later")
    }
}

/// A part of the Rust toolchain that is a subcommand of cargo.
pub(crate) struct CargoPart {
    component: &'static str,
    subcommand: &'static str,
}

impl CargoPart {
    pub(crate) const RUSTFMT: Self = Self { component: "rustfmt", subcommand: "fmt" };
    pub(crate) const CLIPPY: Self = Self { component: "clippy", subcommand: "clippy" };
}

impl Tool for CargoPart {
    fn name(&self) -> &'static str {
        self.component
    }

    fn find(&self) -> Option<String> {
        run::first_line(cargo::command().args([self.subcommand, "--version"]))
    }

    fn install(&self) -> anyhow::Result<()> {
        let rustup = ["component", "add", self.component];
        let added = run::hushed_within(RUSTUP_LIMIT, Command::new("rustup").args(rustup));
        added.with_context(|| format!("add {} to this Rust toolchain", self.component))
    }
}
