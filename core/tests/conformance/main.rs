//! Runs the vector suite through the public API: `cargo test --test conformance -- --vectors DIR`.
//!
//! A file, a kind or a member of a case that is not understood is a failure.

mod call;
mod pages;
mod push;
mod reply;
mod sign;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use qince_leads::{Account, Error};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Runs the vector suite against the Rust API.
#[derive(Parser)]
struct Arguments {
    /// The folder of vector files.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors"))]
    vectors: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    cases: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Case {
    Sign(sign::Case),
    Reply(reply::Case),
    Push(push::Case),
    Call(call::Case),
    Pages(pages::Case),
}

/// An account as vectors write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountParts {
    openid: String,
    app_key: String,
    base_url: Option<String>,
}

impl AccountParts {
    fn account(&self) -> Result<Account, Error> {
        let account = Account::new(&self.openid, &self.app_key)?;
        match &self.base_url {
            Some(base_url) => account.with_base_url(base_url),
            None => Ok(account),
        }
    }
}

fn main() -> ExitCode {
    let vectors = Arguments::parse().vectors;
    let (mut passed, mut failed) = (0, 0);
    match files(&vectors) {
        Ok(files) => {
            let mut names = HashSet::new();
            for file in files {
                if let Err(error) = run_file(&file, &mut names, &mut passed, &mut failed) {
                    failed += 1;
                    println!("FAILED {}: {error:#}", file.display());
                }
            }
        }
        Err(error) => println!("FAILED {}: {error:#}", vectors.display()),
    }
    println!("rust: {passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

fn run_file(
    file: &Path,
    names: &mut HashSet<String>,
    passed: &mut u32,
    failed: &mut u32,
) -> anyhow::Result<()> {
    let suite: Suite = serde_json::from_slice(&fs::read(file)?)?;
    for mut case in suite.cases {
        let members = case.as_object_mut().context("a case that is no object")?;
        let Some(Value::String(name)) = members.remove("name") else {
            bail!("a case without a name")
        };
        let result = run_case(case).and_then(|()| {
            ensure!(names.insert(name.clone()), "a second case of this name");
            Ok(())
        });
        match result {
            Ok(()) => *passed += 1,
            Err(error) => {
                *failed += 1;
                println!("FAILED {name}\n  {error:#}");
            }
        }
    }
    Ok(())
}

fn run_case(case: Value) -> anyhow::Result<()> {
    match serde_json::from_value(case).context("not understood")? {
        Case::Sign(case) => case.run(),
        Case::Reply(case) => case.run(),
        Case::Push(case) => case.run(),
        Case::Call(case) => case.run(),
        Case::Pages(case) => case.run(),
    }
}

/// Fails, saying both, where something else came than was expected; members that are null do not count.
fn compare(expected: &Value, came: &Value) -> anyhow::Result<()> {
    let (expected, came) = (without_nulls(expected), without_nulls(came));
    ensure!(expected == came, "expected {expected}\n  came     {came}");
    Ok(())
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), without_nulls(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        scalar => scalar.clone(),
    }
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
        Error::HttpStatus { status } => json!({ "kind": "http_status", "status": status }),
        Error::Malformed(malformed) => json!({ "kind": "malformed", "path": malformed.path }),
        other => json!({ "kind": other.code() }),
    }
}
