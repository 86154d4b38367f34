//! Replies, and what they hold.

use qince_leads::dynamic::Outcome;
use qince_leads::{Endpoint, MAX_BODY, RawReply, Receipt};

use crate::bytes::Bytes;
use crate::endpoint;
use crate::error::CoreError;
use crate::table::{CoreFault, CoreTable};

/// What an operation came to.
#[derive(uniffi::Enum)]
pub enum CoreOutcome {
    /// What the service answered to a write, or to any other request.
    Receipt {
        /// The message id as the service echoes it.
        msg_id: Option<String>,
        /// The lead's id.
        id: Option<String>,
        /// What else the service gave, as JSON text.
        data: Option<String>,
        /// Whether a query found the lead.
        settled: bool,
        /// Whether there was a lead with the code, so that nothing was added.
        existed: bool,
    },
    /// What a query found.
    Page {
        /// The message id as the service echoes it.
        msg_id: Option<String>,
        /// The records.
        table: CoreTable,
        /// What of the page is not as documented, by row and member.
        faults: Vec<CoreFault>,
    },
}

impl From<Outcome> for CoreOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Page { msg_id, rows } => {
                let faults = rows.faults().map(CoreFault::from).collect();
                Self::Page { msg_id, table: CoreTable::of_rows(&rows), faults }
            }
            outcome => {
                let Receipt { msg_id, id, data, settled, existed, .. } = outcome.into();
                let data = data.map(|data| data.as_str().to_owned());
                Self::Receipt { msg_id, id, data, settled, existed }
            }
        }
    }
}

/// Reads a reply of an operation, or of any other endpoint, compressed or not.
#[uniffi::export]
pub fn read(operation: &str, status: u16, body: Bytes) -> Result<CoreOutcome, CoreError> {
    let is_other = operation == Endpoint::OTHER.name;
    let endpoint = if is_other { &Endpoint::OTHER } else { endpoint(operation)? };
    Ok(endpoint.read(RawReply::new(status, body.0))?.into())
}

/// The longest body that is read, in bytes.
#[uniffi::export]
pub fn max_body() -> u64 {
    MAX_BODY as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_data(operation: &str, data: &str) -> CoreOutcome {
        let body = format!(r#"{{"return_code":"0","msg_id":"m","response_data":{data}}}"#);
        read(operation, 200, Bytes(body.into_bytes())).unwrap()
    }

    #[test]
    fn a_receipt_has_all_that_the_service_gave() {
        for (operation, data, expected_id) in
            [("add", r#"{"id":"7","b":1.50}"#, Some("7")), ("other", r#"[{"id":"7"}]"#, None)]
        {
            let CoreOutcome::Receipt { msg_id, id, data: came, settled, existed } =
                read_data(operation, data)
            else {
                panic!("{operation} answered with a page");
            };
            assert_eq!((msg_id.as_deref(), id.as_deref()), (Some("m"), expected_id));
            assert_eq!((came.as_deref(), settled, existed), (Some(data), false, false));
        }
    }

    #[test]
    fn faults_are_told_of_the_page_and_of_each_record() {
        let rows = r#"[{"id":"1"},[],{"id":"2","linkman":[]},{"id":"3","linkman":{}}]"#;
        let CoreOutcome::Page { msg_id, table, faults } = read_data("query", rows) else {
            panic!("a query answered with a receipt");
        };
        assert_eq!(msg_id.as_deref(), Some("m"));
        let paths = |faults: &[CoreFault]| {
            faults.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(paths(&faults), ["[1]", "[2].linkman", "[3].linkman"]);
        assert_eq!(faults[0].expected, "an object");
        // The row that is no record is left out.
        let of_records: Vec<_> =
            table.faults.iter().map(|odd| (odd.record, paths(&odd.faults))).collect();
        let linkman = || vec!["linkman".to_owned()];
        assert_eq!(of_records, [(1, linkman()), (2, linkman())]);
    }
}
