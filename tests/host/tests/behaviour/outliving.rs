//! Calls as a host sees them that saves them, gives them up, or reports on them.

use qince_leads::{
    Account, AddLead, Call, Error, Failure, Policy, Progress, QueryLeads, RawReply, RemoveLead,
    Request, SignedRequest, Step,
};

const OPENID: &str = "openid-8f3a";
const APP_KEY: &str = "app-key-5c1e";
const FOUND: &str = r#"{"return_code":"0","response_data":[{"id":"7","code":"L1"}]}"#;

fn account() -> Account {
    Account::new(OPENID, APP_KEY).expect("an account")
}

fn call<R: Request>(payload: R) -> Call<R> {
    Call::new(account(), payload, Policy { jitter: 0.0, ..Policy::default() })
}

fn lead() -> AddLead {
    AddLead::new().cus_name("示例公司").emp_name("负责人").code("L1")
}

fn resume<R: Request>(text: &str) -> Result<Call<R>, Error> {
    Call::resume(account(), Policy::default(), text)
}

fn send<R: Request>(call: &mut Call<R>, now_ms: i64, msg_id: &str) -> SignedRequest {
    match call.step(now_ms, msg_id, 0.0) {
        Step::Send(request) => request,
        _ => panic!("nothing is sent"),
    }
}

fn end<R: Request>(call: &mut Call<R>, now_ms: i64) -> Result<R::Output, Error> {
    match call.step(now_ms, "unused", 0.0) {
        Step::Done(result) => result,
        _ => panic!("it is not over"),
    }
}

/// A call whose add is under way as `m1`, at time 0.
fn under_way() -> Call<AddLead> {
    let mut call = call(lead());
    send(&mut call, 0, "m1");
    call
}

#[test]
fn a_call_goes_on_in_another_host() {
    let saved = under_way().save().expect("a text");
    let mut call: Call<AddLead> = resume(&saved).expect("a call");
    let Step::WaitUntil(time_ms) = call.step(100, "m2", 0.0) else { panic!("an unsettled add") };
    assert_eq!(time_ms, 600);
    let query = send(&mut call, time_ms, "m2");
    assert_eq!((query.operation, query.body.as_str()), ("query", r#"{"code":"L1"}"#));
    call.replied("m2", 700, RawReply::new(200, FOUND), None);
    let receipt = end(&mut call, 700).expect("a receipt");
    assert_eq!((receipt.id.as_deref(), receipt.settled), (Some("7"), true));
}

#[test]
fn a_call_is_one_line_of_text_until_its_end_is_known() {
    let mut call = call(lead().detail("两\n行"));
    let one_line = |text: Option<String>| text.is_some_and(|text| text.lines().count() == 1);
    assert!(one_line(call.save()));
    send(&mut call, 0, "m1");
    assert!(one_line(call.save()));
    call.failed("m1", 10, Failure::NotSent);
    assert!(one_line(call.save()));
    send(&mut call, 1_000, "m2");
    call.replied("m2", 1_010, RawReply::new(200, r#"{"return_code":"0"}"#), None);
    assert_eq!(call.save(), None);
    end(&mut call, 1_010).expect("a receipt");
}

#[test]
fn what_is_not_a_call_that_was_saved_is_refused() {
    let saved = under_way().save().expect("a text");
    let changed = saved.replace("示例公司", "示例公示");
    let cut = &saved[..saved.len() - 1];
    let newer = saved.replacen(" 1 ", " 2 ", 1);
    let pages = qince_leads::Pages::new(QueryLeads::new().code("L1")).save().expect("a text");
    for text in ["", "{}", &changed, cut, &newer, &pages] {
        let error = resume::<AddLead>(text).expect_err(text);
        assert_eq!(error.code(), "malformed", "{text}");
    }
    assert_eq!(resume::<RemoveLead>(&saved).expect_err("an add").code(), "malformed");
}

#[test]
fn saved_text_holds_no_secret() {
    let mut call = call(lead());
    let request = send(&mut call, 0, "m1");
    let digest = request.url.rsplit('/').nth(1).expect("a digest");
    let saved = call.save().expect("a text");
    for secret in [OPENID, APP_KEY, digest] {
        assert!(!saved.contains(secret), "{secret} in {saved}");
    }
}

#[test]
fn an_add_that_is_given_up_under_way_is_reported_as_uncertain() {
    let error = under_way().give_up(50).expect("an error");
    assert_eq!(error.code(), "uncertain");

    let mut not_sent = under_way();
    not_sent.failed("m1", 50, Failure::NotSent);
    assert_eq!(not_sent.give_up(60), None);
    assert_eq!(call(lead()).give_up(0), None);

    let mut removal = call(RemoveLead::new().code("L1").reason_id("1"));
    send(&mut removal, 0, "m1");
    assert_eq!(removal.give_up(50), None);
    assert!(removal.progress().may_have_been_carried_out);
}

#[test]
fn a_call_says_how_far_it_is() {
    let mut call = call(lead());
    let progress = |call: &Call<AddLead>| {
        let Progress { attempts, msg_id, may_have_been_carried_out, .. } = call.progress();
        (attempts, msg_id, may_have_been_carried_out)
    };
    assert_eq!(progress(&call), (0, None, false));
    send(&mut call, 0, "m1");
    assert_eq!(progress(&call), (1, Some("m1".to_owned()), true));
    call.failed("m1", 10, Failure::NotSent);
    assert_eq!(progress(&call), (1, Some("m1".to_owned()), false));
    send(&mut call, 1_000, "m2");
    call.failed("m2", 1_010, Failure::Unknown);
    assert_eq!(progress(&call), (2, Some("m2".to_owned()), true));
    send(&mut call, 9_000, "m3");
    assert_eq!(progress(&call), (3, Some("m3".to_owned()), true));
}

#[test]
fn what_came_is_kept() {
    for (status, body) in [(404, "<html>"), (200, "<html>")] {
        let mut call = Call::new(
            account(),
            RemoveLead::new().code("L1").reason_id("1"),
            Policy { max_attempts: 1, ..Policy::default() },
        );
        send(&mut call, 0, "m1");
        call.replied("m1", 10, RawReply::new(status, body), None);
        let kept = match end(&mut call, 10) {
            Err(Error::HttpStatus(error)) => (error.status, error.body),
            Err(Error::Malformed(error)) => (200, error.body),
            other => panic!("{other:?}"),
        };
        assert_eq!((kept.0, &*kept.1), (status, body.as_bytes()));
    }
}

#[test]
fn what_left_it_open_is_the_cause() {
    let mut call = call(AddLead::new().emp_name("负责人"));
    send(&mut call, 0, "m1");
    call.replied("m1", 10, RawReply::new(502, ""), None);
    let Err(Error::Uncertain { cause }) = end(&mut call, 10) else { panic!("not in doubt") };
    assert_eq!(cause.code(), "http_status");
}

#[test]
fn the_words_of_an_http_client_lose_openid_and_digest() {
    let request = send(&mut call(lead()), 0, "m1");
    let digest = request.url.rsplit('/').nth(1).expect("a digest").to_owned();
    let words = request.redact(&format!("cannot connect to {}; digest {digest}", request.url));
    assert!(words.starts_with("cannot connect to https://openapi.waiqin365.com/api/"), "{words}");
    assert!(!words.contains(OPENID) && !words.contains(&digest), "{words}");
}
