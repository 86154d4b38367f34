//! Installing by apt, where that is allowed.

use std::process::Command;
use std::sync::Once;

use anyhow::{Context, bail, ensure};

use crate::run;

/// Installs packages, or says what the user must run.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if run::first_line(Command::new("apt-get").arg("--version")).is_none() {
        bail!("there is no apt-get here; install what `{by_hand}` installs on Debian");
    }
    let Some(root) = Root::find() else {
        bail!("run `sudo {by_hand}`");
    };
    update(root);
    let arguments = ["install", "--yes", "--no-install-recommends"];
    apt_get(root, arguments.iter().chain(packages))
        .with_context(|| format!("run `{by_hand}` as root"))
}

/// How this process may act as root.
#[derive(Clone, Copy)]
enum Root {
    Is,
    BySudo,
}

impl Root {
    fn find() -> Option<Self> {
        let user = run::first_line(Command::new("id").arg("-u"));
        if user.as_deref() == Some("0") {
            return Some(Self::Is);
        }
        let may = run::first_line(Command::new("sudo").args(["-n", "true"]));
        may.map(|_| Self::BySudo)
    }
}

/// Fetches the lists of packages, once. A list that cannot be had may not be the one that is needed, so
/// it is installing that decides.
fn update(root: Root) {
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        let _ = apt_get(root, &["update"]);
    });
}

fn apt_get<'a>(root: Root, arguments: impl IntoIterator<Item = &'a &'a str>) -> anyhow::Result<()> {
    let mut command = match root {
        Root::Is => Command::new("env"),
        Root::BySudo => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env"]);
            sudo
        }
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]).args(arguments);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "apt-get failed: {}", said.trim());
    Ok(())
}
