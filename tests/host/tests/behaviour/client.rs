use std::io::Write;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use std::{env, process};

use flate2::Compression;
use flate2::write::GzEncoder;
use qince_host::{Client, SavedCall, Transport};
use qince_leads::{Account, AddLead, Attempt, Error, Failure, Policy, QueryLeads, RemoveLead};

use crate::server::{Answer, NOWHERE, envelope, ok, reply, serve};

/// A client that tries twice, and what it observes.
fn client(base_url: &str) -> (Client, Receiver<Attempt>) {
    let account = Account::new("the-openid", "app key").expect("an account");
    let account = account.with_base_url(base_url).expect("a base URL");
    let policy = Policy { max_attempts: 2, base_delay_ms: 1, ..Policy::default() };
    let transport = Transport::new(base_url, Duration::from_secs(5));
    let (observe, observed) = mpsc::channel();
    let client = Client::new(account, transport, policy).with_observer(move |attempt| {
        observe.send(attempt.clone()).expect("somebody listens");
    });
    (client, observed)
}

fn lead() -> AddLead {
    AddLead::new().emp_name("负责人")
}

fn outcomes(observed: &Receiver<Attempt>) -> Vec<(&'static str, u32, &'static str)> {
    let outcome = |attempt: Attempt| (attempt.operation, attempt.number, attempt.outcome);
    observed.try_iter().map(outcome).collect()
}

#[test]
fn what_was_not_sent_is_tried_again_even_without_a_code() {
    let (mut client, observed) = client(NOWHERE);
    let error = client.call(lead()).expect_err("nobody listens");
    assert_eq!(error, Error::Transport(Failure::NotSent));
    let expected = [("add", 1, "not_sent"), ("add", 2, "not_sent")];
    assert_eq!(outcomes(&observed), expected);
}

#[test]
fn an_add_without_a_code_whose_reply_is_lost_is_uncertain() {
    let (mut client, observed) = client(&serve([Answer::Bytes(Vec::new())]));
    let error = client.call(lead()).expect_err("the reply is lost");
    assert_eq!(error.code(), "uncertain");
    assert_eq!(outcomes(&observed), [("add", 1, "unknown")]);
}

#[test]
fn an_add_with_a_code_whose_reply_is_lost_is_settled() {
    let found = ok(r#"[{"id":"7","code":"L1"}]"#);
    let (mut client, observed) = client(&serve([Answer::Bytes(Vec::new()), found]));
    let receipt = client.call(lead().code("L1")).expect("a receipt");
    assert_eq!(receipt.id.as_deref(), Some("7"));
    let expected = [("add", 1, "unknown"), ("query", 1, "ok")];
    assert_eq!(outcomes(&observed), expected);
}

#[test]
fn a_wait_that_the_service_asks_for_is_kept() {
    let busy = reply("429 Too Many Requests", "retry-after: 1\r\n", "");
    let (mut client, observed) = client(&serve([busy, ok("\"7\"")]));
    let began = Instant::now();
    let receipt = client.call(lead()).expect("a receipt");
    assert_eq!(receipt.id.as_deref(), Some("7"));
    assert!(began.elapsed() >= Duration::from_secs(1));
    let expected = [("add", 1, "http_status"), ("add", 2, "ok")];
    assert_eq!(outcomes(&observed), expected);
}

#[test]
fn a_compressed_reply_is_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(envelope("\"7\"").as_bytes()).expect("room");
    let body = encoder.finish().expect("room");
    let compressed = reply("200 OK", "content-encoding: gzip\r\n", body);
    let (mut client, _observed) = client(&serve([compressed]));
    let receipt = client.call(lead()).expect("a receipt");
    assert_eq!(receipt.id.as_deref(), Some("7"));
}

#[test]
fn a_body_of_many_megabytes_is_read() {
    let detail = "详".repeat(4000);
    let leads: Vec<_> =
        (0..1000).map(|id| format!(r#"{{"id":"{id}","detail":"{detail}"}}"#)).collect();
    let page = ok(&format!("[{}]", leads.join(",")));
    let (mut client, _observed) = client(&serve([page]));
    let page = client.call(QueryLeads::new().code("L1")).expect("a page");
    assert_eq!(page.len(), 1000);
}

#[test]
fn a_scan_ends_with_its_first_error() {
    let page = ok(r#"[{"id":"1"},{"id":"2"}]"#);
    let refusal = reply("200 OK", "", r#"{"return_code":"1","return_msg":"拒绝"}"#);
    let (mut client, _observed) = client(&serve([page, refusal]));
    let mut leads = client.scan(QueryLeads::new().code("L1"));
    assert!(leads.next().is_some_and(|lead| lead.is_ok()));
    assert!(leads.next().is_some_and(|lead| lead.is_ok()));
    let error = leads.next().and_then(Result::err).expect("an error");
    assert_eq!(error.code(), "rejected");
    assert!(leads.next().is_none());
}

/// A file that no other test has.
fn file(name: &str) -> SavedCall {
    SavedCall::at(env::temp_dir().join(format!("qince-host-{}-{name}.call", process::id())))
}

#[test]
fn a_call_goes_on_from_the_file_of_a_host_that_ended_before_the_reply() {
    let saved = file("ended");
    let found = ok(r#"[{"id":"7","code":"L1"}]"#);
    let (mut client, observed) = client(&serve([found]));
    let call = client.call_in(&saved, lead().code("L1")).expect("a new call");
    let ended = client.run(call, |call, _| {
        saved.save(call)?;
        anyhow::bail!("the host ends here")
    });
    assert_eq!(ended.expect_err("it ended").to_string(), "the host ends here");
    assert!(observed.try_recv().is_err(), "a request was sent");

    let call = client.call_in(&saved, lead().code("another")).expect("the call of before");
    let receipt = client.run(call, |call, _| anyhow::Ok(saved.save(call)?)).expect("a receipt");
    assert_eq!((receipt.id.as_deref(), receipt.settled), (Some("7"), true));
    assert!(
        client.call_in(&saved, RemoveLead::new().code("L1")).is_err(),
        "an add was taken for a removal"
    );

    assert!(saved.read().expect("a file").is_some());
    saved.forget().expect("a file");
    saved.forget().expect("nothing to forget");
    assert_eq!(saved.read().expect("no file"), None);
}

#[test]
fn nothing_is_sent_where_the_call_cannot_be_saved() {
    let saved = SavedCall::at(env::temp_dir().join("qince-host-no-such-folder/L1.call"));
    let (mut client, observed) = client(NOWHERE);
    let call = client.call_in(&saved, lead()).expect("a new call");
    let error = client.run(call, |call, _| anyhow::Ok(saved.save(call)?)).expect_err("no folder");
    assert!(error.is::<std::io::Error>(), "{error:#}");
    assert!(observed.try_recv().is_err(), "a request was sent");
}

#[test]
fn observers_see_neither_openid_nor_digest() {
    let base_url = serve([ok("\"7\"")]);
    let (mut client, observed) = client(&base_url);
    client.call(lead()).expect("a receipt");
    let attempt = observed.recv().expect("an attempt");
    assert_eq!(attempt.status, Some(200));
    let path = attempt.url.strip_prefix(&base_url).expect("the base URL");
    let segments: Vec<_> = path.split('/').collect();
    assert_eq!(segments[..5], ["", "api", "salesleads", "v1", "addSalesLeads"]);
    assert_eq!((segments[5], segments[7]), ("***", "***"));
    assert!(observed.try_recv().is_err());
}
