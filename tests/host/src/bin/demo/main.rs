//! The main job, end to end, against a running sandbox that the `QINCE_…` environment variables name: seven
//! operations, a scan, refusals, an uncertain add that is settled, one that outlives its process, and a push. What is
//! not as it should be ends it with an error.

mod killed;
mod operations;
mod push;
mod refusals;
mod scan;
mod screen;
mod stage;
mod uncertain;

use std::env;
use std::process::ExitCode;

use anyhow::Context;
use qince_host::SavedCall;

use crate::stage::Stage;

type Step = (&'static str, fn(&mut Stage) -> anyhow::Result<()>);

const STEPS: [Step; 7] = [
    ("Seven operations, with the vendor's own samples", operations::show),
    ("2,500 leads, page by page", scan::show),
    ("A payload with four faults: refused before anything is sent", refusals::show_invalid),
    ("A code that exists already: refused by the service", refusals::show_rejected),
    ("The reply to an add is lost: the add is settled, not repeated", uncertain::show),
    ("The process is killed before it reads the reply: the next one settles", killed::show),
    ("A follow-up is pushed to a webhook, and a forged one turned away", push::show),
];

fn main() -> ExitCode {
    let outcome = match env::args_os().nth(1) {
        None => show(),
        Some(file) => killed::be_host(&SavedCall::at(file)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn show() -> anyhow::Result<()> {
    let mut stage = Stage::set()?;
    screen::title(stage.base_url());
    for (number, (title, show)) in (1..).zip(STEPS) {
        screen::step(number, title);
        show(&mut stage).with_context(|| format!("step {number} is not as it should be"))?;
    }
    println!("\n{}", stage.summary()?);
    Ok(())
}
