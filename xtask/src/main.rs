//! `cargo xtask`: one command for everything that is done with this repository.

mod apt;
mod bench;
mod cargo;
mod conformance;
mod criterion;
mod demo;
mod folder;
mod generate;
mod lang;
mod npm;
mod run;
mod sandbox;
mod setup;
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
use crate::setup::Task;
use crate::test::Soak;

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
        #[command(flatten)]
        languages: Languages,
    },
    /// Run every check and test
    Test {
        #[command(flatten)]
        languages: Languages,
        /// Soak the retry machine in its long form: thousands of calls, some minutes
        #[arg(long)]
        soak: bool,
    },
    /// Run the vector suite through the public API of each language
    Conformance {
        #[command(flatten)]
        languages: Languages,
        /// Folder of the vector files [default: tests/vectors]
        #[arg(long, value_name = "DIR")]
        vectors: Option<PathBuf>,
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
    /// The chosen ones, each once, in the order in which they always run.
    fn to_run(&self) -> Vec<&'static dyn Language> {
        let is_chosen = |name| self.chosen.iter().any(|chosen| chosen.name() == name);
        let all = lang::ALL.iter().copied();
        all.filter(|language| self.chosen.is_empty() || is_chosen(language.name())).collect()
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
        Command::Setup => setup::prepare(Task::ALL, lang::ALL)?,
        Command::Demo { languages } => demo::run(&languages.to_run())?,
        Command::Test { languages, soak } => {
            let soak = if soak { Soak::Long } else { Soak::Short };
            return Ok(test::run(&languages.to_run(), soak));
        }
        Command::Conformance { languages, vectors } => {
            conformance::run(&languages.to_run(), vectors)?;
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

    #[test]
    fn a_language_given_twice_runs_once_and_none_given_means_all() {
        let names = |arguments: &[&str]| {
            let line = ["cargo xtask", "demo"].iter().chain(arguments);
            match Xtask::parse_from(line).command {
                Command::Demo { languages } => {
                    languages.to_run().iter().map(|l| l.name()).collect::<Vec<_>>()
                }
                _ => unreachable!("demo was asked for"),
            }
        };
        assert_eq!(names(&["--lang", "rust", "--lang", "rust"]), ["rust"]);
        assert_eq!(names(&[]).len(), lang::ALL.len());
    }
}
