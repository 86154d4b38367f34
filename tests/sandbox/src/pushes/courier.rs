//! Carrying deliveries to their address.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use ureq::Agent;

use super::delivery::Delivery;
use crate::sandbox::Sandbox;

/// The service waits so long for an answer.
const TIME_OUT: Duration = Duration::from_secs(5);

/// So much of an answer is read.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// What became of a delivery.
#[derive(Serialize)]
pub(crate) struct Receipt {
    msg_id: String,
    forged: bool,
    /// Null where no answer came.
    http_status: Option<u16>,
    acknowledged: bool,
    /// The answer's body, or why none came.
    answer: String,
}

/// Carries the deliveries one after the other, and notes in the journal what became of each. Blocks.
pub(crate) fn carry(sandbox: &Sandbox, deliveries: &[Delivery]) -> Vec<Receipt> {
    let agent: Agent = Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(TIME_OUT))
        .build()
        .into();
    let deliver = |delivery| {
        let receipt = receipt(&agent, delivery);
        sandbox.with_pushes(|journal| journal.note(delivery, receipt.acknowledged));
        receipt
    };
    deliveries.iter().map(deliver).collect()
}

fn receipt(agent: &Agent, delivery: &Delivery) -> Receipt {
    let (http_status, answer) = match post(agent, delivery) {
        Ok((status, answer)) => (Some(status), answer),
        Err(error) => (None, error.to_string()),
    };
    Receipt {
        msg_id: delivery.msg_id.clone(),
        forged: delivery.forged,
        http_status,
        acknowledged: matches!(http_status, Some(200..=299)) && acknowledges(&answer),
        answer,
    }
}

fn post(agent: &Agent, delivery: &Delivery) -> Result<(u16, String), ureq::Error> {
    let mut response = agent.post(&delivery.url).send_form(delivery.form())?;
    let answer =
        response.body_mut().with_config().limit(ANSWER_LIMIT).lossy_utf8(true).read_to_string()?;
    Ok((response.status().as_u16(), answer))
}

/// Whether the answer is JSON with a `return_code` of 0, be it a number or text.
fn acknowledges(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["return_code"] == 0 || answer["return_code"] == "0"
}

#[cfg(test)]
mod tests {
    use super::acknowledges;

    #[test]
    fn only_a_return_code_of_zero_acknowledges() {
        assert!(acknowledges(r#"{"return_code":0}"#));
        assert!(acknowledges(r#"{"return_code":"0","return_msg":"","msg_id":"X0001"}"#));
        for answer in [r#"{"return_code":1}"#, "ok", "", "[]", "{}", "0"] {
            assert!(!acknowledges(answer), "{answer}");
        }
    }
}
