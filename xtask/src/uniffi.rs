//! The core for Kotlin and Swift, and what UniFFI writes for the other side of it.

use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::cargo::{self, Profile};
use crate::folder;
use crate::lang::Once;
use crate::output::say;
use crate::run;

const PACKAGE: &str = "qince-leads-uniffi";
const BINDGEN: &str = "qince-leads-uniffi-bindgen";

/// The most bytes that the library may take in an app, for one processor.
const MOST_BYTES: u64 = 1_200_000;

/// Where the compiled core is, as Kotlin loads it and with all symbols.
pub(crate) fn shared_library() -> anyhow::Result<PathBuf> {
    library(&format!("{}qince_leads_uniffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX))
}

/// Where the compiled core is, as Swift links it.
pub(crate) fn static_library() -> anyhow::Result<PathBuf> {
    library("libqince_leads_uniffi.a")
}

fn library(name: &str) -> anyhow::Result<PathBuf> {
    static BUILT: Once = Once::new();
    BUILT.run(|| run::echoed(cargo::command().args(["build", "--release", "-p", PACKAGE])))?;
    Ok(cargo::target_directory()?.join("release").join(name))
}

/// Writes UniFFI's code in this language into a folder, which then holds nothing else.
pub(crate) fn write(language: &str, output: &Path) -> anyhow::Result<()> {
    let bindgen = cargo::binary(BINDGEN, Profile::Dev)?;
    folder::clear(output)?;
    let config = cargo::root().join("bindings-uniffi/uniffi.toml");
    let mut bindgen = Command::new(bindgen);
    run::silently(bindgen.arg(language).args([&shared_library()?, &config]).arg(output))
}

/// Copies the library without its symbols to where an app takes it from, and sees that it is small enough.
pub(crate) fn strip(library: &Path, stripped: &Path) -> anyhow::Result<()> {
    folder::clear(stripped.parent().context("a library without a folder")?)?;
    let keep = if cfg!(target_os = "macos") { "-x" } else { "--strip-unneeded" };
    run::echoed(Command::new("strip").arg(keep).arg("-o").args([stripped, library]))?;
    let bytes = fs::metadata(stripped)?.len();
    say!("{bytes} bytes, at most {MOST_BYTES} allowed");
    ensure!(bytes <= MOST_BYTES, "the library has grown too large for apps");
    Ok(())
}
