//! A virtual environment of Python, below the target directory.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{cargo, run};

/// An environment that holds what a file of requirements says, and nothing else.
pub(crate) struct Environment {
    /// Its folder below the target directory.
    pub(crate) name: &'static str,
    /// The file, in the repository; each requirement in it is pinned.
    pub(crate) requirements: &'static str,
}

impl Environment {
    /// Makes it, where that has not been done for these requirements.
    pub(crate) fn install(&self) -> anyhow::Result<()> {
        if self.is_installed()? {
            return Ok(());
        }
        run::echoed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(self.folder()?))?;
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            self.requirements,
        ];
        let mut install = self.program("python")?;
        run::echo(install.args(pip));
        run::hushed(install.current_dir(cargo::root()))?;
        Ok(fs::copy(self.wanted(), self.installed()?).map(drop)?)
    }

    pub(crate) fn is_installed(&self) -> anyhow::Result<bool> {
        let installed = self.installed()?;
        Ok(installed.is_file() && fs::read(installed)? == fs::read(self.wanted())?)
    }

    fn wanted(&self) -> PathBuf {
        cargo::root().join(self.requirements)
    }

    /// A copy of the requirements that are met.
    fn installed(&self) -> anyhow::Result<PathBuf> {
        Ok(self.folder()?.join("installed.txt"))
    }

    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(self.folder()?.join("bin").join(name));
        command
            .env("VIRTUAL_ENV", self.folder()?)
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME");
        Ok(command)
    }

    fn folder(&self) -> anyhow::Result<PathBuf> {
        Ok(cargo::target_directory()?.join(self.name))
    }
}
