//! The vector suite, through the public API of each language.

use std::path::{self, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::cargo;
use crate::lang::Language;
use crate::setup::{self, Says, Task};

/// Runs all languages, whichever fail, on the files of `vectors` or on the project's own.
pub(crate) fn run(languages: &[&dyn Language], vectors: Option<PathBuf>) -> anyhow::Result<()> {
    let vectors = match vectors {
        // The runners work in folders of their own.
        Some(vectors) => path::absolute(vectors)?,
        None => own_vectors(),
    };
    ensure!(vectors.is_dir(), "{} is no folder", vectors.display());
    setup::prepare(&[Task::Conformance], languages, Says::Missing)?;

    let mut failed = Vec::new();
    for language in languages {
        if let Err(error) = language.build().and_then(|()| language.conformance(&vectors)) {
            eprintln!("{}: {error:#}", language.name());
            failed.push(language.name());
        }
    }
    if !failed.is_empty() {
        bail!("not conforming: {}", failed.join(", "));
    }
    Ok(())
}

/// Runs one language on the project's own files.
pub(crate) fn check(language: &dyn Language) -> anyhow::Result<()> {
    let outcome = language.build().and_then(|()| language.conformance(&own_vectors()));
    outcome.with_context(|| format!("{} does not conform", language.name()))
}

fn own_vectors() -> PathBuf {
    cargo::root().join("tests/vectors")
}
