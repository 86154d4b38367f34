//! The main job, end to end, against a running sandbox that the `QINCE_…` environment variables name: seven
//! operations, a scan, refusals, an uncertain add that is settled, and a push. What is not as it should be ends
//! it with an error.

mod operations;
mod push;
mod refusals;
mod scan;
mod screen;
mod stage;
mod uncertain;

use std::process::ExitCode;

use crate::stage::Stage;

type Step = (&'static str, fn(&mut Stage) -> anyhow::Result<()>);

const STEPS: [Step; 6] = [
    ("Seven operations, with the vendor's own samples", operations::show),
    ("2,500 leads, page by page", scan::show),
    ("A payload with four faults: refused before anything is sent", refusals::show_invalid),
    ("A code that exists already: refused by the service", refusals::show_rejected),
    ("The reply to an add is lost: the add is settled, not repeated", uncertain::show),
    ("A follow-up is pushed to a webhook, and a forged one turned away", push::show),
];

fn main() -> ExitCode {
    let mut stage = match Stage::set() {
        Ok(stage) => stage,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    screen::title(stage.base_url());
    for (number, (title, show)) in (1..).zip(STEPS) {
        screen::step(number, title);
        if let Err(error) = show(&mut stage) {
            eprintln!("\nerror: step {number} is not as it should be: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    println!("\n{}", stage.summary());
    ExitCode::SUCCESS
}
