//! The retry machine, event by event.

use anyhow::{Context, bail, ensure};
use qince_leads::{Call, Error, Failure, Operation, Other, Policy, RawReply, Request, Step};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::operation::with_operation;
use crate::reply::Dump;
use crate::sign::other;
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
    path: Option<String>,
    repeat: Option<bool>,
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
    settle_delay_ms: Option<u64>,
    resend_adds: Option<bool>,
    retry_codes: Option<Vec<String>>,
    match_msg_id: Option<bool>,
}

impl PolicyParts {
    fn policy(&self) -> Policy {
        let default = Policy::default();
        Policy {
            max_attempts: self.max_attempts,
            base_delay_ms: self.base_delay_ms,
            max_delay_ms: self.max_delay_ms,
            deadline_ms: self.deadline_ms,
            jitter: self.jitter,
            settle_delay_ms: self.settle_delay_ms.unwrap_or(default.settle_delay_ms),
            resend_adds: self.resend_adds.unwrap_or(default.resend_adds),
            retry_codes: self.retry_codes.clone().unwrap_or(default.retry_codes),
            match_msg_id: self.match_msg_id.unwrap_or(default.match_msg_id),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    at: Option<i64>,
    expect: Option<Box<RawValue>>,
    give: Option<Given>,
    resume: Option<bool>,
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
    to: Option<String>,
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
    retry_after: Option<String>,
    retry_after_ms: Option<u64>,
    to: Option<String>,
}

impl Given {
    fn to(&self) -> Option<&str> {
        match self {
            Self::Failed(FailedParts { to, .. }) | Self::Reply(ReplyParts { to, .. }) => {
                to.as_deref()
            }
        }
    }
}

impl ReplyParts {
    /// The header's text.
    fn retry_after(&self) -> Option<String> {
        let milliseconds = |ms: u64| format!("{}.{:03}", ms / 1000, ms % 1000);
        self.retry_after.clone().or_else(|| self.retry_after_ms.map(milliseconds))
    }
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if self.op == Other::NAME {
            let repeat = self.repeat.unwrap_or(true);
            let payload = other(self.path.as_deref(), &self.payload, repeat)?;
            return run(self, payload);
        }
        ensure!(self.path.is_none() && self.repeat.is_none(), "only `other` has path and repeat");
        with_operation!(
            self.op.clone().as_str(),
            O => {
                let payload = O::from_json(self.payload.get())?;
                run(self, payload)
            },
            op => bail!("no operation `{op}`"),
        )
    }
}

fn run<R: Request>(case: Case, payload: R) -> anyhow::Result<()>
where
    R::Output: Dump,
{
    let ends_in_expect = case.script.last().is_some_and(|event| event.expect.is_some());
    ensure!(ends_in_expect, "the script does not end in an `expect`");
    let mut call = Call::new(case.account.account()?, payload, case.policy.policy());
    let mut sent = 0;
    let mut under_way: Option<String> = None;
    for (i, event) in case.script.into_iter().enumerate() {
        let at = || event.at.with_context(|| format!("event {i} has no time"));
        match (event.expect, event.give, event.resume) {
            (Some(expected), None, None) => {
                let step = call.step(at()?, &format!("m{}", sent + 1), 0.5);
                under_way = match &step {
                    Step::Send(request) => {
                        sent += 1;
                        Some(request.msg_id.clone())
                    }
                    _ => None,
                };
                compare(&expected, &dump(&step)).with_context(|| format!("event {i}"))?;
            }
            (None, Some(given), None) => {
                let to = given.to().map(str::to_owned).or_else(|| under_way.take());
                let to = to.with_context(|| format!("event {i}: no request is under way"))?;
                match given {
                    Given::Failed(FailedParts { failed, .. }) => {
                        let failure = match failed {
                            FailureName::NotSent => Failure::NotSent,
                            FailureName::Unknown => Failure::Unknown,
                        };
                        call.failed(&to, at()?, failure);
                    }
                    Given::Reply(reply) => {
                        let retry_after = reply.retry_after();
                        let raw = RawReply::new(reply.status, reply.body);
                        call.replied(&to, at()?, raw, retry_after.as_deref());
                    }
                }
            }
            (None, None, Some(true)) => {
                let saved = call.save().with_context(|| format!("event {i}: nothing to save"))?;
                call = Call::resume(case.account.account()?, case.policy.policy(), &saved)?;
            }
            _ => bail!("event {i} must either expect, give or resume"),
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
