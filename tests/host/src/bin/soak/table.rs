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

    /// A number that must not be 0 where that is required: without any, the soak would show nothing.
    pub(crate) fn some(&mut self, label: impl Into<String>, number: u64, required: bool) {
        let label = label.into();
        if required && number == 0 {
            self.complaints.push(format!("{}: none, so nothing was put to the test", label.trim()));
        }
        self.number(label, number);
    }

    /// Whether every number is as it must be.
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
            writeln!(f, "Nothing lost, nothing doubled.")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_there_is_named_and_what_must_be_there_is_missed() {
        let mut table = Table::new("soak".to_owned());
        table.none("  lost", &[]);
        table.some("  faults", 1, true);
        table.some("  settled", 0, false);
        assert!(table.all_held(), "{table}");

        table.none("  doubled", &["L1".to_owned()]);
        table.some("  forged", 0, true);
        assert!(!table.all_held());
        let printed = table.to_string();
        assert!(printed.contains("not as it should be: doubled: L1\n"), "{printed}");
        assert!(printed.contains("not as it should be: forged: none, so nothing"), "{printed}");
        assert!(!printed.contains("Nothing lost"), "{printed}");
    }
}
