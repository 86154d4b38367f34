//! The main job on the embedded default: each language against a sandbox of its own.

use crate::cargo::Profile;
use crate::lang::Language;
use crate::sandbox::Sandbox;
use crate::setup::{self, Task};

pub(crate) fn run(languages: &[&dyn Language]) -> anyhow::Result<()> {
    setup::prepare(&[Task::Demo], languages)?;
    languages.iter().try_for_each(|language| show(*language))
}

/// Shows one language.
pub(crate) fn show(language: &dyn Language) -> anyhow::Result<()> {
    let sandbox = Sandbox::start(Profile::Dev)?;
    language.demo(&sandbox)
}
