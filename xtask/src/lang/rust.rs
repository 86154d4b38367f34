//! Rust: the core itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::bench::Ratio;
use crate::cargo::{self, Profile};
use crate::certify;
use crate::criterion::Criterion;
use crate::lang::Language;
use crate::run;
use crate::sandbox::{self, Sandbox};
use crate::setup::{Setup, Task};
use crate::slow::{self, Timed};
use crate::steps::{self, Steps};
use crate::test::{Soak, Wanted};
use crate::wasm::{self, Toolchain};

pub(crate) struct Rust;

const DEMO: &str = "demo";

const FAULTS: &str = "faults";

/// The step that runs the tests of all crates.
pub(crate) const TESTS: &str = "rust tests";

/// Has each test say its time, which Rust's runner does on request alone. The vectors and the worlds have runners of
/// their own, and the tests in docs are of neither.
const TIMED: &str = r#"target.'cfg(all())'.runner = ["sh", "-c", """
case $1 in
    */deps/conformance-* | */deps/worlds-*) ;;
    */deps/*) export RUSTC_BOOTSTRAP=1; set -- "$@" -Zunstable-options --report-time;;
esac
exec "$@"
""", "sh"]"#;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn setup(&self, task: Task, setup: &mut Setup) {
        if task == Task::Test {
            setup.need(&wasm::Sources);
        }
    }

    fn build(&self) -> anyhow::Result<()> {
        cargo::binaries([sandbox::BINARY, DEMO], Profile::Dev)?;
        Ok(())
    }

    fn was_built(&self) -> bool {
        true
    }

    fn demo(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        let demo = cargo::binary(DEMO, Profile::Dev)?;
        run::silently(Command::new(demo).envs(sandbox.environment()))
    }

    fn test(&self, steps: &Steps, wanted: Wanted) -> anyhow::Result<()> {
        steps.run(TESTS, || test(&[], wanted))?;
        steps.run("rust core for wasm", || {
            let toolchain = Toolchain::find().context("no way to compile for wasm")?;
            run::echoed(toolchain.cargo("check")?.args(["-p", "qince-leads"]))
        })?;
        steps.run("rust soak", || soak_the_machine(wanted.soak, None))?;
        steps.run("rust kill soak", || soak_the_machine(wanted.soak, Some("--kill")))?;
        steps.run("rust certify", || certify::check(self))
    }

    fn conformance(&self, vectors: &Path) -> anyhow::Result<()> {
        let test = ["test", "--quiet", "--workspace", "--test", "conformance"];
        run::echoed(cargo::command().args(test).args(["--", "--vectors"]).arg(vectors))
    }

    fn timed(&self) -> anyhow::Result<Vec<Timed>> {
        Ok(slow::in_log_of_rust(&fs::read_to_string(steps::log(TESTS)?).unwrap_or_default()))
    }

    fn transports(&self) -> &'static [&'static str] {
        &["rust-ureq"]
    }

    fn driver(&self) -> anyhow::Result<Command> {
        Ok(Command::new(cargo::binary(FAULTS, Profile::Dev)?))
    }

    fn bench(&self) -> anyhow::Result<Vec<Ratio>> {
        let measured = Criterion::measure("qince-leads", "core")?;
        let times = |a, b| measured.ratio(a, b);
        let (sign, md5) = (("signing", "sign"), ("signing", "md5"));
        let (page, ten_pages) = (("reading", "page"), ("reading", "ten pages"));
        let every_field = ("reading", "page, every field");
        let (serde_json, page_md5) = (("reading", "serde_json"), ("reading", "md5"));
        let (call, parts) = (("calling", "call"), ("calling", "sign and read"));
        let (add, add_parts) = (("calling", "add: call"), ("calling", "add: sign and read"));
        let peers = "serde_json, two steps";
        Ok(vec![
            Ratio::cost("signing an add", "MD5 of the same bytes", times(sign, md5)?).at_most(1.6),
            Ratio::speed("reading a page", peers, times(serde_json, page)?).at_least(2.0),
            Ratio::speed("reading every field of it", peers, times(serde_json, every_field)?),
            Ratio::cost("reading ten pages", "one page", times(ten_pages, page)?).at_most(10.5),
            Ratio::cost("reading a page", "MD5 of the page", times(page, page_md5)?).aim_below(1.0),
            Ratio::cost("a call of a query", "its signing and reading", times(call, parts)?)
                .at_most(1.01),
            Ratio::cost("a call of an add", "its signing and reading", times(add, add_parts)?),
            Ratio::cost("peak memory while reading", "the body", peak_memory()?).at_most(3.0),
        ])
    }
}

/// Runs the tests of all crates, or of these targets in them.
pub(crate) fn test(targets: &[&str], wanted: Wanted) -> anyhow::Result<()> {
    let mut test = cargo::command();
    test.args(["test", "--workspace"]).args(targets);
    if wanted.slow {
        test.args(["--config", TIMED]);
    }
    run::echoed(&mut test)
}

/// Runs hundreds or thousands of calls against a sandbox that misbehaves, by hosts that do so too or not.
fn soak_the_machine(soak: Soak, hosts: Option<&str>) -> anyhow::Result<()> {
    let (profile, form) = match soak {
        Soak::Short => (Profile::Dev, None),
        Soak::Long => (Profile::Release, Some("--long")),
    };
    let sandbox = Sandbox::start(profile)?;
    let soak = cargo::binary("soak", profile)?;
    run::silently(Command::new(soak).args(form).args(hosts).envs(sandbox.environment()))
}

/// The most heap that reading a page takes, in sizes of its body.
fn peak_memory() -> anyhow::Result<f64> {
    let example = ["run", "--release", "--quiet", "-p", "qince-leads", "--example", "peak_memory"];
    let printed = run::output(cargo::command().args(example))?;
    let number = printed.trim();
    number.parse().with_context(|| format!("peak_memory printed no number: {number}"))
}
