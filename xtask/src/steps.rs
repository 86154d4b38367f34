//! Named steps, timed, with a table at the end.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::table;

/// The steps that ran.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    time: Duration,
    passed: bool,
}

impl Steps {
    /// Runs a step; its name stands in the error if it fails.
    pub(crate) fn run(
        &mut self,
        name: impl Into<String>,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let name = name.into();
        println!("\n==> {name}");
        let started = Instant::now();
        let outcome = work();
        let (time, passed) = (started.elapsed(), outcome.is_ok());
        if passed {
            println!("    done in {}", in_words(time));
        }
        let outcome = outcome.with_context(|| format!("step `{name}` failed"));
        self.done.push(Step { name, time, passed });
        outcome
    }

    /// A table of the steps with their times, and how many passed and failed.
    pub(crate) fn summary(&self) -> String {
        let head = ["step".to_owned(), "time".to_owned(), "outcome".to_owned()];
        let rows = self.done.iter().map(|step| {
            let outcome = if step.passed { "passed" } else { "FAILED" };
            [step.name.clone(), in_words(step.time), outcome.to_owned()]
        });
        let passed = self.done.iter().filter(|step| step.passed).count();
        let failed = self.done.len() - passed;
        let table = table::render(head, rows);
        format!("{table}\n{passed} passed, {failed} failed")
    }
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let seconds = seconds.round();
    format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), seconds % 60.0)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failed_step_is_named_and_counted() {
        let mut steps = Steps::default();
        steps.run("format", || Ok(())).unwrap();
        let error = steps.run("lint", || bail!("three warnings")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `lint` failed: three warnings");
        let summary = steps.summary();
        assert!(summary.ends_with("\n1 passed, 1 failed"), "{summary}");
        assert!(summary.contains("\nlint    0.0 s  FAILED\n"), "{summary}");
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(in_words(Duration::from_millis(1240)), "1.2 s");
        assert_eq!(in_words(Duration::from_millis(125_700)), "2 min 06 s");
    }
}
