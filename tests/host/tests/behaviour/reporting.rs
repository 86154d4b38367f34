//! What a host has at hand to report of a call.

use qince_leads::{
    Account, AddLead, Call, Error, Failure, Policy, Progress, RawReply, RemoveLead, Request,
    SignedRequest, Step,
};

const OPENID: &str = "openid-8f3a";

fn account() -> Account {
    Account::new(OPENID, "app key").expect("an account")
}

fn call<R: Request>(payload: R) -> Call<R> {
    Call::new(account(), payload, Policy { jitter: 0.0, ..Policy::default() })
}

fn lead() -> AddLead {
    AddLead::new().cus_name("示例公司").emp_name("负责人").code("L1")
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
