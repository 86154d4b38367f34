//! `expected.json`: what is to become of each fault, for each transport.

use anyhow::ensure;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// What becomes of an add where the request was not sent, and the run-time cannot know that.
    blind: Ends,
    pub(crate) transports: Vec<String>,
    exceptions: Vec<Exception>,
    faults: Vec<Row>,
}

/// A fault. What the table says of it in words is for those who read it.
#[derive(Clone, Deserialize)]
pub(crate) struct Row {
    pub(crate) fault: Fault,
    /// Whether it is run on its own, for the memory that it takes.
    #[serde(default)]
    pub(crate) bounds: bool,
    #[serde(flatten)]
    ends: Ends,
}

/// What is to become of an add.
#[derive(Clone, Deserialize)]
pub(crate) struct Ends {
    pub(crate) code: End,
    pub(crate) no_code: End,
}

/// What is to become of an add with or without a code. `a|b` allows either.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// The outcome of each attempt to add.
    pub(crate) adds: Vec<String>,
    /// `ok` or the error's code; for `transport`, what the transport said.
    pub(crate) end: String,
    /// How many leads there are then.
    pub(crate) stored: usize,
}

/// Where a transport cannot do what the table says.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    transports: Vec<String>,
    faults: Vec<Fault>,
    kind: ExceptionKind,
    why: String,
    /// What is to become of an add instead.
    #[serde(default)]
    ends: Option<Ends>,
    /// Whether the run-time sends a request again by itself.
    #[serde(default)]
    resends: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExceptionKind {
    /// It cannot know that nothing was sent.
    Blind,
    /// It does something else, which is said in `ends`.
    Differs,
    /// It cannot be brought into the situation.
    LeftOut,
}

/// What a transport is to do with a fault.
pub(crate) struct Cell {
    pub(crate) row: Row,
    pub(crate) ends: Ends,
    pub(crate) exception: Option<(ExceptionKind, String)>,
    /// Whether a request may come more than once.
    pub(crate) resends: bool,
}

impl Table {
    /// The one that this program was built with.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let table: Self = serde_json::from_str(include_str!("../expected.json"))?;
        for exception in &table.exceptions {
            ensure!(
                (exception.kind == ExceptionKind::Differs) == exception.ends.is_some(),
                "an exception says what happens instead just where it differs: {}",
                exception.why
            );
        }
        Ok(table)
    }

    /// What this transport is to do with each fault.
    pub(crate) fn cells(&self, transport: &str) -> Vec<Cell> {
        self.faults.iter().map(|row| self.cell(transport, row)).collect()
    }

    /// Whether this transport's run-time ever sends a request again by itself.
    pub(crate) fn resends(&self, transport: &str) -> bool {
        self.exceptions.iter().any(|exception| {
            exception.resends && exception.transports.iter().any(|name| name == transport)
        })
    }

    fn cell(&self, transport: &str, row: &Row) -> Cell {
        let exception = self.exceptions.iter().find(|exception| {
            exception.transports.iter().any(|name| name == transport)
                && exception.faults.contains(&row.fault)
        });
        let ends = match exception {
            Some(Exception { ends: Some(ends), .. }) => ends,
            Some(Exception { kind: ExceptionKind::Blind, .. }) => &self.blind,
            _ => &row.ends,
        };
        Cell {
            row: row.clone(),
            ends: ends.clone(),
            exception: exception.map(|exception| (exception.kind, exception.why.clone())),
            resends: exception.is_some_and(|exception| exception.resends),
        }
    }
}

#[cfg(test)]
mod tests;
