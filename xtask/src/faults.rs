//! The peer that misbehaves below HTTP in front of a sandbox: started for the drivers of a language, ended with them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::cargo::{self, Profile};
use crate::folder;
use crate::sandbox::{Process, Sandbox};

/// A running peer.
pub(crate) struct Faults {
    _process: Process,
    control: String,
    folder: PathBuf,
    _sandbox: Sandbox,
}

impl Faults {
    /// Builds it, and starts it in front of a sandbox of its own. Its files have a folder of this name.
    pub(crate) fn start(name: &str) -> anyhow::Result<Self> {
        let [_, binary] = cargo::binaries(["qince-sandbox", "qince-faults"], Profile::Dev)?;
        let sandbox = Sandbox::start(Profile::Dev)?;
        let folder = cargo::target_directory()?.join("xtask/faults").join(name);
        folder::clear(&folder)?;
        let mut command = Command::new(binary);
        command.envs(sandbox.environment());
        command.arg("--ca-file").arg(folder.join("ca.pem"));
        command.arg("--matrix").arg(folder.join("matrix.json"));
        let (process, [control]) = Process::start(&mut command, ["control"])?;
        Ok(Self { _process: process, control, folder, _sandbox: sandbox })
    }

    /// What drivers read.
    pub(crate) fn environment(&self) -> [(&'static str, String); 2] {
        let authority = self.folder.join("ca.pem").display().to_string();
        [("QINCE_FAULTS", self.control.clone()), ("QINCE_FAULTS_CA", authority)]
    }

    /// What came of all runs so far, by transport.
    pub(crate) fn matrix(&self) -> anyhow::Result<Value> {
        let file = self.folder.join("matrix.json");
        if !file.exists() {
            return Ok(Value::Null);
        }
        let text = fs::read_to_string(&file)?;
        serde_json::from_str(&text).with_context(|| format!("{} is no matrix", file.display()))
    }
}
