//! `cargo xtask`: one command for everything that is done with this repository.

mod apt;
mod bench;
mod cargo;
mod certify;
mod conformance;
mod criterion;
mod demo;
mod faults;
mod folder;
mod generate;
mod lang;
mod npm;
mod output;
mod run;
mod sandbox;
mod setup;
mod slow;
mod steps;
mod swift;
mod table;
mod test;
mod tools;
mod uniffi;
mod venv;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::lang::Language;
use crate::run::CommandError;
use crate::setup::{Says, Task};
use crate::test::{Soak, Wanted};

/// Sets up, shows, tests, generates and measures the SDK in all its languages
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find what everything here needs, and install what is missing
    Setup,
    /// Run the main job against the sandbox, step by step
    Demo {
        /// Language to show, may be repeated [default: rust]
        #[arg(long = "lang", value_name = "LANGUAGE", value_parser = language_parser())]
        chosen: Vec<&'static dyn Language>,
        /// Show all languages
        #[arg(long, conflicts_with = "chosen")]
        all: bool,
    },
    /// Run every check and test
    Test {
        #[command(flatten)]
        languages: Languages,
        /// Soak the retry machine in its long form: thousands of calls, some minutes
        #[arg(long, conflicts_with = "quick")]
        soak: bool,
        /// Only what daily work wants to know: format, lints, Rust tests, and the vectors in each language built here before
        #[arg(long)]
        quick: bool,
        /// Name the slowest tests of each language
        #[arg(long)]
        slow: bool,
    },
    /// Run the vector suite through the public API of each language
    Conformance {
        #[command(flatten)]
        languages: Languages,
        /// Folder of the vector files [default: tests/vectors]
        #[arg(long, value_name = "DIR")]
        vectors: Option<PathBuf>,
    },
    /// Take the transports of each language through the faults of tests/faults, and print what came of them
    Certify {
        #[command(flatten)]
        languages: Languages,
        /// The one transport to run, such as node-fetch [default: all]
        #[arg(long, value_name = "NAME")]
        transport: Option<String>,
        /// How many adds meet faults by chance [default: 500]
        #[arg(long, value_name = "N")]
        adds: Option<u32>,
        /// Write down what is measured, for docs/transports.md
        #[arg(long)]
        write: bool,
    },
    /// Write the files that are made from the core's tables
    Generate {
        /// Write nothing; name the files that are stale, and fail if there are any
        #[arg(long)]
        check: bool,
    },
    /// Measure, and print how the SDK compares with its peers
    Bench {
        #[command(flatten)]
        languages: Languages,
    },
}

#[derive(Args)]
struct Languages {
    /// Language to run, may be repeated [default: all]
    #[arg(long = "lang", value_name = "LANGUAGE", value_parser = language_parser())]
    chosen: Vec<&'static dyn Language>,
}

fn language_parser() -> impl TypedValueParser<Value = &'static dyn Language> {
    let names = lang::ALL.iter().map(|language| language.name());
    PossibleValuesParser::new(names).try_map(|name| lang::named(&name))
}

impl Languages {
    /// The chosen ones, or all.
    fn to_run(&self) -> Vec<&'static dyn Language> {
        if self.chosen.is_empty() { lang::ALL.to_vec() } else { lang::in_order(&self.chosen) }
    }
}

fn to_show(chosen: &[&'static dyn Language], all: bool) -> Vec<&'static dyn Language> {
    match (all, chosen) {
        (true, _) => lang::ALL.to_vec(),
        (false, []) => vec![lang::RUST],
        (false, chosen) => lang::in_order(chosen),
    }
}

fn main() -> ExitCode {
    match execute(Xtask::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            exit_code(&error)
        }
    }
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Setup => setup::prepare(Task::ALL, lang::ALL, Says::All)?,
        Command::Demo { chosen, all } => demo::run(&to_show(&chosen, all))?,
        Command::Test { languages, soak, quick, slow } => {
            let soak = if soak { Soak::Long } else { Soak::Short };
            return test::run(&languages.to_run(), Wanted { quick, soak, slow });
        }
        Command::Conformance { languages, vectors } => {
            conformance::run(&languages.to_run(), vectors)?;
        }
        Command::Certify { languages, transport, adds, write } => {
            certify::run(&languages.to_run(), &certify::Wanted { transport, adds, write })?;
        }
        Command::Generate { check: true } => generate::check()?,
        Command::Generate { check: false } => generate::write()?,
        Command::Bench { languages } => bench::run(&languages.to_run())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// That of the command that failed, so that a script sees what it would see without `cargo xtask`.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    let status = error.downcast_ref::<CommandError>().map(|failed| failed.status);
    let code = status.and_then(|status| u8::try_from(status.code()?).ok());
    code.filter(|&code| code != 0).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Xtask::command().debug_assert();
    }

    /// The languages that a command line leads to.
    fn languages(line: &[&str]) -> Vec<&'static str> {
        let line = ["cargo xtask"].iter().chain(line);
        let languages = match Xtask::parse_from(line).command {
            Command::Demo { chosen, all } => to_show(&chosen, all),
            Command::Conformance { languages, .. } => languages.to_run(),
            _ => unreachable!("no other command is asked for"),
        };
        languages.iter().map(|language| language.name()).collect()
    }

    #[test]
    fn a_language_given_twice_runs_once_and_none_given_means_all() {
        let twice = ["--lang", "swift", "--lang", "node", "--lang", "swift"];
        assert_eq!(languages(&[&["conformance"], &twice[..]].concat()), ["node", "swift"]);
        assert_eq!(languages(&["conformance"]).len(), lang::ALL.len());
    }

    #[test]
    fn the_demo_shows_rust_unless_asked_for_others_or_all() {
        assert_eq!(languages(&["demo"]), ["rust"]);
        assert_eq!(languages(&["demo", "--lang", "swift", "--lang", "node"]), ["node", "swift"]);
        assert_eq!(languages(&["demo", "--all"]).len(), lang::ALL.len());
    }
}
