//! What the tasks need: found, or installed, or named with the command that installs it.

use std::collections::HashSet;

use anyhow::ensure;

use crate::lang::Language;
use crate::output::{self, say};
use crate::tools;

/// What is to be done, as far as it decides what must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Demo,
    Conformance,
    Test,
    Bench,
}

impl Task {
    pub(crate) const ALL: &[Self] = &[Self::Demo, Self::Conformance, Self::Test, Self::Bench];
}

/// Something that must be there.
pub(crate) trait Tool {
    fn name(&self) -> &'static str;

    /// What is there, in a few words.
    fn find(&self) -> Option<String>;

    /// Installs it. The error says what the user must do.
    fn install(&self) -> anyhow::Result<()>;
}

/// Which tools were looked for, and how many are still missing.
pub(crate) struct Setup {
    says: Says,
    seen: HashSet<&'static str>,
    missing: usize,
}

/// What is said of the tools.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// Which there are, too.
    All,
    /// Which had to be installed, or could not be.
    Missing,
}

/// Sees to everything that the tasks need for these languages.
pub(crate) fn prepare(
    tasks: &[Task],
    languages: &[&dyn Language],
    says: Says,
) -> anyhow::Result<()> {
    let mut setup = Setup::new(says);
    for &task in tasks {
        setup.repository(task);
        for language in languages {
            language.setup(task, &mut setup);
        }
    }
    ensure!(setup.missing == 0, "{} of the things above must be installed by hand", setup.missing);
    Ok(())
}

impl Setup {
    fn new(says: Says) -> Self {
        Self { says, seen: HashSet::new(), missing: 0 }
    }

    /// Sees to a tool, unless that was done before, and says in one line how it went.
    pub(crate) fn need(&mut self, tool: &dyn Tool) {
        if !self.seen.insert(tool.name()) {
            return;
        }
        let name = tool.name();
        if let Some(found) = tool.find() {
            if self.says == Says::All {
                say!("{name:<14}found: {found}");
            }
            return;
        }
        output::write(format_args!("{name:<14}missing, installing ... "));
        match installed(tool) {
            Ok(found) => say!("installed: {found}"),
            Err(error) => {
                say!("not installed: {error:#}");
                self.missing += 1;
            }
        }
    }

    /// What the task needs for every language.
    fn repository(&mut self, task: Task) {
        if task == Task::Test {
            self.need(&tools::Python3);
            self.need(&tools::CargoPart::RUSTFMT);
            self.need(&tools::CargoPart::CLIPPY);
        }
    }
}

fn installed(tool: &dyn Tool) -> anyhow::Result<String> {
    tool.install()?;
    tool.find()
        .ok_or_else(|| anyhow::anyhow!("it is installed, but the `PATH` leads to none that works"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A tool that is there once it was installed, if installing works.
    struct Fake {
        works: bool,
        installed: Cell<bool>,
    }

    impl Tool for Fake {
        fn name(&self) -> &'static str {
            "fake"
        }

        fn find(&self) -> Option<String> {
            (self.installed.get() && self.works).then(|| "fake 1.0".to_owned())
        }

        fn install(&self) -> anyhow::Result<()> {
            ensure!(!self.installed.replace(true), "installed twice");
            Ok(())
        }
    }

    #[test]
    fn a_missing_tool_is_installed_once() {
        let mut setup = Setup::new(Says::All);
        let tool = Fake { works: true, installed: Cell::new(false) };
        setup.need(&tool);
        setup.need(&tool);
        assert!(tool.installed.get());
        assert_eq!(setup.missing, 0);
    }

    #[test]
    fn a_tool_that_cannot_be_found_after_installing_is_missing() {
        let mut setup = Setup::new(Says::All);
        setup.need(&Fake { works: false, installed: Cell::new(false) });
        assert_eq!(setup.missing, 1);
    }
}
