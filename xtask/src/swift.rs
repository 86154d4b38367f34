//! Swift: the one that the `PATH` leads to, or Debian's in a root of its own below the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::setup::Tool;
use crate::{apt, cargo, run};

/// The oldest one that can compile the package.
const OLDEST: u32 = 6;

/// The release of Debian that has it.
const RELEASE: &str = "trixie";

const PACKAGES: [&str; 6] = [
    "swiftlang",
    "libc6-dev",
    "libstdc++-14-dev",
    "git",
    "ca-certificates",
    // The package's transport on Linux stands on it.
    "libcurl4-openssl-dev",
];

/// Enters a root, see there.
const ENTER: &str = "xtask/enter-root.sh";

/// A toolchain that compiles Swift.
enum Toolchain {
    AtHand,
    Debian(Root),
}

/// A root with Debian's Swift.
struct Root(PathBuf);

impl Toolchain {
    /// The first that works.
    fn find() -> Option<Self> {
        if version(&mut Command::new("swift")).is_some() {
            return Some(Self::AtHand);
        }
        let root = Root::planned().ok()?;
        root.is_complete().then_some(Self::Debian(root))
    }
}

/// `swift`, to be run in the workspace's folder or below, where it sees these other folders too.
pub(crate) fn command(others: &[&Path]) -> anyhow::Result<Command> {
    match Toolchain::find().context("there is no Swift")? {
        Toolchain::AtHand => Ok(Command::new("swift")),
        Toolchain::Debian(root) => {
            let (workspace, target) = (cargo::root(), cargo::target_directory()?);
            let mut seen = vec![workspace.as_path(), target.as_path()];
            seen.extend(others);
            Ok(root.command(&seen, "swift"))
        }
    }
}

/// What it says of itself, where it is new enough.
fn version(swift: &mut Command) -> Option<String> {
    let said = run::first_line(swift.arg("--version"))?;
    let number = said.split("version ").nth(1)?;
    let major: u32 = number.split('.').next()?.parse().ok()?;
    (major >= OLDEST).then_some(said)
}

impl Root {
    fn planned() -> anyhow::Result<Self> {
        Ok(Self(cargo::target_directory()?.join("swift-root")))
    }

    /// Says what was installed.
    fn mark(&self) -> PathBuf {
        self.0.join("installed.txt")
    }

    fn is_complete(&self) -> bool {
        fs::read_to_string(self.mark()).is_ok_and(|installed| installed == PACKAGES.join("\n"))
    }

    /// Makes it anew, or installs what came to the packages since.
    fn install(&self) -> anyhow::Result<()> {
        if !self.mark().exists() {
            self.bootstrap()?;
        }
        run::hushed(self.apt_get().arg("update"))?;
        let install = ["install", "--yes", "--no-install-recommends"];
        run::hushed(self.apt_get().args(install).args(PACKAGES))?;
        Ok(fs::write(self.mark(), PACKAGES.join("\n"))?)
    }

    /// Debian without Swift, and nothing else that was there.
    fn bootstrap(&self) -> anyhow::Result<()> {
        if self.0.exists() {
            fs::remove_dir_all(&self.0)?;
        }
        fs::create_dir_all(&self.0)?;
        let mut system = Command::new("debootstrap");
        run::hushed(system.args(["--variant=minbase", RELEASE]).arg(&self.0))
    }

    fn apt_get(&self) -> Command {
        let mut command = self.command(&[], "apt-get");
        command.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
        command
    }

    /// A program of this root, which sees these folders of the outside.
    fn command(&self, seen: &[&Path], program: &str) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh"])
            .args([&cargo::root().join(ENTER), &self.0])
            .args(seen)
            .args(["--", program])
            .current_dir("/")
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", "/root")
            // The cargo that runs this set it for its own libraries.
            .env_remove("LD_LIBRARY_PATH");
        command
    }
}

/// Swift, as a tool.
pub(crate) struct Swift;

impl Tool for Swift {
    fn name(&self) -> &'static str {
        "Swift"
    }

    fn find(&self) -> Option<String> {
        match Toolchain::find()? {
            Toolchain::AtHand => version(&mut Command::new("swift")),
            Toolchain::Debian(root) => {
                version(&mut root.command(&[], "swift")).map(|said| format!("Debian's {said}"))
            }
        }
    }

    fn install(&self) -> anyhow::Result<()> {
        let user = run::first_line(Command::new("id").arg("-u"));
        ensure!(
            user.as_deref() == Some("0"),
            "install Swift {OLDEST} or later; as root, this does it"
        );
        apt::install(&["debootstrap"])?;
        Root::planned()?.install().context("install Swift 6 or later")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(version: &str) -> Option<String> {
        super::version(Command::new("echo").arg(format!("Swift version {version} (release)")))
    }

    #[test]
    fn a_swift_that_is_too_old_is_none() {
        assert!(says("6.0.3").is_some());
        assert!(says("10.1").is_some());
        assert!(says("5.10").is_none());
        assert!(says("unknown").is_none());
    }

    #[test]
    fn a_root_sees_the_folders_that_it_is_shown() {
        let root = Root("/root-of-swift".into());
        let command = root.command(&[Path::new("/workspace")], "swift");
        let arguments: Vec<_> = command.get_args().skip(3).collect();
        assert_eq!(arguments, ["/root-of-swift", "/workspace", "--", "swift"]);
    }
}
