//! The table against what there is, and against the core's rules.

use qince_leads::{Account, AddLead, Call, Error, Failure, Policy, RawReply, Step};
use serde_json::Value;

use super::*;

/// What the service does, not the transport, is what these rows are about.
const OF_THE_SERVICE: [Fault; 2] = [Fault::CarriedOutLate, Fault::DeliveredTwice];

fn rows() -> Vec<Value> {
    let table: Value = serde_json::from_str(include_str!("../../expected.json")).unwrap();
    table["faults"].as_array().unwrap().clone()
}

#[test]
fn every_row_says_what_happens_and_how_far_the_request_gets() {
    for row in rows() {
        assert!(row["what"].as_str().is_some_and(|what| !what.is_empty()), "{row}");
        let phases = ["connect", "tls", "proxy", "request", "reply"];
        assert!(phases.contains(&row["phase"].as_str().unwrap()), "{row}");
        for report in row["report"].as_str().unwrap().split('|') {
            assert!(["not_sent", "unknown", "reply"].contains(&report), "{row}");
        }
    }
}

#[test]
fn every_fault_has_one_row_and_a_name_of_its_own() {
    let table = Table::read().unwrap();
    let names: Vec<_> = table.faults.iter().map(|row| row.fault.name()).collect();
    for (row, name) in rows().iter().zip(&names) {
        assert_eq!(row["fault"], **name);
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
    }
}

#[test]
fn nothing_is_said_to_be_not_sent_once_a_request_is_on_its_way() {
    for row in rows() {
        let before = ["connect", "tls", "proxy"].contains(&row["phase"].as_str().unwrap());
        assert_eq!(row["report"] == "not_sent", before, "{row}");
    }
}

#[test]
fn an_exception_is_of_a_known_transport_and_blind_only_where_nothing_is_sent() {
    let table = Table::read().unwrap();
    for exception in &table.exceptions {
        let known = |name| table.transports.contains(name);
        assert!(exception.transports.iter().all(known), "{}", exception.why);
        let differs = exception.kind == ExceptionKind::Differs;
        assert!(differs || !exception.resends, "{}", exception.why);
        if exception.kind == ExceptionKind::Blind {
            for row in table.faults.iter().filter(|row| exception.faults.contains(&row.fault)) {
                assert_eq!(
                    row.ends.code.end,
                    "not_sent",
                    "{}: {}",
                    row.fault.name(),
                    exception.why
                );
            }
        }
    }
}

/// What the core makes of a transport that says this of the first request, or of all, or hands over this status, where the
/// service has carried out the first or not, and works from then on.
fn played(
    first: &str,
    status: u16,
    all: bool,
    carried_out: bool,
    has_code: bool,
) -> (Vec<String>, String) {
    let account = Account::new("openid", "key").unwrap();
    let lead = AddLead::new().cus_name("甲").emp_name("乙");
    let lead = if has_code { lead.code("L1") } else { lead };
    let policy = Policy { max_attempts: 3, jitter: 0.0, ..Policy::default() };
    let mut call = Call::new(account, lead, policy);
    let (mut now_ms, mut adds, mut requests) = (0, Vec::new(), 0);
    let mut stored = carried_out;
    let end = loop {
        match call.step(now_ms, &format!("m{requests}"), 0.0) {
            Step::WaitUntil(time_ms) => now_ms = time_ms,
            Step::Done(Ok(_)) => break "ok".to_owned(),
            Step::Done(Err(Error::Transport(Failure::NotSent))) => break "not_sent".to_owned(),
            Step::Done(Err(error)) => break error.code().to_owned(),
            Step::Send(request) => {
                let is_add = request.operation == "add";
                let strikes = all || requests == 0;
                requests += 1;
                let reply = match first {
                    "not_sent" if strikes => Err(Failure::NotSent),
                    "unknown" if strikes => Err(Failure::Unknown),
                    "malformed" if strikes => Ok(RawReply::new(200, "{")),
                    "http_status" if strikes => Ok(RawReply::new(status, "")),
                    _ if is_add => {
                        stored = true;
                        Ok(RawReply::new(200, crate::testing::ADDED))
                    }
                    _ => Ok(RawReply::new(200, found(stored))),
                };
                match reply {
                    Ok(reply) => call.replied(&request.msg_id, now_ms, reply, None),
                    Err(failure) => call.failed(&request.msg_id, now_ms, failure),
                }
                if is_add {
                    adds.push(call.last_attempt().unwrap().outcome.to_owned());
                }
            }
        }
    };
    (adds, end)
}

fn found(stored: bool) -> &'static str {
    if stored {
        r#"{"return_code":"0","return_msg":"","response_data":[{"id":"17","code":"L1"}]}"#
    } else {
        r#"{"return_code":"0","return_msg":"","response_data":[]}"#
    }
}

#[test]
fn ends_follow_from_what_the_transport_says_by_the_rules_of_the_core() {
    let table = Table::read().unwrap();
    for row in table.faults.iter().filter(|row| !OF_THE_SERVICE.contains(&row.fault)) {
        // Without a code nothing is added a second time, so the table tells whether the first was.
        let carried_out = row.ends.no_code.stored > 0;
        for (end, has_code) in [(&row.ends.code, true), (&row.ends.no_code, false)] {
            let all = end.end == "not_sent";
            let status = if end.end == "http_status" { 302 } else { 503 };
            for first in end.adds[0].split('|') {
                let (adds, played_end) = played(first, status, all, carried_out, has_code);
                let allows = |expected: &str, got: &str| expected.split('|').any(|one| one == got);
                let same = adds.len() == end.adds.len()
                    && adds.iter().zip(&end.adds).all(|(got, expected)| allows(expected, got));
                assert!(
                    same && allows(&end.end, &played_end),
                    "{}: the core makes {adds:?} {played_end} of it",
                    row.fault.name()
                );
            }
        }
    }
}

#[test]
fn who_is_blind_is_in_doubt_by_the_same_rules() {
    let blind = Table::read().unwrap().blind;
    for (end, has_code) in [(blind.code, true), (blind.no_code, false)] {
        assert_eq!(played("unknown", 0, true, false, has_code), (end.adds, end.end));
    }
}
