//! The retry machine, event by event.

use anyhow::{Context, bail, ensure};
use qince_leads::{Call, Error, Failure, Operation, Policy, RawReply, Step, match_operation};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::Dump;
use crate::{AccountParts, compare, reply_error};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    op: String,
    account: AccountParts,
    payload: Value,
    policy: PolicyParts,
    script: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyParts {
    max_attempts: u32,
    base_delay_ms: u64,
    max_delay_ms: u64,
    deadline_ms: Option<u64>,
    jitter: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: i64,
    expect: Option<Value>,
    give: Option<Given>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Failed(FailedParts),
    Reply(ReplyParts),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailedParts {
    failed: FailureName,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FailureName {
    NotSent,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyParts {
    status: u16,
    body: String,
    retry_after_ms: Option<u64>,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match_operation!(
            self.op.clone().as_str(),
            O => run::<O>(self),
            op => bail!("no operation `{op}`"),
        )
    }
}

fn run<O: Operation>(case: Case) -> anyhow::Result<()>
where
    O::Output: Dump,
{
    let payload = O::from_json(&case.payload.to_string())?;
    let policy = Policy {
        max_attempts: case.policy.max_attempts,
        base_delay_ms: case.policy.base_delay_ms,
        max_delay_ms: case.policy.max_delay_ms,
        deadline_ms: case.policy.deadline_ms,
        jitter: case.policy.jitter,
    };
    let mut call = Call::new(case.account.account()?, payload, policy);
    let mut sent = 0;
    for (i, event) in case.script.into_iter().enumerate() {
        match (event.expect, event.give) {
            (Some(expected), None) => {
                let step = call.step(event.at, &format!("m{}", sent + 1), 0.5);
                sent += i32::from(matches!(step, Step::Send(_)));
                compare(&expected, &dump(step)).with_context(|| format!("event {i}"))?;
            }
            (None, Some(Given::Failed(FailedParts { failed }))) => {
                let failure = match failed {
                    FailureName::NotSent => Failure::NotSent,
                    FailureName::Unknown => Failure::Unknown,
                };
                call.failed(event.at, failure);
            }
            (None, Some(Given::Reply(reply))) => {
                let raw = RawReply::new(reply.status, reply.body);
                call.replied(event.at, raw, reply.retry_after_ms);
            }
            _ => ensure!(false, "event {i} must either expect or give"),
        }
    }
    Ok(())
}

fn dump<T: Dump>(step: Step<T>) -> Value {
    match step {
        Step::Send(request) => json!({
            "send": {
                "op": request.operation,
                "msg_id": request.msg_id,
                "timestamp": request.timestamp,
            },
        }),
        Step::WaitUntil(time_ms) => json!({ "wait_until": time_ms }),
        Step::Done(Ok(output)) => json!({ "done": { "ok": output.dump() } }),
        Step::Done(Err(error)) => json!({ "done": { "error": call_error(&error) } }),
    }
}

fn call_error(error: &Error) -> Value {
    match error {
        Error::InvalidPayload(_) => json!({ "kind": "invalid_payload" }),
        error => reply_error(error),
    }
}
