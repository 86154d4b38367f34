//! Named steps, timed: those of a lane one after the other, lanes at the same time; with a table at the end.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::output::{self, say};
use crate::{cargo, folder, table};

/// How many lanes run at the same time. Most of them wait now and then: for one core's compiler, a browser, a reply.
const LANES_AT_ONCE: usize = 2;

/// The steps that ran, in all lanes.
pub(crate) struct Steps {
    /// Where each step has a log, by its name.
    logs: PathBuf,
    began: Instant,
    done: Mutex<Vec<Step>>,
    /// One failed, so that no other is to begin.
    failed: AtomicBool,
}

struct Step {
    name: String,
    /// Since the first began.
    began: Duration,
    time: Duration,
    passed: bool,
}

/// What runs one after the other.
pub(crate) type Lane<'a> = Box<dyn FnOnce(&Steps) -> anyhow::Result<()> + Send + 'a>;

/// Why a lane ends early: a step of another one failed.
#[derive(Debug, thiserror::Error)]
#[error("not run, for another step failed")]
struct Stopped;

/// Where a step's log is, after it ran.
pub(crate) fn log(step: &str) -> anyhow::Result<PathBuf> {
    Ok(logs()?.join(file_name(step)))
}

fn logs() -> anyhow::Result<PathBuf> {
    Ok(cargo::target_directory()?.join("xtask/steps"))
}

fn file_name(step: &str) -> String {
    format!("{}.txt", step.replace(['/', ' '], "-"))
}

impl Steps {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let logs = logs()?;
        folder::clear(&logs)?;
        Ok(Self::with_logs(logs))
    }

    fn with_logs(logs: PathBuf) -> Self {
        Self { logs, began: Instant::now(), done: Mutex::default(), failed: AtomicBool::new(false) }
    }

    /// Runs a step, and shows it with what it prints when it has ended; its name stands in the error if it fails.
    pub(crate) fn run(
        &self,
        name: impl Into<String>,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(Stopped.into());
        }
        let name = name.into();
        say!("... {name}");
        let began = self.began.elapsed();
        let log = self.logs.join(file_name(&name));
        let outcome = output::logged(&log, work);
        let (time, passed) = (self.began.elapsed() - began, outcome.is_ok());
        self.failed.fetch_or(!passed, Ordering::Relaxed);

        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let printed = fs::read(&log).unwrap_or_default();
        let end = if passed { "done in" } else { "FAILED after" };
        say!("\n==> {name}\n{}    {end} {}\n", String::from_utf8_lossy(&printed), in_words(time));
        done.push(Step { name: name.clone(), began, time, passed });
        outcome.with_context(|| format!("step `{name}` failed"))
    }

    /// Runs lanes, in this order as far as not all can run at once. The errors are those of the steps that failed.
    pub(crate) fn side_by_side(&self, lanes: Vec<Lane<'_>>) -> Vec<anyhow::Error> {
        let waiting = Mutex::new(VecDeque::from(lanes));
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let errors = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..LANES_AT_ONCE {
                scope.spawn(|| {
                    while let Some(lane) = next() {
                        if let Err(error) = lane(self)
                            && !error.is::<Stopped>()
                        {
                            errors.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                        }
                    }
                });
            }
        });
        errors.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// A table of the steps with their times, and how many passed and failed.
    pub(crate) fn summary(&self) -> String {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|step| step.began);
        let sum: Duration = done.iter().map(|step| step.time).sum();
        let head = ["step", "began after", "time", "share", "outcome"].map(str::to_owned);
        let rows = done.iter().map(|step| {
            let share = 100.0 * step.time.as_secs_f64() / sum.as_secs_f64();
            let outcome = if step.passed { "passed" } else { "FAILED" };
            let [began, time] = [step.began, step.time].map(in_words);
            [step.name.clone(), began, time, format!("{share:3.0} %"), outcome.to_owned()]
        });
        let table = table::render(head, rows);
        let all = in_words(self.began.elapsed());
        let passed = done.iter().filter(|step| step.passed).count();
        let failed = done.len() - passed;
        format!("{table}\n{} of steps in {all}\n{passed} passed, {failed} failed", in_words(sum))
    }
}

pub(crate) fn in_words(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let seconds = seconds.round();
    format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), seconds % 60.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::{env, process};

    use anyhow::bail;

    use super::*;

    /// Those of a test, whose logs are removed with it.
    struct TestSteps(Steps);

    impl TestSteps {
        fn new(test: &str) -> Self {
            let logs = format!("qince-xtask-{}-{test}", process::id());
            Self(Steps::with_logs(env::temp_dir().join(logs)))
        }
    }

    impl Drop for TestSteps {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0.logs);
        }
    }

    #[test]
    fn a_failed_step_is_named_and_counted_and_none_begins_after_it() {
        let TestSteps(steps) = &TestSteps::new("failed");
        steps.run("format", || Ok(())).unwrap();
        let error = steps.run("lint", || bail!("three warnings")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `lint` failed: three warnings");
        steps.run("tests", || unreachable!("it begins")).unwrap_err();
        let summary = steps.summary();
        assert!(summary.ends_with("\n1 passed, 1 failed"), "{summary}");
        let row = summary.lines().find(|line| line.starts_with("lint ")).unwrap();
        assert!(row.ends_with("FAILED"), "{row}");
    }

    #[test]
    fn lanes_run_at_the_same_time_and_only_steps_that_failed_are_errors() {
        let TestSteps(steps) = &TestSteps::new("lanes");
        let both = Barrier::new(LANES_AT_ONCE);
        let errors = steps.side_by_side(vec![
            Box::new(|steps| {
                steps.run("one", || {
                    both.wait();
                    bail!("it fails")
                })
            }),
            Box::new(|steps| {
                steps.run("two", || {
                    both.wait();
                    while !steps.failed.load(Ordering::Relaxed) {
                        thread::yield_now();
                    }
                    Ok(())
                })?;
                steps.run("three", || unreachable!("it begins"))
            }),
        ]);
        let errors: Vec<_> = errors.iter().map(|error| format!("{error:#}")).collect();
        assert_eq!(errors, ["step `one` failed: it fails"]);
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(in_words(Duration::from_millis(1240)), "1.2 s");
        assert_eq!(in_words(Duration::from_millis(125_700)), "2 min 06 s");
    }
}
