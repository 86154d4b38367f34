//! What hosts did, and how it ended.

use std::collections::BTreeMap;

use qince_leads::{Attempt, Error};

use crate::family::Family;
use crate::options::TIME_OUT;
use crate::table::Table;

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) added: Vec<Added>,
    pub(crate) attempts: u64,
    /// Attempts after the first of their call, settling queries among them.
    pub(crate) retries: u64,
    in_doubt: u64,
    found_by_query: u64,
    sent_again: u64,
    /// Adds that were sent again after one that the service answered or dropped, and refused: but for the code,
    /// their lead would be there twice.
    repeated: Vec<String>,
    /// Adds that were sent again, and refused because one that had timed out was carried out in between: no client
    /// can know that, which is what the code is for.
    pub(crate) overtaken: u64,
    /// Queries for the leads that were added.
    pub(crate) queries: u64,
    /// The codes that were not found as they should be.
    pub(crate) wrong_queries: Vec<String>,
}

/// An add that ended.
pub(crate) struct Added {
    pub(crate) family: Family,
    pub(crate) code: String,
    /// The id in the receipt.
    pub(crate) id: Result<Option<String>, Error>,
    pub(crate) modified: Option<Modified>,
}

/// A modification that ended.
pub(crate) struct Modified {
    pub(crate) detail: String,
    pub(crate) result: Result<(), Error>,
}

impl Tally {
    /// Notes the attempts of a call.
    pub(crate) fn note(&mut self, attempts: &[Attempt]) {
        self.attempts += attempts.len() as u64;
        self.retries += attempts.len().saturating_sub(1) as u64;
    }

    /// Notes the attempts of an add.
    pub(crate) fn note_add(&mut self, code: &str, attempts: &[Attempt], is_ok: bool) {
        self.note(attempts);
        let is_query = |attempt: &&Attempt| attempt.operation.starts_with("query");
        if attempts.iter().any(|attempt| is_query(&attempt)) {
            self.in_doubt += 1;
            match attempts.last() {
                Some(last) if is_ok && is_query(&last) => self.found_by_query += 1,
                _ if is_ok => self.sent_again += 1,
                _ => {}
            }
        }
        let is_refused = |attempt: &Attempt| !is_query(&attempt) && attempt.outcome == "rejected";
        let was_left = |attempt: &Attempt| !is_query(&attempt) && timed_out(attempt);
        if attempts.iter().any(is_refused) {
            if attempts.iter().any(was_left) {
                self.overtaken += 1;
            } else {
                self.repeated.push(code.to_owned());
            }
        }
    }

    /// Takes what another did.
    pub(crate) fn add(&mut self, other: Self) {
        self.added.extend(other.added);
        self.attempts += other.attempts;
        self.retries += other.retries;
        self.in_doubt += other.in_doubt;
        self.found_by_query += other.found_by_query;
        self.sent_again += other.sent_again;
        self.repeated.extend(other.repeated);
        self.overtaken += other.overtaken;
        self.queries += other.queries;
        self.wrong_queries.extend(other.wrong_queries);
    }

    /// `wants_faults`: whether adds must have been settled.
    pub(crate) fn report(&self, table: &mut Table, wants_faults: bool) {
        table.number("adds", self.added.len() as u64);
        let ok = self.added.iter().filter(|added| added.id.is_ok());
        table.number("  ended ok", ok.count() as u64);
        for (code, adds) in self.failed_adds() {
            // Each has a code and more attempts than faults use up, so not even `uncertain` is excused.
            table.none(format!("  ended {code}"), &adds);
        }
        table.number("  in doubt, so queried for", self.in_doubt);
        table.some("    found: settled", self.found_by_query, wants_faults);
        table.number("    not found: sent again", self.sent_again);
        table.number("    then refused: overtaken", self.overtaken);
        table.none("    repeated, though carried out", &self.repeated);
        table.number("queries for what was added", self.queries);
        table.none("  answered wrong", &self.wrong_queries);
    }

    /// Reports adds that were all meant to be overtaken.
    pub(crate) fn report_overtaken(&self, table: &mut Table) {
        table.number("adds made to be overtaken", self.added.len() as u64);
        for (code, adds) in self.failed_adds() {
            table.none(format!("  ended {code}"), &adds);
        }
        table.some("  sent again, refused, found", self.overtaken, true);
        table.none("  repeated, though carried out", &self.repeated);
    }

    /// The codes of the adds that did not end ok, by the code of their error.
    fn failed_adds(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut failed = BTreeMap::from([("uncertain", Vec::new())]);
        for added in &self.added {
            if let Err(error) = &added.id {
                let adds = failed.entry(error.code()).or_default();
                adds.push(format!("{}: {error}", added.code));
            }
        }
        failed
    }
}

/// Whether the host stopped waiting; a connection that is closed takes far less time.
fn timed_out(attempt: &Attempt) -> bool {
    attempt.outcome == "unknown" && u128::from(attempt.duration_ms) > TIME_OUT.as_millis() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(outcomes: &[(&'static str, &'static str, u64)]) -> Vec<Attempt> {
        let attempt = |&(operation, outcome, duration_ms)| Attempt {
            operation,
            number: 1,
            outcome,
            duration_ms,
            ..Attempt::default()
        };
        outcomes.iter().map(attempt).collect()
    }

    fn tally(outcomes: &[(&'static str, &'static str, u64)]) -> Tally {
        let mut tally = Tally::default();
        tally.note_add("L1", &attempts(outcomes), true);
        tally
    }

    #[test]
    fn an_add_that_is_repeated_though_carried_out_is_held_against_the_machine() {
        let dropped = [("add", "unknown", 2), ("add", "rejected", 2), ("query", "ok", 2)];
        assert_eq!(tally(&dropped).repeated, ["L1"]);

        let timed_out = [
            ("add", "unknown", 300),
            ("query", "ok", 2),
            ("add", "rejected", 2),
            ("query", "ok", 2),
        ];
        let overtaken = tally(&timed_out);
        assert!(overtaken.repeated.is_empty());
        assert_eq!((overtaken.overtaken, overtaken.found_by_query), (1, 1));

        let only_the_query_timed_out = [
            ("add", "unknown", 2),
            ("query", "unknown", 300),
            ("query", "ok", 2),
            ("add", "rejected", 2),
            ("query", "ok", 2),
        ];
        assert_eq!(tally(&only_the_query_timed_out).repeated, ["L1"]);
    }

    #[test]
    fn an_add_in_doubt_is_found_or_sent_again() {
        let found = tally(&[("add", "unknown", 2), ("query", "ok", 2)]);
        assert_eq!((found.in_doubt, found.found_by_query, found.sent_again), (1, 1, 0));

        let missing = tally(&[("add", "unknown", 2), ("query", "ok", 2), ("add", "ok", 2)]);
        assert_eq!((missing.in_doubt, missing.found_by_query, missing.sent_again), (1, 0, 1));
    }
}
