//! What the soak prints.

use std::fmt;

use qince_host::grouped;

/// How many of those that should not be are named.
const NAMED: usize = 10;

pub(crate) struct Table {
    title: String,
    rows: Vec<(String, String)>,
    complaints: Vec<String>,
}

impl Table {
    pub(crate) fn new(title: String) -> Self {
        Self { title, rows: Vec::new(), complaints: Vec::new() }
    }

    pub(crate) fn number(&mut self, label: impl Into<String>, number: u64) {
        self.text(label, grouped(number));
    }

    pub(crate) fn text(&mut self, label: impl Into<String>, value: String) {
        self.rows.push((label.into(), value));
    }

    /// A number that must be 0; what is counted is named where it is not.
    pub(crate) fn none(&mut self, label: impl Into<String>, things: &[String]) {
        let label = label.into();
        if !things.is_empty() {
            let named: Vec<_> = things.iter().take(NAMED).map(String::as_str).collect();
            let complaint = format!("{}: {}", label.trim(), named.join(", "));
            self.complaints.push(complaint);
        }
        self.number(label, things.len() as u64);
    }

    /// Whether every number that must be 0 is.
    pub(crate) fn all_held(&self) -> bool {
        self.complaints.is_empty()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title)?;
        for (label, value) in &self.rows {
            writeln!(f, "  {label:<36} {value:>9}")?;
        }
        writeln!(f)?;
        for complaint in &self.complaints {
            writeln!(f, "not as it should be: {complaint}")?;
        }
        if self.all_held() {
            writeln!(f, "Nothing lost, nothing doubled, each push handled once.")?;
        }
        Ok(())
    }
}
