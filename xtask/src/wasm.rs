//! Compiling for wasm32-unknown-unknown, where the Rust toolchain at hand can and where it cannot.

use std::path::Path;
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
    /// The one at hand, which has the target.
    AtHand,
    /// Debian's, which has only the sources of the standard library and compiles them along.
    Debian,
}

impl Toolchain {
    /// The first that works.
    pub(crate) fn find() -> Option<Self> {
        Self::choose(target_is_at_hand(), debian_is_complete)
    }

    fn choose(at_hand: bool, debian: impl FnOnce() -> bool) -> Option<Self> {
        if at_hand {
            return Some(Self::AtHand);
        }
        debian().then_some(Self::Debian)
    }

    /// `cargo build`, `cargo check` and the like, for wasm.
    pub(crate) fn cargo(self, subcommand: &str) -> Command {
        let mut command = match self {
            Self::AtHand => cargo::command(),
            Self::Debian => debian_cargo(),
        };
        command.args([subcommand, "--target", TARGET]);
        if self == Self::Debian {
            command.args(["-Z", "build-std=std,panic_abort"]);
        }
        command
    }
}

fn debian_cargo() -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    command
        .current_dir(cargo::root())
        .env("RUSTC", DEBIAN_RUSTC)
        // Compiling the standard library along is an unstable feature.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
        // The cargo that runs this set these for itself and its own libraries.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH");
    command
}

fn target_is_at_hand() -> bool {
    let arguments = ["--print", "target-libdir", "--target", TARGET];
    let libraries = run::first_line(Command::new("rustc").args(arguments));
    libraries.is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian_is_complete() -> bool {
    let sysroot = run::first_line(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]));
    let has_sources = sysroot.is_some_and(|sysroot| {
        Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
    });
    has_sources && [DEBIAN_CARGO, DEBIAN_LINKER].iter().all(|program| Path::new(program).is_file())
}

/// What compiling for wasm needs, as a tool.
pub(crate) struct Target;

impl Tool for Target {
    fn name(&self) -> &'static str {
        "wasm target"
    }

    fn find(&self) -> Option<String> {
        Some(match Toolchain::find()? {
            Toolchain::AtHand => format!("{TARGET} of the Rust toolchain"),
            Toolchain::Debian => {
                let rustc = run::first_line(Command::new(DEBIAN_RUSTC).arg("--version"))?;
                format!("Debian's {rustc}, with the sources of the standard library")
            }
        })
    }

    fn install(&self) -> anyhow::Result<()> {
        let rustup = ["target", "add", TARGET];
        if run::within(RUSTUP_LIMIT, Command::new("rustup").args(rustup)).is_ok() {
            return Ok(());
        }
        apt::install(&DEBIAN_PACKAGES).context("rustup cannot add the target")
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
    fn debians_compiles_the_standard_library_along() {
        let command = Toolchain::Debian.cargo("build");
        let arguments = ["build", "--target", TARGET, "-Z", "build-std=std,panic_abort"];
        assert_eq!(command.get_program(), DEBIAN_CARGO);
        assert!(command.get_args().eq(arguments));
        assert!(Toolchain::AtHand.cargo("build").get_args().eq(["build", "--target", TARGET]));
    }
}
