//! Runs the vector suite through the public API: `cargo test --test conformance -- --vectors DIR`.
//!
//! A file, a kind or a member of a case that is not understood is a failure.

mod call;
mod operation;
mod pages;
mod push;
mod relay;
mod reply;
mod sign;
mod value;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use qince_leads::{Account, Error, HttpStatus};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Runs the vector suite against the Rust API.
#[derive(Parser)]
struct Arguments {
    /// The folder of vector files.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors"))]
    vectors: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite<'a> {
    #[serde(borrow)]
    cases: Vec<&'a RawValue>,
}

/// What every case has. Its kind decides how the case is read as a whole, by hand: an enum with a tag
/// would take the case apart first, and its numbers would lose digits.
#[derive(Deserialize)]
struct Head {
    name: String,
    kind: String,
}

/// An account as vectors write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountParts {
    #[serde(default)]
    openid: String,
    #[serde(default)]
    app_key: String,
    base_url: Option<String>,
    relay_url: Option<String>,
}

impl AccountParts {
    fn account(&self) -> Result<Account, Error> {
        if let Some(relay_url) = &self.relay_url {
            return Account::relay(relay_url);
        }
        let account = Account::new(&self.openid, &self.app_key)?;
        match &self.base_url {
            Some(base_url) => account.with_base_url(base_url),
            None => Ok(account),
        }
    }
}

/// What came of the cases so far.
#[derive(Default)]
struct Tally {
    names: HashSet<String>,
    passed: u32,
    failed: u32,
}

impl Tally {
    fn run_file(&mut self, file: &Path) -> anyhow::Result<()> {
        let text = fs::read_to_string(file)?;
        let suite: Suite<'_> = serde_json::from_str(&text)?;
        for (i, case) in suite.cases.into_iter().enumerate() {
            match serde_json::from_str::<Head>(case.get()) {
                Ok(Head { name, kind }) => {
                    let result = self.run_case(&name, &kind, case);
                    self.note(&name, result);
                }
                Err(error) => self.note(&format!("{} case {i}", file.display()), Err(error.into())),
            }
        }
        Ok(())
    }

    fn run_case(&mut self, name: &str, kind: &str, case: &RawValue) -> anyhow::Result<()> {
        ensure!(self.names.insert(name.to_owned()), "a second case of this name");
        match kind {
            "sign" => read::<sign::Case>(case)?.run(),
            "reply" => read::<reply::Case>(case)?.run(),
            "push" => read::<push::Case>(case)?.run(),
            "call" => read::<call::Case>(case)?.run(),
            "pages" => read::<pages::Case>(case)?.run(),
            "relay" => read::<relay::Case>(case)?.run(),
            kind => bail!("no kind `{kind}`"),
        }
    }

    fn note(&mut self, name: &str, result: anyhow::Result<()>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                println!("FAILED {name}\n  {error:#}");
            }
        }
    }
}

fn main() -> ExitCode {
    let vectors = Arguments::parse().vectors;
    let mut tally = Tally::default();
    match files(&vectors) {
        Ok(files) => {
            for file in files {
                if let Err(error) = tally.run_file(&file) {
                    tally.note(&file.display().to_string(), Err(error));
                }
            }
        }
        Err(error) => tally.note(&vectors.display().to_string(), Err(error)),
    }
    let Tally { passed, failed, .. } = tally;
    println!("rust: {passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The vector files in a folder and those below it, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(found)
}

fn read<C: DeserializeOwned>(case: &RawValue) -> anyhow::Result<C> {
    serde_json::from_str(case.get()).context("not understood")
}

/// An error of reading a reply, as vectors write it.
fn reply_error(error: &Error) -> Value {
    match error {
        Error::Rejected(rejected) => json!({
            "kind": "rejected",
            "code": rejected.code,
            "message": rejected.message,
            "msg_id": rejected.msg_id,
        }),
        Error::HttpStatus(HttpStatus { status, .. }) => {
            json!({ "kind": "http_status", "status": status })
        }
        other => json!({ "kind": other.code() }),
    }
}
