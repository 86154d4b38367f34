//! Calls and scans that outlive the process.

use proptest::prelude::*;
use qince_leads::{
    Account, AddLead, Call, Error, Failure, ModifyLead, Other, Pages, Policy, QueryApaasLeads,
    QueryLeads, RawReply, Step,
};
use serde_json::json;

fn account() -> Account {
    Account::new("an-openid-of-its-own", "an app key of its own").unwrap()
}

fn add() -> AddLead {
    AddLead::new().emp_name("负责人").code("L\"1\"").extra("new", "😀")
}

fn resume(saved: &str) -> Result<Call<AddLead>, Error> {
    Call::resume(account(), Policy::default(), saved)
}

/// What happens to a request: a reply, a failure, or nothing that the host learns of.
type Fate = Option<Result<(u16, &'static str), Failure>>;

fn fate() -> impl Strategy<Value = Fate> {
    let replies = vec![
        (200, r#"{"return_code":"0","response_data":[]}"#),
        (200, r#"{"return_code":"0","response_data":[{"id":"7","code":"l\"1\""}]}"#),
        (200, r#"{"return_code":"1","return_msg":"编码已存在","msg_id":"m"}"#),
        (200, "{"),
        (429, ""),
        (502, "<html>"),
    ];
    prop_oneof![
        4 => prop::sample::select(replies).prop_map(|reply| Some(Ok(reply))),
        2 => prop::sample::select(vec![Failure::NotSent, Failure::Unknown])
            .prop_map(|failure| Some(Err(failure))),
        1 => Just(None),
    ]
}

proptest! {
    #[test]
    fn a_call_that_is_saved_and_resumed_goes_on_as_one_that_is_not(
        fates in prop::collection::vec(fate(), 0..14),
        jitter in 0.0f64..1.0,
    ) {
        let mut kept = Call::new(account(), add(), Policy::default());
        let mut resumed = Call::new(account(), add(), Policy::default());
        let mut fates = fates.into_iter();
        let mut now_ms = 1_617_206_400_000;
        for turn in 0..100 {
            if let Some(saved) = resumed.save() {
                prop_assert!(saved.lines().count() == 1);
                resumed = resume(&saved)?;
                prop_assert_eq!(resumed.save(), Some(saved));
            }
            prop_assert_eq!(resumed.is_in_doubt(), kept.is_in_doubt());
            let msg_id = format!("m{turn}");
            let steps = [&mut kept, &mut resumed].map(|call| call.step(now_ms, &msg_id, jitter));
            match steps {
                [Step::Send(request), Step::Send(other)] => {
                    prop_assert_eq!(&request, &other);
                    for call in [&mut kept, &mut resumed] {
                        match fates.clone().next().unwrap_or(Some(Err(Failure::Unknown))) {
                            Some(Ok((status, body))) => {
                                call.replied(&msg_id, now_ms + 5, RawReply::new(status, body), None);
                            }
                            Some(Err(failure)) => call.failed(&msg_id, now_ms + 5, failure),
                            None => {}
                        }
                    }
                    fates.next();
                    now_ms += 5;
                }
                [Step::WaitUntil(time_ms), Step::WaitUntil(other_ms)] => {
                    prop_assert_eq!(time_ms, other_ms);
                    now_ms = time_ms;
                }
                [Step::Done(result), Step::Done(other)] => {
                    // Bodies are not saved, so causes are told by their words.
                    let told = |result: Result<_, Error>| result.map_err(|error| error.to_string());
                    prop_assert_eq!(told(result), told(other));
                    prop_assert_eq!(kept.progress(), resumed.progress());
                    prop_assert_eq!(kept.save(), None);
                    return Ok(());
                }
                steps => return Err(TestCaseError::fail(format!("{steps:?}"))),
            }
        }
        prop_assert!(false, "the call does not end");
    }

    #[test]
    fn damaged_text_is_malformed(
        at in any::<prop::sample::Index>(),
        cut in 0usize..3,
        put in "[ -~]{0,3}",
    ) {
        let mut call = Call::new(account(), add(), Policy::default());
        let Step::Send(_) = call.step(1, "m1", 0.25) else { panic!("not sent") };
        let saved = call.save().unwrap();
        let mut damaged: Vec<char> = saved.chars().collect();
        let begin = at.index(damaged.len());
        let end = damaged.len().min(begin + cut);
        damaged.splice(begin..end, put.chars());
        let damaged: String = damaged.into_iter().collect();
        if damaged != saved {
            prop_assert_eq!(resume(&damaged).unwrap_err().code(), "malformed");
        }
    }

    #[test]
    fn any_state_behind_a_right_checksum_is_a_call_or_malformed(
        name in prop::sample::select(vec![
            "operation", "body", "repeat", "key", "state", "settles", "until_ms", "msg_id",
            "sent_ms", "random", "clock_ms", "requests", "maybe", "doubt", "compact",
        ]),
        value in prop::sample::select(vec![
            "null", "\"\"", "{}", "[]", "-1", "1e99", "99999999999999999999", "true", "\"query\"",
            "{\"code\":\"http_status\"}", "{\"code\":\"stale\"}", "\"in_flight\"", "\"waiting\"",
        ]),
    ) {
        let mut call = Call::new(account(), add(), Policy::default());
        let Step::Send(_) = call.step(1, "m1", 0.25) else { panic!("not sent") };
        let saved = call.save().unwrap();
        let state = &saved[saved.find('{').unwrap()..];
        let mut members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(state)?;
        members.insert(name.to_owned(), serde_json::from_str(value)?);
        let state = json!(members).to_string();
        let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(state.as_bytes());
        match resume(&format!("qince-leads call 1 {crc:08x} {state}")) {
            Ok(mut call) => { call.step(2, "m2", 0.5); }
            Err(error) => prop_assert_eq!(error.code(), "malformed"),
        }
    }
}

#[test]
fn a_saved_call_holds_no_secret() {
    let mut call = Call::new(account(), add(), Policy::default());
    let Step::Send(request) = call.step(1_617_206_400_000, "m1", 0.25) else { panic!("not sent") };
    let digest = request.url.rsplit('/').nth(1).unwrap().to_owned();
    let saved = call.save().unwrap();
    for secret in ["an-openid-of-its-own", "an app key of its own", &digest] {
        assert!(!saved.contains(secret), "{secret} in {saved}");
    }
}

#[test]
fn a_text_goes_on_only_as_what_it_is() {
    let saved = Call::new(account(), add(), Policy::default()).save().unwrap();
    let as_modify = Call::<ModifyLead>::resume(account(), Policy::default(), &saved);
    assert!(as_modify.unwrap_err().to_string().contains("another operation"));
    assert_eq!(Pages::<QueryLeads>::resume(&saved).unwrap_err().code(), "malformed");
    let scan = Pages::new(QueryLeads::new().code("c")).save().unwrap();
    assert!(Pages::<QueryLeads>::resume(&scan).is_ok());
    assert_eq!(Pages::<QueryApaasLeads>::resume(&scan).unwrap_err().code(), "malformed");
    let next = saved.replacen(" 1 ", " 2 ", 1);
    assert_eq!(resume(&next).unwrap_err().code(), "malformed");
}

#[test]
fn a_request_to_any_endpoint_keeps_its_path_and_is_not_sent_twice_for_a_crash() {
    let other = Other::new("customer/v1/addCustomer", json!({ "name": "a" })).once();
    let mut call = Call::new(account(), other, Policy::default());
    let Step::Send(_) = call.step(1, "m1", 0.0) else { panic!("not sent") };
    let saved = call.save().unwrap();
    let mut call = Call::<Other>::resume(account(), Policy::default(), &saved).unwrap();
    assert!(call.is_in_doubt());
    let Step::Done(Err(error)) = call.step(2, "m2", 0.0) else { panic!("not over") };
    assert_eq!(error.code(), "uncertain");

    let other = Other::new("customer/v1/addCustomer", json!({ "name": "a" }));
    let saved = Call::new(account(), other, Policy::default()).save().unwrap();
    let mut call = Call::<Other>::resume(account(), Policy::default(), &saved).unwrap();
    let Step::Send(request) = call.step(2, "m2", 0.0) else { panic!("not sent") };
    assert!(request.url.contains("/api/customer/v1/addCustomer/"), "{}", request.url);
    assert_eq!(request.body, r#"{"name":"a"}"#);
}

#[test]
fn what_is_given_up_is_uncertain_where_it_may_have_been_carried_out() {
    let mut call = Call::new(account(), add(), Policy::default());
    assert_eq!(call.give_up(0), None);
    let mut call = Call::new(account(), add(), Policy::default());
    let Step::Send(_) = call.step(1, "m1", 0.0) else { panic!("not sent") };
    let error = call.give_up(40).unwrap();
    assert_eq!(error.code(), "uncertain");
    assert_eq!(
        call.last_attempt().map(|attempt| (attempt.outcome, attempt.duration_ms)),
        Some(("cancelled", 39))
    );
    assert!(call.progress().may_have_been_carried_out);
    assert_eq!(call.save(), None);
    assert!(!call.is_in_doubt());
    let mut call = Call::new(account(), add(), Policy::default());
    let Step::Send(_) = call.step(1, "m1", 0.0) else { panic!("not sent") };
    call.replied("m1", 2, RawReply::new(200, r#"{"return_code":"0"}"#), None);
    assert_eq!(call.give_up(3).map(|error| error.code()), Some("uncertain"));
    assert!(call.progress().may_have_been_carried_out);
    let mut call = Call::new(account(), ModifyLead::new().code("c"), Policy::default());
    let Step::Send(_) = call.step(1, "m1", 0.0) else { panic!("not sent") };
    assert_eq!(call.give_up(2), None);
    assert!(call.progress().may_have_been_carried_out);
}
