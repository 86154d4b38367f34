//! npm, in a folder of the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{cargo, run};

/// A folder with a package.json and a lock file.
pub(crate) struct Package(pub(crate) &'static str);

impl Package {
    /// Installs what the lock file says, where that has not been done.
    pub(crate) fn install(&self) -> anyhow::Result<()> {
        if self.is_installed() {
            return Ok(());
        }
        run::echo(self.command("npm").arg("ci"));
        run::hushed(self.command("npm").args(["ci", "--no-fund", "--no-audit"]))
    }

    /// npm leaves a copy of the lock file in what it installed.
    fn is_installed(&self) -> bool {
        let folder = self.path();
        let changed = |file: &Path| fs::metadata(file).and_then(|about| about.modified()).ok();
        let installed = changed(&folder.join("node_modules/.package-lock.json"));
        installed.is_some_and(|installed| {
            changed(&folder.join("package-lock.json")).is_some_and(|locked| locked <= installed)
        })
    }

    /// A command in this folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path());
        command
    }

    pub(crate) fn path(&self) -> PathBuf {
        cargo::root().join(self.0)
    }
}
