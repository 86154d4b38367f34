//! The workspace, and the cargo that built this.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Context;
use serde_json::{Value, json};

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
    for name in OF_THIS_RUN {
        command.env_remove(name);
    }
    command
}

/// What `cargo run` says to this of its own package. A build script that asks for one of these (ring's does) is run again
/// whenever it is another, and all that stands on the crate is built again.
const OF_THIS_RUN: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// Where builds go.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let metadata: Value = serde_json::from_str(&run::output(command().args(arguments))?)?;
    let directory = metadata["target_directory"].as_str();
    let directory = directory.context("cargo metadata names no target directory")?;
    Ok(FOUND.get_or_init(|| directory.into()).clone())
}

/// How a binary is built.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// The binaries that this process has built.
static BUILT: Mutex<BTreeMap<(String, Profile), PathBuf>> = Mutex::new(BTreeMap::new());

/// Builds everything that tests need, so that no later step waits for a build of the same.
pub(crate) fn build_all() -> anyhow::Result<()> {
    build(&["--all-targets"], Profile::Dev)
}

/// Where a binary of the workspace is, which is built where that has not been done.
pub(crate) fn binary(name: &str, profile: Profile) -> anyhow::Result<PathBuf> {
    let [binary] = binaries([name], profile)?;
    Ok(binary)
}

/// The same for several, which are built at the same time.
pub(crate) fn binaries<const N: usize>(
    names: [&str; N],
    profile: Profile,
) -> anyhow::Result<[PathBuf; N]> {
    let built = |name: &str| {
        let built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        built.get(&(name.to_owned(), profile)).cloned()
    };
    if names.iter().any(|name| built(name).is_none()) {
        build(&names.map(|name| ["--bin", name]).concat(), profile)?;
    }
    let mut found = names.map(|_| PathBuf::new());
    for (found, name) in found.iter_mut().zip(names) {
        *found = built(name).with_context(|| format!("cargo built no binary `{name}`"))?;
    }
    Ok(found)
}

/// Builds what these options choose, with the features of the whole workspace: with fewer, what tests use would be built
/// a second time.
fn build(chosen: &[&str], profile: Profile) -> anyhow::Result<()> {
    let mut build = command();
    build.args(["build", "--workspace"]).args(chosen);
    if profile == Profile::Release {
        build.arg("--release");
    }
    run::echo(&build);
    let messages = run::output(build.args(["--message-format", "json-render-diagnostics"]))?;
    let built = executables(&messages).map(|(name, binary)| ((name, profile), binary));
    BUILT.lock().unwrap_or_else(PoisonError::into_inner).extend(built);
    Ok(())
}

/// The binaries among cargo's messages, one JSON object a line, by their names.
fn executables(messages: &str) -> impl Iterator<Item = (String, PathBuf)> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter_map(|message| {
        let is_binary =
            message["target"]["kind"] == json!(["bin"]) && message["profile"]["test"] == false;
        let name = message["target"]["name"].as_str().filter(|_| is_binary)?;
        Some((name.to_owned(), message["executable"].as_str()?.into()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_nothing_of_the_package_that_calls_it() {
        let command = command();
        let unset: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).collect();
        assert!(env::var_os("CARGO_PKG_NAME").is_some());
        assert!(unset.iter().any(|(name, _)| *name == "CARGO_PKG_NAME"));
    }

    #[test]
    fn binaries_are_found_by_their_names_among_libraries_and_tests() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"kind":["lib"],"name":"a"},"profile":{"test":false},"executable":null}
            {"reason":"compiler-artifact","target":{"kind":["bin"],"name":"b"},"profile":{"test":true},"executable":"/b-tests"}
            {"reason":"compiler-artifact","target":{"kind":["bin"],"name":"b"},"profile":{"test":false},"executable":"/b"}
            {"reason":"build-finished","success":true}"#;
        let found: Vec<_> = executables(messages).collect();
        assert_eq!(found, [("b".to_owned(), "/b".into())]);
    }
}
