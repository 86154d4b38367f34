//! The main job, on a sandbox that comes with it.

use crate::cargo::{self, Profile};
use crate::lang::{self, Language};
use crate::output::{self, say};
use crate::sandbox::{self, Sandbox};
use crate::setup::{self, Says, Task};

/// Shows these languages one after the other, and says how to see the others.
pub(crate) fn run(languages: &[&dyn Language]) -> anyhow::Result<()> {
    setup::prepare(&[Task::Demo], languages, Says::Missing)?;
    for language in languages {
        let what = format!("Building the {} demo and the sandbox", language.name());
        output::behind_a_line(&what, || {
            language.build()?;
            cargo::binary(sandbox::BINARY, Profile::Dev)
        })?;
        show(*language)?;
        say!("");
    }
    if let Some(others) = others(languages) {
        say!("{others}");
    }
    Ok(())
}

/// Shows one language.
pub(crate) fn show(language: &dyn Language) -> anyhow::Result<()> {
    language.build()?;
    let sandbox = Sandbox::start(Profile::Dev)?;
    language.demo(&sandbox)
}

/// How to see the languages that were not shown.
fn others(shown: &[&dyn Language]) -> Option<String> {
    let shown: Vec<_> = shown.iter().map(|language| language.name()).collect();
    let others = lang::ALL.iter().map(|language| language.name());
    let commands: Vec<_> = others
        .filter(|name| !shown.contains(name))
        .map(|name| format!("    cargo xtask demo --lang {name}\n"))
        .collect();
    (!commands.is_empty()).then(|| {
        format!(
            "The same in other languages, which takes some minutes the first time; what they need is installed:\n\n\
             {}    cargo xtask demo --all",
            commands.concat()
        )
    })
}
