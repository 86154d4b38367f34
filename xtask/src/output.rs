//! Where output goes: to the terminal, or to the log of what a thread is at.

use std::cell::RefCell;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::cargo;
use crate::steps::in_words;

thread_local! {
    static LOG: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// Prints a line as `println!` does, to where the output of this thread goes.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::write(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use say;

/// Prints a text.
pub(crate) fn write(text: fmt::Arguments<'_>) {
    // What cannot be written late or at all is not missed: what counts is how a step ends.
    let _ = LOG.with_borrow_mut(|log| match log {
        Some(file) => file.write_fmt(text),
        None => {
            print!("{text}");
            io::stdout().flush()
        }
    });
}

/// Does something whose output, and that of the commands it runs, goes to a file.
pub(crate) fn logged<T>(log: &Path, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let file = create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let outer = LOG.replace(Some(file));
    let outcome = work();
    LOG.set(outer);
    outcome
}

fn create(log: &Path) -> io::Result<File> {
    fs::create_dir_all(log.parent().unwrap_or(log))?;
    // Opened like this, several programs write one behind the other.
    fs::remove_file(log).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    File::options().create(true).append(true).open(log)
}

/// Does something long behind one line that says what, and for how long. What it prints is shown only if it fails.
pub(crate) fn behind_a_line<T>(
    what: &str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let log = cargo::target_directory()?.join("xtask/output.txt");
    let (began, is_watched) = (Instant::now(), io::stdout().is_terminal());
    write(format_args!("{what} ... "));
    let outcome = thread::scope(|scope| {
        // Dropped when the work is done, be it by a panic.
        let (_working, done) = mpsc::channel::<()>();
        scope.spawn(move || {
            while done.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                if is_watched {
                    write(format_args!("\r{what} ... {} s ", began.elapsed().as_secs()));
                }
            }
        });
        logged(&log, work)
    });
    let again = if is_watched { format!("\r{what} ... ") } else { String::new() };
    say!("{again}{}", in_words(began.elapsed()));
    if outcome.is_err() {
        io::copy(&mut File::open(log)?, &mut io::stdout())?;
    }
    outcome
}

/// Gives a command's two outputs the place where this thread's goes.
pub(crate) fn join(command: &mut Command) -> io::Result<()> {
    join_errors(command)?;
    if let Some(log) = log()? {
        command.stdout(log);
    }
    Ok(())
}

/// The same for standard error alone.
pub(crate) fn join_errors(command: &mut Command) -> io::Result<()> {
    command.stderr(log()?.unwrap_or_else(Stdio::inherit));
    Ok(())
}

fn log() -> io::Result<Option<Stdio>> {
    LOG.with_borrow(|log| log.as_ref().map(|file| file.try_clone().map(Stdio::from)).transpose())
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;
    use crate::run;

    #[test]
    fn a_log_holds_what_is_said_and_what_commands_print_in_order() {
        let log = env::temp_dir().join(format!("qince-xtask-{}.txt", std::process::id()));
        logged(&log, || {
            say!("one");
            run::silently(Command::new("sh").args(["-c", "echo two; echo three >&2"]))?;
            say!("four");
            Ok(())
        })
        .unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\ntwo\nthree\nfour\n");
        fs::remove_file(&log).unwrap();
    }
}
