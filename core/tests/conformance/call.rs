//! The retry machine, event by event.

use std::mem;

use anyhow::{Context, bail, ensure};
use qince_leads::{Call, Error, Failure, Operation, Policy, RawReply, Step, match_operation};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::reply::Dump;
use crate::value::compare;
use crate::{AccountParts, reply_error};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    op: String,
    account: AccountParts,
    payload: Box<RawValue>,
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
    expect: Option<Box<RawValue>>,
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
    let ends_in_expect = case.script.last().is_some_and(|event| event.expect.is_some());
    ensure!(ends_in_expect, "the script does not end in an `expect`");
    let payload = O::from_json(case.payload.get())?;
    let policy = Policy {
        max_attempts: case.policy.max_attempts,
        base_delay_ms: case.policy.base_delay_ms,
        max_delay_ms: case.policy.max_delay_ms,
        deadline_ms: case.policy.deadline_ms,
        jitter: case.policy.jitter,
    };
    let mut call = Call::new(case.account.account()?, payload, policy);
    let mut sent = 0;
    let mut under_way = false;
    for (i, event) in case.script.into_iter().enumerate() {
        if event.give.is_some() {
            ensure!(mem::take(&mut under_way), "event {i}: no request is under way");
        }
        match (event.expect, event.give) {
            (Some(expected), None) => {
                let step = call.step(event.at, &format!("m{}", sent + 1), 0.5);
                under_way = matches!(step, Step::Send(_));
                sent += i32::from(under_way);
                compare(&expected, &dump(&step)).with_context(|| format!("event {i}"))?;
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

/// A step as JSON text.
fn dump<T: Dump>(step: &Step<T>) -> String {
    match step {
        Step::Send(request) => json!({
            "send": {
                "op": request.operation,
                "msg_id": request.msg_id,
                "timestamp": request.timestamp,
            },
        })
        .to_string(),
        Step::WaitUntil(time_ms) => json!({ "wait_until": time_ms }).to_string(),
        Step::Done(Ok(output)) => format!(r#"{{"done":{{"ok":{}}}}}"#, output.dump()),
        Step::Done(Err(error)) => json!({ "done": { "error": call_error(error) } }).to_string(),
    }
}

fn call_error(error: &Error) -> Value {
    match error {
        Error::InvalidPayload(_) => json!({ "kind": "invalid_payload" }),
        error => reply_error(error),
    }
}
