//! The workspace, and the cargo that built this.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::run;

/// The workspace's folder. `cargo run` says it, whatever folder the build was made in.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    package.parent().map(PathBuf::from).unwrap_or(package)
}

/// The cargo that runs this, from which `rustup run` and the like chose a toolchain.
pub(crate) fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Cargo, in the workspace's folder.
pub(crate) fn command() -> Command {
    let mut command = Command::new(program());
    command.current_dir(root());
    command
}

/// Where builds go.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let metadata: Value = serde_json::from_str(&run::output(command().args(arguments))?)?;
    let directory = metadata["target_directory"].as_str();
    Ok(directory.context("cargo metadata names no target directory")?.into())
}

/// How a binary is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// Builds a package's binary and says where it is.
pub(crate) fn build_binary(package: &str, name: &str, profile: Profile) -> anyhow::Result<PathBuf> {
    let mut build = command();
    build.args(["build", "-p", package, "--bin", name]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    run::echo(&build);
    let messages = build.args(["--message-format", "json-render-diagnostics"]);
    let messages = run::output(messages)?;
    executable(&messages, name).with_context(|| format!("cargo built no binary `{name}`"))
}

/// The binary of this name among cargo's messages, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut binaries = messages.filter(|message| message["target"]["name"] == name);
    binaries.find_map(|binary| Some(binary["executable"].as_str()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_found_by_its_name_among_libraries_and_other_binaries() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"sandbox"},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"other"},"executable":"/target/other"}
            {"reason":"compiler-artifact","target":{"name":"sandbox"},"executable":"/target/sandbox"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "sandbox"), Some("/target/sandbox".into()));
        assert_eq!(executable(messages, "missing"), None);
    }
}
