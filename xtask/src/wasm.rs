//! Compiling for wasm32-unknown-unknown, where the Rust toolchain at hand can and where it cannot.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::setup::Tool;
use crate::tools::RUSTUP_LIMIT;
use crate::{apt, cargo, run};

const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// A toolchain that compiles for wasm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Toolchain {
    /// The one at hand, which has the sources of the standard library.
    AtHand,
    /// Debian's.
    Debian,
}

impl Toolchain {
    /// The first that works.
    pub(crate) fn find() -> Option<Self> {
        Self::choose(is_at_hand(), debian_is_complete)
    }

    fn choose(at_hand: bool, debian: impl FnOnce() -> bool) -> Option<Self> {
        if at_hand {
            return Some(Self::AtHand);
        }
        debian().then_some(Self::Debian)
    }

    /// `cargo build`, `cargo check` and the like, for wasm, with a standard library compiled along: the one that comes
    /// compiled is made for speed and for panics that are told about, and takes twice the room.
    pub(crate) fn cargo(self, subcommand: &str) -> anyhow::Result<Command> {
        let mut command = match self {
            Self::AtHand => cargo::command(),
            Self::Debian => debian_cargo(),
        };
        command
            .args([subcommand, "--target", TARGET])
            .arg("--target-dir")
            .arg(folder()?)
            .args(["-Z", "build-std=std,panic_abort"])
            .args(["-Z", "build-std-features=optimize_for_size"])
            // Compiling the standard library along is an unstable feature.
            .env("RUSTC_BOOTSTRAP", "1");
        Ok(command)
    }
}

/// Flags for a binary that is shipped to browsers: small first, and fast where pages are read and payloads checked.
const SMALL: &[&str] = &[
    // What all runtimes of the last years can do, see scripts/build.js of the npm package.
    "-Ctarget-feature=+bulk-memory,+mutable-globals,+nontrapping-fptoint,+sign-ext,+simd128",
    // A panic ends the instance without a word; the package makes a new one.
    "-Cpanic=immediate-abort",
    "-Zunstable-options",
    "-Zlocation-detail=none",
    // What must be inlined says so.
    "-Cllvm-args=-inline-threshold=5",
    "-Cllvm-args=-inlinehint-threshold=60",
    "-Cllvm-args=-unroll-threshold=20",
];

/// Builds a package's library to be shipped, and says where it is.
pub(crate) fn build_library(package: &str) -> anyhow::Result<PathBuf> {
    let toolchain = Toolchain::find().context("no way to compile for wasm")?;
    let mut build = toolchain.cargo("build")?;
    build
        .args(["--profile", "wasm", "-p", package])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", SMALL.join(" "));
    run::echoed(&mut build)?;
    let library = format!("{}.wasm", package.replace('-', "_"));
    Ok(folder()?.join(TARGET).join("wasm").join(library))
}

/// Where that is built: apart, for where an unstable feature is allowed, build scripts decide anew, and all that uses what
/// they decide would be compiled again, there and back.
fn folder() -> anyhow::Result<PathBuf> {
    Ok(cargo::target_directory()?.join("wasm"))
}

fn debian_cargo() -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    command
        .current_dir(cargo::root())
        .env("RUSTC", DEBIAN_RUSTC)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
        // The cargo that runs this set these for itself and its own libraries.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH");
    command
}

fn is_at_hand() -> bool {
    has_sources("rustc")
}

fn debian_is_complete() -> bool {
    let programs = [DEBIAN_CARGO, DEBIAN_LINKER];
    has_sources(DEBIAN_RUSTC) && programs.iter().all(|program| Path::new(program).is_file())
}

/// Whether a compiler has the sources of its standard library.
fn has_sources(rustc: &str) -> bool {
    let sysroot = run::first_line(Command::new(rustc).args(["--print", "sysroot"]));
    sysroot.is_some_and(|sysroot| {
        Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
    })
}

/// What compiling for wasm needs, as a tool.
pub(crate) struct Sources;

impl Tool for Sources {
    fn name(&self) -> &'static str {
        "Rust for wasm"
    }

    fn find(&self) -> Option<String> {
        Some(match Toolchain::find()? {
            Toolchain::AtHand => "this toolchain, with the sources of its library".to_owned(),
            Toolchain::Debian => {
                let rustc = run::first_line(Command::new(DEBIAN_RUSTC).arg("--version"))?;
                format!("Debian's {rustc}, with the sources of its library")
            }
        })
    }

    fn install(&self) -> anyhow::Result<()> {
        let rustup = ["component", "add", "rust-src"];
        if run::hushed_within(RUSTUP_LIMIT, Command::new("rustup").args(rustup)).is_ok() {
            return Ok(());
        }
        apt::install(&DEBIAN_PACKAGES).context("rustup cannot add the sources")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchain_at_hand_goes_before_debians() {
        assert_eq!(Toolchain::choose(true, || panic!("not asked")), Some(Toolchain::AtHand));
        assert_eq!(Toolchain::choose(false, || true), Some(Toolchain::Debian));
        assert_eq!(Toolchain::choose(false, || false), None);
    }

    #[test]
    fn either_compiles_the_standard_library_along() {
        for (toolchain, program) in
            [(Toolchain::AtHand, cargo::program()), (Toolchain::Debian, DEBIAN_CARGO.into())]
        {
            let command = toolchain.cargo("build").unwrap();
            let arguments: Vec<_> = command.get_args().collect();
            assert_eq!(command.get_program(), program);
            assert!(arguments.starts_with(&[
                "build".as_ref(),
                "--target".as_ref(),
                TARGET.as_ref()
            ]));
            assert!(arguments.contains(&"build-std=std,panic_abort".as_ref()));
        }
    }
}
