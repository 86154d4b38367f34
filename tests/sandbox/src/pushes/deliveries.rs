//! Deliveries that are carried one after the other, and what became of each.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use super::delivery::{Delivery, Outgoing};
use super::journal::Journal;

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP; none where no answer came.
    pub http_status: Option<u16>,
    /// The answer's body, or why none came.
    pub text: String,
}

impl Answer {
    /// Whether it is a success of HTTP with JSON that has a `return_code` of 0, be it a number or text.
    fn acknowledges(&self) -> bool {
        let answer: Value = serde_json::from_str(&self.text).unwrap_or_default();
        matches!(self.http_status, Some(200..=299))
            && (answer["return_code"] == 0 || answer["return_code"] == "0")
    }
}

/// Deliveries to come, and receipts of those that were.
pub(crate) struct Deliveries {
    to_come: VecDeque<Delivery>,
    receipts: Vec<Receipt>,
}

/// What became of a delivery.
#[derive(Serialize)]
struct Receipt {
    msg_id: String,
    forged: bool,
    /// Null where no answer came.
    http_status: Option<u16>,
    acknowledged: bool,
    /// The answer's body, or why none came.
    answer: String,
}

/// What became of all.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    pushes: &'a [Receipt],
}

impl Deliveries {
    pub(super) fn new(deliveries: Vec<Delivery>) -> Self {
        Self { to_come: deliveries.into(), receipts: Vec::new() }
    }

    /// The delivery to be carried now.
    pub(crate) fn next(&self) -> Option<Outgoing> {
        self.to_come.front().map(Delivery::outgoing)
    }

    /// Notes what became of the delivery that was to be carried, in the journal also.
    pub(crate) fn note(&mut self, journal: &mut Journal, now_ms: i64, answer: Answer) {
        let Some(delivery) = self.to_come.pop_front() else {
            return;
        };
        let acknowledged = answer.acknowledges();
        journal.note(&delivery, acknowledged, now_ms);
        self.receipts.push(Receipt {
            msg_id: delivery.msg_id,
            forged: delivery.forged,
            http_status: answer.http_status,
            acknowledged,
            answer: answer.text,
        });
    }

    /// What became of those that were carried.
    pub(crate) fn report(&self) -> Report<'_> {
        Report { pushes: &self.receipts }
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn only_a_return_code_of_zero_acknowledges() {
        let acknowledges = |status, text: &str| {
            Answer { http_status: Some(status), text: text.to_owned() }.acknowledges()
        };
        assert!(acknowledges(200, r#"{"return_code":0}"#));
        assert!(acknowledges(201, r#"{"return_code":"0","return_msg":"","msg_id":"X0001"}"#));
        assert!(!acknowledges(500, r#"{"return_code":0}"#));
        for text in [r#"{"return_code":1}"#, "ok", "", "[]", "{}", "0"] {
            assert!(!acknowledges(200, text), "{text}");
        }
    }
}
