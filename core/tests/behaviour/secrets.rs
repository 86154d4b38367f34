//! Secrets appear in no output.

use qince_leads::{
    Account, AddLead, Call, Error, Failure, Policy, RawReply, Stamp, Step, verify_push,
};

const OPENID: &str = "openid-8f3a";
const APP_KEY: &str = "app-key-5c1e";
const PUSH_SECRET: &str = "push-secret-77aa";

fn account() -> Account {
    Account::new(OPENID, APP_KEY).unwrap()
}

fn assert_silent(output: &str, digest: &str) {
    for secret in [OPENID, APP_KEY, PUSH_SECRET, digest] {
        assert!(!output.contains(secret), "{secret} in {output}");
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let account = account();
    let lead = AddLead::new().emp_name("a").code("c");
    let request = account.sign(&lead, &Stamp::new(1, "m")).unwrap();
    let digest = request.url.rsplit('/').nth(1).unwrap().to_owned();
    assert_eq!(digest.len(), 32);
    assert_silent(&format!("{account:?} {request:?} {}", request.redacted_url()), &digest);

    let mut call = Call::new(account, lead, Policy::default());
    let Step::Send(request) = call.step(1, "m", 0.0) else { panic!("nothing to send") };
    let digest = request.url.rsplit('/').nth(1).unwrap().to_owned();
    assert_silent(&format!("{call:?}"), &digest);
    call.failed("m1", 2, Failure::Unknown);
    assert_silent(&format!("{call:?} {:?}", call.last_attempt()), &digest);
}

#[test]
fn the_redacted_url_is_the_url_without_openid_and_digest() {
    let account = account().with_base_url("https://example.com/a/b/").unwrap();
    let request = account.sign(&AddLead::new().emp_name("a"), &Stamp::new(5, "m/1")).unwrap();
    let expected = "https://example.com/a/b/api/salesleads/v1/addSalesLeads/***/5/***/m%2F1";
    assert_eq!(request.redacted_url(), expected);
}

#[test]
fn errors_hold_no_secret() {
    let refused = |result: Result<Account, Error>| result.unwrap_err();
    let errors = [
        refused(account().with_base_url(&format!("https://{OPENID}:{APP_KEY}@example.com"))),
        refused(account().with_base_url(&format!("ftp://example.com/{APP_KEY}"))),
        refused(account().with_base_url(&format!("https://example.com?key={APP_KEY}"))),
        refused(Account::new("", APP_KEY)),
        refused(Account::new(OPENID, "")),
        verify_push(PUSH_SECRET.as_bytes(), &[PUSH_SECRET], 0, None).unwrap_err(),
        verify_push(
            format!("msgId=m&timestamp=1&digest={}&dataType=t&data=d", "0".repeat(32)).as_bytes(),
            &[PUSH_SECRET],
            0,
            None,
        )
        .unwrap_err(),
    ];
    for error in errors {
        assert_silent(&format!("{error} {error:?}"), &"0".repeat(32));
    }
}

#[test]
fn what_people_wrote_stays_out_of_debug_output() {
    let reply = RawReply::new(200, "<html>王小明 18811111111</html>");
    let error = <AddLead as qince_leads::Operation>::read(reply.clone()).unwrap_err();
    for output in [format!("{reply:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!output.contains("王小明"), "{output}");
    }
}
