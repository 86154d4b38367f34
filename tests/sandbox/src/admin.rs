//! The admin surface below `/_sandbox/`: how the sandbox is told what to do, and asked what it has seen. It is no
//! part of the service's API.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::faults::Plan;
use crate::http::{Reply, Request};
use crate::leads::{KeepError, Listing, Samples};
use crate::pushes::FollowUps;
use crate::quirks::Quirks;
use crate::sandbox::{Sandbox, Step};

/// Answers a request for the sandbox itself.
pub(crate) fn answer(sandbox: &mut Sandbox, now_ms: i64, request: &Request) -> Step {
    let method = request.method.as_str();
    let act: fn(&mut Sandbox, i64, &Request) -> Done = match request.path() {
        "/_sandbox/quirks" => match method {
            "GET" => show_quirks,
            "PUT" => replace_quirks,
            _ => wrong_method,
        },
        "/_sandbox/faults" => match method {
            "GET" => show_faults,
            "PUT" => plan_faults,
            _ => wrong_method,
        },
        "/_sandbox/leads" => match method {
            "GET" => list_leads,
            "POST" => create_leads,
            _ => wrong_method,
        },
        "/_sandbox/follow-ups" => match method {
            "POST" => push_follow_ups,
            _ => wrong_method,
        },
        "/_sandbox/redeliver" => match method {
            "POST" => redeliver,
            _ => wrong_method,
        },
        "/_sandbox/pushes" => match method {
            "GET" => list_pushes,
            _ => wrong_method,
        },
        "/_sandbox/state" => match method {
            "DELETE" => forget,
            _ => wrong_method,
        },
        _ => nothing_here,
    };
    act(sandbox, now_ms, request).unwrap_or_else(Step::Reply)
}

/// What is to be done, or a reply that says why nothing is.
type Done = Result<Step, Reply>;

fn show_quirks(sandbox: &mut Sandbox, _: i64, _: &Request) -> Done {
    ok(&sandbox.quirks)
}

/// Replaces all quirks; what is left out is the default again.
fn replace_quirks(sandbox: &mut Sandbox, _: i64, request: &Request) -> Done {
    let quirks: Quirks = object(request)?;
    complain(quirks.complaint())?;
    sandbox.quirks = quirks;
    ok(&sandbox.quirks)
}

fn show_faults(sandbox: &mut Sandbox, _: i64, _: &Request) -> Done {
    ok(&sandbox.faults.report())
}

/// Replaces the plan; an empty one clears it.
fn plan_faults(sandbox: &mut Sandbox, _: i64, request: &Request) -> Done {
    let plan: Plan = object(request)?;
    complain(plan.complaint())?;
    sandbox.faults.follow(plan);
    ok(&sandbox.faults.report())
}

/// Lists leads, removed ones too.
fn list_leads(sandbox: &mut Sandbox, _: i64, request: &Request) -> Done {
    let listing = Listing::parse(request.query()).map_err(bad_request)?;
    ok(&sandbox.leads.list(&listing))
}

/// Creates many leads from the specification's examples.
fn create_leads(sandbox: &mut Sandbox, now_ms: i64, request: &Request) -> Done {
    let samples: Samples = object(request)?;
    let created = sandbox.leads.create_samples(&samples, now_ms).map_err(broken)?;
    let created = created.map_err(bad_request)?;
    ok(&json!({ "created": created }))
}

/// Makes follow-up records, pushes them, and waits for what becomes of them.
fn push_follow_ups(sandbox: &mut Sandbox, now_ms: i64, request: &Request) -> Done {
    let follow_ups: FollowUps = object(request)?;
    complain(follow_ups.complaint(&sandbox.push_hosts))?;
    let pushes = follow_ups.pushes(&mut sandbox.rng);
    let deliveries = follow_ups.deliveries(&pushes, &sandbox.account.push_secret, now_ms);
    sandbox.pushes.enter(&pushes);
    Ok(sandbox.carry(deliveries))
}

/// Takes no members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Delivers every push that failed again.
fn redeliver(sandbox: &mut Sandbox, now_ms: i64, request: &Request) -> Done {
    let Nothing {} = object(request)?;
    let deliveries = sandbox.pushes.redeliveries(&sandbox.account.push_secret, now_ms);
    Ok(sandbox.carry(deliveries))
}

/// Lists all genuine pushes.
fn list_pushes(sandbox: &mut Sandbox, _: i64, _: &Request) -> Done {
    ok(&json!({ "pushes": sandbox.pushes.entries() }))
}

fn forget(sandbox: &mut Sandbox, _: i64, _: &Request) -> Done {
    sandbox.forget().map_err(broken)?;
    ok(&json!({}))
}

fn wrong_method(_: &mut Sandbox, _: i64, _: &Request) -> Done {
    Err(error(405, "another method is meant"))
}

fn nothing_here(_: &mut Sandbox, _: i64, _: &Request) -> Done {
    Err(error(404, "there is nothing here"))
}

fn ok(value: &impl Serialize) -> Done {
    Ok(Step::Reply(Reply::json(200, value)))
}

/// The JSON object that a request carries; no body stands for an empty object.
fn object<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    let members: serde_json::Result<Map<String, Value>> = match request.body.as_slice() {
        b"" => Ok(Map::new()),
        body => serde_json::from_slice(body),
    };
    members
        .and_then(|members| serde_json::from_value(Value::Object(members)))
        .map_err(|error| bad_request(error.to_string()))
}

fn complain(complaint: Option<&'static str>) -> Result<(), Reply> {
    complaint.map_or(Ok(()), |complaint| Err(bad_request(complaint)))
}

/// The request asks for something that makes no sense.
fn bad_request(text: impl Into<String>) -> Reply {
    error(400, text)
}

fn broken(error: KeepError) -> Reply {
    Reply::broken(&error)
}

fn error(status: u16, text: impl Into<String>) -> Reply {
    Reply::json(status, &json!({ "error": text.into() }))
}
