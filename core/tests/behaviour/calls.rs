//! The retry machine under any sequence of events.

use proptest::prelude::*;
use qince_leads::{
    Account, AddApaasLead, AddLead, Call, Error, Failure, ModifyLead, Operation, Policy,
    QueryLeads, RawReply, Request, Step,
};
use serde_json::json;

/// What may happen to a request.
#[derive(Clone, Debug)]
enum Event {
    Failed(Failure),
    Replied(u16, &'static str, Option<&'static str>),
    /// The host lost track of the request.
    Lost,
    /// The lead stands in the service, if it was an add, or is found, if it was a query.
    Worked,
    /// A query finds nothing; anything else is refused.
    Missing,
}

fn event() -> impl Strategy<Value = Event> {
    let body = prop::sample::select(vec![
        "",
        "<html>",
        "{\"return_code\":\"0\",\"respon",
        "{\"return_code\":\"x",
        "{\"return_code\":\"1\",\"return_msg\":\"编码已存在\"}",
    ]);
    let retry_after = prop::sample::select(vec![
        "0",
        "0.5",
        "7",
        "20",
        "soon",
        "99999999999999999999",
        "Thu, 01 Jan 1970 00:00:09 GMT",
    ]);
    let status = prop::sample::select(vec![200, 204, 302, 400, 404, 408, 429, 500, 502, 503]);
    prop_oneof![
        2 => prop::sample::select(vec![Failure::NotSent, Failure::Unknown]).prop_map(Event::Failed),
        3 => (status, body, prop::option::of(retry_after))
            .prop_map(|(status, body, retry_after)| Event::Replied(status, body, retry_after)),
        1 => Just(Event::Lost),
        1 => Just(Event::Worked),
        2 => Just(Event::Missing),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let waits = (0u64..2000, 0u64..5000, prop::option::of(0u64..30_000), 0.0f64..=1.0, 0u64..3000);
    (0u32..6, waits, any::<bool>()).prop_map(
        |(
            max_attempts,
            (base_delay_ms, max_delay_ms, deadline_ms, jitter, settle),
            resend_adds,
        )| {
            Policy {
                max_attempts,
                base_delay_ms,
                max_delay_ms,
                deadline_ms,
                jitter,
                settle_delay_ms: settle,
                resend_adds,
                ..Policy::default()
            }
        },
    )
}

/// What the machine did, told by operation name.
#[derive(Debug)]
struct Told<T> {
    sent: Vec<(&'static str, Event)>,
    waited_ms: i64,
    result: Result<T, Error>,
}

/// Runs a machine to its end; when the events run out, every request is lost.
fn run<O: Operation>(
    payload: O,
    policy: Policy,
    events: Vec<Event>,
) -> Told<<O as Operation>::Output> {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, payload, policy);
    let mut events = events.into_iter();
    let mut sent = Vec::new();
    let mut now_ms = 0;
    for turn in 0..1000 {
        match call.step(now_ms, &format!("m{turn}"), 0.5) {
            Step::Send(request) => {
                let id = request.msg_id.clone();
                let event = events.next().unwrap_or(Event::Failed(Failure::Unknown));
                let code = json!([{ "id": "7", "code": "C1" }]);
                let (worked, missing) = match request.operation {
                    "query" | "query_apaas" => {
                        (code.clone(), json!({ "return_code": 0, "response_data": [] }))
                    }
                    _ => ("7".into(), json!({ "return_code": 1 })),
                };
                let worked = json!({ "return_code": 0, "response_data": worked });
                let reply = |body: String| RawReply::new(200, body);
                match event.clone() {
                    Event::Failed(failure) => call.failed(&id, now_ms, failure),
                    Event::Replied(status, body, retry_after) => {
                        call.replied(&id, now_ms, RawReply::new(status, body), retry_after);
                    }
                    Event::Lost => {}
                    Event::Worked => call.replied(&id, now_ms, reply(worked.to_string()), None),
                    Event::Missing => call.replied(&id, now_ms, reply(missing.to_string()), None),
                }
                sent.push((request.operation, event));
            }
            Step::WaitUntil(time_ms) => {
                assert!(time_ms > now_ms, "a wait that is over");
                now_ms = time_ms;
            }
            Step::Done(result) => {
                return Told { sent, waited_ms: now_ms, result };
            }
        }
    }
    panic!("the machine does not end: {sent:?}");
}

/// Whether an add of which this came may stand in the service.
fn may_have_been_carried_out(event: &Event) -> bool {
    match event {
        Event::Failed(Failure::Unknown) | Event::Lost | Event::Worked => true,
        Event::Replied(status, body, _) => {
            // No body here is a receipt: whatever does not refuse the add says nothing of it.
            !is_rejection(body) && matches!(status, 200..=299 | 408 | 500..=599)
        }
        Event::Failed(Failure::NotSent) | Event::Missing => false,
    }
}

fn is_rejection(body: &str) -> bool {
    body.contains("\"return_code\":\"1\"")
}

/// Whether a query of which this came is not sent again: the service refused it.
fn ends_settling(event: &Event) -> bool {
    matches!(event, Event::Replied(_, body, _) if is_rejection(body))
}

/// Runs an add and checks it against the queries that settle it, if it has a code.
fn check_add<O: Operation>(
    lead: O,
    has_code: bool,
    policy: Policy,
    events: Vec<Event>,
) -> Result<(), TestCaseError> {
    let max = policy.max_attempts.max(1);
    let deadline_ms = policy.deadline_ms;
    let resend_adds = policy.resend_adds;
    let Told { sent, waited_ms, result } = run(lead, policy, events);
    let error = result.err().map(|error| error.code());
    let is_add = |operation: &str| operation == O::NAME;
    let adds = sent.iter().filter(|(operation, _)| is_add(operation)).count() as u32;
    prop_assert!((1..=max).contains(&adds));
    // Each add but the last settled by at most as many queries, and one settling at the end.
    prop_assert!(sent.len() as u32 <= adds + max * (adds + 1));
    prop_assert!(has_code || sent.iter().all(|(operation, _)| is_add(operation)));
    if let Some(deadline_ms) = deadline_ms {
        prop_assert!(waited_ms <= deadline_ms as i64);
    }
    let (mut in_doubt, mut was_in_doubt) = (false, false);
    for (i, (operation, event)) in sent.iter().enumerate() {
        let is_last = i + 1 == sent.len();
        if is_add(operation) {
            prop_assert!(!in_doubt, "sent again in doubt: {:?}", sent);
            prop_assert!(resend_adds || !was_in_doubt, "sent again: {:?}", sent);
            in_doubt = may_have_been_carried_out(event);
            let is_rejected = matches!(event, Event::Missing)
                || matches!(event, Event::Replied(_, body, _) if is_rejection(body));
            if is_rejected && !was_in_doubt {
                prop_assert!(is_last, "sent again after a rejection: {:?}", sent);
                prop_assert_eq!(error, Some("rejected"));
            }
            was_in_doubt |= in_doubt && !matches!(event, Event::Worked);
        } else {
            in_doubt &= !matches!(event, Event::Missing);
            if ends_settling(event) {
                prop_assert!(is_last, "a query sent again in vain: {:?}", sent);
                prop_assert_eq!(error, Some("uncertain"));
            }
        }
    }
    // Once it may have been carried out, it ends as done or as uncertain, never as a plain failure.
    if was_in_doubt {
        prop_assert!(error.is_none_or(|error| error == "uncertain"), "{:?}: {:?}", error, sent);
    } else {
        prop_assert!(error != Some("uncertain"), "{:?}", sent);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_add_ends_within_bounds_and_is_never_sent_again_unsettled(
        policy in policy(),
        events in prop::collection::vec(event(), 0..30),
        code in prop::option::of(Just("C1".to_owned())),
    ) {
        let has_code = code.is_some();
        let mut lead = AddLead::new().emp_name("a");
        lead.code = code;
        check_add(lead, has_code, policy, events)?;
    }

    #[test]
    fn an_apaas_add_ends_within_bounds_and_is_never_sent_again_unsettled(
        policy in policy(),
        events in prop::collection::vec(event(), 0..30),
        code in prop::option::of(Just("C1".to_owned())),
    ) {
        let has_code = code.is_some();
        let mut lead = AddApaasLead::new().company_name("a");
        lead.code = code;
        check_add(lead, has_code, policy, events)?;
    }

    #[test]
    fn a_repeatable_operation_ends_within_bounds(
        policy in policy(),
        events in prop::collection::vec(event(), 0..30),
    ) {
        let (max, deadline_ms) = (policy.max_attempts.max(1), policy.deadline_ms);
        let told = run(ModifyLead::new().code("C1"), policy, events);
        prop_assert!(told.sent.len() as u32 <= max);
        prop_assert!(told.sent.iter().all(|(operation, _)| *operation == "modify"));
        if let Err(error) = &told.result {
            prop_assert!(error.code() != "uncertain");
        }
        if let Some(deadline_ms) = deadline_ms {
            prop_assert!(told.waited_ms <= deadline_ms as i64);
        }
    }
}

#[test]
fn an_invalid_payload_ends_the_call_before_anything_is_sent() {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, AddLead::new(), Policy::default());
    for _ in 0..2 {
        let Step::Done(Err(error)) = call.step(0, "m", 0.0) else { panic!("begun") };
        assert_eq!(error.code(), "invalid_payload");
    }
    assert_eq!(call.last_attempt(), None);
}

#[test]
fn what_happens_without_a_request_under_way_changes_nothing() {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, AddLead::new().emp_name("a"), Policy::default());
    call.failed("m", 0, Failure::Unknown);
    call.replied("m", 0, RawReply::new(200, "{}"), None);
    assert!(matches!(call.step(0, "m", 0.0), Step::Send(_)));
}

#[test]
fn delays_are_shortened_by_jitter_and_never_overflow() {
    let account = Account::new("o", "k").unwrap();
    let wait = |policy: Policy, random: f64| {
        let mut call = Call::new(account.clone(), ModifyLead::new().code("c"), policy);
        let Step::Send(_) = call.step(0, "m", random) else { panic!("not sent") };
        call.failed("m", 0, Failure::Unknown);
        match call.step(0, "m", random) {
            Step::WaitUntil(time_ms) => time_ms,
            step => panic!("{step:?}"),
        }
    };
    let policy = Policy {
        max_attempts: 9,
        base_delay_ms: 1000,
        max_delay_ms: 8000,
        deadline_ms: None,
        jitter: 0.5,
        ..Policy::default()
    };
    assert_eq!(wait(policy.clone(), 0.0), 1000);
    assert_eq!(wait(policy.clone(), 1.0), 500);
    assert_eq!(wait(policy.clone(), f64::NAN), 1000);
    let huge = Policy { base_delay_ms: u64::MAX, max_delay_ms: u64::MAX, ..policy };
    assert_eq!(wait(huge, 0.0), i64::MAX);
}

#[test]
fn a_jitter_that_is_no_part_of_a_delay_is_refused_before_anything_is_sent() {
    for jitter in [-0.1, 1.1, 7.0, f64::NAN, f64::INFINITY] {
        let account = Account::new("o", "k").unwrap();
        let policy = Policy { jitter, ..Policy::default() };
        let mut call = Call::new(account, ModifyLead::new().code("c"), policy);
        let Step::Done(Err(error)) = call.step(0, "m", 0.0) else { panic!("{jitter} is taken") };
        assert_eq!(error.code(), "invalid_account");
        assert_eq!(call.progress().attempts, 0);
    }
}

#[test]
fn an_attempt_is_told_without_secrets() {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, ModifyLead::new().code("c"), Policy::default());
    let Step::Send(_) = call.step(1000, "m1", 0.0) else { panic!("not sent") };
    call.replied("m1", 1250, RawReply::new(503, ""), None);
    let attempt = call.last_attempt().unwrap();
    assert_eq!(attempt.operation, "modify");
    assert_eq!(attempt.number, 1);
    assert_eq!(attempt.msg_id, "m1");
    let url = "https://openapi.waiqin365.com/api/salesleads/v1/modifySalesLeads/***/1000/***/m1";
    assert_eq!(attempt.url, url);
    assert_eq!(attempt.status, Some(503));
    assert_eq!(attempt.outcome, "http_status");
    assert_eq!(attempt.duration_ms, 250);
    let line = "modify attempt 1: http_status (HTTP 503) after 250 ms, msg_id m1, POST";
    assert_eq!(attempt.to_string(), format!("{line} {url}"));
}

#[test]
fn progress_tells_the_code_by_which_an_add_in_doubt_is_looked_up() {
    let code = |lead: AddLead| {
        let account = Account::new("o", "k").unwrap();
        Call::new(account, lead, Policy::default()).progress().lead_code
    };
    assert_eq!(code(AddLead::new().emp_name("e").code("L1")).as_deref(), Some("L1"));
    assert_eq!(code(AddLead::new().emp_name("e")), None);
}

#[test]
fn an_add_is_in_doubt_until_its_result_has_been_handed_out() {
    let account = Account::new("openid", "key").unwrap();
    let mut call = Call::new(account, AddLead::new().emp_name("e"), Policy::default());
    assert!(!call.is_in_doubt());
    let Step::Send(_) = call.step(0, "m1", 0.0) else { panic!("nothing is sent") };
    assert!(call.is_in_doubt());
    call.replied("m1", 1, RawReply::new(200, r#"{"return_code":"0"}"#), None);
    assert!(call.is_in_doubt());
    let Step::Done(Ok(_)) = call.step(2, "m2", 0.0) else { panic!("it is not done") };
    assert!(!call.is_in_doubt());
}

#[test]
fn a_lead_without_a_code_is_never_taken_for_one_whose_code_is_white_space() {
    let account = Account::new("openid", "key").unwrap();
    let lead = AddLead::new().emp_name("e").code("  ");
    let mut call = Call::new(account, lead, Policy { max_attempts: 1, ..Policy::default() });
    let Step::Send(_) = call.step(0, "m1", 0.0) else { panic!("nothing is sent") };
    call.failed("m1", 0, Failure::Unknown);
    let Step::WaitUntil(now_ms) = call.step(0, "m2", 0.0) else { panic!("it does not wait") };
    let Step::Send(_) = call.step(now_ms, "m2", 0.0) else { panic!("nothing is sent") };
    let others = r#"{"return_code":"0","response_data":[{"id":"1"},{"id":"2","code":""}]}"#;
    call.replied("m2", now_ms, RawReply::new(200, others), None);
    let Step::Done(Err(error)) = call.step(now_ms, "m3", 0.0) else { panic!("it is not over") };
    assert_eq!(error.code(), "uncertain");
}

#[test]
fn the_request_under_way_is_counted_among_those_of_its_purpose() {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, AddLead::new().emp_name("a").code("L1"), Policy::default());
    assert_eq!(call.number(), 0);
    let mut now_ms = 0;
    let mut told = Vec::new();
    // Two adds that break off; each is looked for, with one query in vain.
    for event in ["unknown", "unknown", "none", "unknown", "unknown", "found"] {
        let request = loop {
            match call.step(now_ms, &format!("m{}", told.len()), 0.0) {
                Step::Send(request) => break request,
                Step::WaitUntil(time_ms) => now_ms = time_ms,
                Step::Done(result) => panic!("{result:?}"),
            }
        };
        told.push((request.operation, call.number()));
        match event {
            "unknown" => call.failed(&request.msg_id, now_ms, Failure::Unknown),
            "none" => call.replied(&request.msg_id, now_ms, rows("[]"), None),
            _ => call.replied(&request.msg_id, now_ms, rows(r#"[{"id":"7","code":"L1"}]"#), None),
        }
        assert_eq!(call.last_attempt().map(|attempt| attempt.number), told.last().map(|t| t.1));
        assert_eq!(call.number(), 0);
    }
    let expected = [("add", 1), ("query", 1), ("query", 2), ("add", 2), ("query", 1), ("query", 2)];
    assert_eq!(told, expected);
}

#[test]
fn a_doubt_is_one_line_with_what_to_look_the_lead_up_by() {
    let line = |code: Option<&str>, given_up: bool| {
        let account = Account::new("o", "k").unwrap();
        let mut lead = AddLead::new().emp_name("a");
        lead.code = code.map(str::to_owned);
        let mut call = Call::new(account, lead, Policy { max_attempts: 1, ..Policy::default() });
        assert_eq!(call.doubt_line(), None);
        let Step::Send(_) = call.step(0, "m1", 0.0) else { panic!("nothing is sent") };
        assert_eq!(call.doubt_line(), None);
        if given_up {
            call.give_up(1).unwrap();
        } else {
            call.failed("m1", 1, Failure::Unknown);
        }
        call.doubt_line()
    };
    let doubt = "add: uncertain: it may or may not have been carried out \
                 (transport: the request was sent, but no reply came); look it up before sending it again";
    assert_eq!(line(None, false), Some(format!("{doubt} (no code, msg_id m1)")));
    assert_eq!(line(Some("L1"), true), Some(format!("{doubt} (code L1, msg_id m1)")));
    // Nobody writes lines of their own into a log.
    let forged = format!("{doubt} (code L1\u{fffd}add: ok, msg_id m1)");
    assert_eq!(line(Some("L1\nadd: ok"), true), Some(forged));
}

#[test]
fn no_other_end_is_a_doubt() {
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::new(account, AddLead::new().emp_name("a"), Policy::default());
    let Step::Send(_) = call.step(0, "m1", 0.0) else { panic!("nothing is sent") };
    call.replied("m1", 1, RawReply::new(200, r#"{"return_code":"1"}"#), None);
    let Step::Done(Err(_)) = call.step(1, "m2", 0.0) else { panic!("it is not refused") };
    assert_eq!(call.doubt_line(), None);
}

fn rows(rows: &str) -> RawReply {
    RawReply::new(200, format!(r#"{{"return_code":"0","response_data":{rows}}}"#))
}

/// Runs a call of which each request is answered at once by this body, in order.
fn answered<R: Request>(
    mut call: Call<R>,
    bodies: &[&str],
) -> (Vec<&'static str>, Result<R::Output, Error>) {
    let mut sent = Vec::new();
    loop {
        match call.step(0, &format!("m{}", sent.len()), 0.0) {
            Step::Send(request) => {
                let reply = RawReply::new(200, bodies[sent.len()]);
                sent.push(request.operation);
                call.replied(&request.msg_id, 0, reply, None);
            }
            Step::WaitUntil(time_ms) => panic!("waits until {time_ms}"),
            Step::Done(result) => {
                assert_eq!(sent.len(), bodies.len(), "not all are asked for");
                return (sent, result);
            }
        }
    }
}

const NONE: &str = r#"{"return_code":"0","response_data":[]}"#;
const FOUND: &str =
    r#"{"return_code":"0","response_data":[{"id":"5","code":"l10"},{"id":"7","code":" l1 "}]}"#;
const ADDED: &str = r#"{"return_code":"0","response_data":"8"}"#;
const BROKEN: &str = r#"{"return_code":"0","response_data":7}"#;
const REFUSED: &str = r#"{"return_code":"1","return_msg":"编码已存在"}"#;

fn ensured(bodies: &[&str]) -> (Vec<&'static str>, Result<qince_leads::Receipt, Error>) {
    let lead = AddLead::new().emp_name("a").code("L1");
    let policy = Policy { max_attempts: 1, ..Policy::default() };
    answered(Call::ensure(Account::new("o", "k").unwrap(), lead, policy), bodies)
}

#[test]
fn what_is_ensured_is_added_unless_a_lead_has_its_code() {
    let told = |bodies| {
        let (sent, result) = ensured(bodies);
        let receipt = result.unwrap();
        assert!(!receipt.settled);
        (sent, receipt.id.unwrap(), receipt.existed)
    };
    assert_eq!(told(&[FOUND]), (vec!["query"], "7".to_owned(), true));
    assert_eq!(told(&[NONE, ADDED]), (vec!["query", "add"], "8".to_owned(), false));
    // Somebody else was faster.
    let raced = vec!["query", "add", "query"];
    assert_eq!(told(&[NONE, REFUSED, FOUND]), (raced, "7".to_owned(), true));
}

#[test]
fn a_refusal_of_what_is_ensured_is_one_where_no_lead_has_its_code() {
    let (sent, result) = ensured(&[NONE, REFUSED, NONE]);
    assert_eq!(sent, ["query", "add", "query"]);
    assert_eq!(result.unwrap_err().code(), "rejected");
    // Nor is it another one where that cannot be found out.
    let (sent, result) = ensured(&[NONE, REFUSED, BROKEN]);
    assert_eq!(sent, ["query", "add", "query"]);
    assert_eq!(result.unwrap_err().to_string(), "rejected with code 1: 编码已存在");
    // Nothing was sent that could be in doubt.
    let (sent, result) = ensured(&[REFUSED]);
    assert_eq!((sent, result.unwrap_err().code()), (vec!["query"], "rejected"));
}

#[test]
fn what_was_ensured_in_doubt_is_settled_and_did_not_exist() {
    let lead = AddLead::new().emp_name("a").code("L1");
    let account = Account::new("o", "k").unwrap();
    let mut call = Call::ensure(account.clone(), lead, Policy::default());
    let Step::Send(request) = call.step(0, "m1", 0.0) else { panic!("nothing is sent") };
    assert_eq!((request.operation, call.is_in_doubt()), ("query", false));
    call.replied("m1", 0, RawReply::new(200, NONE), None);
    let Step::Send(request) = call.step(0, "m2", 0.0) else { panic!("nothing is sent") };
    assert_eq!((request.operation, call.is_in_doubt()), ("add", true));
    // The host ends here, and another one goes on.
    let saved = call.save().unwrap();
    let mut call = Call::<AddLead>::resume(account, Policy::default(), &saved).unwrap();
    let Step::WaitUntil(now_ms) = call.step(0, "m3", 0.0) else { panic!("it does not wait") };
    let Step::Send(request) = call.step(now_ms, "m3", 0.0) else { panic!("nothing is sent") };
    assert_eq!(request.operation, "query");
    call.replied("m3", now_ms, RawReply::new(200, FOUND), None);
    let Step::Done(Ok(receipt)) = call.step(now_ms, "m4", 0.0) else { panic!("it is not over") };
    assert_eq!((receipt.settled, receipt.existed), (true, false));
}

#[test]
fn what_is_ensured_needs_a_code_and_all_else_that_is_wrong_is_said_too() {
    let paths = |lead: AddLead| {
        let account = Account::new("o", "k").unwrap();
        let mut call = Call::ensure(account, lead, Policy::default());
        let Step::Done(Err(Error::InvalidPayload(invalid))) = call.step(0, "m", 0.0) else {
            panic!("it is sent")
        };
        let violations = invalid.violations.into_iter();
        violations.map(|violation| (violation.path, violation.rule.name())).collect::<Vec<_>>()
    };
    let required = ("code".to_owned(), "required");
    let all = [(String::new(), "required_one_of"), required];
    assert_eq!(paths(AddLead::new().emp_name("a")), all[1..]);
    assert_eq!(paths(AddLead::new().emp_name("a").code("")), all[1..]);
    assert_eq!(paths(AddLead::new()), all);
    assert_eq!(paths(AddLead::new().code("L1")), all[..1]);
}

#[test]
fn one_lead_is_found_by_its_code() {
    let find = |code: &str, body: &str| {
        let account = Account::new("o", "k").unwrap();
        let call = Call::find(account, QueryLeads::new().code(code), Policy::default());
        let (sent, page) = answered(call, &[body]);
        assert_eq!(sent, ["query"]);
        page.unwrap().iter().map(|lead| lead.id().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find("L1", FOUND), ["7"]);
    assert_eq!(find("l10", FOUND), ["5"]);
    assert_eq!(find("L2", FOUND), [""; 0]);
    assert_eq!(find("L1", NONE), [""; 0]);
    let both =
        r#"{"return_code":"0","response_data":[{"id":"1","code":"l1"},{"id":"2","code":"L1"}]}"#;
    assert_eq!(find("L1", both), ["2"]);
    let account = Account::new("o", "k").unwrap();
    let (_, none) = answered(Call::find(account, QueryLeads::new(), Policy::default()), &[]);
    assert_eq!(none.unwrap_err().to_string(), "invalid payload: code (线索编码): required");
}

#[test]
fn a_search_that_was_saved_still_finds_but_one_lead() {
    let account = Account::new("o", "k").unwrap();
    let call = Call::find(account.clone(), QueryLeads::new().code("L1"), Policy::default());
    let resumed = Call::<QueryLeads>::resume(account, Policy::default(), &call.save().unwrap());
    let (_, page) = answered(resumed.unwrap(), &[FOUND]);
    assert_eq!(
        page.unwrap().iter().filter_map(|lead| lead.id().map(str::to_owned)).collect::<Vec<_>>(),
        ["7"]
    );
}
